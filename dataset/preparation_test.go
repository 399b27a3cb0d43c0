package dataset_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

const people = `id,age,income,height,size,port,member,color,ill
1,31,2000.5,170,small,Genoa,yes,red,no
2,,1500,165.2,large,Kiel,no,blue,yes
3,45,,181,medium,Genoa,yes,red,no
4,29,0.1,175,small,,no,green,yes
`

// everything is a recipe with a column of every kind.
func everything(target dataset.Target) dataset.Recipe {
	return dataset.Recipe{
		Target: target,
		Columns: []dataset.Column{
			dataset.Drop{Column: "id"},
			dataset.Numeric{Column: "age", Impute: dataset.Mean, Indicator: true},
			dataset.Numeric{Column: "income", Impute: dataset.Median, Scaling: dataset.Quantile},
			dataset.Numeric{Column: "height", Scaling: dataset.Unscaled},
			dataset.Ordinal{Column: "size", Order: []string{"small", "medium", "large"}, Scaling: dataset.Robust},
			dataset.Categorical{Column: "port", Impute: dataset.Constant, Fill: "none", Unknown: dataset.UnknownFeature},
			dataset.Categorical{Column: "color", Unknown: dataset.UnknownZeros},
		},
	}
}

// everyTarget has a target of every kind for the table people.
var everyTarget = map[string]dataset.Target{
	"none":    {},
	"numbers": dataset.Numbers("ill number"),
	"classes": dataset.Classes("ill"),
	"binary":  dataset.Binary("ill", "yes"),
}

// peopleFor returns the table people with the column of the target.
func peopleFor(target string) string {
	if target == "numbers" {
		r := strings.NewReplacer(",ill\n", ",ill number\n", ",no\n", ",-0.3\n", ",yes\n", ",7e22\n")
		return r.Replace(people)
	}
	return people
}

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
			if !slices.Equal(p.Features(), q.Features()) || !slices.Equal(p.Classes(), q.Classes()) || p.Target() != q.Target() {
				t.Errorf("Features %q, Classes %q, Target %q", q.Features(), q.Classes(), q.Target())
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
		{"null", `null`, "version 0 is not version 1"},
		{"another version", `{"version":2,"missing":[],"columns":[]}`, "version 2 is not version 1"},
		{"unknown field", `{"version":1,"colums":[]}`, `json: unknown field "colums"`},
		{"no columns", `{"version":1,"missing":[],"columns":[]}`, "no column is left for the features"},
		{"null column", `{"version":1,"missing":[],"columns":[null]}`, "column 0 is null"},
		{"no name", `{"version":1,"missing":[],"columns":[{"kind":"numeric"}]}`, `column "" has no name or one that is taken`},
		{"column twice", `{"version":1,"columns":[{"name":"x","kind":"numeric"},{"name":"x","kind":"boolean"}]}`, `column "x" has no name or one that is taken`},
		{"no kind", column(`"fill":"1"`), `column "x": unknown kind ""`},
		{"numeric with categories", column(`"kind":"numeric","categories":["p"]`), `column "x": numeric with 1 categories`},
		{"no categories", column(`"kind":"ordinal"`), `column "x": ordinal with 0 categories`},
		{"a category twice", column(`"kind":"categorical","categories":["p","p"]`), `column "x": the categories "p", "p" are not all different`},
		{"ordinal with unknown", column(`"kind":"ordinal","categories":["p"],"unknown":"zeros"`), `column "x": ordinal with unknown zeros`},
		{"no such unknown", column(categories + `,"unknown":"many"`), `dataset: "many" is none of "refused", "zeros", "feature"`},
		{"categorical with a scale", column(categories + `,"scale":{"scaling":"standard","shift":0,"scale":1}`), `column "x": categorical with a scale`},
		{"scale of 0", column(`"kind":"numeric","scale":{"scaling":"robust","shift":0,"scale":0}`), `column "x": robust with shift 0, scale 0 and 0 quantiles`},
		{"no such scaling", column(`"kind":"numeric","scale":{"scaling":"bad"}`), `dataset: "bad" is none of "standard", "min_max", "robust", "quantile", "unscaled"`},
		{"unscaled scale", column(`"kind":"numeric","scale":{"scaling":"unscaled","shift":0,"scale":1}`), `column "x": unscaled has no numbers to keep`},
		{"too large a number", column(`"kind":"numeric","scale":{"scaling":"standard","shift":1e999,"scale":1}`),
			`json: cannot unmarshal number 1e999 into Go struct field columnScale.columns.scale.shift of type float64`},
		{"quantiles descend", column(`"kind":"numeric","scale":{"scaling":"quantile","shift":0,"scale":0,"quantiles":[2,1]}`), `column "x": quantile 1 = 1 below quantile 0 = 2`},
		{"no quantiles", column(`"kind":"numeric","scale":{"scaling":"quantile","shift":0,"scale":0}`), `column "x": no quantiles`},
		{"fill is no number", column(`"kind":"numeric","fill":"p"`), `column "x": the value for missing cells: "p" is not a number`},
		{"fill overflows", column(`"kind":"numeric","fill":"1e300","scale":{"scaling":"standard","shift":0,"scale":1e-300}`), `column "x": the value for missing cells: 1e+300 overflows when scaled`},
		{"fill is no category", column(categories + `,"fill":"r"`), `column "x": the value for missing cells: "r" is none of the categories "p", "q"`},
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
			wantError(t, p.UnmarshalJSON([]byte(test.text)), "dataset: UnmarshalJSON: "+test.message)
			if after, _ := json.Marshal(p); string(after) != string(before) {
				t.Error("an error has changed the preparation")
			}
		})
	}
	var p dataset.Preparation
	err := p.UnmarshalJSON([]byte(column(`"kind":"numeric"`) + "{}"))
	wantError(t, err, "dataset: UnmarshalJSON: there is more text after the preparation")
	if err := p.UnmarshalJSON([]byte(column(`"kind":"numeric"`))); err != nil {
		t.Error(err)
	}
}

