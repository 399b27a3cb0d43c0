package mlp

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"example.com/mlp/internal/kernel"
)

// LBFGS is the limited-memory Broyden–Fletcher–Goldfarb–Shanno method (Nocedal
// and Wright, Numerical Optimization, 2006, algorithms 7.4, 7.5, 3.5 and 3.6).
// It minimizes the loss over all rows together, including penalties, and has no
// learning rate. It corresponds to solver="lbfgs" in scikit-learn, which
// recommends it for small data sets:
//
//	mlp.FitOptions{Optimizer: mlp.LBFGS{}, Epochs: 200}
//
// An epoch is one iteration: a step along an estimate of Newton's direction,
// found with one or more evaluations of all rows. Epoch.Train and GradientNorm
// are those after the step, and BatchEnd is not called. Fit ends early, with
// History.Stopped, when no entry of the gradient is above the Tolerance or no
// step lowers the loss any further. It can be canceled between two evaluations.
//
// It is not a Rule. Only Fit accepts it, and without the options for single
// steps: BatchSize, DropLast, AccumulateSteps, the schedules, WeightDecay,
// AverageDecay, ClipNorm, ClipValue and Resume are errors with it, and so are a
// Checkpoint and all Groups except Fixed ones. So are layers with a Constraint
// and layers that draw random numbers, such as Dropout: the loss must be a
// function of the weights. BatchNorm's running statistics are updated with every
// evaluation.
//
// A 64-64-10 network reaches a test accuracy of 0.95 on the 8×8 digits in
// 60 epochs with the defaults.
type LBFGS struct {
	Memory    int     // past steps that the estimate uses; 0 means 10
	Tolerance float64 // of the largest entry of the gradient; 0 means 1e-5
}

// Name returns "lbfgs".
func (o LBFGS) Name() string { return "lbfgs" }

// Rate returns 0: there is no learning rate.
func (o LBFGS) Rate() float64 { return 0 }

// Validate returns an error for a field out of range.
func (o LBFGS) Validate() error {
	return cmp.Or(checkCount("LBFGS.Memory", o.Memory), checkNonNegative("LBFGS.Tolerance", o.Tolerance))
}

// asLBFGS returns o as an LBFGS and reports whether it is one.
func asLBFGS(o Optimizer) (method LBFGS, ok bool) {
	switch o := o.(type) {
	case LBFGS:
		return o, true
	case *LBFGS:
		if o != nil {
			return *o, true
		}
	}
	return LBFGS{}, false
}

func isLBFGS(o Optimizer) bool {
	_, ok := asLBFGS(o)
	return ok
}

// The Wolfe conditions on a step: it must lower the loss by at least a fraction
// of what the slope at its start predicts, and reduce the slope to at most a
// fraction of its value there.
const (
	wolfeDecrease = 1e-4
	wolfeSlope    = 0.9

	maxEvaluations = 20 // of the loss in the search for one step
)

// objective returns the loss at x and stores its gradient in g.
type objective func(g, x []float64) (loss float64, err error)

// minimizer is a minimization by LBFGS in progress.
type minimizer struct {
	memory    int
	tolerance float64
	x, g      []float64 // the current point, and the gradient there
	loss      float64
	dir       []float64 // direction of the next step
	newX      []float64
	newG      []float64
	steps     []lbfgsStep // the last ones, oldest first
}

// lbfgsStep is a step s along which the gradient has changed by y.
type lbfgsStep struct {
	s, y  []float64
	sy    float64 // s·y
	alpha float64 // scratch of the recursion
}

func newMinimizer(o LBFGS, n int) *minimizer {
	vector := func() []float64 { return make([]float64, n) }
	m := &minimizer{memory: cmp.Or(o.Memory, 10), tolerance: cmp.Or(o.Tolerance, 1e-5)}
	m.x, m.g, m.dir, m.newX, m.newG = vector(), vector(), vector(), vector(), vector()
	return m
}

