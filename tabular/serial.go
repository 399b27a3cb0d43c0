package tabular

import (
	"fmt"
	"strconv"
	"strings"

	"example.com/mlp/dataset"
	"example.com/mlp/internal/quote"
)

// serialRows is the number of rows from which numbers that count them are no
// accident.
const serialRows = 100

// serialShare is the share of consecutive numbers that make serial numbers, of
// which others may be in rows that were left out. So many of the numbers of a range,
// each once, are no accident among numbers that may be there twice.
const serialShare = 0.5

// checkSerials returns an error for a column that counts the rows, which a
// network would take for a quantity and learn the order of the table from. p is
// the preparation of the recipe for all rows; what the recipe names is as it says.
func checkSerials(t *dataset.Table, r dataset.Recipe, p *dataset.Preparation) error {
	if t.Rows() < serialRows {
		return nil
	}
	named := namedColumns(r)
	for _, e := range p.Encodings() {
		if e.Kind != "numeric" || named[e.Column] {
			continue
		}
		cells, err := t.Column(e.Column)
		if err != nil {
			return err
		}
		if first, last, ok := serial(cells); ok {
			has := "each number"
			if of := last - first + 1; of > len(cells) {
				has = fmt.Sprintf("%d of the %d numbers", len(cells), of)
			}
			return fmt.Errorf("column %s has %s from %d to %d once, as serial numbers do: leave it out with dataset.Drop, or name it in Options.Recipe as dataset.Numeric if it is a quantity",
				quote.Text(e.Column), has, first, last)
		}
	}
	return nil
}

// serial reports whether the cells are integers, each there once and in any order,
// that are at least serialShare of those from the first to the last.
func serial(cells []string) (first, last int, ok bool) {
	seen := make(map[int]bool, len(cells))
	for i, cell := range cells {
		n, err := strconv.Atoi(strings.TrimSpace(cell))
		if err != nil || seen[n] {
			return 0, 0, false
		}
		seen[n] = true
		if i == 0 {
			first, last = n, n
		}
		first, last = min(first, n), max(last, n)
	}
	return first, last, float64(len(cells)) >= serialShare*(float64(last)-float64(first)+1)
}
