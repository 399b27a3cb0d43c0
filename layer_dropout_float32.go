package mlp

import (
	"math/rand/v2"

	"example.com/mlp/internal/kernel"
)

// dropoutPass32 is the pass of Dropout in single precision. It draws the same
// numbers as that in double precision.
type dropoutPass32 struct {
	rate    float64
	env     *passEnv
	rng     *rand.Rand
	mask, y buffer32
}

func newDropoutPass32(l *dropout, rows int, rng *rand.Rand, env *passEnv) *dropoutPass32 {
	env.drops = true
	p := &dropoutPass32{rate: l.rate, env: env, rng: rng}
	p.mask.resize(rows, l.units)
	p.y.resize(rows, l.units)
	return p
}

func (p *dropoutPass32) forward32(x matrix32) matrix32 {
	mask, y := p.mask.resize(x.Rows, x.Cols), p.y.resize(x.Rows, x.Cols)
	drop(y.Data, mask.Data, x.Data, p.rate*p.env.dropout, p.rng, p.env.source)
	return y
}

// backward32 returns m∘dy in the place of dy.
func (p *dropoutPass32) backward32(dy matrix32, needDX bool) matrix32 {
	if needDX {
		kernel.MulElem32(dy.Data, dy.Data, p.mask.data[:len(dy.Data)])
	}
	return dy
}

func (p *dropoutPass32) gradients() []gradient { return nil }
