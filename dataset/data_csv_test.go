package dataset_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

func TestReadCSVNumbers(t *testing.T) {
	d := read(t, "age,price,size\n30,1.5,2\n-4e1,+.5,1e-2\n", dataset.Numbers("price"))
	wantMatrix(t, "X", d.X, []float64{30, 2}, []float64{-40, 0.01})
	wantMatrix(t, "Y", d.Y, []float64{1.5}, []float64{0.5})
	if !slices.Equal(d.Features, []string{"age", "size"}) || d.Target != "price" || d.Classes != nil {
		t.Errorf("Features %q, Target %q, Classes %q", d.Features, d.Target, d.Classes)
	}
}

func TestReadCSVClasses(t *testing.T) {
	const text = "x,kind\n1,pear\n2,apple\n3,pear\n4,fig\n"
	tests := []struct {
		name   string
		target dataset.Target
		want   []string
		y      [][]float64
	}{
		{"sorted", dataset.Classes("kind"), []string{"apple", "fig", "pear"},
			[][]float64{{0, 0, 1}, {1, 0, 0}, {0, 0, 1}, {0, 1, 0}}},
		{"given", dataset.Classes("kind", "pear", "fig", "apple"), []string{"pear", "fig", "apple"},
			[][]float64{{1, 0, 0}, {0, 0, 1}, {1, 0, 0}, {0, 1, 0}}},
		{"given with one that does not occur", dataset.Classes("kind", "apple", "kiwi", "fig", "pear"),
			[]string{"apple", "kiwi", "fig", "pear"},
			[][]float64{{0, 0, 0, 1}, {1, 0, 0, 0}, {0, 0, 0, 1}, {0, 0, 1, 0}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := read(t, text, test.target)
			wantMatrix(t, "X", d.X, []float64{1}, []float64{2}, []float64{3}, []float64{4})
			wantMatrix(t, "Y", d.Y, test.y...)
			if !slices.Equal(d.Classes, test.want) {
				t.Errorf("Classes = %q, want %q", d.Classes, test.want)
			}
		})
	}
}

func TestReadCSVClassNamesArePlainText(t *testing.T) {
	d := read(t, "x,digit\n1,10\n1,9\n1,1.0\n1,1\n", dataset.Classes("digit"))
	if want := []string{"1", "1.0", "10", "9"}; !slices.Equal(d.Classes, want) {
		t.Errorf("Classes = %q, want %q", d.Classes, want)
	}
}

func TestReadCSVBinary(t *testing.T) {
	const text = "ill,x\nyes,1\nno,2\nyes,3\n"
	for _, test := range []struct {
		positive string
		classes  []string
		y        [][]float64
	}{
		{"yes", []string{"no", "yes"}, [][]float64{{1}, {0}, {1}}},
		{"no", []string{"yes", "no"}, [][]float64{{0}, {1}, {0}}},
	} {
		d := read(t, text, dataset.Binary("ill", test.positive))
		wantMatrix(t, "X", d.X, []float64{1}, []float64{2}, []float64{3})
		wantMatrix(t, "Y", d.Y, test.y...)
		if !slices.Equal(d.Classes, test.classes) {
			t.Errorf("Classes = %q, want %q", d.Classes, test.classes)
		}
	}
}

// Different spellings of one table.
func TestReadCSVSyntax(t *testing.T) {
	want := read(t, "a,b,c\n1,2,x\n3,4,y z\n", dataset.Classes("c"))
	tests := []struct{ name, text string }{
		{"byte order mark", "\ufeffa,b,c\n1,2,x\n3,4,y z\n"},
		{"byte order mark and quotes", "\ufeff\"a\",b,c\n1,2,x\n3,4,y z\n"},
		{"CRLF", "a,b,c\r\n1,2,x\r\n3,4,y z\r\n"},
		{"no newline at the end", "a,b,c\n1,2,x\n3,4,y z"},
		{"empty lines", "\n\na,b,c\n\n1,2,x\n3,4,y z\n\n\n"},
		{"quotes", "\"a\",b,c\n\"1\",2,\"x\"\n3,\"4\",\"y z\"\n"},
		{"spaces", " a , b,c \n 1, 2 ,x \n\t3,4 , y z\n"},
		{"spaces before quotes", "a, \"b\", c\n1, \"2\", \"x\"\n3, 4, \"y z\"\n"},
		{"spaces within quotes", "a,b,c\n\" 1\",2,\" x \"\n3,4,\"y z \"\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := read(t, test.text, dataset.Classes("c"))
			if !mat.Equal(d.X, want.X) || !mat.Equal(d.Y, want.Y) ||
				!slices.Equal(d.Features, want.Features) || !slices.Equal(d.Classes, want.Classes) {
				t.Errorf("read %+v, want %+v", d, want)
			}
		})
	}
}

