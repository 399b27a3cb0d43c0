package mlp_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// frozen returns the Predictor of a network.
func frozen(t testing.TB, net mlp.Network) *mlp.Predictor {
	t.Helper()
	p, err := mlp.Freeze(net)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// precisions are the options to test in both precisions, with the unit roundoff.
var precisions = map[string]struct {
	option   mlp.ModelOption
	roundoff float64
}{
	"float64": {mlp.WithPrecision(mlp.Float64), 0x1p-53},
	"float32": {mlp.WithPrecision(mlp.Float32), 0x1p-24},
}

// scaledSamples returns samples whose columns have other means and deviations.
func scaledSamples(n int) (x, classes, yes, numbers *mat.Dense) {
	x, classes, yes, numbers = samples(n)
	x.Apply(func(i, j int, v float64) float64 { return 30*v + 100*float64(j) }, x)
	return x, classes, yes, numbers
}

// What Freeze folds changes answers by rounding, in all kinds of networks.
func TestFreezeFolds(t *testing.T) {
	x, classes, yes, numbers := scaledSamples(200)
	_, width := numbers.Dims()
	for name, p := range precisions {
		for kind, c := range map[string]struct {
			loss   mlp.Loss
			y      *mat.Dense
			opts   []mlp.ModelOption
			layers func() []mlp.Layer
		}{
			"normalization first": {mlp.CategoricalCrossEntropy, classes, nil, func() []mlp.Layer {
				return []mlp.Layer{adapted(t, x), mlp.Dense(4, 9, mlp.ReLU), mlp.Dense(9, 3, mlp.Softmax)}
			}},
			"without bias": {mlp.BinaryCrossEntropy, yes, nil, func() []mlp.Layer {
				return []mlp.Layer{adapted(t, x), mlp.Dense(4, 9, mlp.Tanh, mlp.WithoutBias()), mlp.Dense(9, 1, mlp.Sigmoid)}
			}},
			"batch norm after and before dense": {mlp.CategoricalCrossEntropy, classes, nil, func() []mlp.Layer {
				return []mlp.Layer{mlp.BatchNorm(4), mlp.BatchNorm(4), mlp.Dense(4, 9, mlp.Identity), mlp.BatchNorm(9), mlp.ActivationLayer(9, mlp.ReLU), mlp.Dropout(9, 0.2),
					mlp.Dense(9, 9, mlp.ReLU), mlp.BatchNorm(9), mlp.Dense(9, 3, mlp.Identity), mlp.ActivationLayer(3, mlp.Softmax)}
			}},
			"nested": {mlp.MeanSquaredError, numbers, []mlp.ModelOption{mlp.WithTargetScaling(adapted(t, numbers))}, func() []mlp.Layer {
				return []mlp.Layer{adapted(t, x), mlp.Residual(mlp.BatchNorm(4), mlp.Dense(4, 4, mlp.SiLU)), mlp.Residual(mlp.Dropout(4, 0.5)), mlp.GaussianNoise(4, 1),
					mlp.BatchNorm(4), mlp.LayerNorm(4), mlp.BatchNorm(4), mlp.PReLU(4), mlp.Dense(4, width, mlp.Identity), mlp.BatchNorm(width)}
			}},
			"scaling after an activation": {mlp.MeanSquaredError, numbers, []mlp.ModelOption{mlp.WithTargetScaling(adapted(t, numbers))}, func() []mlp.Layer {
				return []mlp.Layer{adapted(t, x), mlp.Dense(4, width, mlp.Tanh)}
			}},
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				net := model(t, c.loss, append(c.opts, p.option), c.layers()...)
				fit(t, net, x, c.y, mlp.FitOptions{Epochs: 2, BatchSize: 32})
				frozen := frozen(t, net)
				want, err1 := net.Predict(x)
				got, err2 := frozen.Predict(x)
				if err := errors.Join(err1, err2); err != nil {
					t.Fatal(err)
				}
				nearMatrix(t, "answers", got, want, 2048*40*p.roundoff*max(1, mat.Max(want)))
				row := make([]float64, got.RawMatrix().Cols)
				for i := range 200 {
					if err := frozen.PredictRow(row, x.RawRowView(i)); err != nil {
						t.Fatal(err)
					}
					if !sameBits(row, got.RawRowView(i)) {
						t.Fatalf("row %d alone: %v, among all %v", i, row, got.RawRowView(i))
					}
				}
			})
		}
	}
}

