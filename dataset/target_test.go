package dataset_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

func TestTargets(t *testing.T) {
	const text = "x,a,b,names\n1,1,no,p\n2,0,yes,\n3,true,0,r|p\n4,f,T,q | p\n"
	for _, c := range []struct {
		name     string
		target   dataset.Target
		y        [][]float64
		targets  []string
		classes  []string
		features []string
	}{
		{"labels", dataset.Labels("b", "a"), [][]float64{{0, 1}, {1, 0}, {0, 1}, {1, 0}}, []string{"b", "a"}, []string{"b", "a"}, []string{"x"}},
		{"label sets", dataset.LabelSets("names", "|"), [][]float64{{1, 0, 0}, {0, 0, 0}, {1, 0, 1}, {1, 1, 0}}, []string{"names"}, []string{"p", "q", "r"}, []string{"x"}},
		{"label sets in order", dataset.LabelSets("names", "|", "r", "s", "q", "p"),
			[][]float64{{0, 0, 0, 1}, {0, 0, 0, 0}, {1, 0, 0, 1}, {0, 0, 1, 1}}, []string{"names"}, []string{"r", "s", "q", "p"}, []string{"x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := dataset.Recipe{Target: c.target, Columns: []dataset.Column{dataset.Drop{Column: "names"}, dataset.Drop{Column: "a"}, dataset.Drop{Column: "b"}}}
			r.Columns = slices.DeleteFunc(r.Columns, func(d dataset.Column) bool {
				return slices.Contains(c.targets, d.(dataset.Drop).Column)
			})
			table := readTable(t, text)
			p, err := r.Fit(table)
			if err != nil {
				t.Fatal(err)
			}
			d, err := p.Data(table)
			if err != nil {
				t.Fatal(err)
			}
			wantMatrix(t, "Y", d.Y, c.y...)
			for _, got := range [][]string{d.Targets, p.Targets()} {
				if !slices.Equal(got, c.targets) || d.Target != c.targets[0] || p.Target() != d.Target {
					t.Errorf("targets %q, %q, want %q", got, d.Target, c.targets)
				}
			}
			if !slices.Equal(d.Classes, c.classes) || !slices.Equal(p.Classes(), c.classes) || !slices.Equal(d.Features, c.features) {
				t.Errorf("classes %q, features %q", d.Classes, d.Features)
			}
			part, err := d.Subset([]int{2})
			if err != nil || !slices.Equal(part.Targets, c.targets) {
				t.Errorf("a row has targets %q, %v", part.Targets, err)
			}
		})
	}
}

func TestReadCSVWithSeveralTargets(t *testing.T) {
	d := read(t, "a,x,b,z\n1,2,3,4\n5,6,7,8\n", dataset.Numbers("b", "a"))
	wantMatrix(t, "X", d.X, []float64{2, 4}, []float64{6, 8})
	wantMatrix(t, "Y", d.Y, []float64{3, 1}, []float64{7, 5})
	if !slices.Equal(d.Features, []string{"x", "z"}) || d.Target != "b" || !slices.Equal(d.Targets, []string{"b", "a"}) || d.Classes != nil {
		t.Errorf("%+v", d)
	}
}

// Numbers of a target may be written as those of a column, and stay so in a file.
func TestNumbersIn(t *testing.T) {
	euros := dataset.NumbersIn(dataset.Notation{Decimal: ',', Grouping: '.', Units: []string{"€"}}, "a", "b")
	p := fitRecipe(t, dataset.Recipe{Target: euros}, "x,a,b\n1,\"1.234,50 €\",7\n2,€ 3,\"0,5\"\n")
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var again dataset.Preparation
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*dataset.Preparation{p, &again} {
		d, err := p.Data(readTable(t, "x,a,b\n3,\"-1.000,25\",2 €\n"))
		if err != nil {
			t.Fatal(err)
		}
		wantMatrix(t, "Y", d.Y, []float64{-1000.25, 2})
	}
}

