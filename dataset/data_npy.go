package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/magic"
	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/npy"
)

// ReadNPY reads an array in NumPy's format .npy, as numpy.save writes it, from
// r up to its end. The first dimension are the rows of the matrix, all others
// together its columns; an array of one dimension becomes n×1. Numbers may be
// floating-point, integer or bool; NaN and infinities stay as they are. gzip is
// unpacked; of an archive .npz unpack the array first.
//
// Errors are a file that is no such array, that holds nothing, that is shorter
// or longer than its header says, or that holds an integer which float64 does
// not have. The memory needed follows from the length of the file, not from its
// header. Errors of r are wrapped.
func ReadNPY(r io.Reader) (*mat.Dense, error) {
	m, err := readNPY(r)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadNPY: %w", err)
	}
	return m, nil
}

func readNPY(r io.Reader) (*mat.Dense, error) {
	if matrix.IsNil(r) {
		return nil, errors.New("the reader is nil")
	}
	b, err := unpacked(r)
	if err != nil {
		return nil, err
	}
	if start, _ := b.Peek(magic.Most); !bytes.HasPrefix(start, []byte("\x93NUMPY")) {
		if err := knownFormat(b); err != nil {
			return nil, err
		}
	}
	a, err := npy.NewReader(b)
	if err != nil {
		return nil, err
	}
	if len(a.Shape) == 0 {
		return nil, errors.New("the file holds a single number, not an array")
	}
	values, err := a.Values()
	if err != nil {
		return nil, err
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("the array is empty, its shape is %d", a.Shape)
	}
	return mat.NewDense(a.Shape[0], len(values)/a.Shape[0], values), nil
}

// WriteNPY writes m in NumPy's format .npy, for numpy.load, as an array of
// float64 with two dimensions. It is an error if m is nil or empty. Errors of w
// are wrapped.
func WriteNPY(w io.Writer, m mat.Matrix) error {
	if err := writeNPY(w, m); err != nil {
		return fmt.Errorf("dataset: WriteNPY: %w", err)
	}
	return nil
}

func writeNPY(w io.Writer, m mat.Matrix) error {
	if matrix.IsNil(w) {
		return errors.New("the writer is nil")
	}
	if err := matrix.Check("m", m); err != nil {
		return err
	}
	rows, cols := m.Dims()
	d, ok := m.(*mat.Dense)
	if !ok || d.RawMatrix().Stride != cols {
		d = mat.DenseCopyOf(m)
	}
	return npy.Write(w, d.RawMatrix().Data[:rows*cols], rows, cols)
}
