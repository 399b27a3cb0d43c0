package dataset_test

import (
	"database/sql"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"example.com/mlp/dataset"
)

// doors is a table with a column of every kind, and names that are numbers and
// truth values.
const doors = `n,price,code,flag,size,city,when,b,sex,zip,ok,area
1,"1,5",1000000,True,1,Rome,2024-03-31 12:00,yes,f,8001,yes,12.5
2.5,"2.000",2000000,False,2,Oslo,2023-01-02 06:30,no,m,3011,no,7
-3,"-7,25",1.0,True,3,,2020-02-29 00:00,yes,f,8001,no,7
NA,0,7,False,2,Oslo,2024-12-31 23:59,no,,6003,,1e3
`

func doorsRecipe() dataset.Recipe {
	return dataset.Recipe{
		Numeric:     dataset.Numeric{Impute: dataset.Mean, Indicator: true},
		Categorical: dataset.Categorical{Impute: dataset.MostFrequent, Unknown: dataset.UnknownShares},
		Columns: []dataset.Column{
			dataset.Numeric{Column: "price", Decimal: ',', Grouping: '.', Impute: dataset.Constant, Fill: 1234.5, Scaling: dataset.MinMax},
			dataset.Categorical{Column: "code", Unknown: dataset.UnknownZeros},
			dataset.Categorical{Column: "flag"},
			dataset.Ordinal{Column: "size", Order: []string{" 1", "2 ", "3"}},
			dataset.Date{Column: "when", UTC: true, Impute: dataset.MostFrequent},
			dataset.Categorical{Column: "sex", Sign: true, Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown, Indicator: true},
			dataset.Categorical{Column: "zip", CodesFrom: 3, Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown},
			dataset.Boolean{Column: "ok", Sign: true, Impute: dataset.AsUnknown},
			dataset.Numeric{Column: "area", Scaling: dataset.Normal, Also: []dataset.Scaling{dataset.SmoothClip}, Impute: dataset.Median},
		},
	}
}

// smooth is a recipe with the scalings of RealMLP.
func smooth(r dataset.Recipe) dataset.Recipe {
	r.Numeric.Scaling, r.SmoothFlags = dataset.SmoothClip, true
	return r
}

type money int64

// One record gives the same bits through every door.
func TestDoors(t *testing.T) {
	for name, recipe := range map[string]dataset.Recipe{"plain": doorsRecipe(), "smooth": smooth(doorsRecipe())} {
		t.Run(name, func(t *testing.T) { testDoors(t, recipe) })
	}
}

