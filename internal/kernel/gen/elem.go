package main

import (
	"fmt"
	"math"
	"strings"
)

// Constants of the exponential function; see elem_generic.go.
const (
	expBias  = 1023
	expShift = 0x1.8p52 + expBias
	expMin   = -750
	expMax   = 710
	tanhMin  = -80
	ln2Hi    = 0x1.62e42feep-1
	ln2Lo    = 0x1.a39ef35793c76p-33
)

var expC = []float64{
	0x1.0000000000005p-1, 0x1.555555555555cp-3, 0x1.55555555520f4p-5, 0x1.111111110e6cep-7, 0x1.6c16c17f37740p-10,
	0x1.a01a01b5d9299p-13, 0x1.a019a685c2ff5p-16, 0x1.71ddea05252d7p-19, 0x1.28a2ab98810b1p-22, 0x1.af76aa088e7bep-26,
}

// expConsts names the constants that every use of reduce needs.
var expConsts = []string{
	"shift", "log2E", "ln2Hi", "ln2Lo", "expC0", "expC1", "expC2", "expC3", "expC4",
	"expC5", "expC6", "expC7", "expC8", "expC9", "one",
}

// tanhConsts names those that every use of tanh needs.
var tanhConsts = append([]string{"tanhMin", "magnitude", "sign", "minusTwo"}, expConsts...)

