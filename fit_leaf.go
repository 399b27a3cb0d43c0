package mlp

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

const (
	// pieceLen is the length of the pieces of large parameters: an
	// optimizer's vectors for one piece fit into the second-level cache.
	pieceLen = 8192

	// minSharedParams is the number of weights from which it pays to update
	// them on several cores.
	minSharedParams = 8 * pieceLen
)

// param is a parameter, or a piece of a large one, with all that its update
// needs, as flat vectors.
type param struct {
	layer   int
	value   []float64
	grad    []float64
	slots   [][]float64
	saved   []float64 // value to go back to; empty before save
	average []float64 // see weightAverage; nil without one
	mean    []float64 // see accumulator; nil if each batch makes a step
	penalty Regularizer
	sum     float64 // over the piece, of whatever is being added up
}

// parameters are all parameters of a network in training. It is a
// kernel.Work that does the same to each that a gradient trains.
type parameters struct {
	whole       []wholeParam // of all layers, in their order
	pieces      []param      // of those that a gradient trains
	state       []param      // those that no gradient trains
	size        int          // weights and biases altogether
	do          func(p *param)
	penalized   bool // whether any has a penalty
	constrained []Param
}

// wholeParam is a parameter in one piece.
type wholeParam struct {
	name string // "layers.0.weight"
	param
}

// newParameters returns the parameters of the layers with the gradients of
// their passes and all that the options of the call op ask for.
func newParameters(op string, layers []Layer, passes []Pass, o *FitOptions) (*parameters, error) {
	ps := &parameters{}
	for i, l := range layers {
		params, grads := l.Params(), passes[i].Grads()
		if len(params) != len(grads) {
			return nil, &ShapeError{Op: op, Subject: fmt.Sprintf("the pass of layer %d", i), Got: len(grads), Unit: "gradients", Wanting: "the layer has parameters:", Want: len(params)}
		}
		for j, p := range params {
			if err := ps.add(op, i, p, grads[j], o); err != nil {
				return nil, err
			}
		}
	}
	return ps, nil
}

// add adds a parameter of a layer.
func (ps *parameters) add(op string, layer int, p Param, grad *mat.Dense, o *FitOptions) error {
	value := p.Value.RawMatrix()
	n := len(value.Data)
	w := wholeParam{paramName(layer, p), param{layer: layer, value: value.Data, penalty: p.Penalty}}
	if grad == nil && !p.State {
		return fmt.Errorf("mlp: %s: layer %d: the pass has no gradient of %q, and it is no State", op, layer, p.Name)
	}
	if grad == nil {
		ps.whole = append(ps.whole, w)
		ps.state = append(ps.state, w.param)
		return nil
	}
	g := grad.RawMatrix()
	if value.Rows != g.Rows || value.Cols != g.Cols || g.Stride != g.Cols {
		return fmt.Errorf("mlp: %s: layer %d: gradient of %q is %d×%d with stride %d, the parameter is %d×%d",
			op, layer, p.Name, g.Rows, g.Cols, g.Stride, value.Rows, value.Cols)
	}
	w.grad = g.Data
	if o.LBFGS == nil {
		for range o.Optimizer.Slots() {
			w.slots = append(w.slots, make([]float64, n))
		}
	}
	if o.AverageDecay > 0 {
		w.average = slices.Clone(value.Data)
	}
	if o.AccumulateSteps > 1 {
		w.mean = make([]float64, n)
	}
	ps.whole = append(ps.whole, w)
	for lo := 0; lo < n; lo += pieceLen {
		ps.pieces = append(ps.pieces, w.piece(lo, min(lo+pieceLen, n)))
	}
	ps.size += n
	ps.penalized = ps.penalized || p.Penalty != nil
	if p.Constraint != nil {
		if o.LBFGS != nil {
			return fmt.Errorf("mlp: %s: LBFGS: parameter %q has a Constraint, which it cannot keep", op, w.name)
		}
		ps.constrained = append(ps.constrained, p)
	}
	return nil
}

// piece returns the elements [lo, hi).
func (p *param) piece(lo, hi int) param {
	piece := param{layer: p.layer, value: p.value[lo:hi], grad: p.grad[lo:hi], penalty: p.penalty}
	for _, s := range p.slots {
		piece.slots = append(piece.slots, s[lo:hi])
	}
	if p.average != nil {
		piece.average = p.average[lo:hi]
	}
	if p.mean != nil {
		piece.mean = p.mean[lo:hi]
	}
	return piece
}

