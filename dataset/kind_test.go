package dataset_test

import (
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

func TestRecipeColumns(t *testing.T) {
	const text = "a,b,c\n1,x,F\n2,y,\n1,,t\n,y,t\n"
	tests := []struct {
		name     string
		column   dataset.Column
		features []string
		x        [][]float64
	}{
		{"numbers as categories", dataset.Categorical{Column: "a", Impute: dataset.Constant, Fill: "none"},
			[]string{"a=1", "a=2", "a=none"}, [][]float64{{1, 0, 0}, {0, 1, 0}, {1, 0, 0}, {0, 0, 1}}},
		{"given categories", dataset.Categorical{Column: "b", Categories: []string{"z", "y"}, Unknown: dataset.UnknownZeros, Impute: dataset.MostFrequent},
			[]string{"b=z", "b=y"}, [][]float64{{0, 0}, {0, 1}, {0, 1}, {0, 1}}},
		{"unknown as a feature", dataset.Categorical{Column: "b", Categories: []string{"y"}, Unknown: dataset.UnknownFeature, Impute: dataset.MostFrequent, Indicator: true},
			[]string{"b=y", "b is unknown", "b is missing"}, [][]float64{{0, 1, 0}, {1, 0, 0}, {1, 0, 1}, {1, 0, 0}}},
		{"rare names", dataset.Categorical{Column: "b", MinRows: 2, Unknown: dataset.UnknownZeros, Impute: dataset.Constant, Fill: "x"},
			[]string{"b=x", "b=y"}, [][]float64{{1, 0}, {0, 1}, {1, 0}, {0, 1}}},
		{"codes", dataset.Categorical{Column: "a", CodesFrom: 1, Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown},
			[]string{"a"}, [][]float64{{1}, {2}, {1}, {0}}},
		{"codes of given names", dataset.Categorical{Column: "b", Categories: []string{"z", "y", "w", "x"}, CodesFrom: 4, Impute: dataset.Constant, Fill: "w", Indicator: true},
			[]string{"b", "b is missing"}, [][]float64{{3, 0}, {1, 0}, {2, 1}, {1, 0}}},
		{"codes of frequent names", dataset.Categorical{Column: "b", MinRows: 2, CodesFrom: 1, Unknown: dataset.UnknownFeature, Impute: dataset.AsUnknown},
			[]string{"b"}, [][]float64{{0}, {1}, {0}, {1}}},
		{"too few names for codes", dataset.Categorical{Column: "b", CodesFrom: 3, Unknown: dataset.UnknownFeature, Impute: dataset.AsUnknown},
			[]string{"b=x", "b=y", "b is unknown"}, [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 1, 0}}},
		{"missing names as zeros", dataset.Categorical{Column: "b", Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown},
			[]string{"b=x", "b=y"}, [][]float64{{1, 0}, {0, 1}, {0, 0}, {0, 1}}},
		{"missing names as shares", dataset.Categorical{Column: "b", Unknown: dataset.UnknownShares, Impute: dataset.AsUnknown},
			[]string{"b=x", "b=y"}, [][]float64{{1, 0}, {0, 1}, {1. / 3, 2. / 3}, {0, 1}}},
		{"a sign", dataset.Categorical{Column: "b", Sign: true, CodesFrom: 1, Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown, Indicator: true},
			[]string{"b=y", "b is missing"}, [][]float64{{-1, 0}, {1, 0}, {0, 1}, {1, 0}}},
		{"a sign of filled names", dataset.Categorical{Column: "b", Sign: true, Impute: dataset.MostFrequent},
			[]string{"b=y"}, [][]float64{{-1}, {1}, {1}, {1}}},
		{"no sign for three names", dataset.Categorical{Column: "b", Sign: true, Impute: dataset.Constant, Fill: "z"},
			[]string{"b=x", "b=y", "b=z"}, [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 1, 0}}},
		{"no sign for a name without a row", dataset.Categorical{Column: "b", Categories: []string{"y", "z"}, Sign: true, Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown},
			[]string{"b=y", "b=z"}, [][]float64{{0, 0}, {1, 0}, {0, 0}, {1, 0}}},
		{"the sign of truth values", dataset.Boolean{Column: "c", Sign: true, Impute: dataset.AsUnknown},
			[]string{"c"}, [][]float64{{-1}, {0}, {1}, {1}}},
		{"the sign of filled truth values", dataset.Boolean{Column: "c", Sign: true, Impute: dataset.Constant},
			[]string{"c"}, [][]float64{{-1}, {-1}, {1}, {1}}},
		{"truth values", dataset.Boolean{Column: "c", Impute: dataset.Constant, Fill: true, Indicator: true},
			[]string{"c", "c is missing"}, [][]float64{{0, 0}, {1, 1}, {1, 0}, {1, 0}}},
		{"most frequent truth value", dataset.Boolean{Column: "c", Impute: dataset.MostFrequent},
			[]string{"c"}, [][]float64{{0}, {1}, {1}, {1}}},
		{"an order", dataset.Ordinal{Column: "b", Order: []string{"y", "w", "x"}, Scaling: dataset.MinMax, Impute: dataset.MostFrequent},
			[]string{"b"}, [][]float64{{1}, {0}, {0}, {0}}},
		{"least of the most frequent", dataset.Numeric{Column: "a", Scaling: dataset.Unscaled, Impute: dataset.MostFrequent},
			[]string{"a"}, [][]float64{{1}, {2}, {1}, {1}}},
		{"scaling of the filled column", dataset.Numeric{Column: "a", Impute: dataset.Constant, Fill: 4},
			[]string{"a"}, [][]float64{{-1 / 1.224744871391589}, {0}, {-1 / 1.224744871391589}, {2 / 1.224744871391589}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := dataset.Recipe{Columns: []dataset.Column{test.column}}
			for _, name := range []string{"a", "b", "c"} {
				if !strings.HasPrefix(test.features[0], name) {
					r.Columns = append(r.Columns, dataset.Drop{Column: name})
				}
			}
			p := fitRecipe(t, r, text)
			if !slices.Equal(p.Features(), test.features) {
				t.Errorf("Features = %q, want %q", p.Features(), test.features)
			}
			x, err := p.Transform(readTable(t, text))
			if err != nil {
				t.Fatal(err)
			}
			wantNear(t, "x", x, dense(test.x))
		})
	}
}

