package interop_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
	"example.com/mlp/interop"
)

// Errors quote the beginning of long names and of long lists of them.
func TestLongNamesInErrors(t *testing.T) {
	long := strings.Repeat("\x01", 1_000_000)
	weight := func(name string) safetensors.Tensor { return safetensors.Float64Tensor(name, make([]float64, 2), 1, 2) }
	bias := func(name string) safetensors.Tensor { return safetensors.Float64Tensor(name, make([]float64, 1), 1) }
	var many []safetensors.Tensor
	for i := range 2000 {
		many = append(many, weight(fmt.Sprintf("a module with a name of some length %d.weight", i)), bias(fmt.Sprintf("a module with a name of some length %d.bias", i)))
	}
	for name, tensors := range map[string][]safetensors.Tensor{
		"a shape":         {safetensors.Float64Tensor(long+".weight", make([]float64, 3), 1, 3), bias(long + ".bias")},
		"another module":  {weight("1.weight"), bias("1.bias"), weight(long + ".weight"), bias(long + ".bias")},
		"another tensor":  {weight("1.weight"), bias("1.bias"), bias("1." + long)},
		"no bias":         {weight(long + ".weight")},
		"many modules":    many,
		"nothing of ours": {bias(long)},
	} {
		net, err := mlp.Model([]mlp.Layer{mlp.Dense(2, 1, mlp.Identity)}, mlp.MeanSquaredError)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := safetensors.Write(&b, nil, tensors); err != nil {
			t.Fatal(err)
		}
		if err := interop.ReadPyTorch(&b, net); err == nil || len(err.Error()) > 10_000 {
			t.Errorf("%s: %.1000v", name, err)
		}
	}
}
