// Package testkit has helpers shared by the tests of several packages.
package testkit

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.com/mlp"
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
