package dataset

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/quote"
)

// A targetEncoder turns the cells of the target column into rows of Y. Its
// fields are what a saved preparation holds.
type targetEncoder struct {
	Column  string     `json:"column"`
	Kind    targetKind `json:"kind"`
	Classes []string   `json:"classes,omitempty"` // of binary {negative, positive}

	index map[string]int // of each class
}

// check returns an error unless e, which may come from a file, makes sense.
func (e *targetEncoder) check() error {
	var err error
	switch e.Kind {
	case numbersTarget:
		if len(e.Classes) > 0 {
			err = errors.New("numbers with classes")
		}
	case classesTarget, binaryTarget:
		switch {
		case len(e.Classes) == 0:
			err = errors.New("no classes")
		case e.Kind == binaryTarget && len(e.Classes) != 2:
			err = fmt.Errorf("%d classes, binary takes 2", len(e.Classes))
		default:
			err = checkNames(e.Classes)
		}
	default:
		err = fmt.Errorf("unknown kind %s", quote.Text(string(e.Kind)))
	}
	if err != nil {
		return fmt.Errorf("target %s: %w", quote.Text(e.Column), err)
	}
	return nil
}

// width returns the number of columns of Y.
func (e *targetEncoder) width() int {
	if e.Kind == classesTarget {
		return len(e.Classes)
	}
	return 1
}

// value returns the number in a cell or the index of its class.
func (e *targetEncoder) value(cell string, missing bool) (float64, error) {
	class, ok := e.index[cell]
	switch {
	case missing:
		return 0, missingTarget(cell)
	case e.Kind == numbersTarget:
		return parseNumber(cell)
	case !ok:
		return 0, fmt.Errorf("%s is none of the classes %s", quote.Text(cell), quoteAll(e.Classes))
	}
	return float64(class), nil
}

// encode returns Y for the target column.
func (e *targetEncoder) encode(cells cells) (*mat.Dense, error) {
	rows := cells.table.Rows()
	if int64(rows)*int64(e.width()) > math.MaxInt/8 {
		return nil, cells.atColumn(fmt.Errorf("%d classes are too many for %d rows", len(e.Classes), rows))
	}
	values, err := cells.values(e.value)
	if err != nil {
		return nil, err
	}
	if e.Kind != classesTarget {
		return mat.NewDense(rows, 1, values), nil
	}
	y := mat.NewDense(rows, len(e.Classes), nil)
	for i, class := range values {
		y.Set(i, int(class), 1)
	}
	return y, nil
}
