package testkit

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Matrix is a mat.Dense in JSON.
type Matrix struct{ *mat.Dense }

func (m *Matrix) UnmarshalJSON(b []byte) error {
	var rows [][]float64
	if err := json.Unmarshal(b, &rows); err != nil {
		return err
	}
	m.Dense = mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		m.SetRow(i, row)
	}
	return nil
}

// ReadJSON reads a file into v.
func ReadJSON(t *testing.T, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// Samples returns n rows of 4 columns, and targets computed from them: one of
// three classes, yes or no, and two numbers.
func Samples(n int) (x, classes, yes, numbers *mat.Dense) {
	x, classes = mat.NewDense(n, 4, nil), mat.NewDense(n, 3, nil)
	yes, numbers = mat.NewDense(n, 1, nil), mat.NewDense(n, 2, nil)
	for i := range n {
		class := i % 3
		for j := range 4 {
			x.Set(i, j, math.Sin(float64(7*i+3*j))/2)
		}
		x.Set(i, class, x.At(i, class)+2)
		classes.Set(i, class, 1)
		if class == 1 {
			yes.Set(i, 0, 1)
		}
		numbers.Set(i, 0, x.At(i, 0)+x.At(i, 1))
		numbers.Set(i, 1, x.At(i, 2)*x.At(i, 3))
	}
	return x, classes, yes, numbers
}

// TargetsOf returns targets for classes: n×1 for two classes, otherwise
// one-hot.
func TargetsOf(classes []int, k int) *mat.Dense {
	if k == 2 {
		m := mat.NewDense(len(classes), 1, nil)
		for i, c := range classes {
			m.Set(i, 0, float64(c))
		}
		return m
	}
	m := mat.NewDense(len(classes), k, nil)
	for i, c := range classes {
		m.Set(i, c, 1)
	}
	return m
}

// With returns a copy of m with one entry changed.
func With(m *mat.Dense, i, j int, v float64) *mat.Dense {
	c := mat.DenseCopyOf(m)
	c.Set(i, j, v)
	return c
}

// Row returns a matrix with one row.
func Row(v []float64) *mat.Dense { return mat.NewDense(1, len(v), v) }

// ColumnOf returns v as an n×1 matrix.
func ColumnOf(v ...float64) *mat.Dense { return mat.NewDense(len(v), 1, v) }

// AllOf returns a matrix whose entries are v.
func AllOf(rows, cols int, v float64) *mat.Dense {
	m := mat.NewDense(rows, cols, nil)
	m.Apply(func(i, j int, _ float64) float64 { return v }, m)
	return m
}

// ScaledBy returns f·m.
func ScaledBy(m *mat.Dense, f float64) *mat.Dense {
	var s mat.Dense
	s.Scale(f, m)
	return &s
}
