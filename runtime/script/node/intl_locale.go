package node

// locale is how dates and numbers are written elsewhere than in the United States. Patterns have, for each field, a
// letter (E weekday, d day, M month as a number, L month as a name, y year, h and H hour, m, s, a) that is written as
// wide as the options want it; MM, dd, yy, HH and so on stand for two digits, and EEEE, MMMM, MMM for names whatever
// the options say.
type locale struct {
	months, shortMonths, weekdays, shortWeekdays [12]string // of the weekdays, from Sunday, the first seven
	// dates are the patterns by the fields that are wanted. What is not there is refused.
	dates map[string]string
	// styles are those of dateStyle.
	styles map[string]string
	// clock is the time of day; h or H begins it.
	clock string
	// joints stand between date and time: behind numbers, behind a short month or dateStyle medium, behind a long one.
	joints [3]string
	// aloneDiffers is true where short names differ when they stand alone; then they are refused.
	aloneDiffers bool

	group, point, minus, percent string
	// currencies are the symbols that are known. They follow the number if suffixed.
	currencies map[string]string
	suffixed   bool
}

// localeOf is the locale of a tag; nil for en-US.
func localeOf(tag string) *locale {
	switch tag {
	case "en-GB":
		return british()
	case "en-CA":
		return canadian()
	case "de-DE", "de":
		return german()
	case "fr-FR", "fr":
		return french()
	case "sv-SE", "sv":
		return swedish()
	default:
		return nil
	}
}

func british() *locale {
	return &locale{
		months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September",
			"October", "November", "December"},
		shortMonths:   [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"},
		weekdays:      [12]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		shortWeekdays: [12]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
		dates: map[string]string{
			"y": "y", "d": "d", "M": "M", "L": "L", "E": "E", "yM": "MM/y", "Md": "dd/MM", "yMd": "dd/MM/y",
			"yL": "L y", "Ld": "d L", "yLd": "d L y",
			"EMd": "E dd/MM", "EyMd": "E, dd/MM/y", "ELd": "E d L", "EyLd": "E, d L y",
		},
		styles: map[string]string{"full": "EEEE, d MMMM y", "long": "d MMMM y", "medium": "d MMM y",
			"short": "dd/MM/y"},
		clock: "HH:mm:ss", joints: [3]string{", ", ", ", " at "},
		group: ",", point: ".", minus: "-", percent: "%", currencies: map[string]string{"EUR": "€", "GBP": "£",
			"USD": "US$", "CAD": "CA$"},
	}
}

func canadian() *locale {
	l := british()
	l.shortMonths[8] = "Sep"
	l.dates = map[string]string{
		"y": "y", "d": "d", "M": "M", "L": "L", "E": "E", "yM": "y-MM", "Md": "MM-dd", "yMd": "y-MM-dd", "yL": "L y",
		"Ld": "L d", "yLd": "L d, y",
		"EMd": "E, MM-dd", "EyMd": "E, y-MM-dd", "ELd": "E, L d", "EyLd": "E, L d, y",
	}
	l.styles = map[string]string{"full": "EEEE, MMMM d, y", "long": "MMMM d, y", "medium": "MMM d, y",
		"short": "y-MM-dd"}
	l.clock = "h:mm:ss a"
	l.currencies = map[string]string{"EUR": "€", "GBP": "£", "USD": "US$", "CAD": "$"}
	return l
}

func german() *locale {
	return &locale{
		months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
			"Oktober", "November", "Dezember"},
		shortMonths: [12]string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.",
			"Dez."},
		weekdays:      [12]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		shortWeekdays: [12]string{"So.", "Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa."},
		dates: map[string]string{
			"y": "y", "d": "d", "M": "M", "L": "L", "E": "E", "yM": "M/y", "Md": "d.M.", "yMd": "d.M.y", "yL": "L y",
			"Ld": "d. L", "yLd": "d. L y",
			"EMd": "E, d.M.", "EyMd": "E, d.M.y", "ELd": "E, d. L", "EyLd": "E, d. L y",
		},
		styles: map[string]string{"full": "EEEE, d. MMMM y", "long": "d. MMMM y", "medium": "dd.MM.y",
			"short": "dd.MM.yy"},
		clock: "HH:mm:ss", joints: [3]string{", ", ", ", " um "}, aloneDiffers: true,
		group: ".", point: ",", minus: "-", percent: "\u00a0%", suffixed: true,
		currencies: map[string]string{"EUR": "€", "GBP": "£", "USD": "$", "CHF": "CHF"},
	}
}

func french() *locale {
	return &locale{
		months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
			"octobre", "novembre", "décembre"},
		shortMonths: [12]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
			"nov.", "déc."},
		weekdays:      [12]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		shortWeekdays: [12]string{"dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."},
		dates: map[string]string{
			"y": "y", "d": "d", "M": "M", "L": "L", "E": "E", "yM": "MM/y", "Md": "dd/MM", "yMd": "dd/MM/y",
			"yL": "L y", "Ld": "d L", "yLd": "d L y",
			"EMd": "E dd/MM", "EyMd": "E dd/MM/y", "ELd": "E d L", "EyLd": "E d L y",
		},
		styles: map[string]string{"full": "EEEE d MMMM y", "long": "d MMMM y", "medium": "d MMM y",
			"short": "dd/MM/y"},
		clock: "HH:mm:ss", joints: [3]string{" ", ", ", " à "},
		group: "\u202f", point: ",", minus: "-", percent: "\u00a0%", suffixed: true,
		currencies: map[string]string{"EUR": "€", "GBP": "£GB", "USD": "$US", "CHF": "CHF"},
	}
}

func swedish() *locale {
	return &locale{
		months: [12]string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september",
			"oktober", "november", "december"},
		shortMonths: [12]string{"jan.", "feb.", "mars", "apr.", "maj", "juni", "juli", "aug.", "sep.", "okt.", "nov.",
			"dec."},
		weekdays:      [12]string{"söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"},
		shortWeekdays: [12]string{"sön", "mån", "tis", "ons", "tors", "fre", "lör"},
		dates: map[string]string{
			"y": "y", "d": "d", "M": "M", "L": "L", "E": "E", "yM": "y-MM", "Md": "d/M", "yMd": "y-MM-dd", "yL": "L y",
			"Ld": "d L", "yLd": "d L y",
			"EMd": "E d/M", "EyMd": "E, y-MM-dd", "ELd": "E d L", "EyLd": "E d L y",
		},
		styles: map[string]string{"full": "EEEE d MMMM y", "long": "d MMMM y", "medium": "d MMM y",
			"short": "y-MM-dd"},
		clock: "HH:mm:ss", joints: [3]string{" ", " ", " kl. "},
		group: "\u00a0", point: ",", minus: "\u2212", percent: "\u00a0%", suffixed: true,
		currencies: map[string]string{"EUR": "€", "SEK": "kr", "USD": "US$", "GBP": "GBP"},
	}
}
