package mlp_test

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// allMetrics are all but MetricUsual.
func allMetrics() []mlp.Metric {
	var metrics []mlp.Metric
	for m := mlp.MetricUsual + 1; !strings.HasPrefix(m.String(), "Metric("); m++ {
		metrics = append(metrics, m)
	}
	return metrics
}

func TestMetricNames(t *testing.T) {
	all := append(allMetrics(), mlp.MetricUsual)
	if len(all) != int(mlp.MetricMAE)+1 {
		t.Fatalf("%d metrics", len(all))
	}
	for _, m := range all {
		if got, err := mlp.MetricByName(m.String()); got != m || err != nil {
			t.Errorf("%v: %v, %v", m, got, err)
		}
	}
	if _, err := mlp.MetricByName("auc"); err == nil || !strings.HasPrefix(err.Error(), `mlp: MetricByName: unknown metric "auc", have ["usual" "accuracy" `) {
		t.Error(err)
	}
	if got := mlp.Metric(-1).String(); got != "Metric(-1)" {
		t.Error(got)
	}
}

// Metrics have the values that a pocket calculator gives.
func TestMetricOf(t *testing.T) {
	classes := mat.NewDense(4, 3, []float64{1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0})
	classesP := mat.NewDense(4, 3, []float64{0.4, 0.3, 0.3, 0.1, 0.6, 0.3, 0.2, 0.7, 0.1, 0.3, 0.3, 0.4}) // 0, 1, 1, 2
	binary, binaryP := columnOf(1, 0, 1, 0), columnOf(0.5, 0.4, 0.2, 0.1)
	margins := columnOf(0, -0.5, -3, -2) // as decisions those of binaryP
	// Each row has exactly one label, which makes no classes of labels.
	labels, labelsP := mat.NewDense(2, 2, []float64{1, 0, 0, 1}), mat.NewDense(2, 2, []float64{0.9, 0.6, 0.3, 0.4})
	numbers, numbersP := mat.NewDense(3, 2, []float64{1, 10, 2, 20, 3, 30}), mat.NewDense(3, 2, []float64{1, 10, 2, 20, 2, 20})
	for _, c := range []struct {
		metric mlp.Metric
		task   mlp.Task
		y, p   *mat.Dense
		want   float64
	}{
		{mlp.MetricUsual, mlp.Multiclass, classes, classesP, 0.5},
		{mlp.MetricAccuracy, mlp.Multiclass, classes, classesP, 0.5},
		{mlp.MetricBalancedAccuracy, mlp.Multiclass, classes, classesP, 0.5}, // recalls 1/2, 1 and 0
		{mlp.MetricMacroF1, mlp.Multiclass, classes, classesP, (2./3 + 2./3 + 0) / 3},
		{mlp.MetricLogLoss, mlp.Multiclass, classes, classesP, -math.Log(0.4*0.3*0.7*0.3) / 4},
		{mlp.MetricBrierScore, mlp.Multiclass, classes, classesP, (0.54 + 0.86 + 0.14 + 0.74) / 4},

		{mlp.MetricUsual, mlp.Binary, binary, binaryP, 0.75},
		{mlp.MetricBalancedAccuracy, mlp.Binary, binary, binaryP, 0.75},
		{mlp.MetricF1, mlp.Binary, binary, binaryP, 2. / 3},
		{mlp.MetricMacroF1, mlp.Binary, binary, binaryP, (2./3 + 0.8) / 2},
		{mlp.MetricROCAUC, mlp.Binary, binary, binaryP, 0.75},
		{mlp.MetricAveragePrecision, mlp.Binary, binary, binaryP, 0.5*1 + 0.5*2/3},
		{mlp.MetricLogLoss, mlp.Binary, binary, binaryP, -math.Log(0.5*0.6*0.2*0.9) / 4},
		{mlp.MetricBrierScore, mlp.Binary, binary, binaryP, (0.25 + 0.16 + 0.64 + 0.01) / 4},

		{mlp.MetricAccuracy, mlp.Margin, binary, margins, 0.75},
		{mlp.MetricF1, mlp.Margin, binary, margins, 2. / 3},
		{mlp.MetricROCAUC, mlp.Margin, binary, margins, 0.5},

		{mlp.MetricUsual, mlp.Binary, labels, labelsP, 0.5},
		{mlp.MetricMacroF1, mlp.Binary, labels, labelsP, 0.5}, // 1 and 0
		{mlp.MetricROCAUC, mlp.Binary, labels, labelsP, 0.5},
		{mlp.MetricLogLoss, mlp.Binary, labels, labelsP, -math.Log(0.9*0.4*0.7*0.4) / 4},
		{mlp.MetricBrierScore, mlp.Binary, labels, labelsP, (0.01 + 0.36 + 0.09 + 0.36) / 4},

		{mlp.MetricUsual, mlp.Regression, numbers, numbersP, 0.5},
		{mlp.MetricR2, mlp.Counting, numbers, numbersP, 0.5},
		{mlp.MetricMAE, mlp.Regression, numbers, numbersP, 11. / 6},
		{mlp.MetricRMSE, mlp.Regression, numbers, numbersP, 11 / math.Sqrt(3) / 2},
	} {
		got, err := c.metric.Of(c.task, c.y, c.p)
		if err != nil || math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v of %v: %v, %v, want %v", c.metric, c.task, got, err, c.want)
		}
	}
}