func testDoors(t *testing.T, recipe dataset.Recipe) {
	p := fitRecipe(t, recipe, doors)
	p = reloadedPreparation(t, p)
	when := time.Date(2024, 7, 1, 1, 30, 0, 5, time.FixedZone("", 2*3600))
	million, one, text := 1e6, 1, "Rome"
	yes := true
	for _, record := range []struct {
		cells []string
		other map[string][]any // what else may stand for a cell
		whole []any            // structs
	}{
		{
			[]string{"0.1", "2000,5", "1000000", "True", "2", "Rome", "2024-07-01T01:30:00+02:00", "yes", "m", "3011", "no", "7"},
			map[string][]any{
				"n":     {0.1, float32(0.1), json.Number("0.1"), json.Number("1e-1"), []byte("0.1"), sql.NullFloat64{Float64: 0.1, Valid: true}, sql.Null[string]{V: " 0.1", Valid: true}},
				"price": {2000.5, "2.000,5", float32(2000.5)},
				"code":  {1e6, 1000000, int64(1000000), uint32(1000000), &million, json.Number("1e6"), sql.NullInt64{Int64: 1000000, Valid: true}, money(1000000)},
				"flag":  {true, &yes, sql.NullBool{Bool: true, Valid: true}},
				"size":  {2, 2.0, uint8(2), json.Number("2.0")},
				"city":  {&text, []byte("Rome "), sql.NullString{String: "Rome", Valid: true}},
				"when":  {when, &when, when.UTC(), "2024-06-30 23:30", "2024-06-30T23:30:00Z", sql.NullTime{Time: when, Valid: true}},
				"b":     {true, 1, "Y", "TRUE", uint(1), 1.0},
				"sex":   {[]byte("m"), " m", sql.NullString{String: "m", Valid: true}},
				"zip":   {3011, 3011.0, int16(3011), json.Number("3011"), money(3011)},
				"ok":    {false, 0, "F", sql.NullBool{Valid: true}},
				"area":  {7, 7.0, json.Number("7.0"), "7.00"},
			},
			[]any{
				struct {
					N           float32
					Price, Code float64
					Flag        bool
					Size        int
					City        string
					When        time.Time
					B           sql.NullBool
					Sex         string
					Zip         int
					OK          bool
					Area        float32
				}{0.1, 2000.5, 1000000, true, 2, "Rome", when, sql.NullBool{Bool: true, Valid: true}, "m", 3011, false, 7},
				&struct {
					N, Price, Code, Flag, Size, City, When, B, Sex, Zip, OK, Area any
				}{0.1, 2000.5, json.Number("1000000"), true, 2, &text, &when, &yes, "m", 3011.0, "no", 7},
			},
		},
		{
			[]string{"", "?", "1.0", "False", "1", "NA", "n/a", "no", "", "9999", "NA", "?"},
			map[string][]any{
				"n":     {nil, math.NaN(), (*float64)(nil), sql.NullFloat64{}, "NaN", "#N/A", dataset.Cell{}, []byte(nil)},
				"price": {nil, "", json.Number("NaN"), sql.Null[float64]{}},
				"code":  {1, 1.0, &one, json.Number("1.00"), "1.0"},
				"flag":  {false},
				"size":  {1, 1.0, &one},
				"city":  {nil, (*string)(nil), "", sql.NullString{}, sql.NullString{String: "None", Valid: true}},
				"when":  {nil, (*time.Time)(nil), sql.NullTime{}},
				"b":     {false, 0, "f"},
				"sex":   {nil, (*string)(nil), sql.NullString{}},
				"zip":   {nil, 1234, "none at all", json.Number("0.5"), true, math.NaN()},
				"ok":    {nil, (*bool)(nil), sql.NullBool{}, math.NaN()},
				"area":  {nil, math.NaN(), 9.75, sql.NullFloat64{}},
			},
			[]any{
				struct {
					N     *float64
					Price sql.NullFloat64
					Code  int
					Flag  *bool
					Size  uint16
					City  *string
					When  any
					B     any
					Sex   *string
					Zip   *int
					OK    sql.NullBool
					Area  *float32
				}{nil, sql.NullFloat64{}, 1, new(bool), 1, nil, nil, "no", nil, nil, sql.NullBool{}, nil},
			},
		},
	} {
		want := make([]float64, len(p.Features()))
		if err := p.TransformRow(want, record.cells); err != nil {
			t.Fatal(err)
		}
		got := make([]float64, len(want))
		same := func(door string, err error) {
			t.Helper()
			for i, v := range got {
				if err != nil || math.Float64bits(v) != math.Float64bits(want[i]) {
					t.Errorf("%s: %v, %v, want %v", door, err, got, want)
					return
				}
			}
			for i := range got {
				got[i] = 99
			}
		}
		columns := p.Columns()
		table, err := dataset.NewTable(columns, [][]string{record.cells, record.cells})
		if err != nil {
			t.Fatal(err)
		}
		x, err := p.Transform(table)
		if err != nil {
			t.Fatal(err)
		}
		copy(got, x.RawRowView(1))
		same("Transform", nil)
		texts, values, cells := make(map[string]string), make(map[string]any), make([]dataset.Cell, len(columns))
		for i, name := range columns {
			texts[name], values[name], cells[i] = record.cells[i], record.cells[i], dataset.Text(record.cells[i])
		}
		same("TransformMap", p.TransformMap(got, texts))
		same("TransformValues", p.TransformValues(got, values))
		same("TransformCells", p.TransformCells(got, cells))
		for i, name := range columns {
			for _, value := range record.other[name] {
				before := values[name]
				values[name] = value
				door := name + " " + strings.TrimSpace(asText(value))
				same(door, p.TransformValues(got, values))
				values[name] = before
				cell, err := dataset.CellOf(value)
				if err != nil {
					t.Error(err)
				}
				cells[i] = cell
				same(door+" as a cell", p.TransformCells(got, cells))
				cells[i] = dataset.Text(record.cells[i])
			}
		}
		for _, s := range record.whole {
			same("TransformStruct", p.TransformStruct(got, s))
		}
	}
}

