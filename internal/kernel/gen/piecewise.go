package main

import "math"

// The comparisons, which are false for NaN.
const (
	less           = "$0x11"
	lessOrEqual    = "$0x12"
	greaterOrEqual = "$0x1d"
	greater        = "$0x1e"
)

// piecewise writes the activations that are made of lines, parabolas and
// hyperbolas.
func piecewise(f *file) {
	f.float32("threeF32", 3)
	f.float32("minusThreeF32", -3)
	f.float32("sixF32", 6)
	f.float32("thirdF32", 1./3)
	f.float32("halfF32", 0.5)
	f.float32("maxF32", math.MaxFloat32)
	f.float32("minusMaxF32", -math.MaxFloat32)

	stream{name: "leakyRelu", both: true, slices: "dst, src", scalars: "slope", body: func(v *vector) {
		v.load("src", 0)
		v.ins("VMULPD", "slope", 0, 1)
		v.notPositive(0, 7)
		v.pick(7, 1, 0)
		v.store(0, "dst")
	}}.write(f)
	stream{name: "leakyReluGrad", both: true, slices: "dz, dy, z", scalars: "slope", body: func(v *vector) {
		v.load("z", 0)
		v.load("dy", 1)
		v.ins("VMULPD", "slope", 1, 2)
		v.notPositive(0, 7)
		v.pick(7, 2, 1)
		v.store(1, "dz")
	}}.write(f)
	stream{name: "clippedLine", slices: "dst, src", scalars: "a, b, lo, hi", body: func(v *vector) {
		v.load("src", 0)
		v.ins("VFMADD213PS", "b", "a", 0)
		v.clamp("VMAXPS", "lo", 0, 1)
		v.clamp("VMINPS", "hi", 0, 1)
		v.store(0, "dst")
	}}.writeFor(f, f32)
	stream{name: "clippedLineGrad", slices: "dz, dy, z", scalars: "a, b, lo, hi", setup: zero, body: func(v *vector) {
		v.load("z", 0)
		v.load("dy", 1)
		v.ins("VFMADD213PS", "b", "a", 0)
		v.ins("VMULPS", "a", 1, 1)
		v.compare(0, lessOrEqual, "lo")
		v.pick(7, 6, 1)
		v.compare(0, greaterOrEqual, "hi")
		v.pick(7, 6, 1)
		v.store(1, "dz")
	}}.writeFor(f, f32)
	stream{name: "hardSwish", slices: "dst, src", consts: []string{"threeF32", "sixF32", "minusThousandF32"}, setup: zero, body: func(v *vector) {
		v.load("src", 0)
		v.ins("VADDPS", "threeF32", 0, 1)
		v.ins("VMAXPS", 1, 6, 1)
		v.clamp("VMINPS", "sixF32", 1, 2)
		v.ins("VDIVPS", "sixF32", 1, 1)
		v.clamp("VMAXPS", "minusThousandF32", 0, 2)
		v.ins("VMULPS", 1, 0, 0)
		v.store(0, "dst")
	}}.writeFor(f, f32)
	stream{name: "hardSwishGrad", slices: "dz, dy, z", consts: []string{"threeF32", "minusThreeF32", "thirdF32", "halfF32"}, setup: zero, body: func(v *vector) {
		v.load("z", 0)
		v.ins("VMOVAPS", 0, 1)
		v.ins("VMOVUPS", "thirdF32", 3)
		v.ins("VFMADD213PS", "halfF32", 3, 1)
		v.load("dy", 4)
		v.ins("VMULPS", 4, 1, 1)
		v.compare(0, greater, "threeF32")
		v.pick(7, 4, 1)
		v.compare(0, less, "minusThreeF32")
		v.pick(7, 6, 1)
		v.store(1, "dz")
	}}.writeFor(f, f32)
	stream{name: "softsign", slices: "dst, src", consts: []string{"maxF32", "minusMaxF32", "magnitudeF32", "oneF32"}, body: func(v *vector) {
		v.load("src", 0)
		v.clamp("VMAXPS", "minusMaxF32", 0, 1)
		v.clamp("VMINPS", "maxF32", 0, 1)
		v.ins("VANDPS", "magnitudeF32", 0, 1)
		v.ins("VADDPS", "oneF32", 1, 1)
		v.ins("VDIVPS", 1, 0, 0)
		v.store(0, "dst")
	}}.writeFor(f, f32)
	stream{name: "softsignGrad", slices: "dz, dy, z", consts: []string{"magnitudeF32", "oneF32"}, body: func(v *vector) {
		v.load("z", 0)
		v.ins("VANDPS", "magnitudeF32", 0, 0)
		v.ins("VADDPS", "oneF32", 0, 0)
		v.ins("VMOVUPS", "oneF32", 1)
		v.ins("VDIVPS", 0, 1, 0)
		v.ins("VMULPS", 0, 0, 0)
		v.storeProduct(0, 1)
	}}.writeFor(f, f32)
}

// compare makes the mask for pick of the lanes of register x for which a
// comparison with limit holds. It is in K2 or else in register 7.
func (v *vector) compare(x int, predicate, limit string) {
	if v.opmask() {
		v.op(v.number.ins("VCMPPD")+" %s, %s, %s, K2", predicate, v.c(limit), v.r(x))
	} else {
		v.ins("VCMPPD", predicate, limit, x, 7)
	}
}
