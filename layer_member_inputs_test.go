package mlp_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// The columns of a group start alike, and biases do for all members.
func TestMemberStarts(t *testing.T) {
	net := model(t, mlp.MeanSquaredError, nil,
		mlp.MemberInputs(40, 5, mlp.RandomSigns, []int{1, 0, 1, 0, 2}), mlp.BatchEnsemble(40, 5, 4, mlp.ReLU), mlp.MemberHeads(40, 4, 1), mlp.MemberMean(40, 1, mlp.Identity))
	layers := net.Layers()
	sum, r := 0.0, layers[0].Params()[0].Value
	for m := range 40 {
		row := r.RawRowView(m)
		for _, v := range row {
			if math.Abs(v) != 1 {
				t.Errorf("r is %v, want 1 or -1", v)
			}
			sum += v
		}
		if row[0] != row[2] || row[1] != row[3] {
			t.Errorf("r of member %d is %v, want groups", m, row)
		}
	}
	if math.Abs(sum) > 100 || mat.Max(r) == mat.Min(r) {
		t.Errorf("the signs sum to %v", sum)
	}
	params := layers[1].Params()
	for i, name := range []string{"r", "weight", "s", "bias"} {
		if params[i].Name != name {
			t.Errorf("parameter %d is %q, want %q", i, params[i].Name, name)
		}
	}
	a := math.Sqrt(0.2)
	for m := range 40 {
		if !slices.Equal(params[3].Value.RawRowView(m), params[3].Value.RawRowView(0)) {
			t.Errorf("members have different biases")
		}
	}
	for _, p := range []*mat.Dense{params[1].Value, params[3].Value} {
		if mat.Max(p) > a || mat.Min(p) < -a || mat.Max(p) == mat.Min(p) {
			t.Errorf("weights from %v to %v, want U(±%v)", mat.Min(p), mat.Max(p), a)
		}
	}
	if mat.Max(params[0].Value) != 1 || mat.Min(params[2].Value) != 1 {
		t.Error("r and s do not start at 1")
	}
}