// Better answers are better by every metric.
func TestMetricLessIsBetter(t *testing.T) {
	y, good, bad := columnOf(1, 0, 1, 0), columnOf(0.9, 0.2, 0.6, 0.1), columnOf(0.4, 0.6, 0.3, 0.5)
	for _, m := range allMetrics() {
		task := mlp.Binary
		if _, err := m.Of(task, y, good); err != nil {
			task = mlp.Regression
		}
		a, err1 := m.Of(task, y, good)
		b, err2 := m.Of(task, y, bad)
		if err1 != nil || err2 != nil || a == b || a < b != m.LessIsBetter() {
			t.Errorf("%v: good answers %v (%v), bad ones %v (%v)", m, a, err1, b, err2)
		}
	}
}

func TestMetricOfMistakes(t *testing.T) {
	y, p := columnOf(1, 0, 1), columnOf(0.9, 0.2, 0.6)
	labels := mat.NewDense(2, 2, []float64{1, 1, 0, 1})
	classes := mat.NewDense(2, 2, []float64{1, 0, 0, 1})
	for _, c := range []struct {
		metric mlp.Metric
		task   mlp.Task
		y, p   mat.Matrix
		want   string
	}{
		{mlp.MetricRMSE, mlp.Binary, y, p, "mlp: Metric.Of: rmse is not for binary, which has accuracy, balanced_accuracy, f1, f1_macro, roc_auc, average_precision, log_loss, brier_score"},
		{mlp.MetricROCAUC, mlp.Regression, y, p, "mlp: Metric.Of: roc_auc is not for regression, which has r2, rmse, mae"},
		{mlp.MetricMAE + 1, mlp.Regression, y, p, "mlp: Metric.Of: Metric(12) is no metric"},
		{mlp.MetricMAE, 0, y, p, "mlp: Metric.Of: Task(0) is no task"},
		{mlp.MetricUsual, mlp.Multiclass, y, p, "mlp: Metric.Of: y has 1 columns, multiclass takes at least 2"},
		{mlp.MetricF1, mlp.Multiclass, classes, classes, "mlp: Metric.Of: f1 is for two classes in one column, y has 2 columns: f1_macro is the mean over several"},
		{mlp.MetricBalancedAccuracy, mlp.Binary, labels, labels, "mlp: Metric.Of: balanced_accuracy is for classes, the targets are 2 labels"},
		{mlp.MetricLogLoss, mlp.Margin, y, p, "mlp: Metric.Of: log_loss is not for margin, which has accuracy, balanced_accuracy, f1, f1_macro, roc_auc, average_precision"},
		{mlp.MetricAccuracy, mlp.Binary, p, p, "mlp: Metric.Of: y[0,0] is 0.9, want 0 or 1"},
		{mlp.MetricAccuracy, mlp.Multiclass, labels, classes, "mlp: Metric.Of: y row 0 sums to 2, want one-hot rows or probabilities"},
		{mlp.MetricROCAUC, mlp.Binary, columnOf(1, 1, 1), p, "mlp: ROCAUC: y column 0 has no 0, want both classes"},
		{mlp.MetricAccuracy, mlp.Binary, y, columnOf(1, 2), "mlp: Metric.Of: yhat has 2 rows, y has 3"},
		{mlp.MetricAccuracy, mlp.Binary, y, columnOf(1, 2, math.NaN()), "mlp: Metric.Of: yhat[2,0] is NaN: not finite"},
		{mlp.MetricAccuracy, mlp.Binary, nil, nil, "mlp: Metric.Of: y is nil"},
	} {
		if _, err := c.metric.Of(c.task, c.y, c.p); err == nil || err.Error() != c.want {
			t.Errorf("error %v\nwant  %s", err, c.want)
		}
	}
	if _, err := mlp.MetricUsual.Evaluate(nil, y, y); err == nil || err.Error() != "mlp: Metric.Evaluate: want a network that Model has made" {
		t.Error(err)
	}
}

