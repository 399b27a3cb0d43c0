package mlp

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// LayerNorm returns a layer that normalises each row of x,
//
//	x̂ = (x − μ)/√(σ² + ε)    y = w∘x̂ + b
//
// where μ is the mean of the row and σ² its population variance (Ba, Kiros and
// Hinton, 2016, in the form of PyTorch). ε is 1e-5 without WithEpsilon. It
// computes the same in training as after it.
//
// The parameters are "weight", w, which begins at ones, and "bias", b, at
// zeros; both are 1×units. Model reports a mistake in the arguments.
func LayerNorm(units int, opts ...NormOption) Layer {
	return &layerNorm{newNorm(units, 0, opts)}
}

type layerNorm struct{ norm }

// Describe implements Describer.
func (l *layerNorm) Describe() LayerDescription { return l.describe("layer_norm") }

// Infer stores the normalised rows of x in dst.
func (l *layerNorm) Infer(dst, x *mat.Dense) {
	l.checkInfer(dst, x)
	rows, _ := x.Dims()
	for i := range rows {
		y := dst.RawRowView(i)
		normalize(y, x.RawRowView(i), l.epsilon)
		l.transform(y, y)
	}
}

// normalize stores (x − μ)/√(σ² + ε) in dst and returns 1/√(σ² + ε).
func normalize(dst, x []float64, epsilon float64) (scale float64) {
	n := float64(len(x))
	mean := 0.0
	for _, v := range x {
		mean += v
	}
	mean /= n
	for j, v := range x {
		dst[j] = v - mean
	}
	scale = 1 / math.Sqrt(kernel.SumSquares(dst)/n+epsilon)
	kernel.Scale(dst, scale)
	return scale
}

// NewPass returns a Pass for batches of at most rows samples; rng is not used.
func (l *layerNorm) NewPass(rows int, rng *rand.Rand) Pass {
	return &layerNormPass{newNormPass(&l.norm, rows), make([]float64, rows)}
}

type layerNormPass struct {
	normPass
	scales []float64 // 1/√(σ² + ε) of each row
}

func (p *layerNormPass) Forward(x *mat.Dense) *mat.Dense {
	y := p.output(x)
	hat := p.hat.resize(y.Dims())
	for i := range p.rows {
		h := hat.RawRowView(i)
		p.scales[i] = normalize(h, x.RawRowView(i), p.layer.epsilon)
		p.layer.transform(y.RawRowView(i), h)
	}
	return y
}

// Backward stores the gradients of w and b. With g = w∘dy it returns, row by
// row and if needDX,
//
//	∂L/∂x = (g − mean(g) − x̂·mean(g∘x̂))/√(σ² + ε)
func (p *layerNormPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.transformGrads(dy)
	if !needDX {
		return nil
	}
	dx := p.dx.resize(dy.Dims())
	weight, n := p.layer.weight.RawRowView(0), float64(p.units)
	for i := range p.rows {
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
	return dx
}
