package mlp

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// FitOptions says how Fit trains. The zero value trains sensibly.
type FitOptions struct {
	Epochs    int        // passes over the data; 0 means 100
	BatchSize int        // rows in a step; 0 means 32; more than there are: all of them
	Optimizer Optimizer  // nil means Adam{}
	Schedule  Schedule   // of the learning rate; nil means constant. One that is a Callback is told of the progress
	KeepOrder bool       // take the rows in their order instead of shuffling them anew in each epoch
	Callbacks []Callback // told of the progress

	// Validation is data to evaluate after each epoch. ValidationSplit is the
	// share of the rows, above 0 and below 1, to set aside for that instead;
	// they are drawn at random, for classifiers the same share of each class.
	Validation      *Dataset
	ValidationSplit float64

	// ClipValue limits every entry of the gradients to ±ClipValue, ClipNorm
	// their Euclidean norm, of all parameters together, by scaling them down.
	// 0 means no limit. With both, values are clipped first.
	ClipValue, ClipNorm float64

	// SampleWeights says how much each row of x counts, ClassWeights how much
	// the rows of each class do: the loss of a batch is the mean of the losses
	// of its rows weighted by the product of both. nil means 1 for all. Scores
	// and validation are not weighted.
	SampleWeights, ClassWeights []float64
}

// A Dataset is samples X (n×inputs) with their targets Y (n×units).
type Dataset struct {
	X, Y mat.Matrix
}

// withDefaults returns the options with defaults in place of zeros, checked.
func (o FitOptions) withDefaults() (FitOptions, error) {
	if o.Epochs < 0 {
		return o, fmt.Errorf("mlp: Fit: Epochs is %d, want at least 1 (or 0 for the default)", o.Epochs)
	}
	if o.BatchSize < 0 {
		return o, fmt.Errorf("mlp: Fit: BatchSize is %d, want at least 1 (or 0 for the default)", o.BatchSize)
	}
	if o.Epochs == 0 {
		o.Epochs = 100
	}
	if o.BatchSize == 0 {
		o.BatchSize = 32
	}
	if isNil(o.Optimizer) {
		o.Optimizer = Adam{}
	}
	if err := validate(o.Optimizer); err != nil {
		return o, fmt.Errorf("mlp: Fit: %w", err)
	}
	if isNil(o.Schedule) {
		o.Schedule = nil
	} else if err := validate(o.Schedule); err != nil {
		return o, fmt.Errorf("mlp: Fit: %w", err)
	}
	for i, c := range o.Callbacks {
		if isNil(c) {
			return o, fmt.Errorf("mlp: Fit: callback %d is nil", i)
		}
	}
	if c, ok := o.Schedule.(Callback); ok {
		o.Callbacks = append(slices.Clone(o.Callbacks), c)
	}
	return o, nil
}

// Fit trains the network; see Network.Fit.
func (n *network) Fit(ctx context.Context, x, y mat.Matrix, opts FitOptions) (*History, error) {
	if ctx == nil {
		return nil, errors.New("mlp: Fit: nil context")
	}
	t, err := newTrainer(n, x, y, opts)
	if err != nil {
		return nil, err
	}
	return t.run(ctx)
}

