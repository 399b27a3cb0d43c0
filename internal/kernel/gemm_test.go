package kernel

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
)

var products = []Product{NN, TN, NT}

// newRand returns a generator that yields the same numbers in every run of a
// test.
func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// guard is the value that surrounds matrices. No function may change it.
const guard = 12345.678

// newMatrix returns a matrix of normally distributed numbers surrounded by
// guards. Its stride exceeds its number of columns by pad, and it begins at an
// address that is not a multiple of 16.
func newMatrix(rng *rand.Rand, rows, cols, pad int) (m blas64.General, all []float64) {
	const margin = 17
	stride := cols + pad
	all = make([]float64, 2*margin+rows*stride)
	for i := range all {
		all[i] = guard
	}
	m = blas64.General{Rows: rows, Cols: cols, Stride: stride}
	m.Data = all[margin : margin+max(0, (rows-1)*stride+cols)]
	for i := range rows {
		for j := range cols {
			m.Data[i*stride+j] = rng.NormFloat64()
		}
	}
	return m, all
}

// factors returns matrices for a product of an m×k and a k×n matrix.
func factors(rng *rand.Rand, p Product, m, k, n, pad int) (a, b blas64.General) {
	if p == TN {
		a, _ = newMatrix(rng, k, m, pad)
	} else {
		a, _ = newMatrix(rng, m, k, pad)
	}
	if p == NT {
		b, _ = newMatrix(rng, n, k, pad)
	} else {
		b, _ = newMatrix(rng, k, n, pad)
	}
	return a, b
}

// reference computes C = D + op(A)·op(B) by definition, with D given by its
// strides. The race detector, for which it would be slow, has nothing to find in
// it.
//
//go:norace
func reference(p Product, c, a, b blas64.General, d []float64, ldd int) {
	rows, columns := lines(a, p == TN), lines(b, p != NT)
	for i, row := range rows {
		for j, column := range columns {
			s := 0.0
			if d != nil {
				s = d[i*ldd+j]
			}
			for q, v := range row {
				s = fma(v, column[q], s)
			}
			c.Data[i*c.Stride+j] = s
		}
	}
}

// lines returns the rows of x, or its columns.
//
//go:norace
func lines(x blas64.General, columns bool) [][]float64 {
	n, length, next, step := x.Rows, x.Cols, x.Stride, 1
	if columns {
		n, length, next, step = length, n, step, next
	}
	lines := make([][]float64, n)
	for i := range lines {
		lines[i] = make([]float64, length)
		for q := range lines[i] {
			lines[i][q] = x.Data[i*next+q*step]
		}
	}
	return lines
}

// A setup is one of the ways of computing a product.
type setup struct {
	isa  ISA
	team *Team
}

// setups returns the setups of all instruction sets with 1 to n workers.
func setups(t *testing.T, n int) []setup {
	procs := runtime.GOMAXPROCS(n)
	t.Cleanup(func() { runtime.GOMAXPROCS(procs) })
	var all []setup
	for workers := 1; workers <= n; workers++ {
		team := NewTeam(workers)
		t.Cleanup(team.Close)
		for _, s := range ISAs() {
			all = append(all, setup{s, team})
		}
	}
	return all
}

