package mlp_test

import (
	"errors"
	"testing"

	"example.com/mlp"
)

func TestKeepBest(t *testing.T) {
	x, classes, _, _ := samples(30)
	for _, c := range []struct {
		name    string
		monitor func(*mlp.Epoch) float64
		best    int
	}{
		{"the smallest", script(5, 4, 2, 3, 6, 7), 3},
		{"of equal ones the last", script(5, 2, 3, 2, 2, 7), 5},
		{"infinite", script(inf, inf, inf, inf, inf, inf), 6},
		{"the first", script(-1, 0, 0, 0, 0, 0), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := func(resume *mlp.TrainingState) (mlp.Network, *checkpoints, *mlp.History, []float64) {
				net := classifier(t, mlp.WithSeed(1))
				states := &checkpoints{}
				var best []float64
				h := fit(t, net, x, classes, mlp.FitOptions{Epochs: 6, Resume: resume, Callbacks: []mlp.Callback{
					&mlp.KeepBest{Monitor: c.monitor}, states,
					mlp.CallbackFunc(func(e *mlp.Epoch) error {
						if e.Number == c.best {
							best = weights(net)
						}
						return nil
					}),
				}})
				return net, states, h, best
			}
			net, states, h, best := run(nil)
			if h.BestEpoch != c.best || len(h.Epochs) != 6 || h.Stopped != nil || !sameBits(weights(net), best) {
				t.Errorf("best epoch %d of %d (%v), want %d of 6 with its weights", h.BestEpoch, len(h.Epochs), h.Stopped, c.best)
			}
			again, _, h, _ := run(states.states[3])
			if h.BestEpoch != c.best || !sameBits(weights(again), best) {
				t.Errorf("resumed: best epoch %d, want %d with its weights", h.BestEpoch, c.best)
			}
		})
	}
}

func TestMistakesWithKeepBest(t *testing.T) {
	k := &mlp.KeepBest{}
	if err := k.EpochEnd(&mlp.Epoch{}); err == nil || err.Error() != "KeepBest: no run has begun" {
		t.Error(err)
	}
	if err := k.FitBegin(nil); err == nil || err.Error() != "KeepBest: no run of a network" {
		t.Error(err)
	}
	x, classes, _, _ := samples(30)
	net := classifier(t)
	_, err := net.Fit(t.Context(), x, classes, mlp.FitOptions{Callbacks: []mlp.Callback{&mlp.KeepBest{Monitor: script(nan)}}})
	if !errors.Is(err, mlp.ErrNotFinite) {
		t.Error(err)
	}
}
