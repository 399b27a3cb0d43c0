package mlp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// A ColumnGroup gives some columns of x to a layer, in Columns.
type ColumnGroup struct {
	Columns []int // in the order in which the layer takes them
	Layer   Layer // of as many inputs as there are Columns; nil if they are Unused
	Unused  bool  // whether no layer takes the columns
}

// Columns returns a layer that gives groups of the columns of x to layers of
// their own and puts their outputs side by side, in the order of the groups. As
// the first layer, it treats columns by what they mean:
//
//	mlp.Columns(4,
//		mlp.ColumnGroup{Columns: []int{0, 2}, Layer: mlp.ActivationLayer(2, mlp.Identity)},
//		mlp.ColumnGroup{Columns: []int{1}, Layer: mlp.Embedding(10, 3)},
//		mlp.ColumnGroup{Columns: []int{3}, Layer: mlp.Stack(mlp.Embedding(90, 8), mlp.Dropout(8, 0.1))})
//
// gives 2+3+8 columns. A column may be in several groups, and must be in one at
// least. A group that is Unused gives no columns, and no other group may have
// columns of it: it says that they are left out on purpose.
//
// The parameters are those of the layers, with their names prefixed by the
// position of the group among those with a layer: "1.table". Model returns an
// error if inputs, a group or its layer are invalid.
func Columns(inputs int, groups ...ColumnGroup) Layer {
	var layers []Layer
	var lists [][]int
	var unused []int
	for i, g := range groups {
		switch {
		case !g.Unused:
			lists, layers = append(lists, g.Columns), append(layers, g.Layer)
		case g.Layer != nil:
			return &columns{err: fmt.Errorf("group %d is unused, but has a layer", i)}
		default:
			unused = append(unused, g.Columns...)
		}
	}
	if unused != nil {
		lists = append(lists, unused)
	}
	return newColumns(inputs, lists, layers)
}

type columns struct {
	group
	lists   [][]int // the columns of each layer
	unused  []int   // other columns
	err     error
	scratch sync.Pool // of *columnsScratch, for Infer
}

// newColumns is Columns for the columns of each layer, and at the end those that
// are unused if there are any.
func newColumns(inputs int, lists [][]int, layers []Layer) *columns {
	l := &columns{group: group{layers: slices.Clone(layers)}, lists: cloneLists(lists)}
	if n := len(layers); len(lists) == n+1 {
		l.lists, l.unused = l.lists[:n], l.lists[n]
	}
	if l.err = l.check(inputs); l.err != nil {
		return l
	}
	l.inputs = inputs
	for _, inner := range layers {
		_, units := inner.Dims()
		l.units += units
	}
	l.scratch.New = func() any { return &columnsScratch{} }
	return l
}

func cloneLists(lists [][]int) [][]int {
	lists = slices.Clone(lists)
	for i := range lists {
		lists[i] = slices.Clone(lists[i])
	}
	return lists
}

// check returns an error unless the groups fit their layers and x.
func (l *columns) check(inputs int) error {
	if len(l.lists) != len(l.layers) {
		return fmt.Errorf("%d groups of columns for %d layers", len(l.lists), len(l.layers))
	}
	if err := l.checkLayers(); err != nil {
		return err
	}
	for i, list := range l.lists {
		if n, _ := l.layers[i].Dims(); n != len(list) {
			return fmt.Errorf("group %d has %d columns, its layer takes %d", i, len(list), n)
		}
		for _, j := range list {
			if j < 0 || j >= inputs {
				return fmt.Errorf("group %d has column %d, x has %d columns", i, j, inputs)
			}
		}
	}
	used := slices.Sorted(slices.Values(slices.Concat(l.lists...)))
	for _, j := range l.unused {
		if j < 0 || j >= inputs {
			return fmt.Errorf("column %d is unused, x has %d columns", j, inputs)
		}
		if _, found := slices.BinarySearch(used, j); found {
			return fmt.Errorf("column %d is unused, and in a group with a layer", j)
		}
	}
	if gaps := gapsIn(inputs, slices.Concat(used, l.unused)); gaps != "" {
		return fmt.Errorf("no group has column %s of x", gaps)
	}
	return nil
}

// checkLayers returns an error unless there is a layer and all are valid.
func (l *columns) checkLayers() error {
	if len(l.layers) == 0 {
		return errors.New("no groups of columns")
	}
	if err := validateLayers(l.layers); err != nil {
		return fmt.Errorf("groups of columns: %w", err)
	}
	return nil
}

// gapsIn returns which of n columns are not in the list: "1, 4 to 6".
func gapsIn(n int, list []int) string {
	slices.Sort(list)
	var gaps []string
	next := 0
	for _, j := range append(list, n) {
		switch {
		case j == next+1:
			gaps = append(gaps, strconv.Itoa(next))
		case j > next:
			gaps = append(gaps, fmt.Sprintf("%d to %d", next, j-1))
		}
		next = j + 1
	}
	return strings.Join(gaps, ", ")
}

