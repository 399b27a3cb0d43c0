package trust_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/trust"
)

func TestReliabilityAgainstScikitLearn(t *testing.T) {
	for _, c := range readReference(t).CalibrationCurves {
		bins, err := trust.Reliability(column(c.Y...), column(c.P...), c.Bins)
		if err != nil {
			t.Fatal(err)
		}
		if len(bins) != len(c.Curve) {
			t.Fatalf("%s: %d bins, want %d", c.Name, len(bins), len(c.Curve))
		}
		rows := 0
		for i, b := range bins {
			near(t, c.Name+": Predicted", b.Predicted, c.Curve[i][0], referenceTol)
			near(t, c.Name+": Observed", b.Observed, c.Curve[i][1], referenceTol)
			rows += b.Rows
		}
		if rows != len(c.Y) {
			t.Errorf("%s: the bins have %d rows, want %d", c.Name, rows, len(c.Y))
		}
	}
}

func TestReliabilityOfClasses(t *testing.T) {
	y := oneHot(3, 0, 1, 2, 0)
	p := mat.NewDense(4, 3, []float64{
		0.9, 0.1, 0, // right
		0.2, 0.7, 0.1, // right
		0.1, 0.6, 0.3, // wrong
		0.1, 0.1, 0.8, // wrong
	})
	want := []trust.Bin{{Rows: 2, Predicted: 0.65, Observed: 0.5}, {Rows: 2, Predicted: 0.85, Observed: 0.5}}
	bins, err := trust.Reliability(y, p, 4)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range bins {
		if b.Rows != want[i].Rows {
			t.Errorf("bin %d has %d rows, want %d", i, b.Rows, want[i].Rows)
		}
		near(t, "Predicted", b.Predicted, want[i].Predicted, 1e-15)
		near(t, "Observed", b.Observed, want[i].Observed, 1e-15)
	}
	got, err := trust.CalibrationError(y, p, 4)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "CalibrationError", got, (0.15+0.35)/2, 1e-15)
}

// Two classes are the same in one column and in two.
func TestReliabilityOfTwoClasses(t *testing.T) {
	y, p := column(0, 0, 1, 1), column(0.1, 0.4, 0.3, 0.8)
	y2, p2 := mat.NewDense(4, 2, nil), mat.NewDense(4, 2, nil)
	for i := range 4 {
		y2.SetRow(i, []float64{1 - y.At(i, 0), y.At(i, 0)})
		p2.SetRow(i, []float64{1 - p.At(i, 0), p.At(i, 0)})
	}
	for name, m := range map[string][2]*mat.Dense{"n×1": {y, p}, "n×2": {y2, p2}} {
		got := must[float64](t)(trust.CalibrationError(m[0], m[1], 2))
		near(t, name+": CalibrationError", got, (3*(1./3-0.8/3)+0.2)/4, 1e-15)
		bins := must[[]trust.Bin](t)(trust.Reliability(m[0], m[1], 2))
		want := []trust.Bin{{Rows: 3, Predicted: 0.8 / 3, Observed: 1. / 3}, {Rows: 1, Predicted: 0.8, Observed: 1}}
		for i, b := range bins {
			near(t, name+": Predicted", b.Predicted, want[i].Predicted, 1e-15)
			near(t, name+": Observed", b.Observed, want[i].Observed, 1e-15)
			if b.Rows != want[i].Rows {
				t.Errorf("%s: bin %d has %d rows, want %d", name, i, b.Rows, want[i].Rows)
			}
		}
	}
}
