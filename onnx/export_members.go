package onnx

import "example.com/mlp"

// memberInputs writes rₘ∘x for each member.
func (e *exporter) memberInputs(l mlp.Layer, d mlp.LayerDescription) error {
	names, err := e.matrices(l)
	if err != nil {
		return err
	}
	e.current = e.reshape(e.node("Mul", e.unsqueeze(e.current, 1), names[0]), 0, int64(d.Units))
	return nil
}

// memberLayers writes the layers, which get a row for each member of each sample.
func (e *exporter) memberLayers(d mlp.LayerDescription) error {
	name := e.layer
	e.current = e.reshape(e.current, -1, int64(d.Inputs)/members(d))
	if err := e.stack(d.Layers, name); err != nil {
		return err
	}
	e.layer = name
	e.current = e.reshape(e.current, -1, int64(d.Units))
	return nil
}

// batchEnsemble writes act(sₘ∘((rₘ∘xₘ)·W) + bₘ) for each member.
func (e *exporter) batchEnsemble(l mlp.Layer, d mlp.LayerDescription) error {
	names, err := e.matrices(l)
	if err != nil {
		return err
	}
	r, weight, s, bias := names[0], names[1], names[2], names[3]
	product := e.node("MatMul", e.node("Mul", e.split(d), r), weight)
	e.current = e.node("Add", e.node("Mul", product, s), bias)
	if err := e.fused(d.Activation); err != nil {
		return err
	}
	e.current = e.reshape(e.current, 0, int64(d.Units))
	return nil
}

// memberHeads writes xₘ·Wₘ + bₘ for each member.
func (e *exporter) memberHeads(l mlp.Layer, d mlp.LayerDescription) error {
	params, k := l.Params(), members(d)
	inputs, units := int64(d.Inputs)/k, int64(d.Units)/k
	weight, err := e.param(params[0], k, inputs, units)
	if err != nil {
		return err
	}
	bias, err := e.param(params[1], k, units)
	if err != nil {
		return err
	}
	e.current = e.reshape(e.node("Add", e.products(e.split(d), weight), bias), 0, int64(d.Units))
	return nil
}

// memberMean writes Σ act(xₘ)/members.
func (e *exporter) memberMean(d mlp.LayerDescription) error {
	e.current = e.split(d)
	if err := e.fused(d.Activation); err != nil {
		return err
	}
	e.current = e.attributed([]attribute{intsAttr("axes", 1), intAttr("keepdims", 0)}, "ReduceMean", e.current)
	return nil
}

// average writes Σ fᵢ(x)/m. It adds one member after the other, as the layer does,
// because Sum and Mean leave the order of the additions to the runtime.
func (e *exporter) average(d mlp.LayerDescription) error {
	x, name := e.current, e.layer
	sum := ""
	for i, l := range d.Layers {
		e.current = x
		if err := e.inner(l, name, i); err != nil {
			return err
		}
		e.layer = name
		if i > 0 {
			e.current = e.node("Add", sum, e.current)
		}
		sum = e.current
	}
	e.current = e.node("Div", sum, e.number(float64(len(d.Layers))))
	return nil
}

// split writes the columns of all members as rows of the members.
func (e *exporter) split(d mlp.LayerDescription) string {
	return e.reshape(e.current, 0, members(d), int64(d.Inputs)/members(d))
}

// members returns how many members a layer has.
func members(d mlp.LayerDescription) int64 { return int64(d.Numbers["members"]) }
