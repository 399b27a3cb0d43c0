package mlp

import (
	"fmt"
	"math"
	"slices"
	"sync/atomic"

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
	saved   []float64 // value after the last whole epoch
	penalty Regularizer
	sum     float64 // over the piece, of whatever is being added up
}

// parameters are all parameters of a network in training. It is a
// kernel.Task that does the same to each that a gradient trains.
type parameters struct {
	all         []param // that a gradient trains
	state       []param // that no gradient trains
	size        int     // weights and biases altogether
	do          func(p *param)
	penalized   bool // whether any has a penalty
	constrained []Param
}

// add adds the parameters of a layer, for an optimizer with the given number
// of slots.
func (ps *parameters) add(layer int, params []Param, grads []*mat.Dense, slots int) error {
	if len(params) != len(grads) {
		return &ShapeError{Op: "Fit", Subject: fmt.Sprintf("the pass of layer %d", layer), Got: len(grads), Unit: "gradients", Wanting: "the layer has parameters:", Want: len(params)}
	}
	for j, p := range params {
		value := p.Value.RawMatrix()
		if grads[j] == nil {
			ps.state = append(ps.state, newParam(layer, value.Data, nil, 0))
			continue
		}
		grad := grads[j].RawMatrix()
		if value.Rows != grad.Rows || value.Cols != grad.Cols || grad.Stride != grad.Cols {
			return fmt.Errorf("mlp: Fit: layer %d: gradient of %q is %d×%d with stride %d, the parameter is %d×%d",
				layer, p.Name, grad.Rows, grad.Cols, grad.Stride, value.Rows, value.Cols)
		}
		for lo := 0; lo < len(value.Data); lo += pieceLen {
			hi := min(lo+pieceLen, len(value.Data))
			piece := newParam(layer, value.Data[lo:hi], grad.Data[lo:hi], slots)
			piece.penalty = p.Penalty
			ps.all = append(ps.all, piece)
		}
		ps.size += len(value.Data)
		ps.penalized = ps.penalized || p.Penalty != nil
		if p.Constraint != nil {
			ps.constrained = append(ps.constrained, p)
		}
	}
	return nil
}

func newParam(layer int, value, grad []float64, slots int) param {
	p := param{layer: layer, value: value, grad: grad, saved: make([]float64, len(value))}
	for range slots {
		p.slots = append(p.slots, make([]float64, len(value)))
	}
	return p
}

// each calls do for all parameters that a gradient trains, with the help of
// the team if they are many.
func (ps *parameters) each(team *kernel.Team, do func(p *param)) {
	ps.do = do
	if ps.size < minSharedParams {
		ps.Run(0, len(ps.all))
	} else {
		team.Split(len(ps.all), 1, ps)
	}
}

// Run implements kernel.Task.
func (ps *parameters) Run(lo, hi int) {
	for i := lo; i < hi; i++ {
		ps.do(&ps.all[i])
	}
}

// total returns the sum that each has left in the pieces, added up in their
// order.
func (ps *parameters) total() float64 {
	total := 0.0
	for i := range ps.all {
		total += ps.all[i].sum
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
	return math.Sqrt(ps.total())
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

// save remembers the weights.
func (ps *parameters) save(team *kernel.Team) {
	ps.eachOrState(team, func(p *param) { copy(p.saved, p.value) })
}

// restore goes back to the weights that save remembers.
func (ps *parameters) restore(team *kernel.Team) {
	ps.eachOrState(team, func(p *param) { copy(p.value, p.saved) })
}

// keepFinite goes back to the saved weights if one has become NaN or infinite.
func (ps *parameters) keepFinite(team *kernel.Team) {
	if ps.notFinite(team) >= 0 {
		ps.restore(team)
	}
}

// notFinite returns the first layer with a weight that is not finite, or -1.
func (ps *parameters) notFinite(team *kernel.Team) int {
	var found atomic.Bool
	ps.eachOrState(team, func(p *param) {
		if !kernel.AllFinite(p.value) {
			found.Store(true)
		}
	})
	if !found.Load() {
		return -1
	}
	first := math.MaxInt
	for _, p := range slices.Concat(ps.all, ps.state) {
		if !kernel.AllFinite(p.value) {
			first = min(first, p.layer)
		}
	}
	return first
}
