package mlp_test

import (
	"math"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
	"example.com/mlp/mlptest"
)

// apply returns f(z), and slope f'(z).
func apply(act mlp.Activation, z float64) float64 {
	y := []float64{0}
	act.Apply(y, []float64{z})
	return y[0]
}

func slope(act mlp.Activation, z float64) float64 {
	dz := []float64{0}
	act.Backprop(dz, []float64{1}, []float64{z}, []float64{apply(act, z)})
	return dz[0]
}

func TestActivationsWithParameters(t *testing.T) {
	for _, act := range []mlp.Activation{
		mlp.NewLeakyReLU(0.2), mlp.NewLeakyReLU(0), mlp.NewELU(0.5), mlp.NewCELU(2), mlp.NewCELU(0.25),
		mlp.NewHardTanh(-0.3, 0.7), mlp.NewHardTanh(-inf, 0.1), mlp.NewHardSigmoid(0.2, 0.4), cubic,
	} {
		t.Run(act.Name(), func(t *testing.T) { mlptest.CheckActivation(t, act) })
	}
}

func TestActivationNames(t *testing.T) {
	for name, want := range map[string]mlp.Activation{
		"linear":                mlp.Identity,
		"swish":                 mlp.SiLU,
		"leaky_relu(0.01)":      mlp.LeakyReLU,
		"leaky_relu(0.2)":       mlp.NewLeakyReLU(0.2),
		"leaky_relu(1e-7)":      mlp.NewLeakyReLU(1e-7),
		"elu(1)":                mlp.ELU,
		"elu(0.1)":              mlp.NewELU(0.1),
		"celu(2)":               mlp.NewCELU(2),
		"hard_tanh(-1,1)":       mlp.HardTanh,
		"hard_tanh(0,1)":        mlp.NewHardTanh(0, 1),
		"hard_sigmoid(0.2,0.5)": mlp.NewHardSigmoid(0.2, 0.5),
	} {
		act, err := mlp.ActivationByName(name)
		if err != nil || act != want {
			t.Errorf("ActivationByName(%q) = %v, %v, want %v", name, act, err, want)
		}
	}
	for _, act := range []mlp.Activation{
		mlp.NewLeakyReLU(0.2), mlp.NewLeakyReLU(0), mlp.NewLeakyReLU(1. / 3), mlp.NewELU(1e-300), mlp.NewCELU(1e21),
		mlp.NewHardTanh(-inf, 1e-7), mlp.NewHardTanh(-2, 1e21), mlp.NewHardSigmoid(1./3, -0.25), mlp.NewHardSigmoid(1./6, 0.5),
	} {
		if found, err := mlp.ActivationByName(act.Name()); err != nil || found != act {
			t.Errorf("ActivationByName(%q) = %v, %v", act.Name(), found, err)
		}
	}
	if name := mlp.NewLeakyReLU(0.2).Name(); name != "leaky_relu(0.2)" {
		t.Errorf("NewLeakyReLU(0.2) is %q", name)
	}
	for _, name := range []string{
		"elu(", "elu()", "elu(x)", "elu(1", "elu1)", "elu(1))", "(1)", "relu(1)", "selu(1)", "elu(0)", "elu(-1)", "elu(NaN)",
		"hard_tanh(1,1)", "hard_tanh(1)", "hard_tanh(1,2,3)", "hard_tanh(1,NaN)", "hard_tanh(,1)", "elu(1,2)", "hard_sigmoid(0,1)",
		"celu(Inf)", "leaky_relu(-0.1)", "leaky_relu(1e999)",
	} {
		if act, err := mlp.ActivationByName(name); act != nil || err == nil {
			t.Errorf("ActivationByName(%q) = %v, %v, want an error", name, act, err)
		}
	}
	_, err := mlp.ActivationByName("elu(-1)")
	if want := "mlp: ActivationByName: elu: alpha is -1, want a finite number above 0"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestMistakesInActivations(t *testing.T) {
	f := math.Abs
	for _, c := range []struct {
		act  mlp.Activation
		want string
	}{
		{mlp.NewLeakyReLU(-0.01), "leaky_relu: slope is -0.01, want a finite number of at least 0"},
		{mlp.NewLeakyReLU(nan), "leaky_relu: slope is NaN, want a finite number of at least 0"},
		{mlp.NewLeakyReLU(inf), "leaky_relu: slope is +Inf, want a finite number of at least 0"},
		{mlp.NewELU(0), "elu: alpha is 0, want a finite number above 0"},
		{mlp.NewELU(nan), "elu: alpha is NaN, want a finite number above 0"},
		{mlp.NewCELU(-2), "celu: alpha is -2, want a finite number above 0"},
		{mlp.NewCELU(inf), "celu: alpha is +Inf, want a finite number above 0"},
		{mlp.NewHardTanh(1, -1), "hard_tanh: bounds are 1 and -1, want the first below the second"},
		{mlp.NewHardTanh(nan, 1), "hard_tanh: bounds are NaN and 1, want the first below the second"},
		{mlp.NewHardSigmoid(0, 0.5), "hard_sigmoid: alpha is 0 and beta 0.5, want finite numbers, alpha above 0"},
		{mlp.NewHardSigmoid(0.2, inf), "hard_sigmoid: alpha is 0.2 and beta +Inf, want finite numbers, alpha above 0"},
		{mlp.NewActivation("", f, f), "NewActivation: empty name"},
		{mlp.NewActivation("f", nil, f), "NewActivation: f: nil function f"},
		{mlp.NewActivation("f", f, nil), "NewActivation: f: nil derivative df"},
	} {
		if err := c.act.(mlp.Validator).Validate(); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.act.Name(), err, c.want)
		}
		if _, err := mlp.Model([]mlp.Layer{mlp.Dense(2, 2, c.act)}, mlp.MeanSquaredError); err == nil {
			t.Errorf("%s: no error by Model", c.act.Name())
		}
	}
	for _, act := range []mlp.Activation{mlp.NewLeakyReLU(0), mlp.NewELU(3), mlp.NewCELU(1e-3), cubic} {
		if err := act.(mlp.Validator).Validate(); err != nil {
			t.Errorf("%s: %v", act.Name(), err)
		}
	}
}

