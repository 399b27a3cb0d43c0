package trust_test

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

func column(v ...float64) *mat.Dense { return mat.NewDense(len(v), 1, v) }

// oneHot returns targets with k columns for classes.
func oneHot(k int, classes ...int) *mat.Dense {
	m := mat.NewDense(len(classes), k, nil)
	for i, c := range classes {
		m.Set(i, c, 1)
	}
	return m
}

// sure returns probabilities of k classes that are nearly 1 for those given.
func sure(k int, classes ...int) *mat.Dense {
	p := oneHot(k, classes...)
	p.Apply(func(_, _ int, v float64) float64 { return 0.9*v + 0.1/float64(k) }, p)
	return p
}

// referenceTol is for numbers of testdata/trust.json.
const referenceTol = 1e-12

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*max(1, math.Abs(want))) {
		t.Errorf("%s: %v, want %v (difference %.3g)", what, got, want, got-want)
	}
}

func wantError(t *testing.T, err error, message string) {
	t.Helper()
	if err == nil || err.Error() != message {
		t.Errorf("error %v\nwant  %s", err, message)
	}
}

// must returns v unless there is an error.
func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// matrix is a mat.Dense in JSON.
type matrix = testkit.Matrix

// reference is testdata/trust.json.
type reference struct {
	CalibrationCurves []struct {
		Name  string
		Y, P  []float64
		Bins  int
		Curve [][2]float64
	} `json:"calibration_curves"`
	Platt []struct {
		Name          string
		Y, P          []float64
		Slope, Offset float64
	}
	Temperature []struct {
		Name        string
		Y, P        matrix
		Temperature float64
	}
	PartialDependence struct {
		X     matrix
		Cases []struct {
			Column, Points int
			Grid           []float64
			Means          matrix
		}
	} `json:"partial_dependence"`
}

func readReference(t *testing.T) *reference {
	t.Helper()
	b, err := os.ReadFile("testdata/trust.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

func softmax(z []float64) []float64 {
	p := make([]float64, len(z))
	sum := 0.0
	for j, v := range z {
		p[j] = math.Exp(v)
		sum += p[j]
	}
	for j := range p {
		p[j] /= sum
	}
	return p
}

// drawn returns rows of k classes drawn from known probabilities, and the
// probabilities to a power, which makes them overconfident if it is above 1.
func drawn(rng *rand.Rand, rows, k int, power float64) (y, p *mat.Dense) {
	y, p = mat.NewDense(rows, k, nil), mat.NewDense(rows, k, nil)
	z := make([]float64, k)
	for i := range rows {
		for j := range z {
			z[j] = 1.5 * rng.NormFloat64()
		}
		u := rng.Float64()
		class := 0
		for truth := softmax(z); class < k-1 && u >= truth[class]; class++ {
			u -= truth[class]
		}
		y.Set(i, class, 1)
		for j := range z {
			z[j] *= power
		}
		p.SetRow(i, softmax(z))
	}
	return y, p
}

// overfitted returns a network that has memorized a few noisy rows, and rows it
// has not seen.
func overfitted(t *testing.T, output mlp.Layer, loss mlp.Loss) (net mlp.Network, x, y *mat.Dense) {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 6))
	_, units := output.Dims()
	const train, rest = 60, 600
	x, y = mat.NewDense(train+rest, 4, nil), mat.NewDense(train+rest, units, nil)
	for i := range train + rest {
		for j := range 4 {
			x.Set(i, j, rng.NormFloat64())
		}
		class := 0
		if x.At(i, 0)+x.At(i, 1)+rng.NormFloat64() > 0 {
			class = 1
		}
		switch {
		case units == 1:
			y.Set(i, 0, float64(class))
		default:
			y.Set(i, class+rng.IntN(2), 1) // three classes
		}
	}
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(4, 32, mlp.Tanh), output}, loss, mlp.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	opts := mlp.FitOptions{Epochs: 100, Optimizer: mlp.Adam{LearningRate: 0.02}}
	if _, err := net.Fit(context.Background(), x.Slice(0, train, 0, 4), y.Slice(0, train, 0, units), opts); err != nil {
		t.Fatal(err)
	}
	return net, mat.DenseCopyOf(x.Slice(train, train+rest, 0, 4)), mat.DenseCopyOf(y.Slice(train, train+rest, 0, units))
}

// halves returns the rows before and after the middle.
func halves(m *mat.Dense) (a, b *mat.Dense) {
	rows, cols := m.Dims()
	return m.Slice(0, rows/2, 0, cols).(*mat.Dense), m.Slice(rows/2, rows, 0, cols).(*mat.Dense)
}
