package mlp_test

import (
	"bytes"
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

func TestEnsembleLayer(t *testing.T) {
	mlptest.CheckLayer(t, func() mlp.Layer { return ensembleLayer(t, 5) })
}

// members returns trained networks of each kind, which differ in their seeds.
func members(t *testing.T, n int) (x *mat.Dense, kinds map[string][]mlp.Network, targets map[string]*mat.Dense) {
	t.Helper()
	x, classes, yes, numbers := samples(60)
	scale := mlp.NewNormalization(numbers.RawMatrix().Cols)
	if err := scale.Adapt(numbers); err != nil {
		t.Fatal(err)
	}
	kinds = make(map[string][]mlp.Network)
	targets = map[string]*mat.Dense{"binary": yes, "classes": classes, "numbers": numbers}
	for i := range n {
		seed := mlp.WithSeed(uint64(i))
		features := mlp.WithFeatures("a", "b", "c", "d")
		hidden := func() []mlp.Layer {
			return []mlp.Layer{adapted(t, x), mlp.Dense(4, 6+i, mlp.Tanh), mlp.BatchNorm(6 + i), mlp.Dropout(6+i, 0.1)}
		}
		binary := model(t, mlp.BinaryCrossEntropy, []mlp.ModelOption{seed, features, mlp.WithClasses("no", "yes")}, append(hidden(), mlp.Dense(6+i, 1, mlp.Sigmoid))...)
		if err := binary.(*mlp.BinaryClassifier).SetThreshold(0.25); err != nil {
			t.Fatal(err)
		}
		kinds["binary"] = append(kinds["binary"], binary)
		_, k := classes.Dims()
		kinds["classes"] = append(kinds["classes"], model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{seed}, append(hidden(), mlp.Dense(6+i, k, mlp.Softmax))...))
		kinds["numbers"] = append(kinds["numbers"], model(t, mlp.MeanSquaredError, []mlp.ModelOption{seed, mlp.WithTargetScaling(scale)}, append(hidden(), mlp.Dense(6+i, numbers.RawMatrix().Cols, mlp.Identity))...))
	}
	for kind, nets := range kinds {
		for _, net := range nets {
			fit(t, net, x, targets[kind], mlp.FitOptions{Epochs: 3})
		}
	}
	return x, kinds, targets
}

// An ensemble of one is its member, to the bit.
func TestEnsembleOfOne(t *testing.T) {
	x, kinds, targets := members(t, 1)
	for kind, nets := range kinds {
		t.Run(kind, func(t *testing.T) {
			net := ensemble(t, nets[0])
			if a, b := fmt.Sprintf("%T", net), fmt.Sprintf("%T", nets[0]); a != b {
				t.Errorf("a %s of a %s", a, b)
			}
			sameNetworks(t, net, nets[0], x)
			a, err := net.Evaluate(x, targets[kind])
			if err != nil {
				t.Fatal(err)
			}
			b, err := nets[0].Evaluate(x, targets[kind])
			if err != nil {
				t.Fatal(err)
			}
			if a.Score != b.Score {
				t.Errorf("score %v, the member has %v", a.Score, b.Score)
			}
			near(t, "loss", a.Loss, b.Loss, 1e-12) // the member takes it from logits
		})
	}
}

// sameNetworks checks that two networks predict the same bits.
func sameNetworks(t *testing.T, a, b mlp.Network, x *mat.Dense) {
	t.Helper()
	for name, predict := range map[string]func(mlp.Network) (*mat.Dense, error){
		"Forward": func(n mlp.Network) (*mat.Dense, error) { return n.Forward(x) },
		"Predict": func(n mlp.Network) (*mat.Dense, error) { return n.Predict(x) },
		"PredictRow": func(n mlp.Network) (*mat.Dense, error) {
			_, units := n.Layers()[len(n.Layers())-1].Dims()
			y := mat.NewDense(1, units, nil)
			return y, n.PredictRow(y.RawRowView(0), x.RawRowView(3))
		},
	} {
		ya, err1 := predict(a)
		yb, err2 := predict(b)
		if err1 != nil || err2 != nil || !sameBits(ya.RawMatrix().Data, yb.RawMatrix().Data) {
			t.Errorf("%s differs (%v, %v)", name, err1, err2)
		}
	}
}

