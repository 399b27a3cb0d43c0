package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/gonum"
)

// newMatrix32 is newMatrix for float32.
func newMatrix32(rng *rand.Rand, rows, cols, pad int) (m blas32.General, all []float32) {
	const margin = 17
	stride := cols + pad
	all = make([]float32, 2*margin+rows*stride)
	for i := range all {
		all[i] = guard
	}
	m = blas32.General{Rows: rows, Cols: cols, Stride: stride}
	m.Data = all[margin : margin+max(0, (rows-1)*stride+cols)]
	for i := range rows {
		for j := range cols {
			m.Data[i*stride+j] = float32(rng.NormFloat64())
		}
	}
	return m, all
}

// factors32 is factors for float32.
func factors32(rng *rand.Rand, p Product, m, k, n, pad int) (a, b blas32.General) {
	if p == TN {
		a, _ = newMatrix32(rng, k, m, pad)
	} else {
		a, _ = newMatrix32(rng, m, k, pad)
	}
	if p == NT {
		b, _ = newMatrix32(rng, n, k, pad)
	} else {
		b, _ = newMatrix32(rng, k, n, pad)
	}
	return a, b
}

// reference32 is reference for float32.
//
//go:norace
func reference32(p Product, c, a, b blas32.General, d []float32, ldd int) {
	rows, columns := lines32(a, p == TN), lines32(b, p != NT)
	for i, row := range rows {
		for j, column := range columns {
			var s float32
			if d != nil {
				s = d[i*ldd+j]
			}
			for q, v := range row {
				s = fma32(v, column[q], s)
			}
			c.Data[i*c.Stride+j] = s
		}
	}
}

// lines32 is lines for float32.
//
//go:norace
func lines32(x blas32.General, columns bool) [][]float32 {
	n, length, next, step := x.Rows, x.Cols, x.Stride, 1
	if columns {
		n, length, next, step = length, n, step, next
	}
	lines := make([][]float32, n)
	for i := range lines {
		lines[i] = make([]float32, length)
		for q := range lines[i] {
			lines[i][q] = x.Data[i*next+q*step]
		}
	}
	return lines
}

// testProduct32 is testProduct for float32. Of Go's code, which is slow without
// an instruction for its multiply-add, it tests that for one worker.
//
//go:norace
func testProduct32(t *testing.T, setups []setup, p Product, m, k, n, pad int) {
	t.Helper()
	defer func(old ISA) { isa = old }(isa)
	rng := newRand()
	a, b := factors32(rng, p, m, k, n, pad)
	c, all := newMatrix32(rng, m, n, pad)
	bias := make([]float32, n)
	for j := range bias {
		bias[j] = float32(rng.NormFloat64())
	}
	before := slices.Clone(all)
	want := make([]float32, len(all))
	wantC := c
	wantC.Data = want[17 : 17+len(c.Data)]
	type way struct {
		name string
		run  func(*Team)
	}
	empty := []way{{"Mul32", func(t *Team) { t.Mul32(p, c, a, b) }}}
	biased := []way{{"MulBias32", func(t *Team) { t.MulBias32(p, c, a, b, bias) }}}
	if p == NN && m == 1 && b.Stride == b.Cols {
		empty = append(empty, way{"RowMulBias(nil)", func(*Team) { RowMulBias(c.Data, a.Data, b.Data, nil) }})
		biased = append(biased, way{"RowMulBias", func(*Team) { RowMulBias(c.Data, a.Data, b.Data, bias) }})
	}
	for _, start := range []struct { // of the sums
		d    []float32
		ldd  int
		ways []way
	}{
		{nil, 0, empty},
		{wantC.Data, c.Stride, []way{{"MulAdd32", func(t *Team) { t.MulAdd32(p, c, a, b) }}}},
		{bias, 0, biased},
	} {
		copy(want, before)
		reference32(p, wantC, a, b, start.d, start.ldd)
		for _, way := range start.ways {
			for _, s := range setups {
				if s.isa == Generic && len(s.team.workers) > 0 {
					continue
				}
				isa = s.isa
				copy(all, before)
				way.run(s.team)
				for i := range all {
					if math.Float32bits(all[i]) != math.Float32bits(want[i]) {
						t.Fatalf("%v %s %d×%d×%d pad %d, %v, %d workers: number %d is %v, want %v",
							p, way.name, m, k, n, pad, s.isa, len(s.team.workers)+1, i-17, all[i], want[i])
					}
				}
			}
		}
	}
}