func TestPreparationTransformErrors(t *testing.T) {
	p := fitRecipe(t, dataset.Recipe{Target: dataset.Classes("y")}, "a,b,y\n1,p,u\n2,q,v\n")
	for _, test := range []struct{ name, text, transform, data string }{
		{"no column", "a,y\n1,u\n", `no column "b", the columns are "a", "y"`, `no column "b", the columns are "a", "y"`},
		{"unknown category", "b,a,y\np,1,u\nr,2,v\n", `line 3, column 1 "b": "r" is none of the categories "p", "q"`, `line 3, column 1 "b": "r" is none of the categories "p", "q"`},
		{"missing", "a,b,y\n,p,u\n", `line 2, column 1 "a": "" is a missing value, and no Impute says what stands in for it`, `line 2, column 1 "a": "" is a missing value, and no Impute says what stands in for it`},
		{"no number", "a,b,y\nx,p,u\n", `line 2, column 1 "a": "x" is not a number`, `line 2, column 1 "a": "x" is not a number`},
		{"overflow", "a,b,y\n-1.7e308,p,u\n", `line 2, column 1 "a": -1.7e+308 overflows when scaled`, `line 2, column 1 "a": -1.7e+308 overflows when scaled`},
		{"no target", "a,b\n1,p\n", "", `no column "y", the columns are "a", "b"`},
		{"unknown class", "a,b,y\n1,p,w\n", "", `line 2, column 3 "y": "w" is none of the classes "u", "v"`},
		{"missing class", "a,b,y\n1,p,NA\n", "", `line 2, column 3 "y": "NA" means a missing value, and a target must not miss`},
	} {
		t.Run(test.name, func(t *testing.T) {
			table := readTable(t, test.text)
			x, err := p.Transform(table)
			if test.transform != "" {
				wantError(t, err, "dataset: Transform: "+test.transform)
			} else if err != nil {
				t.Error(err)
			}
			if (x == nil) != (err != nil) {
				t.Errorf("%v, %v", x, err)
			}
			d, err := p.Data(table)
			wantError(t, err, "dataset: Data: "+test.data)
			if d != nil {
				t.Error("data beside an error")
			}
		})
	}
	_, err := fitRecipe(t, dataset.Recipe{}, "a\n1\n").Data(readTable(t, "a\n1\n"))
	wantError(t, err, "dataset: Data: the recipe had no target")

	const zero = "the preparation is nil or zero, Recipe.Fit makes one"
	for _, none := range []*dataset.Preparation{nil, new(dataset.Preparation)} {
		_, err = none.Transform(readTable(t, "a\n1\n"))
		wantError(t, err, "dataset: Transform: "+zero)
		wantError(t, none.TransformRow(nil, nil), "dataset: TransformRow: "+zero)
		wantError(t, none.TransformMap(nil, nil), "dataset: TransformMap: "+zero)
		wantError(t, none.TransformStruct(nil, nil), "dataset: TransformStruct: "+zero)
		_, err = none.Class(nil)
		wantError(t, err, "dataset: Class: "+zero)
		_, err = none.MarshalText()
		wantError(t, err, "dataset: MarshalJSON: "+zero)
	}
}

