package mlptest

import (
	"slices"
	"strings"
	"testing"

	"example.com/mlp"
)

// The list of activations is complete: it has all that package mlp knows by
// name. The error for an unknown name lists them.
func TestActivations(t *testing.T) {
	_, err := mlp.ActivationByName("?")
	_, list, _ := strings.Cut(err.Error(), "have ")
	known := strings.Split(list, `"`)
	for _, act := range activations {
		i := slices.Index(known, act.Name())
		if i < 0 {
			t.Fatalf("no %q in %v", act.Name(), err)
		}
		known = slices.Delete(known, i, i+1)
	}
	for _, name := range known {
		if act, err := mlp.ActivationByName(name); err == nil && !slices.Contains(activations, act) {
			t.Errorf("%q is not in the list", name)
		}
	}
}
