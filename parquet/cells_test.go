package parquet

import (
	"errors"
	"testing"

	"example.com/mlp/dataset"
)

// A code that the dictionary does not have is an error after the cells before it,
// as their number says in which row it is.
func TestAddWords(t *testing.T) {
	numbers := cells{numbers: []float64{7, 8}}
	texts := cells{others: []dataset.Cell{dataset.Text("7"), dataset.Text("8")}, mixed: true}
	for _, words := range []*cells{&numbers, &texts, {}} {
		for _, mixed := range []bool{false, true} {
			c := new(cells)
			if mixed {
				c.add(dataset.Cell{})
			}
			before, known := c.len(), min(2, words.len())
			err := c.addWords(words, []int32{1, 0, 2, 0, -1}[2-known:])
			if !errors.Is(err, errBroken) || c.len() != before+known {
				t.Errorf("%+v: %d cells and %v, want %d and an error", words, c.len()-before, err, known)
			}
		}
	}
}
