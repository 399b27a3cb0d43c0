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
	"testing/fstest"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
)

func TestSaveActivations(t *testing.T) {
	acts := append([]mlp.Activation{mlp.NewLeakyReLU(0.1234567890123456789), mlp.NewELU(1e-300), mlp.NewCELU(1.0 / 3)}, mlp.Activations...)
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
	}, mlp.Losses...)
	for _, loss := range losses {
		t.Run(loss.Name(), func(t *testing.T) {
			switch loss.Task() {
			case mlp.Binary:
				act := mlp.Sigmoid
				if _, ok := loss.(mlp.MarginLoss); ok {
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
	for _, kind := range mlp.LayerKinds {
		if !strings.Contains(string(saved(t, net)), `\"kind\":\"`+kind.Name+`\"`) {
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
		return n, errFull
	}
	return n, nil
}

func TestSaveToFailingWriter(t *testing.T) {
	net := classifier(t)
	size := len(saved(t, net))
	for n := range size {
		if err := mlp.Save(&fullWriter{n}, net); !errors.Is(err, errFull) {
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
	var want matrix
	readJSON(t, outputs, &want)
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

func TestLoadOfNoFile(t *testing.T) {
	if _, err := mlp.LoadFile("testdata/missing"); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "mlp: LoadFile: open ") {
		t.Errorf("got %v", err)
	}
	fsys := fstest.MapFS{"short": &fstest.MapFile{Data: []byte("short")}}
	if _, err := mlp.LoadFS(fsys, "missing"); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "mlp: LoadFS: open ") {
		t.Errorf("got %v", err)
	}
	if _, err := mlp.LoadFS(fsys, "short"); err == nil || err.Error() != "mlp: LoadFS: short: length of the header: unexpected EOF" {
		t.Errorf("got %v", err)
	}
}

// altered returns a saved network after change has altered the file.
func altered(t testing.TB, net mlp.Network, change func(f *safetensors.File)) []byte {
	t.Helper()
	f, err := safetensors.Read(bytes.NewReader(saved(t, net)))
	if err != nil {
		t.Fatal(err)
	}
	change(f)
	var b bytes.Buffer
	if err := safetensors.Write(&b, f.Metadata, f.Tensors); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestLoadRefuses(t *testing.T) {
	set := func(key, value string) func(*safetensors.File) {
		return func(f *safetensors.File) { f.Metadata[key] = value }
	}
	layers := func(old, new string) func(*safetensors.File) {
		return func(f *safetensors.File) {
			if !strings.Contains(f.Metadata["layers"], old) {
				t.Fatalf("no %s in %s", old, f.Metadata["layers"])
			}
			f.Metadata["layers"] = strings.Replace(f.Metadata["layers"], old, new, 1)
		}
	}
	tensor := func(i int, tensor safetensors.Tensor) func(*safetensors.File) {
		return func(f *safetensors.File) { f.Tensors[i] = tensor }
	}
	add := func(tensor safetensors.Tensor) func(*safetensors.File) {
		return func(f *safetensors.File) { f.Tensors = append(f.Tensors, tensor) }
	}
	float64s := safetensors.Float64Tensor
	net := model(t, mlp.BinaryCrossEntropy, []mlp.ModelOption{mlp.WithClasses("no", "yes"), mlp.WithSeed(5)},
		mlp.NewNormalization(2), mlp.Dense(2, 3, mlp.Tanh, mlp.WithoutBias()), mlp.Residual(mlp.BatchNorm(3), mlp.Dropout(3, 0.5)), mlp.Dense(3, 1, mlp.Sigmoid))
	for _, c := range []struct {
		want   string
		change func(*safetensors.File)
	}{
		{`metadata format is "pt", want "mlp": the file was not written by Save; a state dict of PyTorch is read into a network by interop.ReadPyTorch`, set("format", "pt")},
		{`metadata format_version is "2", want "1"`, set("format_version", "2")},
		{`unknown loss "mean", see WithLosses`, set("loss", "mean")},
		{`metadata seed: strconv.ParseUint: parsing "-1": invalid syntax`, set("seed", "-1")},
		{`metadata generator: encoding/hex: odd length hex string`, set("generator", "0")},
		{`metadata generator: invalid PCG encoding`, set("generator", "00")},
		{`metadata threshold: strconv.ParseFloat: parsing "": invalid syntax`, set("threshold", "")},
		{`metadata threshold: mlp: SetThreshold: NaN is not in [0, 1]`, set("threshold", "NaN")},
		{`metadata layers: unexpected EOF`, set("layers", "[")},
		{`metadata layers: "kind" is there twice`, layers(`"kind":`, `"kind":"dense","kind":`)},
		{`metadata layers: "units": null`, layers(`"units":2`, `"units":null`)},
		{`metadata layers: json: unknown field "size"`, layers(`"units":2`, `"units":2,"size":1`)},
		{`metadata layers: json: cannot unmarshal string into Go struct field savedLayer.inputs of type int`, layers(`"inputs":2`, `"inputs":"2"`)},
		{`metadata layers: json: cannot unmarshal number 2.5 into Go struct field savedLayer.inputs of type int`, layers(`"inputs":2`, `"inputs":2.5`)},
		{`metadata layers: json: cannot unmarshal number 1e999 into Go struct field savedLayer.layers.numbers of type float64`, layers(`"rate":0.5`, `"rate":1e999`)},
		{`mlp: Model: no layers`, set("layers", "[]")},
		{`layer 0: unknown kind "conv", see WithLayerKinds`, layers("normalization", "conv")},
		{`layer 1: unknown activation "tan", see WithActivations`, layers(`"tanh"`, `"tan"`)},
		{`layer 1: dense with 2 inputs and 1000000000 units has 2000000000 parameters, the file has 22 numbers left`, layers(`"inputs":2,"units":3`, `"inputs":2,"units":1000000000`)},
		{`layer 2: layer 0 inside: batch_norm with 3 inputs and 2147483647 units has 8589934588 parameters, the file has 16 numbers left`, layers(`"batch_norm","inputs":3,"units":3`, `"batch_norm","inputs":3,"units":2147483647`)},
		{`layer 0: 2 inputs and -2 units, want from 1 to 2147483647`, layers(`"units":2`, `"units":-2`)},
		{`layer 0: normalization with 3 inputs, want 2`, layers(`"inputs":2`, `"inputs":3`)},
		{`layer 0: normalization with activation "tanh", want ""`, layers(`"units":2`, `"units":2,"activation":"tanh"`)},
		{`layer 0: normalization with 1 layers inside, want 0`, layers(`"units":2`, `"units":2,"layers":[{"kind":"dropout","inputs":2,"units":2,"numbers":{"rate":0}}]`)},
		{`layer 1: dense with numbers map[l3:1 without_bias:1], want map[without_bias:1]`, layers(`"without_bias":1`, `"without_bias":1,"l3":1`)},
		{`layer 1: dense with 2 inputs and 100000000 units has 200000000 parameters, the file has 22 numbers left`,
			layers(`"inputs":2,"units":3,"activation":"tanh","numbers":{"without_bias":1}`, `"inputs":2,"units":100000000,"activation":"tanh","numbers":{"without_bias":3}`)},
		{`layer 1: dense with numbers map[without_bias:2], want map[without_bias:1]`, layers(`"without_bias":1`, `"without_bias":2`)},
		{`layer 1: nil activation`, layers(`"activation":"tanh",`, ``)},
		{`layer 2: layer 1 inside: dropout rate is 1.5, want a number in [0, 1)`, layers(`"rate":0.5`, `"rate":1.5`)},
		{`layer 2: residual with 4 inputs, want 3`, layers(`"residual","inputs":3`, `"residual","inputs":4`)},
		{`mlp: Model: layer 0 has 3 units, binary_cross_entropy takes 1`, set("layers", `[{"kind":"dropout","inputs":3,"units":3,"numbers":{"rate":0}}]`)},
		{`mlp: Model: layer 3: binary_cross_entropy takes probabilities, tanh(-100) is -1: use sigmoid`, layers(`"sigmoid"`, `"tanh"`)},
		{`metadata classes: json: cannot unmarshal object into Go value of type []string`, set("classes", `{}`)},
		{`metadata classes: nested too deeply`, set("classes", `[["no"]]`)},
		{`mlp: Model: WithClasses has 1 names, the network has classes: 2`, set("classes", `["no"]`)},
		{`mlp: Model: WithFeatures: "a" is name 0 and 1`, set("features", `["a","a"]`)},
		{`no tensor "layers.0.std"`, func(f *safetensors.File) { f.Tensors[1].Name = "other" }},
		{`tensor "layers.0.std" has shape [2], want [1 2]`, tensor(1, float64s("layers.0.std", []float64{1, 1}, 2))},
		{`tensor "layers.0.std": entry 1 is +Inf: not finite`, tensor(1, float64s("layers.0.std", []float64{1, math.Inf(1)}, 1, 2))},
		{`tensor "layers.0.std": entries of type F8_E4M3 are not supported`, tensor(1, safetensors.Tensor{Name: "layers.0.std", DType: "F8_E4M3", Shape: []int{1, 2}, Data: make([]byte, 2)})},
		{`layer 0: std[1] is 0, want a finite number above 0`, tensor(1, float64s("layers.0.std", []float64{1, 0}, 1, 2))},
		{`layer 2: residual block: layer 0: running_var[2] is -1, want a number of at least 0`, tensor(6, float64s("layers.2.0.running_var", []float64{1, 0, -1}, 1, 3))},
		{`tensor "other" does not belong to the network`, add(float64s("other", nil, 0))},
		{`mlp: Model: WithTargetScaling: binary_cross_entropy is no loss of a regression`, add(float64s("target_scaling.mean", []float64{1}, 1, 1))},
	} {
		net, err := mlp.Load(bytes.NewReader(altered(t, net, c.change)))
		if net != nil || err == nil || err.Error() != "mlp: Load: "+c.want {
			t.Errorf("got %v\nwant mlp: Load: %s", err, c.want)
		}
	}
	deep := strings.Repeat(`{"kind":"residual","inputs":1,"units":1,"layers":[`, 17) + `{"kind":"dropout","inputs":1,"units":1}` + strings.Repeat(`]}`, 17)
	deeper := strings.Repeat(`[`, 1_000_000)
	for text, want := range map[string]string{"[" + deep + "]": "residual layers are nested more than 16 deep", deeper: "nested too deeply"} {
		if _, err := mlp.Load(bytes.NewReader(altered(t, net, set("layers", text)))); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	// What others add to the metadata, and other types of numbers, are welcome.
	for _, change := range []func(*safetensors.File){
		set("author", "somebody"),
		tensor(1, safetensors.Tensor{Name: "layers.0.std", DType: "BF16", Shape: []int{1, 2}, Data: []byte{0x80, 0x3f, 0x80, 0x3f}}),
		add(float64s("training.x", []float64{1}, 1)),
	} {
		if _, err := mlp.Load(bytes.NewReader(altered(t, net, change))); err != nil {
			t.Error(err)
		}
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

// A file that is cut off or has one more byte is refused.
func TestLoadOfParts(t *testing.T) {
	b := saved(t, binaryNet(t))
	for n := range b {
		if _, err := mlp.Load(bytes.NewReader(b[:n])); err == nil {
			t.Fatalf("%d of %d bytes are loaded", n, len(b))
		}
	}
	if _, err := mlp.Load(bytes.NewReader(append(b, 0))); err == nil {
		t.Error("a byte more is loaded")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(saved(f, everyKind(f)))
	f.Add(saved(f, binaryNet(f, mlp.WithClasses("no", "yes"))))
	f.Add(saved(f, model(f, mlp.Quantile(0.9), []mlp.ModelOption{mlp.WithTargetScaling(mlp.NewNormalization(1))}, mlp.Dense(1, 1, mlp.Identity))))
	f.Fuzz(func(t *testing.T, b []byte) {
		net, err := mlp.Load(bytes.NewReader(b))
		if err != nil {
			return
		}
		inputs, _ := net.Layers()[0].Dims()
		if inputs < 1000 {
			if _, err := net.Predict(mat.NewDense(1, inputs, nil)); err != nil {
				t.Error(err)
			}
		}
		again, err := mlp.Load(bytes.NewReader(saved(t, net)))
		if err != nil || !sameBits(weights(again), weights(net)) {
			t.Errorf("saved and loaded again: %v", err)
		}
	})
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
