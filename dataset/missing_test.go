package dataset_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

// The usual spellings of a missing value are missing in every kind of column,
// and in the target of ReadCSV as in that of a Recipe.
func TestUsualMissing(t *testing.T) {
	for _, cell := range []string{"", "NA", "N/A", "n/a", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None", "<NA>", "#N/A", "#N/A N/A", "#NA", "?", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"} {
		p := fitRecipe(t, dataset.Recipe{Numeric: dataset.Numeric{Impute: dataset.Mean, Scaling: dataset.Unscaled}, Categorical: dataset.Categorical{Impute: dataset.Constant, Fill: "unknown"}},
			"n,port,y\n1,Genoa,1\n3,Oslo,2\n"+cell+","+cell+",1\n")
		if want := []string{"n", "port=Genoa", "port=Oslo", "port=unknown", "y"}; !slices.Equal(p.Features(), want) {
			t.Errorf("%q: Features = %q", cell, p.Features())
		}
		x := make([]float64, 5)
		if err := p.TransformRow(x, []string{cell, " " + cell, "1"}); err != nil || x[0] != 2 || x[3] != 1 {
			t.Errorf("%q: %v, %v", cell, x, err)
		}
		for _, target := range []dataset.Target{dataset.Classes("y"), dataset.Binary("y", "u"), dataset.Numbers("y")} {
			text := "x,y\n1,1\n2,2\n3," + cell + "\n"
			_, err1 := dataset.ReadCSV(strings.NewReader(text), target)
			_, err2 := dataset.Recipe{Target: target}.Fit(readTable(t, text))
			message := fmt.Sprintf(`line 4, column 2 "y": %q means a missing value, and a target must not be missing: Table.DropMissing leaves such rows out`, cell)
			if cell == "" {
				message = `line 4, column 2 "y": the cell is empty, and a target must not be missing: Table.DropMissing leaves such rows out`
			}
			wantError(t, err1, "dataset: ReadCSV: "+message)
			wantError(t, err2, "dataset: Recipe.Fit: "+message)
		}
	}
	for _, cell := range []string{"none", "na", "-", "Null", "missing", "0"} {
		p := fitRecipe(t, dataset.Recipe{Categorical: dataset.Categorical{Impute: dataset.Constant, Fill: "unknown"}}, "port\nGenoa\n"+cell+"x\n")
		if len(p.Features()) != 3 {
			t.Errorf("%q: Features = %q", cell, p.Features())
		}
	}
}

// Missing is trimmed as cells are, counts the empty cell in, and compares
// numbers as numbers.
func TestMissingOfRecipe(t *testing.T) {
	recipe := func(missing ...string) dataset.Recipe {
		return dataset.Recipe{Missing: missing,
			Numeric:     dataset.Numeric{Impute: dataset.Median, Scaling: dataset.Unscaled},
			Categorical: dataset.Categorical{Impute: dataset.Constant, Fill: " unknown "}}
	}
	for _, test := range []struct {
		missing  []string
		cells    []string
		features []string
	}{
		{[]string{" ?"}, []string{"Private", "?", "State"}, []string{"x=Private", "x=State", "x=unknown"}},
		{[]string{"?\t"}, []string{"Private", "?", ""}, []string{"x=Private", "x=unknown"}},
		{[]string{}, []string{"NA", "Private", ""}, []string{"x=NA", "x=Private", "x=unknown"}},
		{[]string{"-999"}, []string{"p", "-999.0", "-9.99e2"}, []string{"x=p", "x=unknown"}},
	} {
		var text strings.Builder
		text.WriteString("x,y\n")
		for i, cell := range test.cells {
			fmt.Fprintf(&text, "%q,%d\n", cell, i)
		}
		p := fitRecipe(t, recipe(test.missing...), text.String())
		if want := append(test.features, "y"); !slices.Equal(p.Features(), want) {
			t.Errorf("%q: Features = %q, want %q", test.missing, p.Features(), want)
		}
	}
	p := reloadedPreparation(t, fitRecipe(t, recipe("-999", "0"), "a\n1\n-999.0\n0.00\n3.5\n"))
	x := []float64{0}
	for _, cell := range []any{"-999", "-999.0", "-0.999e3", "0", "-0", "0.0", "", -999, -999.0, nil} {
		if err := p.TransformValues(x, map[string]any{"a": cell}); err != nil || x[0] != 2.25 {
			t.Errorf("%v: %v, %v", cell, x, err)
		}
	}
	for cell, want := range map[string]float64{"-999.5": -999.5, "999": 999, "1e-300": 1e-300} {
		if err := p.TransformRow(x, []string{cell}); err != nil || x[0] != want {
			t.Errorf("%s: %v, %v", cell, x, err)
		}
	}
	comma := recipe("-999")
	comma.Numeric.Decimal = ','
	p = reloadedPreparation(t, fitRecipe(t, comma, "a\n1\n\"-999,0\"\n\"3,5\"\n"))
	for cell, want := range map[string]float64{"-999": 2.25, "-999,00": 2.25, "-999,5": -999.5} {
		if err := p.TransformRow(x, []string{cell}); err != nil || x[0] != want {
			t.Errorf("%s: %v, %v", cell, x, err)
		}
	}
	// A file from before takes the texts alone.
	var old dataset.Preparation
	if err := old.UnmarshalText([]byte(`{"version":1,"missing":["-999"],"columns":[{"name":"a","kind":"numeric","fill":"7"}]}`)); err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]float64{"-999": 7, "-999.0": -999} {
		if err := old.TransformRow(x, []string{cell}); err != nil || x[0] != want {
			t.Errorf("%s: %v, %v", cell, x, err)
		}
	}
	if err := old.TransformStruct(x, struct{ A float64 }{-999}); err != nil || x[0] != 7 {
		t.Errorf("%v, %v", x, err)
	}
}

// The texts of a recipe are trimmed as cells are.
func TestRecipeTextsAreTrimmed(t *testing.T) {
	const text = "work, size, y, z\n Private, small, 1, u\n State, large, 2, v\n Private, , 3, u\n"
	r := dataset.Recipe{
		Target: dataset.Binary("z", " u"),
		Columns: []dataset.Column{
			dataset.Categorical{Column: "work", Categories: []string{" Private", "State "}, Unknown: dataset.UnknownZeros},
			dataset.Ordinal{Column: "size", Order: []string{" small", "large "}, Impute: dataset.Constant, Fill: " large", Scaling: dataset.Unscaled},
		},
	}
	p := fitRecipe(t, r, text)
	d, err := p.Data(readTable(t, text))
	if err != nil {
		t.Fatal(err)
	}
	if got := d.X.RawRowView(2); !slices.Equal(got[:3], []float64{1, 0, 1}) || d.Y.At(0, 0) != 1 || d.Y.At(1, 0) != 0 {
		t.Errorf("%v, %v", got, d.Y)
	}
	r.Target = dataset.Classes("z", "v ", " u")
	if p := fitRecipe(t, r, text); !slices.Equal(p.Classes(), []string{"v", "u"}) {
		t.Errorf("Classes = %q", p.Classes())
	}
	_, err = dataset.Recipe{Target: dataset.Classes("y", "1", " 1")}.Fit(readTable(t, text))
	wantError(t, err, `dataset: Recipe.Fit: Classes: names 1 and 2 are both "1"`)
}
