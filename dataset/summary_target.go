package dataset

import (
	"errors"
	"fmt"
)

// A targetSummary learns the target of a [Summary].
type targetSummary interface {
	// add learns from a row, whose cells are in the columns.
	add(columns []cells, row int) error

	// encoder returns what was learned. It is an error if the target is the same in
	// all rows.
	encoder() (targetEncoder, error)

	statistics() []statistic
}

// knownTarget is a target of which nothing is to be learned but that it varies.
type knownTarget struct {
	targetEncoder
	spans *spans
	row   []float64 // scratch
}

func newKnownTarget(e targetEncoder) *knownTarget {
	return &knownTarget{e, newSpans(e.width()), make([]float64, e.width())}
}

func (t *knownTarget) add(columns []cells, row int) error {
	clear(t.row)
	if err := t.encode(t.row, columns, row); err != nil {
		return err
	}
	t.spans.add(t.row)
	return nil
}

func (t *knownTarget) encoder() (targetEncoder, error) {
	if !t.spans.vary() {
		return nil, errors.New("the target is the same in every row, which leaves nothing to learn")
	}
	return t.targetEncoder, nil
}

func (t *knownTarget) statistics() []statistic { return []statistic{t.spans} }

// foundTarget is a target of names that are to be found.
type foundTarget struct {
	names *nameCounts
	rows  rowCount

	each      func(columns []cells, row int, visit func(name string)) error
	encoderOf func(found foundNames) (targetEncoder, error)
}

// foundNames are names in alphabetical order, and whether they are not the same
// ones in all rows.
type foundNames struct {
	names []string
	vary  bool
}

func (t *foundTarget) add(columns []cells, row int) error {
	t.rows++
	err := t.each(columns, row, func(name string) { t.names.add(name, 1) })
	if err == nil && len(t.names.counts) > t.names.most {
		err = columns[0].at(row, tooManyNames(t.names.most))
	}
	return err
}

func (t *foundTarget) encoder() (targetEncoder, error) {
	found := foundNames{names: t.names.sorted()}
	for _, rows := range t.names.counts {
		found.vary = found.vary || rows < int(t.rows)
	}
	return t.encoderOf(found)
}

func (t *foundTarget) statistics() []statistic { return []statistic{&t.rows, t.names} }

// eachName calls visit for the name of a class in a row.
func eachName(columns []cells, row int, visit func(name string)) error {
	cell, err := targetCell(columns[0], row)
	if err != nil {
		return err
	}
	name, err := cell.name()
	if err != nil {
		return columns[0].at(row, err)
	}
	visit(name)
	return nil
}

func tooManyNames(most int) error { return fmt.Errorf("more than %d different names", most) }
