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

	// inputs is how many columns the step takes, units how many it gives. 0
	// means any number, and as many as it takes.
	inputs, units int

	// layer returns the layer. act is its activation if the step has units,
	// else it is nil.
	layer func(width int, act mlp.Activation) (mlp.Layer, error)

	// targets returns the scaling of targets that the step undoes as the last
	// one. It is nil if the step has another form.
	targets func(width int) (*mlp.Normalization, error)

	classes []string       // their names, of a step that has them
	act     mlp.Activation // of a step that is an activation
	noLayer bool           // whether the step is no layer
	counts  bool           // whether it makes counts of their logarithms
	rows    bool           // whether it makes its input a matrix
	entries bool           // whether it treats every number of its input alike
	last    bool           // whether nothing but such steps may follow
}

// maxDepth bounds how deep skip connections may be in one another.
const maxDepth = 100

// steps returns what is between the values from and v, first step first. A
// from of nil is the input of the graph.
func (imp *importer) steps(v, from *val, depth int) ([]step, error) {
	var steps []step
	for v != from && v.node != nil {
		s, x, err := imp.step(v, depth)
		if err != nil {
			return nil, err
		}
		s.at = v
		steps = append(steps, s)
		v = x
	}
	if from != nil && v != from {
		return nil, errNoSkip
	}
	if v.constant != nil {
		return nil, errors.New("the output does not depend on the input")
	}
	slices.Reverse(steps)
	return steps, nil
}

var errNoSkip = errors.New("not a skip connection: one operand must begin at the other")

// step returns the step that ends with the value v, and the value it begins
// with.
func (imp *importer) step(v *val, depth int) (s step, x *val, err error) {
	for _, r := range rules[v.op()] {
		m := r.pattern.find(v)
		if m == nil {
			continue
		}
		p := &piece{match: m, imp: imp}
		p.checkAttributes()
		if s := r.step(p); p.passed {
			continue
		} else if p.err == nil {
			return s, m.x, nil
		}
		return step{}, nil, fmt.Errorf("%v: %w", v, p.err)
	}
	if v.op() == "Add" && v.index == 0 && len(v.args) == 2 && v.args[0] != nil && v.args[1] != nil && v.args[0] != v.args[1] {
		return imp.residual(v, depth)
	}
	if operators[v.op()] {
		return step{}, nil, fmt.Errorf("%v: not in a place where a dense network has it", v)
	}
	return step{}, nil, fmt.Errorf("%v: the operator %s is not supported", v, v.op())
}

// residual returns the step of a sum of two values, one of which is a function
// of the other. That one comes later in the file.
func (imp *importer) residual(v *val, depth int) (s step, x *val, err error) {
	skip, branch := v.args[0], v.args[1]
	if branch.node == nil || skip.node != nil && skip.order > branch.order {
		skip, branch = branch, skip
	}
	if depth == maxDepth {
		return s, nil, fmt.Errorf("%v: more than %d skip connections in one another", v, maxDepth)
	}
	inner, err := imp.steps(branch, skip, depth+1)
	if errors.Is(err, errNoSkip) {
		err = fmt.Errorf("%v: %w", v, errNoSkip)
	}
	if err != nil {
		return s, nil, err
	}
	for _, s := range inner {
		if s.last || s.rows {
			return s, nil, fmt.Errorf("%v: not in a skip connection", s.at)
		}
	}
	s.inputs = knownWidth(inner)
	s.layer = func(width int, _ mlp.Activation) (mlp.Layer, error) {
		layers, _, err := imp.stack(inner, width)
		if err != nil {
			return nil, err
		}
		return mlp.Residual(layers...), nil
	}
	return s, skip, nil
}

// knownWidth returns how many columns the steps take, 0 if any number.
func knownWidth(steps []step) int {
	for _, s := range steps {
		if s.inputs > 0 {
			return s.inputs
		}
	}
	return 0
}

// stack returns the layers of the steps for a matrix with the given columns,
// and how many columns it has behind them.
func (imp *importer) stack(steps []step, width int) (layers []mlp.Layer, units int, err error) {
	for i := 0; i < len(steps); i++ {
		s := steps[i]
		if s.inputs > 0 && s.inputs != width {
			return nil, 0, fmt.Errorf("%v takes %d columns, its input has %d", s.at, s.inputs, width)
		}
		if s.noLayer {
			continue
		}
		if err := imp.spend(width); err != nil {
			return nil, 0, fmt.Errorf("%v: %w", s.at, err)
		}
		var l mlp.Layer
		switch {
		case s.act != nil:
			l = mlp.ActivationLayer(width, s.act)
		case s.units > 0:
			act := mlp.Identity
			if i+1 < len(steps) && steps[i+1].act != nil {
				act = steps[i+1].act
				i++
			}
			l, err = s.layer(width, act)
			width = s.units
		default:
			l, err = s.layer(width, nil)
		}
		if err == nil {
			err = validate(l)
		}
		if err != nil {
			return nil, 0, fmt.Errorf("%v: %w", steps[i].at, err)
		}
		layers = append(layers, l)
	}
	return layers, width, nil
}
