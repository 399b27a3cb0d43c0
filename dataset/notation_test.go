package dataset_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

// What a number in another notation is.
func TestNotations(t *testing.T) {
	comma := dataset.Numeric{Decimal: ','}
	thousands := dataset.Numeric{Grouping: ','}
	german := dataset.Numeric{Decimal: ',', Grouping: '.'}
	spaces := dataset.Numeric{Decimal: ',', Grouping: ' '}
	swiss := dataset.Numeric{Grouping: '\''}
	dollars := dataset.Numeric{Grouping: ',', Units: []string{"$", "USD"}, Signs: true}
	percent := dataset.Numeric{Units: []string{" % "}}
	lengths := dataset.Numeric{Units: []string{"m", "km"}}
	signs := dataset.Numeric{Signs: true}
	hex := dataset.Numeric{Hexadecimal: true}
	no := math.NaN()
	for _, test := range []struct {
		column dataset.Numeric
		cell   string
		want   float64
	}{
		{comma, "10,5", 10.5}, {comma, "-0,25", -0.25}, {comma, ",5", 0.5}, {comma, "5,", 5}, {comma, "7", 7}, {comma, "1,5e3", 1500}, {comma, "10.5", no}, {comma, "1,2,3", no}, {comma, "", no}, {comma, ",", no}, {comma, "1 000", no},
		{thousands, "1,234", 1234}, {thousands, "1,234,567.5", 1234567.5}, {thousands, "12,34,567", 1234567}, {thousands, "1234.5", 1234.5}, {thousands, "999", 999}, {thousands, "-1,000", -1000},
		{thousands, "10,5", no}, {thousands, "1234,567", no}, {thousands, "1,2345", no}, {thousands, ",123", no}, {thousands, "1,,234", no}, {thousands, "1,23", no}, {thousands, "1.5,000", no}, {thousands, "1,2,345", no},
		{thousands, "0,125", no}, {thousands, "-0,125", no}, {thousands, "012,345", no}, {thousands, "0.5", 0.5}, {thousands, "1,000,000", 1000000}, {german, "0.125", no},
		{lengths, "5km", 5}, {lengths, "km 5", 5}, {lengths, "5 m", 5}, {lengths, "5kmm", no},
		{german, "1.234,5", 1234.5}, {german, "1.234", 1234}, {german, "1,5", 1.5}, {german, "1.5", no}, {german, "1,234.5", no},
		{spaces, "10 500,25", 10500.25}, {spaces, "10\u00a0500", 10500}, {spaces, "1\u202f234\u2009567,5", 1234567.5}, {spaces, "10 50", no},
		{swiss, "1'234.50", 1234.5}, {swiss, "1’234’567", 1234567}, {swiss, "1'23", no},
		{dollars, "$10.25", 10.25}, {dollars, "-$1,000", -1000}, {dollars, "$-5", -5}, {dollars, "($1,234.50)", -1234.5}, {dollars, "$(5)", -5}, {dollars, "USD 5", 5}, {dollars, "5USD", 5}, {dollars, "$ 5 -", -5},
		{dollars, "€5", no}, {dollars, "$", no}, {dollars, "$5$", no}, {dollars, "--5", no}, {dollars, "-(5)", no}, {dollars, "(5", no},
		{percent, "10.5%", 10.5}, {percent, "10.5 %", 10.5}, {percent, "10", 10}, {percent, "%10", 10}, {percent, "10%%", no}, {percent, "(5)%", no},
		{signs, "(5)", -5}, {signs, "5-", -5}, {signs, "−5.5", -5.5}, {signs, "5−", -5}, {signs, "-5", -5}, {signs, "+5", 5}, {signs, "()", no}, {signs, "((5))", no},
		{hex, "0x0A", 10}, {hex, "-0XfF", -255}, {hex, "10", 10}, {hex, "0x20000000000000", 1 << 53}, {hex, "0x20000000000001", no}, {hex, "0x", no}, {hex, "0x1.8p1", no}, {hex, "1F", no}, {hex, "0x-1", no},
		{dataset.Numeric{Grouping: '_'}, "1_000", 1000}, {dataset.Numeric{}, "1_000", no}, {dataset.Numeric{Decimal: '.'}, "0.5", 0.5},
		{comma, "9007199254740993", no}, {thousands, "9,007,199,254,740,993", no}, {thousands, "9,007,199,254,740,992", 1 << 53}, {comma, "1e999", no}, {comma, "inf", no}, {comma, "0x10", no},
	} {
		test.column.Column, test.column.Scaling = "x", dataset.Unscaled
		r := dataset.Recipe{Columns: []dataset.Column{test.column}, Missing: []string{"nothing"}}
		table, err := dataset.NewTable([]string{"x"}, [][]string{{"1"}, {"2"}})
		if err != nil {
			t.Fatal(err)
		}
		p, err := r.Fit(table)
		if err != nil {
			t.Fatal(err)
		}
		p = reloadedPreparation(t, p)
		x := []float64{0}
		err = p.TransformRow(x, []string{test.cell})
		if (err == nil) == math.IsNaN(test.want) || err == nil && x[0] != test.want {
			t.Errorf("%+v: %q is %v, %v, want %v", test.column, test.cell, x, err, test.want)
		}
		if err == nil {
			if n := testing.AllocsPerRun(10, func() {
				if p.TransformRow(x, []string{test.cell}) != nil {
					t.Error("an error")
				}
			}); n != 0 {
				t.Errorf("%q: %g allocations", test.cell, n)
			}
		}
	}
}