// What the fields of a Column ask for has to suit the cells.
func TestKindErrors(t *testing.T) {
	small := []string{"small", "large"}
	for _, test := range []struct {
		name, text string
		column     dataset.Column
		message    string
	}{
		{"constant that overflows", "x\n1e-300\n-1e-300\n", dataset.Numeric{Column: "x", Impute: dataset.Constant, Fill: 1e300}, `column 1 "x": the value for missing cells: 1e+300 overflows when scaled`},
		{"range that overflows", "x\n-1.7e308\n0\n0\n0\n1.7e308\n", dataset.Numeric{Column: "x", Scaling: dataset.SmoothClip}, `column 1 "x": its range overflows`},
		{"no most frequent position", "x\nNA\n", dataset.Ordinal{Column: "x", Order: small, Impute: dataset.MostFrequent}, `column 1 "x": all cells are missing, so there is nothing to learn a value from`},
		{"most frequent outside the order", "x\nsmall\nhuge\nhuge\nNA\n", dataset.Ordinal{Column: "x", Order: small, Impute: dataset.MostFrequent}, `line 3, column 1 "x": "huge" is none of the categories "small", "large"`},
		{"most frequent outside the categories", "x\nhuge\nNA\n", dataset.Categorical{Column: "x", Categories: small, Impute: dataset.MostFrequent}, `line 2, column 1 "x": "huge" is none of the categories "small", "large"; Categorical.Unknown says what becomes of other names`},
		{"sign and a feature of unknown names", "x\np\nq\n", dataset.Categorical{Column: "x", Sign: true, Unknown: dataset.UnknownFeature}, `column 1 "x": unknown feature does not go with Sign, where an unknown name is 0`},
		{"sign and shares", "x\np\nq\n", dataset.Categorical{Column: "x", Sign: true, Unknown: dataset.UnknownShares}, `column 1 "x": unknown shares does not go with Sign, where an unknown name is 0`},
		{"codes and shares", "x\np\nq\n", dataset.Categorical{Column: "x", CodesFrom: 9, Unknown: dataset.UnknownShares}, `column 1 "x": unknown shares does not go with CodesFrom, since codes have no shares`},
		{"codes from fewer than none", "x\np\nq\n", dataset.Categorical{Column: "x", CodesFrom: -1}, `column 1 "x": CodesFrom is -1`},
		{"unknown code", "x\np\nq\n", dataset.Categorical{Column: "x", Categories: small, CodesFrom: 1}, `line 2, column 1 "x": "p" is none of the categories "small", "large"; Categorical.Unknown says what becomes of other names`},
		{"missing as refused", "x\np\nNA\n", dataset.Categorical{Column: "x", Impute: dataset.AsUnknown}, `column 1 "x": AsUnknown makes missing cells unknown names, and Unknown refuses them`},
		{"missing as no", "x\nyes\nNA\n", dataset.Boolean{Column: "x", Impute: dataset.AsUnknown}, `column 1 "x": AsUnknown makes missing cells 0, which is no without Sign`},
		{"missing as an unknown number", "x\n1\nNA\n", dataset.Numeric{Column: "x", Impute: dataset.AsUnknown}, `column 1 "x": as_unknown is not for numbers`},
		{"missing as an unknown position", "x\nsmall\nNA\n", dataset.Ordinal{Column: "x", Order: small, Impute: dataset.AsUnknown}, `column 1 "x": as_unknown is for columns that have unknown names`},
		{"missing as an unknown date", "x\n2024-01-01\nNA\n", dataset.Date{Column: "x", Impute: dataset.AsUnknown}, `column 1 "x": as_unknown is for columns that have unknown names`},
		{"a position twice", "x\nsmall\n", dataset.Ordinal{Column: "x", Order: []string{"small", "small"}}, `column 1 "x": the categories "small", "small" are not all different`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := dataset.Recipe{Columns: []dataset.Column{test.column}}.Fit(readTable(t, test.text))
			wantError(t, err, "dataset: Recipe.Fit: "+test.message)
		})
	}
}