// testProduct compares products of one shape, stored, added and with a bias, to
// the reference: the bits of C and everything around it.
//
//go:norace
func testProduct(t *testing.T, setups []setup, p Product, m, k, n, pad int) {
	t.Helper()
	defer func(old ISA) { isa = old }(isa)
	rng := newRand()
	a, b := factors(rng, p, m, k, n, pad)
	c, all := newMatrix(rng, m, n, pad)
	bias := make([]float64, n)
	for j := range bias {
		bias[j] = rng.NormFloat64()
	}
	before := append([]float64(nil), all...)
	want := make([]float64, len(all))
	wantC := c
	wantC.Data = want[17 : 17+len(c.Data)]
	type way struct {
		name string
		run  func(*Team)
	}
	empty := []way{
		{"Mul", func(t *Team) { t.Mul(p, c, a, b) }},
		{"MulBias(nil)", func(t *Team) { t.MulBias(p, c, a, b, nil) }},
	}
	biased := []way{{"MulBias", func(t *Team) { t.MulBias(p, c, a, b, bias) }}}
	if p == NN {
		var packed Packed // with the panels of one instruction set after another
		packedWay := func(name string, bias []float64) way {
			return way{name, func(*Team) {
				packed.Pack(b)
				MulBiasPacked(c, a, &packed, bias, bias)
			}}
		}
		empty = append(empty, packedWay("MulBiasPacked(nil)", nil))
		biased = append(biased, packedWay("MulBiasPacked", bias))
	}
	if p == NN && m == 1 && b.Stride == b.Cols {
		empty = append(empty, way{"RowMulBias(nil)", func(*Team) { RowMulBias(c.Data, a.Data, b.Data, nil) }})
		biased = append(biased, way{"RowMulBias", func(*Team) { RowMulBias(c.Data, a.Data, b.Data, bias) }})
	}
	for _, start := range []struct { // of the sums
		d    []float64
		ldd  int
		ways []way
	}{
		{nil, 0, empty},
		{wantC.Data, c.Stride, []way{{"MulAdd", func(t *Team) { t.MulAdd(p, c, a, b) }}}},
		{bias, 0, biased},
	} {
		copy(want, before)
		reference(p, wantC, a, b, start.d, start.ldd)
		for _, way := range start.ways {
			for _, s := range setups {
				isa = s.isa
				copy(all, before)
				way.run(s.team)
				for i := range all {
					if math.Float64bits(all[i]) != math.Float64bits(want[i]) {
						t.Fatalf("%v %s %d×%d×%d pad %d, %v, %d workers: number %d is %v, want %v",
							p, way.name, m, k, n, pad, s.isa, len(s.team.workers)+1, i-17, all[i], want[i])
					}
				}
			}
		}
	}
}

var exhaustive = flag.Bool("exhaustive", false, "try all small shapes of matrix products, which takes minutes")

// TestProducts tests small shapes: all numbers of rows and columns, and every k
// with some of them, or with all.
func TestProducts(t *testing.T) {
	setups := setups(t, 1)
	step := 7
	switch {
	case *exhaustive:
		step = 1
	case testing.Short():
		step = 41
	}
	for _, p := range products {
		for m := range 41 {
			for n := range 41 {
				for k := (m + 3*n) % step; k <= 40; k += step {
					testProduct(t, setups, p, m, k, n, (m+n+k)%3)
				}
			}
		}
	}
}

// TestLargeProducts tests shapes that cross block boundaries, with several
// workers, with -short a third of them.
func TestLargeProducts(t *testing.T) {
	setups := setups(t, 4)
	for i, x := range [][3]int{
		{1, 300, 700}, {700, 300, 1}, {1, 1000, 1}, {2, 600, 130}, {64, 257, 65}, {63, 256, 64},
		{300, 20, 600}, {257, 513, 40}, {40, 300, 530}, {530, 3, 513}, {200, 260, 10}, {10, 260, 200},
		{513, 7, 129}, {70, 64, 100}, {100, 264, 100}, {100, 66, 100},
		{30, 1030, 140}, // packed in two parts, with panels to be fetched
		{400, 250, 540}, // with panels to be fetched for the second block of rows
	} {
		if testing.Short() && i%3 > 0 {
			continue
		}
		for _, p := range products {
			testProduct(t, setups, p, x[0], x[1], x[2], i%2*3)
		}
	}
}

// TestRows tests rows of C of every width up to several strips, and a B that
// they process in parts.
func TestRows(t *testing.T) {
	setups := setups(t, 1)
	for n := 1; n <= 400; n++ {
		testProduct(t, setups, NN, 1, 1+n%5, n, n%3)
	}
	for _, n := range []int{1, 128, 300} {
		testProduct(t, setups, NN, 1, 1027, n, 0)
	}
}

// TestNarrowProducts tests a C of few columns, which some products compute transposed.
func TestNarrowProducts(t *testing.T) {
	setups := setups(t, 1)
	for n := 1; n <= 25; n++ {
		for _, p := range products {
			testProduct(t, setups, p, 30+3*n, 17+n, n, n%3)
			testProduct(t, setups, p, 33, 100, n, 0)
		}
	}
}