// The outputs are means, and the rest is as in the members.
func TestEnsembleOfThree(t *testing.T) {
	x, kinds, targets := members(t, 3)
	for kind, nets := range kinds {
		t.Run(kind, func(t *testing.T) {
			net := ensemble(t, nets...)
			forward := func(net mlp.Network) *mat.Dense {
				y, err := net.Forward(x)
				if err != nil {
					t.Fatal(err)
				}
				return y
			}
			want := forward(nets[0])
			want.Add(want, forward(nets[1]))
			want.Add(want, forward(nets[2]))
			want.Scale(1./3, want)
			nearMatrix(t, "Forward", forward(net), want, 1e-15)

			sameNetworks(t, reloaded(t, net), net, x)
			if !bytes.Contains(saved(t, net), []byte(`"layers.0.2.1.weight"`)) {
				t.Error("no tensor layers.0.2.1.weight")
			}
			if a, b := net.FeatureNames(), nets[0].FeatureNames(); fmt.Sprint(a) != fmt.Sprint(b) {
				t.Errorf("features %q, want %q", a, b)
			}
			switch net := net.(type) {
			case *mlp.BinaryClassifier:
				if net.Threshold() != 0.25 || fmt.Sprint(net.ClassNames()) != "[no yes]" {
					t.Errorf("threshold %v, classes %q", net.Threshold(), net.ClassNames())
				}
			case *mlp.Regressor: // predicts in the units of the data
				want, err := nets[0].Predict(x)
				if err != nil {
					t.Fatal(err)
				}
				for _, other := range nets[1:] {
					y, err := other.Predict(x)
					if err != nil {
						t.Fatal(err)
					}
					want.Add(want, y)
				}
				want.Scale(1./3, want)
				got, err := net.Predict(x)
				if err != nil {
					t.Fatal(err)
				}
				nearMatrix(t, "Predict", got, want, 1e-12)
			}

			before, err := net.Evaluate(x, targets[kind])
			if err != nil {
				t.Fatal(err)
			}
			fit(t, net, x, targets[kind], mlp.FitOptions{Epochs: 10, Optimizer: mlp.Adam{LearningRate: 0.01}})
			if after, err := net.Evaluate(x, targets[kind]); err != nil || !(after.Loss < before.Loss) {
				t.Errorf("trained further, the loss goes from %v to %v (%v)", before.Loss, after.Loss, err)
			}
		})
	}
}

func TestEnsembleErrors(t *testing.T) {
	regressor := func(opts []mlp.ModelOption, layers ...mlp.Layer) mlp.Network {
		return model(t, mlp.MeanSquaredError, opts, layers...)
	}
	d := func(inputs, units int) mlp.Layer { return mlp.Dense(inputs, units, mlp.Identity) }
	scaled := func(mean float64) mlp.Network {
		scale := mlp.NewNormalization(1)
		if err := scale.Set([]float64{mean}, []float64{1}); err != nil {
			t.Fatal(err)
		}
		return regressor([]mlp.ModelOption{mlp.WithTargetScaling(scale)}, d(2, 1))
	}
	binary := func(threshold float64, classes ...string) mlp.Network {
		net := model(t, mlp.BinaryCrossEntropy, []mlp.ModelOption{mlp.WithClasses(classes...)}, mlp.Dense(2, 1, mlp.Sigmoid))
		if err := net.(*mlp.BinaryClassifier).SetThreshold(threshold); err != nil {
			t.Fatal(err)
		}
		return net
	}
	one, norm := regressor(nil, d(2, 1)), mlp.NewNormalization(2)
	for want, nets := range map[string][]mlp.Network{
		"no members": {},
		"member 1 is a <nil> that Model has not made":                                  {one, nil},
		"member 0 is a *mlp.Classifier that Model has not made":                        {&mlp.Classifier{}},
		"member 1 has loss huber, member 0 has mean_squared_error":                     {one, model(t, mlp.Huber(1), nil, d(2, 1))},
		"member 1 has task regression, member 0 has binary":                            {model(t, anyTask{task: mlp.Binary}, nil, d(2, 1)), model(t, anyTask{task: mlp.Regression}, nil, d(2, 1))},
		"member 1 has 3 inputs, member 0 has 2":                                        {one, regressor(nil, d(3, 1))},
		"member 2 has 2 outputs, member 0 has 1":                                       {one, regressor(nil, d(2, 1)), regressor(nil, d(2, 2))},
		`member 1 has classes ["a" "c"], member 0 has ["a" "b"]`:                       {binary(0.5, "a", "b"), binary(0.5, "a", "c")},
		`member 1 has features ["p" "q"], member 0 has []`:                             {one, regressor([]mlp.ModelOption{mlp.WithFeatures("p", "q")}, d(2, 1))},
		"member 1 has threshold 0.4, member 0 has 0.5":                                 {binary(0.5, "a", "b"), binary(0.4, "a", "b")},
		"member 1 has scaled targets: true, member 0 has: false":                       {one, scaled(1)},
		"member 1 has targets scaled by mean [2] and std [1], member 0 by [1] and [1]": {scaled(1), scaled(2)},
		`member 1 shares parameter "0.mean" with member 0`:                             {regressor(nil, norm, d(2, 1)), regressor(nil, norm, d(2, 1))},
		`member 1 shares parameter "0.weight" with member 0`:                           {one, one},
	} {
		if net, err := mlp.Ensemble(nets...); err == nil || err.Error() != "mlp: Ensemble: "+want || net != nil {
			t.Errorf("error %v\nwant  mlp: Ensemble: %s", err, want)
		}
	}
}

// anyTask is a loss whose name says nothing of its task.
type anyTask struct {
	mlp.Loss
	task mlp.Task
}

func (anyTask) Name() string     { return "any_task" }
func (l anyTask) Task() mlp.Task { return l.task }