// TestProducts32 tests small shapes: all numbers of rows and columns, and some
// k with each.
func TestProducts32(t *testing.T) {
	setups := setups(t, 1)
	step := 17
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
					testProduct32(t, setups, p, m, k, n, (m+n+k)%3)
				}
			}
		}
		for n := 41; n < 105; n++ { // several of the widest tiles, and a rest
			testProduct32(t, setups, p, 2+n%4, 3+n%9, n, n%3)
		}
	}
}

// TestLargeProducts32 tests shapes that cross block boundaries, with several
// workers, with -short a third of them.
func TestLargeProducts32(t *testing.T) {
	setups := setups(t, 4)
	for i, x := range [][3]int{
		{1, 300, 700}, {700, 300, 1}, {1, 1000, 1}, {2, 600, 130}, {64, 257, 65}, {63, 512, 64},
		{300, 20, 300}, {257, 513, 40}, {40, 100, 530}, {530, 3, 513}, {200, 260, 10}, {10, 260, 200},
		{513, 7, 129}, {70, 64, 100}, {100, 264, 100}, {100, 66, 100}, {64, 1028, 66},
	} {
		if testing.Short() && i%3 > 0 {
			continue
		}
		for _, p := range products {
			testProduct32(t, setups, p, x[0], x[1], x[2], i%2*3)
		}
	}
}

// TestRows32 tests rows of C of every width up to several strips, and a B that
// they process in parts.
func TestRows32(t *testing.T) {
	setups := setups(t, 1)
	for n := 1; n <= 400; n++ {
		testProduct32(t, setups, NN, 1, 1+n%5, n, n%3)
	}
	for _, n := range []int{1, 256, 600} {
		testProduct32(t, setups, NN, 1, 1027, n, 0)
	}
}

// TestNarrowProducts32 tests a C of few columns, which some products compute transposed.
func TestNarrowProducts32(t *testing.T) {
	setups := setups(t, 1)
	for n := 1; n <= 25; n++ {
		for _, p := range products {
			testProduct32(t, setups, p, 30+3*n, 17+n, n, n%3)
			testProduct32(t, setups, p, 33, 100, n, 0)
		}
	}
}

// TestStreamedProducts32 tests a C whose stores bypass the caches.
func TestStreamedProducts32(t *testing.T) {
	const m, k, n, stride = 1030, 3, 1033, 1040
	setups := setups(t, 1)
	for _, p := range products {
		rng := newRand()
		a, b := factors32(rng, p, m, k, n, 0)
		data := make([]float32, 2*stride+m*stride)
		for uintptr(unsafe.Pointer(&data[0]))%64 != 0 {
			data = data[1:]
		}
		c := blas32.General{Rows: m, Cols: n, Stride: stride, Data: data[stride:]}
		want := blas32.General{Rows: m, Cols: n, Stride: stride, Data: make([]float32, m*stride)}
		reference32(p, want, a, b, nil, 0)
		for _, s := range setups {
			SetISA(t, s.isa)
			for i := range data {
				data[i] = guard
			}
			s.team.Mul32(p, c, a, b)
			for i, got := range data {
				w := float32(guard)
				if row, col := i/stride-1, i%stride; 0 <= row && row < m && col < n {
					w = want.Data[row*stride+col]
				}
				if math.Float32bits(got) != math.Float32bits(w) {
					t.Fatalf("%v, %v: number %d is %v, want %v", p, s.isa, i-stride, got, w)
				}
			}
		}
	}
}

// TestProductsWithoutFMA32 tests the code for hardware without a fused
// multiply-add.
func TestProductsWithoutFMA32(t *testing.T) {
	if alwaysFMA {
		t.Skip("every processor of this architecture has a fused multiply-add")
	}
	SetISA(t, Generic)
	defer func(old bool) { hasFMA = old }(hasFMA)
	hasFMA = false
	setups := []setup{{Generic, NewTeam(1)}}
	for _, p := range products {
		for n := range 12 {
			testProduct32(t, setups, p, 3, n+1, n, 1)
			testProduct32(t, setups, p, n, 11-n, 5, 0)
		}
	}
}

