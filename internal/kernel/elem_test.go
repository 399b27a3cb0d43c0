package kernel

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// elemFuncs are the functions under test. They take n slices of the same length
// and write the first writes of them.
var elemFuncs = []struct {
	name      string
	n, writes int
	call      func(s [][]float64)
}{
	{"Exp", 2, 1, func(s [][]float64) { Exp(s[0], s[1]) }},
	{"Sigmoid", 2, 1, func(s [][]float64) { Sigmoid(s[0], s[1]) }},
	{"Tanh", 2, 1, func(s [][]float64) { Tanh(s[0], s[1]) }},
	{"ELU", 2, 1, func(s [][]float64) { ELU(s[0], s[1], 1.1, 0.9, 0.7) }},
	{"ELUGrad", 3, 1, func(s [][]float64) { ELUGrad(s[0], s[1], s[2], 1.1, 0.9, 0.7) }},
	{"Mish", 2, 1, func(s [][]float64) { Mish(s[0], s[1]) }},
	{"MishGrad", 3, 1, func(s [][]float64) { MishGrad(s[0], s[1], s[2]) }},
	{"GELU", 2, 1, func(s [][]float64) { GELU(s[0], s[1]) }},
	{"GELUGrad", 3, 1, func(s [][]float64) { GELUGrad(s[0], s[1], s[2]) }},
	{"GELUTanh", 2, 1, func(s [][]float64) { GELUTanh(s[0], s[1]) }},
	{"GELUTanhGrad", 3, 1, func(s [][]float64) { GELUTanhGrad(s[0], s[1], s[2]) }},
	{"SiLU", 2, 1, func(s [][]float64) { SiLU(s[0], s[1]) }},
	{"SiLUGrad", 3, 1, func(s [][]float64) { SiLUGrad(s[0], s[1], s[2]) }},
	{"Softplus", 2, 1, func(s [][]float64) { Softplus(s[0], s[1]) }},
	{"SoftplusGrad", 3, 1, func(s [][]float64) { SoftplusGrad(s[0], s[1], s[2]) }},
	{"LeakyReLU", 2, 1, func(s [][]float64) { LeakyReLU(s[0], s[1], 0.3) }},
	{"LeakyReLUGrad", 3, 1, func(s [][]float64) { LeakyReLUGrad(s[0], s[1], s[2], 0.3) }},
	{"SinCosTurns", 3, 2, func(s [][]float64) { SinCosTurns(s[0], s[1], s[2]) }},
	{"ReLU", 2, 1, func(s [][]float64) { ReLU(s[0], s[1]) }},
	{"SigmoidGrad", 3, 1, func(s [][]float64) { SigmoidGrad(s[0], s[1], s[2]) }},
	{"TanhGrad", 3, 1, func(s [][]float64) { TanhGrad(s[0], s[1], s[2]) }},
	{"ReLUGrad", 3, 1, func(s [][]float64) { ReLUGrad(s[0], s[1], s[2]) }},
	{"Scale", 1, 1, func(s [][]float64) { Scale(s[0], -1) }},
	{"MulElem", 3, 1, func(s [][]float64) { MulElem(s[0], s[1], s[2]) }},
	{"AddMulElem", 3, 1, func(s [][]float64) { AddMulElem(s[0], s[1], s[2]) }},
	{"ScaleShift", 4, 1, func(s [][]float64) { ScaleShift(s[0], s[1], s[2], s[3]) }},
	{"ScaleShiftGrad", 5, 3, func(s [][]float64) { ScaleShiftGrad(s[0], s[1], s[2], s[3], s[4]) }},
	{"Axpy", 2, 1, func(s [][]float64) { Axpy(s[0], 0.3, s[1]) }},
	{"SGDStep", 2, 1, func(s [][]float64) { SGDStep(s[0], s[1], 0.3) }},
	{"MomentumStep", 3, 2, func(s [][]float64) { MomentumStep(s[0], s[2], s[1], 0.3, 0.9) }},
	{"NesterovStep", 3, 2, func(s [][]float64) { NesterovStep(s[0], s[2], s[1], 0.3, 0.9) }},
	{"AdamStep", 4, 3, func(s [][]float64) {
		AdamStep(s[0], s[3], s[1], s[2], NewAdamCoefficients(7, 0.01, 0.9, 0.999, 1e-8))
	}},
	{"SoftmaxRows", 2, 1, func(s [][]float64) {
		SoftmaxRows(s[0], s[1], max(1, len(s[0])))
	}},
	{"AllFinite", 2, 1, func(s [][]float64) {
		if !AllFinite(s[1]) && len(s[0]) > 0 {
			s[0][0]++
		}
	}},
	{"SumSquares", 2, 1, func(s [][]float64) {
		if len(s[0]) > 0 {
			s[0][0] = SumSquares(s[1])
		}
	}},
}

