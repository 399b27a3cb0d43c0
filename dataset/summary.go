package dataset

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// A Summary is a [Recipe] that has seen rows: what it takes to learn a
// [Preparation] from tables that do not fit into memory, or not on one machine.
// Summaries of parts are merged, and their bytes are sent or stored:
//
//	summary := recipe.NewSummary()
//	err := summary.AddSource(ctx, source)
//	...
//	preparation, err := summary.Preparation()
//
// A Summary depends on nothing but the rows: however they are ordered, split and
// merged, its bytes are the same. It takes at most about 2 MB for a column of
// numbers, and 25 MB for one of names, however many rows there are.
//
// The Preparation is that of Recipe.Fit on all rows, to the bit, but for quantiles
// of a column with more than 16,384 different numbers, which Median, Robust,
// Quantile, Normal and SmoothClip need: numbers that agree in their first bits
// count as one, and Inexact says how far off that is. In such a column
// MostFrequent is an error. So are more than 100,000 different names in a column,
// or names of more than 16 MiB.
//
// The errors are those of Fit. Those about single cells name the line, others
// only the column. After an error of Add, AddSource or Merge a Summary has a part of the rows
// only: it returns this error until UnmarshalBinary sets it.
//
// The zero value is a summary of the zero Recipe. The methods must not be called
// from several goroutines at once.
type Summary struct {
	recipe  Recipe
	missing *missingValues
	rows    rowCount
	err     error

	header  []string // nil before the first row; what is below follows from it
	target  targetSummary
	targets []int           // columns
	columns []columnSummary // nil for those of the target and for those that are left out
}

// NewSummary returns a summary of no rows.
func (r Recipe) NewSummary() *Summary {
	r.Columns, r.Missing = slices.Clone(r.Columns), slices.Clone(r.Missing)
	return &Summary{recipe: r}
}

// FitSource is Fit for all rows of a source, which need not fit into memory: it
// learns from a [Summary] of them, in memory for that and for a table of 10,000
// rows. The network then learns from the same source by [Preparation.Batches].
//
// It ends with an error when ctx is cancelled. Errors of the source are returned
// as they are.
func (r Recipe) FitSource(ctx context.Context, source Source) (*Preparation, error) {
	const op = "Recipe.FitSource"
	s := r.NewSummary()
	if err := s.addSource(ctx, op, source); err != nil {
		return nil, err
	}
	p, err := s.preparation()
	if err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", op, err)
	}
	return p, nil
}

// Rows returns the number of rows.
func (s *Summary) Rows() int {
	if s == nil {
		return 0
	}
	return int(s.rows)
}

// Add adds the rows of a table. All tables must have the same columns in the same
// order.
func (s *Summary) Add(t *Table) error {
	if err := s.try(func() error { return s.add(t) }); err != nil {
		return fmt.Errorf("dataset: Summary.Add: %w", err)
	}
	return nil
}

// AddSource adds all rows of a source, in memory for a table of 10,000 of them. It
// ends with an error when ctx is cancelled. Errors of the source are returned as
// they are.
func (s *Summary) AddSource(ctx context.Context, source Source) error {
	const op = "Summary.AddSource"
	if err := s.check(); err != nil {
		return fmt.Errorf("dataset: %s: %w", op, err)
	}
	s.err = s.addSource(ctx, op, source)
	return s.err
}

// addSource is AddSource for the call op.
func (s *Summary) addSource(ctx context.Context, op string, source Source) error {
	failed := func(err error) error { return fmt.Errorf("dataset: %s: %w", op, err) }
	if matrix.IsNil(source) {
		return failed(errors.New("the source is nil"))
	}
	const rows = 10_000 // of a table
	for t, err := range source.Tables(rows) {
		if err != nil {
			return err
		}
		if err := s.add(t); err != nil {
			return failed(err)
		}
		if err := ctx.Err(); err != nil {
			return failed(err)
		}
	}
	return nil
}

