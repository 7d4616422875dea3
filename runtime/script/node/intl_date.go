package node

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// dateText writes a time in en-US. The fields are those of Intl.DateTimeFormat, with their widths, and beside them
// "cycle", the way to count hours.
type dateText struct {
	time   time.Time
	fields map[string]string
}

// part is a piece of a text and what it stands for.
type part struct{ kind, text string }

func literal(text string) part { return part{"literal", text} }

// format is the date, the time of day, and the zone, as far as they are wanted.
func (d dateText) format() ([]part, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	parts, clock := d.date(), d.clock()
	if len(parts) > 0 && len(clock) > 0 {
		parts = append(parts, literal(d.joint()))
	}
	parts = append(parts, clock...)
	if width := d.fields["timeZoneName"]; width != "" {
		if len(clock) > 0 {
			parts = append(parts, literal(" "))
		} else if len(parts) > 0 {
			parts = append(parts, literal(d.joint()))
		}
		name, err := d.zone(width)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{"timeZoneName", name})
	}
	return parts, nil
}

// check refuses fields that are hardly ever wanted together, and which have forms of their own then.
func (d dateText) check() error {
	has := func(field string) bool { return d.fields[field] != "" }
	switch {
	case has("hour") && has("second") && !has("minute"):
		return errors.New("the hour and the second need the minute between them in scripts")
	case has("era") && !has("year"):
		return errors.New("the era needs the year in scripts")
	case has("year") && has("day") && !has("month") && (d.fields["year"] == "2-digit" || has("weekday")):
		return errors.New("the year and the day need the month between them in scripts")
	case has("weekday") && !has("day") && (d.fields["year"] == "2-digit" || has("month") &&
		d.fields["month"] != d.fields["weekday"]):
		return errors.New("the weekday needs the day in scripts, where the month or the year is wanted")
	}
	return nil
}

// joint stands between date and time.
func (d dateText) joint() string {
	_, hasMonth := d.fields["month"]
	_, hasDay := d.fields["day"]
	_, hasYear := d.fields["year"]
	switch {
	case d.fields["month"] == "long":
		return " at "
	case !hasMonth && !hasDay && !hasYear && d.fields["timeZoneName"] == "":
		return " " // a weekday alone
	default:
		return ", "
	}
}

// date is the weekday, the month, the day and the year, those of them that are wanted, in the order of their kind.
func (d dateText) date() []part {
	weekday, month, day := d.named("weekday"), d.named("month"), d.named("day")
	year := joined(" ", d.named("year"), d.named("era"))
	var parts []part
	switch d.fields["month"] {
	case "numeric", "2-digit":
		parts = joined("/", month, day, year)
	case "":
		if len(day) > 0 && len(year) > 0 {
			parts = append(append(append(parts, year...), literal(" (day: ")), append(day, literal(")"))...)
			break
		}
		parts = append(day, year...)
		if len(parts) > 0 && len(weekday) > 0 {
			return joined(" ", parts, weekday)
		}
	default:
		parts = joined(" ", month, day)
		if len(day) == 0 && len(weekday) > 0 {
			return joined(" ", joined(" ", month, year), weekday)
		}
		if len(day) > 0 {
			parts = joined(", ", parts, year)
		} else {
			parts = joined(" ", parts, year)
		}
	}
	return joined(", ", weekday, parts)
}

// joined puts a separator between lists that are not empty.
func joined(separator string, lists ...[]part) []part {
	var parts []part
	for _, list := range lists {
		if len(list) == 0 {
			continue
		}
		if len(parts) > 0 {
			parts = append(parts, literal(separator))
		}
		parts = append(parts, list...)
	}
	return parts
}

// named is one field of the date, or nothing.
func (d dateText) named(field string) []part {
	width := d.fields[field]
	if width == "" {
		return nil
	}
	text := ""
	switch field {
	case "weekday":
		text = shortened(d.time.Weekday().String(), width)
	case "month":
		text = numbered(int(d.time.Month()), width)
		if text == "" {
			text = shortened(d.time.Month().String(), width)
		}
	case "day":
		text = numbered(d.time.Day(), width)
	case "year":
		text = d.year(width)
	case "era":
		text = d.era(width)
	}
	return []part{{field, text}}
}

// year counts from 1 in both directions: before the year 1 is the year 1 before it.
func (d dateText) year(width string) string {
	year := d.time.Year()
	if year < 1 {
		year = 1 - year
	}
	if width == "2-digit" {
		return fmt.Sprintf("%02d", year%100)
	}
	return strconv.Itoa(year)
}

func (d dateText) era(width string) string {
	names := map[string][2]string{"long": {"Before Christ", "Anno Domini"}, "short": {"BC", "AD"},
		"narrow": {"B", "A"}}[width]
	if d.time.Year() < 1 {
		return names[0]
	}
	return names[1]
}

// shortened is a name in a width.
func shortened(name, width string) string {
	switch width {
	case "short":
		return name[:3]
	case "narrow":
		return name[:1]
	default:
		return name
	}
}

// numbered is a number in a width, or "" where the width is that of a name.
func numbered(n int, width string) string {
	switch width {
	case "numeric":
		return strconv.Itoa(n)
	case "2-digit":
		return fmt.Sprintf("%02d", n)
	default:
		return ""
	}
}

// clock is the time of day.
func (d dateText) clock() []part {
	hour, minute, second := d.fields["hour"], d.fields["minute"], d.fields["second"]
	var parts [][]part
	if hour != "" {
		parts = append(parts, []part{{"hour", d.hour(hour)}})
	}
	if minute != "" {
		parts = append(parts, []part{{"minute", padded(d.time.Minute(), hour != "" || second != "")}})
	}
	if second != "" {
		parts = append(parts, d.second(padded(d.time.Second(), minute != "")))
	} else if d.fields["fractionalSecondDigits"] != "" {
		parts = append(parts, []part{{"fractionalSecond", d.fraction()}})
	}
	text := joined(":", parts...)
	if hour != "" && minute == "" && !d.twelve() && d.fields["timeZoneName"] != "" {
		text = append(text, literal("h"))
	}
	if hour != "" && d.twelve() {
		text = append(text, literal(" "), part{"dayPeriod", d.time.Format("PM")})
	}
	return text
}

func (d dateText) twelve() bool { return d.fields["cycle"] == "h12" || d.fields["cycle"] == "h11" }

func (d dateText) hour(width string) string {
	h := d.time.Hour()
	switch d.fields["cycle"] {
	case "h12":
		if h %= 12; h == 0 {
			h = 12
		}
	case "h11":
		h %= 12
	case "h24":
		if h == 0 {
			h = 24
		}
	}
	return padded(h, width == "2-digit" || !d.twelve())
}

func padded(n int, two bool) string {
	if two {
		return fmt.Sprintf("%02d", n)
	}
	return strconv.Itoa(n)
}

func (d dateText) second(text string) []part {
	if d.fields["fractionalSecondDigits"] == "" {
		return []part{{"second", text}}
	}
	return []part{{"second", text}, literal("."), {"fractionalSecond", d.fraction()}}
}

func (d dateText) fraction() string {
	digits, err := strconv.Atoi(d.fields["fractionalSecondDigits"])
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%03d", d.time.Nanosecond()/int(time.Millisecond))[:digits]
}