// trainer is one run of Fit with all its memory.
type trainer struct {
	net          *network
	opts         FitOptions
	x, y         *mat.Dense // all samples and targets
	validX       *mat.Dense // nil without validation data
	validY       *mat.Dense
	perm         []int // order of the rows; nil to keep it
	xBuf, yBuf   buffer
	xView, yView mat.Dense
	team         *kernel.Team
	passes       []Pass
	lowest       int // of the layers that have something to train
	last         lastPass
	outputs      []*mat.Dense // of each layer, in the last step
	gradBuf      buffer       // ∂L by the outputs or logits
	weights      *rowWeights  // nil if all rows count the same
	params       parameters
	clipper      *clipper
	steps        int            // so far, the optimizer's t
	scale        float64        // of the learning rate, for the next step
	update       func(p *param) // takes one optimizer step
	scorer       scorer
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

// newTrainer checks everything and allocates everything.
func newTrainer(n *network, x, y mat.Matrix, opts FitOptions) (t *trainer, err error) {
	t = &trainer{net: n}
	if t.x, t.y, err = n.checkTraining("Fit", x, y); err != nil {
		return nil, err
	}
	if t.opts, err = opts.withDefaults(); err != nil {
		return nil, err
	}
	if t.clipper, err = newClipper(opts.ClipNorm, opts.ClipValue); err != nil {
		return nil, err
	}
	if t.weights, err = newRowWeights(n.loss.Task(), opts.SampleWeights, opts.ClassWeights, t.y); err != nil {
		return nil, err
	}
	if err := t.setValidation(); err != nil {
		return nil, err
	}
	return t, t.prepare()
}

// setValidation sets the validation data, which it takes out of the training
// data if there is a split.
func (t *trainer) setValidation() (err error) {
	v, share := t.opts.Validation, t.opts.ValidationSplit
	switch {
	case v != nil && share != 0:
		return errors.New("mlp: Fit: both Validation and ValidationSplit, want one")
	case v != nil:
		t.validX, t.validY, err = t.net.checkTraining("Fit: Validation", v.X, v.Y)
		return err
	case share == 0:
		return nil
	}
	train, validation, err := splitRows(t.net.loss.Task(), t.y, share, t.net.rng)
	if err != nil {
		return err
	}
	t.validX, t.validY = takeRows(t.x, validation), takeRows(t.y, validation)
	t.x, t.y = takeRows(t.x, train), takeRows(t.y, train)
	if t.weights != nil {
		t.weights.keep(train)
	}
	return nil
}

// prepare allocates what the steps need.
func (t *trainer) prepare() error {
	rows, _ := t.x.Dims()
	t.opts.BatchSize = min(t.opts.BatchSize, rows)
	if !t.opts.KeepOrder {
		t.perm = make([]int, rows)
		for i := range t.perm {
			t.perm[i] = i
		}
	}
	n := t.net
	t.team = kernel.NewTeam(runtime.GOMAXPROCS(0))
	for i, l := range n.layers {
		pass := l.NewPass(t.opts.BatchSize, n.rng)
		if p, ok := pass.(teamUser); ok {
			p.useTeam(t.team)
		}
		t.passes = append(t.passes, pass)
		if err := t.params.add(i, l.Params(), pass.Grads(), t.opts.Optimizer.Slots()); err != nil {
			return err
		}
	}
	t.lowest = max(0, slices.IndexFunc(t.passes, trains))
	t.outputs = make([]*mat.Dense, len(n.layers))
	t.update = func(p *param) { t.opts.Optimizer.Step(p.value, p.grad, p.slots, t.scale, t.steps) }
	pass := t.passes[len(t.passes)-1]
	if n.fused != nil {
		p := pass.(LogitPass)
		t.last = lastPass{p.ForwardLogits, n.fused.loss.EvalLogits, p.BackwardLogits}
		t.scorer = n.head.logitScorer(t.y)
	} else {
		t.last = lastPass{pass.Forward, n.loss.Eval, pass.Backward}
		t.scorer = n.head.scorer(t.y)
	}
	return nil
}

// trains reports whether a pass has a gradient that trains a parameter.
func trains(p Pass) bool {
	return slices.ContainsFunc(p.Grads(), func(g *mat.Dense) bool { return g != nil })
}

// checkTraining returns the samples x and targets y of the call op, checked.
func (n *network) checkTraining(op string, x, y mat.Matrix) (xd, yd *mat.Dense, err error) {
	if xd, yd, err = n.checkXY(op, x, y); err != nil {
		return nil, nil, err
	}
	return xd, yd, checkFinite(op, "x", xd)
}

// run trains until the epochs are done or something ends the run.
func (t *trainer) run(ctx context.Context) (*History, error) {
	h := &History{}
	defer t.team.Close()
	defer callbacks(t.opts.Callbacks).fitEnd(h)
	err := t.epochs(ctx, h)
	if errors.Is(err, ErrStop) {
		h.Stopped, err = err, nil
	}
	return h, err
}

func (t *trainer) epochs(ctx context.Context, h *History) error {
	rows, _ := t.x.Dims()
	run := &Run{Network: t.net.head, Rows: rows, Epochs: t.opts.Epochs, Steps: t.stepsPerEpoch()}
	if err := callbacks(t.opts.Callbacks).fitBegin(run); err != nil {
		return callbackError(err)
	}
	for number := 1; number <= t.opts.Epochs; number++ {
		start := time.Now()
		e := Epoch{Number: number}
		if err := t.epoch(ctx, &e); err != nil {
			return err
		}
		e.Duration = time.Since(start)
		h.Epochs = append(h.Epochs, e)
		if err := callbacks(t.opts.Callbacks).epochEnd(&h.Epochs[len(h.Epochs)-1]); err != nil {
			return callbackError(err)
		}
	}
	return nil
}

func callbackError(err error) error {
	return fmt.Errorf("mlp: Fit: callback: %w", err)
}

// epoch trains on all rows once, then validates, and fills in e.
func (t *trainer) epoch(ctx context.Context, e *Epoch) error {
	t.params.save(t.team)
	whole := false
	defer func() { // also if a callback panics
		if !whole {
			t.params.keepFinite(t.team)
		}
	}()
	if t.perm != nil {
		shuffle(t.perm, t.net.rng)
	}
	t.scorer.reset()
	rows, _ := t.x.Dims()
	sum, weights := 0.0, 0.0
	b := Batch{Epoch: e.Number}
	for lo := 0; lo < rows; lo += b.Rows {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("mlp: Fit: epoch %d: %w", e.Number, err)
		}
		b.Step++
		b.Rows = min(t.opts.BatchSize, rows-lo)
		t.scale = t.scaleAt(b.Epoch, b.Step)
		var weight float64
		b.Loss, weight = t.step(lo, lo+b.Rows)
		if !finite(b.Loss) {
			return t.diverged(&b)
		}
		sum += float64(b.Loss * weight)
		weights += weight
		if err := callbacks(t.opts.Callbacks).batchEnd(&b); err != nil {
			return callbackError(err)
		}
	}
	if t.params.notFinite(t.team) >= 0 {
		return t.diverged(&b)
	}
	whole = true
	e.Train = Scores{Loss: sum / weights, Score: t.scorer.score()}
	if o, ok := t.opts.Optimizer.(RatedOptimizer); ok {
		e.LearningRate = o.Rate() * t.scale
	}
	if t.validX == nil {
		return nil
	}
	v, _ := t.net.evaluate(t.validX, t.validY) // which have been checked
	if !finite(v.Loss) {
		b.Loss = v.Loss
		return t.diverged(&b)
	}
	e.Validation = &v
	return nil
}

