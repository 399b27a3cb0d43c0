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
