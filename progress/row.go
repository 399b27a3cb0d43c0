package progress

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/mlp"
)

// draw returns the text that replaces the previous row on a terminal. It leaves
// the cursor in the first column: if a terminal becomes narrower and wraps the
// row, the cursor is still before all of it, and the next row erases what is
// below.
func draw(row string, columns int) string {
	erase := "\x1b[J"
	if runtime.GOOS == "windows" { // whose consoles may not support it; blanks cover the previous row
		erase = ""
	}
	return fmt.Sprintf("\r%s%-*s\r", erase, max(0, columns), row)
}

// A field is a part of a line.
type field struct {
	text string
	rank int // if there is no room for all fields, the highest rank is dropped first
}

// fieldsOf returns the fields of a line such as
//
//	epoch  7/100  loss 0.1234  accuracy 0.9500  3s left
func fieldsOf(r *mlp.Run, e *mlp.Epoch, score, left string) []field {
	total := fmt.Sprint(r.Epochs)
	fields := []field{
		{fmt.Sprintf("epoch %*d/%s", len(total), e.Number, total), 0},
		{fmt.Sprintf("loss %.4f", e.Train.Loss), 1},
		{fmt.Sprintf("%s %.4f", score, e.Train.Score), 3},
	}
	if v := e.Validation; v != nil {
		fields[2].rank = 5
		fields = append(fields,
			field{fmt.Sprintf("validation loss %.4f", v.Loss), 2},
			field{fmt.Sprintf("%s %.4f", score, v.Score), 3})
	}
	if left != "" {
		fields = append(fields, field{left + " left", 4})
	}
	return fields
}

// join returns fields as a line.
func join(fields []field) string {
	var texts []string
	for _, f := range fields {
		texts = append(texts, f.text)
	}
	return strings.Join(texts, "  ")
}

// row returns as many fields as fit into the given columns, with a bar after
// the first if there is room for it. done is the share of the bar that is
// filled.
func row(fields []field, done float64, columns int) string {
	fields = slices.Clone(fields)
	for len(fields) > 1 && utf8.RuneCountInString(join(fields)) > columns {
		last := slices.MaxFunc(fields, func(a, b field) int { return cmp.Compare(a.rank, b.rank) })
		fields = slices.DeleteFunc(fields, func(f field) bool { return f == last })
	}
	room := columns - utf8.RuneCountInString(join(fields)) - len("  []")
	if size := min(room, 20); size >= 5 {
		full := int(done * float64(size))
		bar := "[" + strings.Repeat("=", full) + strings.Repeat(" ", size-full) + "]"
		fields = slices.Insert(fields, 1, field{text: bar})
	}
	return cut(join(fields), columns)
}

// cut returns s, cut to the given number of columns if it is longer.
func cut(s string, columns int) string {
	if utf8.RuneCountInString(s) <= columns {
		return s
	}
	if columns < 1 {
		return ""
	}
	return string([]rune(s)[:columns-1]) + "…"
}