// Values computed with mpmath where the PyTorch reference has none.
func TestActivationsInTheTails(t *testing.T) {
	for _, c := range []struct {
		act         mlp.Activation
		z, y, slope float64
	}{
		{mlp.ELU, -1e-12, -9.999999999995e-13, 0.999999999999},
		{mlp.ELU, -700, -1, 9.85967654375977e-305},
		{mlp.SELU, -1e-12, -1.7580993408464977e-12, 1.7580993408456187},
		{mlp.SELU, -700, -1.7580993408473768, 1.7334290832552396e-304},
		{mlp.GELU, -37, -2.1184613523340935e-298, -7.838298669418516e-297},
		{mlp.GELU, -1e-300, -5e-301, 0.5},
		{mlp.GELU, 8, 7.999999999999995, 1.0000000000000397},
		{mlp.GELUTanh, -20.5, -1.3502940601643467e-280, -1.2356213261882888e-278},
		{mlp.GELUTanh, -1e-300, -5e-301, 0.5},
		{mlp.SiLU, -700, -6.90177358063184e-302, -6.891913904088079e-302},
		{mlp.SiLU, -1e-300, -5e-301, 0.5},
		{mlp.SiLU, 36, 35.99999999999999, 1.0000000000000082},
		{mlp.Mish, -700, -6.90177358063184e-302, -6.891913904088079e-302},
		{mlp.Mish, -1e-300, -6e-301, 0.6},
		{mlp.Mish, 15, 14.999999999997193, 1.0000000000054274},
		{mlp.Softplus, -700, 9.85967654375977e-305, 9.85967654375977e-305},
		{mlp.Softplus, 36, 36, 0.9999999999999998},
		{mlp.Softsign, -1e150, -1, 1e-300},
		{mlp.Softsign, 1e-300, 1e-300, 1},
	} {
		const tol = 1e-12
		if got := apply(c.act, c.z); !(math.Abs(got-c.y) <= tol*math.Abs(c.y)) {
			t.Errorf("%s(%v) = %v, want %v", c.act.Name(), c.z, got, c.y)
		}
		if got := slope(c.act, c.z); !(math.Abs(got-c.slope) <= tol*math.Abs(c.slope)) {
			t.Errorf("%s'(%v) = %v, want %v", c.act.Name(), c.z, got, c.slope)
		}
	}
}