func TestPreparationClass(t *testing.T) {
	three := fitRecipe(t, dataset.Recipe{Target: dataset.Classes("y", "c", "a", "b")}, "x,y\n1,a\n2,b\n")
	two := fitRecipe(t, dataset.Recipe{Target: dataset.Binary("y", "a")}, "x,y\n1,a\n2,b\n")
	for _, test := range []struct {
		p    *dataset.Preparation
		y    []float64
		want string
	}{
		{three, []float64{0.2, 0.3, 0.5}, "b"},
		{three, []float64{0.4, 0.4, 0.2}, "c"},
		{three, []float64{0, 1, 0}, "a"},
		{two, []float64{1}, "a"},
		{two, []float64{0.5}, "a"},
		{two, []float64{0}, "b"},
	} {
		if got, err := test.p.Class(test.y); err != nil || got != test.want {
			t.Errorf("Class(%v) = %q, %v, want %q", test.y, got, err, test.want)
		}
	}
	_, err := three.Class([]float64{1})
	wantError(t, err, "dataset: Class: y has 1 entries, the target has 3")
	_, err = two.Class([]float64{math.NaN()})
	wantError(t, err, "dataset: Class: y[0] is NaN")
	_, err = fitRecipe(t, dataset.Recipe{Target: dataset.Numbers("y")}, "x,y\n1,2\n2,3\n").Class([]float64{1})
	wantError(t, err, "dataset: Class: the target has no classes")
}

// One preparation serves many goroutines.
func TestPreparationConcurrency(t *testing.T) {
	table := readTable(t, people)
	p, err := everything(dataset.Binary("ill", "yes")).Fit(table)
	if err != nil {
		t.Fatal(err)
	}
	want, err := p.Transform(table)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				if x, err := p.Transform(table); err != nil || !mat.Equal(x, want) {
					t.Errorf("%v, %v", x, err)
				}
				if _, err := json.Marshal(p); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// Whatever can be fitted transforms the rows it was fitted to, and survives
// JSON.
func FuzzRecipe(f *testing.F) {
	for _, text := range []string{people, "x,y\n1,p\n2,q\n", "a,b\nyes,1\nNo,NA\n", "a\n\"\"\n", "a,b\nx,1e308\ny,-1e308\n", "\ufeffa\tb\n1\t2\n"} {
		f.Add(text, uint8(0), uint8(0), uint8(0))
		f.Add(text, uint8(1), uint8(2), uint8(1))
		f.Add(text, uint8(3), uint8(3), uint8(2))
	}
	f.Fuzz(func(t *testing.T, text string, scaling, impute, unknown uint8) {
		table, err := dataset.ReadTable(strings.NewReader(text), ',')
		if err != nil {
			return
		}
		header := table.Header()
		r := dataset.Recipe{
			Numeric:     dataset.Numeric{Scaling: dataset.Scaling(scaling), Impute: dataset.Imputation(impute), Indicator: impute > 0},
			Categorical: dataset.Categorical{Unknown: dataset.Unknown(unknown), Impute: dataset.Imputation(impute), Fill: "none"},
		}
		if unknown > 0 && len(header) > 1 {
			r.Target = dataset.Classes(header[len(header)-1])
		}
		p, err := r.Fit(table)
		if err != nil {
			if p != nil || !strings.HasPrefix(err.Error(), "dataset: Fit: ") {
				t.Fatalf("%v, %v", p, err)
			}
			return
		}
		x, err := p.Transform(table)
		if err != nil {
			t.Fatal(err)
		}
		if _, cols := x.Dims(); cols != len(p.Features()) {
			t.Fatalf("%d columns, features %q", cols, p.Features())
		}
		for _, v := range x.RawMatrix().Data {
			if v-v != 0 {
				t.Fatalf("%g in x", v)
			}
		}
		saved, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var q dataset.Preparation
		if err := json.Unmarshal(saved, &q); err != nil {
			t.Fatalf("%v\n%s", err, saved)
		}
		if again, err := json.Marshal(&q); err != nil || string(again) != string(saved) {
			t.Fatalf("%v\n%s\n%s", err, saved, again)
		}
		z, err := q.Transform(table)
		if err != nil || fmt.Sprint(x.RawMatrix().Data) != fmt.Sprint(z.RawMatrix().Data) {
			t.Fatalf("%v, %v, %v", err, x, z)
		}
	})
}

// A text that is taken for a preparation is one.
func FuzzPreparationUnmarshal(f *testing.F) {
	for _, target := range []dataset.Target{dataset.Classes("ill"), dataset.Binary("ill", "no")} {
		table, err := dataset.ReadTable(strings.NewReader(people), ',')
		if err != nil {
			f.Fatal(err)
		}
		p, err := everything(target).Fit(table)
		if err != nil {
			f.Fatal(err)
		}
		text, err := json.Marshal(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, "31")
	}
	f.Add([]byte(`{"version":1,"columns":[{"name":"x","kind":"boolean"}]}`), "yes")
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
