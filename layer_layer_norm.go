package mlp

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// LayerNorm returns a layer that normalizes each row of x,
//
//	x̂ = (x − μ)/√(σ² + ε)    y = w∘x̂ + b
//
// where μ is the mean of the row and σ² its population variance (Ba, Kiros and
// Hinton, 2016, in the form of PyTorch). By default, ε is 1e-5 (see
// WithEpsilon). The layer computes the same thing in training and inference.
//
// The parameters are "weight", w, initialized to ones, and "bias", b,
// initialized to zeros; both are 1×units. Model returns an error for invalid
// arguments.
func LayerNorm(units int, opts ...NormOption) Layer {
	return &layerNorm{norm: newNorm(units, 0, opts)}
}

type layerNorm struct {
	norm
	use
}

func (l *layerNorm) Describe() LayerDescription { return l.describe("layer_norm") }

func (l *layerNorm) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	for i := range x.RawMatrix().Rows {
		y := dst.RawRowView(i)
		normalize(y, x.RawRowView(i), l.epsilon)
		l.transform(y, y)
	}
}

// normalize stores (x − μ)/√(σ² + ε) in dst and returns 1/√(σ² + ε).
func normalize(dst, x []float64, epsilon float64) (scale float64) {
	return normalizeAround(sumOf(x)/float64(len(x)), dst, x, epsilon)
}

// normalizeAround is normalize with the given μ.
func normalizeAround(mean float64, dst, x []float64, epsilon float64) (scale float64) {
	for j, v := range x {
		dst[j] = v - mean
	}
	scale = 1 / math.Sqrt(kernel.SumSquares(dst)/float64(len(x))+epsilon)
	kernel.Scale(dst, scale)
	return scale
}

func (l *layerNorm) NewPass(rows int, rng *rand.Rand) Pass {
	p := &layerNormPass{layer: l}
	pass := NewPass(l, rows, Formulas{Forward: p.forward, Grads: p.grads, Backward: p.backward})
	p.scales = make([]float64, rows)
	return pass
}

// layerNormPass is what a pass remembers of a batch.
type layerNormPass struct {
	normPass
	layer  *layerNorm
	scales []float64 // 1/√(σ² + ε) of each row
}

// forward stores the normalized rows of x in y.
func (p *layerNormPass) forward(y, x *mat.Dense) {
	rows, cols := x.Dims()
	hat := p.hat.resize(rows, cols)
	for i := range rows {
		h := hat.RawRowView(i)
		p.scales[i] = normalize(h, x.RawRowView(i), p.layer.epsilon)
		p.layer.transform(y.RawRowView(i), h)
	}
}

// backward stores in dx, row by row and with g = w∘dy,
//
//	∂L/∂x = (g − mean(g) − x̂·mean(g∘x̂))/√(σ² + ε)
func (p *layerNormPass) backward(dx, dy, _, _ *mat.Dense) {
	rows, cols := dy.Dims()
	weight, n := p.layer.weight.RawRowView(0), float64(cols)
	for i := range rows {
		h, d := p.hat.view.RawRowView(i), dx.RawRowView(i)
		g, gh := 0.0, 0.0 // the means
		for j, v := range dy.RawRowView(i) {
			d[j] = float64(weight[j] * v)
			g += d[j]
			gh += float64(d[j] * h[j])
		}
		g, gh = g/n, gh/n
		for j, v := range h {
			d[j] = (d[j] - g - float64(v*gh)) * p.scales[i]
		}
	}
}
