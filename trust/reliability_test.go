package trust_test

import (
	"math/rand/v2"
	"slices"
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

// The probabilities of two classes give the same result in one column and in
// two.
func TestReliabilityOfTwoClasses(t *testing.T) {
	for _, c := range []struct {
		y, p []float64
		ece  float64 // with two bins, of class 1
	}{
		{[]float64{1, 0, 1, 1}, []float64{0.75, 0.25, 0.25, 0.75}, 0.25},
		{[]float64{0, 0, 0, 1}, []float64{0.1, 0.2, 0.3, 0.9}, 0.75*0.2 + 0.25*0.1},
		{[]float64{1, 1}, []float64{0.5, 1}, 0.5*0.5 + 0},
	} {
		y, p := column(c.y...), column(c.p...)
		y2, p2 := mat.NewDense(len(c.y), 2, nil), mat.NewDense(len(c.y), 2, nil)
		for i := range c.y {
			y2.SetRow(i, []float64{1 - c.y[i], c.y[i]})
			p2.SetRow(i, []float64{1 - c.p[i], c.p[i]})
		}
		one, two := must[float64](t)(trust.CalibrationError(y, p, 2)), must[float64](t)(trust.CalibrationError(y2, p2, 2))
		near(t, "CalibrationError", one, c.ece, 1e-15)
		if one != two {
			t.Errorf("calibration error %v in one column, %v in two", one, two)
		}
		bins, bins2 := must[[]trust.Bin](t)(trust.Reliability(y, p, 2)), must[[]trust.Bin](t)(trust.Reliability(y2, p2, 2))
		if !slices.Equal(bins, bins2) {
			t.Errorf("bins %v in one column, %v in two", bins, bins2)
		}
	}
	y, p := drawn(rand.New(rand.NewPCG(1, 2)), 500, 2, 2)
	two := must[float64](t)(trust.CalibrationError(y, p, 10))
	one := must[float64](t)(trust.CalibrationError(y.ColView(1), p.ColView(1), 10))
	if one != two {
		t.Errorf("calibration error %v in one column, %v in two", one, two)
	}
}

func TestReliabilityRefusesLabels(t *testing.T) {
	for _, c := range []struct {
		y, p mat.Matrix
		want string
	}{
		{column(0, 1, 1), column(0, 1, 0), "p is 0 or 1 everywhere, which are labels, want probabilities"},
		{oneHot(3, 0, 1), oneHot(3, 0, 2), "p is 0 or 1 everywhere, which are labels, want probabilities"},
		{column(0, 1, 1), column(0, 2, 1), "p[1,0] is 2, want a probability"},
		{column(0.1, 0.9), column(0, 1), "y row 0 has 0.1 in column 0, want 0 or 1"},
		{sure(3, 0, 1), oneHot(3, 0, 1), "y row 0 has 0.9333333333333333 in column 0, want 0 or 1"},
		{column(0, 2), sure(3, 0, 2), "p has 3 columns, y has 1"},
	} {
		_, err := trust.Reliability(c.y, c.p, 10)
		wantError(t, err, "trust: Reliability: "+c.want)
		_, err = trust.CalibrationError(c.y, c.p, 10)
		wantError(t, err, "trust: CalibrationError: "+c.want)
	}
}