// TargetScaling returns the layer that scales the numbers of the target to mean 0
// and standard deviation 1 over all rows, for [mlp.WithTargetScaling]. A column that
// is constant up to rounding has its standard deviation taken for 1. It is an error
// if there are no rows, or if the target is not one of [Numbers].
func (s *Summary) TargetScaling() (*mlp.Normalization, error) {
	scale, err := s.targetScaling()
	if err != nil {
		return nil, fmt.Errorf("dataset: Summary.TargetScaling: %w", err)
	}
	return scale, nil
}

func (s *Summary) targetScaling() (*mlp.Normalization, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if s.recipe.Target.learner == nil {
		return nil, errors.New("the recipe had no target")
	}
	if s.header == nil {
		return nil, errors.New("there are no rows")
	}
	t, ok := s.target.(*numbersSummary)
	if !ok {
		return nil, fmt.Errorf("the target %s is not one of Numbers", quoteAll(s.recipe.Target.learner.columns()))
	}
	return t.scaling()
}

// Merge adds the rows of another summary, which was made from the same recipe and
// from tables with the same columns. It leaves the other one as it is.
func (s *Summary) Merge(other *Summary) error {
	if err := s.try(func() error { return s.merge(other) }); err != nil {
		return fmt.Errorf("dataset: Summary.Merge: %w", err)
	}
	return nil
}

// Preparation returns what was learned from the rows so far.
func (s *Summary) Preparation() (*Preparation, error) {
	p, err := s.preparation()
	if err != nil {
		return nil, fmt.Errorf("dataset: Summary.Preparation: %w", err)
	}
	return p, nil
}

// Inexact returns the columns that have too many different numbers for exact
// quantiles, and for each the largest relative error of the numbers that the
// quantiles lie between: at most 0.125, and for numbers of similar size below
// 0.001.
func (s *Summary) Inexact() map[string]float64 {
	errs := make(map[string]float64)
	if s == nil {
		return errs
	}
	for j, c := range s.columns {
		if c == nil {
			continue
		}
		for _, statistic := range c.statistics() {
			if n, ok := statistic.(*numberCounts); ok && n.inexact() > 0 {
				errs[s.header[j]] = max(errs[s.header[j]], n.inexact())
			}
		}
	}
	return errs
}

// check returns an error if s cannot be used.
func (s *Summary) check() error {
	if s == nil {
		return errors.New("the summary is nil")
	}
	return s.err
}

// try calls do, whose error is the last thing that happens to s.
func (s *Summary) try(do func() error) error {
	if err := s.check(); err != nil {
		return err
	}
	s.err = do()
	return s.err
}

func (s *Summary) add(t *Table) error {
	if err := t.check(); err != nil {
		return err
	}
	if err := s.begin(t.header); err != nil {
		return t.in(err)
	}
	s.rows += rowCount(t.Rows())
	if err := s.addTarget(t); err != nil {
		return err
	}
	for j, c := range s.columns {
		if c == nil {
			continue
		}
		if err := (cells{t, j, s.missing}).summarize(c); err != nil {
			return err
		}
	}
	return s.limit()
}

func (s *Summary) addTarget(t *Table) error {
	if s.target == nil {
		return nil
	}
	columns := make([]cells, len(s.targets))
	for k, j := range s.targets {
		columns[k] = cells{t, j, s.missing}
	}
	for i := range t.Rows() {
		if err := s.target.add(columns, i); err != nil {
			return err
		}
	}
	return nil
}

// begin makes what learns tables of this header. It is an error if s has rows of
// another one.
func (s *Summary) begin(header []string) error {
	if s.header != nil {
		if !slices.Equal(header, s.header) {
			return fmt.Errorf("the columns are %s, those of the rows before %s", quoteAll(header), quoteAll(s.header))
		}
		return nil
	}
	b, err := newTableBuilder(header)
	if err != nil {
		return err
	}
	if err := b.add(make([]Cell, len(header))); err != nil {
		return err
	}
	t, err := b.table() // of one row, as names are looked up in a table
	if err != nil {
		return err
	}
	r, err := s.recipe.imputed()
	if err != nil {
		return err
	}
	missing := newMissing(r.Missing)
	isTarget := make(map[int]bool) // by column
	if r.Target.learner != nil {
		if err := r.Target.check(); err != nil {
			return err
		}
		columns, err := t.targetColumns(r.Target.learner.columns(), missing)
		if err != nil {
			return err
		}
		for _, c := range columns {
			s.targets = append(s.targets, c.column)
			isTarget[c.column] = true
		}
		s.target = r.Target.learner.summary()
	}
	named, err := r.namedColumns(t, isTarget)
	if err != nil {
		return err
	}
	for j, name := range t.header {
		var c columnSummary
		if !isTarget[j] {
			if c, err = r.newColumnSummary(named[name], name, missing); err != nil {
				return t.atColumn(j, err)
			}
		}
		s.columns = append(s.columns, c)
	}
	s.missing, s.header = missing, t.header
	return nil
}

