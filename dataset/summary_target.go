package dataset

import (
	"errors"
	"fmt"
	"slices"

	"example.com/mlp"
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

var errSameTarget = errors.New("the target is the same in every row, which leaves nothing to learn")

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
		return nil, errSameTarget
	}
	return t.targetEncoder, nil
}

func (t *knownTarget) statistics() []statistic { return []statistic{t.spans} }

// numbersSummary learns a target of numbers: that it varies, and how it is scaled.
type numbersSummary struct {
	numbersTarget
	counts []*numberCounts // a column each
	row    []float64       // scratch
}

func newNumbersSummary(t numbersTarget) *numbersSummary {
	s := &numbersSummary{t, make([]*numberCounts, t.width()), make([]float64, t.width())}
	for k := range s.counts {
		s.counts[k] = newNumberCounts(false)
	}
	return s
}

func (s *numbersSummary) add(columns []cells, row int) error {
	if err := s.encode(s.row, columns, row); err != nil {
		return err
	}
	for k, v := range s.row {
		s.counts[k].add(v, 1)
	}
	return nil
}

func (s *numbersSummary) encoder() (targetEncoder, error) {
	if !slices.ContainsFunc(s.counts, func(c *numberCounts) bool { return c.least < c.largest }) {
		return nil, errSameTarget
	}
	return s.numbersTarget, nil
}

func (s *numbersSummary) statistics() (all []statistic) {
	for _, c := range s.counts {
		all = append(all, c)
	}
	return all
}

// scaling returns what scales the numbers to mean 0 and standard deviation 1.
func (s *numbersSummary) scaling() (*mlp.Normalization, error) {
	means, scales := make([]float64, len(s.counts)), make([]float64, len(s.counts))
	for k, c := range s.counts {
		if c.n == 0 {
			return nil, errors.New("there are no rows")
		}
		if means[k], scales[k] = c.moments(); isConstant(c) {
			scales[k] = 1
		}
	}
	n := mlp.NewNormalization(len(s.counts))
	return n, n.Set(means, scales)
}

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
