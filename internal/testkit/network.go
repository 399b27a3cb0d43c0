package testkit

import (
	"bytes"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
)

// Model is mlp.Model, which must succeed.
func Model(t testing.TB, loss mlp.Loss, opts []mlp.ModelOption, layers ...mlp.Layer) mlp.Network {
	t.Helper()
	net, err := mlp.Model(layers, loss, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// Classifier returns an untrained network for Samples, as do BinaryNet,
// Regressor, Labeller and Counter.
func Classifier(t testing.TB, opts ...mlp.ModelOption) mlp.Network {
	t.Helper()
	return Model(t, mlp.CategoricalCrossEntropy, opts, mlp.Dense(4, 6, mlp.ReLU), mlp.Dense(6, 3, mlp.Softmax))
}

func BinaryNet(t testing.TB, opts ...mlp.ModelOption) *mlp.BinaryClassifier {
	t.Helper()
	return Model(t, mlp.BinaryCrossEntropy, opts, mlp.Dense(4, 5, mlp.Tanh), mlp.Dense(5, 1, mlp.Sigmoid)).(*mlp.BinaryClassifier)
}

func Regressor(t testing.TB, opts ...mlp.ModelOption) mlp.Network {
	t.Helper()
	return Model(t, mlp.MeanSquaredError, opts, mlp.Dense(4, 5, mlp.Sigmoid), mlp.Dense(5, 2, mlp.Identity))
}

// Labeller returns a network that gives three labels at once.
func Labeller(t testing.TB, loss mlp.Loss, opts ...mlp.ModelOption) *mlp.BinaryClassifier {
	t.Helper()
	act := mlp.Sigmoid
	if loss.Task() == mlp.Margin {
		act = mlp.Identity
	}
	opts = append([]mlp.ModelOption{mlp.WithSeed(1)}, opts...)
	return Model(t, loss, opts, mlp.Dense(4, 8, mlp.Tanh), mlp.Dense(8, 3, act)).(*mlp.BinaryClassifier)
}

// Counter returns a network that predicts two counts.
func Counter(t testing.TB) *mlp.Regressor {
	t.Helper()
	return Model(t, mlp.Poisson, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 8, mlp.Tanh), mlp.Dense(8, 2, mlp.Identity)).(*mlp.Regressor)
}

// Ensemble is mlp.Ensemble, which must succeed.
func Ensemble(t testing.TB, members ...mlp.Network) mlp.Network {
	t.Helper()
	net, err := mlp.Ensemble(members...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// Weights returns the values of all parameters of net.
func Weights(net mlp.Network) []float64 {
	var all []float64
	for _, l := range net.Layers() {
		for _, p := range l.Params() {
			all = append(all, mat.DenseCopyOf(p.Value).RawMatrix().Data...)
		}
	}
	return all
}

// Saved returns the bytes that Save writes.
func Saved(t testing.TB, net mlp.Network) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := mlp.Save(&b, net); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Altered returns a saved network without its digest after change has altered
// the file.
func Altered(t testing.TB, net mlp.Network, change func(f *safetensors.File)) []byte {
	t.Helper()
	f, err := safetensors.Read(bytes.NewReader(Saved(t, net)))
	if err != nil {
		t.Fatal(err)
	}
	delete(f.Metadata, "mlp.digest")
	change(f)
	var b bytes.Buffer
	if err := safetensors.Write(&b, f.Metadata, f.Tensors); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