// iterate takes one step. If there is none to take, the error wraps ErrStop.
func (m *minimizer) iterate(f objective) error {
	if floats.Norm(m.g, math.Inf(1)) <= m.tolerance {
		return fmt.Errorf("no entry of the gradient is above %g: %w", m.tolerance, ErrStop)
	}
	m.direct()
	first := 1.0
	if len(m.steps) == 0 {
		first = min(1, 1/math.Sqrt(kernel.SumSquares(m.g)))
	}
	ok, err := m.search(f, first)
	switch {
	case err != nil || ok:
		return err
	case len(m.steps) > 0: // the estimate may be bad: retry without it
		m.steps = nil
		return m.iterate(f)
	}
	return fmt.Errorf("no step lowers the loss any more: %w", ErrStop)
}

// direct sets the direction to −H·g, where H is the estimate of the inverse
// Hessian, by the two-loop recursion.
func (m *minimizer) direct() {
	d := m.dir
	floats.ScaleTo(d, -1, m.g)
	last := len(m.steps) - 1
	if last < 0 {
		return
	}
	for i := last; i >= 0; i-- {
		p := &m.steps[i]
		p.alpha = dot(p.s, d) / p.sy
		kernel.Axpy(d, -p.alpha, p.y)
	}
	kernel.Scale(d, m.steps[last].sy/kernel.SumSquares(m.steps[last].y))
	for i := range m.steps {
		p := &m.steps[i]
		beta := dot(p.y, d) / p.sy
		kernel.Axpy(d, p.alpha-beta, p.s)
	}
}

// trial is a point of the line search: the length of the step in units of the
// direction, and the loss and its slope there.
type trial struct{ length, loss, slope float64 }

// search takes the first step it finds along the direction that meets the
// conditions. lo is the best trial so far; lo and hi bracket such a step as
// soon as hi is finite. ok is false if no trial lowers the loss.
func (m *minimizer) search(f objective, length float64) (ok bool, err error) {
	start := trial{0, m.loss, dot(m.g, m.dir)}
	lo, hi := start, trial{length: math.Inf(1)}
	for range maxEvaluations {
		p, err := m.try(f, length)
		if err != nil {
			return false, err
		}
		switch {
		case !(p.loss <= start.loss+float64(wolfeDecrease*length*start.slope) && p.loss < lo.loss):
			hi = p
		case math.Abs(p.slope) <= -wolfeSlope*start.slope:
			m.accept(p)
			return true, nil
		case p.slope*(hi.length-lo.length) >= 0:
			lo, hi = p, lo
		default:
			lo = p
		}
		if math.IsInf(hi.length, 1) {
			length *= 2
		} else {
			length = interpolate(lo, hi)
		}
	}
	if lo.length == 0 {
		return false, nil
	}
	if lo, err = m.try(f, lo.length); err != nil {
		return false, err
	}
	m.accept(lo)
	return true, nil
}

// interpolate returns the length at the minimum of the cubic through two
// trials, kept away from both of them (Nocedal and Wright, equation 3.59).
func interpolate(lo, hi trial) float64 {
	d := hi.length - lo.length
	d1 := lo.slope + hi.slope - float64(3*(hi.loss-lo.loss)/d)
	d2 := math.Copysign(math.Sqrt(float64(d1*d1)-float64(lo.slope*hi.slope)), d)
	share := 1 - (hi.slope+d2-d1)/(hi.slope-lo.slope+float64(2*d2))
	if !finite(share) {
		share = 0.5
	}
	return lo.length + float64(min(max(share, 0.1), 0.9)*d)
}

// try evaluates the loss after a step of the given length.
func (m *minimizer) try(f objective, length float64) (trial, error) {
	copy(m.newX, m.x)
	kernel.Axpy(m.newX, length, m.dir)
	loss, err := f(m.newG, m.newX)
	return trial{length, loss, dot(m.newG, m.dir)}, err
}

// accept takes the step of the last trial.
func (m *minimizer) accept(p trial) {
	step := lbfgsStep{}
	if len(m.steps) == m.memory {
		step = m.steps[0]
		m.steps = slices.Delete(m.steps, 0, 1)
	} else {
		step.s, step.y = make([]float64, len(m.x)), make([]float64, len(m.x))
	}
	floats.SubTo(step.s, m.newX, m.x)
	floats.SubTo(step.y, m.newG, m.g)
	step.sy = dot(step.s, step.y)
	if step.sy > 0 {
		m.steps = append(m.steps, step)
	}
	m.x, m.newX = m.newX, m.x
	m.g, m.newG = m.newG, m.g
	m.loss = p.loss
}