// TestSpecialValues32 checks that nothing is skipped because a factor is zero,
// that subnormal numbers are not taken for zero, and that the sign of a zero is
// that of the chain.
func TestSpecialValues32(t *testing.T) {
	const m, k, n = 9, 4, 37
	for _, s := range ISAs() {
		t.Run(s.String(), func(t *testing.T) {
			SetISA(t, s)
			rng := newRand()
			for _, p := range products {
				for range 100 {
					a, b := factors32(rng, p, m, k, n, 0)
					for _, x := range [][]float32{a.Data, b.Data} {
						for i := range x {
							x[i] = specials32[rng.IntN(len(specials32))]
						}
					}
					got, _ := newMatrix32(rng, m, n, 0)
					want, _ := newMatrix32(rng, m, n, 0)
					NewTeam(1).Mul32(p, got, a, b)
					reference32(p, want, a, b, nil, 0)
					for i, w := range want.Data {
						if g := got.Data[i]; !same32(g, w) {
							t.Fatalf("%v: element %d is %v, want %v", p, i, g, w)
						}
					}
				}
			}
		})
	}
}

func TestColSums32(t *testing.T) {
	for _, s := range ISAs() {
		t.Run(s.String(), func(t *testing.T) {
			SetISA(t, s)
			rng := newRand()
			team := NewTeam(1)
			for rows := range 12 {
				for cols := range 140 {
					a, _ := newMatrix32(rng, rows, cols, rows%3)
					dst, all := newMatrix32(rng, 1, cols, 0)
					team.ColSums32(dst.Data, a)
					for j, got := range dst.Data {
						var want float32
						for i := range rows {
							want += a.Data[i*a.Stride+j]
						}
						if math.Float32bits(got) != math.Float32bits(want) {
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

func TestProductPanics32(t *testing.T) {
	zeros := func(r, c int) blas32.General {
		return blas32.General{Rows: r, Cols: c, Stride: c, Data: make([]float32, r*c)}
	}
	short := zeros(4, 2)
	short.Data = short.Data[:7]
	team := NewTeam(1)
	for _, test := range []struct {
		f    func()
		want string
	}{
		{func() { team.Mul32(NN, zeros(3, 2), zeros(3, 5), zeros(4, 2)) }, "NN: op(a) has 5 columns, op(b) has 4 rows"},
		{func() { team.MulAdd32(TN, zeros(3, 2), zeros(4, 2), zeros(4, 2)) }, "TN: c is 3×2, the product is 2×2"},
		{func() { team.Mul32(NN, zeros(3, 2), zeros(3, 4), short) }, "NN: b is 4×2 with stride 2, but has 7 numbers"},
		{func() { team.MulBias32(NN, zeros(3, 2), zeros(3, 4), zeros(4, 2), make([]float32, 3)) }, "NN: bias has length 3, c has 2 columns"},
		{func() { MulBias32(NN, zeros(3, 2), zeros(3, 4), zeros(4, 2), make([]float32, 3)) }, "NN: bias has length 3, c has 2 columns"},
		{func() { RowMulBias(make([]float32, 2), make([]float32, 4), make([]float32, 7), nil) }, "NN: b is 4×2 with stride 2, but has 7 numbers"},
		{func() { RowMulBias(make([]float32, 2), make([]float32, 4), make([]float32, 8), make([]float32, 3)) }, "NN: bias has length 3, c has 2 columns"},
		{func() { team.ColSums32(make([]float32, 3), zeros(3, 2)) }, "ColSums: dst has length 3, a has 2 columns"},
		{func() { team.ColSums32(make([]float32, 2), short) }, "ColSums: a is 4×2 with stride 2, but has 7 numbers"},
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

func (b countingBLAS) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, x []float32, ldb int, beta float32, c []float32, ldc int) {
	*b.calls++
	b.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, x, ldb, beta, c, ldc)
}

func TestForeignBLAS32(t *testing.T) {
	calls := 0
	blas32.Use(countingBLAS{calls: &calls})
	defer blas32.Use(gonum.Implementation{})
	rng := newRand()
	team := NewTeam(1)
	for _, p := range products {
		a, b := factors32(rng, p, 7, 5, 6, 1)
		c, _ := newMatrix32(rng, 7, 6, 2)
		want, _ := newMatrix32(rng, 7, 6, 2)
		bias := []float32{1, 2, 3, 4, 5, 6}
		check := func(way string) {
			t.Helper()
			if calls != 1 {
				t.Errorf("%v %s: %d calls, want 1", p, way, calls)
			}
			calls = 0
			for i := range 7 {
				for j := range 6 {
					if g, w := c.Data[i*c.Stride+j], want.Data[i*want.Stride+j]; math.Abs(float64(g-w)) > 1e-5 {
						t.Fatalf("%v %s: element (%d,%d) is %v, want %v", p, way, i, j, g, w)
					}
				}
			}
		}
		team.Mul32(p, c, a, b)
		reference32(p, want, a, b, nil, 0)
		check("Mul32")
		team.MulAdd32(p, c, a, b)
		reference32(p, want, a, b, want.Data, want.Stride)
		check("MulAdd32")
		team.MulBias32(p, c, a, b, bias)
		reference32(p, want, a, b, bias, 0)
		check("MulBias32")
	}
	_, b := factors32(rng, NN, 1, 5, 6, 1)
	RowMulBias(make([]float32, 6), make([]float32, 5), b.Data, nil)
	if calls != 1 {
		t.Errorf("RowMulBias: %d calls, want 1", calls)
	}
	calls = 0
	a64, b64 := factors(rng, NN, 2, 3, 4, 0)
	c64, _ := newMatrix(rng, 2, 4, 0)
	if team.Mul(NN, c64, a64, b64); calls != 0 {
		t.Error("a BLAS for float32 got a product of float64")
	}
}

func TestProductAllocs32(t *testing.T) {
	rng := newRand()
	for _, s := range setups(t, 2) {
		SetISA(t, s.isa)
		team := s.team
		for _, p := range products {
			for _, x := range [][3]int{{8, 4, 32}, {1, 20, 30}, {70, 130, 200}} {
				if s.isa == Generic && x[0] > 8 {
					continue
				}
				a, b := factors32(rng, p, x[0], x[1], x[2], 0)
				c, _ := newMatrix32(rng, x[0], x[2], 0)
				bias := make([]float32, x[2])
				if n := testing.AllocsPerRun(20, func() {
					team.Mul32(p, c, a, b)
					team.MulAdd32(p, c, a, b)
					team.MulBias32(p, c, a, b, bias)
					team.ColSums32(bias, c)
				}); n != 0 {
					t.Errorf("%v %v, %v, %d workers: %v allocations", p, x, s.isa, len(team.workers)+1, n)
				}
			}
		}
	}
}

func FuzzProduct32(f *testing.F) {
	f.Add(0, 8, 4, 32, 0, 1, 2)
	f.Add(1, 32, 8, 3, 2, 2, 1)
	f.Add(2, 70, 257, 19, 5, 3, 0)
	f.Fuzz(func(t *testing.T, p, m, k, n, pad, workers, s int) {
		mod := func(x, n int) int { return int(uint(x) % uint(n)) }
		team := NewTeam(1 + mod(workers, 4))
		defer team.Close()
		testProduct32(t, []setup{{supported[mod(s, len(supported))], team}}, products[mod(p, 3)], mod(m, 150), mod(k, 600), mod(n, 150), mod(pad, 10))
	})
}

func BenchmarkProduct32(b *testing.B) {
	for _, x := range []struct {
		p       Product
		m, k, n int
	}{
		{NN, 8, 4, 32}, {NN, 8, 32, 3}, // tiny
		{NN, 1, 4, 32}, {NN, 1, 784, 128}, {NT, 1, 784, 128}, // a single row
		{NN, 32, 128, 10}, {TN, 128, 32, 10}, {NT, 32, 10, 128}, // thin
		{NN, 32, 784, 128}, {TN, 784, 32, 128}, {NT, 32, 128, 784},
		{NN, 128, 784, 512}, {TN, 784, 128, 512}, {NT, 128, 512, 512},
		{NN, 256, 2048, 2048}, {NN, 256, 2048, 1000}, {TN, 2048, 256, 2048}, {NT, 256, 2048, 2048}, {NN, 1024, 1024, 1024},
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
					ma, mb := factors32(rng, x.p, x.m, x.k, x.n, 0)
					ma.Data, mb.Data = slices.Clone(ma.Data), slices.Clone(mb.Data) // aligned as usual
					c := blas32.General{Rows: x.m, Cols: x.n, Stride: x.n, Data: make([]float32, x.m*x.n)}
					for b.Loop() {
						team.Mul32(x.p, c, ma, mb)
					}
					flops := 2 * float64(x.m) * float64(x.k) * float64(x.n) * float64(b.N)
					b.ReportMetric(flops/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
				})
			}
		}
	}
}
