package dataset_test

import (
	"slices"
	"strings"
	"testing"

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
