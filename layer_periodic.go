package mlp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// The default standard deviations of the frequencies, those of the papers.
const (
	periodicSigma = 0.01
	pbldSigma     = 0.1
)

// A PeriodicOption changes how Periodic or PBLD describes a layer.
type PeriodicOption func(*periodic) error

// WithSigma sets the standard deviation from which the frequencies are drawn. It
// matters most of all settings: what is too small is safe, what is too large
// does harm. The default is 0.01 for Periodic and 0.1 for PBLD, for columns with
// a standard deviation of about 1.
func WithSigma(sigma float64) PeriodicOption {
	return func(l *periodic) error {
		l.sigma = sigma
		return checkPositive("sigma", sigma)
	}
}

// WithSharedWeights lets all columns share U and b, the "lite" variant. The
// frequencies remain their own.
func WithSharedWeights() PeriodicOption {
	return func(l *periodic) error {
		l.shared = true
		return nil
	}
}

// Periodic returns a layer that turns each column of x into several numbers by
// waves that it learns (Gorishniy et al., On Embeddings for Numerical Features
// in Tabular Deep Learning, 2022). A number v becomes
//
//	y = [cos 2πv·c | sin 2πv·c]·U + b
//
// with k frequencies c. An ActivationLayer with ReLU behind it makes it the PLR
// of the paper, in which 48 frequencies and 24 units are usual.
//
// The columns of y are those for the first column of x, then those for the
// second and so on: for f columns of x and d units there are f·d. The parameters
// are "frequency", c, which is f×k and drawn from N(0, σ²) without what is beyond
// ±3σ, "weight", U, which has 2k rows for each column of x and d columns, and
// "bias", b, f×d, both drawn from U(±1/√(2k)). Model returns an error for invalid
// arguments.
func Periodic(features, frequencies, units int, opts ...PeriodicOption) Layer {
	return newPeriodic(features, frequencies, units, false, opts)
}

// PBLD returns a layer like Periodic with shifted waves, which passes on the
// number itself too (Holzmüller et al., Better by Default, 2024),
//
//	y = [cos(2πv·c + φ)·U + b | v]
//
// In the paper there are 16 frequencies and 4 units, of which v is the last.
//
// The parameters are "frequency", c, drawn from N(0, σ²), "phase", φ, drawn from
// U(±π), both f×k, "weight", U, which has k rows for each column of x and d−1
// columns, and "bias", b, f×(d−1), both drawn from U(±1/√k).
func PBLD(features, frequencies, units int, opts ...PeriodicOption) Layer {
	return newPeriodic(features, frequencies, units, true, opts)
}

// periodic is Periodic and PBLD.
type periodic struct {
	use
	features, frequencies, units int
	pbld, shared                 bool
	sigma                        float64
	frequency                    *mat.Dense // features × frequencies
	phase                        *mat.Dense // features × frequencies, nil for Periodic
	weight                       *mat.Dense // as many rows for each feature, or for all, as it has waves
	bias                         *mat.Dense // a row for each feature, or for all
	drawn                        bool       // whether the parameters have their initial values
	err                          error      // the error in the arguments, if any
	scratch                      sync.Pool  // of *periodicScratch, for Infer
}

func newPeriodic(features, frequencies, units int, pbld bool, opts []PeriodicOption) *periodic {
	l := &periodic{features: features, frequencies: frequencies, units: units, pbld: pbld, sigma: periodicSigma}
	if pbld {
		l.sigma = pbldSigma
	}
	if l.err = l.set(opts); l.err != nil {
		return l
	}
	l.scratch.New = func() any { return &periodicScratch{team: kernel.NewTeam(1)} }
	l.frequency = mat.NewDense(features, frequencies, nil)
	if pbld {
		l.phase = mat.NewDense(features, frequencies, nil)
	}
	blocks := features
	if l.shared {
		blocks = 1
	}
	l.weight = mat.NewDense(blocks*l.waves(), l.outputs(), nil)
	l.bias = mat.NewDense(blocks, l.outputs(), nil)
	return l
}

// set applies the options and returns the error in the arguments, if any.
func (l *periodic) set(opts []PeriodicOption) error {
	switch {
	case l.features <= 0:
		return fmt.Errorf("%d features, want at least 1", l.features)
	case l.frequencies <= 0:
		return fmt.Errorf("%d frequencies, want at least 1", l.frequencies)
	case l.outputs() <= 0:
		return fmt.Errorf("%d units for a feature, want at least %d", l.units, l.units-l.outputs()+1)
	case l.features > maxWeights/l.units/2/l.frequencies:
		return fmt.Errorf("%d×%d×%d weights, at most %d are possible", l.features, 2*l.frequencies, l.units, maxWeights)
	}
	for i, opt := range opts {
		if opt == nil {
			return fmt.Errorf("option %d is nil", i)
		}
		if err := opt(l); err != nil {
			return err
		}
	}
	return nil
}

