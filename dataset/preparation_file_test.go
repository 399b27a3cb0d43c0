package dataset_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

// A preparation that has been JSON does the same to the bit.
func TestPreparationJSON(t *testing.T) {
	for name, target := range everyTarget {
		t.Run(name, func(t *testing.T) {
			table := readTable(t, peopleFor(name))
			r := everything(target)
			if name == "none" {
				r.Columns = append(r.Columns, dataset.Drop{Column: "ill"})
			}
			p, err := r.Fit(table)
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			var q dataset.Preparation
			if err := json.Unmarshal(text, &q); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			again, err := q.MarshalText()
			if err != nil || string(again) != string(text) {
				t.Errorf("%v, text\n%s\nagain\n%s", err, text, again)
			}
			if !slices.Equal(p.Features(), q.Features()) || !slices.Equal(p.Classes(), q.Classes()) || !slices.Equal(p.Targets(), q.Targets()) {
				t.Errorf("Features %q, Classes %q, Targets %q", q.Features(), q.Classes(), q.Targets())
			}
			x, err1 := p.Transform(table)
			z, err2 := q.Transform(table)
			if err1 != nil || err2 != nil || !mat.Equal(x, z) {
				t.Errorf("%v, %v\n%v\n%v", err1, err2, mat.Formatted(x), mat.Formatted(z))
			}
			if name == "none" {
				return
			}
			d, err1 := p.Data(table)
			e, err2 := q.Data(table)
			if err1 != nil || err2 != nil || !mat.Equal(d.Y, e.Y) {
				t.Errorf("%v, %v", err1, err2)
			}
		})
	}
}

// savedPeople is what files hold of everything in the table people.
const savedPeople = `{"version":1,"missing":["","NA","N/A","n/a","NaN","nan","-NaN","-nan","NULL","null","None","\u003cNA\u003e","#N/A","#N/A N/A","#NA","?",` +
	`"1.#IND","-1.#IND","1.#QNAN","-1.#QNAN"],"columns":[` +
	`{"name":"age","kind":"numeric","scale":{"scaling":"standard","shift":35,"scale":6.164414002968976},"fill":"35","indicator":true,"filled":{"":1}},` +
	`{"name":"income","kind":"numeric","scale":{"scaling":"quantile","shift":0,"scale":0,"quantiles":[0.1,1500,1500,2000.5]},"fill":"1500","filled":{"":1}},` +
	`{"name":"height","kind":"numeric"},` +
	`{"name":"size","kind":"ordinal","categories":["small","medium","large"],"scale":{"scaling":"robust","shift":0.5,"scale":1.25}},` +
	`{"name":"port","kind":"categorical","categories":["Genoa","Kiel","none"],"unknown":"feature","fill":"none","constant":[3],"filled":{"":1}},` +
	`{"name":"member","kind":"boolean"},` +
	`{"name":"color","kind":"categorical","categories":["blue","green","red"],"unknown":"zeros"}],` +
	`"target":{"column":"ill","kind":"classes","classes":["no","yes"]}}`

// earlierPeople is such a text from before there were constant features and
// counts of missing cells.
const earlierPeople = `{"version":1,"missing":["","NA","N/A","NaN","nan","NULL","null"],"columns":[` +
	`{"name":"age","kind":"numeric","scale":{"scaling":"standard","shift":35,"scale":6.164414002968976},"fill":"35","indicator":true},` +
	`{"name":"income","kind":"numeric","scale":{"scaling":"quantile","shift":0,"scale":0,"quantiles":[0.1,1500,1500,2000.5]},"fill":"1500"},` +
	`{"name":"height","kind":"numeric"},` +
	`{"name":"size","kind":"ordinal","categories":["small","medium","large"],"scale":{"scaling":"robust","shift":0.5,"scale":1.25}},` +
	`{"name":"port","kind":"categorical","categories":["Genoa","Kiel","none"],"unknown":"feature","fill":"none"},` +
	`{"name":"member","kind":"boolean"},` +
	`{"name":"color","kind":"categorical","categories":["blue","green","red"],"unknown":"zeros"}],` +
	`"target":{"column":"ill","kind":"classes","classes":["no","yes"]}}`

