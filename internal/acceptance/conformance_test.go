package acceptance_test

import (
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
	"example.com/mlp/mlptest"
)

func TestActivations(t *testing.T) {
	for _, act := range testkit.Activations {
		t.Run(act.Name(), func(t *testing.T) { mlptest.CheckActivation(t, act) })
	}
}

func TestDenseLayers(t *testing.T) {
	for _, act := range testkit.Activations {
		t.Run(act.Name(), func(t *testing.T) {
			mlptest.CheckLayer(t, func() mlp.Layer { return mlp.Dense(4, 3, act) })
		})
		t.Run(act.Name()+" without bias", func(t *testing.T) {
			mlptest.CheckLayer(t, func() mlp.Layer { return mlp.Dense(3, 5, act, mlp.WithoutBias()) })
		})
	}
}

func TestLayers(t *testing.T) {
	for name, newLayer := range map[string]func() mlp.Layer{
		"dropout of nothing":  func() mlp.Layer { return mlp.Dropout(3, 0) },
		"no noise":            func() mlp.Layer { return mlp.GaussianNoise(3, 0) },
		"layer norm":          func() mlp.Layer { return varied(mlp.LayerNorm(4)) },
		"layer norm, narrow":  func() mlp.Layer { return varied(mlp.LayerNorm(1)) },
		"layer norm, wide":    func() mlp.Layer { return varied(mlp.LayerNorm(19)) },
		"layer norm, epsilon": func() mlp.Layer { return varied(mlp.LayerNorm(4, mlp.WithEpsilon(0.5))) },
		"prelu":               func() mlp.Layer { return varied(mlp.PReLU(4)) },
		"ntk":                 func() mlp.Layer { return mlp.NTKDense(4, 3, mlp.Mish) },
		"ntk, softmax":        func() mlp.Layer { return mlp.NTKDense(5, 3, mlp.Softmax, mlp.WithoutBias()) },
		"parametric":          func() mlp.Layer { return varied(mlp.ParametricActivation(4, mlp.SELU)) },
		"parametric, start":   func() mlp.Layer { return mlp.ParametricActivation(4, mlp.Mish) },
		"member inputs":       func() mlp.Layer { return mlp.MemberInputs(3, 4, mlp.Normal(0, 1), []int{0, 1, 1, 0}) },
		"member inputs alone": func() mlp.Layer { return mlp.MemberInputs(1, 3, mlp.RandomSigns, nil) },
		"member layers": func() mlp.Layer {
			return mlp.MemberLayers(3, mlp.Dense(2, 5, mlp.Tanh), mlp.PReLU(5), mlp.Dense(5, 2, mlp.Softmax))
		},
		"member heads":           func() mlp.Layer { return mlp.MemberHeads(3, 4, 2) },
		"batch ensemble":         func() mlp.Layer { return varied(mlp.BatchEnsemble(3, 2, 4, mlp.SELU)) },
		"batch ensemble, row":    func() mlp.Layer { return varied(mlp.BatchEnsemble(2, 3, 2, mlp.Softmax)) },
		"batch ensemble, blocks": func() mlp.Layer { return varied(mlp.BatchEnsemble(130, 1, 1, mlp.SELU)) }, // of three samples
		"member mean":            func() mlp.Layer { return mlp.MemberMean(3, 2, mlp.Tanh) },
		"member mean of classes": func() mlp.Layer { return mlp.MemberMean(2, 3, mlp.Softmax) },
		"residual":               func() mlp.Layer { return mlp.Residual(mlp.Dense(3, 3, mlp.Tanh)) },
		"residual of several": func() mlp.Layer {
			return mlp.Residual(mlp.LayerNorm(3), mlp.Dense(3, 5, mlp.Tanh), mlp.Dense(5, 3, mlp.Softmax))
		},
		"residual of residuals": func() mlp.Layer {
			return mlp.Residual(mlp.Residual(mlp.Dense(3, 3, mlp.Sigmoid)), mlp.ActivationLayer(3, mlp.Tanh))
		},
	} {
		t.Run(name, func(t *testing.T) { mlptest.CheckLayer(t, newLayer) })
	}
	for _, act := range testkit.Activations {
		t.Run(act.Name(), func(t *testing.T) {
			mlptest.CheckLayer(t, func() mlp.Layer { return mlp.ActivationLayer(4, act) })
		})
	}
}

func TestTrainingLayers(t *testing.T) {
	for name, newLayer := range map[string]func() mlp.Layer{
		"dropout":            func() mlp.Layer { return mlp.Dropout(4, 0.4) },
		"noise":              func() mlp.Layer { return mlp.GaussianNoise(4, 0.5) },
		"member layers":      func() mlp.Layer { return mlp.MemberLayers(3, mlp.Dense(2, 4, mlp.Tanh), mlp.Dropout(4, 0.3)) },
		"batch norm":         func() mlp.Layer { return varied(mlp.BatchNorm(4)) },
		"batch norm, narrow": func() mlp.Layer { return varied(mlp.BatchNorm(1)) },
		"batch norm, wide":   func() mlp.Layer { return varied(mlp.BatchNorm(67)) },
		"batch norm, options": func() mlp.Layer {
			return varied(mlp.BatchNorm(4, mlp.WithEpsilon(0.5), mlp.WithMomentum(0.3)))
		},
		"residual": func() mlp.Layer {
			return mlp.Residual(mlp.Dense(3, 5, mlp.Tanh), mlp.BatchNorm(5), mlp.Dropout(5, 0.3), mlp.Dense(5, 3, mlp.Identity), mlp.GaussianNoise(3, 1))
		},
	} {
		t.Run(name, func(t *testing.T) { mlptest.CheckTrainingLayer(t, newLayer) })
	}
}