// Where there is nothing to fold, the answers are the same to the bit.
func TestFreezeKeepsBits(t *testing.T) {
	x, classes, _, _ := samples(200)
	for name, p := range precisions {
		net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{p.option},
			mlp.Dense(4, 70, mlp.GELU), mlp.Dropout(70, 0.3), mlp.LayerNorm(70), mlp.Residual(mlp.Dense(70, 70, mlp.ReLU)), mlp.PReLU(70), mlp.Dense(70, 3, mlp.Softmax))
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 2})
		both := ensemble(t, net, reloaded(t, net))
		for _, net := range []mlp.Network{net, both} {
			want, err1 := net.Predict(x)
			got, err2 := frozen(t, net).Predict(x)
			if err := errors.Join(err1, err2); err != nil || !sameBits(got.RawMatrix().Data, want.RawMatrix().Data) {
				t.Errorf("%s: other answers (%v)", name, err)
			}
		}
	}
}

// The networks for tables answer alike when they are frozen, with single samples
// too: to the bit where nothing is folded, as in TabM.
func TestFreezeTables(t *testing.T) {
	x, classes, _, _ := samples(200)
	testkit.Coded(x)
	for name, p := range precisions {
		for kind, c := range map[string]struct {
			layers    []mlp.Layer
			tolerance float64
		}{
			"TabM":    {testkit.TabM(3, mlp.Softmax), 0},
			"RealMLP": {testkit.RealMLP(3, mlp.Softmax), 2048 * 40 * p.roundoff},
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{p.option}, c.layers...)
				fit(t, net, x, classes, mlp.FitOptions{Epochs: 3, BatchSize: 32})
				frozen := frozen(t, net)
				want, err1 := net.Predict(x)
				got, err2 := frozen.Predict(x)
				if err := errors.Join(err1, err2); err != nil {
					t.Fatal(err)
				}
				if c.tolerance == 0 && !sameBits(got.RawMatrix().Data, want.RawMatrix().Data) {
					t.Error("other answers")
				}
				nearMatrix(t, "answers", got, want, c.tolerance)
				var wg sync.WaitGroup
				for range 4 {
					wg.Go(func() {
						row := make([]float64, 3)
						for i := range 200 {
							if err := net.PredictRow(row, x.RawRowView(i)); err != nil || !sameBits(row, want.RawRowView(i)) {
								t.Errorf("row %d alone: %v, among all %v (%v)", i, row, want.RawRowView(i), err)
							}
							if err := frozen.PredictRow(row, x.RawRowView(i)); err != nil || !sameBits(row, got.RawRowView(i)) {
								t.Errorf("row %d alone, frozen: %v, among all %v (%v)", i, row, got.RawRowView(i), err)
							}
						}
					})
				}
				wg.Wait()
			})
		}
	}
}

// A column far from 0 is not folded.
func TestFreezeLeavesColumnsFarFromZero(t *testing.T) {
	x, _, _, numbers := samples(100)
	_, width := numbers.Dims()
	x.Apply(func(i, j int, v float64) float64 { return v + 1e9 }, x)
	net := model(t, mlp.MeanSquaredError, nil, adapted(t, x), mlp.Dense(4, width, mlp.Identity))
	want, err1 := net.Predict(x)
	got, err2 := frozen(t, net).Predict(x)
	if err := errors.Join(err1, err2); err != nil || !sameBits(got.RawMatrix().Data, want.RawMatrix().Data) {
		t.Errorf("other answers (%v)", err)
	}
}

// Training goes on without the Predictor.
func TestFrozenIsImmutable(t *testing.T) {
	x, classes, _, _ := scaledSamples(100)
	for name, p := range precisions {
		net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{p.option},
			adapted(t, x), mlp.Dense(4, 9, mlp.ReLU), mlp.BatchNorm(9), mlp.Residual(mlp.Dense(9, 9, mlp.ReLU)), mlp.LayerNorm(9), mlp.Dense(9, 3, mlp.Softmax))
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 1})
		f := frozen(t, net)
		before, err := f.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 1})
		for _, l := range net.Layers() {
			for _, p := range l.Params() {
				p.Value.Scale(0.5, p.Value)
			}
		}
		after, err := f.Predict(x)
		if err != nil || !sameBits(before.RawMatrix().Data, after.RawMatrix().Data) {
			t.Errorf("%s: the answers have changed (%v)", name, err)
		}
	}
}