// TestStreamedProducts tests a C whose stores bypass the caches, as they do for
// a large C whose rows begin at a cache line.
func TestStreamedProducts(t *testing.T) {
	const m, k, n, stride = 1030, 5, 1033, 1040
	setups := setups(t, 2)
	for _, p := range products {
		rng := newRand()
		a, b := factors(rng, p, m, k, n, 0)
		data := make([]float64, 2*stride+m*stride)
		for uintptr(unsafe.Pointer(&data[0]))%64 != 0 {
			data = data[1:]
		}
		c := blas64.General{Rows: m, Cols: n, Stride: stride, Data: data[stride:]}
		want := blas64.General{Rows: m, Cols: n, Stride: stride, Data: make([]float64, m*stride)}
		reference(p, want, a, b, nil, 0)
		for _, s := range setups {
			SetISA(t, s.isa)
			for i := range data {
				data[i] = guard
			}
			s.team.Mul(p, c, a, b)
			for i, got := range data {
				w := guard
				if row, col := i/stride-1, i%stride; 0 <= row && row < m && col < n {
					w = want.Data[row*stride+col]
				}
				if math.Float64bits(got) != math.Float64bits(w) {
					t.Fatalf("%v, %v, %d workers: number %d is %v, want %v", p, s.isa, len(s.team.workers)+1, i-stride, got, w)
				}
			}
		}
	}
}

// TestProductsWithoutFMA tests the code for hardware without a fused
// multiply-add.
func TestProductsWithoutFMA(t *testing.T) {
	if alwaysFMA {
		t.Skip("every processor of this architecture has a fused multiply-add")
	}
	SetISA(t, Generic)
	defer func(old bool) { hasFMA = old }(hasFMA)
	hasFMA = false
	setups := []setup{{Generic, NewTeam(1)}}
	for _, p := range products {
		for n := range 12 {
			testProduct(t, setups, p, 3, n+1, n, 1)
			testProduct(t, setups, p, n, 11-n, 5, 0)
		}
	}
}

// TestSpecialValues checks that nothing is skipped because a factor is zero,
// and that the sign of a zero is that of the chain.
func TestSpecialValues(t *testing.T) {
	values := []float64{0, math.Copysign(0, -1), 1, math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, math.MaxFloat64}
	const m, k, n = 9, 4, 21
	for _, s := range ISAs() {
		t.Run(s.String(), func(t *testing.T) {
			SetISA(t, s)
			rng := newRand()
			for _, p := range products {
				for range 100 {
					a, b := factors(rng, p, m, k, n, 0)
					for _, x := range [][]float64{a.Data, b.Data} {
						for i := range x {
							x[i] = values[rng.IntN(len(values))]
						}
					}
					got, _ := newMatrix(rng, m, n, 0)
					want, _ := newMatrix(rng, m, n, 0)
					NewTeam(1).Mul(p, got, a, b)
					reference(p, want, a, b, nil, 0)
					for i, w := range want.Data {
						g := got.Data[i]
						if math.Float64bits(g) != math.Float64bits(w) && !(math.IsNaN(g) && math.IsNaN(w)) {
							t.Fatalf("%v: element %d is %v, want %v", p, i, g, w)
						}
					}
				}
			}
		})
	}
}

func TestColSums(t *testing.T) {
	for _, s := range ISAs() {
		t.Run(s.String(), func(t *testing.T) {
			SetISA(t, s)
			rng := newRand()
			team := NewTeam(1)
			for rows := range 20 {
				for cols := range 140 {
					a, _ := newMatrix(rng, rows, cols, rows%3)
					dst, all := newMatrix(rng, 1, cols, 0)
					team.ColSums(dst.Data, a)
					for j, got := range dst.Data {
						want := 0.0
						for i := range rows {
							want += a.Data[i*a.Stride+j]
						}
						if math.Float64bits(got) != math.Float64bits(want) {
							t.Fatalf("%d×%d: sum %d is %v, want %v", rows, cols, j, got, want)
						}
					}
					for i, v := range all {
						if (i < 17 || i >= 17+cols) && v != guard {
							t.Fatalf("%d×%d: changed %d", rows, cols, i-17)
						}
					}
				}
			}
		})
	}
}

