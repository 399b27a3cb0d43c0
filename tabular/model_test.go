package tabular_test

import (
	"testing"

	"example.com/mlp/dataset"
	"example.com/mlp/tabular"
)

func TestModelZero(t *testing.T) {
	var m tabular.Model
	if m.Pipeline() != nil || m.Trials() != nil || m.String() != "no model: Fit makes one" {
		t.Errorf("%v", &m)
	}
	if err := m.SaveFile(t.TempDir() + "/none.mlp"); err == nil {
		t.Error("a model that is zero was saved")
	}
}

// What the recipe says stays.
func TestFitRecipe(t *testing.T) {
	opts := tabular.Options{Epochs: 1, Recipe: dataset.Recipe{
		Columns: []dataset.Column{
			dataset.Numeric{Column: "size", Scaling: dataset.MinMax, Impute: dataset.Median},
			dataset.Ordinal{Column: "lift", Order: []string{"no", "yes"}},
			dataset.Categorical{Column: "town", Unknown: dataset.UnknownShares},
		},
	}}
	for _, method := range everyMethod {
		opts.Method = method
		m := fit(t, flatsTable(t, 200, "rent", "area"), dataset.Numbers("rent"), opts)
		codes := m.Pipeline().Preparation().Encodings()
		size, age, town, lift := codes[0], codes[1], codes[2], codes[3]
		if size.Scale.Scaling != dataset.MinMax || size.Indicator {
			t.Errorf("%v: size %+v", method, size)
		}
		if age.Scale.Scaling == dataset.Standard || !age.Indicator || age.Fill == nil {
			t.Errorf("%v: age %+v", method, age)
		}
		if area := codes[4]; area.Indicator { // which has no gaps
			t.Errorf("%v: area %+v", method, area)
		}
		if town.Unknown != dataset.UnknownShares || town.Codes != nil {
			t.Errorf("%v: town %+v", method, town)
		}
		if lift.Kind != "ordinal" || lift.Fill == nil {
			t.Errorf("%v: lift %+v", method, lift)
		}
	}
}