// In a file a column has the fields of its kind and no others.
func TestKindsInFiles(t *testing.T) {
	const (
		categories = `,"categories":["p","q"]`
		unknown    = `,"unknown":"zeros"`
		scale      = `,"scale":{"scaling":"standard","shift":0,"scale":1}`
	)
	for _, test := range []struct{ kind, fields, message string }{
		{"numeric", "", ""},
		{"numeric", scale, ""},
		{"numeric", categories, "numeric with 2 categories"},
		{"numeric", unknown, "numeric with unknown zeros"},
		{"boolean", "", ""},
		{"boolean", categories, "boolean with 2 categories"},
		{"boolean", unknown, "boolean with unknown zeros"},
		{"boolean", scale, "boolean with a scale"},
		{"categorical", "", "categorical with 0 categories"},
		{"categorical", categories, ""},
		{"categorical", categories + unknown, ""},
		{"categorical", categories + scale, "categorical with a scale"},
		{"ordinal", "", "ordinal with 0 categories"},
		{"ordinal", `,"categories":["p","p"]`, `the categories "p", "p" are not all different`},
		{"ordinal", categories, ""},
		{"ordinal", categories + scale, ""},
		{"ordinal", categories + unknown, "ordinal with unknown zeros"},
		{"drop", "", `unknown kind "drop"`},
	} {
		var p dataset.Preparation
		err := p.UnmarshalText([]byte(`{"version":1,"columns":[{"name":"x","kind":"` + test.kind + `"` + test.fields + `}]}`))
		if test.message != "" {
			wantError(t, err, `dataset: Preparation.UnmarshalText: column "x": `+test.message)
		} else if err != nil {
			t.Errorf("%s with %q: %v", test.kind, test.fields, err)
		}
	}
}

// A number in several ways has the features that it has in each.
func TestNumericAlso(t *testing.T) {
	const text = "x\n1\nNA\n5\n2.5\n"
	column := dataset.Numeric{Column: "x", Scaling: dataset.Normal, Impute: dataset.Median, Indicator: true}
	ways := []dataset.Scaling{dataset.Normal, dataset.SmoothClip, dataset.Standard}
	both := column
	both.Also = ways[1:]
	transform := func(c dataset.Numeric) *mat.Dense {
		p := reloadedPreparation(t, fitRecipe(t, dataset.Recipe{Columns: []dataset.Column{c}}, text))
		x, err := p.Transform(readTable(t, text))
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	all := transform(both)
	for j, way := range ways {
		column.Scaling = way
		one := transform(column)
		for i := range 4 {
			if all.At(i, j) != one.At(i, 0) || all.At(i, 3) != one.At(i, 1) {
				t.Errorf("row %d by %v: %v, want %v", i, way, all.RawRowView(i), one.RawRowView(i))
			}
		}
	}
	for also, want := range map[dataset.Scaling]string{
		dataset.Normal:     `dataset: Recipe.Fit: column 1 "x": the scaling normal twice`,
		dataset.SmoothClip: `dataset: Recipe.Fit: column 1 "x": the scaling smooth_clip twice`,
		dataset.Unscaled:   `dataset: Recipe.Fit: column 1 "x": there is Unscaled in Also, which only Scaling can be`,
	} {
		both.Also = []dataset.Scaling{dataset.SmoothClip, also}
		if _, err := (dataset.Recipe{Columns: []dataset.Column{both}}).Fit(readTable(t, text)); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
