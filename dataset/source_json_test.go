package dataset_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"example.com/mlp/dataset"
)

func jsonLines(text string, columns ...string) dataset.Source {
	return dataset.JSONLines(strings.NewReader(text), columns...)
}

// Columns that are named are the columns, whatever else there is.
func TestJSONLinesColumns(t *testing.T) {
	const text = `{"x":{"y":[1,{"a":2,"a":3}]},"a":1,"b":"u"}` + "\n" + `{"c":null,"b":"v","x":[]}` + "\n" + `{}`
	table, err := dataset.ReadAll(jsonLines(text, "b", "a", " c "))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"b", "a", "c"}; !slices.Equal(table.Header(), want) {
		t.Errorf("the columns are %q, want %q", table.Header(), want)
	}
	wantRows(t, table, []string{"u", "1", ""}, []string{"v", "", ""}, []string{"", "", ""})
	p := fitRecipe(t, dataset.Recipe{Target: dataset.Classes("port")}, "age,port\n1,Genoa\n2,Kiel\n")
	table, err = dataset.ReadAll(jsonLines(`{"port":"Kiel","age":2}`, p.Columns()...))
	if err != nil || !slices.Equal(table.Header(), []string{"age"}) {
		t.Errorf("%v, %v", table.Header(), err)
	}
}

func TestJSONLinesErrors(t *testing.T) {
	broken := errors.New("broken")
	const first = `{"a":1,"b":2}` + "\n"
	for _, test := range []struct {
		name    string
		source  dataset.Source
		message string
	}{
		{"a CSV", jsonLines("a,b\n1,2\n"), `line 1: unexpected 'a', want an object`},
		{"a number", jsonLines("\n12\n"), `line 2: unexpected '1', want an object`},
		{"null", jsonLines("null"), `line 1: unexpected 'n', want an object`},
		{"a list in a line", jsonLines(first + "[1,2]"), `line 2: unexpected '[', want an object`},
		{"a list of lists", jsonLines("[[1,2]]"), `line 1: unexpected '[', want an object`},
		{"another format", jsonLines("PK\x03\x04"), `the file is a zip archive, such as .npz, .xlsx or a model of PyTorch or Keras`},
		{"no names", jsonLines("\n{}\n{}"), `line 2: the first object has no names`},
		{"a name of spaces", jsonLines(`{" ":1}`), `column 1 has no name`},
		{"a further name", jsonLines(first + "\n" + `{"a":1,"c":3}`), `line 3: "c" is not among the columns, the names of the first object, "a", "b": name the columns in the call if it does not matter or is one of them`},
		{"the same name", jsonLines(first + `{"a":1,"b":2,"a":3}`), `line 2: "a" is there twice`},
		{"the same name at first", jsonLines(`{"a":1,"a":3}`), `line 1: "a" is there twice`},
		{"the same name with spaces", jsonLines(`{"a":1,"a ":3}`), `columns 1 and 2 are both named "a"`},
		{"the same column", jsonLines(first, "a", "a"), `columns 1 and 2 are both named "a"`},
		{"the same further name", jsonLines(`{"a":1,"b":2,"b":3}`, "a"), `line 1: "b" is there twice`},
		{"a list", jsonLines(first + first + `{"b":[1]}`), `line 3, column 2 "b": a list, want a string, a number, true, false or null`},
		{"an object", jsonLines(`{"a":{}}`), `line 1, column 1 "a": an object, want a string, a number, true, false or null`},
		{"no end", jsonLines(first + "{\n\n\"a"), `line 2: unexpected EOF`},
		{"no end of a list", jsonLines("[" + first), `line 2: the list has no end: unexpected EOF`},
		{"a comma at the end of a list", jsonLines("[" + first + ","), `line 2: unexpected EOF`},
		{"a comma too many", jsonLines("[" + first + ",]"), `line 2: unexpected ']', want an object`},
		{"no comma", jsonLines("[" + first + first + "]"), `line 2: unexpected '{', want a comma or the end of the list`},
		{"after a list", jsonLines("[" + first + "]\n{}"), `line 3: unexpected '{' after the list`},
		{"a comma in lines", jsonLines(first + "," + first), `line 2: unexpected ',', want an object`},
		{"no JSON", jsonLines(first + "{'a':1}"), `line 2: unexpected '\'' in byte 1`},
		{"NaN", jsonLines(first + `{"a":NaN}`), `line 2, column 1 "a": unexpected 'N' in byte 5`},
		{"a number with 0", jsonLines(first + `{"a":012}`), `line 2: unexpected '1' in byte 6`},
		{"not UTF-8", jsonLines(first + "{\"a\":\"\xff\"}"), `line 2: invalid UTF-8`},
		{"half a pair", jsonLines(first + `{"a":"\ud800"}`), `line 2, column 1 "a": half of a surrogate pair`},
		{"nested", jsonLines(`{"a":1,"x":`+strings.Repeat("[", 1000)+strings.Repeat("]", 1000)+"}", "a"), `line 1: nested too deeply`},
		{"too long", jsonLines(first + `{"a":"` + strings.Repeat("a", 1<<22) + `"}`), `line 2: the object has more than 4194304 bytes`},
		{"a reader", dataset.JSONLines(io.MultiReader(strings.NewReader(first), iotest.ErrReader(broken))), `line 2: broken`},
		{"a packed file", dataset.JSONLines(strings.NewReader(gzipped(t, first)[:20])), `line 1: unexpected EOF`},
		{"nil", dataset.JSONLines(nil), `the reader is nil`},
	} {
		_, err := dataset.ReadAll(test.source)
		if err == nil || strings.TrimPrefix(err.Error(), "dataset: JSONLines: ") != test.message || len(err.Error()) > 1000 {
			t.Errorf("%s: error %v\nwant %s", test.name, err, test.message)
		}
	}
}

func TestJSONLinesFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "p.jsonl")
	source := dataset.JSONLinesFile(name)
	for _, text := range []string{`{"a":1}`, `{"b":2}` + "\n"} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		table, err := dataset.ReadAll(source)
		if err != nil || table.Cell(0, 0) != text[5:6] {
			t.Errorf("%v, %v", table, err)
		}
	}
	if err := os.WriteFile(name, []byte("{\"a\":1}\n[]"), 0o666); err != nil {
		t.Fatal(err)
	}
	n, err := errorOf(t, source, 1)
	if n != 1 {
		t.Errorf("%d tables before the error", n)
	}
	wantError(t, err, "dataset: JSONLinesFile: "+name+": line 2: unexpected '[', want an object")
}

// Objects that can be read are JSON, and have their values in the cells.
func FuzzJSONLines(f *testing.F) {
	for _, text := range []string{passengersJSON, "[" + strings.TrimSpace(passengersJSON) + "]", `[{"a":1},{"a":"x\\\"}{"}]`, `{"a":"{","b":"\\"}{"b":null}`, "{}", "[]", `{"a":{"b":"}"}}`, "\ufeff{\"\":1}", `{"a":-0.0e-5}`} {
		f.Add(text, true)
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, text string, named bool) {
		var columns []string
		if named {
			columns = []string{"a", "b"}
		}
		var rows [][]string
		var header []string
		for table, err := range jsonLines(text, columns...).Tables(2) {
			if err != nil {
				if !strings.HasPrefix(err.Error(), "dataset: JSONLines: ") || len(err.Error()) > 3000 {
					t.Fatal(err)
				}
				return
			}
			header = table.Header()
			rows = append(rows, rowsOfTables(table)...)
		}
		if strings.HasPrefix(text, "\x1f\x8b") {
			return
		}
		d := json.NewDecoder(bytes.NewReader([]byte(strings.TrimLeft(text, "\ufeff"))))
		d.UseNumber()
		var objects []map[string]any
		for {
			var value any
			err := d.Decode(&value)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%q was read as %q and is no JSON: %v", text, rows, err)
			}
			if list, ok := value.([]any); ok && objects == nil {
				for _, value := range list {
					objects = append(objects, value.(map[string]any))
				}
				continue
			}
			objects = append(objects, value.(map[string]any))
		}
		if len(objects) != len(rows) {
			t.Fatalf("%q: %d rows, want %d", text, len(rows), len(objects))
		}
		for i, object := range objects {
			cells := make(map[string]string)
			for name, value := range object {
				if cell, err := dataset.CellOf(value); err == nil {
					cells[strings.TrimSpace(name)] = cell.String()
				}
			}
			for j, name := range header {
				if rows[i][j] != cells[name] {
					t.Fatalf("%q: row %d has %q in %s, want %q", text, i, rows[i][j], name, cells[name])
				}
			}
		}
	})
}
