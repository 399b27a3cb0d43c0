package trust

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// gradientRows is the number of rows that go through the network together.
const gradientRows = 256

// InputGradients returns the derivative of one output of the network with
// respect to each entry of the n×inputs samples x, in the shape of x: in which
// direction, and how strongly, a small change of the entry would change the
// output (saliency; Simonyan et al., 2014). The output is a column of
// Network.Forward; the gradients of columns of x are comparable only if the
// columns have the same scale.
//
// Layers that compute something else in training than in Infer must be
// mlp.Freezers, as those of package mlp are.
func InputGradients(net mlp.Network, x mat.Matrix, output int) (*mat.Dense, error) {
	const op = "InputGradients"
	if matrix.IsNil(net) {
		return nil, fmt.Errorf("trust: %s: net is nil", op)
	}
	xd, err := toDense(op, "x", x)
	if err != nil {
		return nil, err
	}
	want, err := net.Forward(xd)
	if err != nil {
		return nil, fmt.Errorf("trust: %s: %w", op, err)
	}
	rows, cols := xd.Dims()
	if _, units := want.Dims(); output < 0 || output >= units {
		return nil, fmt.Errorf("trust: %s: output %d, net has %d", op, output, units)
	}
	passes, err := newPasses(net.Layers(), min(rows, gradientRows))
	if err != nil {
		return nil, fmt.Errorf("trust: %s: %w", op, err)
	}
	grads := mat.NewDense(rows, cols, nil)
	for lo := 0; lo < rows; lo += gradientRows {
		hi := min(lo+gradientRows, rows)
		out := xd.Slice(lo, hi, 0, cols).(*mat.Dense)
		for i, p := range passes {
			if out = p.Forward(out); out == nil {
				return nil, fmt.Errorf("trust: %s: Forward of layer %d returns nil", op, i)
			}
		}
		if !near(out, want.Slice(lo, hi, 0, want.RawMatrix().Cols)) {
			return nil, fmt.Errorf("trust: %s: a layer computes something else in training and is no mlp.Freezer", op)
		}
		r, units := out.Dims()
		grad := mat.NewDense(r, units, nil)
		for i := range r {
			grad.Set(i, output, 1)
		}
		for i, p := range slices.Backward(passes) {
			if grad = p.Backward(grad, true); grad == nil {
				return nil, fmt.Errorf("trust: %s: Backward of layer %d returns nil", op, i)
			}
		}
		grads.Slice(lo, hi, 0, cols).(*mat.Dense).Copy(grad)
	}
	return grads, nil
}

// newPasses returns passes of the layers, frozen, for batches of this many rows.
func newPasses(layers []mlp.Layer, rows int) ([]mlp.Pass, error) {
	passes := make([]mlp.Pass, len(layers))
	for i, l := range layers {
		if f, ok := l.(mlp.Freezer); ok {
			l = f.Frozen()
		}
		passes[i] = l.NewPass(rows, rand.New(rand.NewPCG(0, 0)))
		if matrix.IsNil(passes[i]) {
			return nil, fmt.Errorf("NewPass of layer %d returns nil", i)
		}
		if slices.Contains(passes[i].Grads(), nil) {
			return nil, fmt.Errorf("layer %d changes in training and is no mlp.Freezer", i)
		}
	}
	return passes, nil
}

// near reports whether two matrices have the same shape and are equal up to
// rounding.
func near(a, b mat.Matrix) bool {
	const rounding = 1e-9
	rows, cols := a.Dims()
	if r, c := b.Dims(); r != rows || c != cols {
		return false
	}
	for i := range rows {
		for j := range cols {
			if v, w := a.At(i, j), b.At(i, j); v != w && !(math.Abs(v-w) <= rounding*max(1, math.Abs(w))) {
				return false
			}
		}
	}
	return true
}