// scaleAt returns the factor of the learning rate for a step of an epoch.
func (t *trainer) scaleAt(epoch, step int) float64 {
	if t.opts.Schedule == nil {
		return 1
	}
	return t.opts.Schedule.Scale(float64(epoch-1) + float64(step-1)/float64(t.stepsPerEpoch()))
}

func (t *trainer) stepsPerEpoch() int {
	rows, _ := t.x.Dims()
	return (rows-1)/t.opts.BatchSize + 1
}

// shuffle permutes the rows.
func shuffle(perm []int, rng *rand.Rand) {
	rng.Shuffle(len(perm), func(i, j int) { perm[i], perm[j] = perm[j], perm[i] })
}

// step trains on the rows [lo, hi) of the epoch's order. It returns their mean
// loss before the step and the weight that it has in the epoch. If the loss is
// not finite, no weight moves.
func (t *trainer) step(lo, hi int) (loss, weight float64) {
	x, y := t.batch(lo, hi)
	last := len(t.passes) - 1
	for i, p := range t.passes[:last] {
		x = p.Forward(x)
		t.outputs[i] = x
	}
	out := t.last.forward(x)
	t.outputs[last] = out
	grad := t.gradBuf.resize(out.Dims())
	loss, weight = t.eval(grad, out, y, lo, hi)
	if !finite(loss) {
		return loss, weight
	}
	t.scorer.add(out, y)

	grad = t.last.backward(grad, last > t.lowest)
	for i := last - 1; i >= t.lowest; i-- {
		grad = t.passes[i].Backward(grad, i > t.lowest)
	}
	loss += t.params.penalize(t.team)
	if !finite(loss) {
		return loss, weight
	}
	t.clipper.clip(&t.params, t.team)
	t.steps++
	t.params.each(t.team, t.update)
	t.params.project()
	return loss, weight
}

// eval returns the mean loss of a batch and its weight in the epoch.
func (t *trainer) eval(grad, out, y *mat.Dense, lo, hi int) (loss, weight float64) {
	if t.weights == nil {
		return t.last.eval(grad, out, y), float64(hi - lo)
	}
	t.weights.take(t.perm, lo, hi)
	return t.weights.eval(t.last.eval, grad, out, y)
}

// batch returns the rows [lo, hi) of the epoch's order.
func (t *trainer) batch(lo, hi int) (x, y *mat.Dense) {
	if t.perm == nil {
		return viewRows(&t.xView, t.x, lo, hi), viewRows(&t.yView, t.y, lo, hi)
	}
	return gather(&t.xBuf, t.x, t.perm[lo:hi]), gather(&t.yBuf, t.y, t.perm[lo:hi])
}

// gather copies some rows of m into buf.
func gather(buf *buffer, m *mat.Dense, rows []int) *mat.Dense {
	_, cols := m.Dims()
	dst := buf.resize(len(rows), cols)
	for i, r := range rows {
		copy(dst.RawRowView(i), m.RawRowView(r))
	}
	return dst
}

// diverged returns the error for a batch after which the run cannot go on, and
// goes back to the weights of the last whole epoch.
func (t *trainer) diverged(b *Batch) error {
	err := &DivergedError{Epoch: b.Epoch, Step: b.Step, Layer: t.params.notFinite(t.team), Loss: b.Loss}
	for i := 0; i < len(t.outputs) && err.Layer < 0; i++ {
		if !kernel.AllFinite(t.outputs[i].RawMatrix().Data) {
			err.Layer = i
		}
	}
	t.params.restore(t.team)
	return err
}
