package dataset_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"example.com/mlp/dataset"
)

// passengers are rows as CSV, with the texts that values print as.
const passengers = `age,port,crew,since
31.5,Genoa,true,2024-01-01T00:00:00Z
,Kiel,false,2024-02-01T12:30:00+02:00
1000000,,,
-2,"a ""b"", é",true,
0.1,Genoa,,2024-03-01T00:00:00Z
1e+21,007,false,
12345678901234567891,NA,true,
3,1.0,true,
`

var (
	january  = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	february = time.Date(2024, 2, 1, 12, 30, 0, 0, time.FixedZone("", 7200))
	march    = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
)

const passengersJSON = `{"age":31.5,"port":"Genoa","crew":true,"since":"2024-01-01T00:00:00Z"}
{"age":null,"port":"Kiel","crew":false,"since":"2024-02-01T12:30:00+02:00"}

{"age":1e6}
 { "port" : "a \"b\", \u00e9",
 "age" : -2 , "crew" : true }
{"crew":null,"age":0.1,"port":"Genoa","since":"2024-03-01T00:00:00Z"} {"age":1e21,"port":"007","crew":false}
{"age":12345678901234567891,"port":"NA","crew":true}
{"age":3,"port":"1.0","crew":true}
`

type voyage struct {
	Port sql.NullString `json:"port,omitempty"`
}

type passenger struct {
	Age any `dataset:"age"`
	*voyage
	Crew  *bool `json:"crew"`
	Since any   `json:"since"`
	Note  []int `dataset:"-"`
	crew  string
}

func port(name string) *voyage { return &voyage{sql.NullString{String: name, Valid: true}} }

func passengerStructs() []passenger {
	yes, no := true, false
	return []passenger{
		{Age: 31.5, voyage: port("Genoa"), Crew: &yes, Since: january},
		{voyage: port("Kiel"), Crew: &no, Since: &february},
		{Age: 1_000_000, crew: "which is no column"},
		{Age: int8(-2), voyage: port(`a "b", é`), Crew: &yes},
		{Age: float32(0.1), voyage: port("Genoa"), Since: march},
		{Age: 1e21, voyage: port("007"), Crew: &no},
		{Age: uint64(12345678901234567891), voyage: port("NA"), Crew: &yes},
		{Age: sql.NullInt64{Int64: 3, Valid: true}, voyage: port("1.0"), Crew: &yes},
	}
}

func passengerMaps() []map[string]any {
	return []map[string]any{
		{"age": 31.5, "port": "Genoa", "crew": true, "since": january},
		{"port": []byte("Kiel"), "crew": false, "since": february},
		{"age": 1e6, "port": nil},
		{"age": json.Number("-2"), "port": `a "b", é`, "crew": true},
		{"age": "0.1", "port": "Genoa", "since": march},
		{"age": 1e21, "port": "007", "crew": false},
		{"age": uint64(12345678901234567891), "port": "NA", "crew": true},
		{"age": int32(3), "port": "1.0", "crew": true},
	}
}

// fakeRows are rows as those of package database/sql.
type fakeRows struct {
	columns []string
	rows    [][]any
	err     error // after the rows
	bad     int   // the row, from 1, that Scan fails at
	closed  *atomic.Int64
	next    int
}

func (f *fakeRows) Columns() ([]string, error) {
	if f.columns == nil {
		return nil, errors.New("closed")
	}
	return f.columns, nil
}

func (f *fakeRows) Next() bool {
	f.next++
	return f.next <= len(f.rows)
}

func (f *fakeRows) Scan(dest ...any) error {
	if f.next == f.bad {
		return errors.New("the connection is lost")
	}
	for i, v := range f.rows[f.next-1] {
		*dest[i].(*any) = v
	}
	return nil
}

func (f *fakeRows) Err() error { return f.err }

func (f *fakeRows) Close() error {
	f.closed.Add(1)
	return nil
}

func passengerQuery(closed *atomic.Int64) func() (dataset.Rows, error) {
	return func() (dataset.Rows, error) {
		return &fakeRows{columns: []string{"age", "port", "crew", "since"}, closed: closed, rows: [][]any{
			{31.5, "Genoa", true, january},
			{nil, []byte("Kiel"), false, february},
			{int64(1_000_000), nil, nil, nil},
			{int64(-2), `a "b", é`, true, nil},
			{0.1, "Genoa", nil, march},
			{[]byte("1e+21"), "007", false, nil},
			{"12345678901234567891", "NA", true, nil},
			{int64(3), "1.0", true, nil},
		}}, nil
	}
}

