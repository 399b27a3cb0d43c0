package mlp

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

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
	grad    []float64 // nil for parameters that are not trained and for direct leaves
	slots   [][]float64
	trained bool

	single  *single     // in the pass; nil in double precision
	direct  rule32      // the rule of a direct leaf, else nil
	slots32 [][]float32 // of a direct leaf, in the place of slots

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
	whole       []leaf   // of all layers, in their order
	pieces      []leaf   // of those that are trained
	placed      []placed // the pieces by their places
	still       []leaf   // those that are not: State, and those that a Group fixes
	size        int      // weights and biases that are trained
	do          func(l *leaf)
	penalized   bool // whether any has a penalty
	constrained []Param

	mayBeDirect bool // whether the network and the options allow direct leaves

	hasDirect bool // whether any is direct
	widened   bool // whether any has a single and is not direct
	behind    bool // whether direct leaves are ahead of the layers
	restores  bool // whether what has been published may have to be restored
}

// newLeaves returns the parameters of the layers with the gradients of their
// passes and everything that the options of the call op require.
func newLeaves(op string, n *network, c chain, o *FitOptions, env *passEnv) (*leaves, error) {
	ls := &leaves{env: env, mayBeDirect: n.allowsDirect(o)}
	groups := &grouping{o, make([]int, len(o.Groups))}
	for i, l := range n.layers {
		params, grads := l.Params(), c.gradients(i)
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
	ls.arrange()
	return ls, nil
}

// placed is a piece at its place in its parameter.
type placed struct {
	*leaf
	place  float64 // of its middle, from 0 to 1
	middle int     // in the order of places, from 0 to the size of all leaves
}

// arrange puts the pieces in the order in which workers share them: by their
// places. So of each large parameter a worker gets the same share as of all. In
// small batches that is the part of weights by which it multiplies, and which it
// has in its cache.
func (ls *leaves) arrange() {
	pieces := ls.pieces
	for _, w := range ls.whole {
		for lo := 0; w.trained && lo < len(w.value); lo += pieceLen {
			l := &pieces[0]
			pieces = pieces[1:]
			ls.placed = append(ls.placed, placed{leaf: l, place: float64(2*lo+len(l.value)) / float64(2*len(w.value))})
		}
	}
	slices.SortStableFunc(ls.placed, func(a, b placed) int { return cmp.Compare(a.place, b.place) })
	begin := 0
	for i := range ls.placed {
		p := &ls.placed[i]
		p.middle = begin + len(p.value)/2
		begin += len(p.value)
	}
}

// add adds a parameter of a layer.
func (ls *leaves) add(layer int, p Param, grad gradient, groups *grouping) error {
	value := p.Value.RawMatrix()
	l := leaf{name: paramName(layer, p), layer: layer, value: value.Data, penalty: p.Penalty}
	ls.penalized = ls.penalized || p.Penalty != nil
	if grad == (gradient{}) && !p.State {
		return fmt.Errorf("layer %d: the pass has no gradient of %s, and it is no State", layer, quote.Text(p.Name))
	}
	if grad.wide != nil {
		g := grad.wide.RawMatrix()
		if value.Rows != g.Rows || value.Cols != g.Cols || g.Stride != g.Cols {
			return fmt.Errorf("layer %d: gradient of %s is %d×%d with stride %d, the parameter is %d×%d",
				layer, quote.Text(p.Name), g.Rows, g.Cols, g.Stride, value.Rows, value.Cols)
		}
		l.grad = g.Data
	}
	if grad != (gradient{}) {
		var err error
		if l.trained, err = groups.assign(&l, layer, p); err != nil {
			return err
		}
	}
	if grad.single != nil {
		l.setSingle(grad.single, ls.mayBeDirect && p.Penalty == nil && p.Constraint == nil)
		ls.hasDirect = ls.hasDirect || l.direct != nil
		ls.widened = ls.widened || l.direct == nil
	}
	if !l.trained {
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
			if l.direct != nil {
				l.slots32 = append(l.slots32, make([]float32, n))
			} else {
				l.slots = append(l.slots, make([]float64, n))
			}
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
	l.value = l.value[lo:hi]
	if l.grad != nil {
		l.grad = l.grad[lo:hi]
	}
	if l.single != nil {
		single := l.single.piece(lo, hi)
		l.single = &single
	}
	l.slots32 = slices.Clone(l.slots32)
	for i, s := range l.slots32 {
		l.slots32[i] = s[lo:hi]
	}
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

// onEach is a stage that applies a function to each leaf.
type onEach func(l *leaf)

func (f onEach) apply(ls *leaves) { ls.each(f) }

// newRules returns the stage that updates each leaf by its rule.
func newRules(p *pace) stage {
	return onEach(func(l *leaf) {
		if l.direct != nil {
			l.direct.step32(l.single.value, l.single.grad, l.slots32, p.rate*l.rate, p.steps)
		} else {
			l.rule.Step(l.value, l.grad, l.slots, p.rate*l.rate, p.steps)
		}
	})
}

// setGrads replaces the gradients with those of another chain of the same
// layers.
func (ls *leaves) setGrads(c chain) {
	w, i := 0, 0
	for w < len(ls.whole) {
		for _, g := range c.gradients(ls.whole[w].layer) {
			l := &ls.whole[w]
			w++
			if l.single != nil { // of a direct leaf, it is ahead of the layer
				copy(g.single.value, l.single.value)
			}
			l.setGrad(g, 0)
			for lo := 0; l.trained && lo < len(l.value); i++ {
				ls.pieces[i].setGrad(g, lo)
				lo += len(ls.pieces[i].value)
			}
		}
	}
}

// setGrad sets the gradient to that part of g that begins at lo.
func (l *leaf) setGrad(g gradient, lo int) {
	hi := lo + len(l.value)
	switch {
	case l.single != nil:
		*l.single = g.single.piece(lo, hi)
	case l.trained:
		l.grad = g.wide.RawMatrix().Data[lo:hi]
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
	if ls.size < minSharedParams {
		for i := range ls.pieces {
			do(&ls.pieces[i])
		}
		return
	}
	ls.do = do
	ls.env.team.Split(ls.size, 1, ls)
}

// Run implements kernel.Work for the pieces whose middles are in [lo, hi).
func (ls *leaves) Run(lo, hi int) {
	for _, p := range ls.placed {
		if lo <= p.middle && p.middle < hi {
			ls.do(p.leaf)
		}
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
	ls.each(squares)
	norm := math.Sqrt(ls.total())
	if !math.IsInf(norm, 1) || ls.hasDirect {
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

// save stores a copy of the weights. Direct leaves need none if nothing is
// published before the end is known to be good.
func (ls *leaves) save() {
	if ls.restores {
		ls.all(saveValue)
	} else {
		ls.all(saveWidened)
	}
}

func saveValue(l *leaf) { l.saved = append(l.saved[:0], l.value...) }

func saveWidened(l *leaf) {
	if l.direct == nil {
		saveValue(l)
	}
}

// restore restores the weights that save stored.
func (ls *leaves) restore() {
	ls.behind = false // direct leaves begin again with the values of the layers
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
	if ls.behind {
		ls.all(checkValue)
	} else {
		ls.all(checkLoaded)
	}
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
