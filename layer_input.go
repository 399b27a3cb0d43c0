package mlp

import (
	"cmp"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// An InputChecker is a Layer that does not accept all numbers, such as one
// whose inputs are positions in a table. Everything that trains, evaluates or
// predicts calls it for every row of x, including validation data, and returns
// its error before anything is computed.
//
// It must receive x itself: as the first layer, or inside the first layer, as
// the first layer of a Residual, of a Stack, of a group of Columns or of a member
// of an Ensemble. Model rejects it anywhere else, where its inputs are computed
// by other layers.
type InputChecker interface {
	Layer

	// CheckInput returns an error if the layer does not accept row, the inputs
	// of a sample, which are finite. The text of the error continues after
	// "x row 7": "has 12 in column 0, the table has 10 rows". An *InputError is
	// such an error.
	//
	// Like Infer, it may be called from several goroutines at once and writes
	// nothing. It does not allocate if it returns nil.
	CheckInput(row []float64) error
}

// An InputError is what an InputChecker returns about one of its inputs. Columns
// turns its Column, a position in the columns of a group, into that of x.
type InputError struct {
	Column int
	Value  float64
	Want   string // "a code from 0 to 9"
}

// Error returns a text such as "has 12 in column 0, want a code from 0 to 9".
func (e *InputError) Error() string {
	return fmt.Sprintf("has %g in column %d, want %s", e.Value, e.Column, e.Want)
}

// inputCheckers returns the layers of a stack that check x. A checker whose
// inputs are computed by other layers is an error.
func inputCheckers(layers []Layer) ([]InputChecker, error) {
	var first []InputChecker
	for i, l := range layers {
		checkers, err := checkersIn(l)
		switch {
		case err != nil:
			return nil, fmt.Errorf("layer %d: %w", i, err)
		case i == 0:
			first = checkers
		case len(checkers) > 0:
			return nil, fmt.Errorf("layer %d checks its inputs, which layer %d computes: want it first", i, i-1)
		}
	}
	return first, nil
}

// checkersIn returns the layers that check the inputs of l: layers inside it,
// or l itself.
func checkersIn(l Layer) ([]InputChecker, error) {
	switch l := l.(type) {
	case *stack, *residual:
		return inputCheckers(inside(l))
	case *memberLayers:
		if all, err := inputCheckers(l.layers); err != nil || len(all) > 0 {
			return nil, cmp.Or(err, errors.New("a layer for members checks its inputs, which are not those of the network: want it first"))
		}
		return nil, nil
	case *average:
		var all []InputChecker
		for i, m := range l.layers {
			checkers, err := checkersIn(m)
			if err != nil {
				return nil, fmt.Errorf("member %d: %w", i, err)
			}
			all = append(all, checkers...)
		}
		return all, nil
	case *columns:
		return l.checkers()
	case InputChecker:
		return []InputChecker{l}, nil
	}
	return nil, nil
}

// checkInputs returns an error that names the first row of x that a layer does
// not accept, or the first entry that is not finite. If no layer checks its
// inputs, it does not look at x.
func (n *network) checkInputs(op string, x *mat.Dense) error {
	if len(n.checkers) == 0 {
		return nil
	}
	if err := checkFinite(op, "x", x); err != nil {
		return err
	}
	for i := range x.RawMatrix().Rows {
		if err := n.checkInput(x.RawRowView(i)); err != nil {
			return fmt.Errorf("mlp: %s: x row %d %w", op, i, err)
		}
	}
	return nil
}

// checkInput returns the error of a layer that does not accept a finite row of
// x.
func (n *network) checkInput(row []float64) error {
	for _, c := range n.checkers {
		if err := c.CheckInput(row); err != nil {
			return err
		}
	}
	return nil
}
