package main

import (
	"fmt"
	"math"
)

// exp32C are the coefficients of expPoly32; see elem32_generic.go.
var exp32C = []float32{0x1.0000000000000p-1, 0x1.5555560000000p-3, 0x1.5554ea0000000p-5, 0x1.1110e00000000p-7, 0x1.6d43160000000p-10, 0x1.a124e40000000p-13}

// log1p32C are those of softplus32.
var log1p32C = []float32{
	0x1p+0, -0x1.fffff2p-2, 0x1.555324p-2, -0x1.ffb934p-3, 0x1.9742f8p-3, -0x1.49797ap-3,
	0x1.fb00b2p-4, -0x1.4f61d4p-4, 0x1.4fed04p-5, -0x1.b02382p-7, 0x1.04667ap-9,
}

// exp32Consts names the constants that every use of reduce32 needs.
var exp32Consts = []string{
	"shiftF32", "log2EF32", "ln2HiF32", "ln2LoF32", "expF32C0", "expF32C1", "expF32C2", "expF32C3", "expF32C4", "expF32C5", "oneF32",
}

// elem32 writes the element-wise functions that are of float32 only.
func elem32(f *file) {
	const bias = 127
	f.float32("shiftF32", 0x1.8p23+bias)
	f.float32("log2EF32", math.Log2E)
	f.float32("ln2HiF32", 0x1.62e4p-1)
	f.float32("ln2LoF32", 0x1.7f7d1cp-20)
	for i, c := range exp32C {
		f.float32(fmt.Sprintf("expF32C%d", i), c)
	}
	for i, c := range log1p32C {
		f.float32(fmt.Sprintf("log1pF32C%d", i), c)
	}
	f.float32("oneF32", 1)
	f.float32("twoF32", 2)
	f.float32("fourF32", 4)
	f.float32("minusTwoF32", -2)
	f.float32("thousandF32", 1000)
	f.float32("minusThousandF32", -1000)
	f.float32("expMinF32", -105)
	f.float32("tanhMinF32", -20)
	f.word32("biasF32", bias)
	f.word32("signF32", 1<<31)
	f.word32("magnitudeF32", 1<<31-1)

	piecewise(f)

	stream{name: "sigmoid", slices: "dst, src", consts: append([]string{"expMinF32", "signF32"}, exp32Consts...), body: func(v *vector) {
		v.load("src", 6)
		v.sigmoids()
		v.store(1, "dst")
	}}.writeFor(f, f32)
	stream{name: "sigmoidGrad", slices: "dz, dy, z", consts: append([]string{"expMinF32", "signF32"}, exp32Consts...), body: func(v *vector) {
		v.load("z", 0)
		v.ins("VORPS", "signF32", 0, 0)
		v.share()
		v.ins("VFNMADD213PS", 0, 0, 0) // s-s²
		v.storeProduct(0, 1)
	}}.writeFor(f, f32)
	stream{name: "tanh", slices: "dst, src", consts: append([]string{"tanhMinF32", "magnitudeF32", "signF32", "minusTwoF32", "twoF32"}, exp32Consts...), body: func(v *vector) {
		v.load("src", 6)
		v.ins("VANDPS", "magnitudeF32", 6, 0)
		v.ins("VMULPS", "minusTwoF32", 0, 0)
		v.clamp("VMAXPS", "tanhMinF32", 0, 1)
		v.reduce32()
		v.ins("VPSLLD", "$23", 1, 1) // p
		v.ins("VSUBPS", "oneF32", 1, 5)
		v.ins("VFMADD231PS", 4, 1, 5) // exp(-2|x|)-1
		v.ins("VADDPS", "twoF32", 5, 2)
		v.ins("VDIVPS", 2, 5, 5)
		v.ins("VANDPS", "magnitudeF32", 5, 5)
		v.ins("VANDPS", "signF32", 6, 6)
		v.ins("VORPS", 6, 5, 5)
		v.store(5, "dst")
	}}.writeFor(f, f32)
	stream{name: "tanhGrad", slices: "dz, dy, z", consts: append([]string{"expMinF32", "magnitudeF32", "minusTwoF32", "fourF32"}, exp32Consts...), body: func(v *vector) {
		v.load("z", 0)
		v.ins("VANDPS", "magnitudeF32", 0, 0)
		v.ins("VMULPS", "minusTwoF32", 0, 0)
		v.share()
		v.ins("VFNMADD213PS", 0, 0, 0) // s-s²
		v.ins("VMULPS", "fourF32", 0, 0)
		v.storeProduct(0, 1)
	}}.writeFor(f, f32)
	stream{name: "softplus", slices: "dst, src", consts: append([]string{"expMinF32", "signF32"}, exp32Consts...), body: func(v *vector) {
		v.load("src", 6)
		v.ins("VORPS", "signF32", 6, 0)
		v.exp32()
		v.horner("log1pF32C", len(log1p32C), 0, 5)
		v.op("VXORPS X1, X1, X1")
		v.ins("VMAXPS", 6, 1, 6)
		v.ins("VFMADD213PS", 6, 0, 5)
		v.store(5, "dst")
	}}.writeFor(f, f32)
	stream{name: "softplusGrad", slices: "dz, dy, z", consts: append([]string{"expMinF32", "signF32"}, exp32Consts...), body: func(v *vector) {
		v.load("z", 6)
		v.sigmoids()
		v.storeProduct(1, 0)
	}}.writeFor(f, f32)
	siluConsts := append([]string{"expMinF32", "signF32", "minusThousandF32"}, exp32Consts...)
	stream{name: "silu", slices: "dst, src", consts: siluConsts, body: func(v *vector) {
		v.load("src", 6)
		v.sigmoids()
		v.clamp("VMAXPS", "minusThousandF32", 6, 2)
		v.ins("VMULPS", 6, 1, 1)
		v.store(1, "dst")
	}}.writeFor(f, f32)
	stream{name: "siluGrad", slices: "dz, dy, z", consts: append([]string{"thousandF32"}, siluConsts...), body: func(v *vector) {
		v.load("z", 6)
		v.sigmoids()
		v.clamp("VMAXPS", "minusThousandF32", 6, 2)
		v.clamp("VMINPS", "thousandF32", 6, 2)
		v.ins("VFMADD213PS", "oneF32", 6, 0)
		v.ins("VMULPS", 0, 1, 1)
		v.storeProduct(1, 0)
	}}.writeFor(f, f32)
	mishConsts := append([]string{"expMinF32", "signF32", "twoF32", "minusThousandF32"}, exp32Consts...)
	stream{name: "mish", slices: "dst, src", consts: mishConsts, body: func(v *vector) {
		v.load("src", 6)
		v.mishGate32()
		v.ins("VDIVPS", 3, 2, 2)
		v.clamp("VMAXPS", "minusThousandF32", 6, 1)
		v.ins("VMULPS", 2, 6, 6)
		v.store(6, "dst")
	}}.writeFor(f, f32)
	stream{name: "mishGrad", slices: "dz, dy, z", consts: append([]string{"fourF32", "thousandF32"}, mishConsts...), body: func(v *vector) {
		v.load("z", 6)
		v.mishGate32()
		v.ins("VADDPS", "oneF32", 0, 4)
		v.ins("VMULPS", "fourF32", 0, 1)
		v.ins("VMULPS", 4, 1, 4)
		v.ins("VMULPS", 0, 4, 5)
		v.pick(7, 4, 5) // slope
		v.ins("VDIVPS", 3, 5, 5)
		v.clamp("VMAXPS", "minusThousandF32", 6, 1)
		v.clamp("VMINPS", "thousandF32", 6, 1)
		v.ins("VFMADD231PS", 5, 6, 2)
		v.ins("VDIVPS", 3, 2, 2)
		v.storeProduct(2, 0)
	}}.writeFor(f, f32)
	stream{name: "elu", slices: "dst, src", scalars: "slope, depth, width", consts: append([]string{"tanhMinF32"}, exp32Consts...), body: func(v *vector) {
		v.load("src", 6)
		v.ins("VDIVPS", "width", 6, 0)
		v.clamp("VMAXPS", "tanhMinF32", 0, 1)
		v.reduce32()
		v.ins("VPSLLD", "$23", 1, 1) // p
		v.ins("VSUBPS", "oneF32", 1, 5)
		v.ins("VFMADD231PS", 4, 1, 5) // exp(x)-1
		v.ins("VMULPS", "depth", 5, 5)
		v.ins("VMULPS", "slope", 6, 1)
		v.notPositive(6, 7)
		v.pick(7, 5, 1)
		v.store(1, "dst")
	}}.writeFor(f, f32)
	stream{name: "eluGrad", slices: "dz, dy, z", scalars: "slope, steepness, width", consts: append([]string{"expMinF32"}, exp32Consts...), body: func(v *vector) {
		v.load("z", 6)
		v.ins("VDIVPS", "width", 6, 0)
		v.exp32()
		v.ins("VMULPS", "steepness", 0, 0)
		v.ins("VMOVUPS", "slope", 1)
		v.notPositive(6, 7)
		v.pick(7, 0, 1)
		v.storeProduct(1, 0)
	}}.writeFor(f, f32)
}

