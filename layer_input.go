package mlp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// An InputChecker is a Layer that cannot take all numbers, such as one that
// takes positions in a table. What trains, evaluates or predicts asks it about
// every row of x, validation data included, and returns its error before
// anything is computed.
//
// It must see x as it is: as the first layer, or inside of one, as the first
// layer of Residual or of a member of an Ensemble. Anywhere else, where other
// layers compute its inputs, Model refuses it.
type InputChecker interface {
	Layer

	// CheckInput returns an error if the layer cannot take the inputs row of a
	// sample, which are finite. Its text goes on where "x row 7" stops: "has 12
	// in column 0, the table has 10 rows".
	//
	// Like Infer it may be called from several goroutines at once, and writes
	// nothing. It does not allocate where it returns nil.
	CheckInput(row []float64) error
}

// inputCheckers returns the layers of a stack that check x. It is an error if
// there is one whose inputs other layers compute.
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

// checkersIn returns the layers that check what goes into l: layers inside of
// it, or l itself.
func checkersIn(l Layer) ([]InputChecker, error) {
	switch l := l.(type) {
	case *stack:
		return inputCheckers(l.layers)
	case *residual:
		return inputCheckers(l.layers)
	case *average:
		var all []InputChecker
		for i, m := range l.members {
			checkers, err := checkersIn(m)
			if err != nil {
				return nil, fmt.Errorf("member %d: %w", i, err)
			}
			all = append(all, checkers...)
		}
		return all, nil
	case InputChecker:
		return []InputChecker{l}, nil
	}
	return nil, nil
}

// checkInputs returns an error that names the first row of x which a layer does
// not take, or the first entry that is not finite. Without a layer that checks
// its inputs it does not look at x.
func (n *network) checkInputs(op string, x *mat.Dense) error {
	if len(n.checkers) == 0 {
		return nil
	}
	if err := checkFinite(op, "x", x); err != nil {
		return err
	}
	rows, _ := x.Dims()
	for i := range rows {
		if err := n.checkInput(x.RawRowView(i)); err != nil {
			return fmt.Errorf("mlp: %s: x row %d %w", op, i, err)
		}
	}
	return nil
}

// checkInput returns the error of a layer that does not take a finite row of x.
func (n *network) checkInput(row []float64) error {
	for _, c := range n.checkers {
		if err := c.CheckInput(row); err != nil {
			return err
		}
	}
	return nil
}
