package dataset_test

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

// Lines may end in any way, and byte order marks do not count.
func TestLineEnds(t *testing.T) {
	for name, text := range map[string]string{
		"newlines":               "a,y\n1,u\n2,v\n",
		"carriage returns":       "a,y\r1,u\r2,v\r",
		"both":                   "a,y\r\n1,u\r\n2,v\r\n",
		"no end":                 "a,y\r1,u\r2,v",
		"two byte order marks":   "\ufeff\ufeffa,y\n1,u\n2,v\n",
		"three byte order marks": "\ufeff\ufeff\ufeffa,y\r1,u\r2,v\r",
		"marks in gzip":          gzipped(t, "\ufeff\ufeffa,y\r1,u\r2,v\r"),
		"empty lines":            "\r\ra,y\r\r1,u\r2,v\r\r",
	} {
		table, err := dataset.ReadTable(strings.NewReader(text), ',')
		if err != nil || !slices.Equal(table.Header(), []string{"a", "y"}) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		wantRows(t, table, []string{"1", "u"}, []string{"2", "v"})
	}
	_, err := dataset.ReadTable(strings.NewReader("a,y\r1,u\r2\r"), ',')
	wantError(t, err, "dataset: ReadTable: line 3 has 1 columns, the header has 2")
	// The header line may be as long as the text that is looked at for line ends.
	for size := 1<<16 - 2; size <= 1<<16+1; size++ {
		_, err := dataset.ReadTable(strings.NewReader("a,"+strings.Repeat("y", size-len("a,\r"))+"\r\n1,u\r\n2\r\n"), ',')
		wantError(t, err, "dataset: ReadTable: line 3 has 1 columns, the header has 2")
	}
	// A carriage return in a cell is part of it where lines end otherwise.
	table, err := dataset.ReadTable(strings.NewReader("a,y\n\"1\r2\",u\n"), ',')
	if err != nil || table.Cell(0, 0) != "1\r2" {
		t.Errorf("%q, %v", table.Cell(0, 0), err)
	}
}

