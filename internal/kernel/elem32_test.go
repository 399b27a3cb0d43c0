package kernel

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// elemFuncs32 are the functions of float32 under test, like elemFuncs.
var elemFuncs32 = []struct {
	name      string
	n, writes int
	call      func(s [][]float32)
}{
	{"Sigmoid32", 2, 1, func(s [][]float32) { Sigmoid32(s[0], s[1]) }},
	{"SigmoidGrad32", 3, 1, func(s [][]float32) { SigmoidGrad32(s[0], s[1], s[2]) }},
	{"Tanh32", 2, 1, func(s [][]float32) { Tanh32(s[0], s[1]) }},
	{"TanhGrad32", 3, 1, func(s [][]float32) { TanhGrad32(s[0], s[1], s[2]) }},
	{"SiLU32", 2, 1, func(s [][]float32) { SiLU32(s[0], s[1]) }},
	{"SiLUGrad32", 3, 1, func(s [][]float32) { SiLUGrad32(s[0], s[1], s[2]) }},
	{"Mish32", 2, 1, func(s [][]float32) { Mish32(s[0], s[1]) }},
	{"MishGrad32", 3, 1, func(s [][]float32) { MishGrad32(s[0], s[1], s[2]) }},
	{"GELU32", 2, 1, func(s [][]float32) { GELU32(s[0], s[1]) }},
	{"GELUGrad32", 3, 1, func(s [][]float32) { GELUGrad32(s[0], s[1], s[2]) }},
	{"GELUTanh32", 2, 1, func(s [][]float32) { GELUTanh32(s[0], s[1]) }},
	{"GELUTanhGrad32", 3, 1, func(s [][]float32) { GELUTanhGrad32(s[0], s[1], s[2]) }},
	{"Softplus32", 2, 1, func(s [][]float32) { Softplus32(s[0], s[1]) }},
	{"SoftplusGrad32", 3, 1, func(s [][]float32) { SoftplusGrad32(s[0], s[1], s[2]) }},
	{"Softsign32", 2, 1, func(s [][]float32) { Softsign32(s[0], s[1]) }},
	{"SoftsignGrad32", 3, 1, func(s [][]float32) { SoftsignGrad32(s[0], s[1], s[2]) }},
	{"HardSwish32", 2, 1, func(s [][]float32) { HardSwish32(s[0], s[1]) }},
	{"HardSwishGrad32", 3, 1, func(s [][]float32) { HardSwishGrad32(s[0], s[1], s[2]) }},
	{"LeakyReLU32", 2, 1, func(s [][]float32) { LeakyReLU32(s[0], s[1], 0.3) }},
	{"LeakyReLUGrad32", 3, 1, func(s [][]float32) { LeakyReLUGrad32(s[0], s[1], s[2], 0.3) }},
	{"ClippedLine32", 2, 1, func(s [][]float32) { ClippedLine32(s[0], s[1], 0.7, 0.1, -0.5, 1) }},
	{"ClippedLineGrad32", 3, 1, func(s [][]float32) { ClippedLineGrad32(s[0], s[1], s[2], 0.7, 0.1, -0.5, 1) }},
	{"ELU32", 2, 1, func(s [][]float32) { ELU32(s[0], s[1], 1.1, 0.9, 0.7) }},
	{"ELUGrad32", 3, 1, func(s [][]float32) { ELUGrad32(s[0], s[1], s[2], 1.1, 0.9, 0.7) }},
	{"ReLU32", 2, 1, func(s [][]float32) { ReLU32(s[0], s[1]) }},
	{"ReLUGrad32", 3, 1, func(s [][]float32) { ReLUGrad32(s[0], s[1], s[2]) }},
	{"Scale32", 1, 1, func(s [][]float32) { Scale32(s[0], -0.3) }},
	{"MulElem32", 3, 1, func(s [][]float32) { MulElem32(s[0], s[1], s[2]) }},
	{"AddMulElem32", 3, 1, func(s [][]float32) { AddMulElem32(s[0], s[1], s[2]) }},
	{"ScaleShift32", 4, 1, func(s [][]float32) { ScaleShift32(s[0], s[1], s[2], s[3]) }},
	{"ScaleShiftGrad32", 5, 3, func(s [][]float32) { ScaleShiftGrad32(s[0], s[1], s[2], s[3], s[4]) }},
	{"Axpy32", 2, 1, func(s [][]float32) { Axpy32(s[0], 0.3, s[1]) }},
	{"SGDStep32", 2, 1, func(s [][]float32) { SGDStep32(s[0], s[1], 0.3) }},
	{"MomentumStep32", 3, 2, func(s [][]float32) { MomentumStep32(s[0], s[2], s[1], 0.3, 0.9) }},
	{"NesterovStep32", 3, 2, func(s [][]float32) { NesterovStep32(s[0], s[2], s[1], 0.3, 0.9) }},
	{"AdamStep32", 4, 3, func(s [][]float32) {
		AdamStep32(s[0], s[3], s[1], s[2], NewAdamCoefficients(7, 0.01, 0.9, 0.999, 1e-8))
	}},
	{"Widen", 2, 1, func(s [][]float32) { // and back, after a multiplication that Narrow has to round
		wide := make([]float64, len(s[0]))
		Widen(wide, s[1])
		Scale(wide, 1.1)
		Narrow(s[0], wide)
	}},
	{"AllFinite32", 2, 1, func(s [][]float32) {
		if !AllFinite32(s[1]) && len(s[0]) > 0 {
			s[0][0]++
		}
	}},
	{"SumSquares32", 2, 1, func(s [][]float32) {
		if len(s[0]) > 0 {
			s[0][0] = float32(SumSquares32(s[1]))
		}
	}},
}

