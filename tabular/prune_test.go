package tabular

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// trained returns a run of a network after two epochs, and its trainer.
func trained(t *testing.T, n *network, opts Options) (*trainer, *run) {
	t.Helper()
	table := groupedTable(t)
	opts.Epochs = 2
	tr, err := newTrainer(t.Context(), table, dataset.Classes("y"), quantiles, opts)
	if err != nil {
		t.Fatal(err)
	}
	r := tr.runs(n)[0]
	if err := tr.train(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	return tr, r
}

// A network of some members answers with the mean of these.
func TestWithMembers(t *testing.T) {
	for _, n := range []*network{tabMMini(Medium), tabM(Medium)} {
		tr, r := trained(t, n, Options{Float64: true})
		f := &tr.folds[0]
		with := func(members ...int) *mat.Dense {
			net, err := tr.withMembers(r, f, members)
			if err != nil {
				t.Fatal(err)
			}
			a, err := answers(net, f.held.X)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		var every []int
		for m := range n.members {
			every = append(every, m)
		}
		if all := with(every...); !mat.Equal(all, r.answers) {
			t.Errorf("%s: all members answer differently", n.name)
		}
		first, last := with(2), with(n.members-1)
		if mat.EqualApprox(first, last, 1e-3) {
			t.Errorf("%s: two members answer alike", n.name)
		}
		if !mat.EqualApprox(with(2, n.members-1), meanOf([]*mat.Dense{first, last}), 1e-12) {
			t.Errorf("%s: two members do not answer with their mean", n.name)
		}
	}
}

// The first member that is left is the best one.
func TestPrune(t *testing.T) {
	tabM := tabM(Medium)
	for _, members := range []int{0, 1, 5, 16, 17} {
		tr, r := trained(t, tabM, Options{Members: members})
		want := members
		if members == 0 || members > tabM.members {
			want = tabM.members
		}
		if got, _ := r.net.Layers()[1].Params()[0].Value.Dims(); got != want {
			t.Errorf("%d members, want %d", got, want)
		}
		if members != 0 {
			continue
		}
		f, best := &tr.folds[0], math.Inf(-1)
		worth := func(net mlp.Network) float64 {
			a, err1 := answers(net, f.held.X)
			w, err2 := tr.measure.worth(f.held.Y, a)
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			return w
		}
		for m := range tabM.members {
			net, err := tr.withMembers(r, f, []int{m})
			if err != nil {
				t.Fatal(err)
			}
			best = max(best, worth(net))
		}
		if err := tr.prune(r, f, 1); err != nil {
			t.Fatal(err)
		}
		if got := worth(r.net); got != best {
			t.Errorf("the member left is worth %v, the best one %v", got, best)
		}
	}
}
