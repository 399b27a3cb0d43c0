package acceptance_test

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// metricReference is testdata/metrics/metrics.json: values computed with
// scikit-learn.
type metricReference struct {
	Classes []struct {
		Name             string
		Classes          int
		Y, Yhat          []int
		Names            []string
		Confusion        [][]int
		Accuracy         float64
		BalancedAccuracy float64 `json:"balanced_accuracy"`
		Matthews         float64
		Kappa            *float64     // nil: NaN
		PerClass         [][4]float64 `json:"per_class"`
		Macro, Weighted  [3]float64
		Micro            [3]float64
		Report           string // empty where no row is right
	}
	Ranked []struct {
		Name             string
		Y, Score         []float64
		ROC              [][3]float64
		PrecisionRecall  [][3]float64 `json:"precision_recall"`
		AUC              float64
		AveragePrecision float64  `json:"average_precision"`
		LogLoss          *float64 `json:"log_loss"` // nil: scores outside [0, 1]
		Brier            float64
	}
	Multiclass []struct {
		Name             string
		Y, P             matrix
		LogLoss          float64 `json:"log_loss"`
		Brier            float64
		TopK             []float64 `json:"top_k"`
		AUC              *float64  // nil: a class is absent
		AveragePrecision float64   `json:"average_precision"`
	}
	Regression []struct {
		Name                string
		Y, Yhat             matrix
		MSE, RMSE, MAE      float64
		MedianAbsoluteError float64 `json:"median_absolute_error"`
		MAPE, R2            float64
		ExplainedVariance   float64 `json:"explained_variance"`
		Pinball             map[string]float64
	}
}

const metricTol = 1e-12

func readMetrics(t *testing.T) *metricReference {
	t.Helper()
	var r metricReference
	readJSON(t, "../../testdata/metrics/metrics.json", &r)
	return &r
}

// metricNear returns a function that compares one of the results of a metric.
func metricNear(t *testing.T) func(what string, got float64, err error, want float64) {
	return func(what string, got float64, err error, want float64) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		near(t, what, got, want, metricTol)
	}
}

func TestConfusionAgainstScikitLearn(t *testing.T) {
	for _, c := range readMetrics(t).Classes {
		t.Run(c.Name, func(t *testing.T) {
			confusion, err := mlp.NewConfusion(targetsOf(c.Y, c.Classes), targetsOf(c.Yhat, c.Classes), c.Names...)
			if err != nil {
				t.Fatal(err)
			}
			names := c.Names
			if len(names) == 0 {
				names = confusion.Names // as many as there are classes, also where the last is absent
			}
			of, err := mlp.ConfusionOf(c.Y, c.Yhat, names...)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range c.Confusion {
				if !slices.Equal(confusion.Counts[i], want) || !slices.Equal(of.Counts[i], want) {
					t.Errorf("row %d: %v and %v, want %v", i, confusion.Counts[i], of.Counts[i], want)
				}
			}
			value := metricNear(t)
			task, y, yhat := mlp.Multiclass, targetsOf(c.Y, c.Classes), targetsOf(c.Yhat, c.Classes)
			if _, cols := y.Dims(); cols == 1 {
				task = mlp.Binary
				got, err := mlp.MetricF1.Of(task, y, yhat)
				value("MetricF1", got, err, c.PerClass[1][2])
			}
			for metric, want := range map[mlp.Metric]float64{
				mlp.MetricAccuracy: c.Accuracy, mlp.MetricBalancedAccuracy: c.BalancedAccuracy, mlp.MetricMacroF1: c.Macro[2],
			} {
				got, err := metric.Of(task, y, yhat)
				value(metric.String(), got, err, want)
			}
			near(t, "Accuracy", confusion.Accuracy(), c.Accuracy, metricTol)
			near(t, "BalancedAccuracy", confusion.BalancedAccuracy(), c.BalancedAccuracy, metricTol)
			near(t, "Matthews", confusion.Matthews(), c.Matthews, metricTol)
			if c.Kappa != nil {
				near(t, "Kappa", confusion.Kappa(), *c.Kappa, metricTol)
			} else if kappa := confusion.Kappa(); !math.IsNaN(kappa) {
				t.Errorf("Kappa is %v, want NaN", kappa)
			}
			scores := func(what string, got mlp.ClassScores, want []float64) {
				t.Helper()
				for i, v := range []float64{got.Precision, got.Recall, got.F1} {
					near(t, what+" "+[]string{"precision", "recall", "F1"}[i], v, want[i], metricTol)
				}
			}
			for i, want := range c.PerClass {
				got := confusion.Class(i)
				scores("class "+got.Name, got, want[:3])
				if got.Support != int(want[3]) {
					t.Errorf("class %s: support %d, want %v", got.Name, got.Support, want[3])
				}
			}
			scores("macro", confusion.Macro(), c.Macro[:])
			scores("weighted", confusion.Weighted(), c.Weighted[:])
			for _, want := range c.Micro {
				near(t, "micro", confusion.Accuracy(), want, metricTol)
			}
			if got := confusion.Report().String(); c.Report != "" && got != c.Report {
				t.Errorf("report\n%swant\n%s", got, c.Report)
			}
		})
	}
}