func TestProductPanics(t *testing.T) {
	zeros := func(r, c int) blas64.General {
		return blas64.General{Rows: r, Cols: c, Stride: c, Data: make([]float64, r*c)}
	}
	short := zeros(4, 2)
	short.Data = short.Data[:7]
	narrow := zeros(4, 2)
	narrow.Stride = 1
	team := NewTeam(1)
	for _, test := range []struct {
		f    func()
		want string
	}{
		{func() { team.Mul(NN, zeros(3, 2), zeros(3, 5), zeros(4, 2)) }, "NN: op(a) has 5 columns, op(b) has 4 rows"},
		{func() { team.Mul(TN, zeros(3, 2), zeros(3, 5), zeros(4, 2)) }, "TN: op(a) has 3 columns, op(b) has 4 rows"},
		{func() { team.Mul(NT, zeros(3, 2), zeros(3, 5), zeros(4, 2)) }, "NT: op(a) has 5 columns, op(b) has 2 rows"},
		{func() { team.MulAdd(NN, zeros(3, 1), zeros(3, 4), zeros(4, 2)) }, "NN: c is 3×1, the product is 3×2"},
		{func() { team.MulAdd(TN, zeros(3, 2), zeros(4, 2), zeros(4, 2)) }, "TN: c is 3×2, the product is 2×2"},
		{func() { team.Mul(NN, zeros(3, 2), zeros(3, 4), short) }, "NN: b is 4×2 with stride 2, but has 7 numbers"},
		{func() { team.Mul(NT, zeros(3, 4), zeros(3, 2), narrow) }, "NT: b is 4×2 with stride 1, but has 8 numbers"},
		{func() { team.MulBias(NN, zeros(3, 2), zeros(3, 4), zeros(4, 2), make([]float64, 3)) }, "NN: bias has length 3, c has 2 columns"},
		{func() { RowMulBias(make([]float64, 2), make([]float64, 4), make([]float64, 7), nil) }, "NN: b is 4×2 with stride 2, but has 7 numbers"},
		{func() { RowMulBias(make([]float64, 2), make([]float64, 4), make([]float64, 8), make([]float64, 3)) }, "NN: bias has length 3, c has 2 columns"},
		{func() { team.ColSums(make([]float64, 3), zeros(3, 2)) }, "ColSums: dst has length 3, a has 2 columns"},
		{func() { team.ColSums(make([]float64, 2), short) }, "ColSums: a is 4×2 with stride 2, but has 7 numbers"},
		{func() { team.Mul(3, zeros(3, 2), zeros(3, 4), zeros(4, 2)) }, "no such product: Product(3)"},
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.HasSuffix(got, test.want) {
					t.Errorf("panicked with %q, want %q", got, test.want)
				}
			}()
			test.f()
		}()
	}
}

// countingBLAS is another implementation of BLAS.
type countingBLAS struct {
	gonum.Implementation
	calls *int
}

func (b countingBLAS) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, x []float64, ldb int, beta float64, c []float64, ldc int) {
	*b.calls++
	b.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, x, ldb, beta, c, ldc)
}

func TestForeignBLAS(t *testing.T) {
	calls := 0
	blas64.Use(countingBLAS{calls: &calls})
	defer blas64.Use(gonum.Implementation{})
	rng := newRand()
	team := NewTeam(1)
	for _, p := range products {
		a, b := factors(rng, p, 7, 5, 6, 1)
		c, _ := newMatrix(rng, 7, 6, 2)
		want, _ := newMatrix(rng, 7, 6, 2)
		bias := []float64{1, 2, 3, 4, 5, 6}
		check := func(way string) {
			t.Helper()
			if calls != 1 {
				t.Errorf("%v %s: %d calls, want 1", p, way, calls)
			}
			calls = 0
			for i := range 7 {
				for j := range 6 {
					if g, w := c.Data[i*c.Stride+j], want.Data[i*want.Stride+j]; math.Abs(g-w) > 1e-14 {
						t.Fatalf("%v %s: element (%d,%d) is %v, want %v", p, way, i, j, g, w)
					}
				}
			}
		}
		team.Mul(p, c, a, b)
		reference(p, want, a, b, nil, 0)
		check("Mul")
		team.MulAdd(p, c, a, b)
		reference(p, want, a, b, want.Data, want.Stride)
		check("MulAdd")
		team.MulBias(p, c, a, b, bias)
		reference(p, want, a, b, bias, 0)
		check("MulBias")
	}
	_, b := factors(rng, NN, 1, 5, 6, 1)
	RowMulBias(make([]float64, 6), make([]float64, 5), b.Data, nil)
	if calls != 1 {
		t.Errorf("RowMulBias: %d calls, want 1", calls)
	}
}

