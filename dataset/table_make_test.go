package dataset_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

// usualText returns the cell with the text that a value has in a file.
func usualText(c dataset.Cell) dataset.Cell { return dataset.Text(c.String()) }

// What is learned from values is what is learned from their texts, and both give
// the same numbers.
func TestValuesLearnAsTexts(t *testing.T) {
	const rows = 60
	columns := make(map[string][]dataset.Cell)
	add := func(name string, cell func(i int) dataset.Cell) {
		for i := range rows {
			columns[name] = append(columns[name], cell(i))
		}
	}
	gap := func(i int, c dataset.Cell) dataset.Cell {
		if i%7 == 3 {
			return dataset.Cell{}
		}
		return c
	}
	add("number", func(i int) dataset.Cell { return dataset.Number(float64(i) / 8) })
	add("large", func(i int) dataset.Cell { return dataset.Number(float64(i) * 1e6) })
	add("small", func(i int) dataset.Cell { return gap(i, dataset.Number(float64(i)*1e-9)) })
	add("nan", func(i int) dataset.Cell {
		if i%5 == 0 {
			return dataset.Number(math.NaN())
		}
		return dataset.Number(float64(i))
	})
	add("truth", func(i int) dataset.Cell { return gap(i, dataset.Truth(i%3 == 0)) })
	add("code", func(i int) dataset.Cell { return gap(i, dataset.Number([]float64{1e6, 0.5, 0, 3}[i%4])) })
	add("bit", func(i int) dataset.Cell { return dataset.Number(float64(i % 2)) })
	add("day", func(i int) dataset.Cell {
		return gap(i, dataset.Time(time.Date(2024, 1, i, i%24, 0, 0, 0, time.UTC)))
	})
	add("date", func(i int) dataset.Cell { return dataset.Number(float64(20240101 + i%28)) })
	add("city", func(i int) dataset.Cell { return gap(i, dataset.Text([]string{"Kiel", "Genoa"}[i%2])) })
	add("class", func(i int) dataset.Cell { return dataset.Number([]float64{1, 2, 1e6}[i%3]) })
	add("yes", func(i int) dataset.Cell { return dataset.Truth(i%2 == 0) })
	var names []string
	for name := range columns {
		names = append(names, name)
	}
	fill := dataset.Recipe{
		Numeric:     dataset.Numeric{Impute: dataset.Median, Indicator: true},
		Boolean:     dataset.Boolean{Impute: dataset.MostFrequent},
		Categorical: dataset.Categorical{Impute: dataset.MostFrequent},
		Columns: []dataset.Column{
			dataset.Date{Column: "day", Impute: dataset.MostFrequent, Indicator: true},
			dataset.Date{Column: "date", Layouts: []string{"20060102"}},
		},
	}
	with := func(target dataset.Target, missing []string, flags bool, columns ...dataset.Column) dataset.Recipe {
		r := fill
		r.Target, r.Missing, r.SmoothFlags = target, missing, flags
		r.Columns = append(columns, fill.Columns...)
		return r
	}
	text, value := tableOf(t, names, columns, usualText), tableOf(t, names, columns, nil)
	for i, r := range []dataset.Recipe{
		with(dataset.Classes("class"), nil, false),
		with(dataset.Classes("class", "1000000", "2", "1", "4"), nil, true),
		with(dataset.Classes("yes"), nil, true, dataset.Categorical{Column: "code", Impute: dataset.AsUnknown, Unknown: dataset.UnknownZeros}),
		with(dataset.Binary("bit", "1"), nil, false, dataset.Categorical{Column: "truth", Categories: []string{"none", "false", "true"}, Impute: dataset.Constant, Fill: "none"}),
		with(dataset.Binary("yes", "false"), []string{"NaN", "3", "1000000"}, false, dataset.Categorical{Column: "code", CodesFrom: 1, Impute: dataset.MostFrequent}),
		with(dataset.Labels("yes", "bit"), nil, true, dataset.Ordinal{Column: "code", Order: []string{"0", "0.5", "3", "1000000"}, Impute: dataset.MostFrequent}),
		with(dataset.Numbers("large", "number"), []string{"NaN", "nan"}, false, dataset.Boolean{Column: "bit", Sign: true}),
		with(dataset.LabelSets("class", "|"), nil, true, dataset.Categorical{Column: "number", CodesFrom: 1}),
	} {
		p, err := r.Fit(text)
		if err != nil {
			t.Fatalf("recipe %d: %v", i, err)
		}
		q, err := r.Fit(value)
		if err != nil {
			t.Fatalf("recipe %d: %v", i, err)
		}
		a, _ := json.Marshal(p)
		b, _ := json.Marshal(q)
		if string(a) != string(b) {
			t.Errorf("recipe %d learns\n%s\nfrom values, want\n%s", i, b, a)
		}
		d, err := p.Data(text)
		if err != nil {
			t.Fatalf("recipe %d: %v", i, err)
		}
		e, err := p.Data(value)
		if err != nil {
			t.Fatalf("recipe %d: %v", i, err)
		}
		if !mat.Equal(d.X, e.X) || !mat.Equal(d.Y, e.Y) {
			t.Errorf("recipe %d: values give other numbers", i)
		}
	}
	// What a column is does not depend on it either.
	for _, name := range names {
		column := map[string][]dataset.Cell{name: columns[name]}
		_, a := fill.Fit(tableOf(t, []string{name}, column, usualText))
		_, b := fill.Fit(tableOf(t, []string{name}, column, nil))
		if fmt.Sprint(a) != fmt.Sprint(b) && name != "day" {
			t.Errorf("%s: %v, want %v", name, b, a)
		}
	}
	_, err := dataset.Recipe{}.Fit(tableOf(t, []string{"day"}, map[string][]dataset.Cell{"day": columns["day"][:1]}, nil))
	wantError(t, err, `dataset: Recipe.Fit: row 0, column 1 "day": 2023-12-31T00:00:00Z looks like a date or a time: name the column in Recipe.Columns, as Date{Column: "day"}, as Categorical if it is a name, or as Drop`)
}

