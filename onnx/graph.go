package onnx

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"example.com/mlp/internal/quote"
)

// The opsets that are read. What the operators of a dense network mean has not
// changed between them except for the forms that normalForm knows.
const minOpset, maxOpset = 7, 25

var errNoGraph = errors.New("the file has no graph: it is no ONNX model")

// graph is a graphProto whose names have become pointers.
type graph struct {
	input   valueInfo // the one that is not a constant
	outputs []output
}

// output is an output of a graph.
type output struct {
	valueInfo
	val *val
}

// val is a value in a graph: its input, a constant or what a node gives.
type val struct {
	name     string
	constant *constant // nil unless it is one
	node     *node     // nil unless a node gives it
	index    int       // which of the outputs of the node
	order    int       // position of the node in the file, -1 without one
	args     []*val    // inputs of the node, nil for those left out
	asFloat  *val      // of integers, what a Cast makes of them; else nil
}

// String names the node of v as errors do: its name, or its position if it has
// none, and its operator.
func (v *val) String() string {
	if v.node == nil {
		return "value " + quote.Text(v.name)
	}
	if v.node.name == "" {
		return fmt.Sprintf("node %d (%s)", v.order, plain(v.op()))
	}
	return fmt.Sprintf("node %s (%s)", quote.Text(v.node.name), plain(v.op()))
}

// op returns the operator of the node of v, "" if there is none. Operators of
// domains other than ai.onnx have their domain in front.
func (v *val) op() string {
	if v.node == nil {
		return ""
	}
	return v.node.fullOp()
}

// newGraph resolves the names of a model. Nodes that change no number, such as
// Identity, and nodes of constants are gone from what it returns.
func newGraph(m *model) (*graph, error) {
	opset, ok := m.opsets[""]
	switch {
	case m.graph == nil:
		return nil, errNoGraph
	case !ok:
		return nil, errors.New("the file names no opset of ai.onnx")
	case opset < minOpset || opset > maxOpset:
		return nil, fmt.Errorf("the file has opset %d, want %d to %d", opset, minOpset, maxOpset)
	}
	g := &graph{}
	values := map[string]*val{"": nil}
	types := make(map[string]elemType) // of the values, as far as they are known
	define := func(v *val, t elemType) error {
		if _, ok := values[v.name]; ok {
			return fmt.Errorf("the name %s is given twice", quote.Text(v.name))
		}
		values[v.name], types[v.name] = v, t
		return nil
	}
	for _, t := range m.graph.initializers {
		if err := define(&val{name: t.name, constant: &constant{tensor: t}, order: -1}, t.elem); err != nil {
			return nil, err
		}
	}
	if err := g.findInput(m.graph.inputs, values); err != nil {
		return nil, err
	}
	types[g.input.name] = g.input.elem
	for i, n := range m.graph.nodes {
		args, argTypes := make([]*val, len(n.inputs)), make([]elemType, len(n.inputs))
		for j, name := range n.inputs {
			arg, ok := values[name]
			if !ok {
				return nil, fmt.Errorf("%v reads %s, which nothing before it gives", &val{node: n, order: i}, quote.Text(name))
			}
			args[j], argTypes[j] = arg, types[name]
		}
		result, err := resultType(n, argTypes)
		if err != nil {
			return nil, fmt.Errorf("%v: %w", &val{node: n, order: i}, err)
		}
		for j, name := range n.outputs {
			v := &val{name: name, node: n, index: j, order: i, args: args}
			if name == "" {
				continue
			}
			short, t := v, result
			if j == 0 {
				if short, err = shorten(v, argTypes); err != nil {
					return nil, fmt.Errorf("%v: %w", v, err)
				}
			}
			if short.constant != nil {
				t = short.constant.elemType()
			}
			if err := define(v, t); err != nil {
				return nil, err
			}
			values[name] = short
		}
	}
	for _, info := range m.graph.outputs {
		v, ok := values[info.name]
		if !ok || v == nil {
			return nil, fmt.Errorf("nothing gives the output %s", quote.Text(info.name))
		}
		if t := types[info.name]; info.isTensor && t != 0 && info.elem != 0 && t != info.elem {
			return nil, fmt.Errorf("output %s is declared to be of %v, its node gives %v", quote.Text(info.name), info.elem, t)
		}
		g.outputs = append(g.outputs, output{info, v})
	}
	return g, nil
}

// findInput finds the one input that is not a constant, and adds it to values.
func (g *graph) findInput(inputs []valueInfo, values map[string]*val) error {
	var names []string
	for _, in := range inputs {
		if v, ok := values[in.name]; ok && (v == nil || v.constant == nil) {
			return fmt.Errorf("the name %s is given twice", quote.Text(in.name))
		} else if ok { // old files list the constants here too
			continue
		}
		names = append(names, in.name)
		g.input = in
		v := &val{name: in.name, order: -1}
		if !in.elem.isFloat() {
			v.asFloat = &val{name: in.name, order: -1}
		}
		values[in.name] = v
	}
	if len(names) != 1 {
		return fmt.Errorf("the graph has the inputs %s, want one", quoted(names))
	}
	if _, ok := elemSizes[g.input.elem]; !ok {
		return fmt.Errorf("input %s is no tensor of floats or integers", quote.Text(g.input.name))
	}
	return nil
}

