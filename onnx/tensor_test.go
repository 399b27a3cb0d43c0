package onnx

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// The elements of tensors in all the ways in which files have them.
func TestTensors(t *testing.T) {
	floats := []float64{1, -2, 0.5, 65504}
	for name, tensor := range map[string]*tensor{
		"float":        {elem: typeFloat, floats: []float32{1, -2, 0.5, 65504}},
		"double":       {elem: typeDouble, doubles: floats},
		"float16":      {elem: typeFloat16, int32s: []int64{0x3c00, 0xc000, 0x3800, 0x7bff}},
		"raw float16":  {elem: typeFloat16, hasRaw: true, raw: []byte{0x00, 0x3c, 0x00, 0xc0, 0x00, 0x38, 0xff, 0x7b}},
		"raw double":   {elem: typeDouble, hasRaw: true, raw: parseTensor("", "double[4]", []string{"1", "-2", "0.5", "65504"}).raw},
		"raw float":    {elem: typeFloat, hasRaw: true, raw: parseTensor("", "float[4]", []string{"1", "-2", "0.5", "65504"}).raw},
		"bfloat16":     {elem: typeBFloat16, int32s: []int64{0x3f80, 0xc000, 0x3f00, 0x4780}},
		"raw bfloat16": {elem: typeBFloat16, hasRaw: true, raw: []byte{0x80, 0x3f, 0x00, 0xc0, 0x00, 0x3f, 0x80, 0x47}},
	} {
		tensor.dims = []int64{4}
		c := &constant{tensor: tensor}
		v, err := c.numbers()
		want := slices.Clone(floats)
		if c.elem == typeBFloat16 {
			want[3] = 65536
		}
		if err != nil || !slices.Equal(v, want) {
			t.Errorf("%s: %v, %v", name, v, err)
		}
		if _, err := c.integers(); err == nil {
			t.Errorf("%s: integers without an error", name)
		}
	}
	for name, tensor := range map[string]*tensor{
		"int64":     {elem: typeInt64, int64s: []int64{1, -2}},
		"int32":     {elem: typeInt32, int32s: []int64{1, -2}},
		"raw int64": parseTensor("", "int64[2]", []string{"1", "-2"}),
		"raw int32": parseTensor("", "int32[2]", []string{"1", "-2"}),
	} {
		tensor.dims = []int64{2}
		c := &constant{tensor: tensor}
		v, err := c.integers()
		if err != nil || !slices.Equal(v, []int64{1, -2}) {
			t.Errorf("%s: %v, %v", name, v, err)
		}
		if v, err := c.numbers(); err != nil || !slices.Equal(v, []float64{1, -2}) {
			t.Errorf("%s: %v, %v", name, v, err)
		}
	}
}

// Files have the bits of half precision in the field for int32.
func TestHalfPrecisionInAFile(t *testing.T) {
	for elem, bits := range map[elemType]uint64{typeFloat16: 0xc000, typeBFloat16: 0xc000} {
		w := appendMessage(appendText(appendInt(nil, 2, int64(elem)), 8, "w"), 1, []byte{1, 1})
		w = protowire.AppendVarint(protowire.AppendTag(w, 5, protowire.VarintType), bits)
		m := parse("input x double[N,1]\ny = MatMul(x, w)")
		m.graph.inputs[0].elem = elem
		file := append(appendMessage(nil, 7, appendMessage(m.graph.encode(), 5, w)), appendMessage(nil, 8, appendInt(nil, 2, 13))...)
		net, err := Import(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if v := net.Layers()[0].Params()[0].Value.At(0, 0); v != -2 {
			t.Errorf("%v: the weight is %v, want -2", elem, v)
		}
	}
}

func TestTypedDataInAFile(t *testing.T) {
	m := parse("y = MatMul(x, w)")
	m.graph.initializers = nil
	for _, packed := range []bool{true, false} {
		w := appendText(appendInt(nil, 2, int64(typeDouble)), 8, "w")
		w = appendMessage(w, 1, []byte{4, 3})
		var data []byte
		for i := range 12 {
			if !packed {
				w = protowire.AppendTag(w, 10, protowire.Fixed64Type)
				w = protowire.AppendFixed64(w, math.Float64bits(float64(i)))
			}
			data = protowire.AppendFixed64(data, math.Float64bits(float64(i)))
		}
		if packed {
			w = appendMessage(w, 10, data)
		}
		file := append(appendMessage(nil, 7, appendMessage(m.graph.encode(), 5, w)), appendMessage(nil, 8, appendInt(nil, 2, 13))...)
		net, err := Import(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if v := net.Layers()[0].Params()[0].Value.At(3, 2); v != 11 {
			t.Errorf("packed %v: the last weight is %v, want 11", packed, v)
		}
	}
}
