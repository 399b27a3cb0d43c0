package dataset_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"example.com/mlp/dataset"
)

func gzipped(t *testing.T, texts ...string) string {
	t.Helper()
	var b bytes.Buffer
	for _, text := range texts {
		z := gzip.NewWriter(&b)
		io.WriteString(z, text)
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestReadTable(t *testing.T) {
	tests := []struct {
		name, text string
		comma      rune
	}{
		{"CSV", "a, b\n1,x y\n,\"z,\nz\"\n", ','},
		{"TSV", "a\tb\n1\tx y\n\t\"z,\nz\"\n", '\t'},
		{"semicolons", "a;b\n1; x y\n;\"z,\nz\"\n", ';'},
		{"gzip", gzipped(t, "a,b\n1,x y\n,\"z,\nz\"\n"), ','},
		{"gzip in parts", gzipped(t, "\ufeffa,b\n1,x", " y\n,\"z,\nz\"\n"), ','},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			table, err := dataset.ReadTable(strings.NewReader(test.text), test.comma)
			if err != nil {
				t.Fatal(err)
			}
			if want := []string{"a", "b"}; !slices.Equal(table.Header(), want) {
				t.Errorf("Header = %q, want %q", table.Header(), want)
			}
			wantRows(t, table, []string{"1", "x y"}, []string{"", "z,\nz"})
		})
	}
}

func TestReadTableErrors(t *testing.T) {
	tests := []struct {
		name, text string
		comma      rune
		message    string
	}{
		{"empty", "", ',', `the file is empty, a header line is needed`},
		{"only a byte order mark", "\ufeff", ',', `the file is empty, a header line is needed`},
		{"only empty lines", "\n\n\r\n", ',', `the file is empty, a header line is needed`},
		{"header only", "x,y\n", ',', `no rows after the header`},
		{"header only, no newline", "x,y", ',', `no rows after the header`},
		{"column without a name", "x,,y\n1,2,3\n", ',', `line 1: column 2 has no name: ReadOptions.DropUnnamed leaves such columns out`},
		{"column named by spaces", "\nx,y, \n1,2,3\n", ',', `line 2: column 3 has no name: ReadOptions.DropUnnamed leaves such columns out`},
		{"duplicate column", "x,y,x\n1,2,3\n", ',', `line 1: columns 1 and 3 are both named "x"`},
		{"duplicate after trimming", "x, x,y\n1,2,3\n", ',', `line 1: columns 1 and 2 are both named "x"`},
		{"too many cells", "x,y\n\n1,2,3\n", ',', `line 3 has 3 columns, the header has 2: ReadOptions.DropUnnamed leaves out the names of rows that R writes in front`},
		{"line of spaces", "x,y\n1,2\n  \n", ',', `line 3 has 1 columns, the header has 2`},
		{"open quote", "x,y\n1,2\n\"3,4\n5,6\n", ',', `lines 3 to 4: extraneous or missing " in quoted-field`},
		{"open quote in the last line", "x,y\n1,\"2", ',', `line 2, byte 5: extraneous or missing " in quoted-field`},
		{"open quote in the header", "x,\"y\n1,2\n", ',', `lines 1 to 2: extraneous or missing " in quoted-field`},
		{"quote within a cell", "x,y\n1,2\"\n", ',', `line 2, byte 4: bare " in non-quoted-field`},
		{"text after a quote", "x,y\n\"1\"2,3\n", ',', `line 2, byte 3: extraneous or missing " in quoted-field`},
		{"too few cells", "x,y\n1,2\n3\n", ',', `line 3 has 1 columns, the header has 2`},
		{"not UTF-8", "x,y\n1,M\xfcnchen\n", ',', `line 2, column 2 "y": "M\xfcnchen" is not UTF-8`},
		{"header is not UTF-8", "x,\xff\n1,2\n", ',', `line 1: column 2: "\xff" is not UTF-8`},
		{"comma is a quote", "x,y\n1,2\n", '"', "csv: invalid field or comment delimiter"},
		{"broken gzip", gzipped(t, "x,y\n1,2\n")[:20], ',', "unexpected EOF"},
		{"broken gzip header", "\x1f\x8b\x00", ',', "unexpected EOF"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			table, err := dataset.ReadTable(strings.NewReader(test.text), test.comma)
			wantError(t, err, "dataset: ReadTable: "+test.message)
			if table != nil {
				t.Error("a table beside an error")
			}
		})
	}
}

// Errors name the file, the line and the column, also for a part of it.
func TestReadTableFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "people.tsv.gz")
	text := gzipped(t, "age\tname\n\n31\tAnn\nold\tBob\n33\t\n")
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	table, err := dataset.ReadTableFile(name, '\t')
	if err != nil {
		t.Fatal(err)
	}
	part, err := table.Subset([]int{2, 1})
	if err != nil {
		t.Fatal(err)
	}
	part, err = part.Subset([]int{1, 0, 1})
	if err != nil {
		t.Fatal(err)
	}
	wantRows(t, part, []string{"old", "Bob"}, []string{"33", ""}, []string{"old", "Bob"})
	_, err = dataset.Recipe{Columns: []dataset.Column{dataset.Numeric{Column: "age"}, dataset.Drop{Column: "name"}}}.Fit(part)
	wantError(t, err, `dataset: Recipe.Fit: `+name+`: line 4, column 1 "age": "old" is not a number`)
	_, err = part.Column("size")
	wantError(t, err, `dataset: Table.Column: `+name+`: no column "size", the columns are "age", "name"`)

	if err := os.WriteFile(name, []byte("a\tb\n1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = dataset.ReadTableFile(name, '\t')
	wantError(t, err, `dataset: ReadTableFile: `+name+`: line 2 has 1 columns, the header has 2`)
	if _, err := dataset.ReadTableFile(name+"x", '\t'); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v for a file that is not there", err)
	}
}

func TestReadTableFS(t *testing.T) {
	files := fstest.MapFS{"good.csv": {Data: []byte("age,name\n31,Ann\n")}, "bad.csv": {Data: []byte("a,b\n1\n")}}
	table, err := dataset.ReadTableFS(files, "good.csv", ',')
	if err != nil {
		t.Fatal(err)
	}
	wantRows(t, table, []string{"31", "Ann"})
	_, err = table.Column("size")
	wantError(t, err, `dataset: Table.Column: good.csv: no column "size", the columns are "age", "name"`)
	_, err = dataset.ReadTableFS(files, "bad.csv", ',')
	wantError(t, err, `dataset: ReadTableFS: bad.csv: line 2 has 1 columns, the header has 2`)
	if _, err := dataset.ReadTableFS(files, "none.csv", ','); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v for a file that is not there", err)
	}
	_, err = dataset.ReadTableFS(nil, "x", ',')
	wantError(t, err, "dataset: ReadTableFS: the file system is nil")
}
