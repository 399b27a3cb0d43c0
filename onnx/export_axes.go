package onnx

import "example.com/mlp"

// This file has the nodes that the layers for tables share, most of which change
// the axes of a value.

// matrices writes the parameters of a layer as the matrices that they are, and
// returns their names in the file.
func (e *exporter) matrices(l mlp.Layer) ([]string, error) {
	var names []string
	for _, p := range l.Params() {
		rows, cols := p.Value.Dims()
		name, err := e.param(p, int64(rows), int64(cols))
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// gather writes the entries of x along an axis that the integers choose.
func (e *exporter) gather(x, chosen string, axis int64) string {
	return e.attributed([]attribute{intAttr("axis", axis)}, "Gather", x, chosen)
}

// concat writes the parts side by side along an axis.
func (e *exporter) concat(axis int64, parts ...string) string {
	return e.attributed([]attribute{intAttr("axis", axis)}, "Concat", parts...)
}

// reshape writes x in another shape, in which 0 is the size that x has there and
// −1 what remains.
func (e *exporter) reshape(x string, shape ...int64) string {
	return e.node("Reshape", x, e.integers("shape", shape...))
}

// unsqueeze writes x with one more axis, of size 1.
func (e *exporter) unsqueeze(x string, axis int64) string {
	return e.node("Unsqueeze", x, e.integers("axes", axis))
}

// products writes the product of each feature, or member, with a matrix of its
// own. Sizes of x are samples, features and columns.
func (e *exporter) products(x, weights string) string {
	// MatMul multiplies the matrices of the last two axes.
	return e.exchange(e.node("MatMul", e.exchange(x), weights))
}

// exchange writes x with its first two axes exchanged.
func (e *exporter) exchange(x string) string {
	return e.attributed([]attribute{intsAttr("perm", 1, 0, 2)}, "Transpose", x)
}

// integers writes a list of integers of the layer and returns its name in the
// file.
func (e *exporter) integers(name string, v ...int64) string {
	name = e.constantName(name)
	e.graph.initializers = append(e.graph.initializers, newIntegers(name, v))
	return name
}

// constantName returns a name for a constant of the layer.
func (e *exporter) constantName(name string) string {
	return e.unique(constantsPrefix + "." + e.layer + "." + name)
}

func int64s(v []int) []int64 {
	w := make([]int64, len(v))
	for i, n := range v {
		w[i] = int64(n)
	}
	return w
}

func intAttr(name string, v int64) attribute { return attribute{name: name, kind: attrInt, i: v} }

func intsAttr(name string, v ...int64) attribute {
	return attribute{name: name, kind: attrInts, ints: v}
}
