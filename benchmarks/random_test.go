package main

import (
	"slices"
	"testing"
)

// The expected values are those of NumPy 1.24 with RandomState(0).
func TestRandomState(t *testing.T) {
	if got, want := newRandomState(0).uint32(), uint32(2357136044); got != want {
		t.Errorf("uint32: got %v, want %v", got, want)
	}
	if got, want := newRandomState(0).uniform(0, 1, 2), []float64{0.5488135039273248, 0.7151893663724195}; !slices.Equal(got, want) {
		t.Errorf("uniform: got %v, want %v", got, want)
	}
	if got, want := newRandomState(0).normal(2), []float64{1.764052345967664, 0.4001572083672233}; !slices.Equal(got, want) {
		t.Errorf("normal: got %v, want %v", got, want)
	}
	if got, want := newRandomState(0).permutation(5), []int{2, 0, 1, 3, 4}; !slices.Equal(got, want) {
		t.Errorf("permutation: got %v, want %v", got, want)
	}
	if got, want := newRandomState(0).atMost(999), uint32(684); got != want {
		t.Errorf("atMost: got %v, want %v", got, want)
	}
}
