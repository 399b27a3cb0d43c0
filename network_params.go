package mlp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/quote"
)

// heldParam is a parameter of a network as Model has met it.
type heldParam struct {
	name       string
	value      *mat.Dense
	rows, cols int
}

// holdParams remembers the parameters.
func (n *network) holdParams() {
	n.params = nil
	n.eachParam(func(name string, value *mat.Dense) error {
		rows, cols := value.Dims()
		n.params = append(n.params, heldParam{name, value, rows, cols})
		return nil
	})
}

// checkParams returns an error if a parameter has come to have another shape, as
// by its method Reset.
func (n *network) checkParams() error {
	for i := range n.params {
		p := &n.params[i]
		if rows, cols := p.value.Dims(); rows != p.rows || cols != p.cols {
			return fmt.Errorf("parameter %s is %d×%d, was %d×%d for Model", quote.Text(p.name), rows, cols, p.rows, p.cols)
		}
	}
	return nil
}

// checkApart returns an error of the call op if dst has an entry in common with
// a parameter. For a single sample this would cost several percent of a small
// network's time.
func (n *network) checkApart(op string, dst []float64) error {
	for i := range n.params {
		p := &n.params[i]
		if overlapSlices(dst, p.value.RawMatrix().Data) {
			return fmt.Errorf("mlp: %s: dst overlaps %s", op, quote.Plain(p.name))
		}
	}
	return nil
}