// Validate returns the error in the groups or in one of the layers, if any.
func (l *columns) Validate() error {
	if l.err != nil {
		return l.err
	}
	return l.checkLayers() // whose parameters may have changed
}

func (l *columns) Describe() LayerDescription {
	d := l.describe("columns")
	d.Columns = cloneLists(l.allLists())
	return d
}

// with returns l with other layers for the same columns.
func (l *columns) with(layers []Layer) *columns { return newColumns(l.inputs, l.allLists(), layers) }

// allLists returns the lists that newColumns takes.
func (l *columns) allLists() [][]int {
	if l.unused == nil {
		return l.lists
	}
	return append(slices.Clone(l.lists), l.unused)
}

// columnsScratch is the memory of Infer for one layer.
type columnsScratch struct {
	x   buffer
	dst mat.Dense // a view
}

func (l *columns) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	s := l.scratch.Get().(*columnsScratch)
	at := 0
	for i, inner := range l.layers {
		_, units := inner.Dims()
		inner.Infer(viewColumns(&s.dst, dst, at, at+units), gatherColumns(&s.x, x, l.lists[i]))
		at += units
	}
	l.scratch.Put(s)
}

func (l *columns) NewPass(rows int, rng *rand.Rand) Pass {
	p := &columnsPass{batchShape: newBatchShape(l.inputs, l.units, rows), lists: l.lists, widths: widths(l.layers)}
	p.innerPasses = newInnerPasses(l.layers, rows, rng)
	p.in = make([]buffer, len(l.lists))
	p.y.resize(rows, l.units)
	return p
}

// widths returns the units of each layer.
func widths(layers []Layer) []int {
	var all []int
	for _, l := range layers {
		_, units := l.Dims()
		all = append(all, units)
	}
	return all
}

type columnsPass struct {
	innerPasses
	batchShape
	lists  [][]int
	widths []int    // the units of each layer
	in     []buffer // what each layer takes
	part   mat.Dense
	y, dx  buffer
}

func (p *columnsPass) Forward(x *mat.Dense) *mat.Dense {
	p.checkForward(x)
	y := p.y.resize(p.rows, p.units)
	at := 0
	for i, inner := range p.passes {
		part := viewColumns(&p.part, y, at, at+p.widths[i])
		part.Copy(inner.Forward(gatherColumns(&p.in[i], x, p.lists[i])))
		at += p.widths[i]
	}
	return y
}

// Backward passes its columns of dy to each layer, and adds up what they return
// for the same column of x.
func (p *columnsPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	var dx *mat.Dense
	if needDX {
		dx = p.dx.resize(p.rows, p.inputs)
		dx.Zero()
	}
	at := 0
	for i, inner := range p.passes {
		d := inner.Backward(viewColumns(&p.part, dy, at, at+p.widths[i]), needDX)
		if needDX {
			scatterColumns(dx, d, p.lists[i])
		}
		at += p.widths[i]
	}
	return dx
}

// scatterColumns adds the columns of d to some columns of dst.
func scatterColumns(dst, d *mat.Dense, columns []int) {
	for i := range d.RawMatrix().Rows {
		row := dst.RawRowView(i)
		for k, v := range d.RawRowView(i) {
			row[columns[k]] += v
		}
	}
}

func (l *columns) Frozen() Layer { return l.with(frozen(l.layers)) }

// checkers returns the layers that check x, which get their columns of it.
func (l *columns) checkers() ([]InputChecker, error) {
	var all []InputChecker
	for i, inner := range l.layers {
		checkers, err := checkersIn(inner)
		if err != nil {
			return nil, fmt.Errorf("group %d: %w", i, err)
		}
		for _, c := range checkers {
			all = append(all, newColumnsChecker(c, l.lists[i]))
		}
	}
	return all, nil
}

// columnsChecker checks some columns of x by a layer inside of Columns.
type columnsChecker struct {
	InputChecker
	columns []int
	rows    sync.Pool // of *[]float64
}

func newColumnsChecker(inner InputChecker, columns []int) *columnsChecker {
	c := &columnsChecker{InputChecker: inner, columns: columns}
	c.rows.New = func() any {
		row := make([]float64, len(columns))
		return &row
	}
	return c
}

// CheckInput returns the error of the layer inside for its columns. An
// *InputError gets the column of x.
func (c *columnsChecker) CheckInput(row []float64) error {
	own := c.rows.Get().(*[]float64)
	defer c.rows.Put(own)
	gatherRow(*own, row, c.columns)
	err := c.InputChecker.CheckInput(*own)
	switch e := err.(type) {
	case nil:
		return nil
	case *InputError:
		if e.Column >= 0 && e.Column < len(c.columns) {
			return &InputError{c.columns[e.Column], e.Value, e.Want}
		}
	}
	return fmt.Errorf("with the columns %d %w", c.columns, err)
}
