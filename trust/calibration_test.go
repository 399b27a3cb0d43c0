package trust_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/trust"
)

const referenceTol = 1e-12

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

func TestPlattAgainstScikitLearn(t *testing.T) {
	for _, c := range readReference(t).Platt {
		got, err := trust.FitPlatt(column(c.Y...), column(c.P...))
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.Name+": Slope", got.Slope, c.Slope, referenceTol)
		near(t, c.Name+": Offset", got.Offset, c.Offset, referenceTol)
	}
}

func TestTemperatureAgainstSciPy(t *testing.T) {
	for _, c := range readReference(t).Temperature {
		got, err := trust.FitTemperature(c.Y, c.P)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.Name, float64(got), c.Temperature, referenceTol)
	}
}

// The temperature of probabilities to a power is the power, and undoes it.
func TestTemperatureFindsThePower(t *testing.T) {
	for _, power := range []float64{0.3, 1, 4} {
		y, p := drawn(rand.New(rand.NewPCG(1, 2)), 20000, 3, power)
		temperature, err := trust.FitTemperature(y, p)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "temperature", float64(temperature)/power, 1, 0.05)
		q, err := temperature.Apply(p)
		if err != nil {
			t.Fatal(err)
		}
		before := must[float64](t)(trust.CalibrationError(y, p, 10))
		after := must[float64](t)(trust.CalibrationError(y, q, 10))
		if after > 0.02 || power != 1 && after > before/3 {
			t.Errorf("power %g: calibration error %.4f before, %.4f after", power, before, after)
		}
	}
}

// Two classes in one column are calibrated as in two.
func TestTemperatureOfOneColumn(t *testing.T) {
	y, p := drawn(rand.New(rand.NewPCG(1, 2)), 500, 2, 3)
	two := must[trust.Temperature](t)(trust.FitTemperature(y, p))
	y1, p1 := mat.DenseCopyOf(y.ColView(1)), mat.DenseCopyOf(p.ColView(1))
	one := must[trust.Temperature](t)(trust.FitTemperature(y1, p1))
	near(t, "temperature", float64(one), float64(two), 1e-9)
	q := must[*mat.Dense](t)(two.Apply(p))
	q1 := must[*mat.Dense](t)(one.Apply(p1))
	for i := range 500 {
		near(t, "probability", q1.At(i, 0), q.At(i, 1), 1e-9)
	}
}

// The most probable class stays, even if it is ahead by one rounding only.
func TestTemperatureKeepsTheClass(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	argmax := floats.MaxIdx // the first of equals
	rows := [][]float64{
		{0, 1, 0},
		{0.5, 0.5, 0},
		{1.0 / 3, 1.0 / 3, 1.0 / 3},
		{0.3, math.Nextafter(0.3, 1), 0.4 - 0x1p-54, 0},
		{math.Nextafter(0.5, 0), 0.5},
		{0.25, math.Nextafter(0.25, 1), 0.25, 0.25},
		{0, 5e-324, 1},
	}
	for range 300 {
		z := make([]float64, 4)
		for j := range z {
			z[j] = 100 * rng.NormFloat64()
		}
		rows = append(rows, softmax(z))
		v := 0.2 + 0.2*rng.Float64()
		rows = append(rows, []float64{1 - 2*v, v, math.Nextafter(v, 1)})
	}
	for _, row := range rows {
		for _, temperature := range []trust.Temperature{1e-3, 0.5, 1, 1.7, 100, 1e9} {
			q, err := temperature.Apply(mat.NewDense(1, len(row), row))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := argmax(q.RawRowView(0)), argmax(row); got != want {
				t.Errorf("temperature %g makes %v of %v: class %d, want %d", temperature, q.RawRowView(0), row, got, want)
			}
			near(t, "sum", floats.Sum(q.RawRowView(0)), 1, 1e-15)
		}
	}
	for _, p := range []float64{0, 0.1, math.Nextafter(0.5, 0), 0.5, math.Nextafter(0.5, 1), 0.9, 1} {
		for _, temperature := range []trust.Temperature{1e-3, 1, 100, 1e9} {
			q := must[*mat.Dense](t)(temperature.Apply(column(p))).At(0, 0)
			if (q >= 0.5) != (p >= 0.5) || !(q >= 0 && q <= 1) {
				t.Errorf("temperature %g makes %v of %v", temperature, q, p)
			}
		}
	}
}