// elem writes the element-wise functions.
func elem(f *file) {
	f.float64("shift", expShift)
	f.float64("log2E", math.Log2E)
	f.float64("ln2Hi", ln2Hi)
	f.float64("ln2Lo", ln2Lo)
	for i, c := range expC {
		f.float64(fmt.Sprintf("expC%d", i), c)
	}
	f.float64("expMin", expMin)
	f.float64("expMax", expMax)
	f.float64("tanhMin", tanhMin)
	f.float64("quarter", 0.25)
	f.float64("one", 1)
	f.float64("four", 4)
	f.float64("minusTwo", -2)
	f.float64("half", 0.5)
	f.float64("two", 2)
	f.float64("thousand", 1000)
	f.float64("minusThousand", -1000)
	f.float64("minusInf", math.Inf(-1))
	f.data("bias", expBias, expBias, expBias, expBias)
	f.data("sign", 1<<63, 1<<63, 1<<63, 1<<63)
	f.data("magnitude", 1<<63-1, 1<<63-1, 1<<63-1, 1<<63-1)
	f.data("index", 0, 1, 2, 3, 4, 5, 6, 7)
	f.data("indexF32", packed32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)...)
	for _, c := range []struct {
		name     string
		exponent int
	}{{"tinyF32", -80}, {"tinyGradF32", -34}, {"tinySquareF32", -96}} {
		f.word32(c.name, uint32(127+c.exponent)<<23)
	}
	f.decl(`
// piece is the number of elements that assembly works on in one call, during
// which it holds up the garbage collector. It is a multiple of eight.
const piece = 1 << 16
`)

	stream{name: "exp", slices: "dst, src", consts: append([]string{"expMin", "expMax"}, expConsts...), body: func(v *vector) {
		v.load("src", 0)
		v.clamp("VMAXPD", "expMin", 0, 1)
		v.clamp("VMINPD", "expMax", 0, 1)
		v.exp()
		v.store(0, "dst")
	}}.write(f)
	stream{name: "sigmoid", slices: "dst, src", consts: append([]string{"expMin", "sign"}, expConsts...), body: func(v *vector) {
		v.load("src", 6)
		v.sigmoid()
		v.store(2, "dst")
	}}.write(f)
	stream{name: "sigmoidGrad", slices: "dz, dy, z", consts: append([]string{"expMin", "sign"}, expConsts...), body: func(v *vector) {
		v.load("z", 0)
		v.ins("VORPD", "sign", 0, 0)
		v.clamp("VMAXPD", "expMin", 0, 1)
		v.exp()
		v.ins("VADDPD", "one", 0, 1)
		v.ins("VDIVPD", 1, 0, 1)
		v.ins("VFNMADD213PD", 0, 0, 1) // y
		v.ins("VFNMADD213PD", 1, 1, 1) // y-y²
		v.storeProduct(1, 0)
	}}.write(f)
	stream{name: "tanh", slices: "dst, src", consts: tanhConsts, body: func(v *vector) {
		v.load("src", 6)
		v.tanh()
		v.store(1, "dst")
	}}.write(f)
	stream{name: "tanhGrad", slices: "dz, dy, z", consts: append([]string{"expMin", "magnitude", "minusTwo", "four", "quarter"}, expConsts...), body: func(v *vector) {
		v.load("z", 0)
		v.ins("VANDPD", "magnitude", 0, 0)
		v.ins("VMULPD", "minusTwo", 0, 0)
		v.clamp("VMAXPD", "expMin", 0, 1)
		v.reduce()
		v.expReduced()
		v.ins("VMULPD", "four", 0, 0)
		v.scale(0)
		v.ins("VMULPD", "quarter", 0, 1) // e
		v.ins("VADDPD", "one", 1, 3)
		v.ins("VDIVPD", 3, 0, 3)
		v.ins("VFNMADD213PD", 0, 1, 3) // 4y
		v.ins("VMULPD", "quarter", 3, 1)
		v.ins("VFNMADD213PD", 3, 1, 3) // 4(y-y²)
		v.storeProduct(3, 0)
	}}.write(f)

	stream{name: "elu", slices: "dst, src", scalars: "slope, depth, width", consts: append([]string{"half"}, tanhConsts...), body: func(v *vector) {
		v.load("src", 6)
		v.ins("VDIVPD", "width", 6, 6)
		v.ins("VMULPD", "half", 6, 6)
		v.tanh()
		v.ins("VADDPD", 1, 1, 0)
		v.ins("VMOVUPD", "one", 2)
		v.ins("VSUBPD", 1, 2, 2)
		v.ins("VDIVPD", 2, 0, 0)
		v.ins("VMULPD", "depth", 0, 0)
		v.load("src", 6)
		v.ins("VMULPD", "slope", 6, 1)
		v.notPositive(6, 7)
		v.pick(7, 0, 1)
		v.store(1, "dst")
	}}.write(f)
	stream{name: "eluGrad", slices: "dz, dy, z", scalars: "slope, steepness, width", consts: append([]string{"expMin"}, expConsts...), body: func(v *vector) {
		v.load("z", 6)
		v.ins("VDIVPD", "width", 6, 0)
		v.clamp("VMAXPD", "expMin", 0, 1)
		v.exp()
		v.ins("VMULPD", "steepness", 0, 0)
		v.ins("VMOVUPD", "slope", 1)
		v.notPositive(6, 7)
		v.pick(7, 0, 1)
		v.storeProduct(1, 0)
	}}.write(f)
	siluConsts := append([]string{"expMin", "sign", "minusThousand", "thousand"}, expConsts...)
	stream{name: "silu", slices: "dst, src", consts: siluConsts, body: func(v *vector) {
		v.load("src", 6)
		v.sigmoid()
		v.clamp("VMAXPD", "minusThousand", 6, 1)
		v.ins("VMULPD", 2, 6, 6)
		v.store(6, "dst")
	}}.write(f)
	stream{name: "siluGrad", slices: "dz, dy, z", consts: siluConsts, body: func(v *vector) {
		v.load("z", 6)
		v.sigmoid()
		v.clamp("VMAXPD", "minusThousand", 6, 1)
		v.clamp("VMINPD", "thousand", 6, 1)
		v.selfGated(6, 2)
	}}.write(f)
	mishConsts := append([]string{"expMin", "sign", "two", "minusThousand"}, expConsts...)
	stream{name: "mish", slices: "dst, src", consts: mishConsts, body: func(v *vector) {
		v.load("src", 6)
		v.mishGate()
		v.ins("VDIVPD", 3, 2, 2)
		v.clamp("VMAXPD", "minusThousand", 6, 1)
		v.ins("VMULPD", 2, 6, 6)
		v.store(6, "dst")
	}}.write(f)
	stream{name: "mishGrad", slices: "dz, dy, z", consts: append([]string{"four", "thousand"}, mishConsts...), body: func(v *vector) {
		v.load("z", 6)
		v.mishGate()
		v.ins("VADDPD", "one", 0, 4)
		v.ins("VMULPD", "four", 0, 1)
		v.ins("VMULPD", 4, 1, 4)
		v.ins("VMULPD", 0, 4, 5)
		v.pick(7, 4, 5) // slope
		v.ins("VDIVPD", 3, 5, 5)
		v.clamp("VMAXPD", "minusThousand", 6, 1)
		v.clamp("VMINPD", "thousand", 6, 1)
		v.ins("VMULPD", 5, 6, 6)
		v.ins("VADDPD", 6, 2, 2)
		v.ins("VDIVPD", 3, 2, 2)
		v.storeProduct(2, 0)
	}}.write(f)
	sinCos(f)
	elem32(f)
	gelu(f)
	softplus(f)

	stream{name: "relu", both: true, slices: "dst, src", setup: zero, body: func(v *vector) {
		v.load("src", 0)
		v.ins("VMAXPD", 0, 6, 0) // max(0, NaN) is NaN
		v.ins("VADDPD", 6, 0, 0) // -0 becomes +0
		v.store(0, "dst")
	}}.write(f)
	stream{name: "reluGrad", both: true, slices: "dz, dy, z", setup: zero, body: func(v *vector) {
		v.load("z", 0)
		v.load("dy", 1)
		v.reluGrad()
		v.store(1, "dz")
	}}.write(f)
	outers(f)

	stream{name: "scale", both: true, slices: "x", scalars: "a", body: func(v *vector) {
		v.load("x", 0)
		v.ins("VMULPD", "a", 0, 0)
		v.store(0, "x")
	}}.write(f)
	stream{name: "mulElem", both: true, slices: "dst, x, y", body: func(v *vector) {
		v.load("x", 0)
		v.load("y", 1)
		v.ins("VMULPD", 0, 1, 0)
		v.store(0, "dst")
	}}.write(f)
	stream{name: "addMulElem", both: true, slices: "dst, x, y", body: func(v *vector) {
		v.load("x", 0)
		v.load("y", 1)
		v.load("dst", 2)
		v.ins("VMULPD", 0, 1, 0)
		v.ins("VADDPD", 0, 2, 2)
		v.store(2, "dst")
	}}.write(f)
	stream{name: "scaleShift", both: true, slices: "y, x, scale, shift", body: func(v *vector) {
		v.load("x", 0)
		v.load("scale", 1)
		v.load("shift", 2)
		v.ins("VMULPD", 0, 1, 0)
		v.ins("VADDPD", 0, 2, 0)
		v.store(0, "y")
	}}.write(f)
	stream{name: "scaleShiftGrad", both: true, slices: "dscale, dshift, dy, x, scale", body: func(v *vector) {
		v.load("dy", 0)
		v.load("x", 1)
		v.load("scale", 2)
		v.load("dscale", 3)
		v.load("dshift", 4)
		v.ins("VMULPD", 0, 1, 1)
		v.ins("VADDPD", 1, 3, 3)
		v.ins("VADDPD", 0, 4, 4)
		v.ins("VMULPD", 0, 2, 0)
		v.store(3, "dscale")
		v.store(4, "dshift")
		v.store(0, "dy")
	}}.write(f)
	stream{name: "axpy", both: true, slices: "y, x", scalars: "a", body: func(v *vector) {
		v.load("x", 0)
		v.load("y", 1)
		v.ins("VFMADD231PD", "a", 0, 1)
		v.store(1, "y")
	}}.write(f)
	stream{name: "momentum", both: true, slices: "w, grad, v", scalars: "minusRate, mu", body: func(v *vector) {
		v.load("grad", 0)
		v.load("v", 1)
		v.load("w", 2)
		v.ins("VMULPD", "minusRate", 0, 0)
		v.ins("VFMADD213PD", 0, "mu", 1)
		v.flush("tinyF32", 1)
		v.ins("VADDPD", 1, 2, 2)
		v.store(1, "v")
		v.store(2, "w")
	}}.write(f)
	stream{name: "nesterov", both: true, slices: "w, grad, v", scalars: "minusRate, mu", body: func(v *vector) {
		v.load("grad", 0)
		v.load("v", 1)
		v.load("w", 2)
		v.ins("VMULPD", "minusRate", 0, 0)
		v.ins("VFMADD213PD", 0, "mu", 1)
		v.flush("tinyF32", 1)
		v.ins("VFMADD231PD", "mu", 1, 0)
		v.ins("VADDPD", 0, 2, 2)
		v.store(1, "v")
		v.store(2, "w")
	}}.write(f)
	stream{name: "adam", both: true, slices: "w, grad, m, v", scalars: "beta1, rest1, beta2, rest2, minusRate, rootScale, epsilon", body: func(v *vector) {
		v.load("grad", 0)
		v.load("m", 1)
		v.load("v", 2)
		v.load("w", 3)
		v.ins("VMULPD", "rest1", 0, 4)
		v.ins("VFMADD213PD", 4, "beta1", 1)
		v.flush("tinyF32", 1)
		v.flush("tinyGradF32", 0)
		v.ins("VMULPD", "rest2", 0, 4)
		v.ins("VMULPD", 0, 4, 4)
		v.ins("VFMADD213PD", 4, "beta2", 2)
		v.flush("tinySquareF32", 2)
		v.ins("VSQRTPD", 2, 4)
		v.ins("VFMADD213PD", "epsilon", "rootScale", 4)
		v.ins("VDIVPD", 4, 1, 4)
		v.ins("VFMADD231PD", "minusRate", 4, 3)
		v.store(1, "m")
		v.store(2, "v")
		v.store(3, "w")
	}}.write(f)

	softmaxRows(f)
	for _, e := range numbers {
		reduction(f, e, "scan", "bits", "uint64", "ors the bits of x-x into bits, lane by lane", func(v *vector, acc, x int) {
			v.ins("VSUBPD", x, x, x)
			v.ins("VORPD", x, acc, acc)
		})
	}
	reduction(f, f64, "squares", "sums", "float64", "adds the squares of x to sums, lane by lane", func(v *vector, acc, x int) {
		v.ins("VFMADD231PD", x, x, acc)
	})
	conversions(f)
	drops(f)
}