// newColumnSummary returns what learns a column, nil for one that is left out.
// Without a treatment its cells say of which kind it is.
func (r Recipe) newColumnSummary(c Column, name string, missing *missingValues) (columnSummary, error) {
	if c == nil {
		return r.newInferredColumn(name, missing)
	}
	l, err := newColumnLearner(c, missing, countNumbers)
	if l == nil || err != nil {
		return nil, err
	}
	return l, nil
}

func (s *Summary) merge(other *Summary) error {
	if other == nil {
		return errors.New("the other summary is nil")
	}
	if other.err != nil {
		return fmt.Errorf("the other summary: %w", other.err)
	}
	if s.recipe.digest() != other.recipe.digest() {
		return errOtherRecipe
	}
	if other.header == nil {
		return nil
	}
	if err := s.begin(other.header); err != nil {
		return err
	}
	if s.rows += other.rows; s.rows > mostSummaryRows {
		return fmt.Errorf("more than %d rows", mostSummaryRows)
	}
	if s == other {
		other = other.clone()
	}
	others := other.statistics()
	for i, statistic := range s.statistics() {
		statistic.merge(others[i])
	}
	return s.limit()
}

// clone returns a copy of s, which has no error. Its counts are settled.
func (s *Summary) clone() *Summary {
	c := s.recipe.NewSummary()
	c.err = c.merge(s)
	return c
}

// statistics returns all that s knows but for the number of rows.
func (s *Summary) statistics() []statistic {
	var all []statistic
	if s.target != nil {
		all = s.target.statistics()
	}
	for _, c := range s.columns {
		if c != nil {
			all = append(all, c.statistics()...)
		}
	}
	return all
}

// limit returns an error if s takes too much memory.
func (s *Summary) limit() error {
	if s.target != nil {
		for _, statistic := range s.target.statistics() {
			if err := statistic.limit(); err != nil {
				return s.atColumn(s.targets[0], err)
			}
		}
	}
	for j, c := range s.columns {
		if c == nil {
			continue
		}
		for _, statistic := range c.statistics() {
			if err := statistic.limit(); err != nil {
				return s.atColumn(j, fmt.Errorf("%w: name the column in Recipe.Columns, as Drop, or as what it is if that is no name", err))
			}
		}
	}
	return nil
}

func (s *Summary) atColumn(j int, err error) error {
	return fmt.Errorf("%s: %w", columnPlace(j, s.header[j]), err)
}

func (s *Summary) preparation() (*Preparation, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if s.header == nil {
		return nil, errors.New("there are no rows")
	}
	return s.clone().end()
}

// end is preparation that ends what learns.
func (s *Summary) end() (*Preparation, error) {
	p := &Preparation{missing: s.missing}
	if s.target != nil {
		var err error
		if p.target, err = s.target.encoder(); err != nil {
			return nil, s.atColumn(s.targets[0], err)
		}
	}
	var wrong []error // of columns
	for j, c := range s.columns {
		if c == nil {
			continue
		}
		l, err := c.decide()
		if err != nil {
			wrong = append(wrong, s.atColumn(j, err))
			continue
		}
		e, err := l.encoder(s.header[j], s.recipe.SmoothFlags)
		if err != nil {
			wrong = append(wrong, s.atColumn(j, err))
			continue
		}
		p.columns = append(p.columns, e)
	}
	if err := joinSome(wrong); err != nil {
		return nil, err
	}
	return p, p.init()
}
