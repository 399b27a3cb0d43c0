package dataset_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

// The files were written by numpy.save; see testdata/README.md.
func TestReadNPY(t *testing.T) {
	for name, want := range map[string][][]float64{
		"vector":  {{1.5}, {-2}, {3}},
		"fortran": {{1, 2, 3}, {4, 5, 6}},
		"images":  {{0, 1, 2, 3, 4, 5}, {6, 7, 8, 9, 10, 11}},
	} {
		f, err := os.Open("testdata/" + name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		m, err := dataset.ReadNPY(f)
		if err != nil {
			t.Fatal(err)
		}
		wantMatrix(t, name, m, want...)
	}
}

func TestWriteNPY(t *testing.T) {
	m := mat.NewDense(2, 3, []float64{1, 2, math.Inf(1), 4, 5e-324, -6})
	for name, m := range map[string]mat.Matrix{
		"matrix": m,
		"view":   m.Slice(0, 2, 1, 3),
		"turned": m.T(),
		"vector": mat.NewVecDense(2, []float64{1, 2}),
	} {
		var b bytes.Buffer
		if err := dataset.WriteNPY(&b, m); err != nil {
			t.Fatal(err)
		}
		got, err := dataset.ReadNPY(&b)
		if err != nil || !mat.Equal(got, m) {
			t.Errorf("%s: %v\n%v\nwant\n%v", name, err, mat.Formatted(got), mat.Formatted(m))
		}
	}
}

func TestNPYErrors(t *testing.T) {
	_, err := dataset.ReadNPY(strings.NewReader("x,y\n1,2\n3,4\n"))
	wantError(t, err, "dataset: ReadNPY: header: not a file of NumPy")
	_, err = dataset.ReadNPY(nil)
	wantError(t, err, "dataset: ReadNPY: the reader is nil")
	for name, message := range map[string]string{
		"scalar": "the file holds a single number, not an array",
		"empty":  "the array is empty, its shape is [0 3]",
	} {
		b, err := os.ReadFile("testdata/" + name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		_, err = dataset.ReadNPY(bytes.NewReader(b))
		wantError(t, err, "dataset: ReadNPY: "+message)
	}
	wantError(t, dataset.WriteNPY(nil, mat.NewDense(1, 1, nil)), "dataset: WriteNPY: the writer is nil")
	wantError(t, dataset.WriteNPY(&bytes.Buffer{}, nil), "dataset: WriteNPY: m is nil")
	wantError(t, dataset.WriteNPY(&bytes.Buffer{}, &mat.Dense{}), "dataset: WriteNPY: m is empty (0×0)")
	broken := errors.New("broken")
	unread, full := io.Pipe()
	unread.CloseWithError(broken)
	if err := dataset.WriteNPY(full, mat.NewDense(1, 1, nil)); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the writer", err)
	}
	if _, err := dataset.ReadNPY(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the reader", err)
	}
}