var specials = []float64{
	0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(),
	math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64,
	0x1p-1022, -0x1p-1022, 1e-300, -1e-300, 1e-17, -1e-17,
	709.782712893384, 709.7827128933841, -708.3964185322641, -708.4, -744.4400719213812, -745.1332191019411, -745.1332191019412,
	372.5, 372.6, 354, -354, 373, -373, 374.9, 375.1, 19, -19, 22.2, 36.7, -36.8, 40, 41, -40, -41, 750, -750, 1e10, -1e10,
}

// kinds are the kinds of numbers to test with.
var kinds = []struct {
	name string
	next func(*rand.Rand) float64
}{
	{"normal", (*rand.Rand).NormFloat64},
	{"wide", func(rng *rand.Rand) float64 { return 1600*rng.Float64() - 800 }},
	{"bits", func(rng *rand.Rand) float64 { return math.Float64frombits(rng.Uint64()) }},
	{"special", func(rng *rand.Rand) float64 {
		if i := rng.IntN(2 * len(specials)); i < len(specials) {
			return specials[i]
		}
		return rng.NormFloat64()
	}},
}

const elemMargin = 9

// newSlice returns a slice surrounded by guards. It begins at a multiple of
// eight bytes that offset determines.
func newSlice(n, offset int, next func() float64) (x, all []float64) {
	all = make([]float64, n+2*elemMargin+offset)
	for i := range all {
		all[i] = guard
	}
	x = all[elemMargin+offset:][:n:n]
	for i := range x {
		x[i] = next()
	}
	return x, all
}

// same reports whether a and b have the same bits or are both NaN.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}

// TestElemSameBits compares the instruction sets with one another, for all
// lengths up to 70 and different alignments, and checks that nothing else is
// modified.
func TestElemSameBits(t *testing.T) {
	for _, f := range elemFuncs {
		for _, kind := range kinds {
			t.Run(f.name+"/"+kind.name, func(t *testing.T) {
				rng := newRand()
				for n := range 71 {
					for offset := range 4 {
						var input, want [][]float64
						for range f.n {
							x, _ := newSlice(n, 0, func() float64 { return kind.next(rng) })
							input = append(input, x)
							want = append(want, slices.Clone(x))
						}
						SetISA(t, Generic)
						f.call(want)
						for _, s := range ISAs() {
							SetISA(t, s)
							var got, all [][]float64
							for i, x := range input {
								j := 0
								y, a := newSlice(n, (offset+i)%4, func() float64 { j++; return x[j-1] })
								got, all = append(got, y), append(all, a)
							}
							f.call(got)
							for i := range got {
								for j, v := range got[i] {
									if !same(v, want[i][j]) {
										t.Fatalf("%v, length %d: slice %d, element %d: %v, want %v, inputs %v",
											s, n, i, j, v, want[i][j], column(input, j))
									}
									if i >= f.writes && !same(v, input[i][j]) {
										t.Fatalf("%v, length %d: input %d has changed", s, n, i)
									}
								}
								checkGuards(t, all[i], (offset+i)%4+elemMargin, n)
							}
						}
					}
				}
			})
		}
	}
}

// column returns element j of each slice.
func column(s [][]float64, j int) (c []float64) {
	for _, x := range s {
		c = append(c, x[j])
	}
	return c
}

