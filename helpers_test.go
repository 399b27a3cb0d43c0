package mlp_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/testkit"
)

// Short names for the helpers of internal/testkit that these tests use.
var (
	model         = testkit.Model
	classifier    = testkit.Classifier
	binaryNet     = testkit.BinaryNet
	regressor     = testkit.Regressor
	labeller      = testkit.Labeller
	counter       = testkit.Counter
	ensemble      = testkit.Ensemble
	oneOfEach     = testkit.OneOfEach
	ensembleLayer = testkit.EnsembleLayer
	adapted       = testkit.Adapted
	varied        = testkit.Varied
	infer         = testkit.Infer
	weights       = testkit.Weights
	saved         = testkit.Saved
	altered       = testkit.Altered

	samples   = testkit.Samples
	inBatches = testkit.InBatches
	with      = testkit.With
	row       = testkit.Row
	columnOf  = testkit.ColumnOf
	allOf     = testkit.AllOf
	scaledBy  = testkit.ScaledBy

	fit           = testkit.Fit
	trainer       = testkit.Trainer
	gradientByFit = testkit.GradientByFit
	newSlots      = testkit.NewSlots
	endGoroutines = testkit.EndGoroutines

	near       = testkit.Near
	nearMatrix = testkit.NearMatrix
	relative   = testkit.Relative
	sameBits   = testkit.SameBits
	notFinite  = testkit.NotFinite

	second       = testkit.Second
	checkMisuses = testkit.CheckMisuses
	savedAll     = testkit.SavedAll
)

type misuse = testkit.Misuse

func nearAll(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	nearMatrix(t, what, row(got), row(want), tol)
}

// closeTo compares in relative terms. Infinities must be equal.
func closeTo(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if diff := math.Abs(got - want); got != want && !(diff <= tol*math.Abs(want)) && !(want == 0 && diff < 1e-150) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

var inf, nan = math.Inf(1), math.NaN()

// sameValue reports whether a and b are equal or both NaN.
func sameValue(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// reloaded saves and loads a network and checks that nothing has changed.
func reloaded(t testing.TB, net mlp.Network, opts ...mlp.LoadOption) mlp.Network {
	t.Helper()
	file := saved(t, net)
	loaded, err := mlp.Load(bytes.NewReader(file), opts...)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(saved(t, loaded), file) {
		t.Error("saved again, the file differs")
	}
	if a, b := fmt.Sprintf("%T\n%v", net, net), fmt.Sprintf("%T\n%v", loaded, loaded); a != b {
		t.Errorf("loaded\n%s\nsaved\n%s", b, a)
	}
	if net.Loss() != loaded.Loss() || net.Seed() != loaded.Seed() || !sameBits(weights(net), weights(loaded)) {
		t.Error("loss, seed or weights differ")
	}
	inputs, _ := net.Layers()[0].Dims()
	x := mat.NewDense(9, inputs, nil)
	x.Apply(func(i, j int, _ float64) float64 { return math.Sin(float64(5*i + 3*j)) }, x)
	for name, predict := range map[string]func(mlp.Network) (*mat.Dense, error){
		"Predict": func(n mlp.Network) (*mat.Dense, error) { return n.Predict(x) },
		"Forward": func(n mlp.Network) (*mat.Dense, error) { return n.Forward(x) },
	} {
		a, err1 := predict(net)
		b, err2 := predict(loaded)
		if err1 != nil || err2 != nil || !sameBits(a.RawMatrix().Data, b.RawMatrix().Data) {
			t.Errorf("%s differs (%v, %v)", name, err1, err2)
		}
	}
	return loaded
}

// cubic is an activation of another package.
var cubic = mlp.NewActivation("cubic", func(z float64) float64 { return z * z * z }, func(z float64) float64 { return 3 * z * z })

// recorder records the events of a run and returns an error at one of them.
type recorder struct {
	events []string
	run    mlp.Run
	rows   int
	loss   float64
	failAt string
	err    error
}

func (r *recorder) event(name string) error {
	r.events = append(r.events, name)
	if name == r.failAt {
		return r.err
	}
	return nil
}

func (r *recorder) FitBegin(run *mlp.Run) error { r.run = *run; return r.event("begin") }

func (r *recorder) FitEnd(h *mlp.History) { _ = r.event("end") }

func (r *recorder) BatchEnd(b *mlp.Batch) error {
	r.rows += b.Rows
	r.loss += b.Loss * float64(b.Rows)
	return r.event(fmt.Sprintf("batch %d.%d", b.Epoch, b.Step))
}

func (r *recorder) EpochEnd(e *mlp.Epoch) error {
	return r.event(fmt.Sprintf("epoch %d", e.Number))
}

// onBatch is a function that serves as a callback, called after each step.
type onBatch func(b *mlp.Batch) error

func (f onBatch) BatchEnd(b *mlp.Batch) error { return f(b) }

func (f onBatch) EpochEnd(e *mlp.Epoch) error { return nil }

// onFitEnd is a function as a callback, called when the run ends.
type onFitEnd func(h *mlp.History)

func (f onFitEnd) FitEnd(h *mlp.History) { f(h) }

func (f onFitEnd) EpochEnd(*mlp.Epoch) error { return nil }

// cancelAt calls f after a step of an epoch.
func cancelAt(epoch, step int, f func()) onBatch {
	return func(b *mlp.Batch) error {
		if b.Epoch == epoch && b.Step == step {
			f()
		}
		return nil
	}
}

// script returns a monitor that returns the given values, epoch by epoch.
func script(values ...float64) func(e *mlp.Epoch) float64 {
	return func(e *mlp.Epoch) float64 { return values[e.Number-1] }
}

// scaledData returns the samples and targets of a file of testdata/data. The
// columns of both are scaled, except for targets that are classes.
func scaledData(t *testing.T, file string, target dataset.Target) (x, y *mat.Dense) {
	t.Helper()
	f, err := os.Open("testdata/data/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := dataset.ReadCSV(f, target)
	if err != nil {
		t.Fatal(err)
	}
	scale := func(m *mat.Dense) *mat.Dense {
		s, err := dataset.FitStandardScaler(m)
		if err == nil {
			m, err = s.Transform(m)
		}
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if _, cols := data.Y.Dims(); cols == 1 {
		data.Y = scale(data.Y)
	}
	return scale(data.X), data.Y
}

// checkMean checks that the mean of n numbers with the given expectation and
// standard deviation is within five standard errors.
func checkMean(t *testing.T, what string, sum, n, want, sd float64) {
	t.Helper()
	if diff, bound := math.Abs(sum/n-want), 5*sd/math.Sqrt(n); !(diff <= bound) {
		t.Errorf("%s: mean %v, want %v ± %v", what, sum/n, want, bound)
	}
}

// everything is Group.Has of all parameters.
func everything(int, mlp.Param) bool { return true }
