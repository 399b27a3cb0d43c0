package tabular

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

var (
	numbersTask = task{numbers: true}
	classesTask = task{exclusive: true}
	labelsTask  = task{}
)

// Metrics have the values that a pocket calculator gives.
func TestMetric(t *testing.T) {
	classes := mat.NewDense(2, 3, []float64{1, 0, 0, 0, 0, 1})
	binary := mat.NewDense(4, 1, []float64{1, 0, 1, 0})
	binaryP := mat.NewDense(4, 1, []float64{0.5, 0.4, 0.2, 0.1})
	// Each row has exactly one label, which makes no classes of labels.
	labels := mat.NewDense(2, 2, []float64{1, 0, 0, 1})
	labelsP := mat.NewDense(2, 2, []float64{0.9, 0.6, 0.3, 0.4})
	numbers := mat.NewDense(3, 2, []float64{1, 10, 2, 20, 3, 30})
	numbersP := mat.NewDense(3, 2, []float64{1, 10, 2, 20, 2, 20})
	for _, c := range []struct {
		metric Metric
		task   task
		y, p   *mat.Dense
		want   float64
	}{
		{Usual, classesTask, classes, mat.NewDense(2, 3, []float64{0.4, 0.3, 0.3, 0.1, 0.6, 0.3}), 0.5},
		{LogLoss, classesTask, classes, mat.NewDense(2, 3, []float64{0.4, 0.3, 0.3, 0.1, 0.6, 0.3}), -math.Log(0.4*0.3) / 2},
		{Accuracy, classesTask, binary, binaryP, 0.75},
		{LogLoss, classesTask, binary, binaryP, -math.Log(0.5*0.6*0.2*0.9) / 4},
		{ROCAUC, classesTask, binary, binaryP, 0.75},
		{Usual, labelsTask, labels, labelsP, 0.5},
		{LogLoss, labelsTask, labels, labelsP, -math.Log(0.9*0.4*0.7*0.4) / 4},
		{ROCAUC, labelsTask, labels, labelsP, 0.5},
		{Usual, numbersTask, numbers, numbersP, 0.5},
		{R2, numbersTask, numbers, numbersP, 0.5},
		{MAE, numbersTask, numbers, numbersP, 11. / 6},
	} {
		m, err := c.metric.measure(c.task)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := m.of(c.y, c.p); err != nil || math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, %v, want %v", m.name, got, err, c.want)
		}
	}
}

// Better answers are worth more, by every metric.
func TestMetricWorth(t *testing.T) {
	y := mat.NewDense(4, 1, []float64{1, 0, 1, 0})
	good := mat.NewDense(4, 1, []float64{0.9, 0.2, 0.4, 0.1})
	bad := mat.NewDense(4, 1, []float64{0.4, 0.6, 0.3, 0.5})
	for metric := Accuracy; metric <= MAE; metric++ {
		m, err := metric.measure(task{exclusive: true, numbers: measures[metric].numbers})
		if err != nil {
			t.Fatal(err)
		}
		a, err1 := m.worth(y, good)
		b, err2 := m.worth(y, bad)
		if err1 != nil || err2 != nil || !(a > b) {
			t.Errorf("%v: good answers are worth %v, %v, bad ones %v, %v", metric, a, err1, b, err2)
		}
	}
}

// The log loss chooses in the place of the accuracy.
func TestAccuracyWorth(t *testing.T) {
	m, err := Accuracy.measure(classesTask)
	if err != nil {
		t.Fatal(err)
	}
	y := mat.NewDense(2, 1, []float64{1, 1})
	for _, p := range [][]float64{{0.9, 0.4}, {0.5, 0.5}, {1, 0.499}} {
		a := mat.NewDense(2, 1, p)
		loss, err1 := mlp.LogLoss(y, a)
		worth, err2 := m.worth(y, a)
		if err1 != nil || err2 != nil || worth != -loss {
			t.Errorf("%v is worth %v (%v), want %v (%v)", p, worth, err2, -loss, err1)
		}
	}
}

func TestMetricErrors(t *testing.T) {
	for metric, other := range map[Metric]task{
		Accuracy: numbersTask, LogLoss: numbersTask, ROCAUC: numbersTask,
		R2: classesTask, MAE: labelsTask,
		-1: classesTask, 6: classesTask,
	} {
		if _, err := metric.measure(other); err == nil {
			t.Errorf("%v of %+v", metric, other)
		}
	}
}

func TestMetricString(t *testing.T) {
	for want, m := range map[string]Metric{"usual": Usual, "accuracy": Accuracy, "log loss": LogLoss, "ROC AUC": ROCAUC, "R²": R2, "MAE": MAE, "Metric(6)": 6} {
		if got := m.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
