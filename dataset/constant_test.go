package dataset_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// What is the same in all training rows is 0, whatever comes.
func TestConstantFeatures(t *testing.T) {
	sum := fmt.Sprint(0.1 + func() float64 { return 0.2 }())
	for _, test := range []struct {
		name, text string
		columns    []dataset.Column
		cell       string
		want       []float64
	}{
		{"number", "x\n7\n7.0\n", nil, "107", []float64{0}},
		{"number but for rounding", "x\n0.3\n" + sum + "\n", nil, "0.31", []float64{0}},
		{"unscaled", "x\n7\n7\n", []dataset.Column{dataset.Numeric{Column: "x", Scaling: dataset.Unscaled}}, "107", []float64{0}},
		{"min-max", "x\n0.3\n" + sum + "\n", []dataset.Column{dataset.Numeric{Column: "x", Scaling: dataset.MinMax}}, "1e300", []float64{0}},
		{"robust", "x\n0.3\n" + sum + "\n", []dataset.Column{dataset.Numeric{Column: "x", Scaling: dataset.Robust}}, "0.31", []float64{0}},
		{"quantile", "x\n0.3\n" + sum + "\n", []dataset.Column{dataset.Numeric{Column: "x", Scaling: dataset.Quantile}}, "0.31", []float64{0}},
		{"smooth clip", "x\n0.3\n" + sum + "\n", []dataset.Column{dataset.Numeric{Column: "x", Scaling: dataset.SmoothClip}}, "0.31", []float64{0}},
		{"normal", "x\n0.3\n" + sum + "\n", []dataset.Column{dataset.Numeric{Column: "x", Scaling: dataset.Normal}}, "0.31", []float64{0}},
		{"normal of one row", "x\n3\n", []dataset.Column{dataset.Numeric{Column: "x", Scaling: dataset.Normal}}, "3", []float64{0}},
		{"code of one name", "x\np\np\n", []dataset.Column{dataset.Categorical{Column: "x", CodesFrom: 1}}, "p", []float64{0}},
		{"code of a name without a row", "x\np\nr\n", []dataset.Column{dataset.Categorical{Column: "x", Categories: []string{"p", "q", "r"}, CodesFrom: 1}}, "q", []float64{0}},
		{"code of a fill without a gap", "x\np\nr\n", []dataset.Column{dataset.Categorical{Column: "x", Impute: dataset.Constant, Fill: "q", CodesFrom: 1}}, "NA", []float64{0}},
		{"one name and gaps", "x\np\nNA\n", []dataset.Column{dataset.Categorical{Column: "x", Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown}}, "p", []float64{1}},
		{"a sign", "x\nyes\nyes\n", []dataset.Column{dataset.Boolean{Column: "x", Sign: true, Impute: dataset.AsUnknown}}, "no", []float64{0}},
		{"a sign with gaps", "x\nyes\nNA\n", []dataset.Column{dataset.Boolean{Column: "x", Sign: true, Impute: dataset.AsUnknown}}, "yes", []float64{1}},
		{"filled", "x\n7\nNA\n", []dataset.Column{dataset.Numeric{Column: "x", Impute: dataset.Mean, Scaling: dataset.Unscaled, Indicator: true}}, "9", []float64{0, 0}},
		{"flag without a gap", "x\n7\n9\n", []dataset.Column{dataset.Numeric{Column: "x", Impute: dataset.Constant, Fill: 8, Scaling: dataset.Unscaled, Indicator: true}}, "NA", []float64{8, 0}},
		{"one truth value", "x\nyes\nyes\n", nil, "no", []float64{0}},
		{"one position", "x\nlow\nlow\n", []dataset.Column{dataset.Ordinal{Column: "x", Order: []string{"low", "high"}}}, "high", []float64{0}},
		{"one name", "x\np\np\n", nil, "p", []float64{0}},
		{"a name without a row", "x\np\nq\n", []dataset.Column{dataset.Categorical{Column: "x", Categories: []string{"p", "q", "r"}}}, "r", []float64{0, 0, 0}},
		{"a fill without a gap", "x\np\nq\n", []dataset.Column{dataset.Categorical{Column: "x", Impute: dataset.Constant, Fill: "r"}}, "NA", []float64{0, 0, 0}},
		{"no unknown name", "x\np\nq\n", []dataset.Column{dataset.Categorical{Column: "x", Unknown: dataset.UnknownFeature}}, "r", []float64{0, 0, 0}},
		{"unknown names", "x\np\nq\nr\n", []dataset.Column{dataset.Categorical{Column: "x", Categories: []string{"p", "q"}, Unknown: dataset.UnknownFeature}}, "s", []float64{0, 0, 1}},
		{"a rare fill with a gap to come", "x\np\nq\np\n", []dataset.Column{dataset.Categorical{Column: "x", MinRows: 2, Unknown: dataset.UnknownZeros, Impute: dataset.Constant, Fill: "q"}}, "NA", []float64{0, 1}},
		{"rare names", "x\np\nq\np\nq\nr\n", []dataset.Column{dataset.Categorical{Column: "x", MinRows: 2, Unknown: dataset.UnknownFeature}}, "s", []float64{0, 0, 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := fitRecipe(t, dataset.Recipe{Columns: test.columns}, test.text)
			for when, p := range map[string]*dataset.Preparation{"fitted": p, "loaded": reloadedPreparation(t, p)} {
				x := slices.Repeat([]float64{9}, len(test.want))
				if err := p.TransformRow(x, []string{test.cell}); err != nil || !slices.Equal(x, test.want) {
					t.Errorf("%s: %v, %v, want %v", when, x, err, test.want)
				}
			}
		})
	}
}

