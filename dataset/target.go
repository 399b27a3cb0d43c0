package dataset

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/mlp/internal/quote"
)

// A Target says which column of a table is to be predicted and how its cells
// become the matrix Y. [Numbers], [Classes] and [Binary] make one; the zero
// value is none.
//
// A Target does not change: it may be used any number of times and from
// several goroutines at once.
type Target struct {
	column  string
	kind    targetKind
	classes []string // the given order of Classes, the positive of Binary
}

type targetKind string

const (
	numbersTarget targetKind = "numbers"
	classesTarget targetKind = "classes"
	binaryTarget  targetKind = "binary"
)

// Numbers is the target of a regression: Y is n×1 and holds the numbers of the
// column.
func Numbers(column string) Target {
	return Target{column: column, kind: numbersTarget}
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
	return Target{column: column, kind: classesTarget, classes: trimAll(order)}
}

// Binary is the target of a classification into two classes: Y is n×1 and
// holds 1 where the cell is positive and 0 where it is the other name. The
// column must hold exactly two names, of which positive is one.
// Data.Classes is {other, positive}.
func Binary(column, positive string) Target {
	return Target{column: column, kind: binaryTarget, classes: trimAll([]string{positive})}
}

// check returns the mistake made in describing the target, if there is one.
func (t Target) check() error {
	switch {
	case t.kind == "":
		return errors.New("the target is the zero Target, use Numbers, Classes or Binary")
	case t.kind == classesTarget && len(t.classes) > 0:
		if err := checkNames(t.classes); err != nil {
			return fmt.Errorf("Classes: %w", err)
		}
	}
	return nil
}

// checkNames returns an error unless there are at least two different names.
func checkNames(names []string) error {
	if len(names) == 1 {
		return fmt.Errorf("%s is the only class, want at least 2", quote.Text(names[0]))
	}
	first := make(map[string]int, len(names))
	for i, name := range names {
		if name == "" {
			return fmt.Errorf("name %d is empty", i+1)
		}
		if j, ok := first[name]; ok {
			return fmt.Errorf("names %d and %d are both %s", j+1, i+1, quote.Text(name))
		}
		first[name] = i
	}
	return nil
}

// fit learns the target from its column.
func (t Target) fit(cells cells) (*targetEncoder, error) {
	e := &targetEncoder{Column: t.column, Kind: t.kind}
	var err error
	switch {
	case t.kind == classesTarget && len(t.classes) > 0:
		e.Classes = slices.Clone(t.classes)
	case t.kind == classesTarget:
		e.Classes, err = findClasses(cells)
	case t.kind == binaryTarget:
		e.Classes, err = findTwoClasses(cells, t.classes[0])
	}
	if err != nil {
		return nil, err
	}
	e.index = indexNames(e.Classes)
	return e, nil
}

// missingTarget returns the error for a target cell that is missing.
func missingTarget(cell string) error {
	if cell == "" {
		return errors.New("the cell is empty")
	}
	return fmt.Errorf("%s means a missing value, and a target must not miss", quote.Text(cell))
}

// maxClasses bounds the width of a one-hot matrix whose classes are not given.
const maxClasses = 10000

// findClasses returns the names in a column, sorted.
func findClasses(cells cells) ([]string, error) {
	found := make(map[string]bool)
	for i, cell := range cells.all() {
		if cells.missing.text(cell) {
			return nil, cells.at(i, missingTarget(cell))
		}
		// A copy, as the cell is part of the text of the whole table.
		if !found[cell] {
			found[strings.Clone(cell)] = true
		}
		if len(found) > maxClasses {
			return nil, cells.at(i, fmt.Errorf("more than %d different names", maxClasses))
		}
	}
	names := slices.Sorted(maps.Keys(found))
	if len(names) == 1 {
		return nil, cells.atColumn(fmt.Errorf("%s is the only class, want at least 2", quote.Text(names[0])))
	}
	return names, nil
}

// findTwoClasses returns the two names in a column, the positive last.
func findTwoClasses(cells cells, positive string) ([]string, error) {
	var names []string
	for i, cell := range cells.all() {
		switch {
		case cells.missing.text(cell):
			return nil, cells.at(i, missingTarget(cell))
		case slices.Contains(names, cell):
		case len(names) == 2:
			return nil, cells.at(i, fmt.Errorf("%s is a third name beside %s", quote.Text(cell), quoteAll(names)))
		default:
			names = append(names, strings.Clone(cell))
		}
	}
	if len(names) == 1 {
		return nil, cells.atColumn(fmt.Errorf("%s is the only class, want 2", quote.Text(names[0])))
	}
	switch positive {
	case names[0]:
		names[0], names[1] = names[1], names[0]
	case names[1]:
	default:
		return nil, cells.atColumn(fmt.Errorf("the classes are %s, none is the positive %s", quoteAll(names), quote.Text(positive)))
	}
	return names, nil
}