// At the minimum the probabilities add up to the targets.
func TestPlattAtTheMinimum(t *testing.T) {
	y, p := drawn(rand.New(rand.NewPCG(1, 2)), 20000, 2, 3)
	y1, p1 := mat.DenseCopyOf(y.ColView(1)), mat.DenseCopyOf(p.ColView(1))
	c := must[trust.Platt](t)(trust.FitPlatt(y1, p1))
	near(t, "Slope", c.Slope, 1.0/3, 0.02)
	near(t, "Offset", c.Offset, 0, 0.05)
	q := must[*mat.Dense](t)(c.Apply(p1))
	ones := mat.Sum(y1)
	zeros := 20000 - ones
	near(t, "sum", mat.Sum(q), ones*(ones+1)/(ones+2)+zeros/(zeros+2), 1e-11)
}

// Both kinds of calibration make a network better that is too sure of itself,
// on rows that neither has seen.
func TestCalibrationImprovesTheLogLoss(t *testing.T) {
	improves := func(t *testing.T, y, p *mat.Dense, calibrate func(y, p *mat.Dense) (apply func(mat.Matrix) (*mat.Dense, error), err error)) {
		fitY, testY := halves(y)
		fitP, testP := halves(p)
		apply, err := calibrate(fitY, fitP)
		if err != nil {
			t.Fatal(err)
		}
		before := must[float64](t)(mlp.LogLoss(testY, testP))
		calibrated := must[*mat.Dense](t)(apply(testP))
		after := must[float64](t)(mlp.LogLoss(testY, calibrated))
		if !(after < 0.9*before) {
			t.Errorf("log loss %.4f before and %.4f after", before, after)
		}
		errBefore := must[float64](t)(trust.CalibrationError(testY, testP, 10))
		errAfter := must[float64](t)(trust.CalibrationError(testY, calibrated, 10))
		if !(errAfter < 0.7*errBefore) {
			t.Errorf("calibration error %.4f before and %.4f after", errBefore, errAfter)
		}
	}
	temperature := func(y, p *mat.Dense) (func(mat.Matrix) (*mat.Dense, error), error) {
		c, err := trust.FitTemperature(y, p)
		return c.Apply, err
	}
	platt := func(y, p *mat.Dense) (func(mat.Matrix) (*mat.Dense, error), error) {
		c, err := trust.FitPlatt(y, p)
		return c.Apply, err
	}
	t.Run("three classes", func(t *testing.T) {
		net, x, y := overfitted(t, mlp.Dense(32, 3, mlp.Softmax), mlp.CategoricalCrossEntropy)
		improves(t, y, must[*mat.Dense](t)(net.Predict(x)), temperature)
	})
	t.Run("two classes", func(t *testing.T) {
		net, x, y := overfitted(t, mlp.Dense(32, 1, mlp.Sigmoid), mlp.BinaryCrossEntropy)
		p := must[*mat.Dense](t)(net.(*mlp.BinaryClassifier).Probabilities(x))
		improves(t, y, p, temperature)
		improves(t, y, p, platt)
	})
}

func TestPlattOfNearlyConstantProbabilities(t *testing.T) {
	c := must[trust.Platt](t)(trust.FitPlatt(column(0, 1, 1, 0), column(0.5, math.Nextafter(0.5, 1), 0.5, 0.5)))
	p := must[*mat.Dense](t)(c.Apply(column(0.5)))
	if v := p.At(0, 0); !(v > 0.2 && v < 0.8) {
		t.Errorf("%+v makes %v of 0.5", c, v)
	}
}

