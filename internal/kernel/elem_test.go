package kernel

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// elemFuncs are the functions under test, on n slices of the same length, of
// which the first writes ones are written.
var elemFuncs = []struct {
	name      string
	n, writes int
	call      func(s [][]float64)
}{
	{"Exp", 2, 1, func(s [][]float64) { Exp(s[0], s[1]) }},
	{"Sigmoid", 2, 1, func(s [][]float64) { Sigmoid(s[0], s[1]) }},
	{"Tanh", 2, 1, func(s [][]float64) { Tanh(s[0], s[1]) }},
	{"ReLU", 2, 1, func(s [][]float64) { ReLU(s[0], s[1]) }},
	{"SigmoidGrad", 3, 1, func(s [][]float64) { SigmoidGrad(s[0], s[1], s[2]) }},
	{"TanhGrad", 3, 1, func(s [][]float64) { TanhGrad(s[0], s[1], s[2]) }},
	{"ReLUGrad", 3, 1, func(s [][]float64) { ReLUGrad(s[0], s[1], s[2]) }},
	{"Scale", 1, 1, func(s [][]float64) { Scale(s[0], 0.3) }},
	{"Axpy", 2, 1, func(s [][]float64) { Axpy(s[0], 0.3, s[1]) }},
	{"SGDStep", 2, 1, func(s [][]float64) { SGDStep(s[0], s[1], 0.3) }},
	{"MomentumStep", 3, 2, func(s [][]float64) { MomentumStep(s[0], s[2], s[1], 0.3, 0.9) }},
	{"NesterovStep", 3, 2, func(s [][]float64) { NesterovStep(s[0], s[2], s[1], 0.3, 0.9) }},
	{"AdamStep", 4, 3, func(s [][]float64) {
		AdamStep(s[0], s[3], s[1], s[2], NewAdamCoefficients(7, 0.01, 0.9, 0.999, 1e-8))
	}},
	{"SoftmaxRows", 2, 1, func(s [][]float64) {
		if n := len(s[0]); n > 0 {
			SoftmaxRows(s[0], s[1], n)
		}
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

// A kind of numbers to test with.
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

// newSlice returns a slice in the middle of guards. It begins at a multiple of
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
// lengths up to 70 and different alignments, and checks that nothing is changed
// that should not be.
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

// checkGuards checks that all has guards around the n elements from start on.
func checkGuards(t *testing.T, all []float64, start, n int) {
	t.Helper()
	for i, v := range all {
		if (i < start || i >= start+n) && v != guard {
			t.Fatalf("length %d: element %d outside has changed", n, i-start)
		}
	}
}

// TestElemAlias checks that the results are the same if they overwrite an input.
func TestElemAlias(t *testing.T) {
	for _, s := range ISAs() {
		SetISA(t, s)
		for _, f := range elemFuncs {
			if f.writes > 1 || f.name == "AllFinite" || f.name == "SumSquares" || strings.HasSuffix(f.name, "Step") || f.name == "Axpy" {
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

const prec = 400

func newBig(x float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(x) }

func quo(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(prec).Quo(x, y) }
func mul(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(prec).Mul(x, y) }
func add(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(prec).Add(x, y) }
func sub(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(prec).Sub(x, y) }

// bigExp returns exp(x) = exp(x/2ᵏ)^(2ᵏ), the former by Taylor's series.
func bigExp(x float64) *big.Float {
	const k = 24
	r := newBig(x)
	r.SetMantExp(r, -k)
	sum, term := newBig(1), newBig(1)
	for i := 1; i < 24; i++ {
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

// ulps returns the error of x in units of the last place of a float64 next to
// want.
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

// TestElemUlps compares with a reference of high precision. Being the same
// bits everywhere, one instruction set suffices.
func TestElemUlps(t *testing.T) {
	ones := func(f func(dz, dy, z []float64)) func(dst, src []float64) {
		return func(dst, src []float64) {
			one := slices.Repeat([]float64{1}, len(src))
			f(dst, one, src)
		}
	}
	count := 40_000
	if testing.Short() {
		count = 4_000
	}
	for _, f := range []struct {
		name   string
		f      func(dst, src []float64)
		want   func(x float64) *big.Float
		lo, hi float64
		limit  float64 // in ulp
	}{
		{"Exp", Exp, bigExp, -746, 709.78, 1.1},
		{"Sigmoid", Sigmoid, bigSigmoid, -746, 746, 2},
		{"SigmoidGrad", ones(SigmoidGrad), bigSigmoidSlope, -746, 746, 4},
		{"Tanh", Tanh, bigTanh, -25, 25, 2},
		{"TanhGrad", ones(TanhGrad), bigTanhSlope, -374, 374, 4},
	} {
		t.Run(f.name, func(t *testing.T) {
			rng := newRand()
			var x []float64
			for len(x) < count {
				x = append(x,
					f.lo+(f.hi-f.lo)*rng.Float64(),
					min(max(4*rng.NormFloat64(), f.lo), f.hi),
					rng.NormFloat64()/4,
					math.Ldexp(rng.NormFloat64(), -rng.IntN(60)),
					// Where the argument goes from one power of two to the next.
					min(max((float64(rng.IntN(40)-20)+0.5)*math.Ln2/float64(1+rng.IntN(2))*(1+1e-9*rng.NormFloat64()), f.lo), f.hi),
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
			if worst > f.limit {
				t.Errorf("error of %.3f ulp at %v, want at most %v", worst, at, f.limit)
			}
		})
	}
}

var _ = fmt.Sprint

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
