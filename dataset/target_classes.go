package dataset

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"

	"example.com/mlp"
)

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
	return Target{classesTarget{column, trimAll(order)}}
}

const classesKind = "classes"

type classesTarget struct {
	column string
	order  []string // nil to take the names that occur
}

func (t classesTarget) columns() []string { return []string{t.column} }
func (classesTarget) stratified() bool    { return true }

func (t classesTarget) check() error {
	if len(t.order) == 0 {
		return nil
	}
	if err := checkNames(t.order); err != nil {
		return fmt.Errorf("Classes: %w", err)
	}
	return nil
}

func (t classesTarget) learn(columns []cells) (targetEncoder, error) {
	if len(t.order) > 0 {
		return newClassEncoder(t.column, t.order), nil
	}
	names, err := findClasses(columns[0])
	if err != nil {
		return nil, err
	}
	return newClassEncoder(t.column, names), nil
}

func (t classesTarget) summary() targetSummary {
	if len(t.order) > 0 {
		return newKnownTarget(newClassEncoder(t.column, t.order))
	}
	return &foundTarget{names: newNameCounts(maxClasses), each: eachName, encoderOf: func(found foundNames) (targetEncoder, error) {
		if len(found.names) < 2 {
			return nil, onlyClass(found.names)
		}
		return newClassEncoder(t.column, found.names), nil
	}}
}

func onlyClass(names []string) error {
	return fmt.Errorf("%s is the only class, want at least 2", quoteAll(names))
}

// maxClasses bounds the width of a matrix whose classes or labels are not given.
const maxClasses = 10000

// findClasses returns the names in a column, sorted.
func findClasses(cells cells) ([]string, error) {
	found := make(map[string]bool)
	for i, cell := range cells.all() {
		if cells.missing.cell(nil, cell) {
			return nil, cells.at(i, missingTarget(cell))
		}
		name, err := cell.name()
		if err != nil {
			return nil, cells.at(i, err)
		}
		// A copy, as the name is part of the memory of the table.
		if !found[name] {
			found[strings.Clone(name)] = true
		}
		if len(found) > maxClasses {
			return nil, cells.at(i, tooManyNames(maxClasses))
		}
	}
	names := slices.Sorted(maps.Keys(found))
	if len(names) == 1 {
		return nil, cells.atColumn(onlyClass(names))
	}
	return names, nil
}

// classEncoder has a column of Y for each class.
type classEncoder struct {
	column string
	categories
}

// newClassEncoder returns the encoder for names that differ.
func newClassEncoder(column string, names []string) classEncoder {
	c, _ := newCategories(names)
	return classEncoder{column, c}
}

func (e classEncoder) columns() []string { return []string{e.column} }
func (e classEncoder) width() int        { return len(e.names) }
func (e classEncoder) classes() []string { return e.names }

func (e classEncoder) encode(dst []float64, columns []cells, row int) error {
	class, err := e.class(columns[0], row)
	if err != nil {
		return err
	}
	dst[class] = 1
	return nil
}

// class returns the class in the cell of a row.
func (e classEncoder) class(c cells, row int) (int, error) {
	cell, err := targetCell(c, row)
	if err != nil {
		return 0, err
	}
	class, err := e.find(cell)
	if err == nil && class == none {
		err = fmt.Errorf("%s is none of the classes %s", cell.quoted(), quoteAll(e.names))
	}
	if err != nil {
		return 0, c.at(row, err)
	}
	return class, nil
}

func (e classEncoder) save() savedTarget {
	return savedTarget{Kind: classesKind, Column: e.column, Classes: e.names}
}

func loadClasses(s savedTarget) (targetEncoder, error) {
	return newClassEncoder(s.Column, s.Classes), s.checkClasses()
}

func (e classEncoder) answerer(net mlp.Network) (answerer, bool) {
	c, ok := net.(classifier)
	if !ok || net.Loss().Task() != mlp.Multiclass {
		return nil, false
	}
	return &classAnswerer{probabilities{c}, e.names}, true
}

// classAnswerer answers with the most probable class.
type classAnswerer struct {
	probabilities
	names []string
}

func (a *classAnswerer) size() int { return len(a.names) }

func (a *classAnswerer) answer(said, numbers []float64) Prediction {
	copy(numbers, said)
	return Prediction{Class: a.class(said), Probabilities: numbers, names: a.names}
}

// class returns the most probable class, the first of several.
func (a *classAnswerer) class(probabilities []float64) string {
	return a.names[floats.MaxIdx(probabilities)]
}