func TestRankingsAgainstScikitLearn(t *testing.T) {
	for _, c := range readMetrics(t).Ranked {
		t.Run(c.Name, func(t *testing.T) {
			near3 := func(what string, i int, got, want [3]float64) {
				t.Helper()
				for j := range got {
					near(t, what+" point "+strconv.Itoa(i), got[j], want[j], metricTol)
				}
			}
			value := metricNear(t)
			y, score := columnOf(c.Y...), columnOf(c.Score...)

			roc, err := mlp.ROC(y, score)
			if err != nil {
				t.Fatal(err)
			}
			if len(roc) != len(c.ROC)+1 || roc[0] != (mlp.ROCPoint{Threshold: math.Inf(1)}) {
				t.Fatalf("ROC has %d points from %v on, want %d from (0, 0) on", len(roc), roc[0], len(c.ROC)+1)
			}
			for i, p := range roc[1:] {
				near3("ROC", i, [3]float64{p.Threshold, p.FPR, p.TPR}, c.ROC[i])
			}
			pr, err := mlp.PrecisionRecall(y, score)
			if err != nil {
				t.Fatal(err)
			}
			slices.Reverse(c.PrecisionRecall)
			if len(pr) != len(c.PrecisionRecall)+1 || pr[0] != (mlp.PRPoint{Threshold: math.Inf(1), Precision: 1}) {
				t.Fatalf("PrecisionRecall has %d points from %v on, want %d from (1, 0) on", len(pr), pr[0], len(c.PrecisionRecall)+1)
			}
			for i, p := range pr[1:] {
				near3("PrecisionRecall", i, [3]float64{p.Threshold, p.Precision, p.Recall}, c.PrecisionRecall[i])
			}
			got, err := mlp.ROCAUC(y, score)
			value("ROCAUC", got, err, c.AUC)
			got, err = mlp.AveragePrecision(y, score)
			value("AveragePrecision", got, err, c.AveragePrecision)
			if c.LogLoss != nil {
				got, err = mlp.LogLoss(y, score)
				value("LogLoss", got, err, *c.LogLoss)
				got, err = mlp.BrierScore(y, score)
				value("BrierScore", got, err, c.Brier)
			}
		})
	}
}

func TestMulticlassMetricsAgainstScikitLearn(t *testing.T) {
	for _, c := range readMetrics(t).Multiclass {
		t.Run(c.Name, func(t *testing.T) {
			value := metricNear(t)
			got, err := mlp.LogLoss(c.Y, c.P)
			value("LogLoss", got, err, c.LogLoss)
			got, err = mlp.BrierScore(c.Y, c.P)
			value("BrierScore", got, err, c.Brier)
			if c.AUC != nil {
				for k, want := range c.TopK {
					got, err = mlp.TopKAccuracy(c.Y, c.P, k+1)
					value("TopKAccuracy", got, err, want)
				}
				got, err = mlp.ROCAUC(c.Y, c.P)
				value("ROCAUC", got, err, *c.AUC)
				got, err = mlp.AveragePrecision(c.Y, c.P)
				value("AveragePrecision", got, err, c.AveragePrecision)
			}
		})
	}
}

func TestRegressionMetricsAgainstScikitLearn(t *testing.T) {
	for _, c := range readMetrics(t).Regression {
		t.Run(c.Name, func(t *testing.T) {
			value := metricNear(t)
			for _, m := range []struct {
				name   string
				metric func(y, yhat mat.Matrix) (float64, error)
				want   float64
			}{
				{"MSE", mlp.MSE, c.MSE},
				{"RMSE", mlp.RMSE, c.RMSE},
				{"MAE", mlp.MAE, c.MAE},
				{"MedianAbsoluteError", mlp.MedianAbsoluteError, c.MedianAbsoluteError},
				{"MAPE", mlp.MAPE, c.MAPE},
				{"R2", mlp.R2, c.R2},
				{"ExplainedVariance", mlp.ExplainedVariance, c.ExplainedVariance},
			} {
				got, err := m.metric(c.Y, c.Yhat)
				value(m.name, got, err, m.want)
			}
			for q, want := range c.Pinball {
				q, err := strconv.ParseFloat(q, 64)
				if err != nil {
					t.Fatal(err)
				}
				got, err := mlp.PinballLoss(c.Y, c.Yhat, q)
				value("PinballLoss", got, err, want)
			}
		})
	}
}