// A constant column must not be nonsense.
func TestConstantColumnsStayTyped(t *testing.T) {
	p := fitRecipe(t, dataset.Recipe{}, "x\n7\n7\n")
	wantError(t, p.TransformRow([]float64{0}, []string{"abc"}), `dataset: Preparation.TransformRow: column 1 "x": "abc" is not a number`)
}

// An answer does not depend on the weights that nothing has trained, and an
// unseen name is answered for as the mean of the names.
func TestConstantColumnAnswers(t *testing.T) {
	var text strings.Builder
	text.WriteString("a,c,f,port,y\n")
	for i := range 400 {
		a := float64(i%41) / 2
		fmt.Fprintf(&text, "%g,7,%g,%s,%g\n", a, a/3, []string{"Genoa", "Kiel", "Oslo", "Riga"}[i*7%4], 3*a)
	}
	table := readTable(t, text.String())
	for seed := range uint64(5) {
		r := dataset.Recipe{Target: dataset.Numbers("y"), Columns: []dataset.Column{
			dataset.Numeric{Column: "f", Impute: dataset.Constant, Fill: 3, Indicator: true},
			dataset.Categorical{Column: "port", Unknown: dataset.UnknownShares},
		}}
		build := func(d *dataset.Data) (mlp.Network, error) {
			scale := mlp.NewNormalization(1)
			if err := scale.Adapt(d.Y); err != nil {
				return nil, err
			}
			return mlp.Model([]mlp.Layer{mlp.Dense(len(d.Features), 8, mlp.Tanh), mlp.Dense(8, 1, mlp.Identity)}, mlp.MeanSquaredError,
				mlp.WithSeed(seed), mlp.WithTargetScaling(scale))
		}
		p, _, err := r.FitPipeline(context.Background(), table, build, mlp.FitOptions{Epochs: 100, Optimizer: mlp.Adam{LearningRate: 0.01}})
		if err != nil {
			t.Fatal(err)
		}
		for _, cells := range [][]string{{"10", "7", "3.333", "Genoa"}, {"10", "107", "3.333", "Kiel"}, {"10", "7", "3.333", "Atlantis"}} {
			answer, err := p.PredictRow(cells)
			if err != nil || math.Abs(answer.Value-30) > 1 {
				t.Errorf("seed %d, %q: %v, %v, want 30", seed, cells, answer.Value, err)
			}
		}
	}
}

