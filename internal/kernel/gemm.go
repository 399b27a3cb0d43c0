package kernel

import (
	"fmt"

	"gonum.org/v1/gonum/blas"
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
	t.multiply(p, &c, &a, &b, nil, 0)
}

// MulAdd computes C += op(A)·op(B): the chain of [Team.Mul], starting from the
// element of C.
func (t *Team) MulAdd(p Product, c, a, b blas64.General) {
	t.multiply(p, &c, &a, &b, c.Data, c.Stride)
}

// MulBias computes C = op(A)·op(B) + 1·biasᵀ: the chain of [Team.Mul], starting
// from bias[j]. It panics unless bias has one number for each column of C. A
// nil bias is zero.
func (t *Team) MulBias(p Product, c, a, b blas64.General, bias []float64) {
	if bias != nil && len(bias) != c.Cols {
		panic(fmt.Sprintf("kernel: %v: bias has length %d, c has %d columns", p, len(bias), c.Cols))
	}
	t.multiply(p, &c, &a, &b, bias, 0)
}

// ColSums stores the sums of the columns of a: dst[j] = Σᵢ a[i,j], added in the
// order of i, starting from zero. It panics unless dst has one number for each
// column.
func (t *Team) ColSums(dst []float64, a blas64.General) {
	if len(dst) != a.Cols {
		panic(fmt.Sprintf("kernel: ColSums: dst has length %d, a has %d columns", len(dst), a.Cols))
	}
	checkData("ColSums", "a", &a)
	// This is the product of a row of ones and a. A fused multiply-add by one
	// is an addition.
	var g product
	g.k = a.Rows
	g.a = one[:]
	g.b, g.rsb, g.csb = a.Data, a.Stride, 1
	g.c, g.ldc = dst, len(dst)
	t.do(&g, 1, a.Cols)
}

var one = [1]float64{1}

// multiply computes C = D + op(A)·op(B), where D has the stride ldd, which is
// zero if all its rows are the same. A nil d means that D is zero.
func (t *Team) multiply(p Product, c, a, b *blas64.General, d []float64, ldd int) {
	m, ka := a.Rows, a.Cols
	kb, n := b.Rows, b.Cols
	// Assigned one by one, the fields are not copied from a temporary, which
	// matters for the smallest products.
	var g product
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
	impl := blas64.Implementation()
	if _, ok := impl.(gonum.Implementation); !ok && m > 0 && n > 0 && g.k > 0 {
		g.foreign(impl, p, m, n, a.Stride, b.Stride)
		return
	}
	t.do(&g, m, n)
}

// foreign leaves a product to the BLAS that the program has chosen. There is no
// guarantee about its bits.
func (g *product) foreign(impl blas.Float64, p Product, m, n, lda, ldb int) {
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
	impl.Dgemm(ta, tb, m, n, g.k, 1, g.a, lda, g.b, ldb, beta, g.c, g.ldc)
}

// holds reports whether the matrix lies inside its data.
func holds(x *blas64.General) bool {
	if x.Rows <= 0 || x.Cols <= 0 {
		return x.Rows >= 0 && x.Cols >= 0
	}
	return x.Stride >= x.Cols && (x.Rows-1)*x.Stride+x.Cols <= len(x.Data)
}

func checkData(op, name string, x *blas64.General) {
	if !holds(x) {
		panic(fmt.Sprintf("kernel: %s: %s is %d×%d with stride %d, but has %d numbers",
			op, name, x.Rows, x.Cols, x.Stride, len(x.Data)))
	}
}

func panicShape(p Product, c, a, b *blas64.General) {
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
type product struct {
	k        int
	a        []float64
	rsa, csa int
	b        []float64
	rsb, csb int
	c        []float64
	ldc      int
	d        []float64
	ldd      int
}

// transpose turns a product whose C is one column of m contiguous numbers into
// Cᵀ = Dᵀ + Bᵀ·Aᵀ, whose C is one row.
func (g *product) transpose(m int) {
	if g.d != nil && g.ldd == 0 {
		for i := range m {
			g.c[i] = g.d[0]
		}
		g.d = g.c
	}
	g.a, g.rsa, g.csa, g.b, g.rsb, g.csb = g.b, g.csb, g.rsb, g.a, g.csa, g.rsa
}

// minShared is the number of multiply-adds from which a product is shared with
// the workers.
const minShared = 1_000_000

// do computes an m×n product, with the workers' help if it is large.
func (t *Team) do(g *product, m, n int) {
	if m == 0 || n == 0 {
		return
	}
	if n == 1 && g.ldc == 1 && m > 1 {
		g.transpose(m)
		m, n = 1, m
	}
	if len(t.workers) == 0 || m*n*g.k < minShared {
		g.compute(&t.buffers[0], 0, m, 0, n)
		return
	}
	t.job = job{product: *g, m: m, n: n, team: t}
	if colGrain := 64; n >= m || g.csb != 1 && n >= 2*colGrain {
		t.job.columns = true
		t.job.share = t.share(n, colGrain)
		t.Split(n, colGrain, &t.job)
	} else {
		t.job.share = t.share(m, 8)
		t.Split(m, 8, &t.job)
	}
	t.job = job{}
}

// A job is the Work of a product. It is split along the columns of C or along
// its rows, but never along k, which would change the order of the sums.
type job struct {
	product
	team    *Team
	m, n    int
	columns bool
	share   int // length of every piece except the last
}

// Run computes the piece of C from lo to hi.
func (j *job) Run(lo, hi int) {
	buf := &j.team.buffers[lo/j.share]
	if j.columns {
		j.compute(buf, 0, j.m, lo, hi)
	} else {
		j.compute(buf, lo, hi, 0, j.n)
	}
}
