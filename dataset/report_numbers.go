package dataset

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/order"
)

// numberJudge judges answers that are numbers.
type numberJudge struct {
	y       *mat.Dense
	columns []string // of the table, or one "" if there is only one
}

func (*numberJudge) constant() Baseline { return Baseline{"mean", "the mean"} }

func (*numberJudge) decide(scores *mat.Dense) answers { return answers{scores: scores} }

func (*numberJudge) linear(y *mat.Dense) (linear, error) {
	_, width := y.Dims()
	scale := mlp.NewNormalization(width)
	if err := scale.Adapt(y); err != nil {
		return linear{}, err
	}
	options := []mlp.ModelOption{mlp.WithTargetScaling(scale)}
	penalty := 1 / float64(width) // the loss is the mean over the columns
	return linear{mlp.Identity, mlp.MeanSquaredError, penalty, options, mlp.Network.Predict}, nil
}

func (j *numberJudge) measures(a answers) ([]measure, error) {
	var all []measure
	for k, column := range j.columns {
		y, yhat := matrix.Columns(j.y, []int{k}), matrix.Columns(a.scores, []int{k})
		residuals := residualsOf(y, yhat)
		ms := []measure{
			{name: "RMSE", lower: true, of: rootMeanSquareIn(residuals)},
			{name: "MAE", lower: true, of: meanAbsoluteIn(residuals)},
			{name: "R²", of: r2In(y.RawMatrix().Data, residuals)},
		}
		for i, metric := range []mlp.Metric{mlp.MetricRMSE, mlp.MetricMAE, mlp.MetricR2} {
			var err error
			if ms[i].value, err = metric.Of(mlp.Regression, y, yhat); err != nil {
				return nil, err
			}
			ms[i].target = column
		}
		all = append(all, ms...)
	}
	return all, nil
}

func (j *numberJudge) details(r *Report, a answers) error {
	for k, column := range r.Targets {
		residuals := residualsOf(matrix.Columns(j.y, []int{k}), matrix.Columns(a.scores, []int{k}))
		mean := meanOf(residuals)
		slices.Sort(residuals)
		r.Residuals = append(r.Residuals, Residuals{
			Target: column,
			Mean:   mean,
			Q05:    order.Quantile(residuals, 0.05),
			Q25:    order.Quantile(residuals, 0.25),
			Median: order.Quantile(residuals, 0.5),
			Q75:    order.Quantile(residuals, 0.75),
			Q95:    order.Quantile(residuals, 0.95),
		})
	}
	return nil
}

// residualsOf returns y − ŷ for matrices of one column.
func residualsOf(y, yhat *mat.Dense) []float64 {
	residuals := make([]float64, y.RawMatrix().Rows)
	for i := range residuals {
		residuals[i] = y.At(i, 0) - yhat.At(i, 0)
	}
	return residuals
}
