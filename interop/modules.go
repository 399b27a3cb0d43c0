package interop

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/quote"
)

// module is a layer with parameters.
type module struct {
	place  string // for errors: "layer 2"
	kind   string // of the layer: "dense"
	inside bool   // whether it is nested in another layer
	params []mlp.Param
}

// modules returns the layers that have parameters, with nested layers in place.
func modules(net mlp.Network) ([]module, error) {
	if matrix.IsNil(net) {
		return nil, errors.New("the network is nil")
	}
	if len(net.Layers()) == 0 {
		return nil, errors.New("the network has no layers")
	}
	// Without a row, PredictRow fails either for that or, before it looks, because
	// the weights are changing.
	if err := net.PredictRow(nil, nil); errors.Is(err, mlp.ErrInTraining) {
		return nil, fmt.Errorf("the network is %w", mlp.ErrInTraining)
	}
	return flatten(nil, net.Layers(), "layer ", false)
}

func flatten(all []module, layers []mlp.Layer, place string, inside bool) ([]module, error) {
	for i, l := range layers {
		here := fmt.Sprintf("%s%d", place, i)
		params := l.Params()
		if len(params) == 0 {
			continue
		}
		describer, ok := l.(mlp.Describer)
		if !ok {
			return nil, fmt.Errorf("%s: %T is no mlp.Describer", here, l)
		}
		d := describer.Describe()
		if len(d.Layers) == 0 {
			all = append(all, module{here, d.Kind, inside, params})
			continue
		}
		var err error
		if all, err = flatten(all, d.Layers, here+", layer ", true); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// transfer is the new value of a parameter.
type transfer struct {
	to     *mat.Dense
	values []float64 // row by row
}

// apply sets all parameters to their new values.
func apply(transfers []transfer) {
	for _, t := range transfers {
		rows, cols := t.to.Dims()
		t.to.Copy(mat.NewDense(rows, cols, t.values))
	}
}

// checkWritable returns an error if net scales its targets or if a parameter of
// its layers has values that it cannot have.
func checkWritable(net mlp.Network, layers []module) error {
	if r, ok := net.(*mlp.Regressor); ok && r.TargetScaling() != nil {
		return errors.New("the network scales its targets, see mlp.WithTargetScaling")
	}
	for _, l := range layers {
		for _, p := range l.params {
			if err := checkValues(p.Name, p.Value.RawMatrix().Data); err != nil {
				return fmt.Errorf("%s, %s: parameter %s: %w", l.place, l.kind, quote.Text(p.Name), err)
			}
		}
	}
	return nil
}

// checkValues returns an error unless a parameter can have the values.
func checkValues(name string, values []float64) error {
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("entry %d is %g: %w", i, v, mlp.ErrNotFinite)
		}
		if name == "running_var" && v < 0 {
			return fmt.Errorf("entry %d is %g, want a finite number of at least 0", i, v)
		}
	}
	return nil
}

// transpose returns the rows×cols matrix of the values column by column.
func transpose(values []float64, rows, cols int) []float64 {
	t := make([]float64, len(values))
	for i := range rows {
		for j := range cols {
			t[j*rows+i] = values[i*cols+j]
		}
	}
	return t
}
