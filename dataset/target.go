package dataset

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// A Target says which column of a table is to be predicted and how its cells
// become the matrix Y. [Numbers], [Classes] and [Binary] make one; the zero
// value is refused.
//
// A Target does not change: it may be used any number of times and from
// several goroutines at once.
type Target struct {
	column     string
	newEncoder func() encoder
	err        error // a mistake in the arguments, which the reader reports
}

// An encoder turns the cells of one target column into a matrix.
type encoder interface {
	add(cell string) error                               // takes the cell of the next row
	encode() (y *mat.Dense, classes []string, err error) // after at least one row
}

// Numbers is the target of a regression: Y is n×1 and holds the numbers of the
// column.
func Numbers(column string) Target {
	return Target{
		column:     column,
		newEncoder: func() encoder { return new(numberEncoder) },
	}
}

// Classes is the target of a classification: Y is n×k, one-hot, with a column
// per class. A cell is the name of a class, whatever it looks like: "1" and
// "1.0" are two classes.
//
// Without order the classes are the names that occur, sorted as by
// [sort.Strings]: at least two, and no more than 10000, as a column with more
// names than that is no class but an identifier or a measurement. With order
// they are the given names in the given order. A name that does not occur is
// then a column of zeros, and a cell outside order is an error. Give the order
// for files that must agree with each other, or with a trained network.
func Classes(column string, order ...string) Target {
	order = slices.Clone(order)
	return Target{
		column:     column,
		newEncoder: func() encoder { return newClassEncoder(order) },
		err:        checkOrder(order),
	}
}

// Binary is the target of a classification into two classes: Y is n×1 and
// holds 1 where the cell is positive and 0 where it is the other name. The
// column must hold exactly two names, of which positive is one.
// Data.Classes is {other, positive}.
func Binary(column, positive string) Target {
	return Target{
		column:     column,
		newEncoder: func() encoder { return &binaryEncoder{positive: positive} },
	}
}

// check returns the mistake made in describing the target, if there is one.
func (t Target) check() error {
	if t.newEncoder == nil {
		return errors.New("the target is the zero Target, use Numbers, Classes or Binary")
	}
	return t.err
}

func checkOrder(order []string) error {
	if len(order) == 1 {
		return fmt.Errorf("Classes: %q is the only class, at least 2 are needed", order[0])
	}
	for i, name := range order {
		if name == "" {
			return fmt.Errorf("Classes: name %d is empty", i+1)
		}
		if first := slices.Index(order, name); first < i {
			return fmt.Errorf("Classes: names %d and %d are both %q", first+1, i+1, name)
		}
	}
	return nil
}

type numberEncoder struct {
	y []float64
}

func (e *numberEncoder) add(cell string) error {
	v, err := parseNumber(cell)
	if err != nil {
		return err
	}
	e.y = append(e.y, v)
	return nil
}

func (e *numberEncoder) encode() (*mat.Dense, []string, error) {
	return mat.NewDense(len(e.y), 1, e.y), nil, nil
}

// maxClasses bounds the width of a one-hot matrix whose classes are not given.
const maxClasses = 10000

type classEncoder struct {
	names labels
	rows  []int // number of the name in each row
	fixed bool  // the names are given
}

func newClassEncoder(order []string) *classEncoder {
	e := &classEncoder{fixed: len(order) > 0}
	for _, name := range order {
		e.names.insert(name)
	}
	return e
}

func (e *classEncoder) add(cell string) error {
	label, known := e.names.number[cell]
	switch {
	case known:
	case cell == "":
		return errors.New("the cell is empty")
	case e.fixed:
		return fmt.Errorf("%q is none of the classes %s", cell, quoteAll(e.names.list))
	case len(e.names.list) == maxClasses:
		return fmt.Errorf("more than %d different names", maxClasses)
	default:
		label = e.names.insert(cell)
	}
	e.rows = append(e.rows, label)
	return nil
}

func (e *classEncoder) encode() (*mat.Dense, []string, error) {
	classes := e.names.list
	if len(classes) == 1 {
		return nil, nil, fmt.Errorf("%q is the only class, at least 2 are needed", classes[0])
	}
	if !e.fixed {
		classes = slices.Sorted(slices.Values(classes))
	}
	column := make([]int, len(classes)) // of each label
	for j, name := range classes {
		column[e.names.number[name]] = j
	}
	y := mat.NewDense(len(e.rows), len(classes), nil)
	for i, label := range e.rows {
		y.Set(i, column[label], 1)
	}
	return y, classes, nil
}

type binaryEncoder struct {
	positive string
	names    labels
	y        []float64
}

func (e *binaryEncoder) add(cell string) error {
	if cell == "" {
		return errors.New("the cell is empty")
	}
	if _, known := e.names.number[cell]; !known {
		if len(e.names.list) == 2 {
			return fmt.Errorf("%q is a third name beside %s", cell, quoteAll(e.names.list))
		}
		e.names.insert(cell)
	}
	v := 0.0
	if cell == e.positive {
		v = 1
	}
	e.y = append(e.y, v)
	return nil
}

func (e *binaryEncoder) encode() (*mat.Dense, []string, error) {
	names := e.names.list
	if len(names) == 1 {
		return nil, nil, fmt.Errorf("%q is the only class, 2 are needed", names[0])
	}
	i := slices.Index(names, e.positive)
	if i < 0 {
		return nil, nil, fmt.Errorf("the classes are %s, none is the positive %q", quoteAll(names), e.positive)
	}
	return mat.NewDense(len(e.y), 1, e.y), []string{names[1-i], e.positive}, nil
}

// labels numbers names in the order of their first occurrence.
type labels struct {
	list   []string
	number map[string]int // index in list
}

// insert adds a new name and returns its number. It keeps a copy of the name,
// as the cell of a table is part of a whole line.
func (l *labels) insert(name string) int {
	if l.number == nil {
		l.number = make(map[string]int)
	}
	name = strings.Clone(name)
	l.number[name] = len(l.list)
	l.list = append(l.list, name)
	return l.number[name]
}
