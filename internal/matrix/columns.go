package matrix

import "gonum.org/v1/gonum/mat"

// Columns returns a copy of some columns of m, in their order.
func Columns(m *mat.Dense, columns []int) *mat.Dense {
	rows, _ := m.Dims()
	part := mat.NewDense(rows, len(columns), nil)
	for i := range rows {
		dst, src := part.RawRowView(i), m.RawRowView(i)
		for k, j := range columns {
			dst[k] = src[j]
		}
	}
	return part
}
