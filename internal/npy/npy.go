// Package npy reads and writes arrays of numbers in NumPy's format .npy
// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). Of
// NumPy's types it supports floating-point numbers, integers and bool.
package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"slices"
	"strings"

	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/stallguard"
	"example.com/mlp/internal/tofloat64"
)

const (
	magic     = "\x93NUMPY"
	maxHeader = 10_000 // bytes, the limit of numpy.load
	maxDims   = 64     // the limit of NumPy 2
	alignment = 64
)

// A Reader is an array whose header has been read.
type Reader struct {
	Shape []int // empty for a single number

	r       io.Reader
	dtype   dtype
	fortran bool // column-major
	count   int
}

// NewReader reads the header of an array.
func NewReader(r io.Reader) (*Reader, error) {
	r = stallguard.Reader(r)
	header, err := readHeader(r)
	if err != nil {
		return nil, fmt.Errorf("header: %w", noEOF(err))
	}
	a := &Reader{r: r}
	if err := a.parse(header); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	return a, nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readHeader returns the dictionary in the header.
func readHeader(r io.Reader) (string, error) {
	var start [len(magic) + 2]byte
	if _, err := io.ReadFull(r, start[:]); err != nil {
		return "", err
	}
	if string(start[:len(magic)]) != magic {
		return "", errors.New("not a file of NumPy")
	}
	length := make([]byte, 4)
	switch major, minor := start[len(magic)], start[len(magic)+1]; {
	case minor != 0 || major < 1 || major > 3:
		return "", fmt.Errorf("unknown version %d.%d", major, minor)
	case major == 1:
		length = length[:2]
	}
	if _, err := io.ReadFull(r, length); err != nil {
		return "", err
	}
	size := binary.LittleEndian.Uint32(append(length, 0, 0)[:4])
	if size > maxHeader {
		return "", fmt.Errorf("%d bytes, at most %d are allowed", size, maxHeader)
	}
	header := make([]byte, size)
	_, err := io.ReadFull(r, header)
	return string(header), err
}

// parse parses the dictionary in the header.
func (a *Reader) parse(header string) error {
	h, err := parseHeader(header)
	if err != nil {
		return err
	}
	if a.dtype, err = parseDType(h.descr); err != nil {
		return err
	}
	if len(h.shape) > maxDims {
		return fmt.Errorf("%d dimensions, at most %d are allowed", len(h.shape), maxDims)
	}
	a.Shape, a.fortran = h.shape, h.fortran
	count := uint64(1)
	for _, n := range a.Shape {
		hi, lo := bits.Mul64(count, uint64(n))
		if hi != 0 {
			return fmt.Errorf("shape %d is too large", a.Shape)
		}
		count = lo
	}
	if count >= math.MaxInt/8 {
		return fmt.Errorf("shape %d is too large", a.Shape)
	}
	a.count = int(count)
	return nil
}

// Values reads the numbers, row by row, up to the end of the file. It allocates
// a small multiple of the size of the file. Integers that float64 cannot
// represent are errors.
func (a *Reader) Values() ([]float64, error) {
	size := a.count * a.dtype.size
	data, err := io.ReadAll(io.LimitReader(a.r, int64(size)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("data: %w", err)
	case len(data) < size:
		return nil, fmt.Errorf("data: %w: %d bytes, shape %d takes %d", io.ErrUnexpectedEOF, len(data), a.Shape, size)
	case len(data) > size:
		return nil, errors.New("data after the array")
	}
	values := make([]float64, a.count)
	for i := range values {
		v, exact := a.dtype.value(data[i*a.dtype.size:])
		if !exact {
			return nil, fmt.Errorf("data: number %d is no exact float64", i)
		}
		values[i] = v
	}
	if a.fortran && len(a.Shape) > 1 {
		values = rowMajor(values, a.Shape)
	}
	return values, nil
}

// rowMajor returns the values of a column-major array in row-major order.
func rowMajor(values []float64, shape []int) []float64 {
	sorted := make([]float64, len(values))
	at := make([]int, len(shape)) // the index in the array
	for i := range sorted {
		from := 0
		for axis, n := range slices.Backward(shape) {
			from = from*n + at[axis]
		}
		sorted[i] = values[from]
		for axis := range slices.Backward(shape) {
			if at[axis]++; at[axis] < shape[axis] {
				break
			}
			at[axis] = 0
		}
	}
	return sorted
}

// Write writes an array of float64 values, given in row-major order.
func Write(w io.Writer, values []float64, shape ...int) error {
	count, text := 1, ""
	for _, n := range shape {
		count *= n
		text += fmt.Sprintf("%d, ", n)
	}
	if count != len(values) {
		return fmt.Errorf("shape %d takes %d numbers, got %d", shape, count, len(values))
	}
	text = strings.TrimSuffix(text, " ")
	if len(shape) > 1 {
		text = strings.TrimSuffix(text, ",")
	}
	header := fmt.Sprintf("{'descr': '<f8', 'fortran_order': False, 'shape': (%s), }", text)
	start := len(magic) + 4
	if rest := (start + len(header) + 1) % alignment; rest != 0 {
		header += strings.Repeat(" ", alignment-rest)
	}
	header += "\n"
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
	b = append(b, header...)
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	_, err := w.Write(b)
	return err
}

// dtype is a type of numbers.
type dtype struct {
	size  int
	value func(b []byte) (v float64, exact bool)
}

// parseDType returns the type with a name such as "<f8".
func parseDType(descr string) (dtype, error) {
	unknown := fmt.Errorf("entries of type %s are not supported", quote.Text(descr))
	if len(descr) != 3 {
		return dtype{}, unknown
	}
	var order binary.ByteOrder
	switch descr[0] {
	case '<':
		order = binary.LittleEndian
	case '>':
		order = binary.BigEndian
	case '|':
	default:
		return dtype{}, unknown
	}
	if single := descr[2] == '1'; single != (order == nil) {
		return dtype{}, unknown
	}
	exactly := func(v float64) (float64, bool) { return v, true }
	switch descr[1:] {
	case "f8":
		return dtype{8, func(b []byte) (float64, bool) { return exactly(math.Float64frombits(order.Uint64(b))) }}, nil
	case "f4":
		return dtype{4, func(b []byte) (float64, bool) { return exactly(float64(math.Float32frombits(order.Uint32(b)))) }}, nil
	case "f2":
		return dtype{2, func(b []byte) (float64, bool) { return exactly(tofloat64.Float16(order.Uint16(b))) }}, nil
	case "i8":
		return dtype{8, func(b []byte) (float64, bool) { return tofloat64.Int64(int64(order.Uint64(b))) }}, nil
	case "i4":
		return dtype{4, func(b []byte) (float64, bool) { return exactly(float64(int32(order.Uint32(b)))) }}, nil
	case "i2":
		return dtype{2, func(b []byte) (float64, bool) { return exactly(float64(int16(order.Uint16(b)))) }}, nil
	case "i1":
		return dtype{1, func(b []byte) (float64, bool) { return exactly(float64(int8(b[0]))) }}, nil
	case "u8":
		return dtype{8, func(b []byte) (float64, bool) { return tofloat64.Uint64(order.Uint64(b)) }}, nil
	case "u4":
		return dtype{4, func(b []byte) (float64, bool) { return exactly(float64(order.Uint32(b))) }}, nil
	case "u2":
		return dtype{2, func(b []byte) (float64, bool) { return exactly(float64(order.Uint16(b))) }}, nil
	case "u1":
		return dtype{1, func(b []byte) (float64, bool) { return exactly(float64(b[0])) }}, nil
	case "b1":
		return dtype{1, func(b []byte) (float64, bool) { return float64(b[0]), b[0] <= 1 }}, nil
	}
	return dtype{}, unknown
}