// zero clears register 6.
func zero(v *vector) { v.op("VXORPD X6, X6, X6") }

// An isa is an instruction set.
type isa struct {
	name  string // prefix of the names of its functions
	con   string // its constant in package kernel
	reg   string // prefix of its vector registers
	bytes int    // of a vector register
	top   int    // constants are kept in the registers up to this one
}

var (
	avx512 = isa{"avx512", "AVX512", "Z", 64, 31}
	avx2   = isa{"avx2", "AVX2", "Y", 32, 14} // register 15 holds the mask of a tail

	isas = []isa{avx512, avx2}
)

// opmask reports whether masks are in K registers.
func (s isa) opmask() bool { return s.reg == "Z" }

// r names vector register i.
func (s isa) r(i int) string { return fmt.Sprintf("%s%d", s.reg, i) }

// A vector writes code that processes one vector of elements.
type vector struct {
	*file
	isa
	number
	slices map[string]string // name to operand
	consts map[string]string // name to operand
	masked bool              // only the lanes in the mask exist
}

// c returns the operand of a constant or a scalar parameter.
func (v *vector) c(name string) string {
	if x, ok := v.consts[name]; ok {
		return x
	}
	return name + "<>(SB)"
}

// ins writes an instruction. Its operands are register numbers, names of
// constants, and strings with a dollar sign, which are written as they are.
// They are in the order of Go's assembler, the reverse of that in the manuals.
func (v *vector) ins(op string, operands ...any) {
	s := make([]string, len(operands))
	for i, x := range operands {
		switch x := x.(type) {
		case int:
			s[i] = v.r(x)
		case string:
			s[i] = x
			if x[0] != '$' {
				s[i] = v.c(x)
			}
		}
	}
	v.op("%s %s", v.number.ins(op), strings.Join(s, ", "))
}

