package dataset_test

import (
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

const gaps = "size,lift,town,full,y\n1,yes,Kiel,1,1\n2,,Kiel,2,2\n,no,,3,3\n9,yes,Oslo,4,4\n"

// Impute fills the gaps of all kinds of columns that say nothing else, and of
// records in columns that had no gap.
func TestRecipeImpute(t *testing.T) {
	table := readTable(t, gaps)
	for impute, size := range map[dataset.Imputation]string{dataset.Mean: "4", dataset.Median: "2", dataset.MostFrequent: "1"} {
		p, err := dataset.Recipe{Target: dataset.Numbers("y"), Impute: impute}.Fit(table)
		if err != nil {
			t.Fatal(err)
		}
		empty := make([]float64, len(p.Features()))
		if err := p.TransformRow(empty, []string{"", "", "", ""}); err != nil {
			t.Fatal(err)
		}
		full := map[dataset.Imputation]string{dataset.Mean: "2.5", dataset.Median: "2.5", dataset.MostFrequent: "1"}[impute]
		filled := make([]float64, len(empty))
		if err := p.TransformRow(filled, []string{size, "yes", "Kiel", full}); err != nil {
			t.Fatal(err)
		}
		for i, v := range empty {
			if v != filled[i] {
				t.Errorf("%v: %v, want %v", impute, empty, filled)
			}
		}
		for _, part := range []string{
			`a missing cell is "` + size + `", in 1 training row: "" (1)`, `a missing cell is "true", in 1 training row: "" (1)`,
			`a missing cell is "Kiel", in 1 training row: "" (1)`, `a missing cell is "` + full + `", none was`,
		} {
			if !strings.Contains(p.String(), part) {
				t.Errorf("%v: no %q in\n%v", impute, part, p)
			}
		}
	}
}

// What a kind or a column says about its gaps comes first.
func TestRecipeImputeComesLast(t *testing.T) {
	table := readTable(t, gaps)
	r := dataset.Recipe{
		Target: dataset.Numbers("y"), Impute: dataset.Median,
		Numeric:     dataset.Numeric{Impute: dataset.Constant, Fill: 7},
		Categorical: dataset.Categorical{Impute: dataset.AsUnknown, Unknown: dataset.UnknownZeros},
		Columns:     []dataset.Column{dataset.Boolean{Column: "lift", Impute: dataset.Constant}},
	}
	p, err := r.Fit(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`a missing cell is "7"`, `a missing cell is an unknown one`, `a missing cell is "false"`} {
		if !strings.Contains(p.String(), part) {
			t.Errorf("no %q in\n%v", part, p)
		}
	}
	// A column that is named has no other imputation than its own.
	r = dataset.Recipe{Target: dataset.Numbers("y"), Impute: dataset.Median, Columns: []dataset.Column{dataset.Numeric{Column: "size"}}}
	_, err = r.Fit(table)
	wantError(t, err, `dataset: Recipe.Fit: line 4, column 1 "size": "" is a missing value, and no Impute says what stands in for it`)

	// Names and truth values can be unknown where numbers have another imputation.
	r = dataset.Recipe{
		Target: dataset.Numbers("y"), Impute: dataset.AsUnknown, Numeric: dataset.Numeric{Impute: dataset.Mean},
		Boolean: dataset.Boolean{Sign: true}, Categorical: dataset.Categorical{Unknown: dataset.UnknownFeature},
	}
	if p, err = r.Fit(table); err != nil || strings.Count(p.String(), "a missing cell is an unknown one") != 2 {
		t.Errorf("%v, %v", p, err)
	}
}

func TestRecipeImputeErrors(t *testing.T) {
	table := readTable(t, gaps)
	for impute, want := range map[dataset.Imputation]string{
		dataset.AsUnknown: "Recipe.Impute is as_unknown, which a number cannot be: Recipe.Numeric.Impute says what stands in for numbers",
		dataset.Constant:  "Recipe.Impute is constant, and each kind of column needs a value of its own: the fields Impute and Fill of Recipe.Numeric, Boolean and Categorical say which",
		-1:                "Recipe.Impute is dataset.Imputation(-1), want Mean, Median, MostFrequent or AsUnknown",
	} {
		_, err := dataset.Recipe{Target: dataset.Numbers("y"), Impute: impute}.Fit(table)
		wantError(t, err, "dataset: Recipe.Fit: "+want)
	}
}
