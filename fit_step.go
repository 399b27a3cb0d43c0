package mlp

import (
	"fmt"
	"math/rand/v2"
	"runtime"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// stepper takes the steps of a training run and owns their memory.
type stepper struct {
	op            string // the call that errors name
	net           *network
	opts          FitOptions
	pcg           *rand.PCG
	rng           *rand.Rand // draws from pcg
	env           passEnv
	rows          int // that the passes have room for
	leastRows     int // that a batch must have
	passes        []Pass
	last          lastPass
	outputs       []*mat.Dense // of each layer, for the last batch
	gradBuf       buffer       // ∂L with respect to the outputs or logits
	weighted      weightedLoss
	leaves        *leaves
	accumulator   *accumulator // nil if each batch makes a step
	tally         tally
	pace          pace
	stages        []stage
	scorer        scorer
	averageHidden bool // the network has the weights that the steps train
	sound         bool // since begin, nothing has gone wrong
	lost          bool // since begin, the training has diverged
}

// tally describes the rows that the next step is based on.
type tally struct {
	batches int
	rows    int
	loss    float64 // mean over the rows
	weight  float64 // of the rows
}

// lastPass is the pass of the last layer, up to the input of the criterion.
type lastPass struct {
	forward  func(x *mat.Dense) (out *mat.Dense)
	backward func(grad *mat.Dense, needDX bool) (dx *mat.Dense)
}

// passEnv is shared by the passes of a training run.
type passEnv struct {
	team    *kernel.Team
	dropout float64 // factor of the rates of Dropout layers
	drops   bool    // whether there are any

	momentum   float64 // of running statistics; 0 for that of the layers
	statistics bool    // whether the layers have any
}

// envUser is a Pass that uses its passEnv.
type envUser interface{ useEnv(e *passEnv) }

// newStepper returns a stepper of the call op with checked options and room for
// batches of the given number of rows. The caller must close its team.
func newStepper(op string, n *network, opts FitOptions, rows int) (*stepper, error) {
	s := &stepper{
		op:      op,
		net:     n,
		opts:    opts,
		env:     passEnv{team: kernel.NewTeam(runtime.GOMAXPROCS(0)), dropout: 1},
		outputs: make([]*mat.Dense, len(n.layers)),
		pace:    pace{rate: 1, decay: 1},
	}
	s.pcg, s.rng = n.generator(opts.Seed)
	s.leastRows, _ = leastRows(n.layers)
	s.makePasses(max(1, rows))
	var err error
	if s.leaves, err = newLeaves(op, n.layers, s.passes, &opts, &s.env); err != nil {
		return nil, err
	}
	if opts.AccumulateSteps > 1 {
		s.accumulator = newAccumulator(opts.AccumulateSteps, &s.tally)
	}
	s.stages = newStages(&opts, s.leaves, s.accumulator, &s.pace)
	return s, nil
}

// makePasses makes room for batches of the given number of rows.
func (s *stepper) makePasses(rows int) {
	n := s.net
	s.rows, s.passes = rows, make([]Pass, len(n.layers))
	for i, l := range n.layers {
		s.passes[i] = passOf(fmt.Sprintf("layer %d", i), l, rows, s.rng)
		if p, ok := s.passes[i].(envUser); ok {
			p.useEnv(&s.env)
		}
	}
	pass := s.passes[len(s.passes)-1]
	if n.criterion.act != nil {
		p := pass.(LogitPass)
		s.last = lastPass{p.ForwardLogits, p.BackwardLogits}
	} else {
		s.last = lastPass{pass.Forward, pass.Backward}
	}
}

// grow makes room for batches of at least the given number of rows.
func (s *stepper) grow(rows int) {
	if rows > s.rows {
		s.makePasses(rows)
		s.leaves.setGrads(s.passes)
	}
}

// setScorer sets the scorer of the batches. y holds all targets to come, or is
// nil if they are not known.
func (s *stepper) setScorer(y *mat.Dense) {
	s.scorer = s.net.end.scorer(s.net.criterion.act, y)
}

// gradient computes the gradient of the mean loss of a batch and its penalties.
// It returns this loss and the weight of the batch in means over several
// batches. If the loss is not finite, there is no gradient.
func (s *stepper) gradient(b *batch) (loss, weight float64) {
	x := b.x
	last, lowest := len(s.passes)-1, s.leaves.lowest()
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

	grad = s.last.backward(grad, last > lowest)
	for i := last - 1; i >= lowest; i-- {
		grad = s.passes[i].Backward(grad, i > lowest)
	}
	if s.leaves.penalized {
		loss += s.leaves.penalize()
	}
	return loss, weight
}

// add adds a batch whose gradient has been computed, and reports whether it
// completes a step.
func (s *stepper) add(rows int, loss, weight float64) (full bool) {
	if s.accumulator != nil {
		return s.accumulator.add(s.leaves, rows, loss, weight)
	}
	s.tally = tally{1, rows, loss, weight}
	return true
}

// step updates the weights by the gradient of the batches that have been added.
func (s *stepper) step() {
	s.pace.steps++
	for _, stage := range s.stages {
		stage.apply(s.leaves)
	}
	s.tally = tally{}
}

// gradNorm returns the norm of the gradient of the last step, as ClipNorm
// found it.
func (s *stepper) gradNorm() float64 {
	for _, stage := range s.stages {
		if c, ok := stage.(*normClipper); ok {
			return c.found
		}
	}
	return s.leaves.gradNorm()
}

// begin saves the weights, which end may restore, and continues with those that
// the steps train.
func (s *stepper) begin() {
	s.leaves.save()
	s.showAverage(false)
	s.sound, s.lost = false, false
}

// end leaves the network with finite weights, those of the average if there is
// one. It must be deferred, as a callback may panic.
func (s *stepper) end() {
	s.showAverage(true)
	if s.lost || !s.sound && s.leaves.notFinite() >= 0 {
		s.leaves.restore()
	}
}

// diverged returns the error for a step after which the training cannot go
// on.
func (s *stepper) diverged(epoch, step int, loss float64) error {
	s.lost = true
	err := &DivergedError{Op: s.op, Epoch: epoch, Step: step, Layer: s.leaves.notFinite(), Loss: loss}
	for i := 0; i < len(s.outputs) && err.Layer < 0; i++ {
		if s.outputs[i] != nil && !kernel.AllFinite(s.outputs[i].RawMatrix().Data) {
			err.Layer = i
		}
	}
	return err
}
