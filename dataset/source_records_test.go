package dataset_test

import (
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"example.com/mlp/dataset"
)

func TestSQLErrors(t *testing.T) {
	lost := errors.New("lost")
	var closed atomic.Int64
	rows := func(f fakeRows) dataset.Source {
		f.closed = &closed
		return dataset.SQLRows(&f)
	}
	var none *fakeRows
	values := [][]any{{int64(1), "x"}, {int64(2), "y"}, {int64(3), "z"}}
	for _, test := range []struct {
		name    string
		source  dataset.Source
		tables  int
		message string
	}{
		{"no query", dataset.SQL(nil), 0, "SQL: the query is nil"},
		{"nil", dataset.SQLRows(nil), 0, "SQLRows: the rows are nil"},
		{"a nil pointer", dataset.SQLRows(none), 0, "SQLRows: the rows are nil"},
		{"nil from a query", dataset.SQL(func() (dataset.Rows, error) { return nil, nil }), 0, "SQL: the rows are nil"},
		{"a query that fails", dataset.SQL(func() (dataset.Rows, error) { return none, lost }), 0, "SQL: lost"},
		{"rows without columns", rows(fakeRows{}), 0, "SQLRows: closed"},
		{"the same name", rows(fakeRows{columns: []string{"id", "x", "id"}}), 0, `SQLRows: columns 1 and 3 are both named "id"`},
		{"an error after rows", rows(fakeRows{columns: []string{"a", "b"}, rows: values, err: lost}), 1, "SQLRows: row 3: lost"},
		{"an error of Scan", rows(fakeRows{columns: []string{"a", "b"}, rows: values, bad: 3}), 1, "SQLRows: row 2: the connection is lost"},
		{"a type", rows(fakeRows{columns: []string{"a", "b"}, rows: [][]any{{1, "x"}, {2, "y"}, {3, []string{"z"}}}}), 1,
			`SQLRows: row 2, column 2 "b": type []string is not a string, a bool, a number or a time`},
		{"not UTF-8", rows(fakeRows{columns: []string{"a", "b"}, rows: [][]any{{1, []byte("\xff")}}}), 0, `SQLRows: row 0, column 2 "b": "\xff" is not UTF-8`},
	} {
		n, err := errorOf(t, test.source, 2)
		if n != test.tables {
			t.Errorf("%s: %d tables, want %d", test.name, n, test.tables)
		}
		wantError(t, err, "dataset: "+test.message)
	}
	if closed.Load() != 6 {
		t.Errorf("6 rows were closed %d times", closed.Load())
	}
	_, err := dataset.ReadAll(rows(fakeRows{columns: []string{"a"}, err: lost}))
	if !errors.Is(err, lost) {
		t.Errorf("%v does not wrap the error of the rows", err)
	}
}

// A driver may use the memory of a []byte again.
func TestSQLCopiesBytes(t *testing.T) {
	b := []byte("one")
	source := dataset.SQLRows(&fakeRows{columns: []string{"a"}, rows: [][]any{{b}, {b}}, closed: new(atomic.Int64)})
	var tables []*dataset.Table
	for table, err := range source.Tables(1) {
		if err != nil {
			t.Fatal(err)
		}
		tables = append(tables, table)
		copy(b, "two")
	}
	if got := rowsOfTables(tables...); !equalRows(got, [][]string{{"one"}, {"two"}}) {
		t.Errorf("%q", got)
	}
}

func TestStructsErrors(t *testing.T) {
	one := &struct{ A int }{1}
	for message, source := range map[string]dataset.Source{
		`the records are of type int, not structs`:                                                                     dataset.Structs([]int{1}),
		`the records are of type *int, not structs`:                                                                    dataset.Structs([]**int{nil}),
		`the records are of type interface {}, not structs`:                                                            dataset.Structs([]any{one}),
		`struct { a int } has no exported fields`:                                                                      dataset.Structs([]struct{ a int }{{1}}),
		`field A, column "A": type []int is not a string, a bool, a number or a time: a tag dataset:"-" leaves it out`: dataset.Structs([]struct{ A []int }{}),
		`row 1: the record is nil`:                                                                                     dataset.Structs([]*struct{ A int }{one, nil}),
		`row 2, column 1 "A": below zero`:                                                                              dataset.Structs([]struct{ A celsius }{{1}, {2}, {-300}}),
		`row 0, column 1 "A": "\xff" is not UTF-8`:                                                                     dataset.Structs([]struct{ A string }{{"\xff"}}),
		"struct { A int \"dataset:\\\"b\\\"\"; B int \"json:\\\"b\\\"\" }: columns 1 and 2 are both named \"b\"": dataset.Structs([]struct {
			A int `dataset:"b"`
			B int `json:"b"`
		}{{1, 2}}),
	} {
		_, err := dataset.ReadAll(source)
		wantError(t, err, "dataset: Structs: "+message)
	}
}

// Records have the columns of their fields, and what is in them is read when the
// rows are.
func TestStructs(t *testing.T) {
	type base struct {
		ID   int
		Name string
	}
	type record struct {
		*base
		Name  string // which hides that of base
		Ratio float32
		Odd   bool `json:"-"`
	}
	records := []record{{&base{1, "a"}, "b", 0.1, true}, {nil, "c", float32(math.NaN()), false}}
	source := dataset.Structs(records)
	records[0].Name = "d"
	table, err := dataset.ReadAll(source)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(table.Header(), ","); got != "ID,Name,Ratio" {
		t.Errorf("the columns are %s", got)
	}
	wantRows(t, table, []string{"1", "d", "0.1"}, []string{"", "c", "NaN"})
}

func TestMaps(t *testing.T) {
	source := dataset.Maps([]map[string]string{{"b": "1"}, nil, {"a": "x", "c": " y "}})
	table, err := dataset.ReadAll(source)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(table.Header(), ","); got != "a,b,c" {
		t.Errorf("the columns are %s", got)
	}
	wantRows(t, table, []string{"", "1", ""}, []string{"", "", ""}, []string{"x", "", "y"})
	for message, source := range map[string]dataset.Source{
		`the header is empty`:                dataset.Maps([]map[string]int{nil}),
		`column 1 has no name`:               dataset.Maps([]map[string]int{{"": 1}}),
		`columns 1 and 2 are both named "a"`: dataset.Maps([]map[string]int{{"a": 1, "a ": 1}}),
		`row 1, column 1 "a": type []int is not a string, a bool, a number or a time`: dataset.Maps([]map[string]any{{"a": 1}, {"a": []int{1}}}),
		`row 0, column 1 "a": below zero`:                                             dataset.Maps([]map[string]celsius{{"a": -300}}),
	} {
		_, err := dataset.ReadAll(source)
		wantError(t, err, "dataset: Maps: "+message)
	}
}