// The element-wise activations and their derivatives at infinity.
func TestActivationsAtInfinity(t *testing.T) {
	const lambda, depth = 1.0507009873554805, 1.7580993408473768
	for _, c := range []struct {
		act         mlp.Activation
		low, high   float64
		below, over float64
	}{
		{mlp.Identity, -inf, inf, 1, 1},
		{mlp.ReLU, 0, inf, 0, 1},
		{mlp.LeakyReLU, -inf, inf, 0.01, 1},
		{mlp.ReLU6, 0, 6, 0, 0},
		{mlp.ELU, -1, inf, 0, 1},
		{mlp.SELU, -depth, inf, 0, lambda},
		{mlp.CELU, -1, inf, 0, 1},
		{mlp.NewCELU(2), -2, inf, 0, 1},
		{mlp.GELU, 0, inf, 0, 1},
		{mlp.GELUTanh, 0, inf, 0, 1},
		{mlp.SiLU, 0, inf, 0, 1},
		{mlp.Mish, 0, inf, 0, 1},
		{mlp.Softplus, 0, inf, 0, 1},
		{mlp.Sigmoid, 0, 1, 0, 0},
		{mlp.Tanh, -1, 1, 0, 0},
		{mlp.Softsign, -1, 1, 0, 0},
		{mlp.HardSigmoid, 0, 1, 0, 0},
		{mlp.HardTanh, -1, 1, 0, 0},
		{mlp.NewHardTanh(-0.5, 2), -0.5, 2, 0, 0},
		{mlp.NewHardSigmoid(0.2, 0.4), 0, 1, 0, 0},
		{mlp.HardSwish, 0, inf, 0, 1},
	} {
		for _, z := range []float64{1e300, math.MaxFloat64, inf} {
			// At finite numbers this large, f has its value at infinity or is a
			// multiple of z.
			low, high := c.low, c.high
			if math.IsInf(low, 0) {
				low = c.below * -z
			}
			if math.IsInf(high, 0) {
				high = c.over * z
			}
			if got := apply(c.act, -z); got != low {
				t.Errorf("%s(%v) = %v, want %v", c.act.Name(), -z, got, low)
			}
			if got := apply(c.act, z); got != high {
				t.Errorf("%s(%v) = %v, want %v", c.act.Name(), z, got, high)
			}
			if got := slope(c.act, -z); got != c.below {
				t.Errorf("%s'(%v) = %v, want %v", c.act.Name(), -z, got, c.below)
			}
			if got := slope(c.act, z); got != c.over {
				t.Errorf("%s'(%v) = %v, want %v", c.act.Name(), z, got, c.over)
			}
		}
		if got := apply(c.act, nan); !math.IsNaN(got) {
			t.Errorf("%s(NaN) = %v", c.act.Name(), got)
		}
	}
}

// The piecewise polynomials at and near their kinks, with the derivatives of
// PyTorch.
func TestHardActivations(t *testing.T) {
	for _, c := range []struct {
		act         mlp.Activation
		z, y, slope float64
	}{
		{mlp.LeakyReLU, 0, 0, 0.01},
		{mlp.LeakyReLU, -2, -0.02, 0.01},
		{mlp.NewLeakyReLU(0.2), -2, -0.4, 0.2},
		{mlp.NewELU(0.5), 0, 0, 0.5},
		{mlp.NewCELU(0.5), 0, 0, 1},
		{mlp.ReLU6, 0, 0, 0},
		{mlp.ReLU6, 5.5, 5.5, 1},
		{mlp.ReLU6, 6, 6, 0},
		{mlp.HardTanh, -1, -1, 0},
		{mlp.HardTanh, 0.5, 0.5, 1},
		{mlp.HardTanh, 1, 1, 0},
		{mlp.NewHardTanh(0, 0.5), 0, 0, 0},
		{mlp.NewHardTanh(0, 0.5), 0.25, 0.25, 1},
		{mlp.NewHardTanh(0, 0.5), 0.5, 0.5, 0},
		{mlp.NewHardSigmoid(0.25, 0.25), -1, 0, 0},
		{mlp.NewHardSigmoid(0.25, 0.25), 1, 0.5, 0.25},
		{mlp.NewHardSigmoid(0.25, 0.25), 3, 1, 0},
		{mlp.HardSigmoid, -3, 0, 0},
		{mlp.HardSigmoid, -1.5, 0.25, 1. / 6},
		{mlp.HardSigmoid, 0, 0.5, 1. / 6},
		{mlp.HardSigmoid, 3, 1, 0},
		{mlp.HardSwish, -3, 0, -0.5},
		{mlp.HardSwish, -1.5, -0.375, 0},
		{mlp.HardSwish, 0, 0, 0.5},
		{mlp.HardSwish, 3, 3, 1.5},
		{mlp.HardSwish, math.Nextafter(3, 4), math.Nextafter(3, 4), 1},
		{mlp.HardSwish, math.Nextafter(-3, -4), 0, 0},
	} {
		if got := apply(c.act, c.z); got != c.y {
			t.Errorf("%s(%v) = %v, want %v", c.act.Name(), c.z, got, c.y)
		}
		if got := slope(c.act, c.z); got != c.slope {
			t.Errorf("%s'(%v) = %v, want %v", c.act.Name(), c.z, got, c.slope)
		}
	}
}

