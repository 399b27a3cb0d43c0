// Package testkit has helpers shared by the tests of several packages.
package testkit

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.com/mlp"
	"gonum.org/v1/gonum/mat"
)

// Misuse is an invalid call and the error that it returns.
type Misuse = struct {
	Name string
	Call func() error
	Want string
}

// CheckMisuses checks that every call returns its error, which wraps
// ErrNotFinite if it is one, and that none changes the result of state.
func CheckMisuses(t *testing.T, state func() []byte, misuses []Misuse) {
	t.Helper()
	before := state()
	for _, m := range misuses {
		err := Attempt(m.Call)
		if err == nil || err.Error() != m.Want {
			t.Errorf("%s:\ngot  %v\nwant %s", m.Name, err, m.Want)
			continue
		}
		if strings.Contains(m.Want, "not finite") != errors.Is(err, mlp.ErrNotFinite) {
			t.Errorf("%s: errors.Is(err, ErrNotFinite) does not tell", m.Name)
		}
		if !bytes.Equal(state(), before) {
			t.Fatalf("%s: something has changed", m.Name)
		}
	}
}

// SavedAll returns the bytes of several networks.
func SavedAll(t testing.TB, nets ...mlp.Network) func() []byte {
	return func() []byte {
		var all []byte
		for _, net := range nets {
			all = append(all, Saved(t, net)...)
		}
		return all
	}
}

// Second returns the error of a call that returns a value as well.
func Second(_ any, err error) error { return err }

// Attempt returns the error of a call, or an error for its panic.
func Attempt(call func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return call()
}

// ErrFull is the error of Failing.
var ErrFull = errors.New("full")

// Failing is a writer, and a reader, that fails.
type Failing struct{}

func (Failing) Write([]byte) (int, error) { return 0, ErrFull }
func (Failing) Read([]byte) (int, error)  { return 0, ErrFull }

// watchedLoss calls a function in the middle of each step.
type watchedLoss struct {
	mlp.Loss
	watch func()
}

func (watchedLoss) Name() string { return "watched" }

func (l watchedLoss) Eval(grad, yhat, y *mat.Dense) float64 {
	l.watch()
	return l.Loss.Eval(grad, yhat, y)
}

// CheckWriteInTraining checks that write, which writes a network, returns the
// error want while the weights change, and none in a callback.
func CheckWriteInTraining(t *testing.T, write func(mlp.Network) error, want string) {
	t.Helper()
	var net mlp.Network
	var during, between error
	loss := watchedLoss{mlp.MeanSquaredError, func() { during = write(net) }}
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, loss)
	if err != nil {
		t.Fatal(err)
	}
	x := mat.NewDense(3, 1, []float64{1, 2, 3})
	callback := mlp.CallbackFunc(func(*mlp.Epoch) error {
		between = write(net)
		return nil
	})
	Fit(t, net, x, x, mlp.FitOptions{Epochs: 1, Callbacks: []mlp.Callback{callback}})
	if !errors.Is(during, mlp.ErrInTraining) || during.Error() != want {
		t.Errorf("during a step: %v", during)
	}
	if between != nil {
		t.Errorf("in a callback: %v", between)
	}
}