func TestPredictRow32(t *testing.T) {
	x, _, _, numbers := samples(50)
	_, width := numbers.Dims()
	for name, p := range precisions {
		for _, net := range []mlp.Network{
			model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{p.option}, mlp.Dense(4, 9, mlp.ReLU), mlp.Dense(9, 3, mlp.Softmax)),
			model(t, mlp.BinaryCrossEntropy, []mlp.ModelOption{p.option}, mlp.Dense(4, 1, mlp.Sigmoid)),
			model(t, mlp.MeanSquaredError, []mlp.ModelOption{p.option, mlp.WithTargetScaling(adapted(t, numbers))}, mlp.Dense(4, width, mlp.Identity)),
			model(t, mlp.Poisson, []mlp.ModelOption{p.option}, mlp.Dense(4, 2, mlp.Identity)),
		} {
			f := frozen(t, net)
			inputs, outputs := f.Dims()
			wide, x32, y32 := make([]float64, inputs), make([]float32, inputs), make([]float32, outputs)
			want := make([]float64, outputs)
			for i := range 50 {
				for j, v := range x.RawRowView(i) {
					x32[j] = float32(v)
					wide[j] = float64(x32[j])
				}
				if err := errors.Join(f.PredictRow(want, wide), f.PredictRow32(y32, x32)); err != nil {
					t.Fatal(err)
				}
				for j, v := range want {
					if y32[j] != float32(v) {
						t.Errorf("%s: %v, want %v", name, y32, want)
					}
				}
			}
		}
	}
}

// others is a layer of another package.
type others struct{ mlp.Layer }

func TestFreezeErrors(t *testing.T) {
	x, classes, _, _ := samples(30)
	inner := others{mlp.Dense(4, 4, mlp.ReLU)}
	net := func(layers ...mlp.Layer) mlp.Network {
		return model(t, mlp.CategoricalCrossEntropy, nil, append(layers, mlp.Dense(4, 3, mlp.Softmax))...)
	}
	inTraining := net()
	fit(t, inTraining, x, classes, mlp.FitOptions{Epochs: 1, Callbacks: []mlp.Callback{onBatch(func(*mlp.Batch) error {
		_, err := mlp.Freeze(inTraining) // settled
		return err
	})}})
	f := frozen(t, net())
	big := frozen(t, model(t, mlp.Poisson, nil, mlp.Dense(1, 1, mlp.Identity, mlp.WithInitializer(func(w *mat.Dense, _ *rand.Rand) { w.Set(0, 0, 100) }))))
	for want, err := range map[string]error{
		"mlp: Freeze: want a network that Model has made":                                                                         second(mlp.Freeze(&mlp.Classifier{})),
		"mlp: Freeze: layer 0 is a mlp_test.others of another package, which cannot be copied":                                    second(mlp.Freeze(net(inner))),
		"mlp: Freeze: layer 1, layer 0 is a mlp_test.others of another package, which cannot be copied":                           second(mlp.Freeze(net(mlp.LayerNorm(4), mlp.Residual(inner)))),
		"mlp: Freeze: layer 0, member 0, layer 0, layer 0 inside is a mlp_test.others of another package, which cannot be copied": second(mlp.Freeze(ensemble(t, net(inner), net()))),
		"mlp: PredictRow32: x has 3 entries, layer 0 takes 4":                                                                     f.PredictRow32(make([]float32, 3), make([]float32, 3)),
		"mlp: PredictRow32: dst has 2 entries, layer 0 gives 3":                                                                   f.PredictRow32(make([]float32, 2), make([]float32, 4)),
		"mlp: PredictRow32: x[1] is NaN: not finite":                                                                              f.PredictRow32(make([]float32, 3), []float32{0, float32(math.NaN()), 0, 0}),
		"mlp: PredictRow32: the answer in column 0 is 2.6881171418161356e+43, beyond float32: not finite":                         big.PredictRow32(make([]float32, 1), []float32{1}),
		"mlp: PredictRow: x has 3 entries, layer 0 takes 4":                                                                       f.PredictRow(make([]float64, 3), make([]float64, 3)),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestFrozenConcurrently(t *testing.T) {
	x, classes, _, _ := scaledSamples(300)
	for _, p := range precisions {
		net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{p.option}, adapted(t, x), mlp.Dense(4, 50, mlp.Tanh), mlp.Residual(mlp.LayerNorm(50)), mlp.Dense(50, 3, mlp.Softmax))
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 1})
		f := frozen(t, net)
		want, err := f.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				row := make([]float64, 3)
				for i := range 300 {
					if err := f.PredictRow(row, x.RawRowView(i)); err != nil || !sameBits(row, want.RawRowView(i)) {
						t.Errorf("row %d: %v, want %v (%v)", i, row, want.RawRowView(i), err)
					}
				}
				got, err := f.Predict(x)
				if err != nil || !sameBits(got.RawMatrix().Data, want.RawMatrix().Data) {
					t.Errorf("other answers (%v)", err)
				}
			})
		}
		wg.Wait()
	}
}