// Slices longer than the buffers of the activations.
func TestActivationsOfLongSlices(t *testing.T) {
	const n = 333
	z, dy := make([]float64, n), make([]float64, n)
	for i := range z {
		z[i], dy[i] = 10*math.Sin(float64(i)), math.Cos(float64(i))
	}
	for _, act := range testkit.Activations {
		if _, ok := act.(mlp.RowActivation); ok {
			continue
		}
		y, dz := make([]float64, n), make([]float64, n)
		act.Apply(y, z)
		act.Backprop(dz, dy, z, y)
		for i := range z {
			one := []float64{0}
			act.Apply(one, z[i:i+1])
			if one[0] != y[i] {
				t.Errorf("%s: y[%d] is %v, %v alone", act.Name(), i, y[i], one[0])
			}
			act.Backprop(one, dy[i:i+1], z[i:i+1], y[i:i+1])
			if one[0] != dz[i] {
				t.Errorf("%s: dz[%d] is %v, %v alone", act.Name(), i, dz[i], one[0])
			}
		}
	}
}

func TestLogSoftmax(t *testing.T) {
	for _, c := range []struct{ z, want []float64 }{
		{[]float64{50, 0, -3}, []float64{-2.0247766485090045e-22, -50, -53}},
		{[]float64{-3, 50, 0}, []float64{-53, -2.0247766485090045e-22, -50}},
		{[]float64{7, 7}, []float64{-math.Ln2, -math.Ln2}},
		{[]float64{1e300, -1e300}, []float64{0, -2e300}},
		{[]float64{0, -inf}, []float64{0, -inf}},
		{[]float64{-inf, -inf}, []float64{nan, nan}},
		{[]float64{inf, 0}, []float64{nan, nan}},
		{[]float64{0, nan, 1}, []float64{nan, nan, nan}},
		{[]float64{nan, 0}, []float64{nan, nan}},
		{[]float64{5}, []float64{0}},
		{nil, nil},
	} {
		y := make([]float64, len(c.z))
		mlp.LogSoftmax.Apply(y, c.z)
		for i, got := range y {
			if want := c.want[i]; !sameValue(got, want) && !(math.Abs(got-want) <= 1e-14*math.Abs(want)) {
				t.Errorf("log_softmax(%v)[%d] = %v, want %v", c.z, i, got, want)
			}
		}
	}
}

// A row longer than the buffer, against Softmax.
func TestLogSoftmaxOfALongRow(t *testing.T) {
	const n = 333
	z, y, p := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range z {
		z[i] = 10 * math.Sin(float64(i))
	}
	mlp.LogSoftmax.Apply(y, z)
	mlp.Softmax.Apply(p, z)
	dy, dz := make([]float64, n), make([]float64, n)
	dy[200] = 2
	mlp.LogSoftmax.Backprop(dz, dy, z, y)
	for i := range z {
		near(t, "log-softmax", y[i], math.Log(p[i]), 1e-13)
		near(t, "gradient", dz[i], dy[i]-2*p[i], 1e-14)
	}
}
