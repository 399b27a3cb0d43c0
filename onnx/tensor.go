package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	"example.com/mlp"
	"example.com/mlp/internal/tofloat64"
)

// elemSizes is the number of bytes of the types of elements that are read.
var elemSizes = map[elemType]int{
	typeFloat: 4, typeInt32: 4, typeInt64: 8, typeFloat16: 2, typeDouble: 8, typeBFloat16: 2,
}

// count returns the number of elements, after comparing it with the data that
// are there. It is an error if the tensor is empty.
func (t *tensor) count() (int, error) {
	if t.external {
		return 0, fmt.Errorf("tensor %q: data in another file are not supported", t.name)
	}
	size, ok := elemSizes[t.elem]
	if !ok {
		return 0, fmt.Errorf("tensor %q: elements of type %d are not supported", t.name, t.elem)
	}
	have := len(t.raw) / size
	switch {
	case t.hasRaw:
		if len(t.raw)%size != 0 {
			return 0, fmt.Errorf("tensor %q: %d bytes of data are no multiple of %d", t.name, len(t.raw), size)
		}
	case t.elem == typeFloat:
		have = len(t.floats)
	case t.elem == typeDouble:
		have = len(t.doubles)
	default:
		have = len(t.ints)
	}
	want := 1
	for _, d := range t.dims {
		// have bounds the product, which therefore does not overflow.
		if d <= 0 || d > int64(have)/int64(want) {
			return 0, fmt.Errorf("tensor %q: %d elements of data, shape %v", t.name, have, t.dims)
		}
		want *= int(d)
	}
	if want != have {
		return 0, fmt.Errorf("tensor %q: %d elements of data, shape %v", t.name, have, t.dims)
	}
	return want, nil
}

// numbers returns the elements in row-major order.
func (t *tensor) numbers() ([]float64, error) {
	n, err := t.count()
	if err != nil {
		return nil, err
	}
	v := make([]float64, n)
	for i := range v {
		v[i] = t.number(i)
	}
	return v, nil
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
		var bits uint16
		if t.hasRaw {
			bits = le.Uint16(t.raw[2*i:])
		} else {
			bits = uint16(t.ints[i])
		}
		if t.elem == typeBFloat16 {
			return float64(math.Float32frombits(uint32(bits) << 16))
		}
		return tofloat64.Float16(bits)
	}
	return float64(t.integer(i))
}

// integer returns element i of a tensor of integers that count has found
// right.
func (t *tensor) integer(i int) int64 {
	switch {
	case !t.hasRaw:
		return t.ints[i]
	case t.elem == typeInt32:
		return int64(int32(binary.LittleEndian.Uint32(t.raw[4*i:])))
	}
	return int64(binary.LittleEndian.Uint64(t.raw[8*i:]))
}

// integers returns the elements of a tensor of integers.
func (t *tensor) integers() ([]int64, error) {
	n, err := t.count()
	if err != nil {
		return nil, err
	}
	if t.elem != typeInt64 && t.elem != typeInt32 {
		return nil, fmt.Errorf("tensor %q: elements of type %d, want integers", t.name, t.elem)
	}
	v := make([]int64, n)
	for i := range v {
		v[i] = t.integer(i)
	}
	return v, nil
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

// isFalse reports whether the tensor is one truth value, and that false.
func (t *tensor) isFalse() bool {
	const boolean elemType = 9
	if t.elem != boolean {
		return false
	}
	return len(t.dims) == 0 && (len(t.raw) == 1 && t.raw[0] == 0 || len(t.ints) == 1 && t.ints[0] == 0)
}
