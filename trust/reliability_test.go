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
