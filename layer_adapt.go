package mlp

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// An Adapter is a Layer that learns something from samples before it is
// trained, such as Normalization.
type Adapter interface {
	Layer

	// Adapt learns from x, which is n×inputs. An error changes nothing.
	Adapt(x mat.Matrix) error
}

// adapter is an Adapter whose numbers are random, too, or that has layers
// inside. The error continues after the name of the layer.
type adapter interface {
	adapt(x *mat.Dense, rng *rand.Rand) error
}

// Adapt lets layers, first to last, learn from the training samples x (n×inputs
// of the first layer) before Model makes a network of them:
//
//   - an Adapter, such as Normalization, learns from the outputs of the layers
//     before it;
//   - NTKDense gets weights with which its units have standard deviation 1 before
//     they add the bias, and biases within the range of these sums, with the
//     opposite sign, so that the units bend where the data are (the start of
//     RealMLP: Holzmüller, Grinsztajn, Steinwart, Better by Default, 2024); a unit
//     that is the same for all samples keeps weights of standard deviation 1;
//   - all other layers draw their weights as they do in Model, unless they have
//     some.
//
// Layers inside other layers are treated the same. What is random depends on the
// seed only. The outputs of the layers need memory for all rows of x; a sample of
// the rows does as well.
//
// It is an error if a layer is invalid or in training, if x does not fit the
// layers, or if a number is not finite. Layers before the one that the error
// names have changed.
func Adapt(layers []Layer, x mat.Matrix, seed uint64) error {
	const op = "Adapt"
	if err := newStack(layers).Validate(); err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	d, err := toDense(op, "x", x)
	if err != nil {
		return err
	}
	inputs, _ := layers[0].Dims()
	if _, cols := d.Dims(); cols != inputs {
		return &ShapeError{Op: op, Subject: "x", Got: cols, Unit: "columns", Wanting: "layer 0 takes", Want: inputs}
	}
	if err := checkFinite(op, "x", d); err != nil {
		return err
	}
	checkers, err := inputCheckers(layers)
	if err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	if err := (&network{checkers: checkers}).checkInputs(op, d); err != nil {
		return err
	}
	if err := adaptLayers(layers, d, rand.New(rand.NewPCG(seed, 0))); err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	return nil
}

// adaptLayers adapts layers that follow each other.
func adaptLayers(layers []Layer, x *mat.Dense, rng *rand.Rand) error {
	for i, l := range layers {
		if err := adaptLayer(l, x, rng); err != nil {
			return fmt.Errorf("layer %d: %w", i, err)
		}
		if i == len(layers)-1 {
			break
		}
		rows, _ := x.Dims()
		_, units := l.Dims()
		y := mat.NewDense(rows, units, nil)
		l.Infer(y, x)
		if !allFinite(y.RawMatrix()) {
			return fmt.Errorf("layer %d: its outputs are %w", i, ErrNotFinite)
		}
		x = y
	}
	return nil
}

func adaptLayer(l Layer, x *mat.Dense, rng *rand.Rand) error {
	if l, ok := l.(adapter); ok {
		return l.adapt(x, rng)
	}
	if l, ok := l.(Seeded); ok {
		l.Init(rng)
	}
	if l, ok := l.(Adapter); ok {
		return l.Adapt(x)
	}
	return nil
}

func (s *stack) adapt(x *mat.Dense, rng *rand.Rand) error { return adaptLayers(s.layers, x, rng) }

func (l *average) adapt(x *mat.Dense, rng *rand.Rand) error {
	for i, m := range l.layers {
		if err := adaptLayer(m, x, rng); err != nil {
			return fmt.Errorf("member %d: %w", i, err)
		}
	}
	return nil
}

func (l *columns) adapt(x *mat.Dense, rng *rand.Rand) error {
	for i, inner := range l.layers {
		var part buffer
		if err := adaptLayer(inner, gatherColumns(&part, x, l.lists[i]), rng); err != nil {
			return fmt.Errorf("group %d: %w", i, err)
		}
	}
	return nil
}

func (l *memberLayers) adapt(x *mat.Dense, rng *rand.Rand) error {
	rows, _ := x.Dims()
	var split reshaped
	return l.stack.adapt(split.of(x, rows*l.members, l.inputs), rng)
}

// adapt draws the weights, as in Model.
func (l *batchEnsemble) adapt(_ *mat.Dense, rng *rand.Rand) error {
	l.Init(rng)
	return nil
}