func asText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// A number or a truth value that may be several names, or none, is an error.
func TestCellsOfNoName(t *testing.T) {
	column := dataset.Categorical{Column: "x", Categories: []string{"1", "1.0", "2", "yes", "TRUE", "no", "T"}}
	p := fitRecipe(t, dataset.Recipe{Columns: []dataset.Column{column}}, "x\n1\n2\nyes\nTRUE\nno\nT\n1.0\n")
	x := make([]float64, 7)
	names := `the categories "1", "1.0", "2", "yes", "TRUE", "no", "T"`
	for _, test := range []struct {
		value   any
		message string
	}{
		{1, "1 may be several of " + names},
		{true, "true may be several of " + names},
		{3.5, "3.5 is none of " + names + "; Categorical.Unknown says what becomes of other names"},
		{time.Unix(0, 0).UTC(), "1970-01-01T00:00:00Z is a time, not a name"},
		{int64(9007199254740993), `"9007199254740993" is none of ` + names + "; Categorical.Unknown says what becomes of other names"},
		{struct{}{}, "type struct {} is not a string, a bool, a number or a time"},
		{(*chan int)(nil), "type chan int is not a string, a bool, a number or a time"},
		{[]string{"1"}, "type []string is not a string, a bool, a number or a time"},
	} {
		wantError(t, p.TransformValues(x, map[string]any{"x": test.value}), `dataset: Preparation.TransformValues: column "x": `+test.message)
	}
	for value, feature := range map[any]int{2: 2, "1": 0, "1.0": 1, false: 5, "T": 6} {
		if err := p.TransformValues(x, map[string]any{"x": value}); err != nil || x[feature] != 1 {
			t.Errorf("%v: %v, %v", value, x, err)
		}
	}
	p = fitRecipe(t, unscaled(dataset.Boolean{Column: "b"}), "n,b\n1,yes\n2,no\n")
	x = make([]float64, 2)
	for _, test := range []struct {
		n, b    any
		message string
	}{
		{true, true, `column "n": true is not a number`},
		{math.Inf(-1), true, `column "n": -Inf is not a finite number`},
		{time.Unix(60, 0).UTC(), true, `column "n": 1970-01-01T00:01:00Z is not a number`},
		{1, 2, `column "b": 2 is neither true nor false`},
		{1, math.NaN(), `column "b": NaN is a missing value, and no Impute says what stands in for it`},
		{1, nil, `column "b": "" is a missing value, and no Impute says what stands in for it`},
		{int64(math.MaxInt64), true, `column "n": "9223372036854775807" is an integer above 2⁵³ that float64 does not have`},
		{uint64(math.MaxUint64), true, `column "n": "18446744073709551615" is an integer above 2⁵³ that float64 does not have`},
		{json.Number("9007199254740993"), true, `column "n": "9007199254740993" is an integer above 2⁵³ that float64 does not have`},
	} {
		wantError(t, p.TransformValues(x, map[string]any{"n": test.n, "b": test.b}), "dataset: Preparation.TransformValues: "+test.message)
	}
}

// A name that is an integer above 2⁵³ is known by its digits.
func TestLargeIntegersAreNames(t *testing.T) {
	p := fitRecipe(t, dataset.Recipe{Columns: []dataset.Column{dataset.Categorical{Column: "id"}}}, "id\n9007199254740993\n9007199254740992\n")
	x := make([]float64, 2)
	for id, want := range map[any]int{int64(9007199254740993): 1, uint64(9007199254740993): 1, json.Number("9007199254740993"): 1, int64(9007199254740992): 0, 9007199254740992.0: 0} {
		if err := p.TransformValues(x, map[string]any{"id": id}); err != nil || x[want] != 1 || x[1-want] != 0 {
			t.Errorf("%v: %v, %v", id, x, err)
		}
	}
}

