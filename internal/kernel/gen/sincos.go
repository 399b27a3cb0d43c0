package main

import (
	"fmt"
	"math"
)

// The coefficients of sinSmall and cosSmall, the lowest first; see cospi.go.
var (
	sinC = []float64{
		-1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04,
		2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10,
	}
	cosC = []float64{
		4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05,
		-2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11,
	}
)

// sinCos writes the functions that compute sines and cosines.
func sinCos(f *file) {
	consts := []string{"turnShift", "four", "quarter", "twoPi", "half", "one", "sign"}
	f.float64("turnShift", 0x1.8p52) // leaves an integer in the last bits
	f.float64("twoPi", 2*math.Pi)
	coefficients := func(name string, c []float64) {
		for i, x := range c {
			f.float64(fmt.Sprint(name, i), x)
			consts = append(consts, fmt.Sprint(name, i))
		}
	}
	coefficients("sinC", sinC)
	coefficients("cosC", cosC)
	stream{name: "sinCosTurns", slices: "sin, cos, x", consts: consts, body: func(v *vector) {
		v.load("x", 0)
		v.roundToEven(0, 1)
		v.ins("VSUBPD", 1, 0, 0)
		v.ins("VMOVUPD", "four", 1)
		v.ins("VFMADD213PD", "turnShift", 0, 1)
		v.ins("VSUBPD", "turnShift", 1, 2) // quarters, whose last two bits are those of register 1
		v.ins("VFNMADD231PD", "quarter", 2, 0)
		v.ins("VMULPD", "twoPi", 0, 0) // a
		v.ins("VMULPD", 0, 0, 2)       // z
		v.horner("sinC", len(sinC), 2, 3)
		v.ins("VMULPD", 0, 2, 4)
		v.ins("VFMADD213PD", 0, 4, 3) // s
		v.horner("cosC", len(cosC), 2, 4)
		v.ins("VMULPD", "half", 2, 5)
		v.ins("VMOVUPD", "one", 6)
		v.ins("VMOVUPD", "one", 7)
		v.ins("VSUBPD", 5, 6, 6) // one
		v.ins("VSUBPD", 6, 7, 7)
		v.ins("VSUBPD", 5, 7, 7)
		v.ins("VMULPD", 2, 2, 2)
		v.ins("VFMADD231PD", 4, 2, 7)
		v.ins("VADDPD", 7, 6, 4) // c

		v.ins("VPSLLQ", "$63", 1, 2) // for odd quarters, s and c change places
		v.ins("VMOVAPD", 3, 6)
		v.ins("VMOVAPD", 4, 7)
		if v.opmask() {
			v.op("VPMOVQ2M %s, K2", v.r(2))
		}
		v.pick(2, 4, 6)
		v.pick(2, 3, 7)
		v.ins("VPSLLQ", "$62", 1, 1)
		v.ins("VXORPD", 1, 2, 2)
		v.ins("VANDPD", "sign", 1, 1) // for 2 and 3 quarters, the sine is negative
		v.ins("VANDPD", "sign", 2, 2) // for 1 and 2, the cosine
		v.ins("VXORPD", 1, 6, 6)
		v.ins("VXORPD", 2, 7, 7)
		v.store(6, "sin")
		v.store(7, "cos")
	}}.write(f)
}

// roundToEven rounds register x to integers in register dst.
func (v *vector) roundToEven(x, dst int) {
	if v.opmask() {
		v.ins("VRNDSCALEPD", "$8", x, dst)
	} else {
		v.ins("VROUNDPD", "$8", x, dst)
	}
}

// horner computes the polynomial with n coefficients of that name of register z
// in register dst.
func (v *vector) horner(name string, n, z, dst int) {
	v.ins("VMOVUPD", fmt.Sprint(name, n-1), dst)
	for i := n - 2; i >= 0; i-- {
		v.ins("VFMADD213PD", fmt.Sprint(name, i), z, dst)
	}
}