// load and store move a vector between register r and a slice.
func (v *vector) load(slice string, r int) {
	switch {
	case !v.masked:
		v.op(v.number.ins("VMOVUPD")+" %s, %s", v.slices[slice], v.r(r))
	case v.opmask():
		v.op(v.number.ins("VMOVUPD.Z")+" %s, K1, %s", v.slices[slice], v.r(r))
	default:
		v.op(v.number.ins("VMASKMOVPD")+" %s, %s, %s", v.slices[slice], v.r(15), v.r(r))
	}
}

func (v *vector) store(r int, slice string) {
	switch {
	case !v.masked:
		v.op(v.number.ins("VMOVUPD")+" %s, %s", v.r(r), v.slices[slice])
	case v.opmask():
		v.op(v.number.ins("VMOVUPD")+" %s, K1, %s", v.r(r), v.slices[slice])
	default:
		v.op(v.number.ins("VMASKMOVPD")+" %s, %s, %s", v.r(r), v.r(15), v.slices[slice])
	}
}

// flush is the function of the same name in elem32.go, of float32 only.
func (v *vector) flush(c string, x int) {
	if v.number.size == 4 {
		v.ins("VADDPD", c, x, x)
		v.ins("VSUBPD", c, x, x)
	}
}

// clamp sets register x to its maximum or minimum with a constant. A NaN is
// preserved because it is the second operand in the order of the manuals.
func (v *vector) clamp(op, limit string, x, tmp int) {
	v.ins("VMOVUPD", limit, tmp)
	v.op("%s %s, %s, %s", op, v.r(x), v.r(tmp), v.r(x))
}

// reduce is the function of the same name in elem_generic.go, with x and
// r in register 0, q in register 5, k in register 1, n in register 2 and r² in
// register 3.
func (v *vector) reduce() {
	v.reduceHigh()
	v.ins("VFNMADD231PD", "ln2Lo", 2, 0)
	v.polynomial()
}

// reduceHigh leaves x - n·ln2Hi in register 0.
func (v *vector) reduceHigh() {
	v.ins("VMOVUPD", "log2E", 1)
	v.ins("VFMADD213PD", "shift", 0, 1)
	v.ins("VSUBPD", "shift", 1, 2)
	v.ins("VFNMADD231PD", "ln2Hi", 2, 0)
}

// polynomial computes q from r.
func (v *vector) polynomial() {
	v.ins("VMULPD", 0, 0, 3)
	v.ins("VMOVUPD", "expC8", 4)
	v.ins("VMOVUPD", "expC9", 5)
	for i := 6; i >= 0; i -= 2 {
		v.ins("VFMADD213PD", fmt.Sprintf("expC%d", i), 3, 4)
		v.ins("VFMADD213PD", fmt.Sprintf("expC%d", i+1), 3, 5)
	}
	v.ins("VFMADD213PD", 4, 0, 5)
}

// expReduced is the function of the same name, with the result in register 0.
// It destroys register 7.
func (v *vector) expReduced() {
	v.onePlus()
	v.ins("VFMADD231PD", 3, 5, 0)
	v.ins("VADDPD", 4, 0, 0)
}

// sigmoid is the function of the same name, with x in register 6 and the result in
// register 2. It destroys registers 0 to 5 and 7.
func (v *vector) sigmoid() {
	v.ins("VORPD", "sign", 6, 0)
	v.clamp("VMAXPD", "expMin", 0, 1)
	v.exp()
	v.ins("VADDPD", "one", 0, 1)
	v.ins("VMOVUPD", "one", 2)
	if v.opmask() {
		v.op("VPMOVQ2M %s, K2", v.r(6))
	}
	v.pick(6, 0, 2)
	v.ins("VDIVPD", 1, 0, 0)
	v.ins("VFNMADD213PD", 2, 0, 2)
}

// tanh is the function of the same name, with x in register 6 and the result in
// register 1. It destroys registers 0 to 6.
func (v *vector) tanh() {
	v.ins("VANDPD", "magnitude", 6, 0)
	v.ins("VMULPD", "minusTwo", 0, 0)
	v.clamp("VMAXPD", "tanhMin", 0, 1)
	v.reduce()
	v.ins("VPSLLQ", "$52", 1, 1)   // p
	v.ins("VFMADD213PD", 0, 3, 5)  // t
	v.ins("VMULPD", 1, 5, 0)       // w
	v.ins("VMOVUPD", "one", 2)     // 1
	v.ins("VADDPD", 1, 2, 3)       // b
	v.ins("VSUBPD", 1, 2, 4)       // a
	v.ins("VADDPD", 0, 3, 1)       // b+w
	v.ins("VDIVPD", 1, 2, 1)       // inv
	v.ins("VSUBPD", 0, 4, 5)       // a-w
	v.ins("VMULPD", 1, 5, 5)       // y
	v.ins("VFNMADD231PD", 3, 5, 4) // a-y·b
	v.ins("VSUBPD", 0, 4, 4)       // a-y·b-w
	v.ins("VFNMADD231PD", 5, 0, 4) // rem
	v.ins("VFMADD213PD", 5, 4, 1)  // y+inv·rem
	v.ins("VANDPD", "sign", 6, 6)
	v.ins("VORPD", 6, 1, 1)
}

// selfGated stores dy·s·(1 + w·(1-s)), with s in register s. It destroys registers
// 0 and w.
func (v *vector) selfGated(w, s int) {
	v.ins("VMOVUPD", "one", 0)
	v.ins("VSUBPD", s, 0, 0)
	v.ins("VMULPD", 0, w, w)
	v.ins("VADDPD", "one", w, w)
	v.ins("VMULPD", s, w, w)
	v.storeProduct(w, 0)
}