// metricNets are a network of each kind, with targets for it.
func metricNets(t *testing.T, classes, yes, numbers *mat.Dense) map[string]struct {
	net mlp.Network
	y   *mat.Dense
} {
	t.Helper()
	counts := mat.DenseCopyOf(numbers)
	counts.Apply(func(_, _ int, v float64) float64 { return math.Abs(math.Round(v)) }, counts)
	some := mat.DenseCopyOf(classes)
	some.Apply(func(i, j int, v float64) float64 { return float64((i + i/2*j) % 2) }, some)
	binary := binaryNet(t, mlp.WithSeed(1))
	if err := binary.SetThreshold(0.4); err != nil {
		t.Fatal(err)
	}
	return map[string]struct {
		net mlp.Network
		y   *mat.Dense
	}{
		"classes": {classifier(t, mlp.WithSeed(1)), classes},
		"binary":  {binary, yes},
		"labels":  {labeller(t, mlp.BinaryCrossEntropy), some},
		"margins": {labeller(t, mlp.Hinge), some},
		"numbers": {regressor(t, mlp.WithSeed(1), mlp.WithTargetScaling(adapted(t, money(numbers)))), money(numbers)},
		"counts":  {counter(t), counts},
	}
}

// The usual metric is the score of Evaluate, and metrics between two epochs are
// those of the network at that time.
func TestMetricEvaluate(t *testing.T) {
	x, classes, yes, numbers := samples(60)
	for name, c := range metricNets(t, classes, yes, numbers) {
		watch := &recorder{}
		compared := 0
		compare := mlp.CallbackFunc(func(*mlp.Epoch) error {
			for _, m := range allMetrics() {
				want, err := m.Evaluate(c.net, x, c.y)
				got, err2 := watch.run.Metric(m)
				if (err == nil) != (err2 == nil) || err == nil && math.Abs(got-want) > 1e-12*math.Abs(want) {
					t.Errorf("%s: %v is %v (%v), want %v (%v)", name, m, got, err2, want, err)
				}
				if err == nil {
					compared++
				}
			}
			return nil
		})
		opts := mlp.FitOptions{Epochs: 3, Validation: &mlp.Dataset{X: x, Y: c.y}, Callbacks: []mlp.Callback{watch, compare}}
		h := fit(t, c.net, x, c.y, opts)
		if compared < 3*3 {
			t.Errorf("%s: %d metrics", name, compared)
		}
		got, err := mlp.MetricUsual.Evaluate(c.net, x, c.y)
		if err != nil || math.Abs(got-h.Epochs[2].Validation.Score) > 1e-12 {
			t.Errorf("%s: usual metric %v (%v), score %v", name, got, err, h.Epochs[2].Validation.Score)
		}
	}
}

