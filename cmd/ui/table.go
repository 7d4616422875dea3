package ui

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

const (
	columnGap = 2
	// comfortable is the width down to which a column of sentences gives way before any other has to.
	comfortable = 20
	// narrowest is the width below which no column is squeezed.
	narrowest = 8
)

// Table prints rows under headers on stdout, in columns. On a terminal it keeps within the width of it by breaking the
// widest cells over lines; elsewhere each row is one line, so that grep and its like can work on it. With --quiet the
// rows come without headers. Nothing is printed where there are no rows. Cells may be coloured by the methods of Out.
func (u *UI) Table(headers []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	t := table.NewWriter()
	t.SetStyle(u.tableStyle())
	t.SuppressTrailingSpaces()
	if !u.options.Quiet {
		t.AppendHeader(u.headerRow(headers))
	}
	for _, row := range rows {
		t.AppendRow(toRow(row))
	}
	if u.options.OutTerminal {
		t.SetColumnConfigs(fit(measure(headers, rows), u.options.Width))
	}
	u.Out.Println(t.Render())
}

// tableStyle has columns with a gap between them, and no lines but one under the headers on a terminal.
func (u *UI) tableStyle() table.Style {
	style := table.Style{
		Name:    "migrator",
		Box:     table.StyleBoxLight,
		Options: table.OptionsNoBordersAndSeparators,
	}
	style.Box.PaddingLeft = ""
	style.Box.PaddingRight = strings.Repeat(" ", columnGap)
	style.Options.SeparateHeader = u.options.OutTerminal
	return style
}

func (u *UI) headerRow(headers []string) table.Row {
	row := make(table.Row, len(headers))
	for i, header := range headers {
		row[i] = u.Out.Bold(strings.ToUpper(header))
	}
	return row
}

func toRow(cells []string) table.Row {
	row := make(table.Row, len(cells))
	for i, cell := range cells {
		row[i] = cell
	}
	return row
}

// column is how wide a column would like to be, and how long the longest word in it is.
type column struct{ width, word int }

func measure(headers []string, rows [][]string) []column {
	var columns []column
	for _, row := range append([][]string{headers}, rows...) {
		for i, cell := range row {
			if i == len(columns) {
				columns = append(columns, column{})
			}
			columns[i].width = max(columns[i].width, text.LongestLineLen(cell))
			for _, word := range strings.Fields(cell) {
				columns[i].word = max(columns[i].word, text.LongestLineLen(word))
			}
		}
	}
	return columns
}

// fit limits the columns so that the table keeps within a width. Sentences give way first, then whatever is widest: a
// file name stays whole as long as it can.
func fit(columns []column, limit int) []table.ColumnConfig {
	excess := -limit
	for _, c := range columns {
		excess += c.width + columnGap
	}
	excess = squeeze(columns, excess, func(c column) int { return max(c.word, comfortable) })
	squeeze(columns, excess, func(column) int { return narrowest })
	configs := make([]table.ColumnConfig, len(columns))
	for i, c := range columns {
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMax: c.width, WidthMaxEnforcer: text.WrapSoft}
	}
	return configs
}

// squeeze takes the excess from the widest column above its floor, again and again, and returns what it could not take.
func squeeze(columns []column, excess int, floor func(column) int) int {
	for ; excess > 0; excess-- {
		widest := -1
		for i, c := range columns {
			if c.width > floor(c) && (widest < 0 || c.width > columns[widest].width) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		columns[widest].width--
	}
	return excess
}
