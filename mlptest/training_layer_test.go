package mlptest_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// noisy is scale with random factors in training, y = a·x∘m, and a parameter
// that counts the batches.
type noisy struct {
	*scale
	seen   *mat.Dense
	mu     sync.Mutex // guards seen in a faulty Infer
	faults noisyFaults
}

// noisyFaults are bugs in noisy.
type noisyFaults struct {
	otherSource bool // draws from another generator
	straight    bool // forgets the factors in Backward
	countsInfer bool // counts in Infer
}

func (n *noisy) Params() []mlp.Param {
	return append(n.scale.Params(), mlp.Param{Name: "seen", Value: n.seen, State: true})
}

func (n *noisy) count() { n.seen.Set(0, 0, n.seen.At(0, 0)+1) }

func (n *noisy) Infer(dst, x *mat.Dense) {
	n.scale.Infer(dst, x)
	if n.faults.countsInfer {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.count()
	}
}

func (n *noisy) NewPass(rows int, rng *rand.Rand) mlp.Pass {
	p := &noisyPass{scalePass: n.scale.NewPass(rows, rng).(*scalePass), layer: n, factors: mat.NewDense(rows, n.n, nil), random: rng.Float64}
	if n.faults.otherSource {
		p.random = rand.Float64
	}
	p.grads = []*mat.Dense{p.da, nil}
	return p
}

type noisyPass struct {
	*scalePass
	layer   *noisy
	factors *mat.Dense
	random  func() float64
	grads   []*mat.Dense
}

func (p *noisyPass) Grads() []*mat.Dense { return p.grads }

func (p *noisyPass) Forward(x *mat.Dense) *mat.Dense {
	y := p.scalePass.Forward(x)
	rows, cols := y.Dims()
	for i := range rows {
		for j := range cols {
			p.factors.Set(i, j, p.random())
			y.Set(i, j, y.At(i, j)*p.factors.At(i, j))
		}
	}
	p.layer.count()
	return y
}

func (p *noisyPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	rows, cols := dy.Dims()
	if r, c := p.x.Dims(); rows != r || cols != c {
		panic(&mlp.ShapeError{Op: "Backward"})
	}
	for i := range rows {
		for j := range cols {
			if !p.layer.faults.straight {
				dy.Set(i, j, dy.At(i, j)*p.factors.At(i, j))
			}
		}
	}
	return p.scalePass.Backward(dy, needDX)
}

func newNoisy(faults noisyFaults) func() mlp.Layer {
	return func() mlp.Layer {
		return &noisy{scale: newScale().(*scale), seen: mat.NewDense(1, 1, nil), faults: faults}
	}
}

func TestCheckTrainingLayer(t *testing.T) {
	mlptest.CheckTrainingLayer(t, newNoisy(noisyFaults{}))
	for want, faults := range map[string]noisyFaults{
		"Forward in a new pass":                                {otherSource: true},
		"full batch: ∂L/∂x against finite differences":         {straight: true},
		"short batch: ∂L/∂x against finite differences":        {straight: true},
		"full batch: gradient by a against finite differences": {straight: true},
		"parameter seen after Infer":                           {countsInfer: true},
	} {
		expect(t, reports(func(t testing.TB) { mlptest.CheckTrainingLayer(t, newNoisy(faults)) }), want)
	}
}

// Each layer passes exactly one of the two checks.
func TestTheOtherCheckOfLayers(t *testing.T) {
	expect(t, reports(func(t testing.TB) { mlptest.CheckLayer(t, newNoisy(noisyFaults{})) }), "Infer against Forward")
	expect(t, reports(func(t testing.TB) { mlptest.CheckTrainingLayer(t, newScale) }), "is one for CheckLayer")
}
