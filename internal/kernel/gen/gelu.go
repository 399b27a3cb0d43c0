package main

import "math"

// gelu writes the functions of GELU.
func gelu(f *file) {
	const (
		erfOne = 8.45062911510467529297e-01
		bound  = 14.75
	)
	f.float64("sqrt2", math.Sqrt2)
	f.float64("erfcEnd", 28)
	f.float64("minusErfcEnd", -28)
	f.float64("erfcMiddle", 0.84375)
	f.float64("erfcNear", 1.25)
	f.float64("erfcFar", 1/0.35)
	f.float64("erfcOffset", 0.5625)
	f.float64("erfOne", erfOne)
	f.float64("erfOneRest", 1-erfOne)
	f.float64("minusHalf", -0.5)
	f.float64("invSqrt2Pi", 1/(math.Sqrt2*math.SqrtPi))
	f.word("highHalf", (1<<32-1)<<32)
	f.word("firstColumn", 1<<32) // in words of 32 bits: 0, 1
	f.word("nextColumn", 2<<32|2)
	f.float32("geluBoundF32", bound)
	f.float32("minusGeluBoundF32", -bound)
	f.float32("minusHalfF32", -0.5)
	f.float32("invSqrt2PiF32", 1/(math.Sqrt2*math.SqrtPi))
	f.word("sevenF32", 7<<32|7)
	const scale, cubic = 2 * math.Sqrt2 / math.SqrtPi, 0.044715
	f.float64("geluScale", scale)
	f.float64("geluCubic", cubic)
	f.float64("geluCubic3", 3*cubic)
	f.float32("geluScaleF32", scale)
	f.float32("geluCubicF32", scale*cubic)
	f.float32("geluSlopeF32", scale*3*cubic)

	consts := append([]string{"sign", "magnitude"}, expConsts...)
	stream{name: "gelu", slices: "dst, src", consts: consts, body: func(v *vector) {
		v.load("src", 8)
		v.normalCDF()
		v.clamp("VMAXPD", "minusThousand", 8, 1)
		v.ins("VMULPD", 8, 9, 9)
		v.store(9, "dst")
	}}.write(f)
	stream{name: "geluGrad", slices: "dz, dy, z", consts: consts, body: func(v *vector) {
		v.load("z", 8)
		v.normalCDF()
		v.ins("VMULPD", 8, 8, 0)
		v.ins("VMULPD", "minusHalf", 0, 0)
		v.clamp("VMAXPD", "expMin", 0, 1)
		v.exp()
		v.ins("VMULPD", "invSqrt2Pi", 0, 0)
		v.clamp("VMAXPD", "minusThousand", 8, 1)
		v.clamp("VMINPD", "thousand", 8, 1)
		v.ins("VMULPD", 8, 0, 0)
		v.ins("VADDPD", 0, 9, 9)
		v.storeProduct(9, 0)
	}}.write(f)

	consts32 := append([]string{"minusHalfF32", "magnitudeF32"}, exp32Consts...)
	stream{name: "gelu", slices: "dst, src", consts: consts32, body: func(v *vector) {
		v.load("src", 8)
		v.ins("VMOVAPS", 8, 6)
		v.clamp("VMAXPS", "minusGeluBoundF32", 6, 1)
		v.clamp("VMINPS", "geluBoundF32", 6, 1)
		v.ins("VANDPS", "magnitudeF32", 6, 9)
		v.mills()
		v.expHalfSquare()
		v.ins("VFMADD231PS", 4, 12, 12)
		v.ins("VFMADD231PS", 4, 13, 12) // more
		v.ins("VMULPS", 6, 12, 14)
		v.ins("VFMADD213PS", 14, 6, 13)
		v.scale32(13) // h
		v.ins("VSUBPS", 13, 8, 0)
		v.notPositive(8, 7)
		v.pick(7, 13, 0)
		v.store(0, "dst")
	}}.writeFor(f, f32)
	stream{name: "geluGrad", slices: "dz, dy, z", consts: consts32, body: func(v *vector) {
		v.load("z", 8)
		v.ins("VANDPS", "magnitudeF32", 8, 9)
		v.clamp("VMINPS", "geluBoundF32", 9, 1)
		v.mills()
		v.expHalfSquare()
		v.ins("VADDPS", 12, 13, 14)
		v.ins("VFNMADD231PS", "invSqrt2PiF32", 9, 14)
		v.ins("VMOVAPS", 14, 0)
		v.ins("VFMADD231PS", 4, 14, 0)
		v.scale32(0) // s
		v.ins("VMOVUPS", "oneF32", 5)
		v.ins("VSUBPS", 0, 5, 5)
		v.notPositive(8, 7)
		v.pick(7, 0, 5)
		v.storeProduct(5, 0)
	}}.writeFor(f, f32)

	stream{name: "geluTanh", slices: "dst, src", consts: consts, body: func(v *vector) {
		v.load("src", 8)
		v.geluTanhGate()
		v.clamp("VMAXPD", "minusThousand", 8, 1)
		v.ins("VMULPD", 8, 2, 2)
		v.store(2, "dst")
	}}.write(f)
	stream{name: "geluTanhGrad", slices: "dz, dy, z", consts: consts, body: func(v *vector) {
		v.load("z", 8)
		v.geluTanhGate()
		v.ins("VMULPD", 9, 9, 1)
		v.ins("VMULPD", "geluCubic3", 1, 1)
		v.ins("VADDPD", "one", 1, 1)
		v.ins("VMULPD", "geluScale", 1, 1) // w'
		v.ins("VMULPD", 9, 1, 1)
		v.selfGated(1, 2)
	}}.write(f)

	tanhConsts := append([]string{"expMinF32", "signF32", "minusThousandF32", "thousandF32", "geluScaleF32", "geluCubicF32"}, exp32Consts...)
	stream{name: "geluTanh", slices: "dst, src", consts: tanhConsts, body: func(v *vector) {
		v.load("src", 8)
		v.geluTanhGate32()
		v.clamp("VMAXPS", "minusThousandF32", 8, 2)
		v.ins("VMULPS", 8, 1, 1)
		v.store(1, "dst")
	}}.writeFor(f, f32)
	stream{name: "geluTanhGrad", slices: "dz, dy, z", consts: tanhConsts, body: func(v *vector) {
		v.load("z", 8)
		v.geluTanhGate32()
		v.ins("VMOVUPS", "geluSlopeF32", 2)
		v.ins("VFMADD213PS", "geluScaleF32", 7, 2)
		v.ins("VMULPS", 9, 2, 2)
		v.ins("VFMADD213PS", "oneF32", 2, 0)
		v.ins("VMULPS", 0, 1, 1)
		v.storeProduct(1, 0)
	}}.writeFor(f, f32)
}

