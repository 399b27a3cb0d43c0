package mlp

import (
	"cmp"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/pcg"
)

// Dropout returns a layer that, in training, zeroes each entry of x with
// probability rate, independently of all others, and scales the rest,
//
//	y = m∘x    m = 0 with probability rate, else 1/(1−rate)
//
// so that the expected value of y is x (inverted dropout; Srivastava et al.,
// 2014). m is drawn anew for each batch. Infer is the identity.
//
// rate is in [0, 1); FitOptions.DropoutSchedule may lower it during a run.
// Model returns an error for invalid arguments.
func Dropout(units int, rate float64) Layer {
	err := cmp.Or(checkUnits(units), checkFraction("dropout rate", rate))
	return &dropout{trainingOnly{sameWidth{units, err}}, rate}
}

type dropout struct {
	trainingOnly
	rate float64
}

func (l *dropout) Describe() LayerDescription {
	d := l.describe("dropout")
	d.Numbers = map[string]float64{"rate": l.rate}
	return d
}

func (l *dropout) NewPass(rows int, rng *rand.Rand) Pass {
	p := &dropoutPass{rate: l.rate, rng: rng}
	p.Pass = NewPass(l, rows, Formulas{Forward: p.forward, Backward: p.backward})
	checkRandom(rng)
	return p
}

type dropoutPass struct {
	Pass
	rate float64
	env  *passEnv // nil outside Fit
	rng  *rand.Rand
	mask buffer // m
}

func (p *dropoutPass) useEnv(e *passEnv) { p.env, e.drops = e, true }

// forward draws m and stores m∘x in y.
func (p *dropoutPass) forward(y, x *mat.Dense) {
	rows, cols := x.Dims()
	mask := p.mask.resize(rows, cols)
	rate, source := p.rate, (*rand.PCG)(nil)
	if p.env != nil {
		rate, source = p.rate*p.env.dropout, p.env.source
	}
	if hasGaps(x) {
		y.Copy(x)
		x = y
	}
	drop(y.RawMatrix().Data, mask.RawMatrix().Data, rowsOf(x, 0, rows).Data, rate, p.rng, source)
}

// drop draws each entry of mask: 0 if rng.Float64() would be below the rate, else
// 1/(1−rate). It stores mask∘x in y, which may be x. source is what rng draws from,
// or nil if that is not known.
func drop[T float32 | float64](y, mask, x []T, rate float64, rng *rand.Rand, source *rand.PCG) {
	least := uint64(math.Ceil(math.Ldexp(rate, pcg.Bits))) // numbers of Float64 are multiples of 2⁻⁵³
	kept := T(1 / (1 - rate))
	if source != nil {
		pcg.Drop(y, mask, x, source, least, kept)
		return
	}
	factors := [2]T{kept, 0}
	for i := range mask {
		n := rng.Uint64() % (1 << pcg.Bits)
		mask[i] = factors[(n-least)>>63] // without a branch, which would be a guess each time
		y[i] = mask[i] * x[i]
	}
}

// backward stores m∘dy in dx.
func (p *dropoutPass) backward(dx, dy, _, _ *mat.Dense) {
	rows, _ := dx.Dims()
	if !hasGaps(dy) {
		kernel.MulElem(dx.RawMatrix().Data, p.mask.view.RawMatrix().Data, rowsOf(dy, 0, rows).Data)
		return
	}
	for i := range rows {
		kernel.MulElem(dx.RawRowView(i), p.mask.view.RawRowView(i), dy.RawRowView(i))
	}
}
