package mlp

import (
	"math/rand/v2"
	"sync"
)

// columnsPass32 is the pass of Columns in single precision.
type columnsPass32 struct {
	*stackPass32 // of the groups
	layer        *columns
	widths       []int      // the units of each group
	in, part     []buffer32 // what each group takes, and its columns of dy
	y, dx        buffer32
}

func newColumnsPass32(l *columns, rows int, rng *rand.Rand, env *passEnv) *columnsPass32 {
	p := &columnsPass32{stackPass32: newStackPass32(l.layers, rows, rng, env), layer: l, widths: widths(l.layers)}
	p.in, p.part = make([]buffer32, len(l.lists)), make([]buffer32, len(l.lists))
	p.y.resize(rows, l.units)
	return p
}

func (p *columnsPass32) forward32(x matrix32) matrix32 {
	y := p.y.resize(x.Rows, p.layer.units)
	at := 0
	for i, inner := range p.passes {
		putColumns32(y, inner.forward32(gatherColumns32(&p.in[i], x, p.layer.lists[i])), at)
		at += p.widths[i]
	}
	return y
}

// backward32 computes what columnsPass.Backward does.
func (p *columnsPass32) backward32(dy matrix32, needDX bool) matrix32 {
	var dx matrix32
	if needDX {
		dx = p.dx.resize(dy.Rows, p.layer.inputs)
		clear(dx.Data)
	}
	at := 0
	for i, inner := range p.passes {
		part := p.part[i].resize(dy.Rows, p.widths[i])
		takeColumns32(part, dy, at)
		d := inner.backward32(part, needDX)
		if needDX {
			scatterColumns32(dx, d, p.layer.lists[i])
		}
		at += p.widths[i]
	}
	return dx
}

// columns32 is Columns in predictions.
type columns32 struct {
	each32 // the groups
	lists  [][]int
	widths []int     // of each group
	pool   sync.Pool // of *columnsScratch32
}

// columnsScratch32 is the memory of infer32 for one group.
type columnsScratch32 struct{ x, y buffer32 }

func newColumns32(l *columns) *columns32 {
	c := &columns32{each32: newEach32(l.layers), lists: l.lists, widths: widths(l.layers)}
	c.pool.New = func() any { return &columnsScratch32{} }
	return c
}

func (c *columns32) infer32(dst, x matrix32) (ok bool) {
	s := c.pool.Get().(*columnsScratch32)
	defer c.pool.Put(s)
	at := 0
	for i, inner := range c.each32 {
		y := s.y.resize(x.Rows, c.widths[i])
		if !inner.infer32(y, gatherColumns32(&s.x, x, c.lists[i])) {
			return false
		}
		putColumns32(dst, y, at)
		at += c.widths[i]
	}
	return true
}

// gatherColumns32 is gatherColumns in single precision.
func gatherColumns32(buf *buffer32, x matrix32, columns []int) matrix32 {
	dst := buf.resize(x.Rows, len(columns))
	for i := range x.Rows {
		row, own := x.Data[i*x.Cols:][:x.Cols], dst.Data[i*len(columns):]
		for k, j := range columns {
			own[k] = row[j]
		}
	}
	return dst
}

// scatterColumns32 is scatterColumns in single precision.
func scatterColumns32(dst, d matrix32, columns []int) {
	for i := range d.Rows {
		row, own := dst.Data[i*dst.Cols:][:dst.Cols], d.Data[i*d.Cols:]
		for k, j := range columns {
			row[j] += own[k]
		}
	}
}

// putColumns32 stores part in the columns of dst from at on.
func putColumns32(dst, part matrix32, at int) {
	for i := range part.Rows {
		copy(dst.Data[i*dst.Cols+at:], part.Data[i*part.Cols:][:part.Cols])
	}
}

// takeColumns32 is the inverse of putColumns32.
func takeColumns32(part, src matrix32, at int) {
	for i := range part.Rows {
		copy(part.Data[i*part.Cols:][:part.Cols], src.Data[i*src.Cols+at:])
	}
}