func TestUnknownShares(t *testing.T) {
	c := dataset.Categorical{Column: "x", Unknown: dataset.UnknownShares}
	for _, test := range []struct {
		text string
		with func(*dataset.Categorical)
		cell string
		want []float64
	}{
		{"x\np\nq\nq\nq\n", func(*dataset.Categorical) {}, "r", []float64{0.25, 0.75}},
		{"x\np\nq\nq\nq\n", func(*dataset.Categorical) {}, "p", []float64{1, 0}},
		{"x\np\nq\nq\nNA\n", func(c *dataset.Categorical) { c.Impute = dataset.MostFrequent }, "r", []float64{0.25, 0.75}},
		{"x\np\np\nq\nq\nq\nq\nr\n", func(c *dataset.Categorical) { c.MinRows = 2 }, "r", []float64{1. / 3, 2. / 3}},
		{"x\np\nq\nq\nz\n", func(c *dataset.Categorical) { c.Categories = []string{"q", "p", "never"} }, "z", []float64{2. / 3, 1. / 3, 0}},
	} {
		column := c
		test.with(&column)
		p := reloadedPreparation(t, fitRecipe(t, dataset.Recipe{Columns: []dataset.Column{column}}, test.text))
		x := make([]float64, len(test.want))
		if err := p.TransformRow(x, []string{test.cell}); err != nil || !slices.Equal(x, test.want) {
			t.Errorf("%q, %q: %v, %v, want %v", test.text, test.cell, x, err, test.want)
		}
	}
	c.Categories = []string{"a", "b"}
	_, err := dataset.Recipe{Columns: []dataset.Column{c}}.Fit(readTable(t, "x\np\n"))
	wantError(t, err, `dataset: Recipe.Fit: column 1 "x": no training row has one of the categories, so there are no shares for other names`)
	for shares, message := range map[string]string{
		`"unknown":"shares"`:                     "categorical with 0 shares for 2 categories",
		`"unknown":"shares","shares":[0.5]`:      "categorical with 1 shares for 2 categories",
		`"unknown":"shares","shares":[0.5,1.5]`:  "categorical with a share of 1.5",
		`"unknown":"shares","shares":[-0.5,0.5]`: "categorical with a share of -0.5",
		`"unknown":"zeros","shares":[0.5,0.5]`:   "categorical with 2 shares",
		`"shares":[0.5,0.5],"constant":[2]`:      "categorical with 2 shares",
		`"unknown":"zeros","constant":[0,0]`:     "constant feature 0 of 2",
		`"unknown":"zeros","constant":[-1]`:      "constant feature -1 of 2",
		`"fill":"p","filled":{"":0}`:             "0 missing cells filled",
	} {
		var p dataset.Preparation
		err := p.UnmarshalText([]byte(`{"version":1,"columns":[{"name":"x","kind":"categorical","categories":["p","q"],` + shares + `}]}`))
		wantError(t, err, `dataset: Preparation.UnmarshalText: column "x": `+message)
	}
}

// All scalers have one definition of a constant column.
func TestScalersOfNearlyConstantColumns(t *testing.T) {
	a, b := 0.1, 0.2
	for _, column := range [][]float64{{0.3, a + b, 0.3, a + b}, {1e15, 1e15 + 1, 1e15, 1e15}, {-7, -7, -7}, {0, 0}, {0x1p-1074, 0x1p-1074}} {
		x := mat.NewDense(len(column), 1, column)
		next := column[0] + 0.01
		for _, kind := range []string{"standard", "min_max", "robust"} {
			s := fitScaler(t, kind, x)
			z, err := s.Transform(mat.NewDense(1, 1, []float64{next}))
			if err != nil || math.Abs(z.At(0, 0)-0.01) > math.Max(1, math.Abs(column[0]))*1e-15+math.Abs(next-column[0]-0.01) {
				t.Errorf("%s of %v: %v becomes %v, %v", kind, column, next, z.At(0, 0), err)
			}
		}
		q, err := dataset.FitQuantileScaler(x)
		if err != nil {
			t.Fatal(err)
		}
		z, err := q.Transform(x)
		if err != nil || mat.Max(z) != 0 || mat.Min(z) != 0 {
			t.Errorf("quantiles of %v: %v, %v", column, z, err)
		}
	}
	// Quartiles that differ by rounding do not scale what lies outside of them.
	r, err := dataset.FitRobustScaler(mat.NewDense(5, 1, []float64{0.3, a + b, 0.3, a + b, 5}))
	if err != nil || r.Scale[0] != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	m, err := dataset.FitMinMaxScaler(mat.NewDense(3, 1, []float64{1, 1 + 1e-12, 1}))
	if err != nil || m.Range[0] == 1 {
		t.Errorf("%+v, %v", m, err)
	}
}
