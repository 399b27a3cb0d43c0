package dataset_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"example.com/mlp/dataset"
)

// described is a recipe for the column x of a text, and what the preparation
// says about it.
type described struct {
	name, text string
	recipe     dataset.Recipe
	layout     []dataset.Feature
	encoding   dataset.Encoding
}

// descriptions has every kind of column.
func descriptions() []described {
	column := func(c dataset.Column) dataset.Recipe { return dataset.Recipe{Columns: []dataset.Column{c}} }
	fill := func(cell string) *string { return &cell }
	number := func(s dataset.Scaling) dataset.Feature {
		return dataset.Feature{Name: "x", Column: "x", Kind: dataset.FeatureNumber, Scaling: s}
	}
	flag := dataset.Feature{Name: "x", Column: "x", Kind: dataset.FeatureFlag}
	missing := dataset.Feature{Name: "x is missing", Column: "x", Kind: dataset.FeatureFlag, Missing: true}
	name := func(category string, names int) dataset.Feature {
		return dataset.Feature{Name: "x=" + category, Column: "x", Kind: dataset.FeatureOneHot, Category: category, Names: names}
	}
	unknown := func(names int) dataset.Feature {
		return dataset.Feature{Name: "x is unknown", Column: "x", Kind: dataset.FeatureOneHot, Names: names}
	}
	constant := func(f dataset.Feature) dataset.Feature {
		f.Constant = true
		return f
	}
	return []described{
		{"numeric", "x\n1\n3\n", dataset.Recipe{},
			[]dataset.Feature{number(dataset.Standard)},
			dataset.Encoding{Column: "x", Kind: "numeric", Scale: &dataset.ColumnScale{Scaling: dataset.Standard, Shift: 2, Scale: 1}}},
		{"numeric with gaps", "x\n1\nNA\n5\n", column(dataset.Numeric{Column: "x", Scaling: dataset.MinMax, Impute: dataset.Mean, Indicator: true}),
			[]dataset.Feature{number(dataset.MinMax), missing},
			dataset.Encoding{Column: "x", Kind: "numeric", Scale: &dataset.ColumnScale{Scaling: dataset.MinMax, Shift: 1, Scale: 4}, Fill: fill("3"), Indicator: true, Filled: map[string]int{"NA": 1}}},
		{"numeric by quantiles", "x\n3\n1\n2\n", column(dataset.Numeric{Column: "x", Scaling: dataset.Quantile}),
			[]dataset.Feature{number(dataset.Quantile)},
			dataset.Encoding{Column: "x", Kind: "numeric", Scale: &dataset.ColumnScale{Scaling: dataset.Quantile, Quantiles: []float64{1, 2, 3}}}},
		{"numeric in a normal distribution", "x\n3\n1\n2\n", column(dataset.Numeric{Column: "x", Scaling: dataset.Normal}),
			[]dataset.Feature{number(dataset.Normal)},
			dataset.Encoding{Column: "x", Kind: "numeric", Scale: &dataset.ColumnScale{Scaling: dataset.Normal, Quantiles: []float64{1, 2, 3}}}},
		{"numeric with a smooth clip", "x\n3\n1\n2\n", column(dataset.Numeric{Column: "x", Scaling: dataset.SmoothClip}),
			[]dataset.Feature{number(dataset.SmoothClip)},
			dataset.Encoding{Column: "x", Kind: "numeric", Scale: &dataset.ColumnScale{Scaling: dataset.SmoothClip, Shift: 2, Scale: 1}}},
		{"numeric as it is", "x\n3\n1\n", column(dataset.Numeric{Column: "x", Scaling: dataset.Unscaled}),
			[]dataset.Feature{number(dataset.Unscaled)},
			dataset.Encoding{Column: "x", Kind: "numeric"}},
		{"numeric in three ways", "x\n3\n1\n2\n", column(dataset.Numeric{Column: "x", Scaling: dataset.Unscaled, Also: []dataset.Scaling{dataset.MinMax, dataset.SmoothClip}}),
			[]dataset.Feature{
				number(dataset.Unscaled),
				{Name: "x by min_max", Column: "x", Kind: dataset.FeatureNumber, Scaling: dataset.MinMax, Also: true},
				{Name: "x by smooth_clip", Column: "x", Kind: dataset.FeatureNumber, Scaling: dataset.SmoothClip, Also: true},
			},
			dataset.Encoding{
				Column: "x", Kind: "numeric",
				Also: []dataset.ColumnScale{{Scaling: dataset.MinMax, Shift: 1, Scale: 2}, {Scaling: dataset.SmoothClip, Shift: 2, Scale: 1}},
			}},
		{"boolean", "x\nyes\nno\n", dataset.Recipe{},
			[]dataset.Feature{flag},
			dataset.Encoding{Column: "x", Kind: "boolean"}},
		{"boolean with gaps", "x\nyes\nNA\n", column(dataset.Boolean{Column: "x", Impute: dataset.MostFrequent, Indicator: true}),
			[]dataset.Feature{constant(flag), missing},
			dataset.Encoding{Column: "x", Kind: "boolean", Fill: fill("true"), Indicator: true, Filled: map[string]int{"NA": 1}}},
		{"categorical", "x\nq\np\nr\n", dataset.Recipe{},
			[]dataset.Feature{name("p", 3), name("q", 3), name("r", 3)},
			dataset.Encoding{Column: "x", Kind: "categorical", Categories: []string{"p", "q", "r"}}},
		{"categorical with zeros", "x\nq\n", column(dataset.Categorical{Column: "x", Categories: []string{"q", "p"}, Unknown: dataset.UnknownZeros}),
			[]dataset.Feature{constant(name("q", 2)), constant(name("p", 2))},
			dataset.Encoding{Column: "x", Kind: "categorical", Categories: []string{"q", "p"}, Unknown: dataset.UnknownZeros}},
		{"categorical with everything", "x\nq\nNA\np\n", column(dataset.Categorical{Column: "x", Unknown: dataset.UnknownFeature, Impute: dataset.Constant, Fill: "none", Indicator: true}),
			[]dataset.Feature{name("none", 4), name("p", 4), name("q", 4), constant(unknown(4)), missing},
			dataset.Encoding{Column: "x", Kind: "categorical", Categories: []string{"none", "p", "q"}, Unknown: dataset.UnknownFeature, Fill: fill("none"), Indicator: true, Filled: map[string]int{"NA": 1}}},
		{"codes", "x\nq\np\nNA\n", column(dataset.Categorical{Column: "x", Categories: []string{"q", "r", "p"}, CodesFrom: 3, Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown, Indicator: true}),
			[]dataset.Feature{{Name: "x", Column: "x", Kind: dataset.FeatureCode, Names: 3}, missing},
			dataset.Encoding{Column: "x", Kind: "categorical", Categories: []string{"q", "r", "p"}, Unknown: dataset.UnknownZeros, Codes: []int{1, 0, 2}, FillUnknown: true, Indicator: true, Filled: map[string]int{"NA": 1}}},
		{"sign", "x\nq\np\n", column(dataset.Categorical{Column: "x", Sign: true}),
			[]dataset.Feature{{Name: "x=q", Column: "x", Kind: dataset.FeatureSign, Category: "q"}},
			dataset.Encoding{Column: "x", Kind: "categorical", Categories: []string{"p", "q"}, Sign: true}},
		{"boolean as a sign", "x\nyes\nno\n", dataset.Recipe{Boolean: dataset.Boolean{Sign: true}},
			[]dataset.Feature{{Name: "x", Column: "x", Kind: dataset.FeatureSign}},
			dataset.Encoding{Column: "x", Kind: "boolean", Sign: true}},
		{"scaled flags", "x\nq\np\nr\nNA\nr\nr\n", dataset.Recipe{Categorical: dataset.Categorical{Unknown: dataset.UnknownFeature, Impute: dataset.AsUnknown}, SmoothFlags: true},
			[]dataset.Feature{name("p", 4), name("q", 4), name("r", 4), unknown(4)},
			dataset.Encoding{Column: "x", Kind: "categorical", Categories: []string{"p", "q", "r"}, Unknown: dataset.UnknownFeature, FillUnknown: true, Filled: map[string]int{"NA": 1},
				Flags: []dataset.ColumnScale{{Scaling: dataset.SmoothClip, Shift: 0, Scale: 0.5}, {Scaling: dataset.SmoothClip, Shift: 0, Scale: 0.5}, {Scaling: dataset.SmoothClip, Shift: 0.5, Scale: 1}, {Scaling: dataset.SmoothClip, Shift: 0, Scale: 0.5}}}},
		{"scaled flag of a number", "x\n3\n1\nNA\n", dataset.Recipe{Numeric: dataset.Numeric{Scaling: dataset.SmoothClip, Impute: dataset.Mean, Indicator: true}, SmoothFlags: true},
			[]dataset.Feature{number(dataset.SmoothClip), missing},
			dataset.Encoding{Column: "x", Kind: "numeric", Scale: &dataset.ColumnScale{Scaling: dataset.SmoothClip, Shift: 2, Scale: 1}, Fill: fill("2"), Indicator: true, Filled: map[string]int{"NA": 1},
				Flags: []dataset.ColumnScale{{Scaling: dataset.SmoothClip, Shift: 0, Scale: 0.5}}}},
		{"ordinal", "x\nlow\nhigh\nNA\n", column(dataset.Ordinal{Column: "x", Order: []string{"low", "high"}, Scaling: dataset.Robust, Impute: dataset.Constant, Fill: "low", Indicator: true}),
			[]dataset.Feature{number(dataset.Robust), missing},
			dataset.Encoding{Column: "x", Kind: "ordinal", Categories: []string{"low", "high"}, Scale: &dataset.ColumnScale{Scaling: dataset.Robust, Shift: 0, Scale: 0.5}, Fill: fill("low"), Indicator: true, Filled: map[string]int{"NA": 1}}},
	}
}