// Files of version 1 keep their bytes.
func TestPreparationFormat(t *testing.T) {
	text, err := json.Marshal(fitRecipe(t, everything(dataset.Classes("ill")), people))
	if err != nil || string(text) != savedPeople {
		t.Errorf("%v, fitted\n%s\nwant\n%s", err, text, savedPeople)
	}
	for _, want := range []string{savedPeople, earlierPeople} {
		var p dataset.Preparation
		if err := p.UnmarshalJSON([]byte(want)); err != nil {
			t.Fatal(err)
		}
		if text, err := json.Marshal(&p); err != nil || string(text) != want {
			t.Errorf("%v, loaded and saved\n%s\nwant\n%s", err, text, want)
		}
	}
}

// A negative zero is a number of its own.
func TestPreparationJSONBits(t *testing.T) {
	minus := math.Copysign(0, -1)
	p := fitRecipe(t, dataset.Recipe{Columns: []dataset.Column{
		dataset.Numeric{Column: "x", Impute: dataset.Constant, Fill: minus, Scaling: dataset.MinMax}}}, "x\n-0\n-0\n")
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var q dataset.Preparation
	if err := q.UnmarshalText(text); err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"-0", "0", "NA"} {
		var a, b [1]float64
		if err := p.TransformRow(a[:], []string{cell}); err != nil {
			t.Fatal(err)
		}
		if err := q.TransformRow(b[:], []string{cell}); err != nil {
			t.Fatal(err)
		}
		if math.Signbit(a[0]) != math.Signbit(b[0]) || a != b {
			t.Errorf("%s: %g, after JSON %g", cell, a[0], b[0])
		}
	}
}

