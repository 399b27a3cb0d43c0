package mlp

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// A chain takes a batch through the layers and back. It ends where the
// criterion begins: with the outputs of the last layer or with its logits.
type chain interface {
	// forward returns what the criterion takes of a batch. The chain owns it.
	forward(b *batch) (out *mat.Dense)

	// backward computes the gradients of the layers from lowest on. grad is the
	// gradient with respect to what forward returned; it may be overwritten.
	backward(grad *mat.Dense, lowest int)

	// gradients returns where backward leaves the gradients of the parameters
	// of a layer, in the order of Layer.Params.
	gradients(layer int) []gradient

	// notFinite returns the first layer whose last outputs are not finite, or
	// -1.
	notFinite() int
}

// newChain returns a chain of the layers of n for batches of at most rows
// samples.
func newChain(n *network, p Precision, rows int, rng *rand.Rand, env *passEnv) chain {
	if p == Float32 {
		return newChain32(n, rows, rng, env)
	}
	return newChain64(n, rows, rng, env)
}

// chain64 is the chain in double precision.
type chain64 struct {
	team    *kernel.Team
	passes  []Pass
	last    lastPass
	relu    *defaultPass // of the last layer but one, if belowUnit has found it
	unit    *defaultPass // of the last layer, likewise
	batch   gathering
	outputs []*mat.Dense // of each layer, for the last batch
}

// lastPass is the pass of the last layer, up to the input of the criterion.
type lastPass struct {
	forward  func(x *mat.Dense) (out *mat.Dense)
	backward func(grad *mat.Dense, needDX bool) (dx *mat.Dense)
}

func newChain64(n *network, rows int, rng *rand.Rand, env *passEnv) *chain64 {
	c := &chain64{team: env.team, outputs: make([]*mat.Dense, len(n.layers))}
	for i, l := range n.layers {
		p := passOf(fmt.Sprintf("layer %d", i), l, rows, rng)
		if p, ok := p.(envUser); ok {
			p.useEnv(env)
		}
		c.passes = append(c.passes, p)
	}
	pass := c.passes[len(c.passes)-1]
	if n.criterion.infer.logits {
		p := pass.(LogitPass)
		c.last = lastPass{p.ForwardLogits, p.BackwardLogits}
	} else {
		c.last = lastPass{pass.Forward, pass.Backward}
	}
	c.relu, c.unit = belowUnit(c.passes)
	return c
}

func (c *chain64) forward(b *batch) *mat.Dense {
	x := b.x
	if b.order != nil {
		x = c.batch.gather(c.team, x, b.order)
	}
	last := len(c.passes) - 1
	for i, p := range c.passes[:last] {
		x = p.Forward(x)
		c.outputs[i] = x
	}
	c.outputs[last] = c.last.forward(x)
	return c.outputs[last]
}

func (c *chain64) backward(grad *mat.Dense, lowest int) {
	last := len(c.passes) - 1
	if c.relu != nil && last > lowest {
		c.last.backward(grad, false) // which leaves ∂L/∂z in grad
		last--
		grad = c.relu.backwardBelowUnit(grad.RawMatrix().Data, c.unit.layer.weight.RawMatrix().Data, last > lowest)
	} else {
		grad = c.last.backward(grad, last > lowest)
	}
	for i := last - 1; i >= lowest; i-- {
		grad = c.passes[i].Backward(grad, i > lowest)
	}
}

func (c *chain64) gradients(layer int) []gradient { return wideGradients(c.passes[layer]) }

func (c *chain64) notFinite() int {
	for i, out := range c.outputs {
		if out != nil && !kernel.AllFinite(out.RawMatrix().Data) {
			return i
		}
	}
	return -1
}

// minSharedRows is the number of entries from which it pays to gather rows on
// several cores. They come from memory, which takes longer than arithmetic.
const minSharedRows = 1 << 14

// gathering is the kernel.Work of gather for the rows of a batch.
type gathering struct {
	dst  buffer
	x    *mat.Dense
	rows []int
}

// gather copies some rows of x, with the help of the team, and returns them.
func (g *gathering) gather(team *kernel.Team, x *mat.Dense, rows []int) *mat.Dense {
	_, cols := x.Dims()
	dst := g.dst.resize(len(rows), cols)
	g.x, g.rows = x, rows
	shareRows(team, len(rows), cols, g)
	g.x, g.rows = nil, nil
	return dst
}

// Run implements kernel.Work.
func (g *gathering) Run(lo, hi int) { copyRows(&g.dst.view, g.x, g.rows, lo, hi) }

// shareRows lets the team do the work on rows of so many columns.
func shareRows(team *kernel.Team, rows, cols int, work kernel.Work) {
	if rows*cols < minSharedRows {
		work.Run(0, rows)
	} else {
		team.Split(rows, 1, work)
	}
}