// What a preparation says about its columns is the same after it was saved and
// loaded.
func TestDescriptions(t *testing.T) {
	for _, d := range descriptions() {
		t.Run(d.name, func(t *testing.T) {
			p := fitRecipe(t, d.recipe, d.text)
			for when, p := range map[string]*dataset.Preparation{"fitted": p, "loaded": reloadedPreparation(t, p)} {
				if got := p.Layout(); !slices.Equal(got, d.layout) {
					t.Errorf("%s: Layout = %+v, want %+v", when, got, d.layout)
				}
				if got, want := p.Encodings(), []dataset.Encoding{d.encoding}; !reflect.DeepEqual(got, want) {
					t.Errorf("%s: Encodings = %s, want %s", when, asJSON(t, got), asJSON(t, want))
				}
			}
		})
	}
}

// The layout has the features in their order, and the encodings the columns.
func TestDescriptionsOfSeveralColumns(t *testing.T) {
	p := fitRecipe(t, everything(dataset.Classes("ill")), people)
	for when, p := range map[string]*dataset.Preparation{"fitted": p, "loaded": reloadedPreparation(t, p)} {
		var names, kinds []string
		for _, f := range p.Layout() {
			names = append(names, f.Name)
			kinds = append(kinds, fmt.Sprint(f.Column, " ", f.Kind))
		}
		if !slices.Equal(names, p.Features()) {
			t.Errorf("%s: Layout has %q, Features %q", when, names, p.Features())
		}
		want := []string{"age number", "age flag", "income number", "height number", "size number", "port one_hot", "port one_hot", "port one_hot",
			"port one_hot", "member flag", "color one_hot", "color one_hot", "color one_hot"}
		if !slices.Equal(kinds, want) {
			t.Errorf("%s: Layout has %q, want %q", when, kinds, want)
		}
		d, err := p.Data(readTable(t, people))
		if err != nil {
			t.Fatal(err)
		}
		if d, err = d.Subset([]int{1}); err != nil || !slices.Equal(d.Layout, p.Layout()) {
			t.Errorf("%s: data with the layout %v, %v", when, d.Layout, err)
		}
		var columns []string
		for _, e := range p.Encodings() {
			columns = append(columns, e.Column)
		}
		if !slices.Equal(columns, p.Columns()) {
			t.Errorf("%s: Encodings has %q, Columns %q", when, columns, p.Columns())
		}
	}
}