// setGrads makes the gradients those of other passes of the same layers.
func (ps *parameters) setGrads(passes []Pass) {
	i := 0
	for _, pass := range passes {
		for _, g := range pass.Grads() {
			if g == nil {
				continue
			}
			for grad := g.RawMatrix().Data; len(grad) > 0; i++ {
				n := len(ps.pieces[i].value)
				ps.pieces[i].grad, grad = grad[:n], grad[n:]
			}
		}
	}
}

// each calls do for all parameters that a gradient trains, with the help of
// the team if they are many.
func (ps *parameters) each(team *kernel.Team, do func(p *param)) {
	ps.do = do
	if ps.size < minSharedParams {
		ps.Run(0, len(ps.pieces))
	} else {
		team.Split(len(ps.pieces), 1, ps)
	}
}

// Run implements kernel.Work.
func (ps *parameters) Run(lo, hi int) {
	for i := lo; i < hi; i++ {
		ps.do(&ps.pieces[i])
	}
}

// total returns the sum that each has left in the pieces, added up in their
// order.
func (ps *parameters) total() float64 {
	total := 0.0
	for i := range ps.pieces {
		total += ps.pieces[i].sum
	}
	return total
}

// penalize adds the derivatives of the penalties to the gradients and returns
// the sum of the penalties.
func (ps *parameters) penalize(team *kernel.Team) float64 {
	if !ps.penalized {
		return 0
	}
	ps.each(team, func(p *param) {
		p.sum = 0
		if p.penalty != nil {
			p.sum = p.penalty.Penalty(p.grad, p.value)
		}
	})
	return ps.total()
}

// gradNorm returns the Euclidean norm of the gradients of all parameters
// together.
func (ps *parameters) gradNorm(team *kernel.Team) float64 {
	ps.each(team, func(p *param) { p.sum = kernel.SumSquares(p.grad) })
	norm := math.Sqrt(ps.total())
	if !math.IsInf(norm, 1) {
		return norm
	}
	largest := 0.0 // the squares overflow: take it out of them
	for i := range ps.pieces {
		largest = max(largest, floats.Norm(ps.pieces[i].grad, math.Inf(1)))
	}
	sum := 0.0
	for i := range ps.pieces {
		for _, g := range ps.pieces[i].grad {
			sum += float64((g / largest) * (g / largest))
		}
	}
	return largest * math.Sqrt(sum)
}

// project makes the parameters meet their constraints.
func (ps *parameters) project() {
	for _, p := range ps.constrained {
		p.Constraint.Project(p.Value)
	}
}

// eachOrState is each for what no gradient trains as well.
func (ps *parameters) eachOrState(team *kernel.Team, do func(p *param)) {
	ps.each(team, do)
	for i := range ps.state {
		do(&ps.state[i])
	}
}

// setValues makes the parameters that a gradient trains those of x, one after
// the other.
func (ps *parameters) setValues(x []float64) {
	for i := range ps.pieces {
		x = x[copy(ps.pieces[i].value, x):]
	}
}

// copyValues copies what setValues sets into x.
func (ps *parameters) copyValues(x []float64) {
	for i := range ps.pieces {
		x = x[copy(x, ps.pieces[i].value):]
	}
}

// copyGrads copies the gradients into g, one after the other.
func (ps *parameters) copyGrads(g []float64) {
	for i := range ps.pieces {
		g = g[copy(g, ps.pieces[i].grad):]
	}
}

// save remembers the weights.
func (ps *parameters) save(team *kernel.Team) {
	ps.eachOrState(team, func(p *param) { p.saved = append(p.saved[:0], p.value...) })
}

// restore goes back to the weights that save remembers.
func (ps *parameters) restore(team *kernel.Team) {
	ps.eachOrState(team, func(p *param) { copy(p.value, p.saved) })
}

// restoreState is restore for what no gradient trains.
func (ps *parameters) restoreState() {
	for i := range ps.state {
		copy(ps.state[i].value, ps.state[i].saved)
	}
}

// notFinite returns the first layer with a weight that is not finite, or -1.
func (ps *parameters) notFinite(team *kernel.Team) int {
	ps.eachOrState(team, func(p *param) {
		p.sum = 0
		if !kernel.AllFinite(p.value) {
			p.sum = 1
		}
	})
	first := -1
	for _, part := range [][]param{ps.pieces, ps.state} {
		for i := range part {
			if p := &part[i]; p.sum != 0 && (first < 0 || p.layer < first) {
				first = p.layer
			}
		}
	}
	return first
}