// Saved preparations may come from anybody.
func TestPreparationUnmarshalErrors(t *testing.T) {
	column := func(fields string) string {
		return `{"version":1,"missing":[],"columns":[{"name":"x",` + fields + `}]}`
	}
	target := func(fields string) string {
		return `{"version":1,"missing":[],"columns":[{"name":"x","kind":"numeric"}],"target":{"column":"y",` + fields + `}}`
	}
	const categories = `"kind":"categorical","categories":["p","q"]`
	tests := []struct{ name, text, message string }{
		{"null", `null`, "null"},
		{"a field twice", `{"version":1,"version":1,"columns":[]}`, `"version" is there twice`},
		{"another version", `{"version":2,"missing":[],"columns":[]}`, "version 2 is not version 1"},
		{"unknown field", `{"version":1,"colums":[]}`, `unknown field "colums"`},
		{"no columns", `{"version":1,"missing":[],"columns":[]}`, "no column is left for the features"},
		{"null column", `{"version":1,"missing":[],"columns":[null]}`, `"columns": null`},
		{"no name", `{"version":1,"missing":[],"columns":[{"kind":"numeric"}]}`, `column "" has no name or one that is taken`},
		{"column twice", `{"version":1,"columns":[{"name":"x","kind":"numeric"},{"name":"x","kind":"boolean"}]}`, `column "x" has no name or one that is taken`},
		{"no kind", column(`"fill":"1"`), `column "x": unknown kind ""`},
		{"numeric with categories", column(`"kind":"numeric","categories":["p"]`), `column "x": numeric with 1 categories`},
		{"no categories", column(`"kind":"ordinal"`), `column "x": ordinal with 0 categories`},
		{"a category twice", column(`"kind":"categorical","categories":["p","p"]`), `column "x": the categories "p", "p" are not all different`},
		{"ordinal with unknown", column(`"kind":"ordinal","categories":["p"],"unknown":"zeros"`), `column "x": ordinal with unknown zeros`},
		{"no such unknown", column(categories + `,"unknown":"many"`), `"columns": "unknown": dataset: Unknown.UnmarshalText: "many" is none of "refused", "zeros", "feature", "shares"`},
		{"categorical with a scale", column(categories + `,"scale":{"scaling":"standard","shift":0,"scale":1}`), `column "x": categorical with a scale`},
		{"scale of 0", column(`"kind":"numeric","scale":{"scaling":"robust","shift":0,"scale":0}`), `column "x": robust with shift 0, scale 0 and 0 quantiles`},
		{"no such scaling", column(`"kind":"numeric","scale":{"scaling":"bad"}`), `"columns": "scale": "scaling": dataset: Scaling.UnmarshalText: "bad" is none of "standard", "min_max", "robust", "quantile", "unscaled", "smooth_clip", "normal"`},
		{"unscaled scale", column(`"kind":"numeric","scale":{"scaling":"unscaled","shift":0,"scale":1}`), `column "x": unscaled has no numbers to keep`},
		{"too large a number", column(`"kind":"numeric","scale":{"scaling":"standard","shift":1e999,"scale":1}`),
			`"columns": "scale": "shift": 1e999, want a finite number`},
		{"quantiles descend", column(`"kind":"numeric","scale":{"scaling":"quantile","shift":0,"scale":0,"quantiles":[2,1]}`), `column "x": quantile 1 = 1 below quantile 0 = 2`},
		{"normal with a scale", column(`"kind":"numeric","scale":{"scaling":"normal","shift":0,"scale":1,"quantiles":[1]}`), `column "x": normal with a shift or a scale`},
		{"smooth clip by 0", column(`"kind":"numeric","scale":{"scaling":"smooth_clip","shift":0,"scale":0}`), `column "x": smooth_clip with shift 0, scale 0 and 0 quantiles`},
		{"no quantiles", column(`"kind":"numeric","scale":{"scaling":"quantile","shift":0,"scale":0}`), `column "x": no quantiles`},
		{"fill is no number", column(`"kind":"numeric","fill":"p"`), `column "x": the value for missing cells: "p" is not a number`},
		{"unknown fill of a number", column(`"kind":"numeric","fill_unknown":true`), `column "x": the value for missing cells: there is no unknown name, or another value as well`},
		{"two fills", column(categories + `,"unknown":"zeros","fill":"p","fill_unknown":true`), `column "x": the value for missing cells: there is no unknown name, or another value as well`},
		{"unknown fill that is refused", column(categories + `,"fill_unknown":true`), `column "x": the value for missing cells: AsUnknown makes missing cells unknown names, and Unknown refuses them`},
		{"unknown fill without a sign", column(`"kind":"boolean","fill_unknown":true`), `column "x": the value for missing cells: AsUnknown makes missing cells 0, which is no without Sign`},
		{"too few codes", column(categories + `,"codes":[1]`), `column "x": categorical with 1 codes, 2 categories and unknown refused`},
		{"codes with shares", column(categories + `,"codes":[1,2],"unknown":"shares","shares":[0.5,0.5]`), `column "x": categorical with 2 codes, 2 categories and unknown shares`},
		{"a code left out", column(categories + `,"codes":[0,2]`), `column "x": categorical with code 2, want 0 or 1`},
		{"codes and a sign", column(categories + `,"codes":[0,1],"sign":true`), `column "x": categorical with a sign`},
		{"a sign for unknown names", column(categories + `,"sign":true,"unknown":"feature"`), `column "x": categorical with a sign, 2 categories and unknown feature`},
		{"a sign of one name", column(`"kind":"categorical","categories":["p"],"sign":true`), `column "x": categorical with a sign, 1 categories and unknown refused`},
		{"ordinal with codes", column(`"kind":"ordinal","categories":["p"],"codes":[1]`), `column "x": ordinal with 1 codes`},
		{"a sign that is a number", column(`"kind":"numeric","sign":true`), `column "x": numeric with a sign`},
		{"flags of a number", column(`"kind":"numeric","flags":[{"scaling":"smooth_clip","shift":0,"scale":1}]`), `column "x": 1 scales of flags, want 0`},
		{"flags scaled otherwise", column(`"kind":"boolean","flags":[{"scaling":"robust","shift":0,"scale":1}]`), `column "x": flag 0 with the scaling robust, want smooth_clip`},
		{"flags divided by 0", column(`"kind":"boolean","flags":[{"scaling":"smooth_clip","shift":0,"scale":0}]`), `column "x": smooth_clip with shift 0, scale 0 and 0 quantiles`},
		{"flag overflows", column(`"kind":"boolean","sign":true,"fill_unknown":true,"flags":[{"scaling":"smooth_clip","shift":1,"scale":5e-324}]`), `column "x": the value for missing cells: 0 overflows when scaled`},
		{"fill overflows", column(`"kind":"numeric","fill":"1e300","scale":{"scaling":"standard","shift":0,"scale":1e-300}`), `column "x": the value for missing cells: 1e+300 overflows when scaled`},
		{"fill is no category", column(categories + `,"fill":"r"`), `column "x": the value for missing cells: "r" is none of the categories "p", "q"; Categorical.Unknown says what becomes of other names`},
		{"indicator of nothing", column(`"kind":"numeric","indicator":true`), `column "x": an indicator needs an imputation for the missing cells it marks`},
		{"target is a column", `{"version":1,"columns":[{"name":"y","kind":"numeric"}],"target":{"column":"y","kind":"numbers"}}`, `column "y" has no name or one that is taken`},
		{"target without kind", target(`"classes":["p","q"]`), `target "y": unknown kind ""`},
		{"numbers with classes", target(`"kind":"numbers","classes":["p","q"]`), `target "y": numbers with classes`},
		{"no classes", target(`"kind":"classes"`), `target "y": no classes`},
		{"a class twice", target(`"kind":"classes","classes":["p","p"]`), `target "y": names 1 and 2 are both "p"`},
		{"three binary classes", target(`"kind":"binary","classes":["p","q","r"]`), `target "y": 3 classes, binary takes 2`},
		{"an empty class", target(`"kind":"binary","classes":["p",""]`), `target "y": name 2 is empty`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := fitRecipe(t, dataset.Recipe{}, "x\n1\n2\n")
			before, _ := json.Marshal(p)
			wantError(t, p.UnmarshalJSON([]byte(test.text)), "dataset: Preparation.UnmarshalJSON: "+test.message)
			if after, _ := json.Marshal(p); string(after) != string(before) {
				t.Error("an error has changed the preparation")
			}
		})
	}
	var p dataset.Preparation
	err := p.UnmarshalJSON([]byte(column(`"kind":"numeric"`) + "{}"))
	wantError(t, err, "dataset: Preparation.UnmarshalJSON: data after the end")
	wantError(t, p.UnmarshalJSON(nil), "dataset: Preparation.UnmarshalJSON: unexpected EOF")
	if err := p.UnmarshalJSON([]byte(column(`"kind":"numeric"`))); err != nil {
		t.Error(err)
	}
	wantError(t, (*dataset.Preparation)(nil).UnmarshalJSON(nil), "dataset: Preparation.UnmarshalJSON: the preparation is nil")
}