// tableOf returns the table of some columns, whose cells are changed.
func tableOf(t *testing.T, names []string, columns map[string][]dataset.Cell, change func(dataset.Cell) dataset.Cell) *dataset.Table {
	t.Helper()
	values := make([]dataset.Values, len(names))
	for j, name := range names {
		cells := columns[name]
		if change != nil {
			cells = nil
			for _, c := range columns[name] {
				cells = append(cells, change(c))
			}
		}
		values[j] = dataset.CellValues(name, cells)
	}
	table, err := dataset.NewTableOf(values...)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestNewTableOf(t *testing.T) {
	numbers := []float64{1e6, math.NaN(), 0.5}
	table, err := dataset.NewTableOf(
		dataset.NumberValues(" a ", numbers),
		dataset.TextValues("b", []string{" 1.0", "x", ""}),
		dataset.CellValues("c", []dataset.Cell{dataset.Truth(true), {}, dataset.Text("1e3")}),
	)
	if err != nil {
		t.Fatal(err)
	}
	numbers[0] = 7
	wantRows(t, table, []string{"1000000", "1.0", "true"}, []string{"NaN", "x", ""}, []string{"0.5", "", "1e3"})
	x := []float64{1}
	for _, test := range []struct {
		columns []dataset.Values
		message string
	}{
		{nil, "no columns"},
		{make([]dataset.Values, 1), "column 1 has no name"},
		{[]dataset.Values{dataset.NumberValues("a", nil)}, "no rows"},
		{[]dataset.Values{dataset.CellValues("a", nil), dataset.TextValues("b", nil)}, "no rows"},
		{[]dataset.Values{dataset.NumberValues("a", x), dataset.NumberValues("a ", x)}, `columns 1 and 2 are both named "a"`},
		{[]dataset.Values{dataset.NumberValues("a", x), dataset.TextValues("b", nil)}, `column 2 "b" has 0 rows, column 1 "a" has 1`},
		{[]dataset.Values{dataset.TextValues("a", []string{"é", "\xff"})}, `row 1, column 1 "a": "\xff" is not UTF-8`},
	} {
		_, err := dataset.NewTableOf(test.columns...)
		wantError(t, err, "dataset: NewTableOf: "+test.message)
	}
}

// An error is that of the first row, whatever kinds of columns there are.
func TestTransformNamesTheFirstRow(t *testing.T) {
	p := fitRecipe(t, dataset.Recipe{}, "n,c,m\n1,p,1\n2,q,2\n")
	_, err := p.Transform(readTable(t, "n,c,m\n1,p,1\n2,q,y\n2,x,2\nx,p,1\n"))
	wantError(t, err, `dataset: Preparation.Transform: line 3, column 3 "m": "y" is not a number`)
	_, err = p.Transform(readTable(t, "n,c,m\n1,p,1\n2,q,1\nz,x,y\nx,p,1\n"))
	wantError(t, err, `dataset: Preparation.Transform: line 4, column 1 "n": "z" is not a number`)
}

// Numbers and names meet values and texts by one rule.
func TestMixedCells(t *testing.T) {
	cells := []dataset.Cell{dataset.Number(1), dataset.Text("1"), dataset.Text("2.0"), dataset.Number(1)}
	table, err := dataset.NewTableOf(dataset.CellValues("a", cells), dataset.NumberValues("x", []float64{1, 2, 3, 4}))
	if err != nil {
		t.Fatal(err)
	}
	p, err := dataset.Recipe{Columns: []dataset.Column{dataset.Categorical{Column: "a"}, dataset.Drop{Column: "x"}}}.Fit(table)
	if err != nil {
		t.Fatal(err)
	}
	x, err := p.Transform(table)
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "X", x, []float64{1, 0}, []float64{1, 0}, []float64{0, 1}, []float64{1, 0})
	for _, test := range []struct {
		cells   []dataset.Cell
		column  dataset.Column
		message string
	}{
		{[]dataset.Cell{dataset.Number(1), dataset.Text("1.0"), dataset.Number(2), dataset.Text("1")}, dataset.Categorical{Column: "a", Categories: []string{"1", "1.0", "2"}}, `row 0, column 1 "a": 1 may be several of the categories "1", "1.0", "2"`},
		{[]dataset.Cell{dataset.Number(1), dataset.Number(math.Inf(1))}, dataset.Categorical{Column: "a"}, `row 1, column 1 "a": +Inf is not a finite number`},
		{[]dataset.Cell{dataset.Number(1), dataset.Number(math.Inf(1))}, dataset.Numeric{Column: "a"}, `row 1, column 1 "a": +Inf is not a finite number`},
		{[]dataset.Cell{dataset.Time(time.Unix(0, 0).UTC())}, dataset.Categorical{Column: "a"}, `row 0, column 1 "a": 1970-01-01T00:00:00Z is a time, not a name`},
		{[]dataset.Cell{dataset.Truth(true), dataset.Number(2)}, dataset.Boolean{Column: "a"}, `row 1, column 1 "a": 2 is neither true nor false`},
		{[]dataset.Cell{dataset.Truth(true)}, dataset.Numeric{Column: "a"}, `row 0, column 1 "a": true is not a number`},
		{[]dataset.Cell{dataset.Number(1), {}}, dataset.Numeric{Column: "a"}, `row 1, column 1 "a": "" is a missing value, and no Impute says what stands in for it`},
	} {
		table, err := dataset.NewTableOf(dataset.CellValues("a", test.cells))
		if err != nil {
			t.Fatal(err)
		}
		_, err = dataset.Recipe{Columns: []dataset.Column{test.column}}.Fit(table)
		wantError(t, err, "dataset: Recipe.Fit: "+test.message)
	}
}

// The tables of another package's source say where their rows are.
func TestFrom(t *testing.T) {
	table, err := dataset.NewTableOf(dataset.TextValues("age", []string{"1", "2", "x"}))
	if err != nil {
		t.Fatal(err)
	}
	recipe := dataset.Recipe{Columns: []dataset.Column{dataset.Numeric{Column: "age"}}}
	part, err := table.From("people.parquet", 500).Subset([]int{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	_, err = recipe.Fit(part)
	if want := `dataset: Recipe.Fit: people.parquet: row 502, column 1 "age": "x" is not a number`; err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
	_, err = recipe.Fit(table)
	if want := `dataset: Recipe.Fit: row 2, column 1 "age": "x" is not a number`; err == nil || err.Error() != want {
		t.Errorf("the table itself: %v\nwant %s", err, want)
	}
}