// sigmoids leaves σ(x) in register 1 and σ(-x) in register 0, with x in register
// 6. It destroys registers 2 to 5.
func (v *vector) sigmoids() {
	v.ins("VORPS", "signF32", 6, 0)
	v.share()
	v.ins("VMOVUPS", "oneF32", 1)
	v.ins("VSUBPS", 0, 1, 1)
	v.ins("VMOVAPS", 0, 5)
	if v.opmask() {
		v.op("VPMOVD2M %s, K2", v.r(6))
	}
	v.pick(6, 1, 0)
	v.pick(6, 5, 1)
}

// mishGate32 is the function of the same name in elem32_generic.go, with registers
// like mishGate.
func (v *vector) mishGate32() {
	v.ins("VORPS", "signF32", 6, 0)
	v.exp32()
	v.ins("VADDPS", 0, 0, 1)
	v.ins("VADDPS", "oneF32", 1, 2)
	v.ins("VMOVAPS", 2, 3)
	v.ins("VFMADD231PS", 0, 1, 3)
	v.ins("VADDPS", "twoF32", 0, 4)
	v.ins("VMULPS", 4, 0, 4)
	v.ins("VADDPS", "twoF32", 4, 5)
	v.notPositive(6, 7)
	v.pick(7, 4, 2)
	v.pick(7, 5, 3)
}

