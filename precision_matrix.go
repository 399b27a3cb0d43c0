package mlp

import (
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// matrix32 is a matrix in single precision without gaps between its rows.
type matrix32 = blas32.General

func newMatrix32(rows, cols int, data []float32) matrix32 {
	return matrix32{Rows: rows, Cols: cols, Stride: cols, Data: data[:rows*cols]}
}

// buffer32 is buffer in single precision.
type buffer32 struct{ data []float32 }

// resize returns a matrix of the given size in the buffer's memory, with
// unspecified contents. It allocates only if the matrix is larger than any
// before.
func (b *buffer32) resize(rows, cols int) matrix32 {
	if n := rows * cols; n > len(b.data) {
		b.data = make([]float32, n)
	}
	return newMatrix32(rows, cols, b.data)
}

// narrowed rounds src to dst, or to new memory if dst is nil. Of a nil src there is
// nothing to round.
func narrowed(dst []float32, src []float64) []float32 {
	if src == nil {
		return nil
	}
	if dst == nil {
		dst = make([]float32, len(src))
	}
	kernel.Narrow(dst, src)
	return dst
}

// narrowRows rounds x to dst and reports whether all of dst is finite.
func narrowRows(dst matrix32, x *mat.Dense) (ok bool) {
	g := x.RawMatrix()
	if g.Stride == g.Cols {
		return kernel.Narrow(dst.Data, g.Data[:len(dst.Data)])
	}
	ok = true
	for i := range g.Rows {
		ok = kernel.Narrow(dst.Data[i*g.Cols:][:g.Cols], g.Data[i*g.Stride:][:g.Cols]) && ok
	}
	return ok
}

// widenRows stores x in dst.
func widenRows(dst *mat.Dense, x matrix32) {
	g := dst.RawMatrix()
	if g.Stride == g.Cols {
		kernel.Widen(g.Data[:len(x.Data)], x.Data)
		return
	}
	for i := range g.Rows {
		kernel.Widen(g.Data[i*g.Stride:][:g.Cols], x.Data[i*g.Cols:][:g.Cols])
	}
}

// rowsOf32 returns rows lo to hi of x.
func rowsOf32(x matrix32, lo, hi int) matrix32 {
	return newMatrix32(hi-lo, x.Cols, x.Data[lo*x.Cols:hi*x.Cols])
}

// columnsOf32 is columnsOf in single precision. What it returns has gaps.
func columnsOf32(x matrix32, lo, hi int) matrix32 {
	x.Data, x.Cols = x.Data[lo:(x.Rows-1)*x.Stride+hi], hi-lo
	return x
}

// row32 returns row i of numbers with this many columns.
func row32(m []float32, i, cols int) []float32 { return m[i*cols:][:cols] }

// dot32 is dot in single precision. Products are exact, and sums are rounded to
// double precision.
func dot32(a, b []float32) float64 {
	sum := 0.0
	for i, v := range a {
		sum += float64(v) * float64(b[i])
	}
	return sum
}

// sum32 returns Σ x in double precision: four sums, of every fourth element,
// which the processor adds at the same time.
func sum32(x []float32) float64 {
	var s0, s1, s2, s3 float64
	for ; len(x) >= 4; x = x[4:] {
		s0 += float64(x[0])
		s1 += float64(x[1])
		s2 += float64(x[2])
		s3 += float64(x[3])
	}
	for _, v := range x {
		s0 += float64(v)
	}
	return (s0 + s1) + (s2 + s3)
}

// dotLanes32 returns Σ a·b like sum32. Products are exact, as in dot32.
func dotLanes32(a, b []float32) float64 {
	var s0, s1, s2, s3 float64
	for ; len(a) >= 4 && len(b) >= 4; a, b = a[4:], b[4:] {
		s0 += float64(a[0]) * float64(b[0])
		s1 += float64(a[1]) * float64(b[1])
		s2 += float64(a[2]) * float64(b[2])
		s3 += float64(a[3]) * float64(b[3])
	}
	for i, v := range a {
		s0 += float64(v) * float64(b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// narrowing is the kernel.Work of rounding a batch on its way into training.
type narrowing struct {
	dst []float32
	src []float64
}

// narrow stores x, whose entries are in range, in dst, with the help of the team.
func (w *narrowing) narrow(team *kernel.Team, dst matrix32, x *mat.Dense) {
	g := x.RawMatrix()
	if len(dst.Data) < minSharedEntries || g.Stride != g.Cols {
		narrowRows(dst, x)
		return
	}
	w.dst, w.src = dst.Data, g.Data
	team.Split(len(dst.Data), 1<<10, w)
	w.dst, w.src = nil, nil
}

// Run implements kernel.Work.
func (w *narrowing) Run(lo, hi int) { kernel.Narrow(w.dst[lo:hi], w.src[lo:hi]) }
