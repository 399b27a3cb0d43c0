package trust_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/trust"
)

func TestTemperatureAgainstSciPy(t *testing.T) {
	for _, c := range readReference(t).Temperature {
		got, err := trust.FitTemperature(c.Y, c.P)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.Name, float64(got), c.Temperature, referenceTol)
	}
}

// The temperature of probabilities to a power equals the power and reverses it.
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

// The most probable class stays the same, even if it leads only by rounding.
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
		for _, temperature := range []trust.Temperature{5e-324, 1e-3, 0.5, 1, 1.7, 100, 1e9} {
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
		for _, temperature := range []trust.Temperature{5e-324, 1e-3, 1, 100, 1e9} {
			q := must[*mat.Dense](t)(temperature.Apply(column(p))).At(0, 0)
			if (q >= 0.5) != (p >= 0.5) || !(q >= 0 && q <= 1) {
				t.Errorf("temperature %g makes %v of %v", temperature, q, p)
			}
		}
	}
}
