package kernel

import "math"

// LeakyReLU computes dst[i] = src[i] where that is above 0, and slope·src[i]
// elsewhere.
func LeakyReLU(dst, src []float64, slope float64) {
	checkLen("LeakyReLU", "dst", len(dst), "src", len(src))
	if leakyReluAsm(dst, src, slope) {
		return
	}
	for i, x := range src {
		if x > 0 {
			dst[i] = x
		} else {
			dst[i] = slope * x
		}
	}
}

// LeakyReLUGrad computes the gradient with respect to the input of [LeakyReLU] from
// that with respect to its output.
func LeakyReLUGrad(dz, dy, z []float64, slope float64) {
	checkLen("LeakyReLUGrad", "dz", len(dz), "dy", len(dy))
	checkLen("LeakyReLUGrad", "dz", len(dz), "z", len(z))
	if leakyReluGradAsm(dz, dy, z, slope) {
		return
	}
	for i, x := range z {
		if x > 0 {
			dz[i] = dy[i]
		} else {
			dz[i] = slope * dy[i]
		}
	}
}

// LeakyReLU32 is [LeakyReLU] in float32.
func LeakyReLU32(dst, src []float32, slope float64) {
	checkLen("LeakyReLU32", "dst", len(dst), "src", len(src))
	if leakyReluAsmF32(dst, src, slope) {
		return
	}
	s := float32(slope)
	for i, x := range src {
		if x > 0 {
			dst[i] = x
		} else {
			dst[i] = s * x
		}
	}
}

// LeakyReLUGrad32 is [LeakyReLUGrad] in float32.
func LeakyReLUGrad32(dz, dy, z []float32, slope float64) {
	checkLen("LeakyReLUGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("LeakyReLUGrad32", "dz", len(dz), "z", len(z))
	if leakyReluGradAsmF32(dz, dy, z, slope) {
		return
	}
	s := float32(slope)
	for i, x := range z {
		if x > 0 {
			dz[i] = dy[i]
		} else {
			dz[i] = s * dy[i]
		}
	}
}

// ClippedLine32 computes dst[i] = min(max(a·src[i] + b, lo), hi), with one rounding
// after that of the parameters.
func ClippedLine32(dst, src []float32, a, b, lo, hi float64) {
	checkLen("ClippedLine32", "dst", len(dst), "src", len(src))
	if clippedLineAsmF32(dst, src, a, b, lo, hi) {
		return
	}
	a32, b32, lo32, hi32 := float32(a), float32(b), float32(lo), float32(hi)
	for i, x := range src {
		dst[i] = min(max(fma32(x, a32, b32), lo32), hi32)
	}
}

// ClippedLineGrad32 computes the gradient with respect to the input of
// [ClippedLine32] from that with respect to its output: dz[i] is 0 where the output
// is lo or hi, and a·dy[i] elsewhere.
func ClippedLineGrad32(dz, dy, z []float32, a, b, lo, hi float64) {
	checkLen("ClippedLineGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("ClippedLineGrad32", "dz", len(dz), "z", len(z))
	if clippedLineGradAsmF32(dz, dy, z, a, b, lo, hi) {
		return
	}
	a32, b32, lo32, hi32 := float32(a), float32(b), float32(lo), float32(hi)
	for i, x := range z {
		if y := fma32(x, a32, b32); y <= lo32 || y >= hi32 {
			dz[i] = 0
		} else {
			dz[i] = a32 * dy[i]
		}
	}
}

// HardSwish32 computes dst[i] = src[i]·min(max(src[i] + 3, 0), 6)/6, with an error
// below 2 ulp.
func HardSwish32(dst, src []float32) {
	checkLen("HardSwish32", "dst", len(dst), "src", len(src))
	if hardSwishAsmF32(dst, src) {
		return
	}
	for i, x := range src {
		gate := min(max(x+3, 0), 6)
		dst[i] = max(x, -gateBound) * float32(gate/6)
	}
}

// HardSwishGrad32 computes the gradient with respect to the input of [HardSwish32]
// from that with respect to its output: dz[i] is 0 where z[i] < -3, dy[i] where
// z[i] > 3, and (z[i]/3 + 1/2)·dy[i] elsewhere.
func HardSwishGrad32(dz, dy, z []float32) {
	checkLen("HardSwishGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("HardSwishGrad32", "dz", len(dz), "z", len(z))
	if hardSwishGradAsmF32(dz, dy, z) {
		return
	}
	for i, x := range z {
		switch {
		case x < -3:
			dz[i] = 0
		case x > 3:
			dz[i] = dy[i]
		default:
			dz[i] = dy[i] * fma32(x, 1./3, 0.5)
		}
	}
}

// Softsign32 computes dst[i] = src[i]/(1 + |src[i]|), with an error below 2 ulp.
func Softsign32(dst, src []float32) {
	checkLen("Softsign32", "dst", len(dst), "src", len(src))
	if softsignAsmF32(dst, src) {
		return
	}
	for i, x := range src {
		x = min(max(x, -math.MaxFloat32), math.MaxFloat32) // ∞/∞ would be NaN
		dst[i] = x / (1 + abs32(x))
	}
}

// SoftsignGrad32 computes the gradient with respect to the input of [Softsign32]
// from that with respect to its output, with an error of the derivative below 4
// ulp where it is not subnormal.
func SoftsignGrad32(dz, dy, z []float32) {
	checkLen("SoftsignGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("SoftsignGrad32", "dz", len(dz), "z", len(z))
	if softsignGradAsmF32(dz, dy, z) {
		return
	}
	for i, x := range z {
		d := 1 / (1 + abs32(x))
		dz[i] = dy[i] * float32(d*d)
	}
}
