package dataset_test

import (
	"fmt"
	"slices"
	"testing"

	"example.com/mlp/dataset"
)

// The kind of a column follows from its cells.
func TestRecipeFindsKinds(t *testing.T) {
	const text = "n,b,c,e,l\n1,yes,red,1,Y\n-2e3,No,blue,0,N\n.5,TRUE,red,1,N\n"
	p := fitRecipe(t, unscaled(), text)
	want := []string{"n", "b", "c=blue", "c=red", "e", "l=N", "l=Y"}
	if !slices.Equal(p.Features(), want) {
		t.Errorf("Features = %q, want %q", p.Features(), want)
	}
	if want := []string{"n", "b", "c", "e", "l"}; !slices.Equal(p.Columns(), want) {
		t.Errorf("Columns = %q, want %q", p.Columns(), want)
	}
	x, err := p.Transform(readTable(t, text))
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "x", x,
		[]float64{1, 1, 0, 1, 1, 0, 1},
		[]float64{-2000, 0, 1, 0, 0, 1, 0},
		[]float64{0.5, 1, 0, 1, 1, 1, 0})
}

// inferred returns what Fit says about a column of these cells.
func inferred(t *testing.T, cells []string) (*dataset.Preparation, error) {
	t.Helper()
	rows := make([][]string, len(cells))
	for i, cell := range cells {
		rows[i] = []string{cell}
	}
	table, err := dataset.NewTable([]string{"x"}, rows)
	if err != nil {
		t.Fatal(err)
	}
	return dataset.Recipe{}.Fit(table)
}

// cellsOf returns cells that the format makes of 0, 1, 2, ...
func cellsOf(n int, format string) []string {
	cells := make([]string, n)
	for i := range cells {
		cells[i] = fmt.Sprintf(format, i)
	}
	return cells
}