// An encoding has all that the file has of its column.
func TestEncodingsAreThoseOfTheFile(t *testing.T) {
	p := fitRecipe(t, everything(dataset.Classes("ill")), people)
	var file struct{ Columns []map[string]any }
	if err := json.Unmarshal([]byte(savedPeople), &file); err != nil {
		t.Fatal(err)
	}
	for i, e := range p.Encodings() {
		want := map[string]any{"name": e.Column, "kind": e.Kind}
		if e.Categories != nil {
			want["categories"] = e.Categories
		}
		if e.Unknown != dataset.UnknownRefused {
			want["unknown"] = e.Unknown
		}
		if s := e.Scale; s != nil {
			scale := map[string]any{"scaling": s.Scaling, "shift": s.Shift, "scale": s.Scale}
			if s.Quantiles != nil {
				scale["quantiles"] = s.Quantiles
			}
			want["scale"] = scale
		}
		if e.Fill != nil {
			want["fill"] = *e.Fill
		}
		if e.Indicator {
			want["indicator"] = true
		}
		if e.Filled != nil {
			want["filled"] = e.Filled
		}
		delete(file.Columns[i], "constant") // which Layout has
		if got, want := asJSON(t, file.Columns[i]), asJSON(t, want); got != want {
			t.Errorf("the file has %s, the encoding %s", got, want)
		}
	}
}

// Nobody changes a preparation by what it says about itself.
func TestDescriptionsAreCopies(t *testing.T) {
	p := fitRecipe(t, everything(dataset.Classes("ill")), people)
	layout := p.Layout()
	clear(layout)
	for _, e := range p.Encodings() {
		clear(e.Categories)
		if e.Scale != nil {
			clear(e.Scale.Quantiles)
			*e.Scale = dataset.ColumnScale{}
		}
		if e.Fill != nil {
			*e.Fill = ""
		}
		clear(e.Filled)
	}
	if text := asJSON(t, p); text != savedPeople {
		t.Errorf("changed to\n%s", text)
	}
	if names := p.Layout(); names[0].Name != "age" {
		t.Errorf("the layout begins with %+v", names[0])
	}
}

func TestFeatureKindString(t *testing.T) {
	for kind, want := range map[dataset.FeatureKind]string{
		dataset.FeatureNumber: "number", dataset.FeatureFlag: "flag", dataset.FeatureOneHot: "one_hot",
		dataset.FeatureSign: "sign", dataset.FeatureCode: "code", -1: "dataset.FeatureKind(-1)", 5: "dataset.FeatureKind(5)",
	} {
		if got := kind.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// reloadedPreparation returns p saved and loaded.
func reloadedPreparation(t *testing.T, p *dataset.Preparation) *dataset.Preparation {
	t.Helper()
	var q dataset.Preparation
	if err := q.UnmarshalText([]byte(asJSON(t, p))); err != nil {
		t.Fatal(err)
	}
	return &q
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
