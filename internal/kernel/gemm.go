package kernel

import (
	"fmt"
	"time"
	"unsafe"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
)

// A Product specifies which factor of a matrix product is transposed.
type Product int

const (
	NN Product = iota // C = A·B
	TN                // C = Aᵀ·B
	NT                // C = A·Bᵀ
)

// String returns the name of the product.
func (p Product) String() string {
	switch p {
	case NN:
		return "NN"
	case TN:
		return "TN"
	case NT:
		return "NT"
	}
	return fmt.Sprintf("Product(%d)", int(p))
}

// Mul computes C = op(A)·op(B). Element (i, j) is the chain
//
//	s = 0;  s = fma(op(A)[i,p], op(B)[p,j], s)  for p = 0, 1, ..., k-1.
//
// C must not overlap A or B. Mul panics if the shapes do not match.
func (t *Team) Mul(p Product, c, a, b blas64.General) {
	t.f64.multiply(p, g64(&c), g64(&a), g64(&b), nil, 0)
}

// Mul32 is [Team.Mul] in float32.
func (t *Team) Mul32(p Product, c, a, b blas32.General) {
	t.f32.multiply(p, g32(&c), g32(&a), g32(&b), nil, 0)
}

// MulAdd computes C += op(A)·op(B): the chain of [Team.Mul], starting from the
// element of C.
func (t *Team) MulAdd(p Product, c, a, b blas64.General) {
	t.f64.multiply(p, g64(&c), g64(&a), g64(&b), c.Data, c.Stride)
}

// MulAdd32 is [Team.MulAdd] in float32.
func (t *Team) MulAdd32(p Product, c, a, b blas32.General) {
	t.f32.multiply(p, g32(&c), g32(&a), g32(&b), c.Data, c.Stride)
}

// MulBias computes C = op(A)·op(B) + 1·biasᵀ: the chain of [Team.Mul], starting
// from bias[j]. It panics unless bias has one number for each column of C. A
// nil bias is zero.
func (t *Team) MulBias(p Product, c, a, b blas64.General, bias []float64) {
	t.f64.multiplyBias(p, g64(&c), g64(&a), g64(&b), bias)
}

// MulBias32 is [Team.MulBias] in float32.
func (t *Team) MulBias32(p Product, c, a, b blas32.General, bias []float32) {
	t.f32.multiplyBias(p, g32(&c), g32(&a), g32(&b), bias)
}

// ColSums stores the sums of the columns of a: dst[j] = Σᵢ a[i,j], added in the
// order of i, starting from zero. It panics unless dst has one number for each
// column.
func (t *Team) ColSums(dst []float64, a blas64.General) {
	t.f64.colSums(dst, *g64(&a))
}

// ColSums32 is [Team.ColSums] in float32.
func (t *Team) ColSums32(dst []float32, a blas32.General) {
	t.f32.colSums(dst, *g32(&a))
}

// A general is a blas64.General or a blas32.General, whose fields are in
// different orders.
type general[T float] struct {
	Rows, Cols int
	Data       []T
	Stride     int
}

func g64(x *blas64.General) *general[float64] { return (*general[float64])(x) }

func g32(x *blas32.General) *general[float32] {
	return &general[float32]{x.Rows, x.Cols, x.Data, x.Stride}
}

// A multiplier computes the products of a Team for one type of element.
type multiplier[T float] struct {
	team    *Team
	buffers []buffer[T] // one for each piece of a product
	job     job[T]
	ahead   []float64 // of the products
	panels  []T       // of the products
}

// multiplierOf returns the multiplier of t for T.
func multiplierOf[T float](t *Team) *multiplier[T] {
	if sizeOf[T]() == 4 {
		return (*multiplier[T])(unsafe.Pointer(&t.f32))
	}
	return (*multiplier[T])(unsafe.Pointer(&t.f64))
}

// colSums implements [Team.ColSums]. It gets a by value because the compiler,
// which inlines ColSums in other packages, would allocate a for a pointer.
func (x *multiplier[T]) colSums(dst []T, a general[T]) {
	if len(dst) != a.Cols {
		panic(fmt.Sprintf("kernel: ColSums: dst has length %d, a has %d columns", len(dst), a.Cols))
	}
	checkData("ColSums", "a", &a)
	// This is the product of a row of ones and a. A fused multiply-add by one
	// is an addition.
	var g product[T]
	g.k = a.Rows
	g.a = ones[T]()
	g.b, g.rsb, g.csb = a.Data, a.Stride, 1
	g.c, g.ldc = dst, len(dst)
	x.do(&g, 1, a.Cols)
}

