package mlp

import (
	"cmp"
	"errors"
	"fmt"
	"math"
)

// NewActivation returns the element-wise activation y = f(z) with the
// derivative df = f'. Its name should differ from those of this package,
// because those are the only ones ActivationByName knows. Model returns an
// error for an empty name or a nil function.
//
// f and df are called concurrently from several goroutines. Results have the
// same bits on every processor only if those of f and df do, which does not
// hold for math.Exp, math.Log, math.Tanh, or sums of products that the compiler
// may fuse.
//
// For a function of whole rows, or to write your own loop, implement
// Activation.
func NewActivation(name string, f, df func(z float64) float64) Activation {
	a := &function{name: name, f: f, df: df}
	if f == nil {
		a.f, a.err = noNumber, fmt.Errorf("NewActivation: %s: nil function f", name)
	}
	if df == nil {
		a.df, a.err = noNumber, cmp.Or(a.err, fmt.Errorf("NewActivation: %s: nil derivative df", name))
	}
	if name == "" {
		a.err = errors.New("NewActivation: empty name")
	}
	return a
}

// noNumber replaces a nil function.
func noNumber(float64) float64 { return math.NaN() }

// function is the activation that NewActivation returns. It is used as a
// pointer because functions cannot be compared.
type function struct {
	name  string
	f, df func(z float64) float64
	err   error // the error in the arguments, if any
}

func (a *function) Name() string { return a.name }

func (a *function) Validate() error { return a.err }

func (a *function) Apply(y, z []float64) {
	checkApply(y, z)
	for i, v := range z {
		y[i] = a.f(v)
	}
}

func (a *function) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	for i, v := range z {
		dz[i] = dy[i] * a.df(v)
	}
}