// reduce32 is the function of the same name in elem32_generic.go, with x and r in
// register 0, t in register 4, k in register 1 and n in register 2. It destroys
// register 3.
func (v *vector) reduce32() {
	v.reduceHigh32()
	v.ins("VFNMADD231PS", "ln2LoF32", 2, 0)
	v.expPoly32()
}

// reduceHigh32 leaves x - n·ln2HiF32 in register 0.
func (v *vector) reduceHigh32() {
	v.ins("VMOVUPS", "log2EF32", 1)
	v.ins("VFMADD213PS", "shiftF32", 0, 1)
	v.ins("VSUBPS", "shiftF32", 1, 2)
	v.ins("VFNMADD231PS", "ln2HiF32", 2, 0)
}

// expPoly32 computes t from r.
func (v *vector) expPoly32() {
	v.ins("VMULPS", 0, 0, 3)
	v.horner("expF32C", len(exp32C), 0, 4)
	v.ins("VFMADD213PS", 0, 3, 4)
}

// exp32 is the function of the same name, with x and the result in register 0. It
// destroys registers 1 to 4.
func (v *vector) exp32() {
	v.clamp("VMAXPS", "expMinF32", 0, 1)
	v.reduce32()
	v.ins("VADDPS", "oneF32", 4, 0)
	v.scale32(0)
}

// share is the function share32, with registers like exp32.
func (v *vector) share() {
	v.exp32()
	v.ins("VADDPS", "oneF32", 0, 1)
	v.ins("VDIVPS", 1, 0, 0)
}

// scale32 multiplies register p by 2ⁿ, with k and n in the registers where
// reduce32 leaves them.
func (v *vector) scale32(p int) {
	if v.opmask() {
		v.ins("VSCALEFPS", 2, p, p)
		return
	}
	v.ins("VPADDD", "biasF32", 1, 1)
	v.ins("VPSRLD", "$1", 1, 2)
	v.ins("VPSUBD", 2, 1, 1)
	v.ins("VPSLLD", "$23", 2, 2)
	v.ins("VPSLLD", "$23", 1, 1)
	v.ins("VMULPS", 2, p, p)
	v.ins("VMULPS", 1, p, p)
}