// geluTanhGate leaves the sigmoid of w, the result of the function of the same name
// for register 8, in register 2, and the bounded number in register 9. It destroys
// registers 0 to 7.
func (v *vector) geluTanhGate() {
	v.ins("VMOVAPD", 8, 9)
	v.clamp("VMAXPD", "minusThousand", 9, 1)
	v.clamp("VMINPD", "thousand", 9, 1)
	v.ins("VMULPD", "geluCubic", 9, 6)
	v.ins("VMULPD", 9, 6, 6)
	v.ins("VMULPD", 9, 6, 6)
	v.ins("VADDPD", 6, 9, 6)
	v.ins("VMULPD", "geluScale", 6, 6)
	v.sigmoid()
}

// geluTanhGate32 leaves the sigmoids of w, the result of the function of the same
// name for register 8, where sigmoids does, the bounded number in register 9 and
// its square in register 7. It destroys registers 2 to 6.
func (v *vector) geluTanhGate32() {
	v.ins("VMOVAPS", 8, 9)
	v.clamp("VMAXPS", "minusThousandF32", 9, 1)
	v.clamp("VMINPS", "thousandF32", 9, 1)
	v.ins("VMULPS", 9, 9, 7)
	v.ins("VMOVUPS", "geluCubicF32", 6)
	v.ins("VFMADD213PS", "geluScaleF32", 7, 6)
	v.ins("VMULPS", 9, 6, 6)
	v.sigmoids()
}

