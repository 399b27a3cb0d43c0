package onnx

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// maxBranches bounds the values that a junction joins.
const maxBranches = 100

// layerSize is what a layer takes apart from its numbers, counted in numbers.
// Branches may share nodes, so that few nodes can ask for many layers.
const layerSize = 64

// isJunction reports whether v is a sum or a concatenation of values that the
// input of the graph goes into.
func isJunction(v *val) bool {
	computed := func(u *val) bool { return u != nil && u.constant == nil }
	if v.index != 0 || slices.ContainsFunc(v.args, func(u *val) bool { return !computed(u) }) {
		return false
	}
	return v.op() == "Add" && len(v.args) == 2 || v.op() == "Concat" && len(v.args) > 0
}

// junction returns the step of a sum or a concatenation of values that are
// functions of one value x: the branches from x to v.
func (imp *importer) junction(v *val, depth int) (s step, x *val, err error) {
	switch {
	case depth == maxDepth:
		return s, nil, fmt.Errorf("%v: more than %d skip connections in one another", v, maxDepth)
	case len(v.args) > maxBranches:
		return s, nil, fmt.Errorf("%v: joins %d values, at most %d are supported", v, len(v.args), maxBranches)
	}
	p := &piece{match: &match{nodes: []*val{v}}, imp: imp}
	p.checkNodes()
	if v.op() == "Concat" {
		p.alongRow(p.int("axis", 0))
	}
	if p.err != nil {
		return s, nil, fmt.Errorf("%v: %w", v, p.err)
	}
	branches := make([][]step, len(v.args))
	heads := slices.Clone(v.args)
	for {
		// The last one of the file cannot be the x of the others.
		last := slices.MaxFunc(heads, func(a, b *val) int { return a.order - b.order })
		if !slices.ContainsFunc(heads, func(u *val) bool { return u != last }) {
			x = last
			break
		}
		if last.node == nil {
			return s, nil, notKnown(v)
		}
		inner, from, err := imp.step(last, depth+1)
		if err != nil {
			return s, nil, err
		}
		if inner.last || inner.reshape != nil {
			return s, nil, fmt.Errorf("%v: not in a skip connection", inner.at)
		}
		for i, u := range heads {
			if u == last {
				branches[i], heads[i] = append(branches[i], inner), from
			}
		}
	}
	for _, b := range branches {
		slices.Reverse(b)
		if s.inputs == 0 {
			s.inputs = knownWidth(b)
		}
	}
	s.at, s.joins = v, true
	s.layers = func(width int, _ mlp.Activation) ([]mlp.Layer, error) { return imp.join(v.op(), branches, width) }
	return s, x, nil
}

// join returns the layers of a junction.
func (imp *importer) join(op string, branches [][]step, width int) ([]mlp.Layer, error) {
	stacks, units := make([][]mlp.Layer, len(branches)), make([]int, len(branches))
	for i, b := range branches {
		layers, e, err := imp.stack(b, extent{[]int64{int64(width)}, width, imp.graph.batch()})
		if err != nil {
			return nil, err
		}
		stacks[i], units[i] = layers, e.width
	}
	if op == "Add" {
		// Of one branch without a layer, the sum is a Residual.
		for i := range stacks {
			if f := stacks[1-i]; len(stacks[i]) == 0 && len(f) > 0 {
				return oneLayer(mlp.Residual(f...), nil)
			}
		}
		if units[0] != units[1] {
			return nil, fmt.Errorf("adds %d and %d columns", units[0], units[1])
		}
	}
	return imp.lanes(op, stacks, units, width)
}

// lanes returns layers that compute the branches of a junction side by side: a
// dense layer gives x and the outputs to be, zeros yet, columns of their own; a
// Residual for each branch adds what it makes of x to its outputs; a dense layer
// drops x. The weights of these dense layers are zeros and ones, so the outputs
// are exactly those of the branches.
func (imp *importer) lanes(op string, stacks [][]mlp.Layer, units []int, width int) ([]mlp.Layer, error) {
	// The first outputs that are x itself, if there are any, stand for it.
	offsets, outputs, x := make([]int, len(units)), units[0], -1
	if op == "Concat" {
		outputs = 0
		for i, n := range units {
			if x < 0 && len(stacks[i]) == 0 {
				x = outputs
			}
			offsets[i] = outputs
			outputs += n
		}
	}
	columns, only := outputs, !slices.ContainsFunc(stacks, func(f []mlp.Layer) bool { return len(f) > 0 })
	var copies []int // columns that x is put into
	if x < 0 && !only {
		x, columns = outputs, outputs+width
		copies = append(copies, x)
	}
	for i, f := range stacks {
		if len(f) == 0 {
			copies = append(copies, offsets[i])
		}
	}
	var layers []mlp.Layer
	var err error
	// wire appends a layer that puts n columns, those from first on, to others.
	wire := func(dst *[]mlp.Layer, in, out, n, first int, to ...int) {
		if err != nil {
			return
		}
		if err = imp.spendMatrix(in, out); err == nil {
			err = imp.spend(layerSize)
		}
		if err != nil {
			return
		}
		weight := mat.NewDense(in, out, nil)
		for _, offset := range to {
			for j := range n {
				weight.Set(first+j, offset+j, weight.At(first+j, offset+j)+1)
			}
		}
		var l mlp.Layer
		l, err = newDense(weight, nil, mlp.Identity)
		*dst = append(*dst, l)
	}
	wire(&layers, width, columns, width, 0, copies...)
	for i, f := range stacks {
		if len(f) == 0 {
			continue
		}
		var block []mlp.Layer
		wire(&block, columns, width, width, x, 0)
		block = append(block, f...)
		wire(&block, units[i], columns, units[i], 0, offsets[i])
		layers = append(layers, mlp.Residual(block...))
	}
	if columns > outputs {
		wire(&layers, columns, outputs, outputs, 0, 0)
	}
	return layers, err
}
