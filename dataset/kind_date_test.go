package dataset_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"example.com/mlp/dataset"
)

const days = "when\n2024-03-31T23:30:00+02:00\n2023-01-01\n"

// dated returns the unscaled features of a cell.
func dated(t *testing.T, c dataset.Date, cell string) ([]float64, error) {
	t.Helper()
	c.Column, c.Scaling = "x", dataset.Unscaled
	fit := []string{"2020-01-01", "2021-12-31 23:45:10"}
	if c.Layouts != nil {
		at := time.Date(2021, 12, 31, 23, 45, 10, 0, time.UTC)
		fit = []string{time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Format(c.Layouts[0]), at.Format(c.Layouts[0])}
	}
	table, err := dataset.NewTable([]string{"x"}, [][]string{{fit[0]}, {fit[1]}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := dataset.Recipe{Columns: []dataset.Column{c}}.Fit(table)
	if err != nil {
		t.Fatal(err)
	}
	p = reloadedPreparation(t, p)
	x := make([]float64, len(p.Features()))
	return x, p.TransformRow(x, []string{cell})
}

func TestDateFields(t *testing.T) {
	every := []dataset.DateField{dataset.DateYear, dataset.DateMonth, dataset.DateDay, dataset.DateWeekday, dataset.DateHour}
	iso, utc := dataset.Date{Fields: every}, dataset.Date{Fields: every, UTC: true}
	layout := func(layouts ...string) dataset.Date { return dataset.Date{Fields: every, Layouts: layouts} }
	for _, test := range []struct {
		column dataset.Date
		cell   string
		want   []float64
	}{
		{iso, "2024-03-31", []float64{2024, 3, 31, 7, 0}},
		{iso, "2024/04/01", []float64{2024, 4, 1, 1, 0}},
		{iso, "2024-02", []float64{2024, 2, 1, 4, 0}},
		{iso, "2024-02-29T13:30", []float64{2024, 2, 29, 4, 13.5}},
		{iso, "2024-02-29 13:30:36", []float64{2024, 2, 29, 4, 13.51}},
		{iso, "1999-12-31 23:00:00.987654321", []float64{1999, 12, 31, 5, 23}},
		{iso, "2024-03-31T23:30:00+02:00", []float64{2024, 3, 31, 7, 23.5}},
		{iso, "2024-03-31T23:30:00.25Z", []float64{2024, 3, 31, 7, 23.5}},
		{iso, "2024-03-31 23:30-0330", []float64{2024, 3, 31, 7, 23.5}},
		{iso, "0001-01-01", []float64{1, 1, 1, 1, 0}},
		{utc, "2024-03-31T23:30:00+02:00", []float64{2024, 3, 31, 7, 21.5}},
		{utc, "2024-03-31 23:30-0330", []float64{2024, 4, 1, 1, 3}},
		{utc, "2024-01-01T00:30+01", []float64{2023, 12, 31, 7, 23.5}},
		{utc, "2024-03-31 23:30", []float64{2024, 3, 31, 7, 23.5}},
		{layout("02.01.2006"), "31.03.2024", []float64{2024, 3, 31, 7, 0}},
		{layout("1/2/2006 3:04 PM", "2006"), "3/31/2024 1:30 PM", []float64{2024, 3, 31, 7, 13.5}},
		{layout("1/2/2006 3:04 PM", "2006"), "2024", []float64{2024, 1, 1, 1, 0}},
		{layout("15:04"), "06:45", []float64{0, 1, 1, 6, 6.75}},
	} {
		got, err := dated(t, test.column, test.cell)
		want := slices.Clone(test.want)
		if test.column.Layouts != nil && test.column.Layouts[0] == "15:04" { // of which only the hour varies
			want[0], want[1], want[2], want[3] = 0, 0, 0, 0
		}
		if err != nil || !slices.Equal(got, constantHour(test.column, want)) {
			t.Errorf("%+v: %q is %v, %v, want %v", test.column, test.cell, got, err, want)
		}
	}
}

// constantHour returns the features with an hour of 0 where the layout has none.
func constantHour(c dataset.Date, x []float64) []float64 {
	if c.Layouts != nil && c.Layouts[0] == "02.01.2006" {
		x[4] = 0
	}
	return x
}

// The season is the share of the year, to the same bits everywhere.
func TestDateSeason(t *testing.T) {
	for cell, share := range map[string]float64{"2023-01-01": 0, "2024-12-31T12:00:00": 365.5 / 366, "2023-07-02 12:00": 0.5, "2023-04-02 06:00": 0.25} {
		x, err := dated(t, dataset.Date{Fields: []dataset.DateField{dataset.DateSeason}}, cell)
		if err != nil || math.Abs(x[0]-math.Sin(2*math.Pi*share)) > 1e-15 || math.Abs(x[1]-math.Cos(2*math.Pi*share)) > 1e-15 {
			t.Errorf("%s: %v, %v", cell, x, err)
		}
	}
	x, err := dated(t, dataset.Date{Fields: []dataset.DateField{dataset.DateSeason}}, "2024-05-17T08:09:10")
	if got := [2]uint64{math.Float64bits(x[0]), math.Float64bits(x[1])}; err != nil || got != [2]uint64{0x3fe697b123c7b933, 0xbfe6a98825093d0a} {
		t.Errorf("%#x, %v", got, err)
	}
}

func TestDateDefaults(t *testing.T) {
	p := fitRecipe(t, dataset.Recipe{Columns: []dataset.Column{dataset.Date{Column: "when", Impute: dataset.MostFrequent, Indicator: true}}}, days+"NA\n2023-01-01\n")
	p = reloadedPreparation(t, p)
	want := []string{"when year", "when season sine", "when season cosine", "when weekday", "when hour", "when is missing"}
	if !slices.Equal(p.Features(), want) {
		t.Errorf("Features = %q, want %q", p.Features(), want)
	}
	x, y := make([]float64, 6), make([]float64, 6)
	if err := p.TransformRow(x, []string{"?"}); err != nil {
		t.Fatal(err)
	}
	if err := p.TransformRow(y, []string{"2023-01-01"}); err != nil || !slices.Equal(x[:5], y[:5]) || x[5] != 1 || y[5] != 0 {
		t.Errorf("a gap is %v, its date %v, %v", x, y, err)
	}
	e := p.Encodings()[0]
	if e.Kind != "date" || e.Fill == nil || *e.Fill != "2023-01-01" || len(e.Date.Fields) != 4 || len(e.Date.Scales) != 3 || e.Date.Scales[0].Shift != 2023.25 {
		t.Errorf("Encodings = %s", asJSON(t, e))
	}
	if n := testing.AllocsPerRun(100, func() {
		if p.TransformRow(x, []string{"2024-03-31T23:30:00.25+02:00"}) != nil {
			t.Error("an error")
		}
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
	// A date that is the same in all rows is a constant, as any column.
	p = fitRecipe(t, dataset.Recipe{Columns: []dataset.Column{dataset.Date{Column: "when"}}}, "when\n2024-03-31\n2024-03-31\n")
	x = make([]float64, 5)
	if err := p.TransformRow(x, []string{"1999-01-01 13:00"}); err != nil || !slices.Equal(x, make([]float64, 5)) {
		t.Errorf("%v, %v", x, err)
	}
	// A number is the text of its digits, as in a table.
	p = fitRecipe(t, dataset.Recipe{Columns: []dataset.Column{dataset.Date{Column: "when", Layouts: []string{"20060102"}}}}, "when\n20240331\n20230101\n")
	x, y = make([]float64, 5), make([]float64, 5)
	err1 := p.TransformRow(x, []string{"20240331"})
	if err2 := p.TransformStruct(y, struct{ When int }{20240331}); err1 != nil || err2 != nil || !slices.Equal(x, y) {
		t.Errorf("%v, %v, %v, %v", x, y, err1, err2)
	}
}

func TestDateErrors(t *testing.T) {
	const notISO = ` is not a date of ISO 8601, such as 2024-03-31 or 2024-03-31T15:04:05+02:00, and Date.Layouts says no other`
	for _, test := range []struct {
		column        dataset.Date
		text, message string
	}{
		{dataset.Date{}, days + "31.12.2024\n", `line 4, column 1 "when": "31.12.2024"` + notISO},
		{dataset.Date{}, days + "2023-02-29\n", `line 4, column 1 "when": "2023-02-29"` + notISO},
		{dataset.Date{}, days + "2023-13-01\n", `line 4, column 1 "when": "2023-13-01"` + notISO},
		{dataset.Date{}, days + "2023-12-00\n", `line 4, column 1 "when": "2023-12-00"` + notISO},
		{dataset.Date{}, days + "2023-12-01 24:00\n", `line 4, column 1 "when": "2023-12-01 24:00"` + notISO},
		{dataset.Date{}, days + "2023-12-01 1:00\n", `line 4, column 1 "when": "2023-12-01 1:00"` + notISO},
		{dataset.Date{}, days + "2023-12-01T10:00:00 CET\n", `line 4, column 1 "when": "2023-12-01T10:00:00 CET"` + notISO},
		{dataset.Date{}, days + "2023-12-01+01:00\n", `line 4, column 1 "when": "2023-12-01+01:00"` + notISO},
		{dataset.Date{}, days + "NA\n", `line 4, column 1 "when": "NA" is a missing value, and no Impute says what stands in for it`},
		{dataset.Date{Layouts: []string{"2006-01-02", "2.1.2006"}}, days, `line 2, column 1 "when": "2024-03-31T23:30:00+02:00" is not a date of the layout "2006-01-02", "2.1.2006"`},
		{dataset.Date{Layouts: []string{"YYYY-MM-DD"}}, days, `column 1 "when": the layout "YYYY-MM-DD" has nothing of a date: write it as in package time, such as "02.01.2006"`},
		{dataset.Date{Layouts: []string{time.RFC1123}}, days, `column 1 "when": the layout "Mon, 02 Jan 2006 15:04:05 MST" has the name of a zone, which cannot be read`},
		{dataset.Date{Fields: []dataset.DateField{}}, days, `column 1 "when": there are no fields of the date`},
		{dataset.Date{Fields: []dataset.DateField{6}}, days, `column 1 "when": there is no dataset.DateField(6)`},
		{dataset.Date{Fields: []dataset.DateField{1, 1}}, days, `column 1 "when": the field month is there twice`},
		{dataset.Date{Impute: dataset.Constant, Fill: "soon"}, days, `column 1 "when": the value for missing cells: "soon"` + notISO},
		{dataset.Date{Impute: dataset.Median}, days, `column 1 "when": median is for numbers only`},
		{dataset.Date{Scaling: 9}, days, `column 1 "when": year: there is no dataset.Scaling(9)`},
	} {
		test.column.Column = "when"
		_, err := dataset.Recipe{Columns: []dataset.Column{test.column}}.Fit(readTable(t, test.text))
		wantError(t, err, "dataset: Recipe.Fit: "+test.message)
	}
	for _, cell := range []string{"2024/01", "2024-1-01", "2024-01/01", "2024-01-01x", "2024-01-1", "2024-01-01T", "2024-01-01T10", "2024-01-01T10-00", "2024-01-01T10:60", "2024-01-01T10:00:60", "2024-01-01T10:00:00.",
		"2024-01-01T10:00+25:00", "2024-01-01T10:00+01:60", "2024-01-01T10:00+1", "2024-01-01T10:00+01:00:00", "2024-01-01T10:00x", "2024", "99-01-01", "0x24-01-01"} {
		if x, err := dated(t, dataset.Date{}, cell); err == nil {
			t.Errorf("%q is %v", cell, x)
		}
	}
	for date, message := range map[string]string{
		``:                         `column "x": date without its fields`,
		`,"date":{"fields":[]}`:    `column "x": there are no fields of the date`,
		`,"date":{"fields":["z"]}`: `"columns": "date": "fields": dataset: DateField.UnmarshalText: "z" is none of "year", "month", "day", "weekday", "hour", "season"`,
		`,"date":{"fields":["year","season"],"scales":[{"scaling":"standard","shift":0,"scale":1},{"scaling":"standard","shift":0,"scale":1}]}`: `column "x": date with 2 scales for 1 fields`,
		`,"date":{"fields":["year"],"scales":[{"scaling":"standard","shift":0,"scale":0}]}`:                                                     `column "x": standard with shift 0, scale 0 and 0 quantiles`,
		`,"date":{"fields":["year"],"layouts":["x"]}`:                                                                                           `column "x": the layout "x" has nothing of a date: write it as in package time, such as "02.01.2006"`,
		`,"date":{"fields":["year"]},"constant":[1]`:                                                                                            `column "x": constant feature 1 of 1`,
		`,"date":{"fields":["year"]},"filled":{"":1}`:                                                                                           `column "x": 1 missing cells filled`,
	} {
		var p dataset.Preparation
		err := p.UnmarshalText([]byte(`{"version":1,"columns":[{"name":"x","kind":"date"` + date + `}]}`))
		wantError(t, err, `dataset: Preparation.UnmarshalText: `+message)
	}
	p := fitRecipe(t, dataset.Recipe{Columns: []dataset.Column{dataset.Date{Column: "when"}}}, days)
	wantError(t, p.TransformStruct(make([]float64, 5), struct{ When bool }{true}), `dataset: Preparation.TransformStruct: field When, column "when": true`+notISO)
}

// What package time reads of RFC 3339 is read the same.
func FuzzDate(f *testing.F) {
	for _, cell := range []string{"2024-03-31T23:30:00+02:00", "2024-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.9-23:59", "2024-03", "2024/01/01", "x"} {
		f.Add(cell, true)
		f.Add(cell, false)
	}
	fields := []dataset.DateField{dataset.DateYear, dataset.DateMonth, dataset.DateDay, dataset.DateWeekday, dataset.DateHour, dataset.DateSeason}
	prepared := make(map[bool]*dataset.Preparation)
	for _, utc := range []bool{true, false} {
		c := dataset.Date{Column: "when", Fields: fields, UTC: utc, Scaling: dataset.Unscaled}
		prepared[utc] = fitRecipe(f, dataset.Recipe{Columns: []dataset.Column{c}}, days)
	}
	f.Fuzz(func(t *testing.T, cell string, utc bool) {
		p := prepared[utc]
		x, y := make([]float64, 7), make([]float64, 7)
		err := p.TransformRow(x, []string{cell})
		for _, v := range x {
			if v-v != 0 {
				t.Fatalf("%q is %v", cell, x)
			}
		}
		var at time.Time
		if at.UnmarshalText([]byte(cell)) != nil || cell[12] == ':' { // as an hour of one digit
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := p.TransformValues(y, map[string]any{"when": at}); err != nil || !slices.Equal(x, y) {
			t.Fatalf("%q is %v, the time %v is %v, %v", cell, x, at, y, err)
		}
	})
}