var specials32 = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
	math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32,
	0x1p-126, -0x1p-126, 0x1p-127, -0x1p-127, 1e-20, -1e-20, 1e20, -1e20, 0x1p-63, 3e19,
}

var kinds32 = []struct {
	name string
	next func(*rand.Rand) float32
}{
	{"normal", func(rng *rand.Rand) float32 { return float32(rng.NormFloat64()) }},
	{"bits", func(rng *rand.Rand) float32 { return math.Float32frombits(rng.Uint32()) }},
	{"special", func(rng *rand.Rand) float32 {
		if i := rng.IntN(2 * len(specials32)); i < len(specials32) {
			return specials32[i]
		}
		return float32(rng.NormFloat64())
	}},
}

// newSlice32 is newSlice for float32. It begins at a multiple of four bytes that
// offset determines.
func newSlice32(n, offset int, next func() float32) (x, all []float32) {
	all = make([]float32, n+2*elemMargin+offset)
	for i := range all {
		all[i] = guard
	}
	x = all[elemMargin+offset:][:n:n]
	for i := range x {
		x[i] = next()
	}
	return x, all
}

func same32(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

func checkGuards32(t *testing.T, all []float32, start, n int) {
	t.Helper()
	for i, v := range all {
		if (i < start || i >= start+n) && v != guard {
			t.Fatalf("length %d: element %d outside has changed", n, i-start)
		}
	}
}

// TestElemSameBits32 compares the instruction sets with one another, for all
// lengths up to 70 and different alignments, and checks that nothing else is
// modified.
func TestElemSameBits32(t *testing.T) {
	for _, f := range elemFuncs32 {
		for _, kind := range kinds32 {
			t.Run(f.name+"/"+kind.name, func(t *testing.T) {
				rng := newRand()
				for n := range 71 {
					for offset := range 3 {
						var input, want [][]float32
						for range f.n {
							x, _ := newSlice32(n, 0, func() float32 { return kind.next(rng) })
							input = append(input, x)
							want = append(want, slices.Clone(x))
						}
						SetISA(t, Generic)
						f.call(want)
						for _, s := range ISAs() {
							SetISA(t, s)
							var got, all [][]float32
							for i, x := range input {
								y, a := newSlice32(n, (offset+i)%3, func() float32 { return 0 })
								copy(y, x)
								got, all = append(got, y), append(all, a)
							}
							f.call(got)
							for i := range got {
								for j, v := range got[i] {
									if !same32(v, want[i][j]) {
										t.Fatalf("%v, length %d: slice %d, element %d: %v, want %v", s, n, i, j, v, want[i][j])
									}
									if i >= f.writes && !same32(v, input[i][j]) {
										t.Fatalf("%v, length %d: input %d has changed", s, n, i)
									}
								}
								checkGuards32(t, all[i], (offset+i)%3+elemMargin, n)
							}
						}
					}
				}
			})
		}
	}
}

// TestElemLong32 compares the instruction sets on more elements than assembly
// processes in one call.
func TestElemLong32(t *testing.T) {
	const n = 1<<17 + 11
	rng := newRand()
	var input [5][]float32
	for i := range input {
		input[i], _ = newSlice32(n, 0, func() float32 { return float32(rng.NormFloat64()) })
	}
	for _, f := range elemFuncs32 {
		var want [][]float32
		for _, s := range ISAs() {
			SetISA(t, s)
			var got [][]float32
			for i := range f.n {
				got = append(got, slices.Clone(input[i]))
			}
			f.call(got)
			if want == nil {
				want = got
			}
			for i := range got {
				if !slices.EqualFunc(got[i], want[i], same32) {
					t.Errorf("%v: %s differs from %v in slice %d", s, f.name, ISAs()[0], i)
				}
			}
		}
	}
}

// TestElemChecksum32 checks that the results have the same bits on all machines
// that have a fused multiply-add, whatever their architecture.
func TestElemChecksum32(t *testing.T) {
	if !hasFMA {
		t.Skip("this processor has no fused multiply-add: its last bits are its own")
	}
	const n = 1000
	for _, f := range elemFuncs32 {
		h := fnv.New64a()
		rng := newRand()
		for _, next := range []func() float32{
			func() float32 { return float32(float64(4*rng.Float64()) - 2) },
			func() float32 { return math.Float32frombits(rng.Uint32()) },
		} {
			var x [][]float32
			for range f.n {
				y, _ := newSlice32(n, 0, next)
				x = append(x, y)
			}
			f.call(x)
			for _, y := range x[:f.writes] {
				for _, v := range y {
					if v != v {
						v = 0 // the bits of a NaN are unspecified
					}
					binary.Write(h, binary.LittleEndian, v)
				}
			}
		}
		if got, want := h.Sum64(), checksums32[f.name]; got != want {
			t.Errorf("%s: checksum %#016x, want %#016x", f.name, got, want)
		}
	}
}

var checksums32 = map[string]uint64{
	"SiLU32":            0x869476465fc1f342,
	"SiLUGrad32":        0x3c15c61feac63cce,
	"Mish32":            0xdd28a003559b16b4,
	"MishGrad32":        0xc8301b50a55f4210,
	"GELU32":            0x641582dd312c835e,
	"GELUGrad32":        0x2b38010d62640d14,
	"GELUTanh32":        0xe8ea440eec168f75,
	"GELUTanhGrad32":    0xa5310116bf4bf512,
	"Softplus32":        0xd90d2d6fe348806e,
	"SoftplusGrad32":    0xad93714de7f2e1b2,
	"Softsign32":        0xe3b0d9f9622e06cf,
	"SoftsignGrad32":    0x506112b546f882cf,
	"HardSwish32":       0x9eba4055292fdea6,
	"HardSwishGrad32":   0x8d2ddc15b9ea6f4e,
	"LeakyReLU32":       0xf146b654f66e5a3d,
	"LeakyReLUGrad32":   0xab8e462412aa225e,
	"ClippedLine32":     0xe7cd985958f92597,
	"ClippedLineGrad32": 0xc5b5325bc7761798,
	"ELU32":             0xb75a45b2bbf4f986,
	"ELUGrad32":         0xa80e799cc3605c25,
	"Sigmoid32":         0x9dc7ac2949923ef1,
	"SigmoidGrad32":     0xb5d1e9622f8622aa,
	"Tanh32":            0x690627ff6c55ec7e,
	"TanhGrad32":        0x21cf72544cfedaf1,
	"ReLU32":            0x9801aeb213d484e5,
	"ReLUGrad32":        0x28e81235e7ca5ad0,
	"Scale32":           0x393b510ea3d3112c,
	"MulElem32":         0x287fe847b937c9dc,
	"AddMulElem32":      0x1ae8700f2daa1cd1,
	"ScaleShift32":      0x9aa76063b74fce0a,
	"ScaleShiftGrad32":  0x81b603a9a7348f23,
	"Axpy32":            0xa1c764aefd178f14,
	"SGDStep32":         0xeb5e6e9e4d0112ac,
	"MomentumStep32":    0x895d8ce133d9fa13,
	"NesterovStep32":    0x9e3b88a9c4b66f0f,
	"AdamStep32":        0xea92a6d705203c2a,
	"Widen":             0xeb9057f4533ebdeb,
	"AllFinite32":       0xb5da85cf7c6a612a,
	"SumSquares32":      0xad7100d394c2a2d5,
}

// TestSteps32 compares the updates with their formulas.
func TestSteps32(t *testing.T) {
	rng := newRand()
	const n = 37
	input := func() []float32 {
		x, _ := newSlice32(n, 0, func() float32 { return float32(rng.NormFloat64()) })
		return x
	}
	w, g, v := input(), input(), input()
	const rate, mu float32 = 0.1, 0.9
	for _, s := range ISAs() {
		SetISA(t, s)
		sgd, axpy, scaled := slices.Clone(w), slices.Clone(w), slices.Clone(w)
		SGDStep32(sgd, g, 0.1)
		Axpy32(axpy, 0.1, g)
		Scale32(scaled, 0.1)
		momentum, vm := slices.Clone(w), slices.Clone(v)
		MomentumStep32(momentum, g, vm, 0.1, 0.9)
		nesterov, vn := slices.Clone(w), slices.Clone(v)
		NesterovStep32(nesterov, g, vn, 0.1, 0.9)
		adam, m, squares := slices.Clone(w), slices.Clone(v), make([]float32, n)
		k := NewAdamCoefficients(1, 0.1, 0.9, 0.999, 1e-8)
		AdamStep32(adam, g, m, squares, k)
		for i := range n {
			d := float32(-rate * g[i])
			vi := fma32(mu, v[i], d)
			mi := fma32(mu, v[i], float32(float32(1-k.Beta1)*g[i]))
			r := float32(float32(1-k.Beta2) * g[i])
			si := float32(r * g[i])
			root := fma32(float32(math.Sqrt(float64(si))), float32(k.RootScale), float32(k.Epsilon))
			for _, c := range []struct {
				name      string
				got, want float32
			}{
				{"SGDStep32", sgd[i], fma32(-rate, g[i], w[i])},
				{"Axpy32", axpy[i], fma32(rate, g[i], w[i])},
				{"Scale32", scaled[i], w[i] * rate},
				{"velocity of MomentumStep32", vm[i], vi},
				{"MomentumStep32", momentum[i], w[i] + vi},
				{"velocity of NesterovStep32", vn[i], vi},
				{"NesterovStep32", nesterov[i], w[i] + fma32(mu, vi, d)},
				{"m of AdamStep32", m[i], mi},
				{"v of AdamStep32", squares[i], si},
				{"AdamStep32", adam[i], fma32(float32(-k.Rate), mi/root, w[i])},
			} {
				if c.got != c.want {
					t.Errorf("%v: %s: element %d is %v, want %v", s, c.name, i, c.got, c.want)
				}
			}
		}
	}
}

func TestElemSpecial32(t *testing.T) {
	inf, nan, negZero := float32(math.Inf(1)), float32(math.NaN()), float32(math.Copysign(0, -1))
	for _, s := range ISAs() {
		SetISA(t, s)
		for _, v := range [][3]float32{ // z, ReLU of z, gradient for -3
			{0, 0, 0}, {negZero, 0, 0}, {inf, inf, -3}, {-inf, 0, 0}, {nan, nan, -3}, {2, 2, -3}, {-2, 0, 0}, {1e-45, 1e-45, -3}, {-1e-45, 0, 0},
		} {
			y, dz := []float32{7}, []float32{7}
			ReLU32(y, v[:1])
			ReLUGrad32(dz, []float32{-3}, v[:1])
			if !same32(y[0], v[1]) || !same32(dz[0], v[2]) {
				t.Errorf("%v: ReLU32(%v) = %v with gradient %v, want %v and %v", s, v[0], y[0], dz[0], v[1], v[2])
			}
		}
		dz := []float32{7}
		if ReLUGrad32(dz, []float32{nan}, []float32{-1}); !same32(dz[0], 0) {
			t.Errorf("%v: a gradient of NaN becomes %v where ReLU is constant, want 0", s, dz[0])
		}
	}
}

// TestNarrow checks what Narrow rounds to and where it reports that a result is
// not finite, and that Widen is exact.
func TestNarrow(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	const edge = 0x1.ffffffp127 // the smallest number that rounds to an infinity
	for _, s := range ISAs() {
		SetISA(t, s)
		for n := 1; n < 40; n++ {
			for at := range n {
				for _, v := range []struct {
					x      float64
					y      float32
					finite bool
				}{
					{1 + 0x1p-24, 1, true}, {1 + 0x1.8p-23, 1 + 0x1p-22, true}, {math.Copysign(0, -1), float32(math.Copysign(0, -1)), true},
					{5e-324, 0, true}, {0x1.8p-149, 0x1p-148, true}, {0x1p-150, 0, true}, {math.MaxFloat32, math.MaxFloat32, true},
					{math.Nextafter(edge, 0), math.MaxFloat32, true}, {edge, float32(inf), false}, {-edge, float32(-inf), false},
					{math.MaxFloat64, float32(inf), false}, {inf, float32(inf), false}, {-inf, float32(-inf), false}, {nan, float32(nan), false},
				} {
					src, _ := newSlice(n, 1, func() float64 { return -math.MaxFloat32 })
					src[at] = v.x
					dst, all := newSlice32(n, 1, func() float32 { return 7 })
					if got := Narrow(dst, src); got != v.finite {
						t.Errorf("%v: length %d, %v at %d: returned %v", s, n, v.x, at, got)
					}
					back, allBack := newSlice(n, 1, func() float64 { return 7 })
					Widen(back, dst)
					for i, y := range dst {
						want := float32(-math.MaxFloat32)
						if i == at {
							want = v.y
						}
						if !same32(y, want) || !same(back[i], float64(want)) {
							t.Errorf("%v: length %d, %v at %d: element %d is %v, and %v widened, want %v", s, n, v.x, at, i, y, back[i], want)
						}
					}
					checkGuards32(t, all, elemMargin+1, n)
					checkGuards(t, allBack, elemMargin+1, n)
				}
			}
		}
	}
}

func TestAllFinite32(t *testing.T) {
	for _, s := range ISAs() {
		SetISA(t, s)
		for n := range 70 {
			x, _ := newSlice32(n, 1, func() float32 { return -math.MaxFloat32 })
			if !AllFinite32(x) {
				t.Errorf("%v: length %d: false for finite numbers", s, n)
			}
			for i := range x {
				for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
					old := x[i]
					x[i] = float32(v)
					if AllFinite32(x) {
						t.Errorf("%v: length %d: true with %v at %d", s, n, v, i)
					}
					x[i] = old
				}
			}
		}
	}
}

