package npy

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// number is a number of index.json.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	special := map[string]number{`"NaN"`: number(math.NaN()), `"Infinity"`: number(math.Inf(1)), `"-Infinity"`: number(math.Inf(-1)), "true": 1, "false": 0}
	if v, ok := special[string(b)]; ok {
		*n = v
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}

type array struct {
	Shape  []int
	Values []number
}

// readIndex returns the descriptions of the files of testdata.
func readIndex(t testing.TB) map[string]struct {
	array
	Arrays map[string]array
} {
	t.Helper()
	var files map[string]struct {
		array
		Arrays map[string]array
	}
	if err := json.Unmarshal(readFile(t, "index.json"), &files); err != nil {
		t.Fatal(err)
	}
	return files
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (want array) check(t *testing.T, name string, r *Reader) error {
	t.Helper()
	got, err := r.Values()
	if err != nil {
		return err
	}
	if len(r.Shape) != len(want.Shape) || len(r.Shape) > 0 && !reflect.DeepEqual(r.Shape, want.Shape) || len(got) != len(want.Values) {
		t.Errorf("%s: shape %d with %d values, want %d", name, r.Shape, len(got), want.Shape)
		return nil
	}
	for i, v := range want.Values {
		if w := float64(v); math.Float64bits(got[i]) != math.Float64bits(w) && !(math.IsNaN(got[i]) && math.IsNaN(w)) {
			t.Errorf("%s[%d] is %v, want %v", name, i, got[i], w)
		}
	}
	return nil
}

func TestGoodFiles(t *testing.T) {
	good := 0
	for name, want := range readIndex(t) {
		if strings.HasPrefix(name, "bad/") {
			continue
		}
		good++
		b := readFile(t, name)
		if strings.HasSuffix(name, ".npz") {
			seen := 0
			err := readArchive(b, func(inside string, r *Reader) error {
				seen++
				return want.Arrays[inside].check(t, name+"/"+inside, r)
			})
			if err != nil || seen != len(want.Arrays) {
				t.Errorf("%s: %d arrays, %v", name, seen, err)
			}
			continue
		}
		r, err := NewReader(iotest.OneByteReader(bytes.NewReader(b)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		err = want.check(t, name, r)
		if name == "i8.npy" { // it contains 1<<63 − 1
			if err == nil || err.Error() != "data: number 1 is no exact float64" {
				t.Errorf("%s: %v", name, err)
			}
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if good != 18 {
		t.Errorf("%d good files, want 18", good)
	}
}

// readArchive calls do with the arrays of a zip file.
func readArchive(b []byte, do func(name string, r *Reader) error) error {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	for _, f := range z.File {
		content, err := f.Open()
		if err != nil {
			return err
		}
		defer content.Close()
		r, err := NewReader(content)
		if err != nil {
			return err
		}
		if err := do(strings.TrimSuffix(f.Name, ".npy"), r); err != nil {
			return err
		}
	}
	return nil
}

// read reads a whole file.
func read(b []byte) error {
	if bytes.HasPrefix(b, []byte("PK")) {
		return readArchive(b, func(_ string, r *Reader) error { _, err := r.Values(); return err })
	}
	return readValues(bytes.NewReader(b))
}

func readValues(r io.Reader) error {
	a, err := NewReader(r)
	if err == nil {
		_, err = a.Values()
	}
	return err
}

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestBadFiles(t *testing.T) {
	bad := 0
	for name := range readIndex(t) {
		if !strings.HasPrefix(name, "bad/") {
			continue
		}
		bad++
		b := readFile(t, name)
		if n := allocated(func() {
			if read(b) == nil {
				t.Errorf("%s is read", name)
			}
		}); n > 1<<20 {
			t.Errorf("%s: %d bytes allocated", name, n)
		}
	}
	if bad != 17 {
		t.Errorf("%d bad files, want 17", bad)
	}
}

// file returns a file of version 1.0 with the given header and data.
func file(header, data string) []byte {
	return append(append([]byte(magic), 1, 0, byte(len(header)), byte(len(header)>>8)), header+data...)
}

func TestErrors(t *testing.T) {
	for want, b := range map[string][]byte{
		"header: unexpected EOF":                                 nil,
		"header: not a file of NumPy":                            []byte("\x93NUMPX\x01\x00"),
		"header: unknown version 1.1":                            []byte(magic + "\x01\x01\x00\x00"),
		"header: 65535 bytes, at most 10000 are allowed":         []byte(magic + "\x01\x00\xff\xff"),
		`header: want "{", have "hello"`:                         file("hello", ""),
		`header: want "}", have ""`:                              file("{'descr': '<f8'", ""),
		`header: 1 of the fields descr, fortran_order and shape`: file("{'descr': '<f8'}", ""),
		`header: "descr" is there twice`:                         file("{'descr': '<f8', 'descr': '<f8'}", ""),
		`header: "more": unknown field`:                          file("{'more': 1}", ""),
		`header: "descr": want a string, have "[('a', '<f8')]}"`: file("{'descr': [('a', '<f8')]}", ""),
		`header: "descr": want a string, have "\\x3cf8'}"`:       file(`{'descr': '\x3cf8'}`, ""),
		`header: "fortran_order": want True or False, have "1}"`: file("{'fortran_order': 1}", ""),
		`header: "shape": want a dimension, have "-1)}"`:         file("{'shape': (-1)}", ""),
		`header: "shape": want ")", have "2)}"`:                  file("{'shape': (1 2)}", ""),
		`header: "x" after the end`:                              file("{'shape': (), 'fortran_order': False, 'descr': '<f8'}x", ""),
		`header: entries of type "<U8" are not supported`:        file("{'shape': (), 'fortran_order': False, 'descr': '<U8'}", ""),
		`header: entries of type "|f8" are not supported`:        file("{'shape': (), 'fortran_order': False, 'descr': '|f8'}", ""),
		`header: shape [1073741824 1073741824 16] is too large`:  file("{'shape': (1073741824, 1073741824, 16), 'fortran_order': False, 'descr': '|u1'}", ""),
		`header: 65 dimensions, at most 64 are allowed`:          file("{'shape': ("+strings.Repeat("1, ", 65)+"), 'fortran_order': False, 'descr': '|u1'}", "x"),
		`data: unexpected EOF: 1 bytes, shape [2] takes 2`:       file("{'shape': (2), 'fortran_order': False, 'descr': '|u1'}", "x"),
		`data after the array`:                                   file("{'shape': (2), 'fortran_order': False, 'descr': '|u1'}", "xyz"),
		`data: number 1 is no exact float64`:                     file("{'shape': (2), 'fortran_order': False, 'descr': '|b1'}", "\x01\x02"),
	} {
		if err := read(b); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

// Errors of the reader, and a reader that stalls, after any number of bytes.
func TestReadErrorsOfTheReader(t *testing.T) {
	b, failure := readFile(t, "vector.npy"), errors.New("failure")
	for n := range b {
		begin := bytes.NewReader(b[:n])
		if err := readValues(io.MultiReader(begin, iotest.ErrReader(failure))); !errors.Is(err, failure) {
			t.Errorf("after %d bytes: got %v", n, err)
		}
		begin.Reset(b[:n])
		if err := readValues(io.MultiReader(begin, new(standing))); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("standing still after %d bytes: got %v", n, err)
		}
	}
}

// standing is a reader that returns nothing and counts the calls.
type standing int

func (s *standing) Read([]byte) (int, error) {
	if *s++; *s == 10000 {
		return 0, errors.New("asked 10000 times")
	}
	return 0, nil
}

// The output of Write equals that of NumPy, byte by byte.
func TestWrite(t *testing.T) {
	for _, name := range []string{"f8.npy", "vector.npy", "scalar.npy", "empty.npy", "rank3.npy", "special.npy"} {
		b := readFile(t, name)
		r, err := NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		values, err := r.Values()
		if err != nil {
			t.Fatal(err)
		}
		var w bytes.Buffer
		if err := Write(&w, values, r.Shape...); err != nil || !bytes.Equal(w.Bytes(), b) {
			t.Errorf("%s: wrote %q, want %q (%v)", name, w.Bytes(), b, err)
		}
	}
	if err := Write(&bytes.Buffer{}, []float64{1}, 2); err == nil || err.Error() != "shape [2] takes 2 numbers, got 1" {
		t.Errorf("got %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for name := range readIndex(f) {
		if strings.HasSuffix(name, ".npy") {
			f.Add(readFile(f, name))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.HasPrefix(b, []byte("PK")) || len(b) > 1<<16 {
			return
		}
		if n := allocated(func() { _ = read(b) }); n > 1<<20+100*uint64(len(b)) {
			t.Errorf("%d bytes allocated for %d", n, len(b))
		}
	})
}

// Python 2 writes dimensions as long integers.
func TestHeaderOfPython2(t *testing.T) {
	for text, want := range map[string][]int{"(1L, 2L)": {1, 2}, "(3L,)": {3}, "(0L, 4)": {0, 4}} {
		h, err := parseHeader("{'descr': '<f8', 'fortran_order': False, 'shape': " + text + ", }")
		if err != nil || !slices.Equal(h.shape, want) {
			t.Errorf("%s: %v, %v", text, h.shape, err)
		}
	}
	for _, text := range []string{"(1LL,)", "(L,)", "(1l,)"} {
		if h, err := parseHeader("{'descr': '<f8', 'fortran_order': False, 'shape': " + text + ", }"); err == nil {
			t.Errorf("%s: %v", text, h.shape)
		}
	}
}