// batch returns the number of samples if the graph fixes it, else -1.
func (g *graph) batch() int64 {
	if len(g.input.dims) > 0 {
		return g.input.dims[0].size
	}
	return -1
}

// output returns the output with the given name, or, for "", the only one with
// numbers.
func (g *graph) output(name string) (*val, error) {
	var all, names []string
	var found *val
	for _, out := range g.outputs {
		all = append(all, out.name)
		numbers := out.isTensor && (out.elem.isFloat() || out.elem == 0) || out.val.op() == zipMap
		if out.name == name || name == "" && numbers {
			names, found = append(names, out.name), out.val
		}
	}
	switch {
	case len(names) == 1:
		return found, nil
	case len(names) > 1:
		return nil, fmt.Errorf("the graph has the outputs %s: choose one by ImportOptions.Output", quoted(names))
	case name != "":
		return nil, fmt.Errorf("the graph has no output %s, its outputs are %s", quote.Text(name), quoted(all))
	}
	return nil, errors.New("the graph has no output of numbers")
}

// shorten returns what stands for the value v, the first one of its node: its
// constant if it is one, its argument if the node does not change it, else v in
// its normal form.
func shorten(v *val, types []elemType) (*val, error) {
	n := v.node
	if n.domain != "" {
		return v, nil
	}
	switch n.op {
	case "Constant":
		t, err := constantOf(n)
		return &val{name: v.name, constant: &constant{tensor: t}, order: -1}, err
	case "Identity", "Cast":
		if len(v.args) != 1 || v.args[0] == nil {
			return nil, errors.New("want one input")
		}
		if n.op == "Cast" {
			return shortenCast(v, types[0])
		}
		return v.args[0], nil
	case "Transpose":
		if len(v.args) == 1 && v.args[0] != nil && v.args[0].constant != nil {
			c := *v.args[0].constant
			perm, ok := n.attr("perm")
			if len(c.dims) == 2 && (!ok || slices.Equal(perm.ints, []int64{1, 0})) {
				c.transposed = !c.transposed
				return &val{name: v.name, constant: &c, order: -1}, nil
			}
		}
	}
	normalForm(v)
	return v, nil
}

// shortenCast is shorten for a Cast of values of the type from.
func shortenCast(v *val, from elemType) (*val, error) {
	a, _ := v.node.attr("to")
	to, arg := elemType(a.i), v.args[0]
	_, known := elemSizes[to]
	switch {
	case arg.constant != nil && known:
		c, err := castConstant(arg.constant, to)
		return &val{name: v.name, constant: c, order: -1}, err
	case arg.asFloat != nil && (to == typeFloat || to == typeDouble):
		return arg.asFloat, nil
	case arg.constant == nil && keeps(from, to):
		return arg, nil
	}
	return v, nil
}

// constantOf returns what a Constant gives.
func constantOf(n *node) (*tensor, error) {
	if len(n.attrs) == 1 {
		a := n.attrs[0]
		switch {
		case a.name == "value" && a.t != nil:
			return a.t, nil
		case a.name == "value_float":
			return &tensor{elem: typeFloat, floats: []float32{a.f}}, nil
		case a.name == "value_int":
			return &tensor{elem: typeInt64, int64s: []int64{a.i}}, nil
		case a.name == "value_floats":
			return &tensor{elem: typeFloat, dims: []int64{int64(len(a.floats))}, floats: a.floats}, nil
		case a.name == "value_ints":
			return &tensor{elem: typeInt64, dims: []int64{int64(len(a.ints))}, int64s: a.ints}, nil
		}
		return nil, fmt.Errorf("attribute %s, want a value of numbers", quote.Text(a.name))
	}
	return nil, fmt.Errorf("%d attributes, want one", len(n.attrs))
}

// The operators of scikit-learn's converter: scaler is (x − offset)·scale, and
// zipMap puts the names of the classes and their probabilities together.
const (
	scaler = "ai.onnx.ml.Scaler"
	zipMap = "ai.onnx.ml.ZipMap"
)

// normalForm gives the node of v the form that one opset has and others have
// not: bounds of Clip are inputs, axes are attributes, and there are no inputs
// left out at the end.
func normalForm(v *val) {
	for len(v.args) > 0 && v.args[len(v.args)-1] == nil {
		v.args = v.args[:len(v.args)-1]
	}
	switch v.node.op {
	case "Clip":
		for i, name := range []string{"min", "max"} {
			bound, ok := v.node.attr(name)
			if !ok {
				continue
			}
			for len(v.args) < i+2 {
				v.args = append(v.args, nil)
			}
			v.args[i+1] = &val{constant: &constant{tensor: &tensor{elem: typeFloat, floats: []float32{bound.f}}}, order: -1}
			v.node.attrs = slices.DeleteFunc(v.node.attrs, func(a attribute) bool { return a.name == name })
		}
	case "ReduceMean", "Squeeze", "Unsqueeze":
		if _, ok := v.node.attr("axes"); !ok && len(v.args) == 2 && v.args[1] != nil && v.args[1].constant != nil {
			if axes, err := v.args[1].constant.integers(); err == nil {
				v.node.attrs = append(v.node.attrs, attribute{name: "axes", kind: attrInts, ints: axes})
				v.args = v.args[:1]
			}
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
