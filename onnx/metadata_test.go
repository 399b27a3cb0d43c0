package onnx

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"example.com/mlp"
)

// classNames returns the names of the classes of a network, nil for a
// regression.
func classNames(net mlp.Network) []string {
	if c, ok := net.(interface{ ClassNames() []string }); ok {
		return c.ClassNames()
	}
	return nil
}

func TestNames(t *testing.T) {
	features := []string{"length", "width"}
	for _, c := range []struct {
		loss     mlp.Loss
		last     mlp.Layer
		classes  []string
		features []string
	}{
		{mlp.CategoricalCrossEntropy, mlp.Dense(2, 3, mlp.Softmax), []string{"\"ä\n", "<b>", "\u2028"}, features},
		{mlp.CategoricalCrossEntropy, mlp.Dense(2, 3, mlp.Softmax), nil, features},
		{mlp.BinaryCrossEntropy, mlp.Dense(2, 1, mlp.Sigmoid), []string{"no", "yes"}, nil},
		{mlp.MeanSquaredError, mlp.Dense(2, 1, mlp.Identity), nil, features},
		{mlp.MeanSquaredError, mlp.Dense(2, 1, mlp.Identity), nil, nil},
	} {
		net, err := mlp.Model([]mlp.Layer{c.last}, c.loss, mlp.WithClasses(c.classes...), mlp.WithFeatures(c.features...))
		if err != nil {
			t.Fatal(err)
		}
		back, err := Import(bytes.NewReader(exported(t, net, Float32)))
		if err != nil {
			t.Fatal(err)
		}
		if got := classNames(back); !reflect.DeepEqual(got, c.classes) {
			t.Errorf("classes %q, want %q", got, c.classes)
		}
		if got := back.FeatureNames(); !reflect.DeepEqual(got, c.features) {
			t.Errorf("features %q, want %q", got, c.features)
		}
	}
}

func TestImportOfNames(t *testing.T) {
	const softmax = dense + "s = Softmax(d)\n"
	for _, c := range []struct {
		text    string
		opts    []ImportOptions
		classes []string
	}{
		{softmax + `y = ai.onnx.ml.ZipMap(s) classlabels_strings=["a","b","c"]`, nil, []string{"a", "b", "c"}},
		{softmax + `y = ai.onnx.ml.ZipMap(s) classlabels_int64s=[7,-8,9]`, nil, []string{"7", "-8", "9"}},
		{softmax + `y = ai.onnx.ml.ZipMap(s)`, nil, nil},
		{softmax + `y = ai.onnx.ml.ZipMap(s) classlabels_int64s=[7,8,9]`, []ImportOptions{{Model: []mlp.ModelOption{mlp.WithClasses("x", "y", "z")}}}, []string{"x", "y", "z"}},
		{softmax + `y = ai.onnx.ml.ZipMap(s) classlabels_int64s=[7,8,9]`, []ImportOptions{{Loss: mlp.MeanSquaredError}}, nil},
		{dense + "tensor v double[3,1] 1\no = Gemm(d, v)\ns = Sigmoid(o)\nn = Sub(one, s)\nc = Concat(n, s) axis=1\n" +
			`y = ai.onnx.ml.ZipMap(c) classlabels_strings=["no","yes"]`, nil, []string{"no", "yes"}},
	} {
		net, err := importText(numbers+c.text, c.opts...)
		if err != nil {
			t.Fatal(err)
		}
		if got := classNames(net); !slices.Equal(got, c.classes) {
			t.Errorf("%s: classes %q, want %q", c.text, got, c.classes)
		}
	}
}

func TestImportOfWrongNames(t *testing.T) {
	const zip = dense + "s = Softmax(d)\ny = ai.onnx.ml.ZipMap(s) "
	for _, c := range []struct{ text, key, value, want string }{
		{zip + "classlabels_int64s=[1,2]", "", "", "mlp: Model: WithClasses has 2 names, the network has classes: 3"},
		{zip + `classlabels_strings=["a","b","a"]`, "", "", `mlp: Model: WithClasses: "a" is name 0 and 2`},
		{zip + `classlabels_strings="a"`, "", "", `node "/y" (ai.onnx.ml.ZipMap): attribute "classlabels_strings" has the type 3, want 8`},
		{zip, classesKey, `["a","b"]`, "mlp: Model: WithClasses has 2 names, the network has classes: 3"},
		{zip, classesKey, `["a","b",null]`, "metadata mlp.classes: null"},
		{zip, featuresKey, `["a"]`, "mlp: Model: WithFeatures has 1 names, layer 0 takes 4"},
		{zip, featuresKey, `[["a"]]`, "metadata mlp.features: a list, want a string"},
		{zip, featuresKey, ``, "metadata mlp.features: unexpected EOF"},
		{dense + "y = Relu(d)", lossKey, "my_loss", `metadata mlp.loss: package mlp has no loss "my_loss": choose one by ImportOptions.Loss`},
		{dense + "y = Relu(d)", lossKey, "", `metadata mlp.loss: package mlp has no loss "": choose one by ImportOptions.Loss`},
		{dense + "y = Relu(d)", lossKey, "huber(-1)", `metadata mlp.loss: package mlp has no loss "huber(-1)": choose one by ImportOptions.Loss`},
		{dense + "y = Identity(d)", lossKey, "poisson", `metadata mlp.loss: poisson does not go with the end of the graph: choose a loss by ImportOptions.Loss`},
		{dense + "y = Exp(d)", lossKey, "hinge", `metadata mlp.loss: hinge does not go with the end of the graph: choose a loss by ImportOptions.Loss`},
		{dense + "y = Sigmoid(d)", thresholdKey, "0.5x", `metadata mlp.threshold: "0.5x" is no number`},
		{dense + "y = Sigmoid(d)", thresholdKey, "1.5", `metadata mlp.threshold: mlp: SetThreshold: 1.5 is not in [0, 1]`},
		{dense + "y = Sigmoid(d)", thresholdKey, "NaN", `metadata mlp.threshold: mlp: SetThreshold: NaN is not in [0, 1]`},
	} {
		m := parse(c.text)
		m.metadata = map[string]string{c.key: c.value}
		_, err := Import(bytes.NewReader(m.encode()))
		if want := "onnx: Import: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%s %s=%s\ngot  %v\nwant %s", c.text, c.key, c.value, err, want)
		}
	}
}

