package onnx

import (
	"errors"
	"fmt"
	"slices"

	"example.com/mlp"
)

// A step is what a piece of a graph does to the rows of a matrix.
type step struct {
	at *val // the last node of the piece

	// inputs is how many columns the step takes, 0 for any number.
	inputs int

	// layers returns the layers for an input of that many columns. act is the
	// activation of the last one if the step fuses, else it is nil. Steps
	// without a layer have no such function.
	layers func(width int, act mlp.Activation) ([]mlp.Layer, error)

	act  mlp.Activation // of a step that is an activation
	fuse bool           // whether the activation behind the step may be a part of it

	// reshape returns the extent behind a step that changes nothing else.
	reshape func(e extent) (extent, error)

	// targets returns the scaling of targets that the step undoes as the last
	// one, nil if a Normalization cannot. It is nil if the step has another
	// form.
	targets func(width int) (*mlp.Normalization, error)

	classes  []string // their names, of a step that has them
	joins    bool     // whether it is a junction
	counts   bool     // whether it makes counts of their logarithms
	entries  bool     // whether it treats every number of its input alike
	lastAxis bool     // whether it treats every row along the last axis alike
	rank     int      // the largest number of axes of a constant
	last     bool     // whether nothing but such steps may follow
}

// oneLayer is step.layers of a single layer.
func oneLayer(l mlp.Layer, err error) ([]mlp.Layer, error) { return []mlp.Layer{l}, err }

// maxDepth bounds how deep skip connections may be in one another.
const maxDepth = 100

// steps returns what is between the input of the graph and v, first step first.
func (imp *importer) steps(v *val) ([]step, error) {
	var steps []step
	for v.node != nil {
		s, x, err := imp.step(v, 0)
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
		v = x
	}
	if v.constant != nil {
		return nil, errors.New("the output does not depend on the input")
	}
	slices.Reverse(steps)
	return steps, nil
}

// step returns the step that ends with the value v, and the value it begins
// with.
func (imp *importer) step(v *val, depth int) (s step, x *val, err error) {
	for _, r := range rules[v.op()] {
		m := r.pattern.find(v)
		if m == nil {
			continue
		}
		p := &piece{match: m, imp: imp}
		p.checkNodes()
		s := r.step(p)
		if p.passed {
			continue
		}
		if p.err != nil {
			return step{}, nil, fmt.Errorf("%v: %w", v, p.err)
		}
		s.at, s.rank = v, p.rank()
		return s, m.x, nil
	}
	if isJunction(v) {
		return imp.junction(v, depth)
	}
	return step{}, nil, notKnown(v)
}

// notKnown returns the error for a value that no rule fits. Where an operator
// before it is not supported, that is the cause.
func notKnown(v *val) error {
	cause := v
	if known(v) {
		seen := make(map[*val]bool)
		for todo := []*val{v}; len(todo) > 0; {
			u := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if u == nil || u.node == nil || seen[u] {
				continue
			}
			seen[u] = true
			if !known(u) && (known(cause) || u.order > cause.order) {
				cause = u
			}
			todo = append(todo, u.args...)
		}
	}
	switch to, _ := cause.node.attr("to"); {
	case cause.op() == "Cast":
		return fmt.Errorf("%v: a Cast to %v changes what the network computes, which no layer does", cause, elemType(to.i))
	case known(cause):
		return fmt.Errorf("%v: not in a place where a dense network has it", cause)
	}
	return fmt.Errorf("%v: the operator %s is not supported", cause, plain(cause.op()))
}

// known reports whether the operator of a value is in a rule.
func known(v *val) bool { return operators[v.op()] }

// knownWidth returns how many columns the steps take, 0 if any number.
func knownWidth(steps []step) int {
	for _, s := range steps {
		if s.inputs > 0 || s.joins { // what follows a junction has another width
			return s.inputs
		}
	}
	return 0
}

// nodeError is an error that names the node.
type nodeError struct{ error }

func (e nodeError) Unwrap() error { return e.error }

// stack returns the layers of the steps for an input of the given extent, and
// the extent behind them.
func (imp *importer) stack(steps []step, e extent) ([]mlp.Layer, extent, error) {
	var layers []mlp.Layer
	for i := 0; i < len(steps); i++ {
		s := steps[i]
		fail := func(err error) ([]mlp.Layer, extent, error) {
			if _, inner := errors.AsType[nodeError](err); inner {
				return nil, e, err
			}
			return nil, e, nodeError{fmt.Errorf("%v: %w", s.at, err)}
		}
		if err := e.check(s); err != nil {
			return fail(err)
		}
		if s.inputs > 0 && s.inputs != e.width {
			return fail(nodeError{fmt.Errorf("%v takes %d columns, its input has %d", s.at, s.inputs, e.width)})
		}
		if s.reshape != nil {
			var err error
			if e, err = s.reshape(e); err != nil {
				return fail(err)
			}
			continue
		}
		if s.layers == nil && s.act == nil {
			continue
		}
		if err := imp.spend(e.width); err != nil {
			return fail(err)
		}
		var made []mlp.Layer
		var err error
		if s.act != nil {
			made = []mlp.Layer{mlp.ActivationLayer(e.width, s.act)}
		} else {
			var act mlp.Activation
			if s.fuse {
				act = mlp.Identity
				if i+1 < len(steps) && steps[i+1].act != nil && e.check(steps[i+1]) == nil {
					i++
					act, s.at = steps[i].act, steps[i].at
				}
			}
			made, err = s.layers(e.width, act)
		}
		for _, l := range made {
			if err == nil {
				err = validate(l)
			}
		}
		if err != nil {
			return fail(err)
		}
		if len(made) > 0 {
			layers = append(layers, made...)
			_, units := made[len(made)-1].Dims()
			e = e.withColumns(units)
		}
	}
	return layers, e, nil
}
