package mlp_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"example.com/mlp"
)

func TestReduceOnPlateau(t *testing.T) {
	x, _, _, numbers := samples(12)
	for _, c := range []struct {
		name     string
		schedule mlp.ReduceOnPlateau
		want     []float64 // scale of each epoch
	}{
		{"falling", mlp.ReduceOnPlateau{Patience: 1, Monitor: script(6, 5, 4, 3, 2, 1)}, []float64{1, 1, 1, 1, 1, 1}},
		{"two plateaus", mlp.ReduceOnPlateau{Patience: 2, Factor: 0.5, Monitor: script(6, 6, 6, 3, 3, 3)}, []float64{1, 1, 1, 0.5, 0.5, 0.5}},
		{"ever the same", mlp.ReduceOnPlateau{Patience: 1, Factor: 0.5, Monitor: script(-1, -1, -1, -1, -1, -1)}, []float64{1, 1, 0.5, 0.25, 0.125, 0.0625}},
		{"down to a limit", mlp.ReduceOnPlateau{Patience: 1, MinScale: 0.05, Monitor: script(1, 1, 1, 1, 1, 1)}, []float64{1, 1, 0.1, 0.05, 0.05, 0.05}},
		{"small steps", mlp.ReduceOnPlateau{Patience: 1, Factor: 0.5, MinDelta: 1, Monitor: script(6, 5.5, 5, 3, 1, 0)}, []float64{1, 1, 0.5, 0.25, 0.25, 0.25}},
	} {
		h := fit(t, regressor(t), x, numbers, mlp.FitOptions{Epochs: 6, Optimizer: mlp.SGD{LearningRate: 0.1}, Schedule: &c.schedule})
		for i, e := range h.Epochs {
			near(t, c.name, e.LearningRate/0.1, c.want[i], 1e-15)
		}
	}
	late := mlp.ReduceOnPlateau{Patience: 2, Factor: 0.5, Monitor: script(6, 6, 6, 3, 3, 3)}
	h := fit(t, regressor(t), x, numbers, mlp.FitOptions{
		Epochs:    6,
		BatchSize: 12,
		Optimizer: mlp.SGD{LearningRate: 0.1},
		Schedule:  &mlp.Warmup{Epochs: 1, Start: 0.1, Then: mlp.Warmup{Epochs: 1, Start: 0.2, Then: &late}},
	})
	for i, want := range []float64{0.1, 0.2, 1, 0.5, 0.5, 0.5} {
		near(t, "after a warm-up", h.Epochs[i].LearningRate/0.1, want, 1e-15)
	}
	deaf := mlp.ReduceOnPlateau{Patience: 1}
	h = fit(t, regressor(t), x, numbers, mlp.FitOptions{Epochs: 3, Optimizer: mlp.SGD{LearningRate: 0.1}, Schedule: deafSchedule{&deaf}})
	if rate := h.Epochs[2].LearningRate; rate != 0.1 {
		t.Errorf("in a schedule that passes no epochs on, the rate is %v, want 0.1", rate)
	}
	_, err := regressor(t).Fit(context.Background(), x, numbers, mlp.FitOptions{Callbacks: []mlp.Callback{mlp.TimeLimit(1), &late}})
	if want := "mlp: Fit: callback 1 is a *mlp.ReduceOnPlateau, a Schedule, want it in Schedule alone"; err == nil || err.Error() != want {
		t.Errorf("among the callbacks it gives %v, want %s", err, want)
	}
	nan := &mlp.ReduceOnPlateau{Monitor: script(1, math.NaN())}
	if _, err := regressor(t).Fit(context.Background(), x, numbers, mlp.FitOptions{Epochs: 2, Schedule: nan}); !errors.Is(err, mlp.ErrNotFinite) {
		t.Errorf("a NaN gives %v", err)
	}
	for _, s := range []*mlp.ReduceOnPlateau{{Factor: 1}, {Patience: -1}, {MinDelta: -1}, {MinScale: math.NaN()}} {
		if _, err := regressor(t).Fit(context.Background(), x, numbers, mlp.FitOptions{Schedule: s}); err == nil {
			t.Errorf("%+v is taken", s)
		}
	}
}

// deafSchedule is a schedule of another package that is not a Callback.
type deafSchedule struct{ inner mlp.Schedule }

func (w deafSchedule) Scale(epoch float64) float64 { return w.inner.Scale(epoch) }
