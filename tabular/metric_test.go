package tabular

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func TestMeasure(t *testing.T) {
	for _, c := range []struct {
		metric          mlp.Metric
		task            mlp.Task
		scores, chooses mlp.Metric
	}{
		{mlp.MetricUsual, mlp.Multiclass, mlp.MetricAccuracy, mlp.MetricLogLoss},
		{mlp.MetricUsual, mlp.Binary, mlp.MetricAccuracy, mlp.MetricLogLoss},
		{mlp.MetricUsual, mlp.Regression, mlp.MetricR2, mlp.MetricR2},
		{mlp.MetricAccuracy, mlp.Binary, mlp.MetricAccuracy, mlp.MetricLogLoss},
		{mlp.MetricF1, mlp.Binary, mlp.MetricF1, mlp.MetricF1},
		{mlp.MetricMAE, mlp.Regression, mlp.MetricMAE, mlp.MetricMAE},
	} {
		if m := newMeasure(c.metric, c.task); m != (measure{c.scores, c.chooses, c.task}) {
			t.Errorf("%v of %v: %v", c.metric, c.task, m)
		}
	}
}

// Better answers are worth more, whether less or more is better.
func TestMeasureWorth(t *testing.T) {
	y := mat.NewDense(4, 1, []float64{1, 0, 1, 0})
	good := mat.NewDense(4, 1, []float64{0.9, 0.2, 0.4, 0.1})
	bad := mat.NewDense(4, 1, []float64{0.4, 0.6, 0.3, 0.5})
	for _, m := range []measure{
		newMeasure(mlp.MetricAccuracy, mlp.Binary), newMeasure(mlp.MetricROCAUC, mlp.Binary), newMeasure(mlp.MetricLogLoss, mlp.Binary),
		newMeasure(mlp.MetricR2, mlp.Regression), newMeasure(mlp.MetricRMSE, mlp.Regression),
	} {
		a, err1 := m.worth(y, good)
		b, err2 := m.worth(y, bad)
		if err1 != nil || err2 != nil || !(a > b) {
			t.Errorf("%v: good answers are worth %v, %v, bad ones %v, %v", m.metric, a, err1, b, err2)
		}
	}
}
