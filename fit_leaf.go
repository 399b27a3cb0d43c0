package mlp

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/quote"
)

const (
	// pieceLen is the length of the pieces of large parameters: an
	// optimizer's vectors for one piece fit into the second-level cache.
	pieceLen = 8192

	// minSharedParams is the number of weights from which it pays to update
	// them on several cores.
	minSharedParams = 8 * pieceLen
)

// leaf is a parameter in training, or a piece of a large one: the rule that
// updates it, and everything the rule needs, as flat vectors.
type leaf struct {
	name  string // "layers.0.weight"
	layer int

	rule  Rule    // nil with LBFGS and for parameters that are not trained
	rate  float64 // factor of the learning rate
	decay float64 // of the weights, see FitOptions.WeightDecay

	fixed bool // a Group leaves it unchanged

	value   []float64
	grad    []float64 // nil for parameters that are not trained
	slots   [][]float64
	penalty Regularizer
	saved   []float64 // value to restore; empty before save
	average []float64 // see weightAverage; nil without one
	mean    []float64 // see accumulator; nil if each batch makes a step
	sum     float64   // over the piece, of whatever is being summed
}

// leaves are all parameters of a network in training. They implement
// kernel.Work, which applies one function to each trained parameter.
type leaves struct {
	env         *passEnv
	whole       []leaf // of all layers, in their order
	pieces      []leaf // of those that are trained
	still       []leaf // those that are not: State, and those that a Group fixes
	size        int    // weights and biases that are trained
	do          func(l *leaf)
	penalized   bool // whether any has a penalty
	constrained []Param
}

// newLeaves returns the parameters of the layers with the gradients of their
// passes and everything that the options of the call op require.
func newLeaves(op string, layers []Layer, passes []Pass, o *FitOptions, env *passEnv) (*leaves, error) {
	ls := &leaves{env: env}
	groups := &grouping{o, make([]int, len(o.Groups))}
	for i, l := range layers {
		params, grads := l.Params(), passes[i].Grads()
		if len(params) != len(grads) {
			return nil, &ShapeError{Op: op, Subject: fmt.Sprintf("the pass of layer %d", i), Got: len(grads), Unit: "gradients", Wanting: "the layer has parameters:", Want: len(params)}
		}
		for j, p := range params {
			if err := ls.add(i, p, grads[j], groups); err != nil {
				return nil, fmt.Errorf("mlp: %s: %w", op, err)
			}
		}
	}
	if o.WeightDecay > 0 && ls.size > 0 && !decays(ls) {
		return nil, fmt.Errorf("mlp: %s: WeightDecay of which Groups leave no parameter", op)
	}
	if err := groups.check(); err != nil {
		return nil, fmt.Errorf("mlp: %s: %w", op, err)
	}
	if len(ls.whole) > 0 && ls.size == 0 && len(o.Groups) > 0 {
		return nil, fmt.Errorf("mlp: %s: Groups leave no parameter to train", op)
	}
	return ls, nil
}

// add adds a parameter of a layer.
func (ls *leaves) add(layer int, p Param, grad *mat.Dense, groups *grouping) error {
	value := p.Value.RawMatrix()
	l := leaf{name: paramName(layer, p), layer: layer, value: value.Data, penalty: p.Penalty}
	ls.penalized = ls.penalized || p.Penalty != nil
	if grad == nil && !p.State {
		return fmt.Errorf("layer %d: the pass has no gradient of %s, and it is no State", layer, quote.Text(p.Name))
	}
	trained := false
	if grad != nil {
		g := grad.RawMatrix()
		if value.Rows != g.Rows || value.Cols != g.Cols || g.Stride != g.Cols {
			return fmt.Errorf("layer %d: gradient of %s is %d×%d with stride %d, the parameter is %d×%d",
				layer, quote.Text(p.Name), g.Rows, g.Cols, g.Stride, value.Rows, value.Cols)
		}
		l.grad = g.Data
		var err error
		if trained, err = groups.assign(&l, layer, p); err != nil {
			return err
		}
	}
	if !trained {
		l.grad, l.fixed = nil, !p.State
		if groups.opts.AverageDecay > 0 && ls.env.statistics {
			l.average = slices.Clone(l.value) // what it has with the average of the weights
		}
		ls.whole = append(ls.whole, l)
		ls.still = append(ls.still, l)
		return nil
	}
	if p.Constraint != nil {
		if l.rule == nil {
			return fmt.Errorf("LBFGS: parameter %s has a Constraint, which it cannot keep", quote.Text(l.name))
		}
		ls.constrained = append(ls.constrained, p)
	}
	ls.grow(l, groups.opts)
	return nil
}

// grow allocates the memory of a trained parameter and splits it into pieces.
func (ls *leaves) grow(l leaf, o *FitOptions) {
	n := len(l.value)
	if l.rule != nil {
		for range l.rule.Slots() {
			l.slots = append(l.slots, make([]float64, n))
		}
	}
	if o.AverageDecay > 0 {
		l.average = slices.Clone(l.value)
	}
	if o.AccumulateSteps > 1 {
		l.mean = make([]float64, n)
	}
	ls.whole = append(ls.whole, l)
	for lo := 0; lo < n; lo += pieceLen {
		ls.pieces = append(ls.pieces, l.piece(lo, min(lo+pieceLen, n)))
	}
	ls.size += n
}

