package testkit

import (
	"encoding/json"

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