func TestZeroPredictor(t *testing.T) {
	var p mlp.Predictor
	inputs, outputs := p.Dims()
	if inputs != 0 || outputs != 0 || p.Precision() != mlp.Float64 {
		t.Errorf("%d inputs, %d outputs, %v", inputs, outputs, p.Precision())
	}
	for op, err := range map[string]error{
		"Predict":      second(p.Predict(mat.NewDense(1, 1, nil))),
		"PredictTo":    p.PredictTo(&mat.Dense{}, mat.NewDense(1, 1, nil)),
		"PredictRow":   p.PredictRow(nil, nil),
		"PredictRow32": p.PredictRow32(nil, nil),
	} {
		if want := "mlp: " + op + ": want a Predictor that Freeze has made"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Scales that would make weights too small or too large for the precision are
// not folded.
func TestFreezeOfExtremeScales(t *testing.T) {
	for name, p := range precisions {
		for _, std := range []float64{1e38, 1e36, 1e-38, 1e-42, 1e-300} {
			n := mlp.NewNormalization(2)
			if err := n.Set([]float64{0, 0}, []float64{std, std}); err != nil {
				t.Fatal(err)
			}
			net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{p.option}, n, mlp.Dense(2, 1, mlp.Identity, mlp.WithInitializer(mlp.Constant(1e-7))))
			f := frozen(t, net)
			x := mat.NewDense(1, 2, []float64{0.3 * std, -0.1 * std})
			want, err1 := net.Predict(x)
			got, err2 := f.Predict(x)
			if err1 != nil || err2 != nil {
				if (err1 == nil) != (err2 == nil) {
					t.Errorf("%s, std %g: %v, frozen %v", name, std, err1, err2)
				}
				continue
			}
			near(t, fmt.Sprintf("%s, std %g", name, std), got.At(0, 0), want.At(0, 0), 8*p.roundoff*math.Abs(want.At(0, 0)))
		}
	}
}

// A Predictor gives the probabilities that its network gives, and an error where
// that has none.
func TestPredictorProbabilities(t *testing.T) {
	x, classes, yes, numbers := samples(20)
	for name, c := range map[string]struct {
		loss  mlp.Loss
		y     *mat.Dense
		act   mlp.Activation
		error string
	}{
		"classes": {mlp.CategoricalCrossEntropy, classes, mlp.Softmax, ""},
		"binary":  {mlp.BinaryCrossEntropy, yes, mlp.Sigmoid, ""},
		"margins": {mlp.Hinge, yes, mlp.Identity, "mlp: Probabilities: the network has no probabilities, since its task is margin"},
		"numbers": {mlp.MeanSquaredError, numbers, mlp.Identity, "mlp: Probabilities: the network has no probabilities, since its task is regression"},
	} {
		_, width := c.y.Dims()
		net := model(t, c.loss, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 5, mlp.Tanh), mlp.Dense(5, width, c.act))
		p := frozen(t, net)
		got, err := p.Probabilities(x)
		row := make([]float64, width)
		errRow := p.ProbabilitiesRow(row, x.RawRowView(0))
		if c.error != "" {
			if err == nil || err.Error() != c.error || errRow == nil {
				t.Errorf("%s: error %v, %v", name, err, errRow)
			}
			continue
		}
		want, err2 := net.(interface {
			Probabilities(mat.Matrix) (*mat.Dense, error)
		}).Probabilities(x)
		if err != nil || err2 != nil || errRow != nil || !mat.Equal(got, want) {
			t.Errorf("%s: got %v, %v, %v, want %v, %v", name, got, err, errRow, want, err2)
			continue
		}
		for j, v := range row {
			if math.Abs(v-want.At(0, j)) > 1e-15 {
				t.Errorf("%s: %v of a row, want %v", name, v, want.At(0, j))
			}
		}
	}
	var zero mlp.Predictor
	if _, err := zero.Probabilities(x); err == nil {
		t.Error("the zero Predictor has probabilities")
	}
}