// What may be several things is an error that names them.
func TestRecipeDoesNotGuess(t *testing.T) {
	const named = ": name the column in Recipe.Columns, as "
	const orName = ", as Categorical if it is a name, or as Drop"
	number := func(cell, what, options string) string {
		return fmt.Sprintf("%q looks like %s%s%s%s", cell, what, named, options, orName)
	}
	for _, test := range []struct {
		cells   []string
		message string
	}{
		{cellsOf(200, "1%d,5"), `row 0, column 1 "x": ` + number("10,5", "a number with a decimal comma", `Numeric{Column: "x", Decimal: ','}`)},
		{cellsOf(200, "1%d.5%%"), `row 0, column 1 "x": ` + number("10.5%", `a number with the unit "%"`, `Numeric{Column: "x", Units: []string{"%"}}`)},
		{cellsOf(200, "$1%d.25"), `row 0, column 1 "x": ` + number("$10.25", `a number with the unit "$"`, `Numeric{Column: "x", Units: []string{"$"}}`)},
		{cellsOf(9, "0x%02X"), `row 0, column 1 "x": ` + number("0x00", "a hexadecimal number", `Numeric{Column: "x", Hexadecimal: true}`)},
		{[]string{"10 500,25", "7"}, `row 0, column 1 "x": ` + number("10 500,25", "a number with spaces between thousands and a decimal comma", `Numeric{Column: "x", Decimal: ',', Grouping: ' '}`)},
		{[]string{"7", "10,500"}, `row 1, column 1 "x": ` + number("10,500", "a number with a decimal comma, or a number with commas between thousands", `Numeric{Column: "x", Decimal: ','} or Numeric{Column: "x", Grouping: ','}`)},
		{[]string{"10,500", "10.5"}, `row 0, column 1 "x": ` + number("10,500", "a number with commas between thousands", `Numeric{Column: "x", Grouping: ','}`)},
		{[]string{"1.234.567", "8,5"}, `row 0, column 1 "x": ` + number("1.234.567", "a number with points between thousands", `Numeric{Column: "x", Decimal: ',', Grouping: '.'}`)},
		{[]string{"(5)", "3"}, `row 0, column 1 "x": ` + number("(5)", "a number with a sign of its own", `Numeric{Column: "x", Signs: true}`)},
		{[]string{"NA", "3", "−5"}, `row 2, column 1 "x": ` + number("−5", "a number with a sign of its own", `Numeric{Column: "x", Signs: true}`)},
		{[]string{"€ 1.000,50", "-€ 3"}, `row 0, column 1 "x": ` + number("€ 1.000,50", `a number with points between thousands and the unit "€"`, `Numeric{Column: "x", Decimal: ',', Grouping: '.', Units: []string{"€"}}`)},
		{append(cellsOf(30, "%d,5"), "abc"), `row 0, column 1 "x": ` + number("0,5", "a number with a decimal comma", `Numeric{Column: "x", Decimal: ','}`) + `; row 30 does not, "abc"`},
		{[]string{"1.5", "1,5"}, `row 1, column 1 "x": ` + number("1,5", "a number in one notation, other cells look like numbers in another one", "Numeric with its notation")},

		{[]string{"2024-03-31", "2024-04-01"}, `row 0, column 1 "x": ` + number("2024-03-31", "a date or a time", `Date{Column: "x"}`)},
		{[]string{"2024-03-31T10:00:00Z", "2024-03-31"}, `row 0, column 1 "x": ` + number("2024-03-31T10:00:00Z", "a date or a time", `Date{Column: "x"}`)},
		{[]string{"31.3.2024", "01.04.2024"}, `row 0, column 1 "x": ` + number("31.3.2024", "a date or a time", `Date{Column: "x", Layouts: []string{"2.1.2006"}}`)},
		{[]string{"03/31/2024", "1/2/2024"}, `row 0, column 1 "x": ` + number("03/31/2024", "a date or a time", `Date{Column: "x", Layouts: []string{"1/2/2006"}}`)},
		{[]string{"3/4/2024"}, `row 0, column 1 "x": ` + number("3/4/2024", "a date or a time", `Date{Column: "x", Layouts: []string{"1/2/2006"}} or Date{Column: "x", Layouts: []string{"2/1/2006"}}`)},
		{[]string{"NA", "10:30", "9:05"}, `row 1, column 1 "x": ` + number("10:30", "a date or a time", `Date{Column: "x", Layouts: []string{"15:04"}}`)},
		{[]string{"Mar 31, 2024"}, `row 0, column 1 "x": ` + number("Mar 31, 2024", "a date or a time", `Date{Column: "x", Layouts: []string{"Jan 2, 2006"}}`)},

		{[]string{"02134", "2134", "00501", "501"}, `row 0, column 1 "x": "02134" begins with 0 like a code: name the column in Recipe.Columns, as Categorical if it is a name or as Numeric if it is a number`},
		{[]string{"1", "-07"}, `row 1, column 1 "x": "-07" begins with 0 like a code: name the column in Recipe.Columns, as Categorical if it is a name or as Numeric if it is a number`},
		{[]string{"00", "1"}, `row 0, column 1 "x": "00" begins with 0 like a code: name the column in Recipe.Columns, as Categorical if it is a name or as Numeric if it is a number`},

		{cellsOf(200, "id-%d"), `row 0, column 1 "x": "id-0" and the other cells look like identifiers or free text, 200 of 200 are different: name the column in Recipe.Columns, as Drop, or as Categorical if they are names`},
		{append(cellsOf(21, "say %d"), "NA", "say 0"), `row 0, column 1 "x": "say 0" and the other cells look like identifiers or free text, 21 of 22 are different: name the column in Recipe.Columns, as Drop, or as Categorical if they are names`},

		{[]string{"Alice", "Infinity", "Bob", "Carol"}, `row 1, column 1 "x": "Infinity" is a number, but most other cells of the column are not: if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing`},
		{[]string{"p", "q", "7"}, `row 2, column 1 "x": "7" is a number, but most other cells of the column are not: if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing`},
		{[]string{"yes", "no", "inf"}, `row 2, column 1 "x": "inf" is a number, but most other cells of the column are not: if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing`},
		{[]string{"1", "2", "p"}, `row 2, column 1 "x": "p" is not a number, but other cells of the column are: if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing`},
		{[]string{"9007199254740993", "1"}, `row 0, column 1 "x": "9007199254740993" is an integer above 2⁵³ that float64 does not have: Categorical takes it as a name, Drop leaves it out`},
	} {
		p, err := inferred(t, test.cells)
		wantError(t, err, "dataset: Recipe.Fit: "+test.message)
		if p != nil {
			t.Error("a preparation beside an error")
		}
	}
}

