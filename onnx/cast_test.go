package onnx

import (
	"math"
	"testing"

	"example.com/mlp/internal/tofloat64"
)

func TestCast(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		to      elemType
		v, want float64
	}{
		{typeDouble, 0.1, 0.1},
		{typeFloat, 0.1, 0x1.99999ap-4},
		{typeFloat, 1e39, inf},
		{typeFloat, 0x1p-149, 0x1p-149},
		{typeFloat16, 0.1, 0x1.998p-4},
		{typeFloat16, -0.1, -0x1.998p-4},
		{typeFloat16, 2049, 2048}, // a tie, to even
		{typeFloat16, 2051, 2052},
		{typeFloat16, 2049.0001, 2050},
		{typeFloat16, 65504, 65504},
		{typeFloat16, 65519.99, 65504},
		{typeFloat16, 65520, inf},
		{typeFloat16, -70000, -inf},
		{typeFloat16, 0x1p-24, 0x1p-24},
		{typeFloat16, 0x1p-25, 0},
		{typeFloat16, 0x1.8p-24, 0x1p-23},
		{typeFloat16, 0x1.ffep-15, 0x1p-14},
		{typeFloat16, 5e-324, 0},
		{typeFloat16, 0, 0},
		{typeFloat16, inf, inf},
		{typeBFloat16, 1.01, 1.0078125},
		{typeBFloat16, -257, -256},
		{typeBFloat16, 259, 260},
		{typeBFloat16, 0x1.fep127, 0x1.fep127},
		{typeBFloat16, 3.4e38, inf},
		{typeBFloat16, 0x1p-133, 0x1p-133},
		{typeBFloat16, 0x1p-134, 0},
		{typeInt32, 2.9, 2},
		{typeInt32, -2.9, -2},
		{typeInt32, 2147483647.5, 2147483647},
		{typeInt32, 2147483648, inf},
		{typeInt32, -2147483648.5, -2147483648},
		{typeInt64, 0x1p62, 0x1p62},
		{typeInt64, -0x1p63, -0x1p63},
		{typeInt64, 0x1p63, inf},
	} {
		if got := c.to.cast(c.v); got != c.want {
			t.Errorf("%v of %v is %v, want %v", c.to, c.v, got, c.want)
		}
	}
	if v := typeFloat16.cast(math.NaN()); v == v {
		t.Errorf("float16 of NaN is %v", v)
	}
	// All numbers of float16 stay what they are, and so do those between and
	// nearer to one of them than to the next.
	for bits := range uint16(0x7c00) {
		v, next := tofloat64.Float16(bits), tofloat64.Float16(bits+1)
		if math.IsInf(next, 0) {
			next = 65536
		}
		for _, w := range []float64{v, v + (next-v)*0.49} {
			if got := typeFloat16.cast(w); got != v {
				t.Fatalf("float16 of %v is %v, want %v", w, got, v)
			}
		}
	}
}

// A constant is rounded by all its Casts, in their order.
func TestCastOfConstants(t *testing.T) {
	for _, c := range []struct {
		text string
		want float64
	}{
		{"tensor v double[4,3] 0.1\nw = Cast(v) to=1\nu = Cast(w) to=11", 0x1.99999ap-4},
		{"tensor v double[4,3] 2049\nw = Cast(v) to=10\nu = Cast(w) to=11", 2048},
		{"tensor v double[4,3] 1.01\nw = Cast(v) to=16\nu = Cast(w) to=11", 1.0078125},
		{"tensor v double[4,3] 2.7\nw = Cast(v) to=7\nu = Cast(w) to=11", 2},
		{"tensor v int64[4,3] 3\nu = Cast(v) to=11", 3},
		{"tensor v double[4,3] 2049.5\nw = Cast(v) to=6\nz = Cast(w) to=10\nu = Cast(z) to=11", 2048},
		{"tensor v double[3,4] 2049\nw = Cast(v) to=10\nz = Transpose(w)\nu = Cast(z) to=11", 2048},
		{"tensor v double[4,3] 0.1\nu = Cast(v) to=11", 0.1},
	} {
		net, err := importText(c.text + "\ny = MatMul(x, u)")
		if err != nil {
			t.Fatal(err)
		}
		if got := net.Layers()[0].Params()[0].Value.At(3, 2); got != c.want {
			t.Errorf("%s: %v, want %v", c.text, got, c.want)
		}
	}
}

func TestElemTypeString(t *testing.T) {
	for typ, want := range map[elemType]string{0: "undefined", typeFloat: "float32", typeBFloat16: "bfloat16", 17: "type 17", -1: "type -1"} {
		if got := typ.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