// What means a missing value is a number in the notation of the target.
func TestNumbersInMissing(t *testing.T) {
	target := dataset.NumbersIn(dataset.Notation{Decimal: ',', Grouping: '.'}, "y")
	missing := func(number string) dataset.Recipe { return dataset.Recipe{Target: target, Missing: []string{number}} }
	const text = "x,y\n5,\"-999,0\"\n6,1.000\n"
	_, err := missing("-999").Fit(readTable(t, text))
	wantError(t, err, `dataset: Recipe.Fit: line 2, column 2 "y": "-999,0" means a missing value, and a target must not be missing: leave such rows out by Table.Subset`)
	d, err := fitRecipe(t, missing("1"), text).Data(readTable(t, text))
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "Y", d.Y, []float64{-999}, []float64{1000})
}

func TestTargetErrors(t *testing.T) {
	const text = "x,a,b,names\n1,1,0,p|q\n2,0,1,q\n"
	for _, c := range []struct {
		target dataset.Target
		text   string
		want   string
	}{
		{dataset.Numbers(), text, "Numbers: 0 columns, want at least 1"},
		{dataset.Numbers("a", "b", "a"), text, `Numbers: columns 1 and 3 are both "a"`},
		{dataset.Numbers("a", "c"), text, `no column "c", the columns are "x", "a", "b", "names"`},
		{dataset.Numbers("a", "b"), "x,a,b\n1,2,3\n1,2,y\n", `line 3, column 3 "b": "y" is not a number`},
		{dataset.Numbers("a", "b"), "x,a,b\n1,2,3\n1,2,\n", `line 3, column 3 "b": the cell is empty, and a target must not be missing: Table.DropMissing leaves such rows out`},
		{dataset.Numbers("a", "b"), "x,a,b\n1,2,3\n2,2,3\n", `column 2 "a": the target is "2", "3" in every row, which leaves nothing to learn`},
		{dataset.Numbers("x", "a", "b"), "x,a,b\n1,2,3\n2,3,4\n", "no column is left for the features"},
		{dataset.Numbers("a"), "x,a\n1,2\n1,5 %\n", `line 3, column 2 "a": "5 %" is not a number: it looks like a number with the unit "%", which NumbersIn with Notation{Units: []string{"%"}} takes`},
		{dataset.Numbers("a"), "x,a\n1,2\n1,\"1.234,50 €\"\n", `line 3, column 2 "a": "1.234,50 €" is not a number: it looks like a number with points between thousands and the unit "€", which NumbersIn with Notation{Decimal: ',', Grouping: '.', Units: []string{"€"}} takes`},
		{dataset.Numbers("a"), "x,a\n1,2\n1,1e999\n", `line 3, column 2 "a": "1e999" is too large`},
		{dataset.NumbersIn(dataset.Notation{Units: []string{"%"}}, "a"), "x,a\n1,5 %\n2,5 $\n", `line 3, column 2 "a": "5 $" is not a number in the notation of the column`},
		{dataset.NumbersIn(dataset.Notation{Decimal: '5'}, "a"), text, "NumbersIn: the decimal mark cannot be '5'"},
		{dataset.Labels("a"), text, "Labels: 1 columns, want at least 2"},
		{dataset.Labels("a", "a"), text, `Labels: columns 1 and 2 are both "a"`},
		{dataset.Labels("x", "b"), text, `line 3, column 1 "x": "2" is neither true nor false`},
		{dataset.Labels("a", "b"), "x,a,b\n1,0,1\n1,NA,1\n", `line 3, column 2 "a": "NA" means a missing value, and a target must not be missing: Table.DropMissing leaves such rows out`},
		{dataset.LabelSets("names", ""), text, "LabelSets: the separator is empty"},
		{dataset.LabelSets("names", "|", "p"), text, `LabelSets: "p" is the only class, want at least 2`},
		{dataset.LabelSets("names", "|", "p", "r"), text, `line 2, column 4 "names": "q" is none of the labels "p", "r"`},
		{dataset.LabelSets("names", "|"), "x,names\n1,p\n2,p\n", `column 2 "names": 1 different labels, want at least 2`},
		{dataset.LabelSets("names", "|"), "x,names\n1,p|q\n2,p||q\n", `line 3, column 2 "names": "p||q" has an empty label`},
		{dataset.LabelSets("names", "|"), "x,names\n1,p|q\n2,NA\n", `line 3, column 2 "names": "NA" means a missing value, and a target must not be missing: Table.DropMissing leaves such rows out`},
		{dataset.LabelSets("names", ";"), "x,names\n1,p;q\n2,q;p\n", `column 2 "names": the target is "p;q" in every row, which leaves nothing to learn`},
	} {
		_, err := dataset.Recipe{Target: c.target}.Fit(readTable(t, c.text))
		wantError(t, err, "dataset: Recipe.Fit: "+c.want)
	}
	var many strings.Builder
	for i := range 10001 {
		fmt.Fprintf(&many, "%d;", i)
	}
	_, err := dataset.Recipe{Target: dataset.LabelSets("names", ";")}.Fit(readTable(t, "x,names\n1,"+many.String()+"p\n"))
	wantError(t, err, `dataset: Recipe.Fit: line 2, column 2 "names": more than 10000 different labels`)
	_, err = dataset.Recipe{Target: dataset.Labels("a", "b"), Columns: []dataset.Column{dataset.Drop{Column: "b"}}}.Fit(readTable(t, text))
	wantError(t, err, `dataset: Recipe.Fit: in Recipe.Columns[0]: "b" is the target`)
	_, err = dataset.ReadCSV(strings.NewReader("a,b\n1,2\n"), dataset.Numbers("b", "a"))
	wantError(t, err, `dataset: ReadCSV: no column besides the target "b", "a"`)
}

