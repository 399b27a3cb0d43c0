package dataset

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/compensated"
)

// A baseline is a Baseline with its answers for the judged rows.
type baseline struct {
	Baseline
	answers
}

// baselines returns the baselines for the judged rows: with training rows the
// constant and the linear one, else the constant one of the judged rows.
func (p *Pipeline) baselines(ctx context.Context, judge judge, judged *Data, train *Table) ([]baseline, error) {
	if train == nil {
		b := constantBaseline(judge, judged, judged.Y)
		b.Name = "own " + b.Name
		b.About += " in the judged rows themselves"
		return []baseline{b}, nil
	}
	d, err := p.preparation.data(train)
	if err != nil {
		return nil, fmt.Errorf("the training rows: %w", err)
	}
	constant := constantBaseline(judge, judged, d.Y)
	constant.About += fmt.Sprintf(" in the %d training rows", d.Rows())
	linear, err := linearBaseline(ctx, judge, judged, d)
	if err != nil {
		return nil, fmt.Errorf("the baseline linear: %w", err)
	}
	return []baseline{constant, linear}, nil
}

// constantBaseline answers with the mean of the targets y whatever the row is,
// which of classes are their shares.
func constantBaseline(judge judge, judged *Data, y *mat.Dense) baseline {
	_, width := y.Dims()
	mean := make([]float64, width)
	for j := range mean {
		mean[j] = meanOf(mat.Col(nil, j, y))
	}
	scores := mat.NewDense(judged.Rows(), width, nil)
	for i := range judged.Rows() {
		scores.SetRow(i, mean)
	}
	return baseline{judge.constant(), judge.decide(scores)}
}

// meanOf returns the mean of numbers, of which there is one at least.
func meanOf(numbers []float64) float64 {
	var sum compensated.Sum
	for _, v := range numbers {
		sum.Add(v)
	}
	return sum.Value() / float64(len(numbers))
}
