package mlp

import (
	"errors"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// The two kinds of dense layer write out the methods of dense, because a method
// that is promoted from an embedded struct panics for a nil pointer before it
// can look. Nil is a layer of no units.

// made returns d, and for a layer that Dense has not made, or could not, one of
// no units, which computes nothing.
func (d *dense) made() *dense {
	if d.weight == nil {
		return &dense{}
	}
	return d
}

func (d *DefaultDense) base() *dense {
	if d == nil {
		return &dense{err: errors.New("the layer is nil")}
	}
	return &d.dense
}

// Validate returns the mistake in the arguments of Dense, if there was one.
func (d *DefaultDense) Validate() error { return d.base().Validate() }

// Dims returns the number of inputs and units.
func (d *DefaultDense) Dims() (inputs, units int) { return d.base().Dims() }

// Activation returns the activation given to Dense.
func (d *DefaultDense) Activation() Activation { return d.base().Activation() }

// Params returns "weight" (inputs × units) and, unless the layer was made
// WithoutBias, "bias" (1 × units).
func (d *DefaultDense) Params() []Param { return d.base().Params() }

// Describe implements Describer.
func (d *DefaultDense) Describe() LayerDescription { return d.base().Describe() }

// Init draws the weights the first time it is called.
func (d *DefaultDense) Init(rng *rand.Rand) {
	if l := d.base(); l.init != nil {
		l.Init(rng)
	}
}

// InferLogits stores x·W + b in dst. x is n×inputs, dst is n×units; other
// shapes panic with a *ShapeError.
func (d *DefaultDense) InferLogits(dst, x *mat.Dense) { d.base().made().InferLogits(dst, x) }

func (d *SoftmaxDense) base() *dense {
	if d == nil {
		return &dense{err: errors.New("the layer is nil")}
	}
	return &d.dense
}

// Validate returns the mistake in the arguments of Dense, if there was one.
func (d *SoftmaxDense) Validate() error { return d.base().Validate() }

// Dims returns the number of inputs and units.
func (d *SoftmaxDense) Dims() (inputs, units int) { return d.base().Dims() }

// Activation returns the activation given to Dense.
func (d *SoftmaxDense) Activation() Activation { return d.base().Activation() }

// Params returns "weight" (inputs × units) and, unless the layer was made
// WithoutBias, "bias" (1 × units).
func (d *SoftmaxDense) Params() []Param { return d.base().Params() }

// Describe implements Describer.
func (d *SoftmaxDense) Describe() LayerDescription { return d.base().Describe() }

// Init draws the weights the first time it is called.
func (d *SoftmaxDense) Init(rng *rand.Rand) {
	if l := d.base(); l.init != nil {
		l.Init(rng)
	}
}

// InferLogits stores x·W + b in dst. x is n×inputs, dst is n×units; other
// shapes panic with a *ShapeError.
func (d *SoftmaxDense) InferLogits(dst, x *mat.Dense) { d.base().made().InferLogits(dst, x) }
