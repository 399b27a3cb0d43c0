package dataset_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

func TestFitPipelineErrors(t *testing.T) {
	r := dataset.Recipe{Target: dataset.Numbers("y")}
	table := readTable(t, "x,y\n1,2\n3,4\n")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	oops := errors.New("oops")
	for _, c := range []struct {
		want  string
		r     dataset.Recipe
		build func(*dataset.Data) (mlp.Network, error)
		opts  mlp.FitOptions
	}{
		{"the recipe had no target", dataset.Recipe{}, smallNetwork, mlp.FitOptions{}},
		{`no column "z", the columns are "x", "y"`, dataset.Recipe{Target: dataset.Numbers("z")}, smallNetwork, mlp.FitOptions{}},
		{"build is nil", r, nil, mlp.FitOptions{}},
		{"oops", r, func(*dataset.Data) (mlp.Network, error) { return nil, oops }, mlp.FitOptions{}},
		{"the network has 2 inputs, the preparation gives 1 features", r,
			func(*dataset.Data) (mlp.Network, error) {
				return network(t, 1, mlp.Identity, mlp.MeanSquaredError), nil
			}, mlp.FitOptions{}},
		{"mlp: Fit: Epochs is -1, want at least 1 (or 0 for the default)", r, smallNetwork, mlp.FitOptions{Epochs: -1}},
	} {
		p, history, err := c.r.FitPipeline(t.Context(), table, c.build, c.opts)
		wantError(t, err, "dataset: Recipe.FitPipeline: "+c.want)
		if p != nil || history != nil {
			t.Errorf("%s: %v, %v", c.want, p, history)
		}
	}
	p, history, err := r.FitPipeline(ctx, table, smallNetwork, mlp.FitOptions{})
	if p != nil || history == nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v, %v", p, history, err)
	}
}

// beginning is a callback that looks at a run when it begins.
type beginning func(*mlp.Run)

func (beginning) EpochEnd(*mlp.Epoch) error { return nil }

func (b beginning) FitBegin(r *mlp.Run) error { b(r); return nil }

// seen is what a call of FitPipeline has shown.
type seen struct {
	train    int
	data     *dataset.Data // that build has got
	pipeline *dataset.Pipeline
	loss     float64 // in validation
}

func fitSplit(t *testing.T, r dataset.Recipe, text string, opts mlp.FitOptions) seen {
	t.Helper()
	var s seen
	opts.Epochs = 2
	opts.Callbacks = []mlp.Callback{beginning(func(r *mlp.Run) { s.train = r.Rows })}
	build := func(d *dataset.Data) (mlp.Network, error) { s.data = d; return smallNetwork(d) }
	p, history, err := r.FitPipeline(t.Context(), readTable(t, text), build, opts)
	if err != nil {
		t.Fatal(err)
	}
	s.pipeline, s.loss = p, history.Epochs[1].Validation.Loss
	return s
}

// What is set aside for validation is not learned from.
func TestFitPipelineSetsRowsAsideFirst(t *testing.T) {
	var text strings.Builder
	text.WriteString("x,y,even,signs\n")
	for i := range 40 {
		fmt.Fprintf(&text, "%g,%d,%d,%d\n", math.Exp2(float64(i)), i%3, i%2, i/20)
	}
	for name, target := range map[string]dataset.Target{
		"numbers":    dataset.Numbers("y"),
		"classes":    dataset.Classes("y"),
		"binary":     dataset.Binary("even", "1"),
		"labels":     dataset.Labels("even", "signs"),
		"label sets": dataset.LabelSets("signs", "|"),
	} {
		s := fitSplit(t, dataset.Recipe{Target: target}, text.String(), mlp.FitOptions{ValidationSplit: 0.25})
		if s.train != 30 || s.data.Rows() != 30 {
			t.Errorf("%s: %d rows, %d to build for, want 30", name, s.train, s.data.Rows())
		}
		// x is scaled by the rows to train with.
		if m, scaled := meanAndDeviation(mat.Col(nil, 0, s.data.X)); math.Abs(m) > 1e-12 || math.Abs(scaled-1) > 1e-12 {
			t.Errorf("%s: scaled to mean %g and deviation %g", name, m, scaled)
		}
		again := fitSplit(t, dataset.Recipe{Target: target}, text.String(), mlp.FitOptions{ValidationSplit: 0.25})
		if !mat.Equal(again.data.X, s.data.X) || again.loss != s.loss {
			t.Errorf("%s: the same seed sets other rows aside", name)
		}
		other := fitSplit(t, dataset.Recipe{Target: target}, text.String(), mlp.FitOptions{ValidationSplit: 0.25, Seed: 5})
		if mat.Equal(other.data.X, s.data.X) {
			t.Errorf("%s: another seed sets the same rows aside", name)
		}
	}
}