func TestNotationErrors(t *testing.T) {
	for _, test := range []struct {
		column  dataset.Numeric
		message string
	}{
		{dataset.Numeric{Decimal: '5'}, `the decimal mark cannot be '5'`},
		{dataset.Numeric{Decimal: ' '}, `the decimal mark cannot be ' '`},
		{dataset.Numeric{Decimal: -1}, `the decimal mark cannot be '�'`},
		{dataset.Numeric{Grouping: '-'}, `the mark between thousands cannot be '-'`},
		{dataset.Numeric{Grouping: 'e'}, `the mark between thousands cannot be 'e'`},
		{dataset.Numeric{Grouping: '.'}, `the decimal mark and that between thousands are both '.'`},
		{dataset.Numeric{Decimal: ',', Grouping: ','}, `the decimal mark and that between thousands are both ','`},
		{dataset.Numeric{Units: []string{"%", " "}}, `the unit 1 is "", which is none`},
		{dataset.Numeric{Units: []string{"m2"}}, `the unit 0 is "m2", which is none`},
	} {
		test.column.Column = "x"
		_, err := dataset.Recipe{Columns: []dataset.Column{test.column}}.Fit(readTable(t, "x\n1\n2\n"))
		wantError(t, err, `dataset: Recipe.Fit: column 1 "x": `+test.message)
	}
	for notation, message := range map[string]string{
		`{"decimal":",,"}`:              `column "x": a notation with the mark ",,"`,
		`{"decimal":"5"}`:               `column "x": the decimal mark cannot be '5'`,
		`{"grouping":"."}`:              `column "x": the decimal mark and that between thousands are both '.'`,
		`{"units":[""]}`:                `column "x": the unit 0 is "", which is none`,
		`{"decimal":",","hexagonal":1}`: `"columns": "notation": unknown field "hexagonal"`,
	} {
		var p dataset.Preparation
		err := p.UnmarshalText([]byte(`{"version":1,"columns":[{"name":"x","kind":"numeric","notation":` + notation + `}]}`))
		wantError(t, err, `dataset: Preparation.UnmarshalText: `+message)
	}
	var p dataset.Preparation
	err := p.UnmarshalText([]byte(`{"version":1,"columns":[{"name":"x","kind":"boolean","notation":{"decimal":","}}]}`))
	wantError(t, err, `dataset: Preparation.UnmarshalText: column "x": boolean with a notation`)
}

