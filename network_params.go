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

// changed returns the first of the parameters that has come to have another
// shape, as by its method Reset, or nil.
func changed(params []heldParam) *heldParam {
	for i := range params {
		p := &params[i]
		if rows, cols := p.value.Dims(); rows != p.rows || cols != p.cols {
			return p
		}
	}
	return nil
}

// checkParams returns an error if a parameter has changed.
func (n *network) checkParams() error {
	p := changed(n.params)
	if p == nil {
		return nil
	}
	rows, cols := p.value.Dims()
	return fmt.Errorf("parameter %s is %d×%d, was %d×%d for Model", quote.Text(p.name), rows, cols, p.rows, p.cols)
}

// checkValues returns an error of the call op if a value of a parameter is not
// finite, or beyond the precision of the layer.
func (n *network) checkValues(op string) error {
	narrow := make(map[*mat.Dense]bool)
	if n.precision == Float32 {
		addRounded(narrow, n.layers)
	}
	return n.eachParam(func(name string, value *mat.Dense) error {
		err := checkFinite(op, name, value)
		if err == nil && narrow[value] {
			err = n.precision.checkRange(op, name, value)
		}
		return err
	})
}

// addRounded adds the parameters that the layers round to single precision, those
// of layers inside others included. State and layers that compute in double
// precision have none.
func addRounded(rounded map[*mat.Dense]bool, layers []Layer) {
	for _, l := range layers {
		if _, wide := newLayer32(l).(*widenedLayer); wide {
			continue
		}
		if inner := inside(l); inner != nil {
			addRounded(rounded, inner)
			continue
		}
		for _, p := range l.Params() {
			if !p.State {
				rounded[p.Value] = true
			}
		}
	}
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