func passengerFiles() fstest.MapFS {
	return fstest.MapFS{"p.csv": {Data: []byte(passengers)}, "p.jsonl": {Data: []byte(passengersJSON)}}
}

// everySource has the passengers from everywhere.
func everySource(t *testing.T) map[string]dataset.Source {
	t.Helper()
	names := []string{"age", "port", "crew", "since"}
	var list []string
	for object := range strings.SplitSeq(strings.NewReplacer("\n", "", "}", "}\n").Replace(passengersJSON), "\n") {
		if object != "" {
			list = append(list, object)
		}
	}
	var pointers []*passenger
	structs := passengerStructs()
	for i := range structs {
		pointers = append(pointers, &structs[i])
	}
	file := filepath.Join(t.TempDir(), "p.csv")
	if err := os.WriteFile(file, []byte(passengers), 0o666); err != nil {
		t.Fatal(err)
	}
	blocks, err := dataset.CSVBlocks(file, ',')
	if err != nil {
		t.Fatal(err)
	}
	var closed atomic.Int64
	return map[string]dataset.Source{
		"a table":        readTable(t, passengers),
		"CSVBlocks":      blocks,
		"Shards":         dataset.Shards{blocks},
		"CSVFS":          dataset.CSVFS(passengerFiles(), "p.csv", ','),
		"JSONLinesFS":    dataset.JSONLinesFS(passengerFiles(), "p.jsonl"),
		"a list of JSON": dataset.JSONLinesFS(fstest.MapFS{"p": {Data: []byte("\ufeff [\n" + strings.Join(list, " ,\n") + "\n]\n")}}, "p", names...),
		"packed JSON":    dataset.JSONLinesFS(fstest.MapFS{"p": {Data: []byte(gzipped(t, passengersJSON))}}, "p"),
		"Structs":        dataset.Structs(passengerStructs()),
		"pointers":       dataset.Structs(pointers),
		"Maps":           dataset.Maps(passengerMaps(), names...),
		"SQL":            dataset.SQL(passengerQuery(&closed)),
		"a foreign one":  others{readTable(t, passengers)},
	}
}

// others is a source that keeps its tables small.
type others struct{ dataset.Source }

func (o others) Tables(rows int) iter.Seq2[*dataset.Table, error] {
	return o.Source.Tables(min(rows, 3))
}

// tablesOf returns the tables of a source.
func tablesOf(t *testing.T, s dataset.Source, rows int) []*dataset.Table {
	t.Helper()
	var tables []*dataset.Table
	for table, err := range s.Tables(rows) {
		if err != nil {
			t.Fatal(err)
		}
		tables = append(tables, table)
	}
	return tables
}

