package dataset_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

func makeReport(t *testing.T, p *dataset.Pipeline, text string, opts dataset.ReportOptions) *dataset.Report {
	t.Helper()
	r, err := p.Report(t.Context(), readTable(t, text), opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// measure returns the measure of that name.
func measure(t *testing.T, r *dataset.Report, name string) dataset.Measure {
	t.Helper()
	i := slices.IndexFunc(r.Measures, func(m dataset.Measure) bool { return m.Name == name })
	if i < 0 {
		t.Fatalf("no %s among %v", name, r.Measures)
	}
	return r.Measures[i]
}

func measureNames(r *dataset.Report) string {
	var names []string
	for _, m := range r.Measures {
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}

func TestReportErrors(t *testing.T) {
	p := joined(t, dataset.Classes("y", "a", "b"), "x,y\n1,a\n2,b\n", mlp.Softmax, mlp.CategoricalCrossEntropy, 1, -1)
	good := readTable(t, "x,y\n1,a\n2,b\n")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		want  string
		p     *dataset.Pipeline
		ctx   context.Context
		table *dataset.Table
		opts  dataset.ReportOptions
	}{
		{"the pipeline is nil or zero, NewPipeline makes one", nil, t.Context(), good, dataset.ReportOptions{}},
		{"nil context", p, nil, good, dataset.ReportOptions{}},
		{"context canceled", p, cancelled, good, dataset.ReportOptions{}},
		{"the table is nil or empty", p, t.Context(), nil, dataset.ReportOptions{}},
		{`no column "y", the columns are "x"`, p, t.Context(), readTable(t, "x\n1\n"), dataset.ReportOptions{}},
		{`line 3, column 2 "y": the cell is empty, and a target must not be missing: Table.DropMissing leaves such rows out`, p, t.Context(), readTable(t, "x,y\n1,a\n1,\n"), dataset.ReportOptions{}},
		{`line 2, column 2 "y": "c" is none of the classes "a", "b"`, p, t.Context(), readTable(t, "x,y\n1,c\n"), dataset.ReportOptions{}},
		{`line 2, column 1 "x": "many" is not a number`, p, t.Context(), readTable(t, "x,y\nmany,a\n"), dataset.ReportOptions{}},
		{`the training rows: line 2, column 2 "y": "c" is none of the classes "a", "b"`, p, t.Context(), good,
			dataset.ReportOptions{Train: readTable(t, "x,y\n1,c\n")}},
		{"ReportOptions.Resamples is 1048577, at most 1048576 are possible", p, t.Context(), good, dataset.ReportOptions{Resamples: 1<<20 + 1}},
		{"ReportOptions.Confidence is 1, want a number in (0, 1)", p, t.Context(), good, dataset.ReportOptions{Confidence: 1}},
		{"ReportOptions.Confidence is NaN, want a number in (0, 1)", p, t.Context(), good, dataset.ReportOptions{Confidence: math.NaN()}},
		{"ReportOptions.Bins is -1, want a number in [1, 1024] (or 0 for the default)", p, t.Context(), good, dataset.ReportOptions{Bins: -1}},
	} {
		r, err := c.p.Report(c.ctx, c.table, c.opts)
		wantError(t, err, "dataset: Pipeline.Report: "+c.want)
		if r != nil {
			t.Errorf("%s: a report", c.want)
		}
	}
	if _, err := p.Report(cancelled, good, dataset.ReportOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// A network that answers with more than there is a number for has no report.
func TestReportOfWildAnswers(t *testing.T) {
	p := joined(t, dataset.Numbers("y"), "x,y\n1,1\n2,2\n", mlp.Identity, mlp.MeanSquaredError, 1e300)
	_, err := p.Report(t.Context(), readTable(t, "x,y\n1e10,1\n"), dataset.ReportOptions{})
	if !errors.Is(err, mlp.ErrNotFinite) {
		t.Errorf("error %v", err)
	}
}

// What a network with margins can be judged by.
func TestReportOfMargins(t *testing.T) {
	p := joined(t, dataset.Binary("y", "yes"), twoText, mlp.Identity, mlp.Hinge, 1)
	train := readTable(t, "x,y\n-2,no\n-1,no\n1,yes\n2,yes\n")
	r := makeReport(t, p, "x,y\n-2,no\n-1,no\n1,no\n2,yes\n3,yes\n", dataset.ReportOptions{Train: train})
	if want := "accuracy, precision, recall, F1, ROC AUC, average precision"; measureNames(r) != want {
		t.Errorf("measures %s, want %s", measureNames(r), want)
	}
	if m := measure(t, r, "accuracy"); m.Value != 0.8 {
		t.Errorf("accuracy %g", m.Value)
	}
	if m := measure(t, r, "ROC AUC"); m.Value != 1 { // the margins are in the right order
		t.Errorf("ROC AUC %g", m.Value)
	}
	if r.Calibration != nil {
		t.Errorf("calibration %v", r.Calibration)
	}
	p = joined(t, dataset.Labels("red", "round"), labelText, mlp.Identity, mlp.Hinge, 1, -1)
	const text = "x,red,round\n-2,0,1\n1,1,0\n3,1,1\n"
	r = makeReport(t, p, text, dataset.ReportOptions{Train: readTable(t, text)})
	if want := "accuracy, exact match, micro F1, macro F1, ROC AUC, average precision"; measureNames(r) != want {
		t.Errorf("measures %s, want %s", measureNames(r), want)
	}
	if got := measure(t, r, "accuracy").Value; math.Abs(got-5./6) > 1e-15 {
		t.Errorf("accuracy %g", got)
	}
	if m := measure(t, r, "exact match"); math.Abs(m.Value-2./3) > 1e-15 || m.Baselines[1] < 1./3 {
		t.Errorf("exact match %v", m)
	}
}

// The classes are those at the threshold of the network.
func TestReportAtThreshold(t *testing.T) {
	p := joined(t, dataset.Binary("y", "yes"), twoText, mlp.Sigmoid, mlp.BinaryCrossEntropy, 1)
	text := "x,y\n-3,no\n-1,yes\n-0.5,yes\n2,yes\n"
	if got := measure(t, makeReport(t, p, text, dataset.ReportOptions{}), "recall").Value; math.Abs(got-1./3) > 1e-15 {
		t.Errorf("recall %g at 0.5", got)
	}
	if got := measure(t, makeReport(t, p, "x,y\n-1,no\n0,yes\n", dataset.ReportOptions{}), "accuracy").Value; got != 1 { // 0 has a probability of 0.5
		t.Errorf("accuracy %g", got)
	}
	if err := p.Network().(*mlp.BinaryClassifier).SetThreshold(0.2); err != nil {
		t.Fatal(err)
	}
	r := makeReport(t, p, text, dataset.ReportOptions{})
	if got := measure(t, r, "recall").Value; got != 1 {
		t.Errorf("recall %g at 0.2", got)
	}
	if got := measure(t, r, "accuracy").Baselines[0]; got != 0.75 { // the larger class, not what the threshold makes of its share
		t.Errorf("accuracy %g of the class shares", got)
	}
}

// The constant baseline learns from the training rows, else from the judged ones.
func TestReportBaselines(t *testing.T) {
	classes := joined(t, dataset.Classes("y", "a", "b", "c"), "x,y\n1,a\n2,b\n3,c\n", mlp.Softmax, mlp.CategoricalCrossEntropy, 1, 0, -1)
	numbers := joined(t, dataset.Numbers("y"), "x,y\n1,1\n2,2\n", mlp.Identity, mlp.MeanSquaredError, 1)
	labels := joined(t, dataset.Labels("red", "round"), labelText, mlp.Sigmoid, mlp.BinaryCrossEntropy, 1, -1)
	const judged, train = "x,y\n1,a\n2,a\n3,b\n4,c\n", "x,y\n1,b\n2,b\n3,a\n4,c\n"
	for _, c := range []struct {
		p                    *dataset.Pipeline
		judged, train        string
		measure, name, about string
		want                 float64
	}{
		{classes, judged, "", "accuracy", "own class shares", "the share of each class in the judged rows themselves", 0.5},
		{classes, judged, train, "accuracy", "class shares", "the share of each class in the 4 training rows", 0.25},
		{classes, judged, "", "log loss", "own class shares", "the share of each class in the judged rows themselves", 1.5 * math.Ln2},
		{classes, judged, train, "log loss", "class shares", "the share of each class in the 4 training rows", 1.75 * math.Ln2},
		{numbers, "x,y\n1,1\n2,3\n", "", "RMSE", "own mean", "the mean in the judged rows themselves", 1},
		{numbers, "x,y\n1,1\n2,3\n", "x,y\n1,4\n2,6\n", "MAE", "mean", "the mean in the 2 training rows", 3},
		{labels, "x,red,round\n1,1,0\n2,1,1\n3,1,0\n", "", "exact match", "own label shares", "the share of each label in the judged rows themselves", 2. / 3},
	} {
		opts := dataset.ReportOptions{}
		want := []dataset.Baseline{{Name: c.name, About: c.about}}
		if c.train != "" {
			opts.Train = readTable(t, c.train)
			want = append(want, dataset.Baseline{Name: "linear", About: fmt.Sprintf("a linear model of the %d training rows", opts.Train.Rows())})
		}
		r := makeReport(t, c.p, c.judged, opts)
		if !slices.Equal(r.Baselines, want) {
			t.Errorf("baselines %q, want %q", r.Baselines, want)
		}
		if got := measure(t, r, c.measure).Baselines[0]; math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%s of %s is %g, want %g", c.measure, c.name, got, c.want)
		}
	}
}

// The linear model finds what is linear in numbers, flags, names and codes, though
// a column does not vary and another is wild.
func TestReportLinear(t *testing.T) {
	var text strings.Builder
	text.WriteString("wild,flag,name,code,constant,y,class\n")
	codes := []string{"k", "l", "m", "n", "o"}
	for i := range 120 {
		wild, flag, name, code := i*i%101, i%2, i/2%3, i/7%5
		y := 1000 + float64(wild) + 40*float64(flag) - 25*float64(name) + 30*float64(code*code%5)
		class := []string{"low", "middle", "high"}[min(2, max(0, int((y-1000)/50)))]
		fmt.Fprintf(&text, "%de6,%d,%s,%s,7,%g,%s\n", wild, flag, []string{"a", "b", "c"}[name], codes[code], y, class)
	}
	columns := []dataset.Column{dataset.Boolean{Column: "flag"}, dataset.Categorical{Column: "code", CodesFrom: 5}, dataset.Numeric{Column: "wild", Scaling: dataset.Unscaled}}
	table := readTable(t, text.String())
	for _, c := range []struct {
		target  dataset.Target
		drop    string
		measure string
		least   float64
	}{
		{dataset.Numbers("y"), "class", "R²", 0.995},
		{dataset.Classes("class"), "y", "accuracy", 0.85},
	} {
		r := dataset.Recipe{Target: c.target, Columns: append([]dataset.Column{dataset.Drop{Column: c.drop}}, columns...)}
		p, _, err := r.FitPipeline(t.Context(), table, func(d *dataset.Data) (mlp.Network, error) {
			_, width := d.Y.Dims()
			scale := mlp.NewNormalization(len(d.Features))
			if err := scale.Adapt(d.X); err != nil {
				return nil, err
			}
			if d.Classes == nil {
				return mlp.Model([]mlp.Layer{scale, mlp.Dense(len(d.Features), width, mlp.Identity)}, mlp.MeanSquaredError)
			}
			return mlp.Model([]mlp.Layer{scale, mlp.Dense(len(d.Features), width, mlp.Softmax)}, mlp.CategoricalCrossEntropy)
		}, mlp.FitOptions{Epochs: 1})
		if err != nil {
			t.Fatal(err)
		}
		report, err := p.Report(t.Context(), table, dataset.ReportOptions{Train: table, Resamples: -1})
		if err != nil {
			t.Fatal(err)
		}
		if got := measure(t, report, c.measure).Baselines[1]; got < c.least {
			t.Errorf("%s is %g of the linear model, want at least %g", c.measure, got, c.least)
		}
	}
}

// Training rows that teach next to nothing give baselines all the same.
func TestReportOfOneTrainingRow(t *testing.T) {
	classes := joined(t, dataset.Classes("y", "a", "b", "c"), "x,y\n1,a\n2,b\n3,c\n", mlp.Softmax, mlp.CategoricalCrossEntropy, 1, 0, -1)
	numbers := joined(t, dataset.Numbers("y"), "x,y\n1,1\n2,2\n", mlp.Identity, mlp.MeanSquaredError, 1)
	for _, c := range []struct {
		p                      *dataset.Pipeline
		judged, train, measure string
		want                   float64
	}{
		{classes, "x,y\n1,a\n2,b\n5,a\n6,a\n", "x,y\n3,a\n", "accuracy", 0.75},
		{numbers, "x,y\n1,3\n2,5\n", "x,y\n1,4\n", "RMSE", 1},
	} {
		r := makeReport(t, c.p, c.judged, dataset.ReportOptions{Train: readTable(t, c.train)})
		for i, b := range r.Baselines {
			if got := measure(t, r, c.measure).Baselines[i]; math.Abs(got-c.want) > 1e-6 {
				t.Errorf("%s of %s is %g, want %g", c.measure, b.Name, got, c.want)
			}
		}
	}
}

// What is not defined is NaN, has no interval, and is null in JSON.
func TestReportOfFewRows(t *testing.T) {
	classes := joined(t, dataset.Classes("y", "a", "b", "c"), "x,y\n1,a\n2,b\n3,c\n", mlp.Softmax, mlp.CategoricalCrossEntropy, 1, 0, -1)
	r := makeReport(t, classes, "x,y\n1,a\n2,a\n-3,c\n", dataset.ReportOptions{})
	for name, want := range map[string]float64{"accuracy": 1, "ROC AUC": math.NaN(), "average precision": math.NaN()} {
		m := measure(t, r, name)
		if m.Value != want && !(math.IsNaN(m.Value) && math.IsNaN(want)) {
			t.Errorf("%s is %g, want %g", name, m.Value, want)
		}
		if !math.IsNaN(m.Low) || !math.IsNaN(m.High) {
			t.Errorf("%s has the interval [%g, %g]", name, m.Low, m.High)
		}
	}
	if m := measure(t, r, "log loss"); !(m.Low < m.Value && m.Value < m.High) {
		t.Errorf("log loss %v", m)
	}
	if n := len(r.Classes); n != 2 {
		t.Errorf("%d classes have scores, want those with rows", n)
	}
	numbers := joined(t, dataset.Numbers("y"), "x,y\n1,1\n2,2\n", mlp.Identity, mlp.MeanSquaredError, 1)
	r = makeReport(t, numbers, "x,y\n1,3\n", dataset.ReportOptions{})
	if m := measure(t, r, "R²"); !math.IsNaN(m.Value) {
		t.Errorf("R² of a row is %g", m.Value)
	}
	if m := measure(t, r, "RMSE"); m.Value != 2 || !math.IsNaN(m.Low) || m.Interval() != "–" {
		t.Errorf("RMSE of a row %v", m)
	}
	// A probability of 1 to the last bit.
	sure := joined(t, dataset.Binary("y", "yes"), twoText, mlp.Sigmoid, mlp.BinaryCrossEntropy, 1)
	r = makeReport(t, sure, "x,y\n-800,no\n800,yes\n800,yes\n", dataset.ReportOptions{})
	if m := measure(t, r, "calibration error"); !math.IsNaN(m.Value) || r.Calibration[0].Curve != nil {
		t.Errorf("calibration of 0 and 1: %v %v", m, r.Calibration)
	}
	text, err := json.Marshal(r)
	if err != nil || !strings.Contains(string(text), `"calibration":[{"error":null,"curve":[]}]`) {
		t.Errorf("%s, %v", text, err)
	}
	if !strings.Contains(r.String(), "\ncalibration error") {
		t.Error(r)
	}
}

func TestReportJSON(t *testing.T) {
	p := joined(t, dataset.Binary("y", "yes"), twoText, mlp.Sigmoid, mlp.BinaryCrossEntropy, 1)
	const text = "x,y\n-2,no\n-1,no\n1,no\n2,yes\n3,yes\n"
	r := makeReport(t, p, text, dataset.ReportOptions{Train: readTable(t, text)})
	got, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Rows     int
		Targets  []string
		Names    []string
		Measures []struct {
			Name             string
			LowerIsBetter    bool `json:"lower_is_better"`
			Value, Low, High *float64
			Baselines        map[string]float64
		}
		Baselines   map[string]string
		Confidence  float64
		Resamples   int
		Classes     []map[string]any
		Averages    []map[string]any
		Confusion   map[string]map[string]int
		Calibration []struct {
			Error float64
			Curve []map[string]float64
		}
		Preparation string
	}
	d := json.NewDecoder(strings.NewReader(string(got)))
	d.DisallowUnknownFields()
	if err := d.Decode(&read); err != nil {
		t.Fatal(err)
	}
	if read.Rows != 5 || read.Confidence != 0.95 || read.Resamples != 1000 || len(read.Measures) != len(r.Measures) || read.Preparation != p.Preparation().String() {
		t.Errorf("%s", got)
	}
	if fmt.Sprint(read.Confusion) != "map[no:map[no:2 yes:1] yes:map[yes:2]]" {
		t.Errorf("confusion %v", read.Confusion)
	}
	for i, m := range read.Measures {
		want := r.Measures[i]
		if m.Name != want.Name || *m.Value != want.Value || m.LowerIsBetter != want.LowerIsBetter ||
			m.Baselines["class shares"] != want.Baselines[0] || m.Baselines["linear"] != want.Baselines[1] {
			t.Errorf("%v, want %v", m, want)
		}
		if (m.Low == nil) != math.IsNaN(want.Low) || m.Low != nil && (*m.Low != want.Low || *m.High != want.High) {
			t.Errorf("the ends of %s are %v, %v", m.Name, m.Low, m.High)
		}
	}
}

// What only labels and numbers have.
func TestReportJSONOfLabelsAndNumbers(t *testing.T) {
	labels := joined(t, dataset.Labels("red", "round"), labelText, mlp.Sigmoid, mlp.BinaryCrossEntropy, 0, 1)
	numbers := joined(t, dataset.Numbers("y", "z"), numberText, mlp.Identity, mlp.MeanSquaredError, 1, 2)
	for _, c := range []struct {
		p          *dataset.Pipeline
		text, want string
	}{
		{labels, "x,red,round\n0,0,1\n0,1,0\n", `"calibration":[{"label":"red","error":0,"curve":[{"rows":2,"predicted":0.5,"observed":0.5}]},{"label":"round"`},
		{numbers, "x,y,z\n1,2,2\n2,3,4\n3,4,6\n", `"residuals":[{"target":"y","mean":1,"q05":1,"q25":1,"median":1,"q75":1,"q95":1},{"target":"z","mean":0,`},
		{numbers, "x,y,z\n1,2,2\n2,3,4\n3,4,6\n", `{"name":"R²","target":"z","lower_is_better":false,"value":1,"low":null,"high":null,"baselines":{"own mean":0}}`},
	} {
		got, err := json.Marshal(makeReport(t, c.p, c.text, dataset.ReportOptions{}))
		if err != nil || !strings.Contains(string(got), c.want) {
			t.Errorf("%s, %v\nhas not %s", got, err, c.want)
		}
	}
}

// The same rows, options and seed give the same bytes on any number of cores.
func TestReportIsTheSame(t *testing.T) {
	p := joined(t, dataset.Binary("y", "yes"), twoText, mlp.Sigmoid, mlp.BinaryCrossEntropy, 1)
	table := readTable(t, "x,y\n-2,no\n-1,no\n1,no\n2,yes\n3,yes\n-0.5,yes\n0,no\n")
	said := func(seed uint64) string {
		r, err := p.Report(t.Context(), table, dataset.ReportOptions{Train: table, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(text) + r.String()
	}
	first := said(1)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if said(1) != first {
		t.Error("another report on one core")
	}
	if said(2) == first {
		t.Error("the same report for another seed")
	}
}

// Names of any length and letters leave the text in lines of a width that fits.
func TestReportTextOfManyClasses(t *testing.T) {
	const classes = 70
	names := make([]string, classes)
	weights := make([]float64, classes)
	rows := [][]string{}
	for k := range names {
		names[k] = fmt.Sprintf("class %d of\n\x1b[31m many", k)
		weights[k] = float64(k) / 10
		for range 3 {
			rows = append(rows, []string{fmt.Sprint(k - 35), names[k]})
		}
	}
	table, err := dataset.NewTable([]string{"x", "y"}, rows)
	if err != nil {
		t.Fatal(err)
	}
	prep, err := dataset.Recipe{Target: dataset.Classes("y"), Numeric: dataset.Numeric{Scaling: dataset.Unscaled}}.Fit(table)
	if err != nil {
		t.Fatal(err)
	}
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, classes, mlp.Softmax)}, mlp.CategoricalCrossEntropy)
	if err != nil {
		t.Fatal(err)
	}
	p, err := dataset.NewPipeline(prep, net)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Report(t.Context(), table, dataset.ReportOptions{Resamples: 50})
	if err != nil {
		t.Fatal(err)
	}
	text := r.String()
	if strings.Contains(text, "\x1b") {
		t.Error("an escape sequence in the text")
	}
	lines := strings.Split(text, "\n")
	if len(lines) > 100 {
		t.Errorf("%d lines", len(lines))
	}
	for _, line := range lines {
		if n := len([]rune(line)); n > 100 {
			t.Errorf("%d letters: %s", n, line)
		}
	}
	if !strings.Contains(text, " more pairs\n") || !strings.Contains(text, "\nand ") {
		t.Errorf("not all is said to be there:\n%s", text)
	}
}