// Files of new kinds of targets are distrusted like others.
func TestTargetFiles(t *testing.T) {
	for _, c := range []struct{ target, want string }{
		{`"columns":["a","b"],"kind":"numbers"`, ""},
		{`"columns":["a","b"],"kind":"numbers","notation":{"decimal":",","units":["€"]}`, ""},
		{`"column":"a","kind":"numbers","notation":{"decimal":"5"}`, `target "a": the decimal mark cannot be '5'`},
		{`"columns":["a","b"],"kind":"labels","notation":{"decimal":","}`, `target "a", "b": labels with a notation`},
		{`"columns":["a","b"],"kind":"labels"`, ""},
		{`"column":"a","kind":"label_sets","classes":["p","q"],"separator":"|"`, ""},
		{`"column":"a","columns":["b","c"],"kind":"numbers"`, `target "b", "c": numbers with column "a" and 2 columns`},
		{`"columns":["a"],"kind":"numbers"`, `target "a": numbers with column "" and 1 columns`},
		{`"columns":[],"kind":"numbers"`, `target : 0 columns, want at least 1`},
		{`"columns":["a","a"],"kind":"numbers"`, `target "a", "a": columns 1 and 2 are both "a"`},
		{`"columns":["a",""],"kind":"labels"`, `target "a", "": a column has no name`},
		{`"kind":"numbers"`, `target "": a column has no name`},
		{`"columns":["a","x"],"kind":"labels"`, `column "x" has no name or one that is taken`},
		{`"column":"a","kind":"labels"`, `target "a": 0 columns, want at least 2`},
		{`"columns":["a","b"],"kind":"labels","classes":["p","q"]`, `target "a", "b": labels with classes`},
		{`"columns":["a","b"],"kind":"classes","classes":["p","q"]`, `target "a", "b": classes with column "" and 2 columns`},
		{`"column":"a","kind":"binary","classes":["p","q"],"separator":"|"`, `target "a": binary with a separator`},
		{`"column":"a","kind":"label_sets","classes":["p","q"]`, `target "a": no separator`},
		{`"column":"a","kind":"label_sets","separator":"|"`, `target "a": no classes`},
	} {
		text := `{"version":1,"missing":[],"columns":[{"name":"x","kind":"numeric"}],"target":{` + c.target + `}}`
		var p dataset.Preparation
		err := p.UnmarshalJSON([]byte(text))
		if c.want != "" {
			wantError(t, err, "dataset: Preparation.UnmarshalJSON: "+c.want)
			continue
		}
		if again, err2 := json.Marshal(&p); err != nil || err2 != nil || string(again) != text {
			t.Errorf("%v, %v, saved again\n%s\nwant\n%s", err, err2, again, text)
		}
	}
}
