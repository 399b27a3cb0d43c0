package mlp

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// chain32 is the chain in single precision, whose two ends are in double
// precision.
type chain32 struct {
	team    *kernel.Team
	passes  []pass32
	last    lastPass32
	relu    *densePass32 // of the last layer but one, if belowUnit32 has found it
	unit    *densePass32 // of the last layer, likewise
	outputs []matrix32   // of each layer, for the last batch
	x       buffer32
	grad    buffer32
	out     buffer
	narrow  narrowing   // of batches of all rows
	batch   gathering32 // of others
}

// lastPass32 is lastPass in single precision.
type lastPass32 struct {
	forward  func(x matrix32) (out matrix32)
	backward func(grad matrix32, needDX bool) (dx matrix32)
}

func newChain32(n *network, rows int, rng *rand.Rand, env *passEnv) *chain32 {
	c := &chain32{team: env.team, outputs: make([]matrix32, len(n.layers))}
	var pass logitPass32
	for i, l := range n.layers {
		pass = newPass32(fmt.Sprintf("layer %d", i), l, rows, rng, env)
		c.passes = append(c.passes, pass)
	}
	if n.criterion.infer.logits {
		c.last = lastPass32{pass.forwardLogits32, pass.backwardLogits32}
	} else {
		c.last = lastPass32{pass.forward32, pass.backward32}
	}
	c.relu, c.unit = belowUnit32(c.passes)
	return c
}

// forward rounds x, whose entries have been checked to be in range.
func (c *chain32) forward(b *batch) *mat.Dense {
	_, cols := b.x.Dims()
	z := c.x.resize(b.rows(), cols)
	if b.order == nil {
		c.narrow.narrow(c.team, z, b.x)
	} else {
		c.batch.gather(c.team, z, b.x, b.order)
	}
	last := len(c.passes) - 1
	for i, p := range c.passes[:last] {
		z = p.forward32(z)
		c.outputs[i] = z
	}
	z = c.last.forward(z)
	c.outputs[last] = z
	out := c.out.resize(z.Rows, z.Cols)
	widenRows(out, z)
	return out
}

func (c *chain32) backward(grad *mat.Dense, lowest int) {
	g := c.grad.resize(grad.Dims())
	narrowRows(g, grad)
	kernel.FlushTiny(g.Data) // of rows that the network is sure of
	last := len(c.passes) - 1
	if c.relu != nil && last > lowest {
		c.last.backward(g, false) // which leaves ∂L/∂z in g
		last--
		g = c.relu.backwardBelowUnit(g.Data, c.unit.weight.value, last > lowest)
	} else {
		g = c.last.backward(g, last > lowest)
	}
	for i := last - 1; i >= lowest; i-- {
		g = c.passes[i].backward32(g, i > lowest)
	}
}

func (c *chain32) gradients(layer int) []gradient { return c.passes[layer].gradients() }

func (c *chain32) notFinite() int {
	for i, out := range c.outputs {
		if !kernel.AllFinite32(out.Data) {
			return i
		}
	}
	return -1
}

// gathering32 is the kernel.Work of rounding the rows of a batch.
type gathering32 struct {
	dst  matrix32
	x    *mat.Dense
	rows []int
}

// gather stores some rows of x, whose entries are in range, in dst, with the help
// of the team.
func (g *gathering32) gather(team *kernel.Team, dst matrix32, x *mat.Dense, rows []int) {
	g.dst, g.x, g.rows = dst, x, rows
	shareRows(team, len(rows), dst.Cols, g)
	g.x, g.rows = nil, nil
}

// Run implements kernel.Work.
func (g *gathering32) Run(lo, hi int) {
	for i := lo; i < hi; i++ {
		kernel.Narrow(row32(g.dst.Data, i, g.dst.Cols), g.x.RawRowView(g.rows[i]))
	}
}