func meanAndDeviation(v []float64) (mean, deviation float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		deviation += (x - mean) * (x - mean) / float64(len(v))
	}
	return mean, math.Sqrt(deviation)
}

// Each class gives its share, and none its only row.
func TestFitPipelineStratifies(t *testing.T) {
	text := "x,y\n" + strings.Repeat("1,a\n2,a\n3,b\n", 10) + "4,rare\n"
	for seed := range uint64(10) {
		s := fitSplit(t, dataset.Recipe{Target: dataset.Classes("y")}, text, mlp.FitOptions{ValidationSplit: 0.2, Seed: seed})
		rows := make([]float64, 3)
		for k := range rows {
			rows[k] = mat.Sum(s.data.Y.ColView(k))
		}
		if !slices.Equal(rows, []float64{15, 8, 1}) && !slices.Equal(rows, []float64{16, 7, 1}) {
			t.Errorf("seed %d: to train there are %v rows of the classes", seed, rows)
		}
	}
}

// Rows take their weights along.
func TestFitPipelineSplitsWeights(t *testing.T) {
	var text strings.Builder
	text.WriteString("x,y\n")
	weights := make([]float64, 40)
	for i := range weights {
		fmt.Fprintf(&text, "%d,%d\n", i, i%2*1000)
		weights[i] = float64(1 - i%2) // those of 1000 do not count
	}
	r := dataset.Recipe{Target: dataset.Numbers("y")}
	build := func(d *dataset.Data) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(1))
	}
	opts := mlp.FitOptions{Epochs: 200, ValidationSplit: 0.25, SampleWeights: weights, Optimizer: mlp.Adam{LearningRate: 0.05}}
	p, _, err := r.FitPipeline(t.Context(), readTable(t, text.String()), build, opts)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := p.PredictRow([]string{"7"}); err != nil || math.Abs(a.Value) > 1 {
		t.Errorf("%g, %v, want about 0", a.Value, err)
	}
	if len(opts.SampleWeights) != 40 || weights[0] != 1 {
		t.Error("the options have changed")
	}
}

