package acceptance_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
	"example.com/mlp/mlptest"
)

// dice draws random networks.
type dice struct{ *rand.Rand }

func pick[T any](d dice, from []T) T { return from[d.IntN(len(from))] }

// dense returns a random dense layer.
func (d dice) dense(inputs, units int) mlp.Layer {
	opts := []mlp.DenseOption{mlp.WithInitializer(pick(d, []mlp.Initializer{
		mlp.GlorotUniform, mlp.GlorotNormal, mlp.HeUniform, mlp.HeNormal, mlp.LeCunUniform, mlp.LeCunNormal, mlp.Orthogonal,
	}))}
	if d.IntN(4) == 0 {
		opts = append(opts, mlp.WithoutBias())
	}
	if d.IntN(4) == 0 {
		opts = append(opts, mlp.WithL1(1e-3), mlp.WithL2(1e-2))
	}
	return mlp.Dense(inputs, units, pick(d, testkit.Activations), opts...)
}

// layers returns random layers from one width to another. Those of training
// compute something different in training than in Infer.
func (d dice) layers(inputs, units, depth int, training bool) []mlp.Layer {
	var stack []mlp.Layer
	width := inputs
	for range 1 + d.IntN(3) {
		switch kind := d.IntN(7); {
		case kind == 0:
			stack = append(stack, mlp.LayerNorm(width, mlp.WithEpsilon(0.1)))
		case kind == 1:
			stack = append(stack, mlp.PReLU(width))
		case kind == 2:
			stack = append(stack, mlp.ActivationLayer(width, pick(d, testkit.Activations)))
		case kind == 3 && depth > 0:
			stack = append(stack, mlp.Residual(d.layers(width, width, depth-1, training)...))
		case kind == 4 && training:
			stack = append(stack, pick(d, []mlp.Layer{mlp.BatchNorm(width, mlp.WithEpsilon(0.1)), mlp.Dropout(width, 0.3), mlp.GaussianNoise(width, 0.1)}))
		default:
			next := 2 + d.IntN(4)
			stack = append(stack, d.dense(width, next))
			width = next
		}
	}
	return append(stack, d.dense(width, units))
}

// network returns a random network with random data for it.
func (d dice) network(t *testing.T, rows int, training bool) (net mlp.Network, x, y *mat.Dense) {
	inputs := 2 + d.IntN(3)
	loss := pick(d, testkit.Losses)
	units := 2 + d.IntN(2)
	act := mlp.Identity
	switch loss.Task() {
	case mlp.Multiclass:
		act = mlp.Softmax
	case mlp.Binary:
		act, units = mlp.Sigmoid, 1+d.IntN(3)
	case mlp.Margin:
		units = 1 + d.IntN(3)
	}
	hidden := 2 + d.IntN(3)
	stack := append(d.layers(inputs, hidden, 2, training), mlp.Dense(hidden, units, act))
	x, y = mat.NewDense(rows, inputs, nil), mat.NewDense(rows, units, nil)
	x.Apply(func(i, j int, _ float64) float64 { return d.NormFloat64() }, x)
	for i := range rows {
		switch loss.Task() {
		case mlp.Binary, mlp.Margin:
			for j := range units {
				y.Set(i, j, float64(d.IntN(2)))
			}
		case mlp.Multiclass:
			y.Set(i, i%units, 1)
		default:
			for j := range units {
				y.Set(i, j, d.Float64()*3) // at least 0, for Poisson
			}
		}
	}
	return model(t, loss, []mlp.ModelOption{mlp.WithSeed(d.Uint64())}, stack...), x, y
}