// A text that is taken for a preparation is one.
func FuzzPreparationUnmarshal(f *testing.F) {
	for _, target := range []dataset.Target{dataset.Classes("ill"), dataset.Binary("ill", "no")} {
		text, err := json.Marshal(fitRecipe(f, everything(target), people))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, "31")
	}
	f.Add([]byte(`{"version":1,"columns":[{"name":"x","kind":"boolean"}]}`), "yes")
	for _, r := range []dataset.Recipe{doorsRecipe(), smooth(doorsRecipe())} {
		text, err := json.Marshal(fitRecipe(f, r, doors))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, "2024-03-31T10:00:00+02:00")
		f.Add(text, "1.000,5")
	}
	f.Add([]byte(`{"version":1,"missing":["-1"],"missing_by_value":true,"columns":[{"name":"x","kind":"categorical","categories":["1","1.0","yes"],"unknown":"shares","shares":[0.5,0,0.5],"constant":[1]}]}`), "-1.0")
	f.Fuzz(func(t *testing.T, text []byte, cell string) {
		var p dataset.Preparation
		if err := p.UnmarshalJSON(text); err != nil {
			return
		}
		saved, err := json.Marshal(&p)
		if err != nil {
			t.Fatal(err)
		}
		var q dataset.Preparation
		if err := json.Unmarshal(saved, &q); err != nil {
			t.Fatalf("%v\n%s", err, saved)
		}
		row := make([]float64, len(p.Features()))
		if err := p.TransformRow(row, slices.Repeat([]string{cell}, len(p.Columns()))); err != nil {
			return
		}
		for _, v := range row {
			if v-v != 0 {
				t.Fatalf("%g from %q\n%s", v, cell, text)
			}
		}
	})
}