// Names stay names where they only remind of something else.
func TestRecipeTakesNames(t *testing.T) {
	for _, cells := range [][]string{
		cellsOf(7, "name %d"), cellsOf(19, "name %d"), append(cellsOf(18, "n%d"), "n0", "n1", "n2"), append(cellsOf(90, "n%d"), cellsOf(10, "n%d")...),
		{"1-5", "6-10", "11+"}, {"A1", "A2"}, {"1.2.3", "1.10.0"}, {"192.168.1.1", "10.0.0.1"}, {"3rd", "4th"}, {"5kg", "6kg"}, {"<5", "5-10%"}, {"Mon", "Tue"}, {"May", "June"}, {"1/2", "3/4"},
		{"0a", "1b"}, {"Dec 3rd", "Jan 1st"}, {"12:5", "7:3"}, {"$", "%"}, {"+", "-"}, {"(a)", "(b)"}, {"1,2,3", "4,5,6"}, {"ext. 12", "ext. 13"}, {"Nanny", "Inferno"}, {"e5", "x1"},
	} {
		p, err := inferred(t, cells)
		if err != nil || p.Layout()[0].Kind != dataset.FeatureOneHot {
			t.Errorf("%q: %v", cells, err)
		}
	}
	for _, cells := range [][]string{{"0", "0.5", "-0.25"}, {"1e3", "1E-3"}, {"+5", ".5"}, {"0e1", "3"}} {
		if p, err := inferred(t, cells); err != nil || p.Layout()[0].Kind != dataset.FeatureNumber {
			t.Errorf("%q: %v", cells, err)
		}
	}
	// The recipe says how all numbers of the table are written.
	p := fitRecipe(t, dataset.Recipe{Numeric: dataset.Numeric{Decimal: ',', Scaling: dataset.Unscaled}}, "a,b\n\"1,5\",p\n\"2,25\",q\n")
	x := make([]float64, 3)
	if err := p.TransformRow(x, []string{"-0,5", "q"}); err != nil || x[0] != -0.5 || x[2] != 1 {
		t.Errorf("%v, %v", x, err)
	}
	_, err := dataset.Recipe{Numeric: dataset.Numeric{Decimal: ','}}.Fit(readTable(t, "a\n1.5\n2.5\n"))
	wantError(t, err, `dataset: Recipe.Fit: line 2, column 1 "a": "1.5" looks like a number: name the column in Recipe.Columns, as Numeric{Column: "a"}, as Categorical if it is a name, or as Drop`)
}

// A named column is what the recipe says.
func TestNamedColumnsAreTaken(t *testing.T) {
	for _, cells := range [][]string{cellsOf(30, "1%d,5"), cellsOf(100, "id-%d"), {"2024-03-31", "2024-04-01"}, {"02134", "2134"}, {"9007199254740993", "1"}} {
		rows := make([][]string, len(cells))
		for i, cell := range cells {
			rows[i] = []string{cell}
		}
		table, err := dataset.NewTable([]string{"x"}, rows)
		if err != nil {
			t.Fatal(err)
		}
		p, err := dataset.Recipe{Columns: []dataset.Column{dataset.Categorical{Column: "x"}}}.Fit(table)
		if err != nil || len(p.Features()) != len(cells) {
			t.Errorf("%q: %v", cells[0], err)
		}
	}
	p := fitRecipe(t, unscaled(dataset.Numeric{Column: "zip", Scaling: dataset.Unscaled}), "zip\n02134\n501\n")
	if x, err := p.Transform(readTable(t, "zip\n02134\n")); err != nil || x.At(0, 0) != 2134 {
		t.Errorf("%v, %v", x, err)
	}
}
