package dataset

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/mlp/internal/quote"
)

// What String shows at most.
const (
	printedColumns = 50
	printedWidth   = 100    // characters of a line
	printedCell    = 24     // characters of a cell or a name
	printedRows    = 10_000 // rows that are looked at
)

// String says in a line for each column what its cells hold, how many of them are
// missing, and what the first ones are. A cell is missing if it is one of the
// usual texts for that, as in Recipe.Missing. It looks at the first 10,000 rows,
// shows the first 50 columns and shortens what is long.
func (t *Table) String() string {
	if t.check() != nil {
		return "a table without rows"
	}
	var b strings.Builder
	if t.name != "" {
		b.WriteString(quote.Plain(t.name) + ": ")
	}
	fmt.Fprintf(&b, "%s, %s", count(t.Rows(), "row"), count(len(t.header), "column"))
	if t.Rows() > printedRows {
		fmt.Fprintf(&b, "; what they hold is that of the first %d rows", printedRows)
	}
	lines := [][3]string{{"column", "holds", "missing"}}
	for j := range min(len(t.header), printedColumns) {
		holds, missing := t.holds(j)
		lines = append(lines, [3]string{printed(t.header[j]), holds, strconv.Itoa(missing)})
	}
	var widths [3]int
	for _, line := range lines {
		for k, text := range line {
			widths[k] = max(widths[k], utf8.RuneCountInString(text))
		}
	}
	for i, line := range lines {
		b.WriteByte('\n')
		width := 0
		for k, text := range line {
			b.WriteString(text + strings.Repeat(" ", widths[k]-utf8.RuneCountInString(text)+2))
			width += widths[k] + 2
		}
		if i == 0 {
			b.WriteString("first cells")
		} else {
			b.WriteString(t.firstCells(i-1, printedWidth-width))
		}
	}
	if more := len(t.header) - printedColumns; more > 0 {
		fmt.Fprintf(&b, "\nand %s more", count(more, "column"))
	}
	return b.String()
}

// holds says what the cells of a column hold, and how many are missing.
func (t *Table) holds(column int) (what string, missing int) {
	usual := newMissing(nil)
	rows := min(t.Rows(), printedRows)
	numbers, codes, truths, dates := 0, 0, 0, 0
	names := make(map[string]bool)
	for i := range rows {
		cell := t.Cell(i, column)
		if usual.text(cell) {
			missing++
			continue
		}
		names[cell] = true
		switch {
		case looksLikeNumber(cell):
			numbers++
			if looksLikeCode(cell) {
				codes++
			}
		case looksLikeTruth(cell):
			truths++
		default:
			if _, _, ok := parseISO(cell); ok {
				dates++
			}
		}
	}
	switch rows - missing {
	case 0:
		return "nothing", missing
	case numbers:
		if codes > 0 {
			return "codes", missing
		}
		return "numbers", missing
	case truths:
		return "truth values", missing
	case dates:
		return "dates", missing
	}
	if numbers > 0 {
		return "numbers and texts", missing
	}
	return count(len(names), "name"), missing
}

// firstCells returns as many of the first cells of a column as have room.
func (t *Table) firstCells(column, room int) string {
	var b strings.Builder
	for i := range t.Rows() {
		cell := printed(t.Cell(i, column))
		if i > 0 {
			cell = ", " + cell
		}
		if room -= utf8.RuneCountInString(cell); i > 0 && room < len(", …") {
			b.WriteString(", …")
			break
		}
		b.WriteString(cell)
	}
	return b.String()
}

// printed returns a text as it is printed: in quotes if it could be taken for
// another or for several, and of a long one the beginning.
func printed(text string) string {
	short, n, end := text, 0, 0
	for i := range text {
		if n++; n == printedCell {
			end = i
		} else if n > printedCell {
			short = text[:end] + "…"
			break
		}
	}
	if odd := func(r rune) bool { return r == ',' || r == '"' || !unicode.IsPrint(r) }; text == "" || strings.ContainsFunc(short, odd) {
		return strconv.Quote(short)
	}
	return short
}