func TestSumSquares32(t *testing.T) {
	rng := newRand()
	for _, s := range ISAs() {
		SetISA(t, s)
		for _, n := range []int{0, 1, 7, 8, 9, 70, 511, 512, 513, 1500} {
			x, _ := newSlice32(n, 1, func() float32 { return float32(rng.NormFloat64()) })
			wide := make([]float64, n)
			Widen(wide, x)
			if got, want := SumSquares32(x), SumSquares(wide); got != want {
				t.Errorf("%v: length %d: %v, want %v", s, n, got, want)
			}
		}
	}
}

func TestElemPanics32(t *testing.T) {
	panics := func(name string, f func()) {
		t.Helper()
		defer func() {
			t.Helper()
			if msg, _ := recover().(string); !strings.HasPrefix(msg, "kernel: "+name+": ") {
				t.Errorf("%s: panic with %q", name, msg)
			}
		}()
		f()
	}
	for _, f := range elemFuncs32 {
		for i := range f.n {
			if f.name == "AllFinite32" || f.name == "SumSquares32" || f.name == "Widen" || f.n == 1 {
				continue // they have one slice
			}
			for _, d := range []int{-1, 1} {
				s := make([][]float32, f.n)
				for j := range s {
					s[j] = make([]float32, 8)
				}
				s[i] = make([]float32, 8+d)
				panics(f.name, func() { f.call(s) })
			}
		}
	}
	panics("Narrow", func() { Narrow(make([]float32, 8), make([]float64, 9)) })
	panics("Widen", func() { Widen(make([]float64, 8), make([]float32, 9)) })
}

