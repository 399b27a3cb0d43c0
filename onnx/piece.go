package onnx

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"example.com/mlp/internal/quote"
)

// piece is a piece of a graph that a rule fits, with the first error that was
// found in it.
type piece struct {
	*match
	imp    *importer
	err    error
	passed bool // whether the rule does not fit after all
}

// checkNodes keeps an error if a node of the piece has an attribute that is not
// known, or more outputs than its operator has.
func (p *piece) checkNodes() {
	for i, v := range p.nodes {
		of := "" // the last node, which the error names in any case
		if i > 0 {
			of = fmt.Sprintf(" of %v", v)
		}
		for _, a := range v.node.attrs {
			if !slices.Contains(attributeNames[v.op()], a.name) {
				p.fail("attribute %s%s is not supported", quote.Text(a.name), of)
			}
		}
		if most := max(1, outputCounts[v.op()]); len(v.node.outputs) > most {
			p.fail("%d outputs%s, the operator gives %d", len(v.node.outputs), of, most)
		}
	}
}

// rank returns the largest number of axes of a constant of the piece, except for
// shapes.
func (p *piece) rank() int {
	rank := 0
	for _, v := range p.nodes {
		for _, arg := range v.args {
			if arg != nil && arg.constant != nil {
				rank = max(rank, len(arg.constant.dims))
			}
		}
	}
	return rank
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
			p.fail("tensor %s: element %d is %g", quote.Text(c.name), i, x)
			break
		}
	}
	return v
}

// scalar returns the number of a constant with one element.
func (p *piece) scalar(name string) float64 {
	c := p.constants[name]
	if n, err := c.count(); err != nil || n != 1 {
		p.fail("%s: tensor %s has the shape %s, want one number", name, quote.Text(c.name), list(c.dims))
		return 0
	}
	v, err := c.element(0)
	if err != nil {
		p.fail("%w", err)
	}
	if c.elemType() == typeFloat {
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
			p.fail("%s: tensor %s has the shape %s, want one row", name, quote.Text(c.name), list(shape))
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
	return nil, fmt.Errorf("tensor %s has %d elements, its input %d columns", quote.Text(r.name), len(r.values), width)
}

// alongRow keeps an error unless an axis is that of the columns of a matrix.
func (p *piece) alongRow(axis int64) {
	if axis != 1 && axis != -1 {
		p.fail("axis is %d, want 1 or -1: the columns", axis)
	}
}

// near reports whether two numbers are the same except for the rounding of
// float32.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*math.Abs(b) }

// decimal returns the shortest decimal fraction that f can stand for.
func decimal(f float32) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64) // never fails
	return v
}
