package dataset

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// ReportOptions are the choices of Pipeline.Report. The zero value is a good
// start.
type ReportOptions struct {
	// Train has the rows that the pipeline was trained on. The baselines learn
	// from them: the class shares or the mean, and a linear model of the features
	// of the preparation. Without Train there is only one baseline, the class
	// shares or the mean of the judged rows themselves.
	Train *Table

	Resamples  int     // of the bootstrap; 0 means 1000, less than 0 none, which leaves out the intervals
	Confidence float64 // of the intervals; 0 means 0.95
	Bins       int     // of the calibration curve; 0 means 10
	Seed       uint64  // of the resamples
}

const (
	maxResamples  = 1 << 20
	maxReportBins = 1 << 10
)

// withDefaults returns the options without zeros, or an error.
func (o ReportOptions) withDefaults() (ReportOptions, error) {
	o.Resamples = max(0, cmp.Or(o.Resamples, 1000))
	o.Confidence = cmp.Or(o.Confidence, 0.95)
	o.Bins = cmp.Or(o.Bins, 10)
	switch {
	case o.Resamples > maxResamples:
		return o, fmt.Errorf("ReportOptions.Resamples is %d, at most %d are possible", o.Resamples, maxResamples)
	case !(o.Confidence > 0 && o.Confidence < 1):
		return o, fmt.Errorf("ReportOptions.Confidence is %g, want a number in (0, 1)", o.Confidence)
	case o.Bins < 1 || o.Bins > maxReportBins:
		return o, fmt.Errorf("ReportOptions.Bins is %d, want a number in [1, %d] (or 0 for the default)", o.Bins, maxReportBins)
	}
	return o, nil
}

// Report judges the answers of the pipeline for the rows of a table, which has
// the columns that Evaluate asks for. They should be rows that nothing has
// learned from: what is measured on training rows is too good.
//
// The same pipeline, table and options give the same report to the bit. When ctx
// is cancelled, Report returns an error that wraps ctx.Err() soon. 1000 resamples
// of 10,000 rows of two classes take about half a second on two cores; the time
// grows with resamples, rows, and classes or labels.
func (p *Pipeline) Report(ctx context.Context, t *Table, opts ReportOptions) (*Report, error) {
	r, err := p.report(ctx, t, opts)
	if err != nil {
		return nil, fmt.Errorf("dataset: Pipeline.Report: %w", err)
	}
	return r, nil
}

func (p *Pipeline) report(ctx context.Context, t *Table, opts ReportOptions) (*Report, error) {
	if ctx == nil {
		return nil, errors.New("nil context")
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	d, err := p.preparation.data(t)
	if err != nil {
		return nil, err
	}
	said, err := p.answerer.answers(d.X)
	if err != nil {
		return nil, err
	}
	judge := p.answerer.judge(d.Y, opts.Bins)
	measures, err := judge.measures(said)
	if err != nil {
		return nil, err
	}
	r := &Report{
		Rows:        t.Rows(),
		Targets:     p.preparation.Targets(),
		Names:       p.preparation.Classes(),
		Confidence:  opts.Confidence,
		Resamples:   opts.Resamples,
		Bins:        opts.Bins,
		Preparation: p.preparation.String(),
		Y:           d.Y,
		Answers:     said.scores,
		History:     p.history,
	}
	if err := judge.details(r, said); err != nil {
		return nil, err
	}
	intervals, err := bootstrap(ctx, measures, r.Rows, opts)
	if err != nil {
		return nil, err
	}
	for i, m := range measures {
		r.Measures = append(r.Measures, Measure{
			Name: m.name, Target: m.target, LowerIsBetter: m.lower,
			Value: m.value, Low: intervals[i].low, High: intervals[i].high,
		})
	}
	baselines, err := p.baselines(ctx, judge, d, opts.Train)
	if err != nil {
		return nil, err
	}
	for _, b := range baselines {
		if err := r.compare(judge, b); err != nil {
			return nil, fmt.Errorf("the baseline %s: %w", b.Name, err)
		}
	}
	return r, nil
}

// compare puts what a baseline is worth beside the measures.
func (r *Report) compare(judge judge, b baseline) error {
	measures, err := judge.measures(b.answers)
	if err != nil {
		return err
	}
	r.Baselines = append(r.Baselines, b.Baseline)
	for i, m := range measures {
		r.Measures[i].Baselines = append(slices.Clip(r.Measures[i].Baselines), m.value)
	}
	return nil
}