func TestDenseKinds(t *testing.T) {
	for _, act := range testkit.Activations {
		_, rowWise := act.(mlp.RowActivation)
		l := mlp.Dense(2, 3, act)
		if _, ok := l.(*mlp.SoftmaxDense); ok != rowWise {
			t.Errorf("Dense with %s is a %T", act.Name(), l)
		}
	}
}

func TestLosses(t *testing.T) {
	for _, loss := range testkit.Losses {
		t.Run(loss.Name(), func(t *testing.T) { mlptest.CheckLoss(t, loss) })
	}
}

func TestOptimizers(t *testing.T) {
	for _, rule := range testkit.Rules {
		t.Run(rule.Name(), func(t *testing.T) { mlptest.CheckOptimizer(t, rule) })
	}
	for name, opt := range map[string]mlp.Rule{
		"momentum":         mlp.SGD{LearningRate: 0.1, Momentum: 0.9},
		"nesterov":         mlp.SGD{LearningRate: 0.1, Momentum: 0.9, Nesterov: true},
		"adam all":         mlp.Adam{LearningRate: 0.1, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-6},
		"amsgrad":          mlp.Adam{AMSGrad: true},
		"adamw all":        mlp.AdamW{LearningRate: 0.1, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-6, WeightDecay: 0.02},
		"nadam all":        mlp.NAdam{LearningRate: 0.1, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-6, MomentumDecay: 0.01},
		"radam all":        mlp.RAdam{LearningRate: 0.1, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-6},
		"adamax all":       mlp.Adamax{LearningRate: 0.1, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-6},
		"rmsprop momentum": mlp.RMSprop{Momentum: 0.9},
		"rmsprop centered": mlp.RMSprop{Centered: true},
		"rmsprop all":      mlp.RMSprop{LearningRate: 0.01, Rho: 0.99, Epsilon: 1e-6, Momentum: 0.5, Centered: true},
		"adagrad all":      mlp.Adagrad{LearningRate: 0.1, Epsilon: 1e-6, InitialAccumulator: 0.1},
		"adadelta all":     mlp.Adadelta{LearningRate: 0.5, Rho: 0.95, Epsilon: 1e-5},
		"lion all":         mlp.Lion{LearningRate: 0.001, Beta1: 0.95, Beta2: 0.98, WeightDecay: 0.1},
		"rprop all":        mlp.Rprop{LearningRate: 0.1, EtaMinus: 0.4, EtaPlus: 1.3, MinStep: 1e-9, MaxStep: 1},
	} {
		t.Run(name, func(t *testing.T) { mlptest.CheckOptimizer(t, opt) })
	}
}

// The lookup of an unknown name returns an error that lists the names, and each
// of these is found.
func TestNames(t *testing.T) {
	type named = interface{ Name() string }
	for _, c := range []struct {
		lookup  func(name string) (named, error)
		unknown string
		want    string
	}{
		{
			func(name string) (named, error) { return mlp.ActivationByName(name) },
			"rely",
			`mlp: ActivationByName: unknown activation "rely", have ["identity" "relu" "leaky_relu" "relu6" "elu" "selu" "celu" "gelu" "gelu_tanh" "silu" "mish" "softplus" "sigmoid" "tanh" "softsign" "hard_sigmoid" "hard_tanh" "hard_swish" "softmax" "log_softmax"]`,
		},
		{
			func(name string) (named, error) { return mlp.LossByName(name) },
			"",
			`mlp: LossByName: unknown loss "", have ["binary_cross_entropy" "focal(2)" "hinge" "squared_hinge" "categorical_cross_entropy" "kl_divergence" "mean_squared_error" "mean_absolute_error" "huber" "log_cosh" "quantile" "poisson"]`,
		},
		{
			func(name string) (named, error) { return mlp.OptimizerByName(name) },
			"SGD",
			`mlp: OptimizerByName: unknown optimizer "SGD", have ["sgd" "adam" "adamw" "nadam" "radam" "adamax" "rmsprop" "adagrad" "adadelta" "lion" "rprop" "lbfgs"]`,
		},
	} {
		if v, err := c.lookup(c.unknown); v != nil || err == nil || err.Error() != c.want {
			t.Errorf("got %v, %v, want the error %s", v, err, c.want)
		}
		_, list, _ := strings.Cut(c.want, "have [")
		for _, quoted := range strings.Fields(strings.TrimSuffix(list, "]")) {
			name := strings.Trim(quoted, `"`)
			if v, err := c.lookup(name); err != nil || v.Name() != name {
				t.Errorf("by the name %s: %v, %v", name, v, err)
			}
		}
	}
}
