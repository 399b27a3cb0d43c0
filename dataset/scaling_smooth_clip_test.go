package dataset_test

import (
	"math"
	"testing"

	"example.com/mlp/dataset"
)

// Numbers far from all others come near the ends and stay in their order.
func TestSmoothScalingsOfWildNumbers(t *testing.T) {
	const text = "x\n1\n2\n3\n4\n5\n"
	for scaling, end := range map[dataset.Scaling]float64{dataset.SmoothClip: 3, dataset.Normal: 5.199337582605575} {
		p := fitRecipe(t, dataset.Recipe{Numeric: dataset.Numeric{Scaling: scaling}}, text)
		before := math.Inf(-1)
		for _, v := range []float64{-math.MaxFloat64, -1e155, -1e9, 0, 3, 6, 1e9, 1e155, math.MaxFloat64} {
			var z [1]float64
			if err := p.TransformCells(z[:], []dataset.Cell{dataset.Number(v)}); err != nil {
				t.Fatal(err)
			}
			if z[0] < before || math.Abs(z[0]) > end+1e-9 || math.Abs(v) > 1e8 && math.Abs(z[0]) < end-1e-9 || v == 3 && z[0] != 0 {
				t.Errorf("%v: %g becomes %.17g after %.17g", scaling, v, z[0], before)
			}
			before = z[0]
		}
	}
}
