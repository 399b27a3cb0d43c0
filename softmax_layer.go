package mlp

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// SoftmaxDense is the dense layer whose activation couples the entries of a
// row. Dense makes it. It may stand anywhere in a network: Backward uses the
// full Jacobian of each row. All but Init may be called from many goroutines at
// once while nobody trains the layer.
type SoftmaxDense struct {
	dense
	use
}

// NewPass returns a LogitPass for batches of at most rows samples; rng is not
// used.
func (d *SoftmaxDense) NewPass(rows int, rng *rand.Rand) Pass {
	return &softmaxPass{newDensePass(&d.dense, rows)}
}

// softmaxPass applies the activation to one row at a time.
type softmaxPass struct{ densePass }

func (p *softmaxPass) Forward(x *mat.Dense) *mat.Dense {
	z := p.ForwardLogits(x)
	y := p.y.resize(z.Dims())
	for i := range z.RawMatrix().Rows {
		p.layer.act.Apply(y.RawRowView(i), z.RawRowView(i))
	}
	return y
}

// Backward multiplies each row of dy by the Jacobian of that row, in place.
func (p *softmaxPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	backpropRows(p.layer.act, dy, &p.z.view, &p.y.view)
	return p.BackwardLogits(dy, needDX)
}