// In a table of one column an empty line is an empty cell.
func TestEmptyLinesOfOneColumn(t *testing.T) {
	for text, want := range map[string][]string{
		"x\n1\n\n3\n":             {"1", "", "3"},
		"x\r\n1\r\n\r\n\r\n3\r\n": {"1", "", "", "3"},
		"x\r1\r\r3":               {"1", "", "3"},
		"\n\nx\n\n1\n  \n3\n\n\n": {"", "1", "", "3"},
		"x\n\"a\nb\"\n\n\"\"\n":   {"a\nb", "", ""},
		"x\n\"a\r\nb\"\r\n3\r\n":  {"a\nb", "3"},
	} {
		table, err := dataset.ReadTable(strings.NewReader(text), ',')
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		got, err := table.Column("x")
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
	p := fitRecipe(t, dataset.Recipe{Numeric: dataset.Numeric{Impute: dataset.Mean}}, "x\n1\n\n3\n")
	if x, err := p.Transform(readTable(t, "x\n1\n\n3\n")); err != nil || x.RawMatrix().Rows != 3 || x.At(1, 0) != 0 {
		t.Errorf("%v, %v", x, err)
	}
	_, err := dataset.Recipe{}.Fit(readTable(t, "x\n1\n\n3\n"))
	wantError(t, err, `dataset: Recipe.Fit: line 3, column 1 "x": "" is a missing value, and no Impute says what stands in for it`)
	table, err := dataset.ReadTable(strings.NewReader("\n1\n\n3\n"), ',', dataset.ReadOptions{NoHeader: true})
	if err != nil {
		t.Fatal(err)
	}
	wantRows(t, table, []string{""}, []string{"1"}, []string{""}, []string{"3"})
	_, err = dataset.Recipe{Columns: []dataset.Column{dataset.Categorical{Column: "column 1"}}}.Fit(table)
	wantError(t, err, `dataset: Recipe.Fit: line 1, column 1 "column 1": "" is a missing value, and no Impute says what stands in for it`)
}

func TestReadOptions(t *testing.T) {
	none := dataset.ReadOptions{NoHeader: true}
	drop := dataset.ReadOptions{DropUnnamed: true}
	for _, test := range []struct {
		name, text string
		options    dataset.ReadOptions
		header     []string
		rows       [][]string
	}{
		{"no header", "5.1,3.5,setosa\n4.9,3.0,virginica\n", none, []string{"column 1", "column 2", "column 3"}, [][]string{{"5.1", "3.5", "setosa"}, {"4.9", "3.0", "virginica"}}},
		{"one row", "5.1,x\n", none, []string{"column 1", "column 2"}, [][]string{{"5.1", "x"}}},
		{"names for no header", "5.1,x\n5.1,x\n", dataset.ReadOptions{NoHeader: true, Names: []string{" a", "b"}}, []string{"a", "b"}, [][]string{{"5.1", "x"}, {"5.1", "x"}}},
		{"other names", "5.1,x\n5.1,x\n", dataset.ReadOptions{Names: []string{"a", "b"}}, []string{"a", "b"}, [][]string{{"5.1", "x"}}},
		{"names for the same and for none", "x,x,\n1,2,3\n", dataset.ReadOptions{Names: []string{"a", "b", "c"}}, []string{"a", "b", "c"}, [][]string{{"1", "2", "3"}}},
		{"index of a data frame", ",a,y\n0,1,u\n1,2,v\n", drop, []string{"a", "y"}, [][]string{{"1", "u"}, {"2", "v"}}},
		{"separator at the end", "a,y,\n1,u,\n2,v,\n", drop, []string{"a", "y"}, [][]string{{"1", "u"}, {"2", "v"}}},
		{"names of rows", "\"a\",\"y\"\n\"1\",1,\"u\"\n\"2\",2,\"v\"\n", drop, []string{"a", "y"}, [][]string{{"1", "u"}, {"2", "v"}}},
		{"several without a name", ",a, ,y\n0,1,,u\n1,2,,v\n", drop, []string{"a", "y"}, [][]string{{"1", "u"}, {"2", "v"}}},
		{"nothing to drop", "a,y\n1,u\n", drop, []string{"a", "y"}, [][]string{{"1", "u"}}},
		{"names of what is left", ",a,y\n0,1,u\n", dataset.ReadOptions{DropUnnamed: true, Names: []string{"p", "q"}}, []string{"p", "q"}, [][]string{{"1", "u"}}},
		{"years", "1990,1991,2000\n1,2,3\n", dataset.ReadOptions{}, []string{"1990", "1991", "2000"}, [][]string{{"1", "2", "3"}}},
		{"wavelengths", "y,1100.5,1098,1095.5,1093,1090.5,1088,1085.5,1083\n1,2,3,4,5,6,7,8,9\n", dataset.ReadOptions{}, []string{"y", "1100.5", "1098", "1095.5", "1093", "1090.5", "1088", "1085.5", "1083"}, [][]string{{"1", "2", "3", "4", "5", "6", "7", "8", "9"}}},
		{"a year among names", "land,1990,1991,note\nA,1,2,x\n", dataset.ReadOptions{}, []string{"land", "1990", "1991", "note"}, [][]string{{"A", "1", "2", "x"}}},
		{"names like numbers", "inf,nan,x_1\n1,2,3\n", dataset.ReadOptions{}, []string{"inf", "nan", "x_1"}, [][]string{{"1", "2", "3"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			table, err := dataset.ReadTable(strings.NewReader(test.text), ',', test.options)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(table.Header(), test.header) {
				t.Errorf("Header = %q, want %q", table.Header(), test.header)
			}
			wantRows(t, table, test.rows...)
		})
	}
	d, err := dataset.ReadCSV(strings.NewReader("5.1,3.5,setosa\n4.9,3.0,virginica\n"), dataset.Classes("column 3"), none)
	if err != nil || d.Rows() != 2 || !slices.Equal(d.Features, []string{"column 1", "column 2"}) {
		t.Errorf("%+v, %v", d, err)
	}
	name := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(name, []byte("1.5,u\n2.5,v\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if table, err := dataset.ReadTableFile(name, ',', none); err != nil || table.Rows() != 2 {
		t.Errorf("%v", err)
	}
}

// An error about the form of a file names what reads it.
func TestReadersNameTheWayOut(t *testing.T) {
	const dropped = ": ReadOptions.DropUnnamed leaves such columns out"
	const headless = ": ReadOptions.NoHeader reads a file without a header"
	number := func(column, name string) string {
		return "line 1: column " + column + ` is named "` + name + `", a number like those of a row` + headless + ", ReadOptions.Names gives other names"
	}
	for _, test := range []struct {
		text    string
		comma   rune
		options []dataset.ReadOptions
		message string
	}{
		{",a,y\n0,1,u\n", ',', nil, "line 1: column 1 has no name" + dropped},
		{"a,y,\n1,u,\n", ',', nil, "line 1: column 3 has no name" + dropped},
		{"a,y\n1,1,u\n", ',', nil, "line 2 has 3 columns, the header has 2: ReadOptions.DropUnnamed leaves out the names of rows that R writes in front"},
		{"a,y\n1,u\n1,1,u\n", ',', nil, "line 3 has 3 columns, the header has 2"},
		{"5.1,3.5,setosa\n4.9,3.0,virginica\n", ',', nil, number("1", "5.1")},
		{"5.1,3.5,1.4,0.2,setosa\n4.9,3.0,1.4,0.2,setosa\n", ',', nil, number("1", "5.1")},
		{"0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.65\n1,2,3,4,5,6,7,8\n", ',', nil, number("1", "0.1")},
		{"39,State-gov,77516,13\n50,Private,83311,13\n", ',', nil, number("4", "13")},
		{"setosa,-1\nvirginica,2\n", ',', nil, number("2", "-1")},
		{"5,0,0,1\n4,0,0,1\n", ',', nil, `line 1: columns 2 and 3 are both named "0"` + headless},
		{"a;b\n1;2\n", ',', nil, `line 1: the only column is "a;b": are the cells separated by ';'?`},
		{"a;b\n1,5;2,5\n", ',', nil, `line 2 has 3 columns, the header has 1: are the cells separated by ';'?`},
		{"a\tb\tc\n1\t2\t3\n", ',', nil, `line 1: the only column is "a\tb\tc": are the cells separated by '\t'?`},
		{"a,b\n1,2\n", ';', nil, `line 1: the only column is "a,b": are the cells separated by ','?`},
		{"a|b\n1|2\n", '\t', nil, `line 1: the only column is "a|b": are the cells separated by '|'?`},
		{"", ',', []dataset.ReadOptions{{NoHeader: true}}, "the file is empty"},
		{"1,2\n", ',', []dataset.ReadOptions{{NoHeader: true, Names: []string{"a"}}}, "line 1: there are 2 columns, ReadOptions.Names has 1"},
		{"1,2\n", ',', []dataset.ReadOptions{{NoHeader: true, Names: []string{"a", "a"}}}, `line 1: columns 1 and 2 are both named "a"`},
		{"1,2\n", ',', []dataset.ReadOptions{{NoHeader: true, Names: []string{"a", ""}}}, `line 1: column 2 has no name`},
		{",\n1,2\n", ',', []dataset.ReadOptions{{DropUnnamed: true}}, "line 1: the header is empty"},
		{"1,2\n3\n", ',', []dataset.ReadOptions{{NoHeader: true}}, "line 2 has 1 columns, the header has 2"},
		{"1,2\n", ',', make([]dataset.ReadOptions, 2), "2 ReadOptions, at most one is possible"},
		{"PK\x03\x04\x14\x00", ',', nil, "the file is a zip archive, such as .npz, .xlsx or a model of PyTorch or Keras"},
		{"\xff\xfea\x00,\x00", ',', nil, "the file is text in UTF-16"},
		{"PAR1\x15\x04", ',', nil, "the file is a Parquet file"},
		{"\x93NUMPY\x01\x00", ',', nil, "the file is an array of NumPy"},
	} {
		table, err := dataset.ReadTable(strings.NewReader(test.text), test.comma, test.options...)
		wantError(t, err, "dataset: ReadTable: "+test.message)
		if table != nil {
			t.Error("a table beside an error")
		}
	}
	// One column may have any text.
	for _, text := range []string{"a;b\n1;2;3\n", "a b\n1 2\n", "note\nyes; no\n", "a|b\nc\n"} {
		if _, err := dataset.ReadTable(strings.NewReader(text), ','); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	_, err := dataset.ReadNPY(strings.NewReader("PK\x03\x04\x14\x00"))
	wantError(t, err, "dataset: ReadNPY: the file is a zip archive, such as .npz, .xlsx or a model of PyTorch or Keras")
	_, err = dataset.ReadIDXLabels(strings.NewReader("PK\x03\x04\x14\x00"))
	wantError(t, err, "dataset: ReadIDXLabels: the file is a zip archive, such as .npz, .xlsx or a model of PyTorch or Keras")
	_, err = dataset.LoadPipeline(strings.NewReader("age,port\n31,Genoa\n"))
	wantError(t, err, "dataset: LoadPipeline: mlp: Load: not a safetensors file: it is a text, such as CSV")
	name := filepath.Join(t.TempDir(), "model.pt")
	if err := os.WriteFile(name, []byte("PK\x03\x04\x14\x00\x00\x00\x08\x08"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = dataset.LoadPipelineFile(name)
	wantError(t, err, "dataset: LoadPipelineFile: mlp: LoadFile: "+name+": not a safetensors file: it is a zip archive, such as .npz, .xlsx or a model of PyTorch or Keras")
	_, err = dataset.LoadPipelineFS(os.DirFS(filepath.Dir(name)), "model.pt")
	wantError(t, err, "dataset: LoadPipelineFS: mlp: LoadFS: model.pt: not a safetensors file: it is a zip archive, such as .npz, .xlsx or a model of PyTorch or Keras")
}

// What gzip has compressed is unpacked by all readers.
func TestPackedNPY(t *testing.T) {
	var b bytes.Buffer
	if err := dataset.WriteNPY(&b, dense([][]float64{{1, math.Inf(1)}, {3, 4}})); err != nil {
		t.Fatal(err)
	}
	x, err := dataset.ReadNPY(strings.NewReader(gzipped(t, b.String())))
	if err != nil || x.At(1, 1) != 4 {
		t.Errorf("%v, %v", x, err)
	}
}

// liar says that it has read this many bytes.
type liar int

func (l liar) Read([]byte) (int, error) { return int(l), nil }

// A reader that breaks the rules is an error.
func TestReadersThatLie(t *testing.T) {
	for _, r := range []io.Reader{liar(-1), liar(1 << 30), io.MultiReader(strings.NewReader("a,b\n1,"), liar(-5))} {
		for name, err := range map[string]error{
			"ReadTable":    second(dataset.ReadTable(r, ',')),
			"ReadCSV":      second(dataset.ReadCSV(r, dataset.Numbers("b"))),
			"ReadNPY":      second(dataset.ReadNPY(r)),
			"LoadPipeline": second(dataset.LoadPipeline(r)),
			"ReadIDX":      second(dataset.ReadIDXImages(r)),
		} {
			if err == nil {
				t.Errorf("%s: no error", name)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

// No error quotes a whole file.
func TestErrorsAreShort(t *testing.T) {
	long := strings.Repeat("long ", 200_000)
	read := func(text string) error {
		_, err := dataset.ReadTable(strings.NewReader(text), ',')
		return err
	}
	fit := func(r dataset.Recipe, text string) error {
		table, err := dataset.ReadTable(strings.NewReader(text), ',')
		if err != nil {
			return err
		}
		_, err = r.Fit(table)
		return err
	}
	p := fitRecipe(t, dataset.Recipe{}, "age,port\n1,Genoa\n2,Kiel\n")
	x := make([]float64, 3)
	var q dataset.Preparation
	var unknown dataset.Unknown
	for i, err := range []error{
		read(long + "," + long + "\n1,2\n"),
		read("a,\xff" + long + "\n1,2\n"),
		read("a\n\xff" + long + "\n"),
		fit(dataset.Recipe{}, "a\n1\n"+long+"\n"),
		fit(dataset.Recipe{}, "a\np\nq\n"+strings.Repeat("1", 1000)+"\n"),
		fit(dataset.Recipe{}, "a\n0"+strings.Repeat("1", 1000)+"\n"),
		fit(dataset.Recipe{}, "a\n1"+strings.Repeat("1", 1000)+"\n"),
		fit(dataset.Recipe{}, "a\n1,"+strings.Repeat("1", 1000)+"\n"),
		fit(dataset.Recipe{Columns: []dataset.Column{dataset.Drop{Column: long}}}, "a\n1\n"),
		fit(dataset.Recipe{Columns: []dataset.Column{dataset.Ordinal{Column: "a", Order: []string{long, "b"}}}}, "a\n"+long+"x\n"),
		fit(dataset.Recipe{Columns: []dataset.Column{dataset.Boolean{Column: "a"}}}, "a\n"+long+"\n"),
		fit(dataset.Recipe{Columns: []dataset.Column{dataset.Date{Column: "a"}}}, "a\n"+long+"\n"),
		fit(dataset.Recipe{Columns: []dataset.Column{dataset.Date{Column: "a", Layouts: []string{long}}}}, "a\n"+long+"\n"),
		fit(dataset.Recipe{Columns: []dataset.Column{dataset.Numeric{Column: "a", Units: []string{long + "1"}}}}, "a\n"+long+"\n"),
		fit(dataset.Recipe{Target: dataset.Classes("a")}, "a\n"+long+"\n"),
		fit(dataset.Recipe{Target: dataset.Binary("a", long)}, "a\np\nq\n"),
		fit(dataset.Recipe{Target: dataset.Numbers(long)}, "a\np\nq\n"),
		p.TransformRow(x, []string{"1", long}),
		p.TransformMap(x, map[string]string{"age": long}),
		p.TransformStruct(x, struct {
			Age  float64
			Port string
		}{1, long}),
		q.UnmarshalText([]byte(`{"` + long + `":1}`)),
		q.UnmarshalText([]byte(`{"version":1,"columns":[{"name":"` + long + `","kind":"` + long + `"}]}`)),
		q.UnmarshalText([]byte(`{"version":1,"columns":[{"name":"` + long + `","kind":"boolean"},{"name":"` + long + `","kind":"boolean"}]}`)),
		unknown.UnmarshalText([]byte(long)),
		second(p.Transform(readTable(t, "x,"+strings.TrimSpace(long)+"\n1,2\n"))),
	} {
		if err == nil || len(err.Error()) > 1000 {
			t.Errorf("error %d is %.300v", i, err)
		}
	}
	err := p.TransformRow(x, []string{"1", strings.Repeat("é", 150)})
	wantError(t, err, `dataset: Preparation.TransformRow: column 2 "port": "`+strings.Repeat("é", 100)+`"... (300 bytes) is none of the categories "Genoa", "Kiel"; Categorical.Unknown says what becomes of other names`)
}

// A table that can be read has as many cells in each row as columns, and reads
// the same through other line ends.
func FuzzReadTable(f *testing.F) {
	for _, text := range []string{people, doors, "x\n1\n\n3\n", "a;b\n1,5;2\n", ",a,y\n0,1,u\n", "\ufeff\ufeffa\r1\r\r2", "a\n\"b\n\nc\"\n\nd\n", "1.5,2\n3,4\n", "PK\x03\x04"} {
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
		table, err := dataset.ReadTable(strings.NewReader(text), comma, o)
		if err != nil {
			if table != nil || !strings.HasPrefix(err.Error(), "dataset: ReadTable: ") || len(err.Error()) > 3000 {
				t.Fatalf("%v, %v", table, err)
			}
			return
		}
		if table.Rows() == 0 || len(table.Header()) == 0 {
			t.Fatalf("%d rows of %q", table.Rows(), table.Header())
		}
		for _, name := range table.Header() {
			if cells, err := table.Column(name); err != nil || len(cells) != table.Rows() {
				t.Fatalf("%d cells, %v", len(cells), err)
			}
		}
		if strings.ContainsAny(text, "\r\x1f") {
			return
		}
		again, err := dataset.ReadTable(strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n")), comma, o)
		if err != nil || again.Rows() != table.Rows() || !slices.Equal(again.Header(), table.Header()) {
			t.Fatalf("with other line ends: %v", err)
		}
		for i := range table.Rows() {
			for j := range table.Header() {
				if a, b := table.Cell(i, j), again.Cell(i, j); a != b {
					t.Fatalf("cell %d, %d is %q and %q", i, j, a, b)
				}
			}
		}
	})
}