// rowsOfTables returns the rows of tables.
func rowsOfTables(tables ...*dataset.Table) [][]string {
	var rows [][]string
	for _, table := range tables {
		for i := range table.Rows() {
			row := make([]string, len(table.Header()))
			for j := range row {
				row[j] = table.Cell(i, j)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func equalRows(a, b [][]string) bool { return slices.EqualFunc(a, b, slices.Equal) }

// sameRows is equalRows for passengers, whose ages are numbers however they are
// spelled.
func sameRows(a, b [][]string) bool {
	sameAge := func(a, b string) bool {
		x, err1 := strconv.ParseFloat(a, 64)
		y, err2 := strconv.ParseFloat(b, 64)
		return a == b || err1 == nil && err2 == nil && x == y
	}
	return slices.EqualFunc(a, b, func(a, b []string) bool { return sameAge(a[0], b[0]) && slices.Equal(a[1:], b[1:]) })
}

// Every source gives the same rows, in tables of any size, and again.
func TestSources(t *testing.T) {
	want := rowsOfTables(readTable(t, passengers))
	for name, source := range everySource(t) {
		for _, rows := range []int{1, 3, 7, 8, 100, math.MaxInt, 2} {
			tables := tablesOf(t, source, rows)
			if got := rowsOfTables(tables...); !sameRows(got, want) {
				t.Errorf("%s by %d:\n%q\nwant\n%q", name, rows, got, want)
			}
			for i, table := range tables {
				if n := table.Rows(); n > rows || n < rows && i < len(tables)-1 && name != "a foreign one" {
					t.Errorf("%s by %d: table %d has %d rows", name, rows, i, n)
				}
				if !slices.Equal(table.Header(), []string{"age", "port", "crew", "since"}) {
					t.Errorf("%s: the columns are %q", name, table.Header())
				}
			}
		}
		all, err := dataset.ReadAll(source)
		if err != nil || !sameRows(rowsOfTables(all), want) {
			t.Errorf("%s: %v, %v", name, all, err)
		}
		for _, rows := range []int{0, -1} {
			if _, err := firstOf(source, rows); err == nil || !strings.HasSuffix(err.Error(), fmt.Sprintf(": tables of %d rows, want at least 1", rows)) && name != "a foreign one" {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// A recipe learns the same from every source.
func TestRecipesOfSources(t *testing.T) {
	recipe := dataset.Recipe{
		Columns: []dataset.Column{
			dataset.Numeric{Column: "age", Impute: dataset.Median},
			dataset.Categorical{Column: "port", Impute: dataset.Constant, Fill: "none"},
			dataset.Boolean{Column: "crew", Impute: dataset.MostFrequent},
			dataset.Date{Column: "since", Impute: dataset.MostFrequent},
		},
	}
	var want string
	for name, source := range everySource(t) {
		all, err := dataset.ReadAll(source)
		if err != nil {
			t.Fatal(err)
		}
		part, err := all.Subset([]int{0, 1, 2, 3, 4, 5, 7}) // the others have an age that is no number
		if err != nil {
			t.Fatal(err)
		}
		p, err := recipe.Fit(part)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text, err := p.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		x, err := p.Transform(part)
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("%s\n%x", text, x.RawMatrix().Data)
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%s gives\n%s\nwant\n%s", name, got, want)
		}
	}
}

// firstOf returns the first table of a source.
func firstOf(s dataset.Source, rows int) (*dataset.Table, error) {
	for table, err := range s.Tables(rows) {
		return table, err
	}
	return nil, nil
}

// errorOf returns how many tables a source has before its error.
func errorOf(t *testing.T, s dataset.Source, rows int) (tables int, err error) {
	t.Helper()
	for table, e := range s.Tables(rows) {
		switch {
		case err != nil:
			t.Errorf("a table after the error %v", err)
		case (table == nil) != (e != nil):
			t.Errorf("%v beside %v", table, e)
		case e == nil:
			tables++
		}
		err = e
	}
	return tables, err
}

// What cannot begin again says so, also after a break.
func TestSourcesThatCannotBeginAgain(t *testing.T) {
	var closed atomic.Int64
	rows, _ := passengerQuery(&closed)()
	for name, source := range map[string]dataset.Source{
		"CSV: a reader cannot begin again: CSVFile can":             dataset.CSV(strings.NewReader(passengers), ','),
		"JSONLines: a reader cannot begin again: JSONLinesFile can": dataset.JSONLines(strings.NewReader(passengersJSON)),
		"SQLRows: rows cannot begin again: SQL can":                 dataset.SQLRows(rows),
	} {
		sequence := source.Tables(2)
		for table, err := range sequence {
			if err != nil || table.Rows() != 2 {
				t.Errorf("%s: %v, %v", name, table, err)
			}
			break
		}
		_, err := dataset.ReadAll(source)
		wantError(t, err, "dataset: "+name)
		for _, err := range sequence {
			wantError(t, err, "dataset: "+name)
		}
	}
	if closed.Load() != 1 {
		t.Errorf("the rows are closed %d times", closed.Load())
	}
}

// Sources without rows have no tables.
func TestSourcesWithoutRows(t *testing.T) {
	for name, source := range map[string]dataset.Source{
		"CSV":           dataset.CSV(strings.NewReader("a,b\n"), ','),
		"one column":    dataset.CSV(strings.NewReader("a\n\n\n"), ','),
		"JSON":          dataset.JSONLines(strings.NewReader("")),
		"empty lines":   dataset.JSONLines(strings.NewReader("\n \r\n")),
		"list":          dataset.JSONLines(strings.NewReader("[\n]\n")),
		"named columns": dataset.JSONLines(strings.NewReader("[]"), "a"),
		"Structs":       dataset.Structs([]passenger(nil)),
		"Maps":          dataset.Maps([]map[string]string{}),
		"maps and name": dataset.Maps([]map[string]string{}, "a"),
		"SQL":           dataset.SQLRows(&fakeRows{columns: []string{"a"}, closed: new(atomic.Int64)}),
		"foreign":       others{dataset.Maps([]map[string]int{})},
	} {
		_, err := dataset.ReadAll(source)
		wantError(t, err, "dataset: ReadAll: the source has no rows")
		if name == "SQL" {
			continue // which cannot begin again
		}
	}
	if n, err := errorOf(t, dataset.Structs([]passenger{}), 1); n != 0 || err != nil {
		t.Errorf("%d tables, %v", n, err)
	}
}

func TestReadAllErrors(t *testing.T) {
	_, err := dataset.ReadAll(nil)
	wantError(t, err, "dataset: ReadAll: the source is nil")
	var none *dataset.Table
	_, err = dataset.ReadAll(none)
	wantError(t, err, "dataset: ReadAll: the source is nil")
	_, err = dataset.ReadAll(new(dataset.Table))
	wantError(t, err, "dataset: Table.Tables: the table is nil or empty")
	_, err = dataset.ReadAll(several{readTable(t, "a,b\n1,2\n"), readTable(t, "a,c\n1,2\n")})
	wantError(t, err, `dataset: ReadAll: table 2 has the columns "a", "c", table 1 has "a", "b"`)
	_, err = dataset.ReadAll(several{readTable(t, "a,b\n1,2\n"), nil})
	wantError(t, err, `dataset: ReadAll: table 2: the table is nil or empty`)
	_, err = dataset.ReadAll(several{nil})
	wantError(t, err, `dataset: ReadAll: table 1: the table is nil or empty`)
}

// several are tables that someone else has made.
type several []*dataset.Table

func (s several) Tables(int) iter.Seq2[*dataset.Table, error] {
	return func(yield func(*dataset.Table, error) bool) {
		for _, t := range s {
			if !yield(t, nil) {
				return
			}
		}
	}
}

// Errors say where a cell is in the source, not in its table.
func TestPlacesInSources(t *testing.T) {
	numbers := dataset.Recipe{Columns: []dataset.Column{dataset.Numeric{Column: "a"}}}
	var ints []map[string]any
	for _, v := range []any{1, 2, 3, "x"} {
		ints = append(ints, map[string]any{"a": v})
	}
	for place, source := range map[string]dataset.Source{
		"p.csv: line 6":  dataset.CSVFS(fstest.MapFS{"p.csv": {Data: []byte("a,b\n1,2\n\n2,2\n3,2\nx,2\n")}}, "p.csv", ','),
		"line 5":         dataset.CSV(strings.NewReader("a,b\n1,2\n2,2\n3,2\nx,2\n"), ','),
		"p.json: line 6": dataset.JSONLinesFS(fstest.MapFS{"p.json": {Data: []byte("[{\"a\":1},\n{\"a\":2}\n,{\"a\":\n3}\n,\n{\"a\":\"x\"}]")}}, "p.json"),
		"row 3":          dataset.Maps(ints),
	} {
		tables := tablesOf(t, source, 2)
		_, err := numbers.Fit(tables[1])
		wantError(t, err, `dataset: Recipe.Fit: `+place+`, column 1 "a": "x" is not a number`)
		part, err := tables[1].Subset([]int{1})
		if err != nil {
			t.Fatal(err)
		}
		_, err = numbers.Fit(part)
		wantError(t, err, `dataset: Recipe.Fit: `+place+`, column 1 "a": "x" is not a number`)
	}
}

// A loop closes what it opened, however it ends.
func TestSourcesClose(t *testing.T) {
	open := 0
	files := countingFS{passengerFiles(), &open}
	files.MapFS["bad.csv"] = &fstest.MapFile{Data: []byte("a,b\n1,2\n3,4\n5\n")}
	files.MapFS["bad.jsonl"] = &fstest.MapFile{Data: []byte("{\"a\":1}{\"a\":2}{\"a\":[]}")}
	for name, source := range map[string]dataset.Source{
		"CSV":      dataset.CSVFS(files, "p.csv", ','),
		"JSON":     dataset.JSONLinesFS(files, "p.jsonl"),
		"bad CSV":  dataset.CSVFS(files, "bad.csv", ','),
		"bad JSON": dataset.JSONLinesFS(files, "bad.jsonl"),
	} {
		for _, most := range []int{1, 2, 100} {
			seen := 0
			for _, err := range source.Tables(1) {
				if err == nil && open != 1 {
					t.Errorf("%s: %d files are open", name, open)
				}
				if seen++; seen == most {
					break
				}
			}
			if open != 0 {
				t.Fatalf("%s: %d files are left open", name, open)
			}
		}
	}
	var closed atomic.Int64
	for range dataset.SQL(passengerQuery(&closed)).Tables(3) {
		break
	}
	if closed.Load() != 1 {
		t.Errorf("the rows are closed %d times", closed.Load())
	}
}

// Two loops over one source do not disturb each other.
func TestSourceTwiceAtOnce(t *testing.T) {
	want := rowsOfTables(readTable(t, passengers))
	for name, source := range everySource(t) {
		var first []*dataset.Table
		for table, err := range source.Tables(3) {
			if err != nil {
				t.Fatal(err)
			}
			first = append(first, table)
			if got := rowsOfTables(tablesOf(t, source, 5)...); !sameRows(got, want) {
				t.Errorf("%s: the inner loop has %q", name, got)
			}
		}
		if got := rowsOfTables(first...); !sameRows(got, want) {
			t.Errorf("%s: the outer loop has %q", name, got)
		}
	}
}

// Many goroutines read one source.
func TestSourcesConcurrently(t *testing.T) {
	want := rowsOfTables(readTable(t, passengers))
	for name, source := range everySource(t) {
		var wg sync.WaitGroup
		for rows := range 4 {
			wg.Go(func() {
				var tables []*dataset.Table
				for table, err := range source.Tables(rows + 1) {
					if err != nil {
						t.Errorf("%s: %v", name, err)
						return
					}
					tables = append(tables, table)
				}
				if got := rowsOfTables(tables...); !sameRows(got, want) {
					t.Errorf("%s: %q", name, got)
				}
			})
		}
		wg.Wait()
	}
}

func ExampleSource() {
	voyages := strings.NewReader("age,port\n31,Genoa\n35,Kiel\n58,Genoa\n")
	for table, err := range dataset.CSV(voyages, ',').Tables(2) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(table.Rows(), "rows from", table.Cell(0, 0))
	}
	// Output:
	// 2 rows from 31
	// 1 rows from 58
}

// ReadAll joins columns of any kinds without a change of their cells.
func TestReadAllJoins(t *testing.T) {
	tables := make(map[string]*dataset.Table)
	for name, values := range map[string]dataset.Values{
		"numbers": dataset.NumberValues("a", []float64{1, 2.5, 1e6}),
		"gaps":    dataset.NumberValues("a", []float64{1, math.NaN(), 3}),
		"texts":   dataset.TextValues("a", []string{"1", "01", "NA"}),
		"names":   dataset.TextValues("a", []string{"Kiel", "Genoa", "Kiel"}),
		"cells":   dataset.CellValues("a", []dataset.Cell{dataset.Truth(true), {}, dataset.Number(2), dataset.Text("2.0")}),
	} {
		table, err := dataset.NewTableOf(values)
		if err != nil {
			t.Fatal(err)
		}
		tables[name] = table
		if tables["some "+name], err = table.Subset([]int{2, 0, 2}); err != nil {
			t.Fatal(err)
		}
	}
	for first, a := range tables {
		for second, b := range tables {
			var want []string
			for _, part := range []*dataset.Table{a, b, a} {
				for i := range part.Rows() {
					want = append(want, part.Cell(i, 0))
				}
			}
			table, err := dataset.ReadAll(several{a, b, a})
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := table.Column("a"); !slices.Equal(got, want) {
				t.Errorf("%s, %s: %q, want %q", first, second, got, want)
			}
		}
	}
}
