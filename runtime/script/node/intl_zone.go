package node

import (
	"fmt"
	"slices"
	"strings"
)

// zone is the name of the time zone, or how far it is from Greenwich. Like Node.js in en-US it has short names for the
// zones of the United States and their neighbours, and gives the offset of others.
func (d dateText) zone(width string) (string, error) {
	abbreviation, offset := d.time.Zone()
	location := d.time.Location().String()
	switch width {
	case "shortOffset":
		return offsetText(offset, false), nil
	case "longOffset":
		return offsetText(offset, true), nil
	case "long":
		if location == "UTC" {
			return "Coordinated Universal Time", nil
		}
		if name := longZone(abbreviation, offset, location); name != "" {
			return name, nil
		}
		return "", fmt.Errorf("the long name of the time zone %s does not exist in scripts: use timeZoneName short, "+
			"or longOffset", location)
	}
	switch {
	case location == "UTC":
		return abbreviation, nil
	case isAmerican(abbreviation, location):
		return abbreviation, nil
	case abbreviation == "GMT":
		return "GMT", nil
	}
	return offsetText(offset, false), nil
}

// offsetText is GMT+2, GMT-3:30, or GMT+02:00 and GMT-03:30.
func offsetText(seconds int, long bool) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	hours, minutes := seconds/3600, seconds/60%60
	switch {
	case long:
		return fmt.Sprintf("GMT%c%02d:%02d", sign, hours, minutes)
	case minutes != 0:
		return fmt.Sprintf("GMT%c%d:%02d", sign, hours, minutes)
	default:
		return fmt.Sprintf("GMT%c%d", sign, hours)
	}
}

// isAmerican reports whether an abbreviation is the short name of a zone in en-US.
func isAmerican(abbreviation, location string) bool {
	american := strings.HasPrefix(location, "America/") || strings.HasPrefix(location, "US/") ||
		strings.HasPrefix(location, "Canada/") ||
		location == "Pacific/Honolulu" || location == "Atlantic/Bermuda"
	return american && !isNamedApart(location) && slices.Contains([]string{
		"EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "AST", "ADT", "AKST", "AKDT", "HST",
	}, abbreviation)
}

// isNamedApart reports whether a zone shares an abbreviation with others, and has a name of its own.
func isNamedApart(location string) bool {
	return slices.Contains([]string{
		"America/Havana", "America/Whitehorse", "America/Dawson", "America/Hermosillo", "America/Mazatlan",
		"America/Adak", "Europe/Guernsey", "Europe/Jersey", "Europe/Isle_of_Man", "Asia/Taipei", "Antarctica/Troll",
	}, location)
}

// longZone is the long name of a zone in en-US, or "" where it is not known.
func longZone(abbreviation string, offset int, location string) string {
	if isNamedApart(location) {
		return ""
	}
	return map[string]string{
		"EST-300": "Eastern Standard Time", "EDT-240": "Eastern Daylight Time",
		"CST-360": "Central Standard Time", "CDT-300": "Central Daylight Time",
		"MST-420": "Mountain Standard Time", "MDT-360": "Mountain Daylight Time",
		"PST-480": "Pacific Standard Time", "PDT-420": "Pacific Daylight Time",
		"AKST-540": "Alaska Standard Time", "AKDT-480": "Alaska Daylight Time",
		"HST-600": "Hawaii-Aleutian Standard Time", "AST-240": "Atlantic Standard Time",
		"ADT-180": "Atlantic Daylight Time", "NST-210": "Newfoundland Standard Time",
		"NDT-150": "Newfoundland Daylight Time", "GMT+0": "Greenwich Mean Time",
		"BST+60": "British Summer Time", "IST+60": "Irish Standard Time",
		"WET+0": "Western European Standard Time", "WEST+60": "Western European Summer Time",
		"CET+60": "Central European Standard Time", "CEST+120": "Central European Summer Time",
		"EET+120": "Eastern European Standard Time", "EEST+180": "Eastern European Summer Time",
		"MSK+180": "Moscow Standard Time", "IST+120": "Israel Standard Time",
		"IDT+180": "Israel Daylight Time", "IST+330": "India Standard Time",
		"PKT+300": "Pakistan Standard Time", "CST+480": "China Standard Time",
		"HKT+480": "Hong Kong Standard Time", "PST+480": "Philippine Standard Time",
		"JST+540": "Japan Standard Time", "KST+540": "Korean Standard Time",
		"WIB+420": "Western Indonesia Time", "AEST+600": "Australian Eastern Standard Time",
		"AEDT+660": "Australian Eastern Daylight Time", "ACST+570": "Australian Central Standard Time",
		"ACDT+630": "Australian Central Daylight Time", "AWST+480": "Australian Western Standard Time",
		"NZST+720": "New Zealand Standard Time", "NZDT+780": "New Zealand Daylight Time",
		"SAST+120": "South Africa Standard Time", "CAT+120": "Central Africa Time",
		"EAT+180": "East Africa Time", "WAT+60": "West Africa Time",
	}[fmt.Sprintf("%s%+d", abbreviation, offset/60)]
}
