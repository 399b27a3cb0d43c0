package mlp

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// finite reports whether v is neither NaN nor an infinity.
func finite(v float64) bool { return v-v == 0 }

// runningMean returns β·mean + (1−β)·x, with the same bits on every processor:
// the conversions keep the compiler from fusing the products with the sum.
func runningMean(beta, mean, x float64) float64 {
	return float64(beta*mean) + float64((1-beta)*x)
}

// sign returns −1, 0 or 1, or NaN for NaN.
func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// dot returns Σ a·b, in the order of the elements.
func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}

// sumOf returns Σ a, in the order of the elements, unlike floats.Sum, whose order
// depends on the processor.
func sumOf(a []float64) float64 {
	sum := 0.0
	for _, v := range a {
		sum += v
	}
	return sum
}

// argmax returns the index of the largest entry, the first of equals.
func argmax(s []float64) int {
	best, largest := 0, s[0]
	for i, v := range s {
		if v > largest {
			best, largest = i, v
		}
	}
	return best
}

// isArgmax reports whether argmax(s), which has no NaN, is k. For a network that
// is mostly right, its branches are easier to predict than those of argmax.
func isArgmax(s []float64, k int) bool {
	largest := s[k]
	for _, v := range s[:k] {
		if v >= largest {
			return false
		}
	}
	for _, v := range s[k+1:] {
		if v > largest {
			return false
		}
	}
	return true
}

// exp is kernel.Exp of a single number.
func exp(x float64) float64 {
	v := [1]float64{x}
	kernel.Exp(v[:], v[:])
	return v[0]
}

// expRows stores exp(m) in m.
func expRows(m *mat.Dense) {
	g := m.RawMatrix()
	if g.Stride == g.Cols {
		kernel.Exp(g.Data, g.Data)
		return
	}
	for i := range g.Rows {
		row := m.RawRowView(i)
		kernel.Exp(row, row)
	}
}

// between interpolates linearly from one number to another as p goes from 0 to
// 1. It returns both end points exactly, and the same bits on every processor.
func between(from, to, p float64) float64 {
	return float64(from*(1-p)) + float64(to*p)
}

// addRows adds x to dst.
func addRows(dst, x *mat.Dense) {
	for i := range x.RawMatrix().Rows {
		kernel.Axpy(dst.RawRowView(i), 1, x.RawRowView(i))
	}
}

// divideRows divides the entries of m by n.
func divideRows(m *mat.Dense, n int) {
	for i := range m.RawMatrix().Rows {
		row := m.RawRowView(i)
		for j := range row {
			row[j] /= float64(n)
		}
	}
}

// colSums stores the sums of the columns of m in dst.
func colSums(dst []float64, m *mat.Dense) {
	clear(dst)
	for i := range m.RawMatrix().Rows {
		kernel.Axpy(dst, 1, m.RawRowView(i))
	}
}

// ones returns a row of ones.
func ones(units int) *mat.Dense { return constants(units, 1) }

// constants returns a row of equal numbers.
func constants(units int, v float64) *mat.Dense {
	return mat.NewDense(1, units, slices.Repeat([]float64{v}, units))
}

func fill(w *mat.Dense, next func() float64) {
	rows, cols := dims(w)
	for i := range rows {
		for j := range cols {
			w.Set(i, j, next())
		}
	}
}

// normal draws a number from the standard normal distribution, by the polar
// method (Marsaglia and Bray, 1964). rng.NormFloat64 is faster, but its last
// bits depend on the architecture.
func normal(rng *rand.Rand) float64 {
	for {
		u, v := 2*rng.Float64()-1, 2*rng.Float64()-1
		if s := float64(u*u) + float64(v*v); s > 0 && s < 1 {
			return u * math.Sqrt(-2*kernel.Log(s)/s)
		}
	}
}

// buffer is memory for a matrix with a varying number of rows. Its view is
// reused, so resizing does not allocate.
type buffer struct {
	view mat.Dense
	data []float64
}

// resize returns a matrix of the given size in the buffer's memory, with
// unspecified contents. It allocates only if the matrix is larger than any
// before.
func (b *buffer) resize(rows, cols int) *mat.Dense {
	if r, c := b.view.Dims(); r == rows && c == cols {
		return &b.view
	}
	if n := rows * cols; n > len(b.data) {
		b.data = make([]float64, n)
	}
	b.view.SetRawMatrix(blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: b.data[:rows*cols]})
	return &b.view
}

// copyOf returns a copy of m in the buffer's memory.
func (b *buffer) copyOf(m *mat.Dense) *mat.Dense {
	c := b.resize(m.Dims())
	c.Copy(m)
	return c
}

// hasGaps reports whether there may be gaps between the rows of m.
func hasGaps(m *mat.Dense) bool {
	g := m.RawMatrix()
	return g.Stride != g.Cols
}

// viewRows makes view a view of the rows [lo, hi) of m.
func viewRows(view, m *mat.Dense, lo, hi int) *mat.Dense {
	view.SetRawMatrix(rowsOf(m, lo, hi))
	return view
}

// rowsOf returns the rows [lo, hi) of m, at least one.
func rowsOf(m *mat.Dense, lo, hi int) blas64.General {
	g := m.RawMatrix()
	g.Data = g.Data[lo*g.Stride : (hi-1)*g.Stride+g.Cols]
	g.Rows = hi - lo
	return g
}

// viewColumns makes view a view of the columns [lo, hi) of m.
func viewColumns(view, m *mat.Dense, lo, hi int) *mat.Dense {
	view.SetRawMatrix(columnsOf(m, lo, hi))
	return view
}

// columnsOf returns the columns [lo, hi) of m.
func columnsOf(m *mat.Dense, lo, hi int) blas64.General {
	g := m.RawMatrix()
	g.Data = g.Data[lo : (g.Rows-1)*g.Stride+hi]
	g.Cols = hi - lo
	return g
}

// dims returns the size of m, or 0×0 for nil.
func dims(m *mat.Dense) (rows, cols int) {
	if m == nil {
		return 0, 0
	}
	return m.Dims()
}

// gather copies some rows of m into buf.
func gather(buf *buffer, m *mat.Dense, rows []int) *mat.Dense {
	_, cols := m.Dims()
	dst := buf.resize(len(rows), cols)
	copyRows(dst, m, rows, 0, len(rows))
	return dst
}

// copyRows copies rows[lo:hi] of m into the same places of dst.
func copyRows(dst, m *mat.Dense, rows []int, lo, hi int) {
	for i := lo; i < hi; i++ {
		copy(dst.RawRowView(i), m.RawRowView(rows[i]))
	}
}

// gatherColumns copies some columns of m into buf.
func gatherColumns(buf *buffer, m *mat.Dense, columns []int) *mat.Dense {
	rows, _ := m.Dims()
	dst := buf.resize(rows, len(columns))
	for i := range rows {
		gatherRow(dst.RawRowView(i), m.RawRowView(i), columns)
	}
	return dst
}

// gatherRow copies some entries of a row into dst.
func gatherRow(dst, row []float64, columns []int) {
	for k, j := range columns {
		dst[k] = row[j]
	}
}

// checkLength panics unless a, an argument of op, has the same length as b.
func checkLength(op, name string, a []float64, other string, b []float64) {
	if len(a) != len(b) {
		panic(&ShapeError{Op: op, Subject: name, Got: len(a), Unit: "entries", Wanting: other + " has", Want: len(b)})
	}
}
