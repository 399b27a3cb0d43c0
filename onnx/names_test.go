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
		opts    []Option
		classes []string
	}{
		{softmax + `y = ai.onnx.ml.ZipMap(s) classlabels_strings=["a","b","c"]`, nil, []string{"a", "b", "c"}},
		{softmax + `y = ai.onnx.ml.ZipMap(s) classlabels_int64s=[7,-8,9]`, nil, []string{"7", "-8", "9"}},
		{softmax + `y = ai.onnx.ml.ZipMap(s)`, nil, nil},
		{softmax + `y = ai.onnx.ml.ZipMap(s) classlabels_int64s=[7,8,9]`, []Option{WithModelOptions(mlp.WithClasses("x", "y", "z"))}, []string{"x", "y", "z"}},
		{softmax + `y = ai.onnx.ml.ZipMap(s) classlabels_int64s=[7,8,9]`, []Option{WithLoss(mlp.MeanSquaredError)}, nil},
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
	} {
		m := parse(c.text)
		m.metadata = map[string]string{c.key: c.value}
		_, err := Import(bytes.NewReader(m.encode()))
		if want := "onnx: Import: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%s %s=%s\ngot  %v\nwant %s", c.text, c.key, c.value, err, want)
		}
	}
}