// checkGuards checks that all has intact guards around the n elements from
// start on.
func checkGuards(t *testing.T, all []float64, start, n int) {
	t.Helper()
	for i, v := range all {
		if (i < start || i >= start+n) && v != guard {
			t.Fatalf("length %d: element %d outside has changed", n, i-start)
		}
	}
}

// TestElemLong compares the instruction sets on more elements than assembly
// processes in one call.
func TestElemLong(t *testing.T) {
	const n = 1<<17 + 11
	rng := newRand()
	var input [5][]float64
	for i := range input {
		input[i], _ = newSlice(n, 0, rng.NormFloat64)
	}
	for _, f := range elemFuncs {
		var want [][]float64
		for _, s := range ISAs() {
			SetISA(t, s)
			var got [][]float64
			for i := range f.n {
				got = append(got, slices.Clone(input[i]))
			}
			f.call(got)
			if want == nil {
				want = got
			}
			for i := range got {
				if !slices.EqualFunc(got[i], want[i], same) {
					t.Errorf("%v: %s differs from %v in slice %d", s, f.name, ISAs()[0], i)
				}
			}
		}
	}
}

// TestElemChecksum checks that the results have the same bits on all machines
// that have a fused multiply-add, whatever their architecture.
func TestElemChecksum(t *testing.T) {
	if !hasFMA {
		t.Skip("this processor has no fused multiply-add: its last bits are its own")
	}
	const n = 1000
	for _, f := range elemFuncs {
		h := fnv.New64a()
		rng := newRand()
		// The conversion keeps the compiler from fusing, here too.
		for _, next := range []func() float64{
			func() float64 { return float64(4*rng.Float64()) - 2 },
			func() float64 { return float64(1600*rng.Float64()) - 800 },
			func() float64 { return math.Float64frombits(rng.Uint64()) },
		} {
			var x [][]float64
			for range f.n {
				y, _ := newSlice(n, 0, next)
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
		if got, want := h.Sum64(), checksums[f.name]; got != want {
			t.Errorf("%s: checksum %#016x, want %#016x", f.name, got, want)
		}
	}
}

var checksums = map[string]uint64{
	"Exp":            0xdd0f01b5975bf3f1,
	"Sigmoid":        0x318768b87db97488,
	"Tanh":           0x38411ccb5fbfb5d9,
	"ReLU":           0xc4749a77c8e18c0c,
	"SigmoidGrad":    0xbd2fe3ee4e4bdae9,
	"TanhGrad":       0x6d8e448bac8a25a2,
	"ELU":            0x2e3ba34763685f99,
	"ELUGrad":        0xbbbedd5ba76b2fa8,
	"Mish":           0xda3982958982cd8d,
	"MishGrad":       0x7c06626efe074667,
	"GELU":           0xf53d71cb0df4f314,
	"GELUGrad":       0xf8101d4b5f60ceb4,
	"LeakyReLU":      0x30178ad8f86d66a7,
	"LeakyReLUGrad":  0x640322250d0b52ad,
	"GELUTanh":       0x924a10be11348142,
	"GELUTanhGrad":   0x6e45f6f5b4a53db5,
	"SiLU":           0xa8cc85f918b944fc,
	"SiLUGrad":       0x43a10257396809d5,
	"Softplus":       0x303ef301ff672097,
	"SoftplusGrad":   0x2259a0bcc20a5099,
	"SinCosTurns":    0xcd45c13c003f0e19,
	"ReLUGrad":       0xe2aa7292fa8fdd18,
	"Scale":          0x421d7daadaf7cd69,
	"MulElem":        0x9bdba2da4c27c5a2,
	"AddMulElem":     0xcef045447e1a4610,
	"ScaleShift":     0x9b4a28e9e2bd8b71,
	"ScaleShiftGrad": 0xbec4149475a08e1c,
	"Axpy":           0xc0cefab859cbdbc3,
	"SGDStep":        0xe5d8e552645d4dcd,
	"MomentumStep":   0x4130c65b62b89507,
	"NesterovStep":   0x5fe44d72ad24fb01,
	"AdamStep":       0x369aadbc0a35be3c,
	"SoftmaxRows":    0xf1be33922d109abb,
	"AllFinite":      0x38323f6d70ef1858,
	"SumSquares":     0x45d0201c4da29bae,
}

// TestElemAlias checks that the results are the same if they overwrite an input.
func TestElemAlias(t *testing.T) {
	for _, s := range ISAs() {
		SetISA(t, s)
		for _, f := range elemFuncs {
			if f.writes > 1 || f.name == "AllFinite" || f.name == "SumSquares" || strings.HasSuffix(f.name, "Step") || f.name == "Axpy" || f.name == "AddMulElem" {
				continue // they read what they write
			}
			for src := 1; src < f.n; src++ {
				for n := range 40 {
					rng := newRand()
					var a, b [][]float64
					for range f.n {
						x, _ := newSlice(n, 0, func() float64 { return kinds[3].next(rng) })
						a = append(a, x)
						b = append(b, slices.Clone(x))
					}
					b[0] = b[src]
					f.call(a)
					f.call(b)
					for i := range a[0] {
						if !same(a[0][i], b[0][i]) {
							t.Fatalf("%v: %s onto input %d: %v, want %v", s, f.name, src, b[0][i], a[0][i])
						}
					}
				}
			}
		}
	}
}

// TestSoftmaxSameBits compares the instruction sets on matrices of all widths.
func TestSoftmaxSameBits(t *testing.T) {
	for _, kind := range kinds {
		rng := newRand()
		for cols := 1; cols <= 70; cols++ {
			for _, rows := range []int{0, 1, 2, 3, 7, 2000 / cols} {
				z, _ := newSlice(rows*cols, 0, func() float64 { return kind.next(rng) })
				want := make([]float64, len(z))
				SetISA(t, Generic)
				SoftmaxRows(want, z, cols)
				for _, s := range ISAs() {
					SetISA(t, s)
					got, all := newSlice(len(z), 1, func() float64 { return 0 })
					SoftmaxRows(got, z, cols)
					for i := range got {
						if !same(got[i], want[i]) {
							t.Fatalf("%v, %d×%d %s: element %d is %v, want %v", s, rows, cols, kind.name, i, got[i], want[i])
						}
					}
					checkGuards(t, all, elemMargin+1, len(z))
				}
			}
		}
	}
}

const prec = 256

func newBig(x float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(x) }

func quo(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(prec).Quo(x, y) }
func mul(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(prec).Mul(x, y) }
func add(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(prec).Add(x, y) }
func sub(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(prec).Sub(x, y) }

// bigExp returns exp(x) = exp(x/2ᵏ)^(2ᵏ), with the Taylor series for exp(x/2ᵏ).
func bigExp(x float64) *big.Float {
	const k = 24
	r := newBig(x)
	r.SetMantExp(r, -k)
	sum, term := newBig(1), newBig(1)
	for i := 1; i < 18; i++ {
		term = quo(mul(term, r), newBig(float64(i)))
		sum = add(sum, term)
	}
	for range k {
		sum = mul(sum, sum)
	}
	return sum
}

func bigSigmoid(x float64) *big.Float {
	return quo(newBig(1), add(newBig(1), bigExp(-x)))
}

func bigSigmoidSlope(x float64) *big.Float {
	e := bigExp(-math.Abs(x))
	d := add(newBig(1), e)
	return quo(e, mul(d, d))
}

func bigTanh(x float64) *big.Float {
	if math.Abs(x) < 0x1p-40 { // x - x³/3
		z := newBig(x)
		return sub(z, quo(mul(z, mul(z, z)), newBig(3)))
	}
	x = min(max(x, -500), 500)
	e := bigExp(2 * x)
	return quo(sub(e, newBig(1)), add(e, newBig(1)))
}

func bigTanhSlope(x float64) *big.Float {
	return mul(newBig(4), bigSigmoidSlope(2*x))
}

// ulps returns the error of x in units in the last place of the float64 nearest
// to want.
func ulps(x float64, want *big.Float) float64 {
	if math.IsInf(x, 0) {
		if m, _ := want.Float64(); m == x {
			return 0
		}
		return math.Inf(1)
	}
	place := max(want.MantExp(nil)-53, -1074)
	d := sub(newBig(x), want)
	if d.Sign() == 0 {
		return 0
	}
	u, _ := d.SetMantExp(d, -place).Float64()
	return math.Abs(u)
}

// TestElemUlps compares with a high-precision reference.
func TestElemUlps(t *testing.T) {
	testUlps(t, 1)
}

// TestElemWithoutFMA tests the code for hardware without a fused multiply-add,
// whose errors may be larger.
func TestElemWithoutFMA(t *testing.T) {
	SetISA(t, Generic)
	defer func(old bool) { hasFMA = old }(hasFMA)
	hasFMA = false
	testUlps(t, 2)
}

func testUlps(t *testing.T, factor float64) {
	// The derivative is the result for a gradient of one.
	withOnes := func(f func(dz, dy, z []float64)) func(dst, src []float64) {
		return func(dst, src []float64) { f(dst, slices.Repeat([]float64{1}, len(src)), src) }
	}
	count := 20_000
	if testing.Short() {
		count = 2_000
	}
	for _, f := range []struct {
		name   string
		f      func(dst, src []float64)
		want   func(x float64) *big.Float
		lo, hi float64
		limit  float64 // in ulp
	}{
		{"Exp", Exp, bigExp, -746, 709.78, 1},
		{"Sigmoid", Sigmoid, bigSigmoid, -746, 746, 2},
		{"SigmoidGrad", withOnes(SigmoidGrad), bigSigmoidSlope, -746, 746, 3},
		{"Tanh", Tanh, bigTanh, -25, 25, 2},
		{"TanhGrad", withOnes(TanhGrad), bigTanhSlope, -374, 374, 3},
	} {
		t.Run(f.name, func(t *testing.T) {
			rng := newRand()
			limited := func(x float64) float64 { return min(max(x, f.lo), f.hi) }
			var x []float64
			for len(x) < count {
				// Near the odd multiples of ln2/2, r goes from one end to the other.
				edge := (float64(rng.IntN(40)-20) + 0.5) * math.Ln2 / float64(1+rng.IntN(2))
				x = append(x,
					f.lo+(f.hi-f.lo)*rng.Float64(),
					limited(4*rng.NormFloat64()),
					rng.NormFloat64()/4,
					math.Ldexp(rng.NormFloat64(), -rng.IntN(60)),
					limited(edge*(1+1e-9*rng.NormFloat64())),
				)
			}
			for _, v := range specials {
				if v >= f.lo && v <= f.hi {
					x = append(x, v)
				}
			}
			y := make([]float64, len(x))
			f.f(y, x)
			worst, at := 0.0, 0.0
			for i, v := range x {
				if u := ulps(y[i], f.want(v)); u > worst {
					worst, at = u, v
				}
			}
			t.Logf("error of at most %.3f ulp (at %v)", worst, at)
			if limit := factor * f.limit; worst > limit {
				t.Errorf("error of %.3f ulp at %v, want at most %v", worst, at, limit)
			}
		})
	}
}

func TestElemSpecial(t *testing.T) {
	inf, nan, negZero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	grad := func(f func(dz, dy, z []float64), dy float64) func(dst, src []float64) {
		return func(dst, src []float64) { f(dst, slices.Repeat([]float64{dy}, len(src)), src) }
	}
	for _, s := range ISAs() {
		SetISA(t, s)
		for _, f := range []struct {
			name   string
			f      func(dst, src []float64)
			values [][2]float64 // argument and result
		}{
			{"Exp", Exp, [][2]float64{
				{0, 1}, {negZero, 1}, {inf, inf}, {-inf, 0}, {nan, nan}, {math.MaxFloat64, inf}, {-math.MaxFloat64, 0},
				{709.782712893384, 0x1.fffffffffff2ap+1023}, {709.7827128933841, inf},
				{-745.1332191019411, math.SmallestNonzeroFloat64}, {-745.1332191019412, 0}, {1e-300, 1},
			}},
			{"Sigmoid", Sigmoid, [][2]float64{
				{0, 0.5}, {negZero, 0.5}, {inf, 1}, {-inf, 0}, {nan, nan}, {40, 1}, {-800, 0},
				{-745.1332191019411, math.SmallestNonzeroFloat64},
			}},
			{"Tanh", Tanh, [][2]float64{
				{0, 0}, {negZero, negZero}, {inf, 1}, {-inf, -1}, {nan, nan}, {20, 1}, {-20, -1}, {1e-300, 1e-300},
				{math.SmallestNonzeroFloat64, math.SmallestNonzeroFloat64}, {-math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64},
			}},
			{"SigmoidGrad", grad(SigmoidGrad, 4), [][2]float64{{0, 1}, {negZero, 1}, {inf, 0}, {-inf, 0}, {nan, nan}, {800, 0}}},
			{"TanhGrad", grad(TanhGrad, 3), [][2]float64{{0, 3}, {negZero, 3}, {inf, 0}, {-inf, 0}, {nan, nan}, {400, 0}}},
			{"ReLU", ReLU, [][2]float64{{0, 0}, {negZero, 0}, {inf, inf}, {-inf, 0}, {nan, nan}, {2, 2}, {-2, 0}}},
			{"ReLUGrad", grad(ReLUGrad, -3), [][2]float64{{0, 0}, {negZero, 0}, {inf, -3}, {-inf, 0}, {nan, -3}, {1e-310, -3}, {-1e-310, 0}}},
			{"ReLUGrad of NaN", grad(ReLUGrad, nan), [][2]float64{{0, 0}, {-1, 0}, {1, nan}, {nan, nan}}},
		} {
			for _, v := range f.values {
				dst := make([]float64, 1)
				f.f(dst, v[:1])
				if !same(dst[0], v[1]) {
					t.Errorf("%v: %s(%v) = %v, want %v", s, f.name, v[0], dst[0], v[1])
				}
			}
		}
	}
}

func TestSoftmaxRows(t *testing.T) {
	limit := 2.0
	if !hasFMA {
		limit = 3
	}
	rng, worst := newRand(), 0.0
	for _, cols := range []int{1, 2, 3, 7, 8, 10, 100, 1000} {
		rows := 20
		if cols == 1000 {
			rows = 2 // big numbers are slow
		}
		for _, spread := range []float64{0.1, 1, 5, 50, 300} {
			z, _ := newSlice(rows*cols, 0, func() float64 { return spread * rng.NormFloat64() })
			y := make([]float64, len(z))
			SoftmaxRows(y, z, cols)
			for i := range rows {
				y, z := y[i*cols:][:cols], z[i*cols:][:cols]
				exps, sum := make([]*big.Float, cols), newBig(0)
				for j, v := range z {
					exps[j] = bigExp(v)
					sum = add(sum, exps[j])
				}
				for j := range z {
					u := ulps(y[j], quo(exps[j], sum))
					worst = max(worst, u)
					if u > limit {
						t.Errorf("%d columns, spread %v: error of %v ulp", cols, spread, u)
					}
				}
			}
		}
	}
	t.Logf("largest error: %.2f ulp", worst)
	inf, nan := math.Inf(1), math.NaN()
	for _, s := range ISAs() {
		SetISA(t, s)
		for _, row := range [][2][]float64{
			{{0, 0}, {0.5, 0.5}},
			{{7, -inf}, {1, 0}},
			{{1e308, -1e308}, {1, 0}},
			{{-inf, -inf}, {nan, nan}},
			{{inf, 0}, {nan, nan}},
			{{nan, 0}, {nan, nan}},
			{{0, nan}, {nan, nan}},
			{{-800, 0}, {0, 1}},
		} {
			y := make([]float64, 4)
			SoftmaxRows(y, append(slices.Clone(row[0]), 5, 5), 2)
			if want := append(slices.Clone(row[1]), 0.5, 0.5); !slices.EqualFunc(y, want, same) {
				t.Errorf("%v: %v gives %v, want %v", s, row[0], y, want)
			}
		}
	}
}

// TestSteps compares the updates with their formulas.
func TestSteps(t *testing.T) {
	rng := newRand()
	const n = 37
	input := func() []float64 {
		x, _ := newSlice(n, 0, rng.NormFloat64)
		return x
	}
	w, g, v := input(), input(), input()
	const rate, mu = 0.1, 0.9
	for _, s := range ISAs() {
		SetISA(t, s)
		sgd, axpy, scaled := slices.Clone(w), slices.Clone(w), slices.Clone(w)
		SGDStep(sgd, g, rate)
		Axpy(axpy, rate, g)
		Scale(scaled, rate)
		momentum, vm := slices.Clone(w), slices.Clone(v)
		MomentumStep(momentum, g, vm, rate, mu)
		nesterov, vn := slices.Clone(w), slices.Clone(v)
		NesterovStep(nesterov, g, vn, rate, mu)
		for i := range n {
			vi := fma(mu, v[i], -rate*g[i])
			for _, c := range []struct {
				name      string
				got, want float64
			}{
				{"SGDStep", sgd[i], fma(-rate, g[i], w[i])},
				{"Axpy", axpy[i], fma(rate, g[i], w[i])},
				{"Scale", scaled[i], w[i] * rate},
				{"velocity of MomentumStep", vm[i], vi},
				{"MomentumStep", momentum[i], w[i] + vi},
				{"velocity of NesterovStep", vn[i], vi},
				{"NesterovStep", nesterov[i], w[i] + fma(mu, vi, -rate*g[i])},
			} {
				if c.got != c.want {
					t.Errorf("%v: %s: element %d is %v, want %v", s, c.name, i, c.got, c.want)
				}
			}
		}
	}
}

// TestAdamStep compares the update with the formula of the paper, evaluated in
// high precision.
func TestAdamStep(t *testing.T) {
	const rate, beta1, beta2, epsilon = 0.001, 0.9, 0.999, 1e-8
	rng := newRand()
	power := func(x float64, n int) *big.Float {
		p := newBig(1)
		for range n {
			p = mul(p, newBig(x))
		}
		return p
	}
	one := newBig(1)
	for _, step := range []int{1, 2, 10, 1000} {
		k := NewAdamCoefficients(step, rate, beta1, beta2, epsilon)
		for range 200 {
			g := []float64{rng.NormFloat64() * math.Pow(10, -12*rng.Float64())}
			m, v, w := []float64{0.01 * g[0]}, []float64{rng.ExpFloat64() * g[0] * g[0]}, []float64{0}
			m1 := add(mul(newBig(beta1), newBig(m[0])), mul(sub(one, newBig(beta1)), newBig(g[0])))
			v1 := add(mul(newBig(beta2), newBig(v[0])), mul(sub(one, newBig(beta2)), mul(newBig(g[0]), newBig(g[0]))))
			root := new(big.Float).SetPrec(prec).Sqrt(quo(v1, sub(one, power(beta2, step))))
			w1 := quo(mul(newBig(-rate), quo(m1, sub(one, power(beta1, step)))), add(root, newBig(epsilon)))
			AdamStep(w, g, m, v, k)
			for _, c := range []struct {
				name string
				got  float64
				want *big.Float
			}{{"m", m[0], m1}, {"v", v[0], v1}, {"w", w[0], w1}} {
				if u := ulps(c.got, c.want); u > 6 {
					t.Errorf("step %d: error of %s is %.2f ulp", step, c.name, u)
				}
			}
		}
	}
}

func TestSumSquares(t *testing.T) {
	for _, s := range ISAs() {
		SetISA(t, s)
		rng := newRand()
		for n := range 70 {
			x, _ := newSlice(n, 1, rng.NormFloat64)
			var c [8]float64
			for i, v := range x {
				c[i%8] = fma(v, v, c[i%8])
			}
			want := ((c[0] + c[4]) + (c[2] + c[6])) + ((c[1] + c[5]) + (c[3] + c[7]))
			if got := SumSquares(x); got != want {
				t.Errorf("%v: length %d: %v, want %v", s, n, got, want)
			}
		}
	}
}

func TestAllFinite(t *testing.T) {
	for _, s := range ISAs() {
		SetISA(t, s)
		for n := range 40 {
			x, _ := newSlice(n, 1, func() float64 { return -math.MaxFloat64 })
			if !AllFinite(x) {
				t.Errorf("%v: length %d: false for finite numbers", s, n)
			}
			for i := range x {
				for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
					old := x[i]
					x[i] = v
					if AllFinite(x) {
						t.Errorf("%v: length %d: true with %v at %d", s, n, v, i)
					}
					x[i] = old
				}
			}
		}
	}
}

func TestElemPanics(t *testing.T) {
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
	for _, f := range elemFuncs {
		for i := range f.n {
			if f.name == "AllFinite" || f.name == "SumSquares" || f.n == 1 {
				continue // they have one slice
			}
			for _, d := range []int{-1, 1} {
				s := make([][]float64, f.n)
				for j := range s {
					s[j] = make([]float64, 8)
				}
				s[i] = make([]float64, 8+d)
				panics(f.name, func() { f.call(s) })
			}
		}
	}
	for _, cols := range []int{-1, 0, 3, 9} {
		panics("SoftmaxRows", func() { SoftmaxRows(make([]float64, 8), make([]float64, 8), cols) })
	}
}

func TestElemAllocs(t *testing.T) {
	for _, s := range ISAs() {
		SetISA(t, s)
		for _, f := range elemFuncs {
			x := make([][]float64, f.n)
			for i := range x {
				x[i] = make([]float64, 29)
			}
			if n := testing.AllocsPerRun(10, func() { f.call(x) }); n != 0 {
				t.Errorf("%v: %s allocates %v times", s, f.name, n)
			}
		}
	}
}

// FuzzElem compares the instruction sets on slices made of the bytes of data.
func FuzzElem(f *testing.F) {
	for i := range elemFuncs {
		f.Add(uint8(i), uint8(i), []byte("one or two numbers, or any other bytes, of any length and of any value"))
	}
	f.Fuzz(func(t *testing.T, fn, offset uint8, data []byte) {
		e := elemFuncs[int(fn)%len(elemFuncs)]
		n := len(data) / 8 / e.n
		input := make([][]float64, e.n)
		for i := range input {
			input[i], _ = newSlice(n, 0, func() float64 {
				x := math.Float64frombits(binary.LittleEndian.Uint64(data))
				data = data[8:]
				return x
			})
		}
		var want [][]float64
		for _, s := range ISAs() {
			SetISA(t, s)
			var got, all [][]float64
			for _, x := range input {
				y, a := newSlice(n, int(offset%8), func() float64 { return 0 })
				copy(y, x)
				got, all = append(got, y), append(all, a)
			}
			e.call(got)
			if want == nil {
				want = got
			}
			for i := range got {
				if !slices.EqualFunc(got[i], want[i], same) {
					t.Errorf("%v: %s: slice %d is %v, want %v, inputs %v", s, e.name, i, got[i], want[i], input)
				}
				checkGuards(t, all[i], int(offset%8)+elemMargin, n)
			}
		}
	})
}

func BenchmarkElem(b *testing.B) {
	for _, n := range []int{3, 8, 32, 1000, 1 << 20} {
		for _, f := range elemFuncs {
			for _, s := range ISAs() {
				b.Run(fmt.Sprintf("%s/%d/%v", f.name, n, s), func(b *testing.B) {
					SetISA(b, s)
					rng := newRand()
					var x [][]float64
					for range f.n {
						y, _ := newSlice(n, 0, rng.NormFloat64)
						x = append(x, y)
					}
					for b.Loop() {
						f.call(x)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/element")
				})
			}
		}
	}
}

func BenchmarkSoftmaxRows(b *testing.B) {
	for _, shape := range [][2]int{{8, 3}, {128, 3}, {8, 10}, {128, 10}, {128, 16}, {128, 100}, {128, 1000}} {
		rows, cols := shape[0], shape[1]
		for _, s := range ISAs() {
			b.Run(fmt.Sprintf("%dx%d/%v", rows, cols, s), func(b *testing.B) {
				SetISA(b, s)
				z, _ := newSlice(rows*cols, 0, newRand().NormFloat64)
				y := make([]float64, len(z))
				for b.Loop() {
					SoftmaxRows(y, z, cols)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(z)), "ns/element")
			})
		}
	}
}