// multiplyBias implements [Team.MulBias].
func (x *multiplier[T]) multiplyBias(p Product, c, a, b *general[T], bias []T) {
	if bias != nil && len(bias) != c.Cols {
		panic(fmt.Sprintf("kernel: %v: bias has length %d, c has %d columns", p, len(bias), c.Cols))
	}
	x.multiply(p, c, a, b, bias, 0)
}

// multiply computes C = D + op(A)·op(B), where D has the stride ldd, which is
// zero if all its rows are the same. A nil d means that D is zero.
func (x *multiplier[T]) multiply(p Product, c, a, b *general[T], d []T, ldd int) {
	m, ka := a.Rows, a.Cols
	kb, n := b.Rows, b.Cols
	// Assigned one by one, the fields are not copied from a temporary, which
	// matters for the smallest products.
	var g product[T]
	g.a, g.rsa, g.csa = a.Data, a.Stride, 1
	g.b, g.rsb, g.csb = b.Data, b.Stride, 1
	g.c, g.ldc = c.Data, c.Stride
	g.d, g.ldd = d, ldd
	switch p {
	case NN:
	case TN:
		m, ka = ka, m
		g.rsa, g.csa = 1, a.Stride
	case NT:
		kb, n = n, kb
		g.rsb, g.csb = 1, b.Stride
	default:
		panic("kernel: no such product: " + p.String())
	}
	if ka != kb || m != c.Rows || n != c.Cols {
		panicShape(p, c, a, b)
	}
	if !holds(a) || !holds(b) || !holds(c) {
		checkData(p.String(), "a", a)
		checkData(p.String(), "b", b)
		checkData(p.String(), "c", c)
	}
	g.k = ka
	g.ahead, g.panels = x.ahead, x.panels
	if foreignBLAS[T]() && m > 0 && n > 0 && g.k > 0 {
		g.foreign(p, m, n, a.Stride, b.Stride)
		return
	}
	x.do(&g, m, n)
}

// foreignBLAS reports whether the program has chosen another BLAS than gonum's.
func foreignBLAS[T float]() bool {
	var ours bool
	if sizeOf[T]() == 4 {
		_, ours = blas32.Implementation().(gonum.Implementation)
	} else {
		_, ours = blas64.Implementation().(gonum.Implementation)
	}
	return !ours
}

// foreign leaves a product to the BLAS that the program has chosen. There is no
// guarantee about its bits.
func (g *product[T]) foreign(p Product, m, n, lda, ldb int) {
	ta, tb := blas.NoTrans, blas.NoTrans
	switch p {
	case TN:
		ta = blas.Trans
	case NT:
		tb = blas.Trans
	}
	beta := 0.0
	if g.d != nil {
		beta = 1
		if g.ldd == 0 {
			for i := range m {
				copy(g.c[i*g.ldc:i*g.ldc+n], g.d)
			}
		}
	}
	switch g := any(g).(type) {
	case *product[float64]:
		blas64.Implementation().Dgemm(ta, tb, m, n, g.k, 1, g.a, lda, g.b, ldb, beta, g.c, g.ldc)
	case *product[float32]:
		blas32.Implementation().Sgemm(ta, tb, m, n, g.k, 1, g.a, lda, g.b, ldb, float32(beta), g.c, g.ldc)
	}
}

// holds reports whether the matrix lies inside its data.
func holds[T float](x *general[T]) bool {
	if x.Rows <= 0 || x.Cols <= 0 {
		return x.Rows >= 0 && x.Cols >= 0
	}
	return x.Stride >= x.Cols && (x.Rows-1)*x.Stride+x.Cols <= len(x.Data)
}

func checkData[T float](op, name string, x *general[T]) {
	if !holds(x) {
		panic(fmt.Sprintf("kernel: %s: %s is %d×%d with stride %d, but has %d numbers",
			op, name, x.Rows, x.Cols, x.Stride, len(x.Data)))
	}
}

