package main

import (
	"strings"
	"testing"

	"example.com/mlp"
)

func TestUse(t *testing.T) {
	for _, test := range []struct {
		names string
		want  use
		peer  string
	}{
		{"", use{}, "mlp"},
		{"float32", use{precision: mlp.Float32}, "mlp float32"},
		{"frozen", use{frozen: true}, "mlp frozen"},
		{"float32 frozen", use{precision: mlp.Float32, frozen: true}, "mlp float32 frozen"},
	} {
		u, ok := useOf(strings.Fields(test.names))
		if !ok || u != test.want || u.peer() != test.peer {
			t.Errorf("%q: got %+v, %v with the name %q, want %+v with %q", test.names, u, ok, u.peer(), test.want, test.peer)
		}
	}
	for _, names := range []string{"float64", "frozen float32", "float32 float32", "float32 frozen frozen"} {
		if u, ok := useOf(strings.Fields(names)); ok {
			t.Errorf("%q: got %+v", names, u)
		}
	}
}
