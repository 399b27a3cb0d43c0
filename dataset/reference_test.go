package dataset_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

// preparationReference is a table of which the first rows are for training.
type preparationReference struct {
	Header []string
	Rows   [][]string
	Train  int
	X      [][]float64
}

// reference is what scikit-learn computes; see testdata/README.md.
type reference struct {
	Scalers []struct {
		Name, Kind                   string
		X, Other, Z, Shares, Inverse [][]float64
	}
	Preparation, RealMLP preparationReference
	Folds                []struct {
		Kind     string
		Rows     int
		Labels   []int
		Folds    int
		TestSize int `json:"test_size"`
		Gap      int
		MaxTrain int `json:"max_train"`
		Splits   []dataset.Fold
	}
	Sizes []struct {
		Rows int
		Test float64
		Size int
	}
	Scalings []struct {
		Name        string
		Scaling     dataset.Scaling
		X, Other, Z []float64
		Tolerance   float64
	}
}

func readReference(t *testing.T) reference {
	t.Helper()
	text, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestScalersMatchReference(t *testing.T) {
	for _, c := range readReference(t).Scalers {
		t.Run(c.Name, func(t *testing.T) {
			s := fitScaler(t, c.Kind, dense(c.X))
			z, err := s.Transform(dense(c.Other))
			if err != nil {
				t.Fatal(err)
			}
			wantNear(t, "z", z, dense(c.Z))
			x, err := s.Inverse(dense(c.Shares))
			if err != nil {
				t.Fatal(err)
			}
			wantNear(t, "inverse", x, dense(c.Inverse))
		})
	}
}

func fitScaler(t *testing.T, kind string, x mat.Matrix) dataset.Scaler {
	t.Helper()
	var s dataset.Scaler
	var err error
	switch kind {
	case "standard":
		s, err = dataset.FitStandardScaler(x)
	case "min_max":
		s, err = dataset.FitMinMaxScaler(x)
	case "robust":
		s, err = dataset.FitRobustScaler(x)
	case "quantile":
		s, err = dataset.FitQuantileScaler(x)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The scalings without a Scaler.
func TestScalingsMatchReference(t *testing.T) {
	for _, c := range readReference(t).Scalings {
		t.Run(c.Scaling.String()+" of "+c.Name, func(t *testing.T) {
			var text strings.Builder
			text.WriteString("x\n")
			for _, v := range c.X {
				fmt.Fprintln(&text, v)
			}
			p := fitRecipe(t, dataset.Recipe{Numeric: dataset.Numeric{Scaling: c.Scaling}}, text.String())
			for when, p := range map[string]*dataset.Preparation{"fitted": p, "loaded": reloadedPreparation(t, p)} {
				for i, v := range c.Other {
					var z [1]float64
					err := p.TransformCells(z[:], []dataset.Cell{dataset.Number(v)})
					if want := c.Z[i]; err != nil || !(math.Abs(z[0]-want) <= c.Tolerance*max(1, math.Abs(want))) {
						t.Errorf("%s: %g becomes %.17g, %v, want %.17g", when, v, z[0], err, want)
					}
				}
			}
		})
	}
}

// Every kind of column, imputation and scaling, as a Recipe and as pipelines of
// scikit-learn.
func TestPreparationMatchesReference(t *testing.T) {
	p := wantPreparation(t, readReference(t).Preparation, dataset.Recipe{Columns: []dataset.Column{
		dataset.Numeric{Column: "age", Impute: dataset.Mean, Indicator: true},
		dataset.Numeric{Column: "income", Impute: dataset.Median, Scaling: dataset.Robust},
		dataset.Numeric{Column: "height", Impute: dataset.Constant, Fill: 165, Scaling: dataset.MinMax},
		dataset.Numeric{Column: "children", Impute: dataset.MostFrequent, Scaling: dataset.Quantile},
		dataset.Ordinal{Column: "size", Order: []string{"small", "medium", "large"}},
		dataset.Categorical{Column: "port", Impute: dataset.MostFrequent, Unknown: dataset.UnknownZeros},
		dataset.Categorical{Column: "color", MinRows: 5, Unknown: dataset.UnknownFeature},
	}})
	want := []string{"age", "age is missing", "income", "height", "children", "size", "port=Genoa", "port=Kiel",
		"port=Oslo", "color=blue", "color=green", "color=red", "color is unknown", "member"}
	if !slices.Equal(p.Features(), want) {
		t.Errorf("Features = %q, want %q", p.Features(), want)
	}
}

// The columns as RealMLP takes them.
func TestRealMLPMatchesReference(t *testing.T) {
	p := wantPreparation(t, readReference(t).RealMLP, dataset.Recipe{
		Numeric:     dataset.Numeric{Scaling: dataset.SmoothClip},
		Categorical: dataset.Categorical{Sign: true, CodesFrom: 9, Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown},
		SmoothFlags: true,
	})
	want := []string{"age", "gain", "sex=m", "port=Genoa", "port=Kiel", "port=Oslo", "job"}
	if !slices.Equal(p.Features(), want) {
		t.Errorf("Features = %q, want %q", p.Features(), want)
	}
}

// wantPreparation returns what the recipe learns from the training rows of the
// reference, and reports an error unless it prepares all rows as there.
func wantPreparation(t *testing.T, c preparationReference, r dataset.Recipe) *dataset.Preparation {
	t.Helper()
	table, err := dataset.NewTable(c.Header, c.Rows)
	if err != nil {
		t.Fatal(err)
	}
	train, err := table.Subset(ascending(c.Train))
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.Fit(train)
	if err != nil {
		t.Fatal(err)
	}
	x, err := p.Transform(table)
	if err != nil {
		t.Fatal(err)
	}
	wantNear(t, "x", x, dense(c.X))
	return p
}

func TestFoldsMatchReference(t *testing.T) {
	for _, c := range readReference(t).Folds {
		opts := dataset.FoldOptions{Folds: c.Folds, KeepOrder: true}
		var folds []dataset.Fold
		var err error
		switch c.Kind {
		case "KFold":
			folds, err = dataset.KFold(c.Rows, opts)
		case "StratifiedKFold":
			folds, err = dataset.StratifiedKFold(c.Labels, opts)
		case "GroupKFold":
			folds, err = dataset.GroupKFold(c.Labels, opts)
		case "TimeSeriesSplit":
			folds, err = dataset.TimeSeriesSplit(c.Rows, dataset.TimeSeriesOptions{
				Folds: c.Folds, TestSize: c.TestSize, Gap: c.Gap, MaxTrain: c.MaxTrain})
		}
		if err != nil {
			t.Errorf("%s: %v", c.Kind, err)
			continue
		}
		if !slices.EqualFunc(folds, c.Splits, sameFold) {
			t.Errorf("%s of %d rows, labels %v:\n%v\nwant\n%v", c.Kind, c.Rows, c.Labels, folds, c.Splits)
		}
	}
}

func TestSplitSizesMatchReference(t *testing.T) {
	for _, c := range readReference(t).Sizes {
		f, err := dataset.Split(c.Rows, dataset.SplitOptions{Test: c.Test})
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Test) != c.Size {
			t.Errorf("%g of %d rows: test has %d, want %d", c.Test, c.Rows, len(f.Test), c.Size)
		}
	}
}

func sameFold(a, b dataset.Fold) bool {
	return slices.Equal(a.Train, b.Train) && slices.Equal(a.Validation, b.Validation) && slices.Equal(a.Test, b.Test)
}

func dense(rows [][]float64) *mat.Dense {
	return mat.NewDense(len(rows), len(rows[0]), slices.Concat(rows...))
}

// ascending returns 0, 1, ..., n−1.
func ascending(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// wantNear reports an error unless got and want agree to 1e-12, relative to
// numbers larger than 1.
func wantNear(t *testing.T, name string, got, want *mat.Dense) {
	t.Helper()
	rows, cols := want.Dims()
	if r, c := got.Dims(); r != rows || c != cols {
		t.Fatalf("%s is %d×%d, want %d×%d", name, r, c, rows, cols)
	}
	for i := range rows {
		for j := range cols {
			g, w := got.At(i, j), want.At(i, j)
			if !(math.Abs(g-w) <= 1e-12*max(1, math.Abs(w))) {
				t.Errorf("%s[%d,%d] = %.17g, want %.17g", name, i, j, g, w)
			}
		}
	}
}
