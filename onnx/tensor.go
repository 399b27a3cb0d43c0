package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"

	"example.com/mlp"
	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/tofloat64"
)

// elemSizes is the number of bytes of the types of elements that are read.
var elemSizes = map[elemType]int{
	typeFloat: 4, typeInt32: 4, typeInt64: 8, typeFloat16: 2, typeDouble: 8, typeBFloat16: 2,
}

// count returns the number of elements, after comparing it with the data that
// are there. It is an error if the tensor is empty.
func (t *tensor) count() (int, error) {
	size, ok := elemSizes[t.elem]
	switch {
	case t.external != nil:
		return 0, fmt.Errorf("tensor %s: its data are in the file %s, which has not been read", quote.Text(t.name), quote.Text(t.external.location))
	case bits.OnesCount(t.kinds) > 1:
		return 0, fmt.Errorf("tensor %s: data of more than one kind", quote.Text(t.name))
	case !ok:
		return 0, fmt.Errorf("tensor %s: elements of %v are not supported", quote.Text(t.name), t.elem)
	}
	have := len(t.raw) / size
	switch {
	case t.hasRaw:
		if len(t.raw)%size != 0 {
			return 0, fmt.Errorf("tensor %s: %d bytes of data are no multiple of %d", quote.Text(t.name), len(t.raw), size)
		}
	case t.elem == typeFloat:
		have = len(t.floats)
	case t.elem == typeDouble:
		have = len(t.doubles)
	case t.elem == typeInt64:
		have = len(t.int64s)
	default:
		have = len(t.int32s)
	}
	want, ok := elements(t.dims, have)
	if !ok || want != have {
		return 0, fmt.Errorf("tensor %s: %d elements of data, shape %s", quote.Text(t.name), have, list(t.dims))
	}
	return want, nil
}

// elements returns the product of dimensions, or false if one is not positive
// or the product larger than most.
func elements(dims []int64, most int) (n int, ok bool) {
	n = 1
	for _, d := range dims {
		if d <= 0 || d > int64(most)/int64(n) {
			return 0, false
		}
		n *= int(d)
	}
	return n, n <= most
}

// number returns element i of a tensor that count has found right.
func (t *tensor) number(i int) float64 {
	le := binary.LittleEndian
	switch t.elem {
	case typeFloat:
		if t.hasRaw {
			return float64(math.Float32frombits(le.Uint32(t.raw[4*i:])))
		}
		return float64(t.floats[i])
	case typeDouble:
		if t.hasRaw {
			return math.Float64frombits(le.Uint64(t.raw[8*i:]))
		}
		return t.doubles[i]
	case typeFloat16, typeBFloat16:
		var half uint16
		if t.hasRaw {
			half = le.Uint16(t.raw[2*i:])
		} else {
			half = uint16(t.int32s[i])
		}
		if t.elem == typeBFloat16 {
			return float64(math.Float32frombits(uint32(half) << 16))
		}
		return tofloat64.Float16(half)
	}
	return float64(t.integer(i))
}

// integer returns element i of a tensor of integers that count has found
// right.
func (t *tensor) integer(i int) int64 {
	switch {
	case t.hasRaw && t.elem == typeInt32:
		return int64(int32(binary.LittleEndian.Uint32(t.raw[4*i:])))
	case t.hasRaw:
		return int64(binary.LittleEndian.Uint64(t.raw[8*i:]))
	case t.elem == typeInt32:
		return t.int32s[i]
	}
	return t.int64s[i]
}

// newTensor returns a tensor of the given shape with the numbers v, or an
// error if one is not finite or too large for the type of the elements.
func newTensor(name string, elem elemType, dims []int64, v []float64) (*tensor, error) {
	t := &tensor{name: name, elem: elem, dims: dims, hasRaw: true}
	for i, x := range v {
		if x-x != 0 {
			return nil, fmt.Errorf("%s[%d] is %g: %w", name, i, x, mlp.ErrNotFinite)
		}
		if elem == typeDouble {
			t.raw = binary.LittleEndian.AppendUint64(t.raw, math.Float64bits(x))
			continue
		}
		f := float32(x)
		if math.IsInf(float64(f), 0) {
			return nil, fmt.Errorf("%s[%d] is %g, too large for float32", name, i, x)
		}
		t.raw = binary.LittleEndian.AppendUint32(t.raw, math.Float32bits(f))
	}
	return t, nil
}

// newIntegers returns a list of integers.
func newIntegers(name string, v []int64) *tensor {
	t := &tensor{name: name, elem: typeInt64, dims: []int64{int64(len(v))}, hasRaw: true}
	for _, i := range v {
		t.raw = binary.LittleEndian.AppendUint64(t.raw, uint64(i))
	}
	return t
}

// isFalse reports whether the tensor is one truth value, and that false.
func (t *tensor) isFalse() bool {
	if t.elem != typeBool || bits.OnesCount(t.kinds) > 1 {
		return false
	}
	return len(t.dims) == 0 && (len(t.raw) == 1 && t.raw[0] == 0 || len(t.int32s) == 1 && t.int32s[0] == 0)
}