// A named column says what the cell looks like, and what takes it.
func TestNumberInAnotherNotation(t *testing.T) {
	for cell, message := range map[string]string{
		"10,5":             `"10,5" is not a number: it looks like a number with a decimal comma, which Numeric{Decimal: ','} takes`,
		"10,500":           `"10,500" is not a number: it looks like a number with a decimal comma, or a number with commas between thousands, which Numeric{Decimal: ','} or Numeric{Grouping: ','} takes`,
		"10%":              `"10%" is not a number: it looks like a number with the unit "%", which Numeric{Units: []string{"%"}} takes`,
		"0x1F":             `"0x1F" is not a number: it looks like a hexadecimal number, which Numeric{Hexadecimal: true} takes`,
		"(7)":              `"(7)" is not a number: it looks like a number with a sign of its own, which Numeric{Signs: true} takes`,
		"abc":              `"abc" is not a number`,
		"1.2.3":            `"1.2.3" is not a number`,
		"9007199254740993": `"9007199254740993" is an integer above 2⁵³ that float64 does not have: Categorical takes it as a name, Drop leaves it out`,
	} {
		table, err := dataset.NewTable([]string{"x"}, [][]string{{"1"}, {cell}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = dataset.Recipe{Columns: []dataset.Column{dataset.Numeric{Column: "x"}}}.Fit(table)
		wantError(t, err, `dataset: Recipe.Fit: row 1, column 1 "x": `+message)
	}
}

// Integers that float64 does not have are errors, however they are written.
func TestLargeIntegers(t *testing.T) {
	for cell, want := range map[string]bool{
		"9007199254740992": true, "9007199254740993": false, "-9007199254740993": false, "+9007199254740993": false, "9007199254740993.0": false, "9007199254740993.": false,
		"9007199254740994": true, "009007199254740992": true, "18446744073709551615": false, "18446744073709551616": true, "100000000000000000000": true, "1e300": true,
		"123456789012345678901234567890": false, "9007199254740993.5": true, "0.1234567890123456789012": true, "1234567890123456789e-3": true, "9007199254740991": true,
	} {
		d, err := dataset.ReadCSV(strings.NewReader("x,y\n"+cell+",1\n"), dataset.Numbers("y"))
		if (err == nil) != want {
			t.Errorf("%s: %v, %v", cell, d, err)
		}
		if !want {
			wantError(t, err, `dataset: ReadCSV: line 2, column 1 "x": "`+cell+`" is an integer above 2⁵³ that float64 does not have`)
		}
	}
}

// A number in any notation is finite, and so is what it becomes.
func FuzzNotation(f *testing.F) {
	for _, cell := range []string{"1.234,5", "$(1,000)", "0x1F", "−5 %", "1e999", "9,007,199,254,740,993", "1 000", "(5", "", "5-"} {
		f.Add(cell, ',', '.', "$", true, true)
		f.Add(cell, rune(0), ' ', "%", true, false)
	}
	f.Fuzz(func(t *testing.T, cell string, decimal, grouping rune, unit string, signs, hexadecimal bool) {
		c := dataset.Numeric{Column: "x", Scaling: dataset.Unscaled, Decimal: decimal, Grouping: grouping, Units: []string{unit}, Signs: signs, Hexadecimal: hexadecimal}
		table, err := dataset.NewTable([]string{"x"}, [][]string{{"1"}, {"2"}})
		if err != nil {
			t.Fatal(err)
		}
		p, err := dataset.Recipe{Columns: []dataset.Column{c}}.Fit(table)
		if err != nil {
			return
		}
		x, y := []float64{0}, []float64{0}
		if err := p.TransformRow(x, []string{cell}); err != nil {
			return
		}
		if x[0]-x[0] != 0 {
			t.Fatalf("%q is %v", cell, x)
		}
		if err := reloadedPreparation(t, p).TransformRow(y, []string{cell}); err != nil || math.Float64bits(x[0]) != math.Float64bits(y[0]) {
			t.Fatalf("%q is %v and %v, %v", cell, x, y, err)
		}
		// A plain number without marks means the same in every notation.
		if v, err := strconv.ParseUint(strings.TrimSpace(cell), 10, 32); err == nil && x[0] != float64(v) {
			t.Fatalf("%q is %v", cell, x)
		}
	})
}
