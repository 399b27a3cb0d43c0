package mlp

import (
	"fmt"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// trainer takes the steps of a training. It owns their memory.
type trainer struct {
	net         *network
	opts        FitOptions
	team        *kernel.Team
	rows        int // that the passes have room for
	passes      []Pass
	lowest      int // of the layers that have something to train
	last        lastPass
	outputs     []*mat.Dense // of each layer, for the last batch
	gradBuf     buffer       // ∂L by the outputs or logits
	weighted    weightedLoss
	params      *parameters
	accumulator *accumulator
	clipper     *clipper
	steps       int            // so far, the optimizer's t
	scale       float64        // of the learning rate, for the next step
	update      func(p *param) // takes one optimizer step
	average     *weightAverage
	scorer      scorer
	whole       bool // since begin, nothing has gone wrong
	lost        bool // since begin, the training has diverged
}

// evalLoss is Loss.Eval or LogitLoss.EvalLogits.
type evalLoss func(grad, out, y *mat.Dense) float64

// lastPass is the last pass and the loss: on logits if they fuse, else on the
// outputs.
type lastPass struct {
	forward  func(x *mat.Dense) (out *mat.Dense)
	eval     evalLoss
	backward func(grad *mat.Dense, needDX bool) (dx *mat.Dense)
}

// teamUser is a Pass that can share the workers of the trainer.
type teamUser interface{ useTeam(*kernel.Team) }

// newTrainer returns a trainer with checked options and room for batches of
// the given number of rows. It needs a Close of its team.
func newTrainer(n *network, opts FitOptions, rows int) (*trainer, error) {
	t := &trainer{
		net:         n,
		opts:        opts,
		team:        kernel.NewTeam(runtime.GOMAXPROCS(0)),
		outputs:     make([]*mat.Dense, len(n.layers)),
		accumulator: newAccumulator(opts.AccumulateSteps),
		clipper:     newClipper(opts.ClipNorm, opts.ClipValue),
		scale:       1,
		average:     newWeightAverage(opts.AverageDecay),
	}
	t.update = func(p *param) { t.opts.Optimizer.Step(p.value, p.grad, p.slots, t.scale, t.steps) }
	t.makePasses(max(1, rows))
	params, err := newParameters(n.layers, t.passes, &opts)
	if err != nil {
		return nil, err
	}
	t.params = params
	return t, nil
}

// makePasses makes room for batches of the given number of rows.
func (t *trainer) makePasses(rows int) {
	n := t.net
	t.rows, t.passes = rows, make([]Pass, len(n.layers))
	for i, l := range n.layers {
		t.passes[i] = newPass(fmt.Sprintf("layer %d", i), l, rows, n.rng)
		if p, ok := t.passes[i].(teamUser); ok {
			p.useTeam(t.team)
		}
	}
	t.lowest = max(0, slices.IndexFunc(t.passes, trains))
	if t.params != nil { // which newTrainer makes, with the first passes
		t.params.setGrads(t.passes)
	}
	pass := t.passes[len(t.passes)-1]
	if n.fused != nil {
		p := pass.(LogitPass)
		t.last = lastPass{p.ForwardLogits, n.fused.loss.EvalLogits, p.BackwardLogits}
	} else {
		t.last = lastPass{pass.Forward, n.loss.Eval, pass.Backward}
	}
}

// trains reports whether a pass has a gradient that trains a parameter.
func trains(p Pass) bool {
	return slices.ContainsFunc(p.Grads(), func(g *mat.Dense) bool { return g != nil })
}

// grow makes room for batches of at least the given number of rows.
func (t *trainer) grow(rows int) {
	if rows > t.rows {
		t.makePasses(rows)
	}
}

// setScorer sets the score of the batches. y are all targets to come, nil if
// they are not known.
func (t *trainer) setScorer(y *mat.Dense) {
	if t.net.fused != nil {
		t.scorer = t.net.head.logitScorer(y)
	} else {
		t.scorer = t.net.head.scorer(y)
	}
}

// gradient computes the gradient of the mean loss of a batch and its
// penalties. It returns this loss and the weight of the batch in means over
// several, unless the loss is not finite.
func (t *trainer) gradient(b *batch) (loss, weight float64) {
	x := b.x
	last := len(t.passes) - 1
	for i, p := range t.passes[:last] {
		x = p.Forward(x)
		t.outputs[i] = x
	}
	out := t.last.forward(x)
	t.outputs[last] = out
	grad := t.gradBuf.resize(out.Dims())
	if b.weights == nil {
		loss, weight = t.last.eval(grad, out, b.y), float64(out.RawMatrix().Rows)
	} else {
		loss, weight = t.weighted.eval(t.last.eval, grad, out, b.y, b.weights)
	}
	if !finite(loss) {
		return loss, weight
	}
	t.scorer.add(out, b.y)

	grad = t.last.backward(grad, last > t.lowest)
	for i := last - 1; i >= t.lowest; i-- {
		grad = t.passes[i].Backward(grad, i > t.lowest)
	}
	return loss + t.params.penalize(t.team), weight
}

// step moves the weights along the gradient.
func (t *trainer) step() {
	t.accumulator.finish(t.params, t.team)
	t.clipper.clip(t.params, t.team)
	t.steps++
	t.params.each(t.team, t.update)
	t.params.project()
	t.average.follow(t.params, t.team, t.steps)
}

// gradNorm returns the norm of the gradient of the last step, as ClipNorm
// found it.
func (t *trainer) gradNorm() float64 {
	if t.clipper.norm > 0 {
		return t.clipper.found
	}
	return t.params.gradNorm(t.team)
}

// begin remembers the weights, which end may go back to, and goes on with
// those that the steps train.
func (t *trainer) begin() {
	t.params.save(t.team)
	t.average.hide(t.params, t.team)
	t.whole, t.lost = false, false
}

// end gives the network finite weights, of the average if there is one. It is
// to be deferred, as a callback may panic.
func (t *trainer) end() {
	t.average.show(t.params, t.team)
	if t.lost || !t.whole && t.params.notFinite(t.team) >= 0 {
		t.params.restore(t.team)
	}
}

// diverged returns the error for a step after which the training cannot go
// on.
func (t *trainer) diverged(epoch, step int, loss float64) error {
	t.lost = true
	err := &DivergedError{Epoch: epoch, Step: step, Layer: t.params.notFinite(t.team), Loss: loss}
	for i := 0; i < len(t.outputs) && err.Layer < 0; i++ {
		if t.outputs[i] != nil && !kernel.AllFinite(t.outputs[i].RawMatrix().Data) {
			err.Layer = i
		}
	}
	return err
}
