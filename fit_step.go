package mlp

import (
	"math/rand/v2"
	"runtime"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/workers"
)

// stepper takes the steps of a training run and owns their memory.
type stepper struct {
	op            string // the call that errors name
	net           *network
	opts          FitOptions
	pcg           *rand.PCG
	rng           *rand.Rand // draws from pcg
	env           passEnv
	meter         *workers.Meter // running from begin to end, except while the caller computes
	rows          int            // that the passes have room for
	leastRows     int            // that a batch must have
	precision     Precision
	chain         chain
	gradBuf       buffer // ∂L with respect to the outputs or logits
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

// passEnv is shared by the passes of a training run.
type passEnv struct {
	team    *kernel.Team
	source  *rand.PCG // that the generator of the passes draws from
	dropout float64   // factor of the rates of Dropout layers
	drops   bool      // whether there are any

	momentum   float64 // of running statistics; 0 for that of the layers
	statistics bool    // whether the layers have any
}

// envUser is a Pass that uses its passEnv.
type envUser interface{ useEnv(e *passEnv) }

// newStepper returns a stepper of the call op with checked options and room for
// batches of the given number of rows. The caller must close its team.
func newStepper(op string, n *network, opts FitOptions, rows int) (*stepper, error) {
	s := &stepper{
		op:        op,
		net:       n,
		opts:      opts,
		precision: n.precision,
		env:       passEnv{team: kernel.NewTeam(runtime.GOMAXPROCS(0)), dropout: 1},
		pace:      pace{rate: 1, decay: 1},
	}
	s.meter = workers.NewMeter(s.env.team)
	if isLBFGS(opts.Optimizer) {
		s.precision = Float64 // its line search compares losses that differ by less than float32 can tell
	}
	s.pcg, s.rng = n.generator(opts.Seed)
	s.env.source = s.pcg
	s.leastRows, _ = leastRows(n.layers)
	s.makeChain(max(1, rows))
	var err error
	if s.leaves, err = newLeaves(op, n, s.chain, &opts, &s.env); err != nil {
		return nil, err
	}
	if opts.AccumulateSteps > 1 {
		s.accumulator = newAccumulator(opts.AccumulateSteps, &s.tally)
	}
	s.stages = newStages(&opts, s.leaves, s.accumulator, &s.pace)
	return s, nil
}

// makeChain makes room for batches of the given number of rows.
func (s *stepper) makeChain(rows int) {
	s.rows, s.chain = rows, newChain(s.net, s.precision, rows, s.rng, &s.env)
}

// grow makes room for batches of at least the given number of rows.
func (s *stepper) grow(rows int) {
	if rows > s.rows {
		s.makeChain(rows)
		s.leaves.setGrads(s.chain)
	}
}

// setScorer sets the scorer of the batches. y holds all targets to come, or is
// nil if they are not known.
func (s *stepper) setScorer(y *mat.Dense) {
	s.scorer = s.net.criterion.scorer(s.net.end, y)
}

// gradient computes the gradient of the mean loss of a batch and its penalties.
// It returns this loss and the weight of the batch in means over several
// batches. If the loss is not finite, there is no gradient.
func (s *stepper) gradient(b *batch) (loss, weight float64) {
	out := s.chain.forward(b)
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

	s.chain.backward(grad, s.leaves.lowest())
	if s.leaves.widened {
		s.leaves.widenGrads()
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
	s.meter.Step(s.tally.rows)
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
	s.meter.Resume()
	s.leaves.save()
	s.showAverage(false)
	s.leaves.load()
	s.sound, s.lost = false, false
}

// end leaves the network with finite weights, those of the average if there is
// one. It must be deferred, as a callback may panic.
func (s *stepper) end() {
	s.showAverage(true)
	if s.lost || !s.sound && s.leaves.notFinite() >= 0 {
		s.leaves.restore()
	}
	s.leaves.publish()
	s.meter.Pause()
}

// diverged returns the error for a step after which the training cannot go
// on.
func (s *stepper) diverged(epoch, step int, loss float64) error {
	s.lost = true
	err := &DivergedError{Op: s.op, Epoch: epoch, Step: step, Layer: s.leaves.notFinite(), Loss: loss}
	if err.Layer < 0 {
		err.Layer = s.chain.notFinite()
	}
	return err
}