// piece returns the elements [lo, hi).
func (l leaf) piece(lo, hi int) leaf {
	l.value, l.grad = l.value[lo:hi], l.grad[lo:hi]
	l.slots = slices.Clone(l.slots)
	for i, s := range l.slots {
		l.slots[i] = s[lo:hi]
	}
	if l.average != nil {
		l.average = l.average[lo:hi]
	}
	if l.mean != nil {
		l.mean = l.mean[lo:hi]
	}
	return l
}

// setGrads replaces the gradients with those of other passes of the same
// layers.
func (ls *leaves) setGrads(passes []Pass) {
	w, i := 0, 0
	for _, pass := range passes {
		for _, g := range pass.Grads() {
			l := &ls.whole[w]
			w++
			if l.grad == nil {
				continue
			}
			l.grad = g.RawMatrix().Data
			for grad := l.grad; len(grad) > 0; i++ {
				n := len(ls.pieces[i].value)
				ls.pieces[i].grad, grad = grad[:n], grad[n:]
			}
		}
	}
}

// lowest returns the first layer with parameters to train, or 0 if there is
// none.
func (ls *leaves) lowest() int {
	if len(ls.pieces) == 0 {
		return 0
	}
	return ls.pieces[0].layer
}

// each calls do for all trained parameters, using the team if there are many.
func (ls *leaves) each(do func(l *leaf)) {
	ls.do = do
	if ls.size < minSharedParams {
		ls.Run(0, len(ls.pieces))
	} else {
		ls.env.team.Split(len(ls.pieces), 1, ls)
	}
}

// Run implements kernel.Work.
func (ls *leaves) Run(lo, hi int) {
	for i := lo; i < hi; i++ {
		ls.do(&ls.pieces[i])
	}
}

// all is like each, but includes parameters that are not trained.
func (ls *leaves) all(do func(l *leaf)) {
	ls.each(do)
	for i := range ls.still {
		do(&ls.still[i])
	}
}

// total adds up the sums that each has left in the pieces, in their order.
func (ls *leaves) total() float64 {
	total := 0.0
	for i := range ls.pieces {
		total += ls.pieces[i].sum
	}
	return total
}

// penalize adds the derivatives of the penalties to the gradients and returns
// the sum of the penalties, including those on parameters that are not trained.
func (ls *leaves) penalize() float64 {
	ls.all(func(l *leaf) {
		l.sum = 0
		if l.penalty != nil {
			l.sum = l.penalty.Penalty(l.grad, l.value)
		}
	})
	total := ls.total()
	for i := range ls.still {
		total += ls.still[i].sum
	}
	return total
}

// gradNorm returns the Euclidean norm of the gradients of all parameters
// together.
func (ls *leaves) gradNorm() float64 {
	ls.each(func(l *leaf) { l.sum = kernel.SumSquares(l.grad) })
	norm := math.Sqrt(ls.total())
	if !math.IsInf(norm, 1) {
		return norm
	}
	largest := 0.0 // the squares overflow: divide by it first
	for i := range ls.pieces {
		largest = max(largest, floats.Norm(ls.pieces[i].grad, math.Inf(1)))
	}
	sum := 0.0
	for i := range ls.pieces {
		for _, g := range ls.pieces[i].grad {
			sum += float64((g / largest) * (g / largest))
		}
	}
	return largest * math.Sqrt(sum)
}

// setValues sets the trained parameters to the values in x, one after the
// other.
func (ls *leaves) setValues(x []float64) {
	for i := range ls.pieces {
		x = x[copy(ls.pieces[i].value, x):]
	}
}

// copyValues copies the trained parameters into x, in the order of setValues.
func (ls *leaves) copyValues(x []float64) {
	for i := range ls.pieces {
		x = x[copy(x, ls.pieces[i].value):]
	}
}

// copyGrads copies the gradients into g, one after the other.
func (ls *leaves) copyGrads(g []float64) {
	for i := range ls.pieces {
		g = g[copy(g, ls.pieces[i].grad):]
	}
}

// save stores a copy of the weights.
func (ls *leaves) save() {
	ls.all(func(l *leaf) { l.saved = append(l.saved[:0], l.value...) })
}

// restore restores the weights that save stored.
func (ls *leaves) restore() {
	ls.all(func(l *leaf) { copy(l.value, l.saved) })
}

// restoreStill is restore for parameters that are not trained.
func (ls *leaves) restoreStill() {
	for i := range ls.still {
		copy(ls.still[i].value, ls.still[i].saved)
	}
}

// notFinite returns the first layer with a weight that is not finite, or -1.
func (ls *leaves) notFinite() int {
	ls.all(func(l *leaf) {
		l.sum = 0
		if !kernel.AllFinite(l.value) {
			l.sum = 1
		}
	})
	first := -1
	for _, part := range [][]leaf{ls.pieces, ls.still} {
		for i := range part {
			if l := &part[i]; l.sum != 0 && (first < 0 || l.layer < first) {
				first = l.layer
			}
		}
	}
	return first
}
