package onnx

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"example.com/mlp/internal/quote"
)

// extent is the shape of a value.
type extent struct {
	axes  []int64 // all except that of the samples, -1 for one that is open
	width int     // numbers of a sample
	batch int64   // the number of samples, -1 if it is open
}

// String returns the shape.
func (e extent) String() string {
	dims := make([]dim, 0, 1+len(e.axes))
	for _, size := range append([]int64{e.batch}, e.axes...) {
		dims = append(dims, dim{size: size})
	}
	return list(dims)
}

// isRow reports whether a sample is one row.
func (e extent) isRow() bool { return len(e.axes) == 1 }

// isLastAxis reports whether a sample is one row along the last axis.
func (e extent) isLastAxis() bool {
	return len(e.axes) > 0 && !slices.ContainsFunc(e.axes[:len(e.axes)-1], func(d int64) bool { return d != 1 })
}

// check returns an error unless the step can take a value of the shape.
func (e extent) check(s step) error {
	switch {
	case s.reshape != nil: // which will tell
		return nil
	case !s.entries && !e.isRow() && !(s.lastAxis && e.isLastAxis()):
		return fmt.Errorf("its input has the shape %v, want a row a sample", e)
	case s.rank > 1+len(e.axes):
		return fmt.Errorf("a constant has %d axes, its input the shape %v", s.rank, e)
	}
	return nil
}

// withColumns returns the shape of rows of another width.
func (e extent) withColumns(units int) extent {
	if units == e.width {
		return e
	}
	axes := slices.Clone(e.axes)
	axes[len(axes)-1] = int64(units)
	return extent{axes, units, e.batch}
}

// axis returns which axis of a value with this many axes a number means.
// Negative ones count from the end. The samples are axis 0 and cannot be meant.
func axis(a int64, axes int) (int, error) {
	i := a
	if i < 0 {
		i += int64(axes)
	}
	switch {
	case i < 0 || i >= int64(axes):
		return 0, fmt.Errorf("axis %d of %d", a, axes)
	case i == 0:
		return 0, fmt.Errorf("axis %d is that of the samples", a)
	}
	return int(i), nil
}

func flatten(p *piece) step {
	a := p.int("axis", 1)
	return step{reshape: func(e extent) (extent, error) {
		n := int64(1 + len(e.axes))
		i := a
		if i < 0 {
			i += n
		}
		// The axes before it are rows.
		if i < 1 || i > n || slices.ContainsFunc(e.axes[:i-1], func(d int64) bool { return d != 1 }) {
			return e, fmt.Errorf("axis is %d, want 1: a row a sample", a)
		}
		return extent{[]int64{int64(e.width)}, e.width, e.batch}, nil
	}}
}

func squeeze(p *piece) step {
	a, some := p.attr(p.nodes[0], "axes", attrInts)
	return step{reshape: func(e extent) (extent, error) {
		drop := make([]bool, len(e.axes))
		for _, a := range a.ints {
			i, err := axis(a, 1+len(e.axes))
			if err != nil {
				return e, err
			}
			if e.axes[i-1] != 1 {
				return e, fmt.Errorf("axis %d of the shape %v does not have size 1", a, e)
			}
			drop[i-1] = true
		}
		if !some {
			switch {
			case e.batch == 1:
				return e, errors.New("without axes it would drop that of the samples")
			case slices.Contains(e.axes, -1):
				return e, fmt.Errorf("without axes it would drop some of the shape %v, which leaves them open", e)
			}
			for i, d := range e.axes {
				drop[i] = d == 1
			}
		}
		var axes []int64
		for i, d := range e.axes {
			if !drop[i] {
				axes = append(axes, d)
			}
		}
		return extent{axes, e.width, e.batch}, nil
	}}
}

func unsqueeze(p *piece) step {
	a, _ := p.attr(p.nodes[0], "axes", attrInts)
	return step{reshape: func(e extent) (extent, error) {
		if len(a.ints) > maxAxes-len(e.axes) {
			return e, fmt.Errorf("%d more axes", len(a.ints))
		}
		axes := make([]int64, len(e.axes)+len(a.ints))
		for _, a := range a.ints {
			i, err := axis(a, 1+len(axes))
			if err != nil {
				return e, err
			}
			if axes[i-1] != 0 {
				return e, fmt.Errorf("axis %d twice", a)
			}
			axes[i-1] = 1
		}
		rest := e.axes
		for i := range axes {
			if axes[i] == 0 {
				axes[i], rest = rest[0], rest[1:]
			}
		}
		return extent{axes, e.width, e.batch}, nil
	}}
}

