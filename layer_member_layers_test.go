package mlp_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"example.com/mlp"
)

// Two members trained on one batch are two networks with tied weights: the
// gradients of what they share are added up.
func TestTwoMembersByHand(t *testing.T) {
	x, _, _, numbers := samples(10)
	units := numbers.RawMatrix().Cols
	together := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)},
		mlp.MemberInputs(2, 4, mlp.RandomSigns, nil), mlp.MemberLayers(2, mlp.Dense(4, 6, mlp.Tanh)), mlp.MemberHeads(2, 6, units), mlp.MemberMean(2, units, mlp.Identity))
	layers := together.Layers()
	var alone [2]mlp.Network
	for m := range alone {
		scale := mlp.MemberInputs(1, 4, mlp.Constant(1), nil)
		alone[m] = model(t, mlp.MeanSquaredError, nil, scale, mlp.Dense(4, 6, mlp.Tanh), mlp.Dense(6, units, mlp.Identity))
		part := alone[m].Layers()
		part[0].Params()[0].Value.SetRow(0, layers[0].Params()[0].Value.RawRowView(m))
		for i, p := range layers[1].Params() {
			part[1].Params()[i].Value.Copy(p.Value)
		}
		part[2].Params()[0].Value.Copy(layers[2].Params()[0].Value.Slice(6*m, 6*m+6, 0, units))
		part[2].Params()[1].Value.SetRow(0, layers[2].Params()[1].Value.RawRowView(m))
	}
	before := weights(together)
	opts := mlp.FitOptions{Epochs: 1, BatchSize: 10, Optimizer: mlp.SGD{LearningRate: 1}}
	var moved [2][]float64
	for m, net := range alone {
		start := weights(net)
		fit(t, net, x, numbers, opts)
		moved[m] = weights(net)
		for i := range start {
			moved[m][i] -= start[i]
		}
	}
	fit(t, together, x, numbers, opts)
	got := weights(together)
	for i := range got {
		got[i] -= before[i]
	}
	var want []float64
	for _, d := range moved {
		want = append(want, d[:4]...)
	}
	for i := range 4*6 + 6 {
		want = append(want, moved[0][4+i]+moved[1][4+i])
	}
	const shared = 4 + 4*6 + 6
	for _, d := range moved {
		want = append(want, d[shared:shared+6*units]...)
	}
	for _, d := range moved {
		want = append(want, d[shared+6*units:]...)
	}
	if len(got) != len(want) {
		t.Fatalf("%d weights, want %d", len(got), len(want))
	}
	for i, v := range got {
		near(t, fmt.Sprintf("step of weight %d", i), v, want[i]/2, 1e-14)
	}
}

func TestMemberErrors(t *testing.T) {
	made := func(layers ...mlp.Layer) error { return second(mlp.Model(layers, mlp.MeanSquaredError)) }
	for want, err := range map[string]error{
		"mlp: Model: layer 0: 0 members, want at least 1":                                                                                     made(mlp.MemberInputs(0, 3, mlp.RandomSigns, nil)),
		"mlp: Model: layer 0: 0 inputs, want at least 1":                                                                                      made(mlp.MemberInputs(2, 0, mlp.RandomSigns, nil)),
		"mlp: Model: layer 0: nil initializer":                                                                                                made(mlp.MemberInputs(2, 3, nil, nil)),
		"mlp: Model: layer 0: 2 groups of columns, want one for each of 3 inputs":                                                             made(mlp.MemberInputs(2, 3, mlp.RandomSigns, []int{0, 1})),
		"mlp: Model: layer 0: column 1 is in group 3, want 0 to 2":                                                                            made(mlp.MemberInputs(2, 3, mlp.RandomSigns, []int{0, 3, 1})),
		"mlp: Model: layer 0: member layers: no layers":                                                                                       made(mlp.MemberLayers(2)),
		"mlp: Model: layer 0: -1 members, want at least 1":                                                                                    made(mlp.MemberLayers(-1, mlp.PReLU(3))),
		"mlp: Model: layer 0: nil activation":                                                                                                 made(mlp.BatchEnsemble(2, 3, 4, nil)),
		"mlp: Model: layer 0: 4 columns for each of 2147483647 members, at most 2147483647 are possible together":                             made(mlp.BatchEnsemble(math.MaxInt32, 3, 4, mlp.ReLU)),
		"mlp: Model: layer 0: 0 units, want at least 1":                                                                                       made(mlp.MemberHeads(2, 3, 0)),
		"mlp: Model: layer 0: 65535×2 weights for each of 32768 members, at most 2147483647 are possible together":                            made(mlp.MemberHeads(1<<15, 1<<16-1, 2)),
		"mlp: Model: layer 0: -2 members, want at least 1":                                                                                    made(mlp.MemberMean(-2, 1, mlp.Identity)),
		"mlp: Model: layer 0: a layer for members checks its inputs, which are not those of the network: want it first":                       made(mlp.MemberLayers(2, newLookup(3, 4, 3))),
		"mlp: Model: layer 1: binary_cross_entropy takes probabilities, tanh(-100) is -1: use sigmoid":                                        second(mlp.Model([]mlp.Layer{mlp.MemberHeads(2, 3, 1), mlp.MemberMean(2, 1, mlp.Tanh)}, mlp.BinaryCrossEntropy)),
		"mlp: Model: layer 1: categorical_cross_entropy takes rows of probabilities that sum to one, sigmoid does not give them: use softmax": second(mlp.Model([]mlp.Layer{mlp.MemberHeads(2, 3, 2), mlp.MemberMean(2, 2, mlp.Sigmoid)}, mlp.CategoricalCrossEntropy)),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// Descriptions from a file that say nonsense of their members are errors, and
// allocate nothing that Size does not claim.
func TestDescriptionsOfMembers(t *testing.T) {
	for _, kind := range mlp.LayerKinds {
		if !strings.HasPrefix(kind.Name, "member_") && kind.Name != "batch_ensemble" {
			continue
		}
		for _, members := range []float64{0, -1, 1.5, 3, 7, 1e6, 1e300, math.NaN(), math.Inf(1)} {
			d := mlp.LayerDescription{Kind: kind.Name, Inputs: 8, Units: 10, Activation: mlp.ReLU, Numbers: map[string]float64{"members": members},
				Layers: []mlp.Layer{mlp.ActivationLayer(4, mlp.ReLU)}}
			size := 0.0
			if kind.Size != nil {
				size = kind.Size(d)
			}
			if size > 1000 {
				continue // Load refuses it
			}
			var l mlp.Layer
			if n := allocated(func() { l = kind.New(d) }); n > 1<<20 {
				t.Errorf("%s with %v members: %d bytes", kind.Name, members, n)
			}
			made := l.(mlp.Describer).Describe()
			if l.(mlp.Validator).Validate() == nil && made.Inputs == d.Inputs && made.Units == d.Units && made.Numbers["members"] == members {
				t.Errorf("%s with %v members is valid", kind.Name, members)
			}
		}
	}
}
