package dataset_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// reportReference is what scikit-learn measures of fixed answers.
type reportReference struct {
	Name, Kind string
	Logits     [][]float64 // or numbers
	Y          [][]string
	Measures   map[string]float64
	Classes    [][6]float64 // precision, recall, F1, rows, ROC AUC and average precision
	Averages   [][3]float64
	Confusion  [][]int
	Curve      [][2]float64 // predicted and observed
	Residuals  [][6]float64 // mean and quantiles
}

// pipeline returns a pipeline that passes on the logits, or what they are the
// logits of, and the table of them and the targets.
func (c reportReference) pipeline(t *testing.T) (*dataset.Pipeline, *dataset.Table) {
	t.Helper()
	var header, targets []string
	for k := range c.Logits[0] {
		header = append(header, fmt.Sprint("z", k))
	}
	for k := range c.Y[0] {
		targets = append(targets, fmt.Sprint("y", k))
	}
	rows := make([][]string, len(c.Y))
	for i, z := range c.Logits {
		for _, v := range z {
			rows[i] = append(rows[i], fmt.Sprint(v))
		}
		rows[i] = append(rows[i], c.Y[i]...)
	}
	table, err := dataset.NewTable(append(header, targets...), rows)
	if err != nil {
		t.Fatal(err)
	}
	r := dataset.Recipe{Numeric: dataset.Numeric{Scaling: dataset.Unscaled}}
	act, loss := mlp.Sigmoid, mlp.BinaryCrossEntropy
	switch c.Kind {
	case "classes":
		r.Target = dataset.Classes("y0")
		act, loss = mlp.Softmax, mlp.CategoricalCrossEntropy
	case "binary":
		r.Target = dataset.Binary("y0", "c1")
	case "labels":
		r.Target = dataset.Labels(targets...)
	default:
		r.Target = dataset.Numbers(targets...)
		act, loss = mlp.Identity, mlp.MeanSquaredError
	}
	p, err := r.Fit(table)
	if err != nil {
		t.Fatal(err)
	}
	net, err := mlp.Model([]mlp.Layer{mlp.ActivationLayer(len(header), act)}, loss)
	if err != nil {
		t.Fatal(err)
	}
	pipeline, err := dataset.NewPipeline(p, net)
	if err != nil {
		t.Fatal(err)
	}
	return pipeline, table
}

func readReportReference(t *testing.T) (cases []reportReference, linear map[string]float64) {
	t.Helper()
	text, err := os.ReadFile("testdata/report.json")
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Cases  []reportReference
		Linear map[string]float64
	}
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	return read.Cases, read.Linear
}

// The linear baseline is LogisticRegression and Ridge, up to where the iterations
// end.
func TestReportLinearMatchesReference(t *testing.T) {
	_, linear := readReportReference(t)
	for file, c := range map[string]struct {
		target  dataset.Target
		measure string
	}{
		"iris.csv":          {dataset.Classes("species"), "log loss"},
		"breast_cancer.csv": {dataset.Binary("diagnosis", "malignant"), "log loss"},
		"diabetes.csv":      {dataset.Numbers("progression"), "R²"},
	} {
		table, err := dataset.ReadTableFile("../testdata/data/"+file, ',')
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := dataset.Recipe{Target: c.target}.FitPipeline(t.Context(), table, smallNetwork, mlp.FitOptions{Epochs: 1})
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Report(t.Context(), table, dataset.ReportOptions{Train: table, Resamples: -1})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := measure(t, r, c.measure).Baselines[1], linear[file]; math.Abs(got-want) > 1e-5 {
			t.Errorf("%s: %s is %.9f, want %.9f", file, c.measure, got, want)
		}
	}
}

func TestReportMatchesReference(t *testing.T) {
	cases, _ := readReportReference(t)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			p, table := c.pipeline(t)
			r, err := p.Report(t.Context(), table, dataset.ReportOptions{Resamples: -1})
			if err != nil {
				t.Fatal(err)
			}
			c.compare(t, r)
		})
	}
}

func (c reportReference) compare(t *testing.T, r *dataset.Report) {
	t.Helper()
	near := func(name string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) <= 1e-12*max(1, math.Abs(want))) {
			t.Errorf("%s is %.17g, want %.17g", name, got, want)
		}
	}
	for _, m := range r.Measures {
		name := m.Name
		if m.Target != "" {
			name += " of " + m.Target
		}
		want, ok := c.Measures[name]
		if !ok {
			t.Errorf("%s is not in the reference", name)
		}
		near(name, m.Value, want)
	}
	if len(r.Measures) != len(c.Measures) || len(r.Classes) != len(c.Classes) || len(r.Averages) != len(c.Averages) || len(r.Residuals) != len(c.Residuals) {
		t.Fatalf("%d measures, %d classes, %d averages, %d residuals, want %d, %d, %d, %d", len(r.Measures), len(r.Classes), len(r.Averages), len(r.Residuals),
			len(c.Measures), len(c.Classes), len(c.Averages), len(c.Residuals))
	}
	for k, want := range c.Classes {
		s := r.Classes[k]
		for i, got := range [6]float64{s.Precision, s.Recall, s.F1, float64(s.Support), s.ROCAUC, s.AveragePrecision} {
			near(fmt.Sprintf("score %d of %s", i, s.Name), got, want[i])
		}
	}
	for k, want := range c.Averages {
		s := r.Averages[k]
		for i, got := range [3]float64{s.Precision, s.Recall, s.F1} {
			near(fmt.Sprintf("score %d of %s", i, s.Name), got, want[i])
		}
	}
	if (r.Confusion == nil) != (c.Confusion == nil) || r.Confusion != nil && fmt.Sprint(r.Confusion.Counts) != fmt.Sprint(c.Confusion) {
		t.Errorf("confusion\n%v\nwant %v", r.Confusion, c.Confusion)
	}
	if c.Curve != nil {
		curve := r.Calibration[0].Curve
		if len(curve) != len(c.Curve) {
			t.Fatalf("%d points of the curve, want %d", len(curve), len(c.Curve))
		}
		for i, want := range c.Curve {
			near(fmt.Sprint("predicted ", i), curve[i].Predicted, want[0])
			near(fmt.Sprint("observed ", i), curve[i].Observed, want[1])
		}
	}
	for k, want := range c.Residuals {
		s := r.Residuals[k]
		for i, got := range [6]float64{s.Mean, s.Q05, s.Q25, s.Median, s.Q75, s.Q95} {
			near(fmt.Sprintf("%s: residual %d", s.Target, i), got, want[i])
		}
	}
	for line := range strings.Lines(r.String()) {
		if n := len([]rune(line)); n > 101 {
			t.Errorf("%d letters: %s", n, line)
		}
	}
}