func TestReadCSVQuotedNames(t *testing.T) {
	d := read(t, "\"a \"\"1\"\"\",\"b,c\",t\n1,2,\"x,\ny\"\n3,4,z\n", dataset.Classes("t"))
	if want := []string{`a "1"`, "b,c"}; !slices.Equal(d.Features, want) {
		t.Errorf("Features = %q, want %q", d.Features, want)
	}
	if want := []string{"x,\ny", "z"}; !slices.Equal(d.Classes, want) {
		t.Errorf("Classes = %q, want %q", d.Classes, want)
	}
}

func TestReadCSVErrors(t *testing.T) {
	numbers := dataset.Numbers("y")
	classes := dataset.Classes("y")
	binary := dataset.Binary("y", "p")
	tests := []struct {
		name    string
		text    string
		target  dataset.Target
		message string
	}{
		{"no target column", "a,b,\"c,d\"\n1,2,3\n", numbers, `no column "y", the columns are "a", "b", "c,d"`},
		{"target in other case", "x,Y\n1,2\n", numbers, `no column "y", the columns are "x", "Y"`},
		{"target alone", "y\n1\n", numbers, `no column besides the target "y"`},
		{"too few cells", "x,y\n1,2\n3\n", numbers, `line 3 has 1 columns, the header has 2`},

		{"feature is text", "x,y\n1,2\nabc,3\n", numbers, `line 3, column 1 "x": "abc" is not a number`},
		{"feature is empty", "x,y\n,2\n", numbers, `line 2, column 1 "x": "" is not a number`},
		{"feature has a decimal comma", "x,y\n\"1,5\",2\n", numbers, `line 2, column 1 "x": "1,5" is not a number`},
		{"feature is hexadecimal", "x,y\n0x1p-2,2\n", numbers, `line 2, column 1 "x": "0x1p-2" is not a number`},
		{"feature has underscores", "x,y\n1_000,2\n", numbers, `line 2, column 1 "x": "1_000" is not a number`},
		{"feature is hexadecimal with underscores", "x,y\n0X_1p0,2\n", numbers, `line 2, column 1 "x": "0X_1p0" is not a number`},
		{"feature is NaN", "x,y\nNaN,2\n", numbers, `line 2, column 1 "x": "NaN" is not a finite number`},
		{"feature is infinite", "x,y\n-inf,2\n", numbers, `line 2, column 1 "x": "-inf" is not a finite number`},
		{"feature is infinite in full", "x,y\n+Infinity,2\n", numbers, `line 2, column 1 "x": "+Infinity" is not a finite number`},
		{"feature is too large", "x,y\n1e400,2\n", numbers, `line 2, column 1 "x": "1e400" is too large`},
		{"line of a cell after a line break", "a,b,y\n1,\"\n2\",x\n", numbers, `line 2, column 3 "y": "x" is not a number`},

		{"number target is text", "x,y\n1,abc\n", numbers, `line 2, column 2 "y": "abc" is not a number`},
		{"number target is NaN", "x,y\n1,nan\n", numbers, `line 2, column 2 "y": "nan" means a missing value, and a target must not be missing: Table.DropMissing leaves such rows out`},

		{"one class", "x,y\n1,p\n2,p\n", classes, `column 2 "y": "p" is the only class, want at least 2`},
		{"class is empty", "x,y\n1,p\n2,\n", classes, `line 3, column 2 "y": the cell is empty, and a target must not be missing: Table.DropMissing leaves such rows out`},
		{"class outside the order", "x,y\n1,p\n2,r\n", dataset.Classes("y", "p", "q"), `line 3, column 2 "y": "r" is none of the classes "p", "q"`},
		{"empty class with an order", "x,y\n1,\n", dataset.Classes("y", "p", "q"), `line 2, column 2 "y": the cell is empty, and a target must not be missing: Table.DropMissing leaves such rows out`},
		{"order of one", "x,y\n1,p\n", dataset.Classes("y", "p"), `Classes: "p" is the only class, want at least 2`},
		{"order with an empty name", "x,y\n1,p\n", dataset.Classes("y", "p", ""), `Classes: name 2 is empty`},
		{"order with a duplicate", "x,y\n1,p\n", dataset.Classes("y", "p", "q", "p"), `Classes: names 1 and 3 are both "p"`},
		{"too many classes", manyClasses(10001), classes, `line 10002, column 2 "y": more than 10000 different names`},

		{"binary with one class", "x,y\n1,p\n", binary, `column 2 "y": "p" is the only class, want 2`},
		{"binary with three classes", "x,y\n1,p\n2,q\n3,r\n", binary, `line 4, column 2 "y": "r" is a third name beside "p", "q"`},
		{"binary without the positive", "x,y\n1,r\n2,q\n", binary, `column 2 "y": the classes are "r", "q", none is the positive "p"`},
		{"binary is empty", "x,y\n1,p\n2, \n", binary, `line 3, column 2 "y": the cell is empty, and a target must not be missing: Table.DropMissing leaves such rows out`},

		{"zero target", "x,y\n1,2\n", dataset.Target{}, `the target is the zero Target, use Numbers, Classes, Binary, Labels or LabelSets`},
		{"target without a name", "x,y\n1,2\n", dataset.Numbers(""), `no column "", the columns are "x", "y"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := dataset.ReadCSV(strings.NewReader(test.text), test.target)
			wantError(t, err, "dataset: ReadCSV: "+test.message)
			if d != nil {
				t.Errorf("data %+v beside an error", d)
			}
		})
	}
}

// manyClasses returns a table of the given number of rows, each of a class of
// its own.
func manyClasses(rows int) string {
	var b strings.Builder
	b.WriteString("x,y\n")
	for i := range rows {
		fmt.Fprintf(&b, "0,%d\n", i)
	}
	return b.String()
}

func TestReadCSVReader(t *testing.T) {
	target := dataset.Numbers("y")

	_, err := dataset.ReadCSV(nil, target)
	wantError(t, err, "dataset: ReadCSV: the reader is nil")
	_, err = dataset.ReadCSV((*os.File)(nil), target)
	wantError(t, err, "dataset: ReadCSV: the reader is nil")

	broken := errors.New("broken")
	for _, text := range []string{"", "x,", "x,y\n", "x,y\n1,2\n", "x,y\n1,\"2"} {
		r := io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken))
		d, err := dataset.ReadCSV(r, target)
		if d != nil || !errors.Is(err, broken) {
			t.Errorf("after %q: %v, %v, want the error of the reader", text, d, err)
		}
	}

	r := iotest.OneByteReader(strings.NewReader("\ufeffx,y\n1,2\n3,4\n"))
	d, err := dataset.ReadCSV(r, target)
	if err != nil || d.Rows() != 2 {
		t.Errorf("byte by byte: %+v, %v", d, err)
	}
}

// A Target keeps nothing of the files it was used for, nor of its arguments.
func TestTargetIsReusable(t *testing.T) {
	order := []string{"p", "q"}
	given := dataset.Classes("y", order...)
	order[0] = "changed"
	for range 2 {
		d := read(t, "x,y\n1,q\n2,p\n", given)
		wantMatrix(t, "Y", d.Y, []float64{0, 1}, []float64{1, 0})
		d.Classes[0] = "changed"
	}
	found := dataset.Classes("y")
	read(t, "x,y\n1,p\n2,q\n", found)
	d := read(t, "x,y\n1,r\n2,s\n", found)
	if want := []string{"r", "s"}; !slices.Equal(d.Classes, want) {
		t.Errorf("Classes = %q, want %q", d.Classes, want)
	}
}

// ReadCSV either fails and says so, or returns data that fit together.
func FuzzReadCSV(f *testing.F) {
	for _, text := range []string{
		"",
		"x,y\n",
		"x,y\n1,2\n",
		"x,y\n1,p\n2,q\n",
		"\ufeffx,y\r\n1,p\r\n2,q\r\n3,p",
		"a,\"b,c\",y\n1,2,\"p\"\n\n 3 ,4e5,q\n",
		"x,y\n1\n",
		"x,x\n1,2\n",
		"x,y\n\"1,2\n",
		"x,y\nNaN,0x1p-2\n",
		"x,y\n1e400,p\n",
		"y\n1\n",
		"x,y\n\xff,\x00\n",
	} {
		f.Add([]byte(text), "y", "p")
	}
	f.Fuzz(func(t *testing.T, text []byte, column, name string) {
		for _, target := range []dataset.Target{
			dataset.Numbers(column),
			dataset.Classes(column),
			dataset.Classes(column, name, "q"),
			dataset.Binary(column, name),
		} {
			d, err := dataset.ReadCSV(bytes.NewReader(text), target)
			if err != nil {
				if d != nil || !strings.HasPrefix(err.Error(), "dataset: ReadCSV: ") {
					t.Fatalf("%v, %v", d, err)
				}
				continue
			}
			checkData(t, d, column)
		}
	})
}

// checkData reports an error unless d is what ReadCSV may return.
func checkData(t *testing.T, d *dataset.Data, target string) {
	t.Helper()
	x, p := d.X.Dims()
	y, k := d.Y.Dims()
	if x == 0 || x != y || x != d.Rows() || p != len(d.Features) || d.Target != target {
		t.Fatalf("X %d×%d, Y %d×%d, %d features, target %q", x, p, y, k, len(d.Features), d.Target)
	}
	for _, m := range []*mat.Dense{d.X, d.Y} {
		for _, v := range m.RawMatrix().Data {
			if v-v != 0 {
				t.Fatalf("%g in a matrix", v)
			}
		}
	}
	if d.Classes == nil {
		return
	}
	if len(d.Classes) != max(k, 2) {
		t.Fatalf("%d columns in Y for classes %q", k, d.Classes)
	}
	for i := range y {
		sum := 0.0
		for _, v := range d.Y.RawRowView(i) {
			if v != 0 && v != 1 {
				t.Fatalf("Y[%d] = %v", i, d.Y.RawRowView(i))
			}
			sum += v
		}
		if k > 1 && sum != 1 {
			t.Fatalf("Y[%d] = %v", i, d.Y.RawRowView(i))
		}
	}
}
