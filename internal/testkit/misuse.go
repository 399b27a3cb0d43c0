// Package testkit has helpers shared by the tests of several packages.
package testkit

import (
	"errors"
	"fmt"
)

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