func TestElemAllocs32(t *testing.T) {
	for _, s := range ISAs() {
		SetISA(t, s)
		for _, f := range elemFuncs32 {
			if f.name == "Widen" {
				continue // the test allocates
			}
			x := make([][]float32, f.n)
			for i := range x {
				x[i] = make([]float32, 29)
			}
			if n := testing.AllocsPerRun(10, func() { f.call(x) }); n != 0 {
				t.Errorf("%v: %s allocates %v times", s, f.name, n)
			}
		}
		narrow, wide := make([]float32, 29), make([]float64, 29)
		if n := testing.AllocsPerRun(10, func() { Widen(wide, narrow); Narrow(narrow, wide) }); n != 0 {
			t.Errorf("%v: conversions allocate %v times", s, n)
		}
	}
}

func BenchmarkElem32(b *testing.B) {
	measure := func(name string, n int, s ISA, f func()) {
		b.Run(fmt.Sprintf("%s/%d/%v", name, n, s), func(b *testing.B) {
			SetISA(b, s)
			for b.Loop() {
				f()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/element")
		})
	}
	for _, n := range []int{8, 1000, 1 << 20} {
		rng := newRand()
		var x [4][]float32
		for i := range x {
			x[i], _ = newSlice32(n, 0, func() float32 { return float32(rng.NormFloat64()) })
		}
		wide := make([]float64, n)
		for _, s := range ISAs() {
			for _, f := range elemFuncs32 {
				if f.name != "Widen" {
					measure(f.name, n, s, func() { f.call(x[:f.n]) })
				}
			}
			measure("Widen", n, s, func() { Widen(wide, x[1]) })
			measure("Narrow", n, s, func() { Narrow(x[0], wide) })
		}
	}
}

// What no gradient moves any more does not become subnormal.
func TestSteps32LeaveNothingSubnormal(t *testing.T) {
	for name, step := range map[string]func(w, g, m, v []float32){
		"MomentumStep32": func(w, g, m, _ []float32) { MomentumStep32(w, g, m, 0.1, 0.9) },
		"NesterovStep32": func(w, g, m, _ []float32) { NesterovStep32(w, g, m, 0.1, 0.9) },
		"AdamStep32":     func(w, g, m, v []float32) { AdamStep32(w, g, m, v, NewAdamCoefficients(1, 0.001, 0.9, 0.5, 1e-8)) },
	} {
		w, g, m, v := []float32{1}, []float32{0}, []float32{1}, []float32{1}
		for range 2000 {
			step(w, g, m, v)
			for _, x := range []float32{m[0], v[0]} {
				if x != 0 && math.Abs(float64(x)) < 0x1p-126 {
					t.Fatalf("%s: %g is subnormal", name, x)
				}
			}
		}
		if !(m[0] < 0x1p-99) {
			t.Errorf("%s: %g is left of 1", name, m[0])
		}
	}
	x := []float32{0x1p-130, -0x1p-126, 0x1p-120, 1, -3.5}
	FlushTiny(x)
	if !slices.Equal(x, []float32{0, 0, 0, 1, -3.5}) {
		t.Errorf("flushed: %v", x)
	}
}

// The smooth functions have the errors that their documentation says.
func TestElemErrors32(t *testing.T) {
	rng := newRand()
	x := make([]float32, 0, 200000)
	for len(x) < cap(x) {
		switch v := float32(rng.NormFloat64()); len(x) % 3 {
		case 0:
			x = append(x, v)
		case 1:
			x = append(x, 30*v)
		default:
			x = append(x, float32(math.Ldexp(float64(v), -rng.IntN(120))))
		}
	}
	x = append(x, specials32...)
	one := slices.Repeat([]float32{1}, len(x))
	wide, ones := make([]float64, len(x)), slices.Repeat([]float64{1}, len(x))
	Widen(wide, x)
	for _, f := range []struct {
		name   string
		tol    float64 // in units of the last place
		single func(dst []float32)
		double func(dst []float64)
	}{
		{"Sigmoid32", 3, func(dst []float32) { Sigmoid32(dst, x) }, func(dst []float64) { Sigmoid(dst, wide) }},
		{"Tanh32", 3, func(dst []float32) { Tanh32(dst, x) }, func(dst []float64) { Tanh(dst, wide) }},
		{"SiLU32", 4, func(dst []float32) { SiLU32(dst, x) }, func(dst []float64) {
			Sigmoid(dst, wide)
			for i, v := range wide {
				dst[i] *= max(v, -1000)
			}
		}},
		{"Softplus32", 3, func(dst []float32) { Softplus32(dst, x) }, func(dst []float64) { Softplus(dst, wide) }},
		{"SoftplusGrad32", 3, func(dst []float32) { SoftplusGrad32(dst, one, x) }, func(dst []float64) { Sigmoid(dst, wide) }},
		{"Softsign32", 2, func(dst []float32) { Softsign32(dst, x) }, func(dst []float64) {
			for i, v := range wide {
				v = min(max(v, -math.MaxFloat64), math.MaxFloat64)
				dst[i] = v / (1 + math.Abs(v))
			}
		}},
		{"SoftsignGrad32", 4, func(dst []float32) { SoftsignGrad32(dst, one, x) }, func(dst []float64) {
			for i, v := range wide {
				d := 1 / (1 + math.Abs(v))
				dst[i] = d * d
			}
		}},
		{"HardSwish32", 2, func(dst []float32) { HardSwish32(dst, x) }, func(dst []float64) {
			for i, v := range wide {
				dst[i] = max(v, -1000) * (min(max(v+3, 0), 6) / 6)
			}
		}},
		{"Mish32", 5, func(dst []float32) { Mish32(dst, x) }, func(dst []float64) { Mish(dst, wide) }},
		{"ELU32", 3, func(dst []float32) { ELU32(dst, x, 1.5, 0.75, 1) }, func(dst []float64) { ELU(dst, wide, 1.5, 0.75, 1) }},
		{"ELUGrad32", 3, func(dst []float32) { ELUGrad32(dst, one, x, 1.5, 0.75, 1) }, func(dst []float64) { ELUGrad(dst, ones, wide, 1.5, 0.75, 1) }},
		{"SigmoidGrad32", 4, func(dst []float32) { SigmoidGrad32(dst, one, x) }, func(dst []float64) { SigmoidGrad(dst, ones, wide) }},
		{"TanhGrad32", 4, func(dst []float32) { TanhGrad32(dst, one, x) }, func(dst []float64) { TanhGrad(dst, ones, wide) }},
	} {
		got, want := make([]float32, len(x)), make([]float64, len(x))
		f.single(got)
		f.double(want)
		worst, at := 0.0, 0
		for i, w := range want {
			if w != w {
				if got[i] == got[i] {
					t.Errorf("%s: %v for %v, want NaN", f.name, got[i], x[i])
				}
				continue
			}
			ulp := math.Ldexp(1, max(math.Ilogb(max(math.Abs(w), 0x1p-126)), -126)-23)
			e := math.Abs(float64(got[i]) - w)
			if e <= 0x1p-142 || got[i] == float32(w) { // or both are infinite
				continue
			}
			if e /= ulp; e > worst {
				worst, at = e, i
			}
		}
		if worst > f.tol {
			t.Errorf("%s: an error of %v ulp at %v, want at most %v", f.name, worst, x[at], f.tol)
		}
	}
	// The derivatives of these are 0 somewhere, where their errors are absolute.
	mish, silu := make([]float32, len(x)), make([]float32, len(x))
	MishGrad32(mish, one, x)
	SiLUGrad32(silu, one, x)
	wantMish, s := make([]float64, len(x)), make([]float64, len(x))
	MishGrad(wantMish, ones, wide)
	Sigmoid(s, wide)
	for i, v := range wide {
		wantSiLU := s[i] * (1 + max(-1000, min(v, 1000))*(1-s[i]))
		const tol = 0x1p-22
		if math.Abs(float64(mish[i])-wantMish[i]) > tol || math.Abs(float64(silu[i])-wantSiLU) > tol {
			t.Fatalf("derivatives at %v: %v of Mish and %v of SiLU, want %v and %v", v, mish[i], silu[i], wantMish[i], wantSiLU)
		}
	}
	for _, c := range []struct{ x, sigmoid, tanh float32 }{
		{0, 0.5, 0}, {float32(math.Inf(1)), 1, 1}, {float32(math.Inf(-1)), 0, -1}, {200, 1, 1}, {-200, 0, -1},
	} {
		y := []float32{0, 0}
		Sigmoid32(y[:1], []float32{c.x})
		Tanh32(y[1:], []float32{c.x})
		if y[0] != c.sigmoid || y[1] != c.tanh {
			t.Errorf("at %v: %v and %v, want %v and %v", c.x, y[0], y[1], c.sigmoid, c.tanh)
		}
	}
}
