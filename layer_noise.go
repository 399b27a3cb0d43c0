package mlp

import (
	"cmp"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// GaussianNoise returns a layer that in training adds noise to each entry of
// x, drawn anew for each batch from the normal distribution with mean 0 and
// standard deviation sd (Bishop, Training with Noise is Equivalent to Tikhonov
// Regularization, 1995). Infer is the identity.
//
// sd is at least 0. Model reports a mistake in the arguments.
func GaussianNoise(units int, sd float64) Layer {
	err := cmp.Or(checkUnits(units), checkNonNegative("standard deviation of the noise", sd))
	return &gaussianNoise{sameWidth{units, err}, sd}
}

type gaussianNoise struct {
	sameWidth
	sd float64
}

// Describe implements Describer.
func (l *gaussianNoise) Describe() LayerDescription {
	d := l.describe("gaussian_noise")
	d.Numbers = map[string]float64{"sd": l.sd}
	return d
}

// Infer stores x in dst.
func (l *gaussianNoise) Infer(dst, x *mat.Dense) {
	l.checkInfer(dst, x)
	dst.Copy(x)
}

// NewPass returns a Pass that draws from rng in Forward.
func (l *gaussianNoise) NewPass(rows int, rng *rand.Rand) Pass {
	p := &gaussianNoisePass{sameWidthPass: newSameWidthPass(&l.sameWidth, rows), sd: l.sd, rng: rng}
	checkRandom(rng)
	return p
}

type gaussianNoisePass struct {
	sameWidthPass
	sd  float64
	rng *rand.Rand
}

func (p *gaussianNoisePass) Forward(x *mat.Dense) *mat.Dense {
	y := p.output(x)
	for i := range p.rows {
		yi := y.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			yi[j] = v + float64(p.sd*normal(p.rng))
		}
	}
	return y
}

// Backward returns dy if needDX.
func (p *gaussianNoisePass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	if !needDX {
		return nil
	}
	dx := p.dx.resize(dy.Dims())
	dx.Copy(dy)
	return dx
}

// Frozen returns the identity.
func (l *gaussianNoise) Frozen() Layer { return ActivationLayer(l.units, Identity) }
