package onnx

import (
	"bytes"
	"testing"

	"example.com/mlp"
)

// The graphs that scikit-learn's converter (skl2onnx) writes for MLPClassifier
// and MLPRegressor.
const (
	sklearnHidden = `tensor coefficient float[4,3] 0.3 -0.7 0.2 0.9 -0.4
tensor intercepts float[1,3] 0.1 -0.2 0.3
cast_input = Cast(x) to=1
mul_result = MatMul(cast_input, coefficient)
add_result = Add(mul_result, intercepts)
next_activations = Tanh(add_result)
`
	sklearnThree = sklearnHidden + `tensor coefficient1 float[3,3] 0.5 -0.2 0.8 0.1
tensor intercepts1 float[1,3] 0.3 -0.2 0.1
mul_result1 = MatMul(next_activations, coefficient1)
add_result1 = Add(mul_result1, intercepts1)
out_activations_result = Softmax(add_result1) axis=1
`
	sklearnOne = sklearnHidden + `tensor coefficient1 float[3,1] 0.5 -0.2 0.8
tensor intercepts1 float[1,1] 0.3
mul_result1 = MatMul(next_activations, coefficient1)
add_result1 = Add(mul_result1, intercepts1)
`
	sklearnLabels = `tensor classes int32[3] 0 1 2
tensor shape_tensor int64[1] -1
argmax_output = ArgMax(probabilities) axis=1
array_feature_extractor_result = ai.onnx.ml.ArrayFeatureExtractor(classes, argmax_output)
reshaped_result = Reshape(array_feature_extractor_result, shape_tensor)
label = Cast(reshaped_result) to=7
`
)

func TestImportFromScikitLearn(t *testing.T) {
	for _, c := range []struct {
		name, text string
		output     string // what the network computes
		arch       string
		loss       mlp.Loss
	}{
		{
			"several classes",
			"output label int64[N]\noutput probabilities float[N,3]\n" + sklearnThree + "probabilities = Identity(out_activations_result)\n" + sklearnLabels,
			"probabilities", "dense(4,3,tanh) dense(3,3,softmax)", mlp.CategoricalCrossEntropy,
		},
		{
			"several classes, zipmap",
			"output label int64[N]\noutput output_probability sequence\n" + sklearnThree + "probabilities = Identity(out_activations_result)\n" + sklearnLabels +
				"output_probability = ai.onnx.ml.ZipMap(probabilities) classlabels_int64s=[0,1,2]\n",
			"probabilities", "dense(4,3,tanh) dense(3,3,softmax)", mlp.CategoricalCrossEntropy,
		},
		{
			"two classes",
			"output label int64[N]\noutput probabilities float[N,2]\n" + sklearnOne + `out_activations_result = Sigmoid(add_result1)
tensor unity float[] 1
negative_class_proba = Sub(unity, out_activations_result)
probabilities = Concat(negative_class_proba, out_activations_result) axis=1
` + sklearnLabels,
			"out_activations_result", "dense(4,3,tanh) dense(3,1,sigmoid)", mlp.BinaryCrossEntropy,
		},
		{
			"two classes, zipmap",
			"output label int64[N]\noutput output_probability sequence\n" + sklearnOne + `out_activations_result = Sigmoid(add_result1)
tensor unity float[] 1
negative_class_proba = Sub(unity, out_activations_result)
probabilities = Concat(negative_class_proba, out_activations_result) axis=1
output_probability = ai.onnx.ml.ZipMap(probabilities) classlabels_int64s=[0,1]
` + sklearnLabels,
			"out_activations_result", "dense(4,3,tanh) dense(3,1,sigmoid)", mlp.BinaryCrossEntropy,
		},
		{
			"several labels at once",
			"output label int64[N,3]\noutput probabilities float[N,3]\n" + sklearnHidden + `tensor coefficient1 float[3,3] 0.5 -0.2 0.8 0.1
tensor intercepts1 float[1,3] 0.3 -0.2 0.1
mul_result1 = MatMul(next_activations, coefficient1)
add_result1 = Add(mul_result1, intercepts1)
out_activations_result = Sigmoid(add_result1)
probabilities = Identity(out_activations_result)
`,
			"probabilities", "dense(4,3,tanh) dense(3,3,sigmoid)", mlp.BinaryCrossEntropy,
		},
		{
			"regression",
			"output variable float[N,1]\ntensor shape_tensor int64[2] -1 1\n" + sklearnOne + "out_activations_result = Identity(add_result1)\nvariable = Reshape(out_activations_result, shape_tensor)\n",
			"variable", "dense(4,3,tanh) dense(3,1,identity)", mlp.MeanSquaredError,
		},
		{
			"scaler in a pipeline",
			"output variable float[N,1]\ntensor shape_tensor int64[2] -1 1\nscaled = ai.onnx.ml.Scaler(x) offset=[1.0,2.0,0.5,3.0] scale=[0.5,2.0,1.0,4.0]\n" +
				"tensor w float[4,1] 1 2 3 4\nvariable1 = MatMul(scaled, w)\nvariable = Reshape(variable1, shape_tensor)",
			"variable", "normalization dense(4,1,identity,no bias)", mlp.MeanSquaredError,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := parse(c.text)
			for i, out := range m.graph.outputs {
				if out.name == "label" && len(out.dims) == 2 { // a Binarizer, which has no numbers for evaluate
					m.graph.outputs = append(m.graph.outputs[:i], m.graph.outputs[i+1:]...)
					break
				}
			}
			file := m.encode()
			net, err := Import(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			if arch(net) != c.arch || net.Loss() != c.loss {
				t.Errorf("got %s with %s, want %s with %s", arch(net), net.Loss().Name(), c.arch, c.loss.Name())
			}
			x := samples(7, 4)
			y := forward(t, net, x)
			if d := distance(t, y, evaluate(t, m, c.output, x)); !(d <= 1e-12) {
				t.Errorf("the outputs differ by %g", d)
			}
			trainOn(t, c.name, net, samples(40, 4))
		})
	}
}

// The converter makes one column of several outputs of a regression, in which
// the samples are no longer rows.
func TestImportOfTwoValuesInAColumn(t *testing.T) {
	_, err := importText("output variable double[N,1]\ntensor w double[4,2] 1\ntensor shape_tensor int64[2] -1 1\nm = MatMul(x, w)\nvariable = Reshape(m, shape_tensor)")
	if want := `onnx: Import: node "/variable" (Reshape) takes 1 columns, its input has 2`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