func TestPlattOfCertainProbabilities(t *testing.T) {
	c := must[trust.Platt](t)(trust.FitPlatt(column(0, 1, 1, 0, 1), column(0, 1, 0, 0, 1)))
	p := must[*mat.Dense](t)(c.Apply(column(0, 0.5, 1)))
	if got := mat.Col(nil, 0, p); !slices.IsSorted(got) || !(got[0] > 0 && got[2] < 1) {
		t.Errorf("0, 0.5 and 1 become %v", got)
	}
}

func TestCalibrationErrors(t *testing.T) {
	y, p := column(0, 1, 1), column(0.2, 0.4, 0.9)
	for _, c := range []struct {
		y, p mat.Matrix
		want string
	}{
		{nil, p, "trust: FitPlatt: y is nil"},
		{(*mat.Dense)(nil), p, "trust: FitPlatt: y is nil"},
		{y, &mat.Dense{}, "trust: FitPlatt: p is empty (0×0)"},
		{y, column(0.1), "trust: FitPlatt: p has 1 rows, y has 3"},
		{y, oneHot(2, 0, 1, 0), "trust: FitPlatt: p has 2 columns, y has 1"},
		{y, column(0.1, 1.5, 0.2), "trust: FitPlatt: p[1,0] is 1.5, want a probability"},
		{y, column(0.1, math.NaN(), 0.2), "trust: FitPlatt: p[1,0] is NaN: not finite"},
		{column(0, 2, 1), p, "trust: FitPlatt: y[1,0] is 2, want 0 or 1"},
		{column(0, 0, 0), p, "trust: FitPlatt: y has 3 rows of class 0 and 0 of class 1, want both"},
		{y, column(0.5, 0.5, 0.5), "trust: FitPlatt: p is 0.5 in all rows, want different ones"},
		{oneHot(2, 0, 1), oneHot(2, 0, 1), "trust: FitPlatt: p has 2 columns, want 1"},
	} {
		_, err := trust.FitPlatt(c.y, c.p)
		wantError(t, err, c.want)
	}
	for _, c := range []struct {
		y, p mat.Matrix
		want string
	}{
		{oneHot(3, 0), mat.NewDense(1, 3, nil), "trust: FitTemperature: p row 0 sums to 0, want 1"},
		{mat.NewDense(1, 2, []float64{1, 1}), oneHot(2, 0), "trust: FitTemperature: y row 0 has 2 ones, want 1"},
		{oneHot(3, 0, 1), oneHot(3, 0, 1), "trust: FitTemperature: all 2 rows are predicted right, want some that are not"},
		{oneHot(2, 0, 1), mat.NewDense(2, 2, []float64{0.2, 0.8, 0.8, 0.2}), "trust: FitTemperature: p is no better than equal probabilities for all classes"},
	} {
		_, err := trust.FitTemperature(c.y, c.p)
		wantError(t, err, c.want)
	}
	_, err := trust.Temperature(0).Apply(p)
	wantError(t, err, "trust: Temperature.Apply: the temperature is 0, want a number above 0")
	_, err = trust.Platt{Slope: math.Inf(1)}.Apply(p)
	wantError(t, err, "trust: Platt.Apply: Slope is +Inf and Offset 0, want finite numbers")
	_, err = trust.Platt{Slope: 1}.Apply(oneHot(2, 0))
	wantError(t, err, "trust: Platt.Apply: p has 2 columns, want 1")
	_, err = trust.Reliability(y, p, 0)
	wantError(t, err, "trust: Reliability: 0 bins, want a number in [1, 1048576]")
	_, err = trust.CalibrationError(y, column(0.1), 10)
	wantError(t, err, "trust: CalibrationError: p has 1 rows, y has 3")
}
