package safetensors

import (
	"encoding/binary"
	"fmt"
	"math"

	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/tofloat64"
)

// sizes are the types of the format with their sizes in bytes.
var sizes = map[string]int{
	"BOOL": 1,
	"U8":   1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1,
	"U16": 2, "I16": 2, "F16": 2, "BF16": 2,
	"U32": 4, "I32": 4, "F32": 4,
	"U64": 8, "I64": 8, "F64": 8,
}

// Float64Tensor returns a tensor of type F64 with the given values.
func Float64Tensor(name string, values []float64, shape ...int) Tensor {
	data := make([]byte, 0, 8*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
	}
	return Tensor{Name: name, DType: "F64", Shape: shape, Data: data}
}

// Len returns the number of entries.
func (t *Tensor) Len() int { return len(t.Data) / sizes[t.DType] }

// Float64s stores the entries in dst, which must have the same length. Every
// number is converted exactly; a type or an integer for which that is
// impossible is an error, which leaves unspecified values in dst.
func (t *Tensor) Float64s(dst []float64) error {
	if len(dst) != t.Len() {
		return fmt.Errorf("tensor %s has %d entries, want %d", quote.Text(t.Name), t.Len(), len(dst))
	}
	convert, ok := converters[t.DType]
	if !ok {
		return fmt.Errorf("tensor %s: entries of type %s are not supported", quote.Text(t.Name), t.DType)
	}
	size := sizes[t.DType]
	for i := range dst {
		v, ok := convert(t.Data[i*size:])
		if !ok {
			return fmt.Errorf("tensor %s: entry %d has no exact value as float64", quote.Text(t.Name), i)
		}
		dst[i] = v
	}
	return nil
}

// converters return the number at the beginning of the data, and whether it is
// exact.
var converters = map[string]func(data []byte) (v float64, exact bool){
	"F64":  func(b []byte) (float64, bool) { return math.Float64frombits(le.Uint64(b)), true },
	"F32":  func(b []byte) (float64, bool) { return float64(math.Float32frombits(le.Uint32(b))), true },
	"BF16": func(b []byte) (float64, bool) { return float64(math.Float32frombits(uint32(le.Uint16(b)) << 16)), true },
	"F16":  func(b []byte) (float64, bool) { return tofloat64.Float16(le.Uint16(b)), true },
	"I64":  func(b []byte) (float64, bool) { return tofloat64.Int64(int64(le.Uint64(b))) },
	"I32":  func(b []byte) (float64, bool) { return float64(int32(le.Uint32(b))), true },
	"I16":  func(b []byte) (float64, bool) { return float64(int16(le.Uint16(b))), true },
	"I8":   func(b []byte) (float64, bool) { return float64(int8(b[0])), true },
	"U64":  func(b []byte) (float64, bool) { return tofloat64.Uint64(le.Uint64(b)) },
	"U32":  func(b []byte) (float64, bool) { return float64(le.Uint32(b)), true },
	"U16":  func(b []byte) (float64, bool) { return float64(le.Uint16(b)), true },
	"U8":   func(b []byte) (float64, bool) { return float64(b[0]), true },
	"BOOL": func(b []byte) (float64, bool) { return float64(b[0]), b[0] <= 1 },
}

var le = binary.LittleEndian
