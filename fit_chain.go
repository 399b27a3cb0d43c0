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
	passes  []Pass
	last    lastPass
	x       buffer       // the rows of the batch
	outputs []*mat.Dense // of each layer, for the last batch
}

// lastPass is the pass of the last layer, up to the input of the criterion.
type lastPass struct {
	forward  func(x *mat.Dense) (out *mat.Dense)
	backward func(grad *mat.Dense, needDX bool) (dx *mat.Dense)
}

func newChain64(n *network, rows int, rng *rand.Rand, env *passEnv) *chain64 {
	c := &chain64{outputs: make([]*mat.Dense, len(n.layers))}
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
	return c
}

func (c *chain64) forward(b *batch) *mat.Dense {
	x := b.x
	if b.order != nil {
		x = gather(&c.x, x, b.order)
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
	grad = c.last.backward(grad, last > lowest)
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