// reluGrad makes register 1 zero where register 0 is at most zero, with zero in
// register 6. It destroys the mask K2 or else register 0.
func (v *vector) reluGrad() {
	const notLessOrEqual = "$0x16"
	if v.opmask() {
		v.op(v.number.ins("VCMPPD")+" %s, %s, %s, K2", notLessOrEqual, v.r(6), v.r(0))
		v.op(v.number.ins("VMOVAPD.Z")+" %s, K2, %s", v.r(1), v.r(1))
	} else {
		v.ins("VCMPPD", notLessOrEqual, 6, 0, 0)
		v.ins("VANDPD", 0, 1, 1)
	}
}

// mishGate is the function of the same name, with z in register 6, e in register
// 0, the numerator in register 2, the denominator in register 3 and what
// notPositive makes in register 7. It destroys registers 1, 4 and 5.
func (v *vector) mishGate() {
	v.ins("VORPD", "sign", 6, 0)
	v.clamp("VMAXPD", "expMin", 0, 1)
	v.exp()
	v.ins("VADDPD", 0, 0, 1)
	v.ins("VADDPD", "one", 1, 2)
	v.ins("VMULPD", 0, 1, 3)
	v.ins("VADDPD", 3, 2, 3)
	v.ins("VADDPD", "two", 0, 4)
	v.ins("VMULPD", 4, 0, 4)
	v.ins("VADDPD", "two", 4, 5)
	v.notPositive(6, 7)
	v.pick(7, 4, 2)
	v.pick(7, 5, 3)
}

// notPositive makes the mask for pick of the lanes of register x that are not
// above 0. It is in K2 or else in register mask.
func (v *vector) notPositive(x, mask int) {
	const notGreater = "$0x1a"
	v.op("VXORPD X%d, X%[1]d, X%[1]d", mask)
	if v.opmask() {
		v.op(v.number.ins("VCMPPD")+" %s, %s, %s, K2", notGreater, v.r(mask), v.r(x))
	} else {
		v.ins("VCMPPD", notGreater, mask, x, mask)
	}
}

// pick copies the lanes in a mask from one register to another.
func (v *vector) pick(mask, from, to int) {
	if v.opmask() {
		v.op(v.number.ins("VMOVAPD")+" %s, K2, %s", v.r(from), v.r(to))
	} else {
		v.ins("VBLENDVPD", mask, from, to, to)
	}
}

// onePlus leaves 1+r in register 4, and its rounding error in register 0.
func (v *vector) onePlus() {
	v.ins("VADDPD", "one", 0, 4)
	v.ins("VSUBPD", "one", 4, 7)
	v.ins("VSUBPD", 7, 0, 0)
}

// scale multiplies register p by 2ⁿ, with k and n in the registers where reduce
// leaves them.
func (v *vector) scale(p int) {
	if v.opmask() {
		v.ins("VSCALEFPD", 2, p, p)
		return
	}
	v.ins("VPADDQ", "bias", 1, 1)
	v.ins("VPSRLQ", "$1", 1, 2)
	v.ins("VPSUBQ", 2, 1, 1)
	v.ins("VPSLLQ", "$52", 2, 2)
	v.ins("VPSLLQ", "$52", 1, 1)
	v.ins("VMULPD", 2, p, p)
	v.ins("VMULPD", 1, p, p)
}

// storeProduct multiplies register r by dy and stores it in dz. It destroys
// register tmp.
func (v *vector) storeProduct(r, tmp int) {
	v.load("dy", tmp)
	v.ins("VMULPD", tmp, r, tmp)
	v.store(tmp, "dz")
}

// A stream is a function that does the same to each element of some slices.
type stream struct {
	name    string
	slices  string   // names of the slices, up to five
	scalars string   // names of the float64 parameters
	consts  []string // names of the constants kept in registers with AVX-512
	setup   func(*vector)
	body    func(*vector) // registers 0 to 7 are free
	both    bool          // for float32 too, to which the parameters are rounded
}

// write writes the functions for all instruction sets, and the function that
// chooses among them.
func (s stream) write(f *file) {
	s.writeFor(f, f64)
	if s.both {
		s.writeFor(f, f32)
	}
}