// maxAxes bounds the axes of a value.
const maxAxes = 64

// reshape takes the shapes that leave the numbers of each sample together.
func reshape(p *piece) step {
	shape, err := p.constants["shape"].integers()
	if err != nil {
		p.fail("%w", err)
		return step{}
	}
	return p.reshaped(shape)
}

// reshapeBySize is how PyTorch writes x.view(x.size(0), -1).
func reshapeBySize(p *piece) step {
	columns, err := p.constants["columns"].integers()
	if err != nil {
		p.fail("%w", err)
		return step{}
	}
	for _, v := range p.nodes {
		if a, _ := p.attr(v, "axes", attrInts); v.op() != "Reshape" && (p.intOf(v, "axis", 0) != 0 || len(a.ints) > 0 && !slices.Equal(a.ints, []int64{0})) {
			p.fail("%v: the axis is not that of the samples", v)
		}
	}
	return p.reshaped(append([]int64{0}, columns...))
}

// reshaped returns the step that gives its input a shape.
func (p *piece) reshaped(shape []int64) step {
	if len(shape) == 0 || len(shape) > maxAxes || p.int("allowzero", 0) != 0 {
		p.fail("shape %s, want a row a sample", list(shape))
		return step{}
	}
	s := step{reshape: func(e extent) (extent, error) {
		to, ok := e.reshaped(shape)
		if !ok {
			return e, fmt.Errorf("shape %s for a value of the shape %v, want a row a sample", list(shape), e)
		}
		return to, nil
	}}
	if n, ok := elements(shape[1:], math.MaxInt32); ok { // which tells the width where the input is open
		s.inputs = n
	}
	return s
}

// reshaped returns the extent behind a Reshape, false if samples do not stay
// together.
func (e extent) reshaped(shape []int64) (extent, bool) {
	first, axes, known, open := shape[0], slices.Clone(shape[1:]), 1, -1
	for i, d := range axes {
		if d == 0 && i < len(e.axes) {
			axes[i] = e.axes[i]
		}
		switch d = axes[i]; {
		case d == -1 && open < 0:
			open = i
		case d <= 0 || d > int64(e.width)/int64(known):
			return e, false
		default:
			known *= int(d)
		}
	}
	switch {
	case first < -1 || first > 0 && first != e.batch, open >= 0 && first == -1, e.width%known != 0, open < 0 && known != e.width:
		return e, false
	case open >= 0:
		axes[open] = int64(e.width / known)
	}
	return extent{axes, e.width, e.batch}, true
}

// extent returns the shape of the input of the graph, as far as the file and
// the steps tell it.
func (imp *importer) extent(steps []step) (extent, error) {
	in := imp.graph.input
	if !in.hasShape {
		in.dims = []dim{{size: -1}, {size: -1}}
	}
	if len(in.dims) < 2 {
		return extent{}, fmt.Errorf("input %s has %d axes, want at least 2: samples and columns", quote.Text(in.name), len(in.dims))
	}
	e := extent{width: 1, batch: imp.graph.batch()}
	open := 0
	for _, d := range in.dims[1:] {
		switch {
		case d.size == -1:
			open++
		case d.size <= 0 || d.size > math.MaxInt32/int64(e.width):
			return extent{}, fmt.Errorf("input %s has a shape of %s", quote.Text(in.name), list(in.dims))
		default:
			e.width *= int(d.size)
		}
		e.axes = append(e.axes, d.size)
	}
	if open == 0 {
		return e, nil
	}
	width := knownWidth(steps)
	switch {
	case width == 0:
		return extent{}, fmt.Errorf("input %s has an open number of columns, and no node tells it", quote.Text(in.name))
	case width%e.width != 0:
		return extent{}, fmt.Errorf("input %s has the shape %s, the first layer takes %d columns", quote.Text(in.name), list(in.dims), width)
	case open == 1:
		e.axes[slices.Index(e.axes, -1)] = int64(width / e.width)
	}
	e.width = width
	return e, nil
}
