package mlp_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

func TestSaveActivations(t *testing.T) {
	acts := append([]mlp.Activation{mlp.NewLeakyReLU(0.1234567890123456789), mlp.NewELU(1e-300), mlp.NewCELU(1.0 / 3)}, testkit.Activations...)
	for _, act := range acts {
		t.Run(act.Name(), func(t *testing.T) {
			net := model(t, mlp.MeanSquaredError, nil, mlp.Dense(3, 4, act), mlp.ActivationLayer(4, act), mlp.Dense(4, 2, act))
			reloaded(t, net)
		})
	}
}

func TestSaveLosses(t *testing.T) {
	losses := append([]mlp.Loss{
		mlp.Huber(1.0 / 3), mlp.Quantile(0.9), mlp.Focal(0), mlp.Focal(1e300),
		mlp.LabelSmoothing(mlp.BinaryCrossEntropy, 0.1), mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, 1.0/3),
	}, testkit.Losses...)
	for _, loss := range losses {
		t.Run(loss.Name(), func(t *testing.T) {
			switch loss.Task() {
			case mlp.Binary, mlp.Margin:
				act := mlp.Sigmoid
				if loss.Task() == mlp.Margin {
					act = mlp.Identity
				}
				net := model(t, loss, []mlp.ModelOption{mlp.WithClasses("no", "yes")}, mlp.Dense(3, 1, act))
				if err := net.(*mlp.BinaryClassifier).SetThreshold(1.0 / 3); err != nil {
					t.Fatal(err)
				}
				b := reloaded(t, net).(*mlp.BinaryClassifier)
				if b.Threshold() != 1.0/3 || !reflect.DeepEqual(b.ClassNames(), []string{"no", "yes"}) {
					t.Errorf("loaded with threshold %v and classes %q", b.Threshold(), b.ClassNames())
				}
			case mlp.Multiclass:
				names := []string{"\"ä\n", "<b>", "\u2028"}
				net := model(t, loss, []mlp.ModelOption{mlp.WithClasses(names...)}, mlp.Dense(3, 3, mlp.Softmax))
				if c := reloaded(t, net).(*mlp.Classifier); !reflect.DeepEqual(c.ClassNames(), names) {
					t.Errorf("loaded with classes %q", c.ClassNames())
				}
			default:
				features := []string{"x", "y", "z"}
				net := model(t, loss, []mlp.ModelOption{mlp.WithFeatures(features...)}, mlp.Dense(3, 2, mlp.Identity))
				if r := reloaded(t, net).(*mlp.Regressor); !reflect.DeepEqual(r.FeatureNames(), features) || r.TargetScaling() != nil {
					t.Errorf("loaded with features %q", r.FeatureNames())
				}
			}
		})
	}
}

func TestSaveLayers(t *testing.T) {
	net := everyKind(t)
	files := string(saved(t, net)) + string(saved(t, model(t, mlp.MeanSquaredError, nil, mixed())))
	for _, kind := range mlp.LayerKinds {
		if !strings.Contains(files, `\"kind\":\"`+kind.Name+`\"`) {
			t.Errorf("no layer of kind %s", kind.Name)
		}
	}
	again := reloaded(t, net)
	for i, l := range net.Layers() {
		a, b := l.(mlp.Describer).Describe(), again.Layers()[i].(mlp.Describer).Describe()
		if len(a.Layers) == 0 && !reflect.DeepEqual(a, b) {
			t.Errorf("layer %d: %v becomes %v", i, a, b)
		}
	}
}

// A network that is loaded, before training or after, is trained to the bits
// of the one that was saved: penalties, constraints, rates and random numbers
// are those.
func TestSaveThenFit(t *testing.T) {
	x, classes, _, _ := samples(60)
	net := everyKind(t)
	for range 2 {
		loaded := reloaded(t, net)
		unmarshalled := &mlp.Classifier{}
		if err := unmarshalled.UnmarshalBinary(saved(t, net)); err != nil {
			t.Fatal(err)
		}
		for _, n := range []mlp.Network{net, loaded, unmarshalled} {
			fit(t, n, x, classes, mlp.FitOptions{Epochs: 2})
			if !bytes.Equal(saved(t, n), saved(t, net)) {
				t.Errorf("%T differs after Fit", n)
			}
		}
	}
}

// fourth is a loss of another package.
type fourth struct{}