func (s stream) writeFor(f *file, e number) {
	slices := strings.Split(s.slices, ", ")
	scalars := strings.Split(s.scalars, ", ")
	if s.scalars == "" {
		scalars = nil
	}
	params := "n int, " + strings.Join(slices, " *"+e.goType()+", ") + " *" + e.goType()
	for _, x := range scalars {
		params += ", " + x + " float64"
	}
	for _, isa := range isas {
		name := isa.name + title(s.name) + e.suffix
		lanes := isa.bytes / e.size
		f.fn(fmt.Sprintf("%s works on n elements.", name), name, params)
		v := &vector{file: f, isa: isa, number: e, slices: map[string]string{}, consts: map[string]string{}}
		f.load("n", "CX")
		for i, p := range slices {
			reg := []string{"SI", "DI", "R8", "R9", "R10"}[i]
			f.load(p, reg)
			v.slices[p] = fmt.Sprintf("(%s)(AX*%d)", reg, e.size)
		}
		top := isa.top
		for _, x := range scalars {
			v.consts[x] = isa.r(top)
			if e.size == 4 {
				v.op("VCVTSD2SS %s, X0, X0", f.arg(x))
				v.op("VBROADCASTSS X0, %s", isa.r(top))
			} else {
				v.op("VBROADCASTSD %s, %s", f.arg(x), isa.r(top))
			}
			top--
		}
		if isa.opmask() {
			for _, x := range s.consts {
				v.consts[x] = isa.r(top)
				v.op("VBROADCASTSD %s<>(SB), %s", x, isa.r(top))
				top--
			}
		}
		if s.setup != nil {
			s.setup(v)
		}
		f.op("XORL AX, AX")
		f.op("SUBQ $%d, CX", lanes)
		f.op("JLT  tail")
		f.op("PCALIGN $32")
		f.label("loop")
		s.body(v)
		f.op("ADDQ $%d, AX", lanes)
		f.op("SUBQ $%d, CX", lanes)
		f.op("JGE  loop")
		f.label("tail")
		f.op("ADDQ $%d, CX", lanes)
		f.op("JZ   done")
		v.mask("CX", 0, 15)
		v.masked = true
		s.body(v)
		f.label("done")
		f.op("VZEROUPPER")
		f.op("RET")
	}

	params = strings.Join(slices, ", ") + " []" + e.goType()
	args := fmt.Sprintf("min(piece, len(%s)-i)", slices[0])
	for _, x := range slices {
		args += ", &" + x + "[i]"
	}
	if scalars != nil {
		params += ", " + s.scalars + " float64"
		args += ", " + s.scalars
	}
	f.decl("\n// %sAsm%s reports whether it has done the work.\nfunc %[1]sAsm%[2]s(%[3]s) bool {\n", s.name, e.suffix, params)
	choose(f, "false", func(prefix string) {
		f.decl("for i := 0; i < len(%s); i += piece {\n%s%s%s(%s)\n}\n", slices[0], prefix, title(s.name), e.suffix, args)
	})
	f.decl("return true\n}\n")
}

// mask makes the mask of the lanes, numbered from first, that are below the
// number in register count. The mask is K1 or else the given register.
func (v *vector) mask(count string, first, reg int) {
	e := v.number
	if v.opmask() {
		v.op("VPBROADCAST%s %s, %s", e.index, count, v.r(7))
		v.op("VPCMPU%s $6, index%s<>+%d(SB), %s, K1", e.index, e.suffix, e.size*first, v.r(7))
		return
	}
	v.op("VMOVQ %s, X%d", count, reg)
	v.op("VPBROADCAST%s X%d, %s", e.index, reg, v.r(reg))
	v.op("VPCMPGT%s index%s<>+%d(SB), %s, %s", e.index, e.suffix, e.size*first, v.r(reg), v.r(reg))
}

// choose writes Go code for each instruction set; code is called with the
// prefix of its functions. The default case returns none.
func choose(f *file, none string, code func(prefix string)) {
	f.decl("switch isa {\n")
	for _, isa := range isas {
		f.decl("case %s:\n", isa.con)
		code(isa.name)
	}
	f.decl("default:\nreturn %s\n}\n", none)
}

