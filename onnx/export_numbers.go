package onnx

import (
	"fmt"
	"math"
	"slices"

	"example.com/mlp"
)

// periodic writes [cos 2πv·c | sin 2πv·c]·U + b for each column v.
func (e *exporter) periodic(l mlp.Layer, d mlp.LayerDescription) error {
	w, err := e.waves(l, d)
	if err != nil {
		return err
	}
	angle := e.angle(w)
	e.current = e.reshape(e.combine(w, e.concat(2, e.node("Cos", angle), e.node("Sin", angle))), 0, int64(d.Units))
	return nil
}

// pbld writes [cos(2πv·c + φ)·U + b | v] for each column v.
func (e *exporter) pbld(l mlp.Layer, d mlp.LayerDescription) error {
	w, err := e.waves(l, d)
	if err != nil {
		return err
	}
	phase, err := e.param(l.Params()[3], int64(d.Inputs), int64(d.Numbers["frequencies"]))
	if err != nil {
		return err
	}
	cos := e.node("Cos", e.node("Add", e.angle(w), phase))
	e.current = e.reshape(e.concat(2, e.combine(w, cos), w.x), 0, int64(d.Units))
	return nil
}

// waves are the names of what Periodic and PBLD have in common.
type waves struct {
	x                       string // with the columns as features of one number
	frequency, weight, bias string
	shared                  bool // whether the features share weight and bias
}

// waves writes the parameters.
func (e *exporter) waves(l mlp.Layer, d mlp.LayerDescription) (w waves, err error) {
	params := l.Params()
	features, shared := int64(d.Inputs), d.Numbers["shared"] != 0
	if w.frequency, err = e.param(params[0], features, int64(d.Numbers["frequencies"])); err != nil {
		return w, err
	}
	rows, cols := params[1].Value.Dims()
	shape := []int64{features, int64(rows) / features, int64(cols)}
	if shared {
		shape = []int64{int64(rows), int64(cols)}
	}
	if w.weight, err = e.param(params[1], shape...); err != nil {
		return w, err
	}
	rows, _ = params[2].Value.Dims()
	if w.bias, err = e.param(params[2], int64(rows), int64(cols)); err != nil {
		return w, err
	}
	w.x, w.shared = e.unsqueeze(e.current, 2), shared
	return w, nil
}

// angle writes 2πv·c.
func (e *exporter) angle(w waves) string {
	return e.node("Mul", e.node("Mul", w.x, w.frequency), e.number(2*math.Pi))
}

// combine writes the product of cosines, and of sines if there are some, with U,
// plus b.
func (e *exporter) combine(w waves, values string) string {
	if w.shared {
		return e.node("Add", e.node("MatMul", values, w.weight), w.bias)
	}
	return e.node("Add", e.products(values, w.weight), w.bias)
}

// piecewiseLinear writes v·w + c + Σ pⱼ·Uⱼ for each column v, where pⱼ is
// (v − bⱼ₋₁)/(bⱼ − bⱼ₋₁), within bounds.
func (e *exporter) piecewiseLinear(l mlp.Layer, d mlp.LayerDescription) error {
	features, bins := int64(d.Inputs), int64(d.Numbers["bins"])
	units := int64(d.Units) / features
	var names [4]string
	for i, shape := range [][]int64{{features, bins + 1}, {features, units}, {features, units}, {features, bins, units}} {
		var err error
		if names[i], err = e.param(l.Params()[i], shape...); err != nil {
			return err
		}
	}
	edges, weight, bias, binWeight := names[0], names[1], names[2], names[3]
	width, low, high, err := e.bins(l.Params()[0])
	if err != nil {
		return err
	}
	x := e.unsqueeze(e.current, 2)
	below := e.node("Slice", edges, e.integers("starts", 0), e.integers("ends", bins), e.integers("axes", 1))
	part := e.node("Div", e.node("Sub", x, below), width)
	part = e.node("Max", e.node("Min", part, high), low)
	y := e.node("Add", e.node("Mul", x, weight), bias)
	e.current = e.reshape(e.node("Add", y, e.products(part, binWeight)), 0, int64(d.Units))
	return nil
}

// bins writes the width of each bin between the edges, and the bounds of p. The
// first bin of a column has none below and the last one none above.
func (e *exporter) bins(edges mlp.Param) (width, low, high string, err error) {
	features, columns := edges.Value.Dims()
	bins := columns - 1
	widths, lows, highs := make([]float64, features*bins), make([]float64, features*bins), make([]float64, features*bins)
	for j := range features {
		lo, hi := j*bins, (j+1)*bins
		n, err := e.binsOf(widths[lo:hi], edges.Value.RawRowView(j))
		if err != nil {
			return "", "", "", fmt.Errorf("%s.%s of column %d: %w", e.layer, edges.Name, j, err)
		}
		for t := lo; t < lo+n; t++ {
			highs[t] = 1
		}
		if n > 0 {
			lows[lo], highs[lo+n-1] = -largest[e.elem], largest[e.elem]
		}
	}
	names, dims := make([]string, 3), []int64{int64(features), int64(bins)}
	for i, v := range [][]float64{widths, lows, highs} {
		names[i] = e.constantName([]string{"width", "low", "high"}[i])
		if err := e.initializer(names[i], dims, v); err != nil {
			return "", "", "", err
		}
	}
	return names[0], names[1], names[2], nil
}

// binsOf stores the widths of the bins between the edges of a column, which may
// repeat the last one, and returns how many bins there are. Those that are not
// there have the width 1, by which anything can be divided. It is an error if two
// edges are the same in the precision of the file.
func (e *exporter) binsOf(widths, edges []float64) (n int, err error) {
	n = slices.Index(edges, edges[len(edges)-1])
	for t := range widths {
		lo, hi := e.elem.cast(edges[t]), e.elem.cast(edges[t+1])
		switch {
		case t >= n:
			widths[t] = 1
		case lo < hi:
			widths[t] = hi - lo
		default:
			return n, fmt.Errorf("%g and %g are the same in %v", edges[t], edges[t+1], e.elem)
		}
	}
	return n, nil
}

// largest is the largest number of the types of elements.
var largest = map[elemType]float64{typeFloat: math.MaxFloat32, typeDouble: math.MaxFloat64}
