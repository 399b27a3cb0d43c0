package mlp_test

import (
	"testing"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

func TestActivations(t *testing.T) {
	for _, act := range mlp.Activations {
		t.Run(act.Name(), func(t *testing.T) {
			mlptest.CheckActivation(t, act)
			found, err := mlp.ActivationByName(act.Name())
			if err != nil || found != act {
				t.Errorf("ActivationByName(%q) = %v, %v", act.Name(), found, err)
			}
		})
	}
}

func TestDenseLayers(t *testing.T) {
	for _, act := range mlp.Activations {
		t.Run(act.Name(), func(t *testing.T) {
			mlptest.CheckLayer(t, func() mlp.Layer { return mlp.Dense(4, 3, act) })
		})
		t.Run(act.Name()+" without bias", func(t *testing.T) {
			mlptest.CheckLayer(t, func() mlp.Layer { return mlp.Dense(3, 5, act, mlp.WithoutBias()) })
		})
	}
}

func TestDenseKinds(t *testing.T) {
	for _, act := range mlp.Activations {
		_, rowWise := act.(mlp.RowActivation)
		l := mlp.Dense(2, 3, act)
		if _, ok := l.(*mlp.SoftmaxDense); ok != rowWise {
			t.Errorf("Dense with %s is a %T", act.Name(), l)
		}
	}
}

func TestLosses(t *testing.T) {
	for _, loss := range mlp.Losses {
		t.Run(loss.Name(), func(t *testing.T) {
			mlptest.CheckLoss(t, loss)
			found, err := mlp.LossByName(loss.Name())
			if err != nil || found != loss {
				t.Errorf("LossByName(%q) = %v, %v", loss.Name(), found, err)
			}
		})
	}
}

func TestOptimizers(t *testing.T) {
	for name, opt := range map[string]mlp.Optimizer{
		"sgd":      mlp.SGD{},
		"momentum": mlp.SGD{LearningRate: 0.1, Momentum: 0.9},
		"nesterov": mlp.SGD{LearningRate: 0.1, Momentum: 0.9, Nesterov: true},
		"adam":     mlp.Adam{},
		"adam all": mlp.Adam{LearningRate: 0.1, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-6},
	} {
		t.Run(name, func(t *testing.T) { mlptest.CheckOptimizer(t, opt) })
	}
}

func TestLookupOfUnknownNames(t *testing.T) {
	for _, c := range []struct {
		lookup func() (any, error)
		want   string
	}{
		{
			func() (any, error) { return mlp.ActivationByName("rely") },
			`mlp: ActivationByName: unknown activation "rely", have ["identity" "relu" "leaky_relu" "relu6" "elu" "selu" "celu" "gelu" "silu" "mish" "softplus" "sigmoid" "tanh" "softsign" "hard_sigmoid" "hard_tanh" "hard_swish" "softmax" "log_softmax"]`,
		},
		{
			func() (any, error) { return mlp.LossByName("") },
			`mlp: LossByName: unknown loss "", have ["binary_cross_entropy" "categorical_cross_entropy" "mean_squared_error"]`,
		},
	} {
		if v, err := c.lookup(); v != nil || err == nil || err.Error() != c.want {
			t.Errorf("got %v, %v, want the error %s", v, err, c.want)
		}
	}
}