// EarlyStopping and KeepBest find the epoch with the best metric.
func TestBestEpochByMetric(t *testing.T) {
	x, classes, yes, numbers := samples(60)
	for name, c := range metricNets(t, classes, yes, numbers) {
		for _, m := range []mlp.Metric{mlp.MetricAccuracy, mlp.MetricROCAUC, mlp.MetricLogLoss, mlp.MetricRMSE, mlp.MetricR2} {
			if _, err := m.Evaluate(c.net, x, c.y); err != nil {
				continue // it is for others
			}
			first, last, best := 0, 0, math.Inf(1)
			watch := mlp.CallbackFunc(func(e *mlp.Epoch) error {
				v, err := m.Evaluate(c.net, x, c.y)
				if !m.LessIsBetter() {
					v = -v
				}
				if v < best {
					first = e.Number
				}
				if v <= best {
					last, best = e.Number, v
				}
				return err
			})
			opts := mlp.FitOptions{Epochs: 6, Validation: &mlp.Dataset{X: x, Y: c.y}, Optimizer: mlp.Adam{LearningRate: 0.2}}
			keep, stop := &mlp.KeepBest{Metric: m}, &mlp.EarlyStopping{Metric: m}
			opts.Callbacks = []mlp.Callback{keep, watch}
			if h := fit(t, c.net, x, c.y, opts); h.BestEpoch != last {
				t.Errorf("%s: KeepBest by %v: epoch %d, want %d", name, m, h.BestEpoch, last)
			}
			best = math.Inf(1)
			opts.Callbacks = []mlp.Callback{stop, watch}
			if h := fit(t, c.net, x, c.y, opts); h.BestEpoch != first {
				t.Errorf("%s: EarlyStopping by %v: epoch %d, want %d", name, m, h.BestEpoch, first)
			}
		}
	}
}

func TestBestEpochByMetricMistakes(t *testing.T) {
	x, classes, _, _ := samples(30)
	own := &mlp.Dataset{X: x, Y: classes}
	one := &mlp.Dataset{X: x.Slice(0, 1, 0, 4), Y: classes.Slice(0, 1, 0, 3)}
	for _, c := range []struct {
		want       string
		callback   mlp.Callback
		validation *mlp.Dataset
	}{
		{"KeepBest: the Metric roc_auc is of the validation data, want Validation or ValidationSplit", &mlp.KeepBest{Metric: mlp.MetricROCAUC}, nil},
		{"EarlyStopping: both a Monitor and the Metric roc_auc, want one", &mlp.EarlyStopping{Monitor: script(1), Metric: mlp.MetricROCAUC}, own},
		{"EarlyStopping: the Metric rmse is not for multiclass, which has accuracy, balanced_accuracy, f1, f1_macro, roc_auc, average_precision, log_loss, brier_score",
			&mlp.EarlyStopping{Metric: mlp.MetricRMSE}, own},
		{"KeepBest: mlp: ROCAUC: y column 0 has no 0, want both classes", &mlp.KeepBest{Metric: mlp.MetricROCAUC}, one},
	} {
		_, err := classifier(t).Fit(t.Context(), x, classes, mlp.FitOptions{Epochs: 1, Validation: c.validation, Callbacks: []mlp.Callback{c.callback}})
		if want := "mlp: Fit: callback: " + c.want; err == nil || err.Error() != want {
			t.Errorf("error %v\nwant  %s", err, want)
		}
	}
	_, _, _, numbers := samples(30)
	single := &mlp.Dataset{X: x.Slice(0, 1, 0, 4), Y: numbers.Slice(0, 1, 0, 2)}
	_, err := regressor(t).Fit(t.Context(), x, numbers, mlp.FitOptions{Epochs: 1, Validation: single, Callbacks: []mlp.Callback{&mlp.KeepBest{Metric: mlp.MetricR2}}})
	if want := "mlp: Fit: callback: KeepBest: the r2 of epoch 1 is NaN: not finite"; err == nil || err.Error() != want {
		t.Errorf("error %v\nwant  %s", err, want)
	}
	watch := &recorder{}
	if _, err := classifier(t).Fit(t.Context(), x, classes, mlp.FitOptions{Epochs: 1, Callbacks: []mlp.Callback{watch}}); err != nil || watch.run.Metric != nil {
		t.Errorf("a Metric without validation data: %v", err)
	}
}