func panicShape[T float](p Product, c, a, b *general[T]) {
	m, ka, kb, n := a.Rows, a.Cols, b.Rows, b.Cols
	if p == TN {
		m, ka = ka, m
	}
	if p == NT {
		kb, n = n, kb
	}
	if ka != kb {
		panic(fmt.Sprintf("kernel: %v: op(a) has %d columns, op(b) has %d rows", p, ka, kb))
	}
	panic(fmt.Sprintf("kernel: %v: c is %d×%d, the product is %d×%d", p, c.Rows, c.Cols, m, n))
}

// A product is C = D + A·B on its operands, transposed or not:
//
//	A[i,p] = a[i·rsa + p·csa]
//	B[p,j] = b[p·rsb + j·csb]    csb or rsb is 1
//	C[i,j] = c[i·ldc + j]
//	D[i,j] = d[i·ldd + j]        zero if d is nil
type product[T float] struct {
	k        int
	a        []T
	rsa, csa int
	b        []T
	rsb, csb int
	c        []T
	ldc      int
	d        []T
	ldd      int
	ahead    []float64 // to be fetched into the cache; nil if there is nothing
	panels   []T       // all of B, packed; nil if it is not
}

// transpose turns a product whose C is one column of m contiguous numbers into
// Cᵀ = Dᵀ + Bᵀ·Aᵀ, whose C is one row.
func (g *product[T]) transpose(m int) {
	if g.d != nil && g.ldd == 0 {
		for i := range m {
			g.c[i] = g.d[0]
		}
		g.d = g.c
	}
	g.a, g.rsa, g.csa, g.b, g.rsb, g.csb = g.b, g.csb, g.rsb, g.a, g.csa, g.rsa
	g.panels = nil
}

// minShared is the number of multiply-adds from which a product is shared with
// the workers.
const minShared = 1_000_000

// do computes an m×n product, with the workers' help if it is large.
func (x *multiplier[T]) do(g *product[T], m, n int) {
	if m == 0 || n == 0 {
		return
	}
	if n == 1 && g.ldc == 1 && m > 1 {
		g.transpose(m)
		m, n = 1, m
	}
	t := x.team
	if len(t.workers) == 0 || m*n*g.k < minShared {
		g.compute(&x.buffers[0], 0, m, 0, n)
		return
	}
	j := &x.job
	*j = job[T]{product: *g, team: t, m: m, n: n, buffers: x.buffers}
	length, grain := m, 8 // by rows
	const columnGrain = 64
	switch {
	case g.relays(m, n, t.using):
		j.along, length = bySteps, g.k
		for i := range t.handovers {
			t.handovers[i].done.Store(0)
		}
	case !g.hasCachedGradient(m, n) && (n >= m || g.csb != 1 && n >= 2*columnGrain):
		j.along, length, grain = byColumns, n, columnGrain
	}
	j.measured = j.along != bySteps && m*n*g.k >= t.using*measuredMin
	t.Split(length, grain, j)
	switch {
	case j.measured:
		measure(t.speeds, t.pieces)
	case j.along == bySteps: // continue what a worker has left
		for _, p := range t.pieces[1:] {
			j.Run(p.lo, p.hi)
		}
	}
	*j = job[T]{}
}

// A direction says how a product is split.
type direction int

const (
	byRows    direction = iota // of C
	byColumns                  // of C
	bySteps                    // of its sums, see relay
)

// A job is the Work of a product. Wherever it is split, the order of the sums is
// the same.
type job[T float] struct {
	product[T]
	team     *Team
	buffers  []buffer[T]
	m, n     int
	along    direction
	measured bool // whether Run measures how long it takes
}

// Run computes the piece from lo to hi.
func (j *job[T]) Run(lo, hi int) {
	piece := j.team.pieceAt(lo)
	if !j.measured {
		j.run(piece, lo, hi)
		return
	}
	begin := time.Now()
	j.run(piece, lo, hi)
	j.team.pieces[piece].took = time.Since(begin)
}

// run is Run of the piece with that index.
func (j *job[T]) run(piece, lo, hi int) {
	buf := &j.buffers[piece]
	switch j.along {
	case byRows:
		j.compute(buf, lo, hi, 0, j.n)
	case byColumns:
		j.compute(buf, 0, j.m, lo, hi)
	case bySteps:
		j.relay(buf, piece, lo, hi)
	}
}
