package interop

import (
	"fmt"
	"math"
	"slices"

	"example.com/mlp/internal/compensated"
	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/safetensors"
)

// weightNorm returns where the values of a weight of the given shape come from
// if PyTorch stores it as a length g and a direction v (Salimans and Kingma,
// Weight Normalization, 2016),
//
//	w = g·v/‖v‖
//
// The shape of g determines what the norm is over: each row, [units 1], which
// is PyTorch's default, each column, [1 inputs], or all, [].
func weightNorm(g, v *safetensors.Tensor, shape []int) (values func() ([]float64, error), err error) {
	if !slices.Equal(v.Shape, shape) {
		return nil, fmt.Errorf("tensor %s has shape %d, want %d", quote.Text(v.Name), v.Shape, shape)
	}
	units, inputs := shape[0], shape[1]
	var group func(i, j int) int // whose length an entry has
	switch {
	case slices.Equal(g.Shape, []int{units, 1}):
		group = func(i, j int) int { return i }
	case slices.Equal(g.Shape, []int{1, inputs}):
		group = func(i, j int) int { return j }
	case len(g.Shape) == 0:
		group = func(i, j int) int { return 0 }
	default:
		return nil, fmt.Errorf("tensor %s has shape %d, want %d", quote.Text(g.Name), g.Shape, []int{units, 1})
	}
	return func() ([]float64, error) {
		lengths, err := readTensor(g, "weight")
		if err != nil {
			return nil, err
		}
		w, err := readTensor(v, "weight")
		if err != nil {
			return nil, err
		}
		largest := make([]float64, len(lengths))
		for k, x := range w {
			i := group(k/inputs, k%inputs)
			largest[i] = max(largest[i], math.Abs(x))
		}
		squares := make([]compensated.Sum, len(lengths))
		for k, x := range w {
			i := group(k/inputs, k%inputs)
			_, exp := math.Frexp(largest[i])
			w[k] = math.Ldexp(x, -exp) // no square overflows, and the largest does not vanish
			squares[i].Add(w[k] * w[k])
		}
		for k := range w {
			switch i := group(k/inputs, k%inputs); {
			case lengths[i] == 0:
				w[k] = 0 // in any direction
			case largest[i] == 0:
				return nil, fmt.Errorf("tensor %s is all zeros for entry %d of %s, which is %g: a weight without a direction", quote.Text(v.Name), i, quote.Text(g.Name), lengths[i])
			default:
				w[k] = lengths[i] * (w[k] / math.Sqrt(squares[i].Value()))
			}
		}
		return w, checkValues("weight", w)
	}, nil
}
