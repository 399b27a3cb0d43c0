package mlp_test

import (
	"errors"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// One member without scales is the network of its layers.
func TestOneMember(t *testing.T) {
	x, classes, _, _ := samples(60)
	for name, p := range precisions {
		dense := func(inputs, units int, act mlp.Activation) mlp.Layer {
			return mlp.Dense(inputs, units, act)
		}
		plain := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1), p.option}, dense(4, 9, mlp.ReLU), dense(9, 3, mlp.Softmax))
		same := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1), p.option},
			mlp.MemberInputs(1, 4, mlp.Constant(1), nil), mlp.BatchEnsemble(1, 4, 9, mlp.ReLU), mlp.MemberHeads(1, 9, 3), mlp.MemberMean(1, 3, mlp.Softmax))
		from := plain.Layers()
		to := same.Layers()
		to[1].Params()[1].Value.Copy(from[0].Params()[0].Value)
		to[1].Params()[3].Value.Copy(from[0].Params()[1].Value)
		to[2].Params()[0].Value.Copy(from[1].Params()[0].Value)
		to[2].Params()[1].Value.Copy(from[1].Params()[1].Value)
		want, err1 := plain.Predict(x)
		got, err2 := same.Predict(x)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		nearMatrix(t, name+": answers", got, want, 10*p.roundoff)
		keepScales := mlp.Group{Has: func(layer int, q mlp.Param) bool { return layer == 0 || q.Name == "r" || q.Name == "s" }, Fixed: true}
		opts := mlp.FitOptions{Epochs: 3, BatchSize: 20, KeepOrder: true, Optimizer: mlp.SGD{LearningRate: 0.1}}
		h1 := fit(t, plain, x, classes, opts)
		opts.Groups = []mlp.Group{keepScales}
		h2 := fit(t, same, x, classes, opts)
		for i, e := range h1.Epochs {
			near(t, name+": loss", h2.Epochs[i].Train.Loss, e.Train.Loss, 1e3*p.roundoff)
			near(t, name+": score", h2.Epochs[i].Train.Score, e.Train.Score, 0)
		}
		nearMatrix(t, name+": weights", to[1].Params()[1].Value, from[0].Params()[0].Value, 1e3*p.roundoff)
		nearMatrix(t, name+": bias of the head", to[2].Params()[1].Value, from[1].Params()[1].Value, 1e3*p.roundoff)
	}
}

// In single precision, batches of several blocks of samples have the gradients of
// double precision, those of the layers before included.
func TestBatchEnsembleOfSeveralBlocks(t *testing.T) {
	const members = 200 // two samples a block
	x, classes, _, _ := samples(20)
	fixed := mlp.Group{Has: func(_ int, p mlp.Param) bool { return p.Name == "r" }, Fixed: true}
	for name, groups := range map[string][]mlp.Group{"r trained": nil, "r at one": {fixed}} {
		var weights [2]*mat.Dense
		for i, p := range []mlp.Precision{mlp.Float64, mlp.Float32} {
			net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1), mlp.WithPrecision(p)},
				mlp.Dense(4, 2*members, mlp.Tanh), mlp.BatchEnsemble(members, 2, 1, mlp.ReLU), mlp.MemberHeads(members, 1, 3), mlp.MemberMean(members, 3, mlp.Softmax))
			weights[i] = net.Layers()[0].Params()[0].Value
			start := mat.DenseCopyOf(weights[i])
			fit(t, net, x, classes, mlp.FitOptions{Epochs: 2, BatchSize: 5, KeepOrder: true, Optimizer: mlp.SGD{LearningRate: 10}, Groups: groups})
			weights[i].Sub(weights[i], start)
		}
		largest := max(mat.Max(weights[0]), -mat.Min(weights[0]))
		if largest < 1e-3 {
			t.Fatalf("%s: the weights change by %g at most", name, largest)
		}
		nearMatrix(t, name, weights[1], weights[0], 1e-4*largest)
	}
}

// The first batch, with r at one, multiplies nothing by it.
func TestBatchEnsembleAllocatesNothingAfterItsFirstBatch(t *testing.T) {
	layer := mlp.BatchEnsemble(4, 3, 2, mlp.Tanh)
	pass := layer.NewPass(200, nil)
	x, dy := mat.NewDense(200, 12, nil), mat.NewDense(200, 8, nil)
	r := layer.Params()[0].Value
	n := testing.AllocsPerRun(1, func() { // a first run, which does not count, and another
		pass.Forward(x)
		pass.Backward(dy, true)
		r.Set(0, 0, 2)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