// title returns name with a capital first letter.
func title(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// The functions below work on blocks of 64 bytes, in one register or two.

// halves is the number of registers that hold a block.
func (s isa) halves() int { return 64 / s.bytes }

// block returns the operand of register h of the block that is 8·AX bytes from
// the base.
func (s isa) block(base string, h int) string {
	return fmt.Sprintf("%d(%s)(AX*8)", s.bytes*h, base)
}

// fold combines all lanes of the block in registers 0 and 1 by an operation and
// fills register 0 with the result: lane i is combined with lane i+4, then i+2,
// then i+1.
func (v *vector) fold(op string) {
	if v.halves() == 1 {
		v.op("VEXTRACTF64X4 $1, Z0, Y1")
	}
	v.op("%s Y1, Y0, Y0", op)
	v.op("VEXTRACTF128 $1, Y0, X1")
	v.op("%s X1, X0, X0", op)
	v.op("VPERMILPD $1, X0, X1")
	v.op("%s X1, X0, X0", op)
	v.op("VBROADCASTSD X0, %s", v.r(0))
}

// softmaxRows writes the functions that compute the softmax of rows, and the
// function that chooses among them. Their registers, besides those of the
// exponential:
//
//	SI, DI    a row of y and of z
//	R11       its length in bytes
//	R10, CX   its elements in whole blocks, and in the rest
//	8         the maximum of the row, later the inverse of the sum
//	9, 10     the sums of exponentials, later 9 the tail of the sum
//	12, 13    the exponentials of the rest
//	14, 15    what the sums lack
func softmaxRows(f *file) {
	for _, isa := range isas {
		name := isa.name + "SoftmaxRows"
		f.fn(name+" works on matrices without gaps between the rows. rows must be positive.", name, "rows, cols int, y *float64, z *float64")
		v := &vector{file: f, isa: isa, number: f64, consts: map[string]string{}}
		if isa.opmask() {
			for i, x := range append([]string{"expMin"}, expConsts...) {
				v.consts[x] = isa.r(isa.top - i)
				v.op("VBROADCASTSD %s<>(SB), %s", x, v.consts[x])
			}
		}
		f.load("rows", "DX", "cols", "CX", "y", "SI", "z", "DI")
		f.op("LEAQ (CX*8), R11")
		f.op("MOVQ CX, R10")
		f.op("ANDQ $-8, R10")
		f.op("ANDQ $7, CX")
		if isa.opmask() {
			v.mask("CX", 0, 0)
		}
		f.label("next")

		for h := range v.halves() {
			v.op("VBROADCASTSD minusInf<>(SB), %s", v.r(h))
		}
		v.row("max", "DI", func(h int) {
			v.ins("VMAXPD", 7, h, h)
		}, func(h int) {
			v.fill("minusInf", h)
			v.ins("VMAXPD", 7, h, h)
		})
		v.fold("VMAXPD")
		v.ins("VMOVAPD", 0, 8)

		for h := range v.halves() {
			v.op("VXORPD X%d, X%[1]d, X%[1]d", 9+h)
			v.op("VXORPD X%d, X%[1]d, X%[1]d", 14+h)
		}
		v.row("exp", "DI", func(h int) {
			v.expShifted()
			v.addTo(9+h, 14+h, 0)
			v.op("VMOVUPD %s, %s", v.r(0), v.block("SI", h))
		}, func(h int) {
			v.expShifted()
			if v.opmask() {
				v.op("VMOVAPD.Z %s, K1, %s", v.r(0), v.r(12+h))
			} else {
				v.mask("CX", isa.bytes/8*h, 1)
				v.ins("VANDPD", 1, 0, 12+h)
			}
			v.addTo(9+h, 14+h, 12+h)
		})
		v.foldSum()
		v.row("divide", "SI", func(h int) {
			v.divide(7)
			v.op("VMOVUPD %s, %s", v.r(7), v.block("SI", h))
		}, nil)
		f.op("TESTQ CX, CX")
		f.op("JZ   stored")
		for h := range v.halves() {
			v.divide(12 + h)
		}
		v.storeRest()
		f.label("stored")

		f.op("ADDQ R11, SI")
		f.op("ADDQ R11, DI")
		f.op("DECQ DX")
		f.op("JNZ  next")
		f.op("VZEROUPPER")
		f.op("RET")
	}
	f.decl("\n// softmaxRowsAsm reports whether it has done the work.\nfunc softmaxRowsAsm(y, z []float64, cols int) bool {\n")
	f.decl("block := max(1, piece/cols) * cols\n")
	choose(f, "false", func(prefix string) {
		f.decl("for i := 0; i < len(z); i += block {\n%sSoftmaxRows(min(block, len(z)-i)/cols, cols, &y[i], &z[i])\n}\n", prefix)
	})
	f.decl("return true\n}\n")
}

// row writes a loop over the blocks of a row at a base. It loads half h of each
// whole block into register 7 for the code written by whole, and half h of the
// rest, if any, padded with zeros, for the code written by rest.
func (v *vector) row(label, base string, whole, rest func(h int)) {
	v.op("XORL AX, AX")
	v.op("TESTQ R10, R10")
	v.op("JZ   %sRest", label)
	v.label(label)
	for h := range v.halves() {
		v.op("VMOVUPD %s, %s", v.block(base, h), v.r(7))
		whole(h)
	}
	v.op("ADDQ $8, AX")
	v.op("CMPQ AX, R10")
	v.op("JLT  %s", label)
	v.label(label + "Rest")
	if rest == nil {
		return
	}
	v.op("TESTQ CX, CX")
	v.op("JZ   %sDone", label)
	for h := range v.halves() {
		if v.opmask() {
			v.op("VMOVUPD.Z %s, K1, %s", v.block(base, h), v.r(7))
		} else {
			v.mask("CX", v.bytes/8*h, 6)
			v.op("VMASKMOVPD %s, %s, %s", v.block(base, h), v.r(6), v.r(7))
		}
		rest(h)
	}
	v.label(label + "Done")
}

// fill replaces the missing lanes of half h of the rest in register 7.
func (v *vector) fill(neutral string, h int) {
	v.op("VBROADCASTSD %s<>(SB), %s", neutral, v.r(5))
	if v.opmask() {
		v.op("VMOVAPD %s, K1, %s", v.r(7), v.r(5))
		v.ins("VMOVAPD", 5, 7)
	} else {
		v.ins("VBLENDVPD", 6, 7, 5, 7)
	}
}

// addTo adds register x to register sum, and the rounding error to register
// lack. It destroys registers 1 to 3.
func (v *vector) addTo(sum, lack, x int) {
	v.ins("VADDPD", x, sum, 1)
	v.ins("VSUBPD", sum, 1, 2)
	v.ins("VSUBPD", 2, 1, 3)
	v.ins("VSUBPD", 3, sum, 3)
	v.ins("VSUBPD", 2, x, 2)
	v.ins("VADDPD", 2, 3, 3)
	v.ins("VADDPD", 3, lack, lack)
	v.ins("VMOVAPD", 1, sum)
}

// foldSum fills register 0 with the sum of all lanes of registers 9 and 10, and
// of their rounding errors, register 8 with its inverse, and register 9 with
// the rounding error of that sum. Lane i is combined with lane i+4, then i+2,
// then i+1.
func (v *vector) foldSum() {
	half := *v
	join := func(reg string, sum, lack int) {
		half.reg = reg
		half.addTo(9, 14, sum)
		half.ins("VADDPD", lack, 14, 14)
	}
	if v.halves() == 1 {
		v.op("VEXTRACTF64X4 $1, Z9, Y0")
		v.op("VEXTRACTF64X4 $1, Z14, Y4")
		join("Y", 0, 4)
	} else {
		join("Y", 10, 15)
	}
	v.op("VEXTRACTF128 $1, Y9, X0")
	v.op("VEXTRACTF128 $1, Y14, X4")
	join("X", 0, 4)
	v.op("VPERMILPD $1, X9, X0")
	v.op("VPERMILPD $1, X14, X4")
	join("X", 0, 4)
	v.op("VADDPD X14, X9, X0")
	v.op("VMOVSD one<>(SB), X8")
	v.op("VDIVSD X0, X8, X8")
	v.op("VSUBPD X0, X9, X9")
	v.op("VADDPD X14, X9, X9")
	v.op("VBROADCASTSD X0, %s", v.r(0))
	v.op("VBROADCASTSD X8, %s", v.r(8))
	v.op("VBROADCASTSD X9, %s", v.r(9))
}

// divide divides register x by the sum, whose inverse is in register 8. It
// destroys register 1.
func (v *vector) divide(x int) {
	v.ins("VMULPD", 8, x, 1)
	v.ins("VFNMADD231PD", 0, 1, x)
	v.ins("VFNMADD231PD", 9, 1, x)
	v.ins("VFMADD213PD", 1, 8, x)
}

// expShifted is the function of the same name, with x in register 7, m in
// register 8 and the result in register 0.
func (v *vector) expShifted() {
	v.ins("VSUBPD", 8, 7, 0) // d
	v.ins("VSUBPD", 7, 0, 1) // b
	v.ins("VSUBPD", 1, 0, 2)
	v.ins("VSUBPD", 2, 7, 2) // x-(d-b)
	v.ins("VADDPD", 1, 8, 6) // m+b
	v.ins("VSUBPD", 6, 2, 6)
	if v.opmask() {
		v.op("VCMPPD %s, %s, %s, K2", greaterOrEqual, v.c("expMin"), v.r(0))
		v.op("VMOVAPD.Z %s, K2, %s", v.r(6), v.r(6))
	} else {
		v.op("VCMPPD %s, %s, %s, %s", greaterOrEqual, v.c("expMin"), v.r(0), v.r(1))
		v.ins("VANDPD", 1, 6, 6)
	}
	v.clamp("VMAXPD", "expMin", 0, 1)
	v.reduceHigh()
	v.ins("VADDPD", 6, 0, 4)
	v.ins("VSUBPD", 4, 0, 0)
	v.ins("VADDPD", 0, 6, 6)
	v.ins("VMOVAPD", 4, 0)
	v.ins("VFNMADD231PD", "ln2Lo", 2, 0)
	v.ins("VSUBPD", 0, 4, 4)
	v.ins("VFNMADD231PD", "ln2Lo", 2, 4)
	v.ins("VADDPD", 4, 6, 6) // the tail of r
	v.polynomial()
	v.onePlus()
	v.ins("VADDPD", 6, 0, 0)
	v.ins("VFMADD231PD", 3, 5, 0)
	v.ins("VADDPD", 4, 0, 0)
	v.scale(0)
}

// storeRest stores the CX elements in registers 12 and 13 to the row of y by
// halving. The CPU takes a masked store to overlap the load of the next row,
// which then has to wait.
func (v *vector) storeRest() {
	v.op("TESTQ $4, CX")
	v.op("JZ   two")
	v.op("VMOVUPD Y12, (SI)(AX*8)")
	if v.halves() == 1 {
		v.op("VEXTRACTF64X4 $1, Z12, Y12")
	} else {
		v.op("VMOVUPD Y13, Y12")
	}
	v.op("ADDQ $4, AX")
	v.label("two")
	v.op("TESTQ $2, CX")
	v.op("JZ   one")
	v.op("VMOVUPD X12, (SI)(AX*8)")
	v.op("VEXTRACTF128 $1, Y12, X12")
	v.op("ADDQ $2, AX")
	v.label("one")
	v.op("TESTQ $1, CX")
	v.op("JZ   stored")
	v.op("VMOVSD X12, (SI)(AX*8)")
}

// reduction writes functions that reduce blocks of 64 bytes to the eight words
// of the result, and the function that chooses among them.
func reduction(f *file, e number, name, result, typ, doc string, body func(v *vector, acc, x int)) {
	block := 64 / e.size // elements
	for _, isa := range isas {
		fn := isa.name + title(name) + e.suffix
		f.fn(fn+" "+doc+". blocks must be positive.", fn, fmt.Sprintf("blocks int, x *%s, %s *[8]%s", e.goType(), result, typ))
		v := &vector{file: f, isa: isa, number: e}
		f.load("blocks", "CX", "x", "SI", result, "DI")
		f.op("XORL AX, AX")
		for h := range isa.halves() {
			f.op(e.ins("VMOVUPD")+" %d(DI), %s", isa.bytes*h, isa.r(h))
		}
		f.label("loop")
		for h := range isa.halves() {
			f.op(e.ins("VMOVUPD")+" %s, %s", isa.block("SI", h), isa.r(2+h))
			body(v, h, 2+h)
		}
		if e.size == 8 { // as of the caller's matrices, which are not in the cache
			f.op("PREFETCHT0 2048(SI)(AX*8)")
		}
		f.op("ADDQ $8, AX")
		f.op("DECQ CX")
		f.op("JNZ  loop")
		for h := range isa.halves() {
			f.op(e.ins("VMOVUPD")+" %s, %d(DI)", isa.r(h), isa.bytes*h)
		}
		f.op("VZEROUPPER")
		f.op("RET")
	}
	f.decl("\n// %sAsm%s returns the number of elements on which it has worked.\nfunc %[1]sAsm%[2]s(x []%[3]s, %[4]s *[8]%[5]s) int {\n", name, e.suffix, e.goType(), result, typ)
	f.decl("n := len(x) &^ %d\n", block-1)
	choose(f, "0", func(prefix string) {
		f.decl("for i := 0; i < n; i += piece {\n%s%s%s(min(piece, n-i)/%d, &x[i], %s)\n}\n", prefix, title(name), e.suffix, block, result)
	})
	f.decl("return n\n}\n")
}
