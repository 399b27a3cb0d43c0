package dataset_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"example.com/mlp/dataset"
)

// countingFS counts the files that are open.
type countingFS struct {
	fstest.MapFS
	open *int
}

type countingFile struct {
	fs.File
	open *int
}

func (c countingFS) Open(name string) (fs.File, error) {
	f, err := c.MapFS.Open(name)
	if err != nil {
		return nil, err
	}
	*c.open++
	return countingFile{f, c.open}, nil
}

func (c countingFile) Close() error {
	*c.open--
	return c.File.Close()
}

func TestCSVFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "p.tsv.gz")
	if err := os.WriteFile(name, []byte(gzipped(t, "1\tx\n2\ty\n")), 0o666); err != nil {
		t.Fatal(err)
	}
	source := dataset.CSVFile(name, '\t', dataset.ReadOptions{NoHeader: true, Names: []string{"a", "b"}})
	for range 2 {
		table, err := dataset.ReadAll(source)
		if err != nil {
			t.Fatal(err)
		}
		wantRows(t, table, []string{"1", "x"}, []string{"2", "y"})
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	_, err := dataset.ReadAll(source)
	if !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), name) != 1 || !strings.HasPrefix(err.Error(), "dataset: CSVFile: ") {
		t.Errorf("%v", err)
	}
}

func TestCSVErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		name    string
		source  dataset.Source
		tables  int
		message string
	}{
		{"nil", dataset.CSV(nil, ','), 0, "CSV: the reader is nil"},
		{"nil FS", dataset.CSVFS(nil, "p", ','), 0, "CSVFS: the file system is nil"},
		{"options", dataset.CSV(strings.NewReader(""), ',', dataset.ReadOptions{}, dataset.ReadOptions{}), 0, "CSV: 2 ReadOptions, at most one is possible"},
		{"empty", dataset.CSV(strings.NewReader(""), ','), 0, "CSV: the file is empty, a header line is needed"},
		{"header", dataset.CSV(strings.NewReader("a,a\n1,2\n"), ','), 0, `CSV: line 1: columns 1 and 2 are both named "a"`},
		{"cells", dataset.CSV(strings.NewReader("a,b\n1,2\n1,2\n1,2\n\n1,2,3\n"), ','), 1, `CSV: line 6 has 3 columns, the header has 2`},
		{"first row", dataset.CSV(strings.NewReader("a,b\n1,2,3\n"), ','), 0, `CSV: line 2 has 3 columns, the header has 2: ReadOptions.DropUnnamed leaves out the names of rows that R writes in front`},
		{"first row of a later table", dataset.CSV(strings.NewReader("a,b\n1,2\n3,4\n1,2,3\n"), ','), 1, `CSV: line 4 has 3 columns, the header has 2`},
		{"file", dataset.CSVFS(fstest.MapFS{"p": {Data: []byte("a,b\n1,2\n1,\xff\n")}}, "p", ','), 0, `CSVFS: p: line 3, column 2 "b": "\xff" is not UTF-8`},
		{"reader", dataset.CSV(io.MultiReader(strings.NewReader("a,b\n1,2\n3,4\n"), iotest.ErrReader(broken)), ','), 1, "CSV: broken"},
	} {
		n, err := errorOf(t, test.source, 2)
		if n != test.tables {
			t.Errorf("%s: %d tables, want %d", test.name, n, test.tables)
		}
		wantError(t, err, "dataset: "+test.message)
	}
	if _, err := errorOf(t, dataset.CSV(iotest.ErrReader(broken), ','), 1); !errors.Is(err, broken) {
		t.Errorf("%v does not wrap the error of the reader", err)
	}
}

// sameAsReadTable reports an error unless a source of a CSV file has the rows, or
// the error, of ReadTable.
func sameAsReadTable(t *testing.T, text string, comma rune, rows int, o dataset.ReadOptions) {
	t.Helper()
	want, wantErr := dataset.ReadTable(strings.NewReader(text), comma, o)
	var tables []*dataset.Table
	for table, err := range dataset.CSV(strings.NewReader(text), comma, o).Tables(rows) {
		if err == nil {
			tables = append(tables, table)
			continue
		}
		if wantErr == nil || strings.TrimPrefix(err.Error(), "dataset: CSV: ") != strings.TrimPrefix(wantErr.Error(), "dataset: ReadTable: ") {
			t.Fatalf("%q by %d: error %v, want %v", text, rows, err, wantErr)
		}
		return
	}
	if wantErr != nil {
		if !strings.HasSuffix(wantErr.Error(), "no rows after the header") || len(tables) > 0 {
			t.Fatalf("%q by %d: no error, want %v", text, rows, wantErr)
		}
		return
	}
	if !equalRows(rowsOfTables(tables...), rowsOfTables(want)) {
		t.Fatalf("%q by %d: %q, want %q", text, rows, rowsOfTables(tables...), rowsOfTables(want))
	}
	row := 0
	for k, table := range tables {
		if table.Rows() > rows || table.Rows() < rows && k < len(tables)-1 {
			t.Fatalf("%q by %d: table %d has %d rows", text, rows, k, table.Rows())
		}
		for i := range table.Rows() {
			if a, b := placeOf(t, table, i), placeOf(t, want, row); a != b {
				t.Fatalf("%q by %d: row %d is in %s, want %s", text, rows, row, a, b)
			}
			row++
		}
	}
}

// placeOf returns what an error says about a row.
func placeOf(t *testing.T, table *dataset.Table, row int) string {
	t.Helper()
	part, err := table.Subset([]int{row})
	if err != nil {
		t.Fatal(err)
	}
	name := table.Header()[0]
	_, err = dataset.Recipe{Missing: []string{"none of them"}, Columns: []dataset.Column{dataset.Date{Column: name, Layouts: []string{"never"}}}}.Fit(part)
	return fmt.Sprint(err)
}

func FuzzCSVSource(f *testing.F) {
	for _, text := range []string{people, passengers, "x\n1\n\n\n3\n", "\n\n4\n\n", "a;b\n1,5;2\n", ",a,y\n0,1,u\n3,1,u\n", "\ufeff\ufeffa\r1\r\r2", "a\n\"b\n\nc\"\n\nd\n", "a\n\n\n", "1.5,2\n3,4\n", "a,b\n1,2\n3\n"} {
		for options := range uint8(8) {
			f.Add(text, options)
		}
	}
	f.Fuzz(func(t *testing.T, text string, options uint8) {
		o := dataset.ReadOptions{NoHeader: options&1 > 0, DropUnnamed: options&2 > 0}
		comma := ','
		if options&4 > 0 {
			comma = ';'
		}
		for _, rows := range []int{1, 2, 7} {
			sameAsReadTable(t, text, comma, rows, o)
		}
	})
}