// waves returns how many numbers of a feature are multiplied by U.
func (l *periodic) waves() int {
	if l.pbld {
		return l.frequencies
	}
	return 2 * l.frequencies
}

// outputs returns how many numbers of a feature are a product with U.
func (l *periodic) outputs() int {
	if l.pbld {
		return l.units - 1
	}
	return l.units
}

// Validate returns the error in the arguments, if any.
func (l *periodic) Validate() error { return l.err }

func (l *periodic) Dims() (inputs, units int) {
	if l.err != nil {
		return 0, 0
	}
	return l.features, l.features * l.units
}

func (l *periodic) Params() []Param {
	params := []Param{{Name: "frequency", Value: l.frequency}, {Name: "weight", Value: l.weight}, {Name: "bias", Value: l.bias}}
	if l.pbld {
		params = append(params, Param{Name: "phase", Value: l.phase})
	}
	return params
}

func (l *periodic) Describe() LayerDescription {
	d := LayerDescription{Kind: "periodic", Inputs: l.features, Units: l.features * l.units}
	if l.pbld {
		d.Kind = "pbld"
	}
	d.Numbers = map[string]float64{"frequencies": float64(l.frequencies)}
	if l.shared {
		d.Numbers["shared"] = 1
	}
	return d
}

// periodicSize is the Size of the kinds "periodic" and "pbld".
func periodicSize(d LayerDescription) float64 {
	k, features := d.Numbers["frequencies"], float64(d.Inputs)
	units, blocks := float64(d.Units)/features, features
	if d.Numbers["shared"] != 0 {
		blocks = 1
	}
	if d.Kind == "pbld" {
		return 2*features*k + blocks*(k+1)*(units-1)
	}
	return features*k + blocks*(2*k+1)*units
}

// periodicFrom is the New of the kinds "periodic" and "pbld".
func periodicFrom(d LayerDescription) Layer {
	var opts []PeriodicOption
	if d.Numbers["shared"] != 0 {
		opts = append(opts, WithSharedWeights())
	}
	l := newPeriodic(d.Inputs, int(d.Numbers["frequencies"]), d.Units/d.Inputs, d.Kind == "pbld", opts)
	l.drawn = true
	return l
}

// Init draws the parameters the first time it is called.
func (l *periodic) Init(rng *rand.Rand) {
	if l.drawn || l.err != nil {
		return
	}
	if l.pbld {
		Normal(0, l.sigma)(l.frequency, rng)
		Uniform(-math.Pi, math.Pi)(l.phase, rng)
	} else {
		cutNormal(l.sigma)(l.frequency, rng)
	}
	bound := 1 / math.Sqrt(float64(l.waves()))
	draw := Uniform(-bound, bound)
	draw(l.weight, rng)
	draw(l.bias, rng)
	l.drawn = true
}

// cutNormal draws from the normal distribution with mean 0 and this standard
// deviation, without what is beyond three of them.
func cutNormal(sd float64) Initializer {
	return func(w *mat.Dense, rng *rand.Rand) {
		if rng == nil {
			return
		}
		fill(w, func() float64 {
			for {
				if v := normal(rng); math.Abs(v) <= 3 {
					return sd * v
				}
			}
		})
	}
}

// parts are what belongs to a feature in the parameters and in y.
type parts struct {
	weight blas64.General // U
	bias   []float64      // b
	from   int            // its first column of y
	to     int            // the column after the last one that is a product with U
}

// parts returns those of feature j in parameters, which are the weight and the
// bias or their gradients.
func (l *periodic) parts(j int, weight, bias *mat.Dense) parts {
	block := l.block(j)
	w, n := weight.RawMatrix(), l.waves()
	w.Data, w.Rows = w.Data[block*n*w.Stride:(block+1)*n*w.Stride], n
	return parts{w, bias.RawRowView(block), j * l.units, j*l.units + l.outputs()}
}

// block returns which of the U and b is that of feature j.
func (l *periodic) block(j int) int {
	if l.shared {
		return 0
	}
	return j
}

// wave stores the cosines and then the sines of feature j in waves, which has 2k
// columns, for the rows of x.
func (l *periodic) wave(waves blas64.General, x *mat.Dense, j int) {
	frequency, k := l.frequency.RawRowView(j), l.frequencies
	for i := range waves.Rows {
		v, row := x.At(i, j), waves.Data[i*waves.Stride:][:2*k]
		cos, sin := row[:k], row[k:]
		for m, c := range frequency {
			sin[m] = v * c
		}
		if l.pbld {
			kernel.Axpy(sin, 1/(2*math.Pi), l.phase.RawRowView(j))
		}
		kernel.SinCosTurns(sin, cos, sin)
	}
}