func (fourth) Name() string   { return "fourth" }
func (fourth) Task() mlp.Task { return mlp.Regression }
func (fourth) Eval(grad, yhat, y *mat.Dense) float64 {
	var d mat.Dense
	d.Sub(yhat, y)
	n, k := d.Dims()
	if grad != nil {
		grad.Apply(func(i, j int, v float64) float64 { return 4 * v * v * v / float64(n*k) }, &d)
	}
	sum := 0.0
	for _, v := range d.RawMatrix().Data {
		sum += v * v * v * v
	}
	return sum / float64(n*k)
}

// shift is a layer of another package.
type shift struct{ mlp.Normalization }

func newShift(units int) *shift { return &shift{*mlp.NewNormalization(units)} }

func (s *shift) Describe() mlp.LayerDescription {
	d := s.Normalization.Describe()
	d.Kind, d.Activation = "shift", cubic
	return d
}

func TestSaveOfOtherPackages(t *testing.T) {
	net := model(t, fourth{}, nil, newShift(3), mlp.Dense(3, 2, cubic), mlp.Residual(mlp.ActivationLayer(2, cubic)))
	kind := mlp.LayerKind{
		Name: "shift",
		Size: func(d mlp.LayerDescription) float64 { return 2 * float64(d.Units) },
		New:  func(d mlp.LayerDescription) mlp.Layer { return newShift(d.Units) },
	}
	all := []mlp.LoadOption{mlp.WithLosses(fourth{}), mlp.WithActivations(mlp.ReLU, cubic), mlp.WithLayerKinds(kind)}
	reloaded(t, net, all...)
	for want, opts := range map[string][]mlp.LoadOption{
		`mlp: Load: unknown loss "fourth", see WithLosses`:                    {all[1], all[2]},
		`mlp: Load: layer 0: unknown activation "cubic", see WithActivations`: {all[0], all[2]},
		`mlp: Load: layer 0: unknown kind "shift", see WithLayerKinds`:        all[:2],
		"mlp: Load: option 0 is nil":                                          {nil},
	} {
		if _, err := mlp.Load(bytes.NewReader(saved(t, net)), opts...); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// wrapped is a layer of another package that promotes Describe.
type wrapped struct{ *mlp.DefaultDense }

// undescribed is a layer of another package.
type undescribed struct{ mlp.Layer }

// imposter is a loss of another package with the name of one of this.
type imposter struct{ fourth }

func (imposter) Name() string { return "huber(0.5)" }

func TestSaveRefuses(t *testing.T) {
	nan := model(t, mlp.MeanSquaredError, nil, mlp.Dense(2, 2, mlp.Identity))
	nan.Layers()[0].Params()[0].Value.Set(1, 0, math.NaN())
	deep := mlp.Layer(mlp.Dense(1, 1, mlp.Tanh))
	for range 17 {
		deep = mlp.Residual(deep)
	}
	relu := mlp.NewActivation("relu", math.Abs, math.Abs)
	dense := mlp.Dense(1, 1, mlp.Identity)
	for want, net := range map[string]mlp.Network{
		"the network is a <nil> that Model has not made":                                                      nil,
		"the network is a *mlp.Regressor that Model has not made":                                             &mlp.Regressor{},
		"the network is a *mlp.Classifier that Model has not made":                                            (*mlp.Classifier)(nil),
		`tensor "layers.0.weight": entry 2 is NaN: not finite`:                                                nan,
		"layer 0: " + strings.Repeat("layer 0 inside: ", 16) + "residual layers are nested more than 16 deep": nil,
		"layer 1: mlp_test.undescribed is no mlp.Describer":                                                   model(t, mlp.MeanSquaredError, nil, mlp.Dropout(1, 0), undescribed{dense}),
		"layer 0: layer 0 inside: mlp_test.undescribed is no mlp.Describer":                                   model(t, mlp.MeanSquaredError, nil, mlp.Residual(undescribed{dense})),
		`layer 0: *mlp_test.wrapped describes itself as "dense", which is another kind of layer`:              model(t, mlp.MeanSquaredError, nil, &wrapped{mlp.Dense(1, 1, mlp.Tanh).(*mlp.DefaultDense)}),
		`layer 0: activation "relu", a *mlp.function, has the name of another`:                                model(t, mlp.MeanSquaredError, nil, mlp.Dense(1, 1, relu)),
		`loss "huber(0.5)", a mlp_test.imposter, has the name of another`:                                     model(t, imposter{}, nil, dense),
	} {
		if strings.Contains(want, "nested") {
			net = model(t, mlp.MeanSquaredError, nil, deep)
		}
		var b bytes.Buffer
		if err := mlp.Save(&b, net); err == nil || err.Error() != "mlp: Save: "+want || b.Len() > 0 {
			t.Errorf("got %v and %d bytes\nwant mlp: Save: %s", err, b.Len(), want)
		}
	}
}

// fullWriter fails after some bytes.
type fullWriter struct{ left int }

func (w *fullWriter) Write(p []byte) (int, error) {
	n := min(w.left, len(p))
	w.left -= n
	if n < len(p) {
		return n, testkit.ErrFull
	}
	return n, nil
}

func TestSaveToFailingWriter(t *testing.T) {
	net := classifier(t)
	size := len(saved(t, net))
	for n := range size {
		if err := mlp.Save(&fullWriter{n}, net); !errors.Is(err, testkit.ErrFull) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
	}
	if err := mlp.Save(&fullWriter{size}, net); err != nil {
		t.Error(err)
	}
}

var writeGolden = flag.Bool("write-saved", false, "write the file of TestSavedFormat if there is none")

// A file of the first version of the format stays readable. To begin one for
// another version: go test -run TestSavedFormat -write-saved.
func TestSavedFormat(t *testing.T) {
	const name, outputs = "testdata/saved/v1.safetensors", "testdata/saved/v1.json"
	x, _, _, _ := samples(7)
	if _, err := os.Stat(name); *writeGolden && errors.Is(err, os.ErrNotExist) {
		net := everyKind(t)
		y, err := net.Forward(x)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal([][]float64{y.RawRowView(0), y.RawRowView(1), y.RawRowView(2), y.RawRowView(3), y.RawRowView(4), y.RawRowView(5), y.RawRowView(6)})
		if err := errors.Join(err, os.MkdirAll("testdata/saved", 0o777), mlp.SaveFile(name, net), os.WriteFile(outputs, text, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	net, err := mlp.LoadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var want testkit.Matrix
	testkit.ReadJSON(t, outputs, &want)
	got, err := net.Forward(x)
	if err != nil {
		t.Fatal(err)
	}
	nearMatrix(t, "outputs", got, want, 1e-13)
	reloaded(t, net)
	if _, err := mlp.LoadFS(os.DirFS("testdata"), "saved/v1.safetensors"); err != nil {
		t.Error(err)
	}
	if c := net.(*mlp.Classifier); net.Seed() != math.MaxUint64 || len(c.FeatureNames()) != 4 || len(net.Layers()) != 11 {
		t.Errorf("loaded %v", net)
	}
}

// What belongs to a run and not to the network is kept beside it; Load leaves
// it alone.
func TestSaveBesideTheNetwork(t *testing.T) {
	net := binaryNet(t)
	metadata, values := map[string]string{"state": "{\"epoch\":3}", "seed": "x"}, []float64{1, -2, 1e-300}
	var b bytes.Buffer
	if err := mlp.SaveWith(&b, net, metadata, "layers.0.weight", values); err != nil {
		t.Fatal(err)
	}
	file := b.Bytes()
	loaded, gotMetadata, vectors, err := mlp.LoadWith(&b)
	if err != nil || !reflect.DeepEqual(gotMetadata, metadata) || !reflect.DeepEqual(vectors, map[string][]float64{"layers.0.weight": values}) {
		t.Errorf("loaded %v and %v, %v", gotMetadata, vectors, err)
	}
	if !bytes.Equal(saved(t, loaded), saved(t, net)) {
		t.Error("the network differs")
	}
	if _, err := mlp.Load(bytes.NewReader(file)); err != nil {
		t.Error(err)
	}
}

// everyKind returns a trained network with layers of every kind and with all
// options.
func everyKind(t testing.TB) mlp.Network {
	t.Helper()
	x, classes, _, _ := samples(60)
	layers := []mlp.Layer{
		adapted(t, x),
		mlp.Dense(4, 6, mlp.SELU, mlp.WithL1(1e-4), mlp.WithL2(2e-4), mlp.WithMaxNorm(3), mlp.WithoutBias()),
		mlp.BatchNorm(6, mlp.WithEpsilon(1e-3), mlp.WithMomentum(1)),
		mlp.LayerNorm(6, mlp.WithEpsilon(1e-300)),
		mlp.Residual(mlp.Residual(mlp.BatchNorm(6, mlp.WithMomentum(0.01)), mlp.NewNormalization(6)), mlp.Dense(6, 6, mlp.Softmax, mlp.WithL2(0.1))),
	}
	layers = append(append(layers, oneOfEach(6)...), ensembleLayer(t, 6), mlp.Dense(6, 3, mlp.Softmax))
	net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(math.MaxUint64), mlp.WithFeatures("a", "b", "c", "d")}, layers...)
	fit(t, net, x, classes, mlp.FitOptions{Epochs: 2})
	return net
}
