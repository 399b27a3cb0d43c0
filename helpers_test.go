package mlp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/testkit"
)

// classifier returns an untrained network, as do binaryNet and regressor.
func classifier(t testing.TB, opts ...mlp.ModelOption) mlp.Network {
	t.Helper()
	return model(t, mlp.CategoricalCrossEntropy, opts, mlp.Dense(4, 6, mlp.ReLU), mlp.Dense(6, 3, mlp.Softmax))
}

func binaryNet(t testing.TB, opts ...mlp.ModelOption) *mlp.BinaryClassifier {
	t.Helper()
	return model(t, mlp.BinaryCrossEntropy, opts, mlp.Dense(4, 5, mlp.Tanh), mlp.Dense(5, 1, mlp.Sigmoid)).(*mlp.BinaryClassifier)
}

func regressor(t testing.TB, opts ...mlp.ModelOption) mlp.Network {
	t.Helper()
	return model(t, mlp.MeanSquaredError, opts, mlp.Dense(4, 5, mlp.Sigmoid), mlp.Dense(5, 2, mlp.Identity))
}

func model(t testing.TB, loss mlp.Loss, opts []mlp.ModelOption, layers ...mlp.Layer) mlp.Network {
	t.Helper()
	net, err := mlp.Model(layers, loss, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// samples returns n rows of 4 columns, and targets computed from them: one of
// three classes, yes or no, and two numbers.
func samples(n int) (x, classes, yes, numbers *mat.Dense) {
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

// with returns a copy of m with one entry changed.
func with(m *mat.Dense, i, j int, v float64) *mat.Dense {
	c := mat.DenseCopyOf(m)
	c.Set(i, j, v)
	return c
}

func weights(net mlp.Network) []float64 {
	var all []float64
	for _, l := range net.Layers() {
		for _, p := range l.Params() {
			all = append(all, mat.DenseCopyOf(p.Value).RawMatrix().Data...)
		}
	}
	return all
}

// sameBits reports whether two slices are equal, NaN and the sign of zero
// included.
func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(v, w float64) bool { return math.Float64bits(v) == math.Float64bits(w) })
}

func fit(t testing.TB, net mlp.Network, x, y mat.Matrix, opts mlp.FitOptions) *mlp.History {
	t.Helper()
	h, err := net.Fit(context.Background(), x, y, opts)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func trainer(t testing.TB, net mlp.Network, opts mlp.FitOptions) *mlp.Trainer {
	t.Helper()
	tr, err := mlp.NewTrainer(net, opts)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// inBatches returns the rows of x and y in batches of the given sizes.
func inBatches(x, y *mat.Dense, sizes ...int) mlp.Batches {
	_, xcols := x.Dims()
	_, ycols := y.Dims()
	return func(epoch int) iter.Seq2[mlp.Dataset, error] {
		return func(yield func(mlp.Dataset, error) bool) {
			lo := 0
			for _, n := range sizes {
				if !yield(mlp.Dataset{X: x.Slice(lo, lo+n, 0, xcols), Y: y.Slice(lo, lo+n, 0, ycols)}, nil) {
					return
				}
				lo += n
			}
		}
	}
}

// matrix is a mat.Dense in JSON.
type matrix = testkit.Matrix

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// near reports a difference of more than tol, relative to the larger of 1 and
// the magnitude of want.
func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*max(1, math.Abs(want))) {
		t.Errorf("%s: %v, want %v (difference %.3g)", what, got, want, got-want)
	}
}

// nearMatrix is near for the entries of matrices.
func nearMatrix(t *testing.T, what string, got, want mat.Matrix, tol float64) {
	t.Helper()
	gr, gc := got.Dims()
	if wr, wc := want.Dims(); gr != wr || gc != wc {
		t.Errorf("%s: %d×%d, want %d×%d", what, gr, gc, wr, wc)
		return
	}
	for i := range gr {
		for j := range gc {
			near(t, fmt.Sprintf("%s[%d,%d]", what, i, j), got.At(i, j), want.At(i, j), tol)
		}
	}
}

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

// relative compares in relative terms, however small want is.
func relative(t *testing.T, what string, z, got, want float64) {
	t.Helper()
	scale := want
	if scale == 0 {
		scale = 1e-300
	}
	if r := (got - want) / scale; !(r <= referenceTol && r >= -referenceTol) {
		t.Errorf("%s(%v) = %v, want %v", what, z, got, want)
	}
}

// row returns a matrix with one row.
func row(v []float64) *mat.Dense { return mat.NewDense(1, len(v), v) }

// columnOf returns v as an n×1 matrix.
func columnOf(v ...float64) *mat.Dense { return mat.NewDense(len(v), 1, v) }

// infer returns the result of Infer of l for x.
func infer(l mlp.Layer, x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	_, units := l.Dims()
	y := mat.NewDense(rows, units, nil)
	l.Infer(y, x)
	return y
}

// allOf returns a matrix whose entries are v.
func allOf(rows, cols int, v float64) *mat.Dense {
	m := mat.NewDense(rows, cols, nil)
	m.Apply(func(i, j int, _ float64) float64 { return v }, m)
	return m
}

// scaledBy returns f·m.
func scaledBy(m *mat.Dense, f float64) *mat.Dense {
	var s mat.Dense
	s.Scale(f, m)
	return &s
}

func setWeights(params []*mat.Dense, w []float64) {
	for _, p := range params {
		n := copy(p.RawMatrix().Data, w)
		w = w[n:]
	}
}

func notFinite(v float64) bool { return v-v != 0 }

var inf, nan = math.Inf(1), math.NaN()

// sameValue reports whether a and b are equal or both NaN.
func sameValue(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// saved returns the bytes that Save writes.
func saved(t testing.TB, net mlp.Network) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := mlp.Save(&b, net); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

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

// adapted returns a Normalization adapted to x.
func adapted(t testing.TB, x mat.Matrix) *mlp.Normalization {
	t.Helper()
	_, cols := x.Dims()
	norm := mlp.NewNormalization(cols)
	if err := norm.Adapt(x); err != nil {
		t.Fatal(err)
	}
	return norm
}

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

// endGoroutines checks that there are no more goroutines than before, once
// those that are about to end have ended.
func endGoroutines(t *testing.T, before int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		runtime.GC() // which ends those of a Trainer
		time.Sleep(time.Millisecond)
	}
}

// varied gives the parameters of l values between 0.5 and 1.5.
func varied(l mlp.Layer) mlp.Layer {
	for i, p := range l.Params() {
		p.Value.Apply(func(_, j int, _ float64) float64 { return 1 + math.Sin(float64(i+5*j))/2 }, p.Value)
	}
	return l
}

// gradientByFit returns the loss of a network on all rows and its gradient with
// respect to all weights, derived from one step of gradient descent.
func gradientByFit(t *testing.T, net mlp.Network, x, y mat.Matrix, opts mlp.FitOptions) (loss float64, grad []float64) {
	t.Helper()
	rows, _ := x.Dims()
	before := weights(net)
	opts.Epochs, opts.BatchSize, opts.KeepOrder = 1, rows, true
	opts.Optimizer = mlp.SGD{LearningRate: 1}
	h := fit(t, net, x, y, opts)
	for i, w := range weights(net) {
		before[i] -= w
	}
	return h.Epochs[0].Train.Loss, before
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
