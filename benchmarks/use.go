package main

import "example.com/mlp"

// A use is a way to use the library.
type use struct {
	precision mlp.Precision
	frozen    bool // predicts with what mlp.Freeze returns
}

// useOf returns the use with these names, and whether there is one.
func useOf(names []string) (u use, ok bool) {
	if len(names) > 0 && names[0] == mlp.Float32.String() {
		u.precision, names = mlp.Float32, names[1:]
	}
	if len(names) > 0 && names[0] == "frozen" {
		u.frozen, names = true, names[1:]
	}
	return u, len(names) == 0
}

// peer returns the name of the library, used like this, in figures.
func (u use) peer() string {
	name := library
	if u.precision == mlp.Float32 {
		name = library32
	}
	if u.frozen {
		name = whenFrozen(name)
	}
	return name
}

// whenFrozen returns the name of the library with a frozen network.
func whenFrozen(peer string) string { return peer + " frozen" }