// options returns random options.
func (d dice) options() mlp.FitOptions {
	opts := mlp.FitOptions{
		Epochs: 2, BatchSize: 1 + d.IntN(40), KeepOrder: d.IntN(2) == 0, AccumulateSteps: d.IntN(3),
		Optimizer: pick(d, testkit.Rules), ClipNorm: float64(d.IntN(2)), ClipValue: float64(d.IntN(2)) / 2,
		AverageDecay: float64(d.IntN(2)) / 2, ValidationSplit: float64(d.IntN(2)) / 4,
	}
	if d.IntN(2) == 0 {
		opts.Schedule = mlp.Warmup{Epochs: 1, Then: mlp.ExponentialDecay{Factor: 0.5}}
	}
	return opts
}

// The backward pass of a random stack of layers computes the derivative of the
// forward pass.
func TestRandomLayersConform(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			mlptest.CheckLayer(t, func() mlp.Layer {
				d := dice{rand.New(rand.NewPCG(seed, 1))}
				width := 2 + d.IntN(3)
				return mlp.Residual(d.layers(width, width, 2, false)...)
			})
		})
	}
}

// The first step of plain gradient descent on a random network descends along
// the derivative of the loss that Evaluate returns.
func TestRandomNetworksDescend(t *testing.T) {
	for seed := range uint64(100) {
		d := dice{rand.New(rand.NewPCG(seed, 2))}
		net, x, y := d.network(t, 7, false)
		var params []*mat.Dense
		for _, l := range net.Layers() {
			for _, p := range l.Params() {
				params = append(params, p.Value)
			}
		}
		before := weights(net)
		for i := range before { // away from the kinks of activations, where biases of 0 may be
			before[i] += 0.1 * d.NormFloat64()
		}
		numeric := fd.Gradient(nil, func(w []float64) float64 {
			setWeights(params, w)
			s, err := net.Evaluate(x, y)
			if err != nil {
				t.Fatal(err)
			}
			return s.Loss
		}, before, &fd.Settings{Formula: fd.Central})
		setWeights(params, before)
		if _, err := trainer(t, net, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: 1}}).FitBatch(x, y); err != nil {
			t.Fatal(err)
		}
		after := weights(net)
		for i := range after {
			after[i] = before[i] - after[i]
		}
		nearMatrix(t, fmt.Sprintf("seed %d: gradient of\n%v", seed, net), row(after), row(numeric), 1e-6)
	}
}

// Whatever the layers, the loss and the options, a network trains, predicts a
// sample the same way alone as among others, and predicts and trains further
// after it has been saved and loaded, all with the same bits.
func TestRandomNetworksTrainSaveAndLoad(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(300) {
		d := dice{rand.New(rand.NewPCG(seed, 3))}
		net, x, y := d.network(t, 24, true)
		opts := d.options()
		if _, err := net.Fit(ctx, x, y, opts); err != nil {
			if strings.Contains(err.Error(), "a batch has 1 row") { // which BatchNorm refuses
				continue
			}
			t.Fatalf("seed %d: %v\n%v%+v", seed, err, net, opts)
		}
		if w := weights(net); slices.ContainsFunc(w, notFinite) {
			t.Fatalf("seed %d: weights %v", seed, w)
		}
		loaded, err := mlp.Load(bytes.NewReader(saved(t, net)))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		a, err1 := net.Predict(x)
		b, err2 := loaded.Predict(x)
		if err1 != nil || err2 != nil || !sameBits(a.RawMatrix().Data, b.RawMatrix().Data) {
			t.Fatalf("seed %d: other predictions (%v, %v)", seed, err1, err2)
		}
		one := make([]float64, len(a.RawRowView(1)))
		if err := net.PredictRow(one, x.RawRowView(1)); err != nil || !sameBits(one, a.RawRowView(1)) {
			t.Fatalf("seed %d: PredictRow gives %v, Predict %v (%v)\n%v", seed, one, a.RawRowView(1), err, net)
		}
		fit(t, net, x, y, opts)
		fit(t, loaded, x, y, opts)
		if !bytes.Equal(saved(t, net), saved(t, loaded)) {
			t.Fatalf("seed %d: trained further to something else\n%v%+v", seed, net, opts)
		}
	}
}