// What a network is for comes back with it.
func TestKinds(t *testing.T) {
	layers := func(units int, act mlp.Activation) []mlp.Layer { return []mlp.Layer{mlp.Dense(2, units, act)} }
	for _, c := range []struct {
		layers    []mlp.Layer
		loss      mlp.Loss
		threshold float64
		classes   []string
	}{
		{layers(1, mlp.Identity), mlp.Hinge, 0, []string{"n", "p"}},
		{layers(1, mlp.Identity), mlp.SquaredHinge, -1.5, nil},
		{layers(1, mlp.Tanh), mlp.Hinge, 0.1, []string{"n", "p"}},
		{layers(3, mlp.Identity), mlp.Hinge, 0.25, []string{"a", "b", "c"}},
		{layers(1, mlp.Sigmoid), mlp.BinaryCrossEntropy, 0.2, []string{"no", "yes"}},
		{layers(1, mlp.Sigmoid), mlp.Focal(3), 1. / 3, nil},
		{layers(3, mlp.Softmax), mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, 0.1), 0, []string{"a", "b", "c"}},
		{layers(2, mlp.Sigmoid), mlp.MeanSquaredError, 0, nil},
		{layers(1, mlp.Identity), mlp.Quantile(0.9), 0, nil},
		{layers(1, mlp.Identity), mlp.Poisson, 0, nil},
	} {
		net, err := mlp.Model(c.layers, c.loss, mlp.WithClasses(c.classes...))
		if err != nil {
			t.Fatal(err)
		}
		if b, ok := net.(*mlp.BinaryClassifier); ok {
			if err := b.SetThreshold(c.threshold); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range []Precision{Float32, Float64} {
			back, err := Import(bytes.NewReader(exported(t, net, p)))
			if err != nil {
				t.Fatal(err)
			}
			if reflect.TypeOf(back) != reflect.TypeOf(net) || back.Loss() != net.Loss() || !slices.Equal(classNames(back), c.classes) {
				t.Errorf("%s: got a %T with %s and %q", c.loss.Name(), back, back.Loss().Name(), classNames(back))
			}
			if b, ok := back.(*mlp.BinaryClassifier); ok && b.Threshold() != c.threshold {
				t.Errorf("%s: threshold %g, want %g", c.loss.Name(), b.Threshold(), c.threshold)
			}
		}
	}
}

// A loss by ImportOptions takes the place of that in the file; the threshold stays
// where it means the same.
func TestLossInPlaceOfThatInTheFile(t *testing.T) {
	for _, c := range []struct {
		file, threshold string
		loss            mlp.Loss
		want            float64
	}{
		{"hinge", "0.3", mlp.SquaredHinge, 0.3},
		{"hinge", "-3", mlp.BinaryCrossEntropy, 0.5},
		{"binary_cross_entropy", "0.3", mlp.Hinge, 0},
		{"my_loss", "0.3", mlp.BinaryCrossEntropy, 0.3},
		{"hinge", "", mlp.Hinge, 0},
	} {
		last := "Sigmoid"
		if c.loss.Task() == mlp.Margin {
			last = "Tanh"
		}
		m := parse(dense + "y = " + last + "(d)")
		m.metadata = map[string]string{lossKey: c.file}
		if c.threshold != "" {
			m.metadata[thresholdKey] = c.threshold
		}
		net, err := Import(bytes.NewReader(m.encode()), ImportOptions{Loss: c.loss})
		if err != nil {
			t.Fatal(err)
		}
		if got := net.(*mlp.BinaryClassifier).Threshold(); got != c.want || net.Loss() != c.loss {
			t.Errorf("%s with %s: threshold %g, want %g", c.file, c.loss.Name(), got, c.want)
		}
	}
	m := parse(dense + "y = Relu(d)")
	m.metadata = map[string]string{lossKey: "mean_squared_error", thresholdKey: "no", "mlp.other": "x"}
	if _, err := Import(bytes.NewReader(m.encode())); err != nil {
		t.Errorf("a threshold of a regression: %v", err)
	}
}
