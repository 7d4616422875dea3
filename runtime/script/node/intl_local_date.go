package node

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// localDate writes a time as a locale does. It refuses what it does not know rather than writing something else.
type localDate struct {
	dateText
	locale *locale
}

func (d localDate) format() ([]part, error) {
	for _, field := range []string{"era", "timeZoneName", "fractionalSecondDigits"} {
		if d.fields[field] != "" {
			return nil, fmt.Errorf("the option %s exists in scripts for en-US alone", field)
		}
	}
	date, joint, err := d.datePattern()
	if err != nil {
		return nil, err
	}
	clock, err := d.clockPattern(joint > 0 || d.fields["weekday"] != "")
	if err != nil {
		return nil, err
	}
	parts := d.fill(date)
	if date != "" && clock != "" {
		if d.fields["dateStyle"] == "" && (d.fields["day"] == "" || d.fields["month"] == "" ||
			d.fields["year"] == "") {
			return nil,
				errors.New("with the time of day, the day, the month and the year are needed in locales beside en-US")
		}
		parts = append(parts, literal(d.locale.joints[joint]))
	}
	return append(parts, d.fill(clock)...), nil
}

// datePattern is the pattern of the date, and which of the joints stands behind it.
func (d localDate) datePattern() (pattern string, joint int, err error) {
	if style := d.fields["dateStyle"]; style != "" {
		return d.locale.styles[style], map[string]int{"medium": 1, "long": 2, "full": 2}[style], nil
	}
	key := ""
	for _, field := range []struct{ name, letter string }{{"weekday", "E"}, {"year", "y"}, {"month", "M"},
		{"day", "d"}} {
		width := d.fields[field.name]
		if width == "narrow" {
			return "", 0, errors.New("the width narrow exists in scripts for en-US alone")
		}
		switch {
		case field.letter == "M" && width == "long":
			key, joint = key+"L", 2
		case field.letter == "M" && width == "short":
			key, joint = key+"L", 1
		case width != "":
			key += field.letter
		}
	}
	if key == "" {
		return "", 0, nil
	}
	pattern = d.locale.dates[key]
	alone := (key == "L" && d.fields["month"] == "short" || key == "E" && d.fields["weekday"] == "short") &&
		d.locale.aloneDiffers
	mixed := strings.Contains(key, "M") && d.fields["day"] != "" && d.fields["day"] != d.fields["month"]
	if pattern == "" || alone || mixed {
		return "", 0, errors.New("these fields of a date exist together in scripts for en-US alone: use day, " +
			"month and year, of equal width, or dateStyle")
	}
	return pattern, joint, nil
}

// clockPattern is the pattern of the time of day.
func (d localDate) clockPattern(named bool) (string, error) {
	hour, minute, second := d.fields["hour"], d.fields["minute"], d.fields["second"]
	switch d.fields["timeStyle"] {
	case "medium":
		return d.locale.clock, nil
	case "short":
		return strings.Replace(d.locale.clock, ":ss", "", 1), nil
	case "":
	default:
		return "", errors.New("the timeStyle is medium or short in scripts for locales beside en-US")
	}
	if hour == "" && minute == "" && second == "" {
		return "", nil
	}
	if hour == "" || minute == "" || hour != "2-digit" && (named || d.fields["given"] != "") {
		return "", errors.New("the time of day exists in scripts for locales beside en-US as " +
			`{hour: "2-digit", minute: "2-digit"}, with second if wanted`)
	}
	pattern := d.locale.clock
	if d.fields["given"] == "h23" {
		pattern = "HH:mm:ss"
	} else if d.fields["given"] != "" {
		return "", errors.New("hours are counted to 12 in scripts for en-US alone")
	}
	if second == "" {
		pattern = strings.Replace(pattern, ":ss", "", 1)
	}
	if hour == "2-digit" {
		pattern = strings.Replace(pattern, "h:", "hh:", 1)
	}
	return pattern, nil
}

// fill puts the fields into a pattern.
func (d localDate) fill(pattern string) []part {
	var parts []part
	for i := 0; i < len(pattern); {
		end := i + 1
		for end < len(pattern) && pattern[end] == pattern[i] {
			end++
		}
		p := d.piece(pattern[i:end])
		if last := len(parts) - 1; p.kind == "literal" && last >= 0 && parts[last].kind == "literal" {
			parts[last].text += p.text
		} else {
			parts = append(parts, p)
		}
		i = end
	}
	return parts
}

// piece is what a run of one letter stands for.
func (d localDate) piece(letters string) part {
	width := len(letters)
	number := func(kind string, n int) part {
		if width == 2 || d.fields[kind] == "2-digit" {
			return part{kind, fmt.Sprintf("%02d", n)}
		}
		return part{kind, strconv.Itoa(n)}
	}
	switch month := int(d.time.Month()); letters[0] {
	case 'E':
		if width == 1 && d.fields["weekday"] == "short" {
			return part{"weekday", d.locale.shortWeekdays[d.time.Weekday()]}
		}
		return part{"weekday", d.locale.weekdays[d.time.Weekday()]}
	case 'L', 'M':
		switch {
		case width == 3 || letters == "L" && d.fields["month"] == "short":
			return part{"month", d.locale.shortMonths[month-1]}
		case width == 4 || letters == "L":
			return part{"month", d.locale.months[month-1]}
		}
		return number("month", month)
	case 'd':
		return number("day", d.time.Day())
	case 'y':
		if width == 2 {
			return part{"year", d.year("2-digit")}
		}
		return part{"year", d.year(d.fields["year"])}
	case 'H':
		return number("hour", d.time.Hour())
	case 'h':
		return number("hour", (d.time.Hour()+11)%12+1)
	case 'm':
		return number("minute", d.time.Minute())
	case 's':
		return number("second", d.time.Second())
	case 'a':
		return part{"dayPeriod", map[bool]string{true: "a.m.", false: "p.m."}[d.time.Hour() < 12]}
	default:
		return literal(letters)
	}
}
