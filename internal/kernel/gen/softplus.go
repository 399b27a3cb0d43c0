package main

import "fmt"

// softplus writes the functions of the activation of that name. The constants of
// the logarithm are those of ../log.go.
func softplus(f *file) {
	const sqrtHalfBits = 0x3fe6a09e667f3bcd
	f.word("logFirst", 0x3ff0000000000000-sqrtHalfBits)
	f.word("logFraction", 1<<52-1)
	f.word("sqrtHalf", sqrtHalfBits)
	f.float64("logInteger", 0x1p52)
	f.float64("logBias", 0x1p52+expBias)
	for i, l := range []float64{
		6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
		1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
	} {
		f.float64(fmt.Sprintf("logL%d", i+1), l)
	}
	consts := append([]string{"expMin", "sign"}, expConsts...)
	stream{name: "softplus", slices: "dst, src", consts: consts, body: func(v *vector) {
		v.load("src", 6)
		v.ins("VORPD", "sign", 6, 0)
		v.clamp("VMAXPD", "expMin", 0, 1)
		v.exp()
		v.log1p()
		v.op("VXORPD X1, X1, X1")
		v.ins("VMAXPD", 6, 1, 6)
		v.ins("VADDPD", 0, 6, 0)
		v.store(0, "dst")
	}}.write(f)
	stream{name: "softplusGrad", slices: "dz, dy, z", consts: consts, body: func(v *vector) {
		v.load("z", 6)
		v.sigmoid()
		v.storeProduct(2, 0)
	}}.write(f)
}

// log1p is the function Log1p of register 0, which must be in [0, 1]. It destroys
// registers 1 to 5 and 7 to 12.
func (v *vector) log1p() {
	v.ins("VADDPD", "one", 0, 1) // u
	v.ins("VPADDQ", "logFirst", 1, 2)
	v.ins("VPSRLQ", "$52", 2, 3)
	v.ins("VORPD", "logInteger", 3, 3)
	v.ins("VSUBPD", "logBias", 3, 3) // k
	v.ins("VANDPD", "logFraction", 2, 2)
	v.ins("VPADDQ", "sqrtHalf", 2, 2)
	v.ins("VSUBPD", "one", 2, 2) // f
	v.ins("VADDPD", "two", 2, 4)
	v.ins("VDIVPD", 4, 2, 4) // s
	v.ins("VMULPD", 4, 4, 5)
	v.ins("VMULPD", 5, 5, 7)
	v.ins("VMOVUPD", "logL7", 8)
	v.ins("VFMADD213PD", "logL5", 7, 8)
	v.ins("VFMADD213PD", "logL3", 7, 8)
	v.ins("VFMADD213PD", "logL1", 7, 8)
	v.ins("VMULPD", 5, 8, 8) // odd
	v.ins("VMOVUPD", "logL6", 9)
	v.ins("VFMADD213PD", "logL4", 7, 9)
	v.ins("VFMADD213PD", "logL2", 7, 9)
	v.ins("VMULPD", 7, 9, 9) // even
	v.ins("VMULPD", "half", 2, 10)
	v.ins("VMULPD", 2, 10, 10) // half
	v.ins("VADDPD", 8, 10, 8)
	v.ins("VADDPD", 9, 8, 8)
	v.ins("VMULPD", "ln2Lo", 3, 11)
	v.ins("VFMADD213PD", 11, 4, 8) // low
	v.ins("VSUBPD", 8, 10, 8)
	v.ins("VSUBPD", 2, 8, 8)
	v.ins("VMULPD", "ln2Hi", 3, 3)
	v.ins("VSUBPD", 8, 3, 3) // log u

	v.ins("VSUBPD", "one", 1, 2)
	v.ins("VDIVPD", 2, 0, 2)
	v.ins("VMULPD", 2, 3, 3)
	v.compare(1, greater, "one") // false for NaN, like 0
	v.pick(7, 3, 0)
}
