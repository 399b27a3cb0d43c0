package onnx

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// piece is a piece of a graph that a rule fits, with the first error that was
// found in it.
type piece struct {
	*match
	imp    *importer
	err    error
	passed bool // whether the rule does not fit after all
}

// checkAttributes keeps an error if a node of the piece has an attribute that
// is not known.
func (p *piece) checkAttributes() {
	for _, v := range p.nodes {
		for _, a := range v.node.attrs {
			if !slices.Contains(attributeNames[v.op()], a.name) {
				p.fail("attribute %q of %v is not supported", a.name, v)
			}
		}
	}
}

// fail keeps the first error of a piece.
func (p *piece) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// attr returns an attribute of the node v, which must have the given kind.
func (p *piece) attr(v *val, name string, kind attributeKind) (attribute, bool) {
	a, ok := v.node.attr(name)
	// Files of the first versions do not give the kind.
	if ok && a.kind != kind && a.kind != 0 {
		p.fail("attribute %q has the type %d, want %d", name, a.kind, kind)
	}
	return a, ok
}

// float returns an attribute of the last node. It is the shortest decimal
// fraction that the float32 of the file can stand for: 0.01 and not
// 0.009999999776482582.
func (p *piece) float(name string, usual float64) float64 {
	return p.floatOf(p.nodes[0], name, usual)
}

func (p *piece) floatOf(v *val, name string, usual float64) float64 {
	a, ok := p.attr(v, name, attrFloat)
	if !ok {
		return usual
	}
	if a.f-a.f != 0 {
		p.fail("attribute %q is %g", name, a.f)
	}
	return decimal(a.f)
}

// int returns an attribute of the last node.
func (p *piece) int(name string, usual int64) int64 { return p.intOf(p.nodes[0], name, usual) }

func (p *piece) intOf(v *val, name string, usual int64) int64 {
	if a, ok := p.attr(v, name, attrInt); ok {
		return a.i
	}
	return usual
}

// numbers returns the elements of a constant, which must be finite.
func (p *piece) numbers(c *constant) []float64 {
	v, err := p.imp.numbers(c)
	if err != nil {
		p.fail("%w", err)
	}
	for i, x := range v {
		if x-x != 0 {
			p.fail("tensor %q: element %d is %g", c.name, i, x)
			break
		}
	}
	return v
}

// scalar returns the number of a constant with one element.
func (p *piece) scalar(name string) float64 {
	v, ok := p.constants[name].scalar()
	if !ok {
		p.fail("%s: tensor %q has the shape %v, want one number", name, p.constants[name].name, p.constants[name].dims)
	}
	if p.constants[name].elem == typeFloat {
		return decimal(float32(v))
	}
	return v
}

// row is a constant that is added to each row, or multiplied with it.
type row struct {
	name   string // of the tensor
	values []float64
}

// row returns a constant that is a row or one number for all columns.
func (p *piece) row(name string) row {
	c := p.constants[name]
	shape := c.shape()
	for i, d := range shape {
		if i < len(shape)-1 && d != 1 || len(shape) > 2 {
			p.fail("%s: tensor %q has the shape %v, want one row", name, c.name, shape)
			return row{c.name, nil}
		}
	}
	return row{c.name, p.numbers(c)}
}

// rowOr is row, or one number for all columns if there is no such constant.
func (p *piece) rowOr(name string, usual float64) row {
	if _, ok := p.constants[name]; ok {
		return p.row(name)
	}
	return row{name, []float64{usual}}
}

// columns returns how many columns the rows ask for, 0 if that is open.
func columns(rows ...row) int {
	for _, r := range rows {
		if len(r.values) > 1 {
			return len(r.values)
		}
	}
	return 0
}

// fit returns the entries of the row for a matrix with the given columns.
func (r row) fit(width int) ([]float64, error) {
	switch len(r.values) {
	case width:
		return r.values, nil
	case 1:
		return slices.Repeat(r.values, width), nil
	}
	return nil, fmt.Errorf("tensor %q has %d elements, its input %d columns", r.name, len(r.values), width)
}

// alongRow keeps an error unless an axis is that of the columns of a matrix.
func (p *piece) alongRow(axis int64) {
	if axis != 1 && axis != -1 {
		p.fail("axis is %d, want 1 or -1: the columns", axis)
	}
}

// near reports whether two numbers are the same but for the rounding of
// float32.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*math.Abs(b) }

// decimal returns the shortest decimal fraction that f can stand for.
func decimal(f float32) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64) // never fails
	return v
}
