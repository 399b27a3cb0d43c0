package onnx

import (
	"fmt"
	"math"

	"example.com/mlp"
)

// describedLayer writes the nodes of a layer that Import reads by its
// description in the metadata: one for tables, or that of an Ensemble. Import
// compares the graph of a file with what this writes now, so that another form of a
// graph needs another key of the metadata for files to remain readable.
//
// Where features or members have numbers of their own, values have three axes:
// samples, features or members, and their columns.
func (e *exporter) describedLayer(l mlp.Layer, d mlp.LayerDescription) error {
	e.described = true
	switch d.Kind {
	case "average":
		return e.average(d)
	case "columns":
		return e.columns(d)
	case "stack":
		return e.stack(d.Layers, e.layer)
	case "embedding":
		return e.embedding(l)
	case "piecewise_linear":
		return e.piecewiseLinear(l, d)
	case "periodic":
		return e.periodic(l, d)
	case "pbld":
		return e.pbld(l, d)
	case "scale":
		return e.scale(l)
	case "ntk_dense":
		return e.ntkDense(l, d)
	case "parametric_activation":
		return e.parametric(l, d)
	case "member_inputs":
		return e.memberInputs(l, d)
	case "member_layers":
		return e.memberLayers(d)
	case "batch_ensemble":
		return e.batchEnsemble(l, d)
	case "member_heads":
		return e.memberHeads(l, d)
	case "member_mean":
		return e.memberMean(d)
	}
	return fmt.Errorf("a layer of kind %q is not known", d.Kind)
}

// columns writes a Gather and the layer of each group, and joins what they give.
func (e *exporter) columns(d mlp.LayerDescription) error {
	x, name := e.current, e.layer
	parts := make([]string, len(d.Layers))
	for i, l := range d.Layers {
		e.layer = name
		e.current = e.gather(x, e.integers("columns", int64s(d.Columns[i])...), 1)
		if err := e.inner(l, name, i); err != nil {
			return err
		}
		parts[i] = e.current
	}
	e.layer = name
	e.current = e.concat(1, parts...)
	return nil
}

// embedding writes the rows of the table that the codes choose.
func (e *exporter) embedding(l mlp.Layer) error {
	names, err := e.matrices(l)
	if err != nil {
		return err
	}
	codes := e.attributed([]attribute{intAttr("to", int64(typeInt64))}, "Cast", e.current)
	e.current = e.gather(names[0], e.node("Squeeze", codes, e.integers("axes", 1)), 0)
	return nil
}

// scale writes s∘x.
func (e *exporter) scale(l mlp.Layer) error {
	names, err := e.rows(l)
	if err != nil {
		return err
	}
	e.current = e.node("Mul", e.current, names[0])
	return nil
}

// ntkDense writes a dense layer of x/√inputs.
func (e *exporter) ntkDense(l mlp.Layer, d mlp.LayerDescription) error {
	e.current = e.node("Mul", e.current, e.number(1/math.Sqrt(float64(d.Inputs))))
	return e.dense(l, d.Activation)
}

// parametric writes x + a∘(act(x) − x).
func (e *exporter) parametric(l mlp.Layer, d mlp.LayerDescription) error {
	names, err := e.rows(l)
	if err != nil {
		return err
	}
	x := e.current
	if err := e.activation(d.Activation); err != nil {
		return err
	}
	e.current = e.node("Add", x, e.node("Mul", names[0], e.node("Sub", e.current, x)))
	return nil
}

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