// combine stores what the waves of feature j make in its columns of y.
func (l *periodic) combine(team *kernel.Team, y, x *mat.Dense, waves blas64.General, j int) {
	p := l.parts(j, l.weight, l.bias)
	waves.Cols = l.waves()
	team.MulBias(kernel.NN, columnsOf(y, p.from, p.to), waves, p.weight, p.bias)
	if l.pbld {
		for i := range waves.Rows {
			y.Set(i, p.to, x.At(i, j))
		}
	}
}

// periodicScratch is the memory of Infer.
type periodicScratch struct {
	team  *kernel.Team
	waves buffer // of a feature
}

func (l *periodic) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	s := l.scratch.Get().(*periodicScratch)
	waves := s.waves.resize(x.RawMatrix().Rows, 2*l.frequencies).RawMatrix()
	for j := range l.features {
		l.wave(waves, x, j)
		l.combine(s.team, dst, x, waves, j)
	}
	l.scratch.Put(s)
}

func (l *periodic) NewPass(rows int, rng *rand.Rand) Pass {
	p := &periodicPass{layer: l, team: kernel.NewTeam(1)}
	p.Pass = NewPass(l, rows, Formulas{Forward: p.forward, Grads: p.grads, Backward: p.backward})
	return p
}

// periodicPass remembers the waves of all features. grads puts the gradients by
// the arguments of the cosines and sines in the place of the cosines.
type periodicPass struct {
	Pass
	layer *periodic
	team  *kernel.Team
	waves buffer // rows × 2k for each feature
	grad  buffer // by the waves of a feature
}

// useEnv makes the pass use the workers of a stepper.
func (p *periodicPass) useEnv(e *passEnv) { p.team = e.team }

// of returns the cosines and sines of feature j.
func (p *periodicPass) of(j int) blas64.General {
	n := 2 * p.layer.frequencies
	return columnsOf(&p.waves.view, j*n, (j+1)*n)
}

func (p *periodicPass) forward(y, x *mat.Dense) {
	p.waves.resize(x.RawMatrix().Rows, p.layer.features*2*p.layer.frequencies)
	for j := range p.layer.features {
		p.layer.wave(p.of(j), x, j)
		p.layer.combine(p.team, y, x, p.of(j), j)
	}
}

// grads adds ∂L/∂U = wavesᵀ·dy and ∂L/∂b = Σ dy over the rows, and, with the
// gradients g = −sin·(dy·Uᵀ) and cos·(dy·Uᵀ) by the arguments of the cosines and
// the sines, ∂L/∂c = Σ 2πv·g and ∂L/∂φ = Σ g.
func (p *periodicPass) grads(grads []*mat.Dense, dy, x, _ *mat.Dense) {
	l := p.layer
	grad := p.grad.resize(dy.RawMatrix().Rows, l.waves()).RawMatrix()
	for j := range l.features {
		waves, own, sums := p.of(j), l.parts(j, l.weight, l.bias), l.parts(j, grads[1], grads[2])
		d := columnsOf(dy, own.from, own.to)
		used := waves
		used.Cols = l.waves()
		p.team.MulAdd(kernel.TN, sums.weight, used, d)
		p.team.Mul(kernel.NT, grad, d, own.weight)
		dc := grads[0].RawRowView(j)
		for i := range waves.Rows {
			g := argumentGrad(l, waves.Data[i*waves.Stride:], grad.Data[i*grad.Stride:])
			kernel.Axpy(sums.bias, 1, d.Data[i*d.Stride:][:d.Cols])
			kernel.Axpy(dc, float64(2*math.Pi*x.At(i, j)), g)
			if l.pbld {
				kernel.Axpy(grads[3].RawRowView(j), 1, g)
			}
		}
	}
}

// argumentGrad stores the gradients by the arguments of the waves of a feature
// in the place of its cosines, and returns them. grad has those by the waves.
func argumentGrad[T float32 | float64](l *periodic, waves, grad []T) []T {
	k := l.frequencies
	cos, sin := waves[:k], waves[k:2*k]
	for m, s := range sin {
		g := -T(s * grad[m])
		if !l.pbld {
			g += T(cos[m] * grad[k+m])
		}
		cos[m] = g
	}
	return cos
}

// backward stores ∂L/∂v = Σ 2πc·g in dx, and adds dy of v itself for PBLD.
func (p *periodicPass) backward(dx, dy, x, _ *mat.Dense) {
	l := p.layer
	for j := range l.features {
		waves := p.of(j)
		for i := range waves.Rows {
			sum := float64(2 * math.Pi * dot(waves.Data[i*waves.Stride:][:l.frequencies], l.frequency.RawRowView(j)))
			if l.pbld {
				sum += dy.At(i, (j+1)*l.units-1)
			}
			dx.Set(i, j, sum)
		}
	}
}