func TestFitPipelineSplitErrors(t *testing.T) {
	const text = "x,port,y\n1,Kiel,2\n3,Kiel,4\n5,Kiel,6\n7,Kiel,8\n"
	r := dataset.Recipe{Target: dataset.Numbers("y"), Columns: []dataset.Column{dataset.Drop{Column: "port"}}}
	table := readTable(t, text)
	for _, c := range []struct {
		want string
		r    dataset.Recipe
		opts mlp.FitOptions
	}{
		{"ValidationSplit is 1, want a number in (0, 1)", r, mlp.FitOptions{ValidationSplit: 1}},
		{"ValidationSplit is NaN, want a number in (0, 1)", r, mlp.FitOptions{ValidationSplit: math.NaN()}},
		{"ValidationSplit 0.8 of 4 rows leaves none to train", r, mlp.FitOptions{ValidationSplit: 0.8}},
		{"SampleWeights has 3 entries, the table has 4 rows", r, mlp.FitOptions{ValidationSplit: 0.5, SampleWeights: make([]float64, 3)}},
		{"Options.Validation is given and Options.ValidationSplit is 0.5, want one", r, mlp.FitOptions{ValidationSplit: 0.5, Validation: &mlp.Dataset{}}},
		{`no column "z", the columns are "x", "port", "y"`, dataset.Recipe{Target: dataset.Classes("z")}, mlp.FitOptions{ValidationSplit: 0.5}},
		{"the recipe had no target", dataset.Recipe{Columns: r.Columns}, mlp.FitOptions{ValidationSplit: 0.5}},
	} {
		p, history, err := c.r.FitPipeline(t.Context(), table, smallNetwork, c.opts)
		wantError(t, err, "dataset: Recipe.FitPipeline: "+c.want)
		if p != nil || history != nil {
			t.Errorf("%s: %v, %v", c.want, p, history)
		}
	}
	_, _, err := r.FitPipeline(t.Context(), nil, smallNetwork, mlp.FitOptions{ValidationSplit: 0.5})
	wantError(t, err, "dataset: Recipe.FitPipeline: the table is nil or empty")

	// A name that only the rows for validation have is an unknown one.
	unknown := "x,port,y\n" + strings.Repeat("1,Kiel,2\n2,Genoa,3\n", 10)
	p := fitSplit(t, dataset.Recipe{Target: dataset.Numbers("y")}, unknown, mlp.FitOptions{ValidationSplit: 0.5})
	if got := p.pipeline.Preparation().Features(); len(got) != 3 {
		t.Errorf("features %q", got)
	}
	refused := 0
	for seed := range uint64(20) {
		text := "x,port,y\n" + strings.Repeat("1,Kiel,2\n2,Kiel,3\n", 2) + "3,Oslo,5\n"
		_, _, err := dataset.Recipe{Target: dataset.Numbers("y")}.FitPipeline(t.Context(), readTable(t, text), smallNetwork,
			mlp.FitOptions{ValidationSplit: 0.3, Epochs: 1, Seed: seed})
		if err != nil {
			wantError(t, err, `dataset: Recipe.FitPipeline: line 6, column 2 "port": "Oslo" is none of the categories "Kiel"; Categorical.Unknown says what becomes of other names`)
			refused++
		}
	}
	if refused == 0 || refused == 20 {
		t.Errorf("%d of 20 refused", refused)
	}
}

// A network that counts answers with counts, and is scored by them.
func TestPipelineOfCounts(t *testing.T) {
	counts := []int{0, 1, 0, 5, 4, 6, 20, 22, 18}
	var text strings.Builder
	text.WriteString("x,n\n")
	for i := range 60 {
		fmt.Fprintf(&text, "%d,%d\n", i%3, counts[i%3*3+i/3%3])
	}
	table := readTable(t, text.String())
	build := func(*dataset.Data) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{mlp.Dense(1, 8, mlp.Tanh), mlp.Dense(8, 1, mlp.Identity)}, mlp.Poisson, mlp.WithSeed(1))
	}
	p, _, err := dataset.Recipe{Target: dataset.Numbers("n")}.FitPipeline(t.Context(), table, build,
		mlp.FitOptions{Epochs: 400, Optimizer: mlp.Adam{LearningRate: 0.02}})
	if err != nil {
		t.Fatal(err)
	}
	for x, want := range map[string]float64{"0": 1. / 3, "1": 5, "2": 20} {
		if a := predictOne(t, p, x); math.Abs(a.Value-want) > 0.05*want+0.05 {
			t.Errorf("%s: %g events, want about %g", x, a.Value, want)
		}
	}
	if scores, err := p.Evaluate(table); err != nil || scores.Score < 0.97 {
		t.Errorf("%v, %v", scores, err)
	}
}
