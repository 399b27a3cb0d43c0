package mlp

import (
	"fmt"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// stepper takes the steps of a training. It owns their memory.
type stepper struct {
	op          string // the call that errors name
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
	sound       bool // since begin, nothing has gone wrong
	lost        bool // since begin, the training has diverged
}

// lastPass is the last pass, up to what the criterion takes.
type lastPass struct {
	forward  func(x *mat.Dense) (out *mat.Dense)
	backward func(grad *mat.Dense, needDX bool) (dx *mat.Dense)
}

// teamUser is a Pass that can share the workers of the stepper.
type teamUser interface{ useTeam(*kernel.Team) }

// newStepper returns a stepper of the call op with checked options and room for
// batches of the given number of rows. It needs a Close of its team.
func newStepper(op string, n *network, opts FitOptions, rows int) (*stepper, error) {
	s := &stepper{
		op:          op,
		net:         n,
		opts:        opts,
		team:        kernel.NewTeam(runtime.GOMAXPROCS(0)),
		outputs:     make([]*mat.Dense, len(n.layers)),
		accumulator: newAccumulator(opts.AccumulateSteps),
		clipper:     newClipper(opts.ClipNorm, opts.ClipValue),
		scale:       1,
		average:     newWeightAverage(opts.AverageDecay),
	}
	s.update = func(p *param) { s.opts.Optimizer.Step(p.value, p.grad, p.slots, s.scale, s.steps) }
	s.makePasses(max(1, rows))
	params, err := newParameters(op, n.layers, s.passes, &opts)
	if err != nil {
		return nil, err
	}
	s.params = params
	return s, nil
}

// makePasses makes room for batches of the given number of rows.
func (s *stepper) makePasses(rows int) {
	n := s.net
	s.rows, s.passes = rows, make([]Pass, len(n.layers))
	for i, l := range n.layers {
		s.passes[i] = newPass(fmt.Sprintf("layer %d", i), l, rows, n.rng)
		if p, ok := s.passes[i].(teamUser); ok {
			p.useTeam(s.team)
		}
	}
	s.lowest = max(0, slices.IndexFunc(s.passes, trains))
	if s.params != nil { // which newStepper makes, with the first passes
		s.params.setGrads(s.passes)
	}
	pass := s.passes[len(s.passes)-1]
	if n.criterion.act != nil {
		p := pass.(LogitPass)
		s.last = lastPass{p.ForwardLogits, p.BackwardLogits}
	} else {
		s.last = lastPass{pass.Forward, pass.Backward}
	}
}

// trains reports whether a pass has a gradient that trains a parameter.
func trains(p Pass) bool {
	return slices.ContainsFunc(p.Grads(), func(g *mat.Dense) bool { return g != nil })
}

// grow makes room for batches of at least the given number of rows.
func (s *stepper) grow(rows int) {
	if rows > s.rows {
		s.makePasses(rows)
	}
}

// setScorer sets the score of the batches. y are all targets to come, nil if
// they are not known.
func (s *stepper) setScorer(y *mat.Dense) {
	s.scorer = s.net.end.scorer(s.net.criterion.act, y)
}

// gradient computes the gradient of the mean loss of a batch and its
// penalties. It returns this loss and the weight of the batch in means over
// several, unless the loss is not finite.
func (s *stepper) gradient(b *batch) (loss, weight float64) {
	x := b.x
	last := len(s.passes) - 1
	for i, p := range s.passes[:last] {
		x = p.Forward(x)
		s.outputs[i] = x
	}
	out := s.last.forward(x)
	s.outputs[last] = out
	grad := s.gradBuf.resize(out.Dims())
	if b.weights == nil {
		loss, weight = s.net.criterion.eval(grad, out, b.y), float64(out.RawMatrix().Rows)
	} else {
		loss, weight = s.weighted.eval(s.net.criterion.eval, grad, out, b.y, b.weights)
	}
	if !finite(loss) {
		return loss, weight
	}
	s.scorer.add(out, b.y)

	grad = s.last.backward(grad, last > s.lowest)
	for i := last - 1; i >= s.lowest; i-- {
		grad = s.passes[i].Backward(grad, i > s.lowest)
	}
	return loss + s.params.penalize(s.team), weight
}

// step moves the weights along the gradient.
func (s *stepper) step() {
	s.accumulator.finish(s.params, s.team)
	s.clipper.clip(s.params, s.team)
	s.steps++
	s.params.each(s.team, s.update)
	s.params.project()
	s.average.follow(s.params, s.team, s.steps)
}

// gradNorm returns the norm of the gradient of the last step, as ClipNorm
// found it.
func (s *stepper) gradNorm() float64 {
	if s.clipper.norm > 0 {
		return s.clipper.found
	}
	return s.params.gradNorm(s.team)
}

// begin remembers the weights, which end may go back to, and goes on with
// those that the steps train.
func (s *stepper) begin() {
	s.params.save(s.team)
	s.average.hide(s.params, s.team)
	s.sound, s.lost = false, false
}

// end gives the network finite weights, of the average if there is one. It is
// to be deferred, as a callback may panic.
func (s *stepper) end() {
	s.average.show(s.params, s.team)
	if s.lost || !s.sound && s.params.notFinite(s.team) >= 0 {
		s.params.restore(s.team)
	}
}

// diverged returns the error for a step after which the training cannot go
// on.
func (s *stepper) diverged(epoch, step int, loss float64) error {
	s.lost = true
	err := &DivergedError{Op: s.op, Epoch: epoch, Step: step, Layer: s.params.notFinite(s.team), Loss: loss}
	for i := 0; i < len(s.outputs) && err.Layer < 0; i++ {
		if s.outputs[i] != nil && !kernel.AllFinite(s.outputs[i].RawMatrix().Data) {
			err.Layer = i
		}
	}
	return err
}