// normalCDF leaves the function of the same name of register 8 in register 9. It
// computes all cases of Erfc, with x in register 9 and |x| in register 10, and
// picks the right one. It destroys registers 0 to 7 and 10 to 13.
func (v *vector) normalCDF() {
	v.ins("VDIVPD", "sqrt2", 8, 9)
	v.ins("VXORPD", "sign", 9, 9)
	v.clamp("VMAXPD", "minusErfcEnd", 9, 1)
	v.clamp("VMINPD", "erfcEnd", 9, 1)
	v.ins("VANDPD", "magnitude", 9, 10)

	v.ins("VMULPD", 10, 10, 0)
	v.ins("VMOVAPD", 0, 11) // t
	v.ins("VMOVUPD", "firstColumn", 12)
	v.notBelow(10, "erfcMiddle")
	v.ins("VSUBPD", "one", 10, 1)
	v.pick(7, 1, 11)
	v.nextColumn()
	v.notBelow(10, "erfcNear")
	v.ins("VMOVUPD", "one", 1)
	v.ins("VDIVPD", 0, 1, 1)
	v.pick(7, 1, 11)
	v.nextColumn()
	v.notBelow(10, "erfcFar")
	v.nextColumn()
	const num, den, rowSize = 8, 9, 4 * 8
	v.columnPolynomial("erfcTable", num, 0, rowSize, 0)
	v.columnPolynomial("erfcTable", den, num*rowSize, rowSize, 1)
	v.ins("VDIVPD", 1, 0, 13) // fraction

	v.ins("VANDPD", "highHalf", 10, 6)
	v.ins("VSUBPD", 10, 6, 0)
	v.ins("VADDPD", 10, 6, 1)
	v.ins("VFMADD213PD", 13, 1, 0)
	v.exp()
	v.ins("VMOVAPD", 0, 11)
	v.ins("VMOVAPD", 6, 0)
	v.ins("VFNMSUB213PD", "erfcOffset", 6, 0)
	v.exp()
	v.ins("VMULPD", 11, 0, 0)
	v.ins("VDIVPD", 10, 0, 11) // the tail
	v.ins("VMOVUPD", "two", 0)
	v.ins("VSUBPD", 11, 0, 0)
	if v.opmask() {
		v.op("VPMOVQ2M %s, K2", v.r(9))
	}
	v.pick(9, 0, 11)
	v.ins("VMOVUPD", "erfOneRest", 1)
	v.ins("VSUBPD", 13, 1, 1)
	v.ins("VADDPD", "erfOne", 13, 0)
	v.ins("VADDPD", "one", 0, 0)
	v.pick(9, 0, 1) // the middle

	v.op("VXORPD X2, X2, X2")
	v.ins("VMOVUPD", "half", 3)
	v.notBelow(9, "quarter")
	v.pick(7, 3, 2)
	v.ins("VSUBPD", 2, 9, 4)
	v.ins("VFMADD213PD", 4, 9, 13)
	v.ins("VMOVUPD", "one", 3)
	v.ins("VSUBPD", 2, 3, 3)
	v.ins("VSUBPD", 13, 3, 3)
	v.notBelow(10, "erfcMiddle")
	v.pick(7, 1, 3)
	v.notBelow(10, "erfcNear")
	v.pick(7, 11, 3)
	v.ins("VMULPD", "half", 3, 9)
}

// exp is the function of the same name without its bounds, with x and the result
// in register 0. It destroys registers 1 to 5 and 7.
func (v *vector) exp() {
	v.reduce()
	v.expReduced()
	v.scale(0)
}

// notBelow is compare for the lanes that are at least limit.
func (v *vector) notBelow(x int, limit string) {
	v.compare(x, greaterOrEqual, limit)
}

// nextColumn moves the lanes in the mask of notBelow to the next column of a table
// of float64. Register 12 has the columns.
func (v *vector) nextColumn() {
	if v.opmask() {
		v.op("VPADDQ nextColumn<>(SB), %s, K2, %[1]s", v.r(12))
	} else {
		v.ins("VPAND", "nextColumn", 7, 1)
		v.ins("VPADDQ", 1, 12, 12)
	}
}

// columnPolynomial computes in register dst the polynomial of register 11 whose
// coefficients are in n rows of a table from a place on, in the columns of which
// register 12 has the words of 32 bits. It destroys register 2.
func (v *vector) columnPolynomial(table string, n, place, rowSize, dst int) {
	for i := n - 1; i >= 0; i-- {
		to := 2
		if i == n-1 {
			to = dst
		}
		v.column(table, place+i*rowSize, to)
		if to != dst {
			v.ins("VFMADD213PD", 2, 11, dst)
		}
	}
}

// column loads the columns in register 12 of the row at a place of a table.
func (v *vector) column(table string, place, dst int) {
	v.op("VPERMPS ·%s+%d(SB), %s, %s", table, place, v.r(12), v.r(dst))
}

// mills is the function mills32 of register 9, with the results in registers 13
// and 12. It destroys registers 2 and 11.
func (v *vector) mills() {
	const rows, rowSize = 10, 8 * 4
	v.ins("VADDPS", "oneF32", 9, 12)
	v.ins("VPSRLD", "$22", 12, 12)
	v.ins("VANDPS", "sevenF32", 12, 12)
	v.column("millsTable", 0, 11)
	v.ins("VSUBPS", 11, 9, 11)
	v.columnPolynomial("millsTable", rows-2, 2*rowSize, rowSize, 3)
	v.column("millsTable", rowSize, 13)
	v.ins("VMULPS", 11, 3, 12)
}

// expHalfSquare is the function expHalfSquare32 of register 9, with t in register
// 4, k in register 1 and n in register 2. It destroys registers 0, 3, 5 and 7.
func (v *vector) expHalfSquare() {
	v.ins("VMULPS", 9, 9, 7)
	v.ins("VMOVAPS", 9, 5)
	v.ins("VFMSUB213PS", 7, 9, 5)
	v.ins("VMULPS", "minusHalfF32", 5, 5)
	v.ins("VMULPS", "minusHalfF32", 7, 0)
	v.reduceHigh32()
	v.ins("VFNMADD231PS", "ln2LoF32", 2, 5)
	v.ins("VADDPS", 5, 0, 0)
	v.expPoly32()
}