func TestProductAllocs(t *testing.T) {
	rng := newRand()
	for _, s := range setups(t, 2) {
		SetISA(t, s.isa)
		team := s.team
		for _, p := range products {
			for _, x := range [][3]int{{8, 4, 32}, {1, 20, 30}, {70, 130, 200}} {
				a, b := factors(rng, p, x[0], x[1], x[2], 0)
				c, _ := newMatrix(rng, x[0], x[2], 0)
				bias := make([]float64, x[2])
				if n := testing.AllocsPerRun(20, func() {
					team.Mul(p, c, a, b)
					team.MulAdd(p, c, a, b)
					team.MulBias(p, c, a, b, bias)
					team.ColSums(bias, c)
				}); n != 0 {
					t.Errorf("%v %v, %v, %d workers: %v allocations", p, x, s.isa, len(team.workers)+1, n)
				}
			}
		}
	}
}

func FuzzProduct(f *testing.F) {
	f.Add(0, 8, 4, 32, 0, 1, 2)
	f.Add(1, 32, 8, 3, 2, 2, 1)
	f.Add(2, 70, 257, 19, 5, 3, 0)
	f.Fuzz(func(t *testing.T, p, m, k, n, pad, workers, s int) {
		mod := func(x, n int) int { return int(uint(x) % uint(n)) }
		team := NewTeam(1 + mod(workers, 4))
		defer team.Close()
		testProduct(t, []setup{{supported[mod(s, len(supported))], team}}, products[mod(p, 3)], mod(m, 150), mod(k, 600), mod(n, 150), mod(pad, 10))
	})
}

func BenchmarkProduct(b *testing.B) {
	for _, x := range []struct {
		p       Product
		m, k, n int
	}{
		{NN, 8, 4, 32}, {NN, 8, 32, 3}, {TN, 32, 8, 3}, {NT, 8, 3, 32}, {TN, 4, 8, 32}, {NN, 8, 32, 32}, // tiny
		{NN, 1, 4, 32}, {NN, 1, 784, 128}, {NT, 1, 784, 128}, {NN, 1, 2048, 2048}, // a single row
		{NN, 32, 128, 10}, {TN, 128, 32, 10}, {NT, 32, 10, 128}, {NN, 32, 128, 1}, {TN, 128, 32, 1}, {NT, 32, 1, 128}, // thin
		{NN, 32, 784, 128}, {TN, 784, 32, 128}, {NT, 32, 128, 784},
		{NN, 128, 784, 512}, {NN, 128, 512, 512}, {TN, 784, 128, 512}, {NT, 128, 512, 512},
		{NN, 256, 2048, 2048}, {TN, 2048, 256, 2048}, {NT, 256, 2048, 2048}, {NN, 1024, 1024, 1024},
	} {
		for _, s := range ISAs() {
			for workers := 1; workers <= 2; workers++ {
				if workers == 2 && x.m*x.n*x.k < minShared {
					continue
				}
				b.Run(fmt.Sprintf("%v/%dx%dx%d/%v/%d", x.p, x.m, x.k, x.n, s, workers), func(b *testing.B) {
					SetISA(b, s)
					team := NewTeam(workers)
					defer team.Close()
					rng := newRand()
					ma, mb := factors(rng, x.p, x.m, x.k, x.n, 0)
					ma.Data, mb.Data = slices.Clone(ma.Data), slices.Clone(mb.Data) // aligned as usual
					c := blas64.General{Rows: x.m, Cols: x.n, Stride: x.n, Data: make([]float64, x.m*x.n)}
					for b.Loop() {
						team.Mul(x.p, c, ma, mb)
					}
					flops := 2 * float64(x.m) * float64(x.k) * float64(x.n) * float64(b.N)
					b.ReportMetric(flops/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
				})
			}
		}
	}
}

func BenchmarkColSums(b *testing.B) {
	for _, x := range [][2]int{{8, 3}, {8, 32}, {32, 128}, {128, 512}} {
		b.Run(fmt.Sprintf("%dx%d", x[0], x[1]), func(b *testing.B) {
			a, _ := newMatrix(newRand(), x[0], x[1], 0)
			dst := make([]float64, x[1])
			team := NewTeam(1)
			for b.Loop() {
				team.ColSums(dst, a)
			}
		})
	}
}