// A pipeline has the doors of its preparation.
func TestPipelineDoors(t *testing.T) {
	p := fitPipeline(t, dataset.Recipe{Target: dataset.Classes("y")}, "a,y\n1,u\n2,v\n3,u\n")
	want, err := p.PredictRow([]string{"2.5"})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.PredictCells([]dataset.Cell{dataset.Number(2.5)}); err != nil || !sameAnswer(got, want) {
		t.Errorf("PredictCells: %v, %v, want %v", got, err, want)
	}
	if got, err := p.PredictMap(map[string]any{"a": 2.5}); err != nil || !sameAnswer(got, want) {
		t.Errorf("PredictMap: %v, %v, want %v", got, err, want)
	}
	_, err = p.PredictCells(nil)
	wantError(t, err, "dataset: Pipeline.PredictCells: 0 cells, the preparation takes 1")
	_, err = p.PredictMap(nil)
	wantError(t, err, `dataset: Pipeline.PredictMap: the record has no "a"`)
}

func TestCellString(t *testing.T) {
	for want, cell := range map[string]dataset.Cell{
		"":                          {},
		"a b":                       dataset.Text(" a b\n"),
		"1000000":                   dataset.Number(1e6),
		"true":                      dataset.Truth(true),
		"false":                     dataset.Truth(false),
		"2024-03-31T23:30:05+02:00": dataset.Time(time.Date(2024, 3, 31, 23, 30, 5, 999, time.FixedZone("", 7200))),
		"1815-12-10T00:00:00Z":      dataset.Time(time.Date(1815, 12, 10, 0, 0, 0, 0, time.UTC)),
	} {
		if cell.String() != want {
			t.Errorf("%q, want %q", cell.String(), want)
		}
	}
}

// A name that is not in a map is a missing value where the column has an
// Impute.
func TestMapWithoutName(t *testing.T) {
	p := fitRecipe(t, dataset.Recipe{Numeric: dataset.Numeric{Impute: dataset.Median, Scaling: dataset.Unscaled}}, "age\n1\n2\n\"\"\n")
	x := make([]float64, 1)
	if err := p.TransformMap(x, nil); err != nil || x[0] != 1.5 {
		t.Errorf("%v, %v", x, err)
	}
	if err := p.TransformValues(x, map[string]any{"another": 1}); err != nil || x[0] != 1.5 {
		t.Errorf("%v, %v", x, err)
	}
}

// A name in another case is a typing mistake if the record does not have the
// column, and another name if it does.
func TestMapInAnotherCase(t *testing.T) {
	p := fitRecipe(t, unscaled(dataset.Numeric{Column: "age", Impute: dataset.Median}, dataset.Numeric{Column: "Size"}, dataset.Numeric{Column: "SIZE"}), "age,Size,SIZE\n1,2,3\n2,3,4\n")
	x := make([]float64, 3)
	for _, c := range []struct {
		record map[string]string
		want   string
	}{
		{map[string]string{"age": "1", "Size": "2", "SIZE": "3"}, ""},
		{map[string]string{"age": "1", "Size": "2", "SIZE": "3", "Age": "x", "size": "x"}, ""},
		{map[string]string{"agee": "1", "Size": "2", "SIZE": "3"}, ""},
		{map[string]string{"Age": "1", "Size": "2", "SIZE": "3"}, `the record has "Age", the column is "age"`},
		{map[string]string{"AGE": "1", "Age": "1", "Size": "2", "SIZE": "3"}, `the record has "AGE", the column is "age"`},
		{map[string]string{"age": "1", "size": "2", "SIZE": "3"}, `the record has "size", the column is "Size"`},
		{map[string]string{"age": "1", "Size": "2"}, `the record has no "SIZE"`},
	} {
		values := make(map[string]any)
		for name, cell := range c.record {
			values[name] = cell
		}
		for op, err := range map[string]error{"TransformMap": p.TransformMap(x, c.record), "TransformValues": p.TransformValues(x, values)} {
			if c.want == "" {
				if err != nil {
					t.Errorf("%s: %v: %v", op, c.record, err)
				}
				continue
			}
			wantError(t, err, "dataset: Preparation."+op+": "+c.want)
		}
	}
}
