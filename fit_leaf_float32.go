package mlp

import (
	"slices"

	"example.com/mlp/internal/kernel"
)

// In single precision, a pass computes with parameters that are rounded from
// those of the layer. A leaf is updated in one of two ways.
//
// A direct leaf is updated in single precision by a rule32. The parameter of
// the layer is behind from the first step on, until publish; publish comes
// before anything else looks at the weights, and load after anything else may
// have changed them.
//
// Any other leaf is updated in double precision, like all leaves of a chain64:
// its gradient is widened after each batch, its value rounded after each step.

// A rule32 is a Rule that updates weights in single precision. Its coefficients
// are those of Step, rounded.
type rule32 interface {
	step32(w, g []float32, slots [][]float32, scale float64, t int)
}

// newRule32 returns the form of a rule in single precision, or nil if it has
// none. It goes by type, because a rule that embeds one of these has its
// methods, too.
func newRule32(r Rule) rule32 {
	switch r := r.(type) {
	case SGD:
		return r
	case *SGD:
		return *r
	case Adam:
		if !r.AMSGrad && (r.Epsilon == 0 || r.Epsilon >= leastEpsilon) {
			return r
		}
	case *Adam:
		return newRule32(*r)
	case AdamW:
		if newRule32(r.adam()) != nil {
			return r
		}
	case *AdamW:
		return newRule32(*r)
	}
	return nil
}

// leastEpsilon is the smallest ε for which the squares of gradients that are 0 in
// kernel.AdamStep32 do not matter.
const leastEpsilon = 1e-12

// allowsDirect reports whether nothing but the rules has to do with gradients
// and weights between the batches: no stage, and nothing of another package that
// might read the weights of the layers, such as a layer that is tied to another.
func (n *network) allowsDirect(o *FitOptions) bool {
	return o.AccumulateSteps <= 1 && o.ClipValue == 0 && o.ClipNorm == 0 && o.AverageDecay == 0 &&
		!anyForeign(n.layers) && declaredHere(n.loss) && declaredHere(o.Schedule) && declaredHere(o.DecaySchedule) && declaredHere(o.DropoutSchedule)
}

// anyForeign reports whether a layer, or one inside of it, is of another package.
func anyForeign(layers []Layer) bool {
	return slices.ContainsFunc(layers, func(l Layer) bool { return !declaredHere(l) || anyForeign(inside(l)) })
}

// setSingle makes l the leaf of a parameter in single precision. direct tells
// whether the options and the parameter allow a direct leaf.
func (l *leaf) setSingle(s *single, direct bool) {
	l.single = s
	if l.trained && direct {
		l.direct = newRule32(l.rule)
	}
	if l.trained && l.direct == nil {
		l.grad = make([]float64, len(l.value))
	}
}

// piece returns the elements [lo, hi).
func (s *single) piece(lo, hi int) single { return single{s.value[lo:hi], s.grad[lo:hi]} }

// widenGrads passes the gradients of a batch on to the leaves that are not
// direct.
func (ls *leaves) widenGrads() { ls.each(widenGrad) }

func widenGrad(l *leaf) {
	if l.single != nil && l.direct == nil {
		kernel.Widen(l.grad, l.single.grad)
	}
}

// rounding is the stage that rounds the values of the leaves that are not direct.
type rounding struct{}

func (rounding) apply(ls *leaves) {
	ls.behind = ls.hasDirect
	if ls.widened {
		ls.each(narrowWidened)
	}
}

func narrowWidened(l *leaf) {
	if l.direct == nil {
		narrowValue(l)
	}
}

// load takes the values of the layers over into the passes.
func (ls *leaves) load() {
	if ls.hasDirect || ls.widened {
		ls.all(narrowValue)
	}
}

func narrowValue(l *leaf) {
	if l.single != nil {
		kernel.Narrow(l.single.value, l.value)
	}
}

// publish takes the values of direct leaves over into the layers.
func (ls *leaves) publish() {
	if ls.behind {
		ls.behind = false
		ls.each(publishValue)
	}
}

func publishValue(l *leaf) {
	if l.direct != nil {
		kernel.Widen(l.value, l.single.value)
	}
}

// checkValue leaves 0 in sum if all values that the steps update are finite, or
// else 1. A slot that has become infinite, as the mean of the squares of large
// gradients, would stop a direct leaf for ever.
func checkValue(l *leaf) {
	l.sum = 1
	if l.direct == nil && !kernel.AllFinite(l.value) || l.direct != nil && !kernel.AllFinite32(l.single.value) {
		return
	}
	for _, s := range l.slots32 {
		if !kernel.AllFinite32(s) {
			return
		}
	}
	l.sum = 0
}

// checkLoaded is checkValue for leaves that are not behind, after load, by which
// values may become infinite.
func checkLoaded(l *leaf) {
	narrowValue(l)
	l.sum = 1
	if kernel.AllFinite(l.value) && (l.single == nil || kernel.AllFinite32(l.single.value)) {
		l.sum = 0
	}
}

// squares leaves the sum of the squares of the gradient in sum.
func squares(l *leaf) {
	if l.direct != nil {
		l.sum = kernel.SumSquares32(l.single.grad)
	} else {
		l.sum = kernel.SumSquares(l.grad)
	}
}

// slotState returns a copy of the slots.
func (l *leaf) slotState() [][]float64 {
	var state [][]float64
	for _, s := range l.slots {
		state = append(state, slices.Clone(s))
	}
	for _, s := range l.slots32 {
		wide := make([]float64, len(s))
		kernel.Widen(wide, s)
		state = append(state, wide)
	}
	return state
}

func (l *leaf) slotCount() int { return max(len(l.slots), len(l.slots32)) }

// setSlots sets the slots to those of slotState.
func (l *leaf) setSlots(state [][]float64) {
	for i, s := range state {
		if l.direct == nil {
			copy(l.slots[i], s)
		} else {
			kernel.Narrow(l.slots32[i], s)
		}
	}
}

func (l *leaf) clearSlots() {
	for _, s := range l.slots {
		clear(s)
	}
	for _, s := range l.slots32 {
		clear(s)
	}
}
