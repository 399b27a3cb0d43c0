package mlp

import "example.com/mlp/internal/kernel"

type relu struct{}

func (relu) Name() string { return "relu" }

func (relu) Apply(y, z []float64) {
	checkApply(y, z)
	kernel.ReLU(y, z)
}

func (relu) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	kernel.ReLUGrad(dz, dy, z)
}

// defaultSlope is the slope of LeakyReLU.
const defaultSlope = 0.01

// NewLeakyReLU returns the activation f(z) = z for z > 0 and slope·z otherwise.
// The slope must be finite and not negative; otherwise Model returns an error.
func NewLeakyReLU(slope float64) Activation { return leakyReLU{slope} }

type leakyReLU struct{ slope float64 }

func (a leakyReLU) Name() string    { return nameWith("leaky_relu", a.slope, defaultSlope) }
func (a leakyReLU) Validate() error { return checkNonNegative("leaky_relu: slope", a.slope) }

func (a leakyReLU) Apply(y, z []float64) {
	checkApply(y, z)
	kernel.LeakyReLU(y, z, a.slope)
}

func (a leakyReLU) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	kernel.LeakyReLUGrad(dz, dy, z, a.slope)
}

// relu6 is a HardTanh of its own name.
type relu6 struct{}

func (relu6) Name() string                    { return "relu6" }
func (relu6) Apply(y, z []float64)            { hardTanh{0, 6}.Apply(y, z) }
func (relu6) Backprop(dz, dy, z, y []float64) { hardTanh{0, 6}.Backprop(dz, dy, z, y) }
