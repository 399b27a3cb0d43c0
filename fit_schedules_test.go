package mlp_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"example.com/mlp"
)

// shares returns the shares of the run with which Fit calls a schedule.
func shares(t *testing.T, opts mlp.FitOptions, rows int) []float64 {
	t.Helper()
	x, _, _, numbers := samples(rows)
	var asked []float64
	opts.Schedule = mlp.ShareSchedule(func(share float64) float64 {
		asked = append(asked, share)
		return 1
	})
	fit(t, regressor(t), x, numbers, opts)
	return asked
}

// A schedule over the run is called once per step, with the share of the steps
// before it.
func TestShareSchedule(t *testing.T) {
	for _, c := range []struct {
		opts  mlp.FitOptions
		rows  int
		steps int
	}{
		{mlp.FitOptions{Epochs: 4, BatchSize: 10}, 30, 12},
		{mlp.FitOptions{Epochs: 4, BatchSize: 8}, 30, 16},
		{mlp.FitOptions{Epochs: 4, BatchSize: 8, DropLast: true}, 30, 12},
		{mlp.FitOptions{Epochs: 4, BatchSize: 5, AccumulateSteps: 2}, 30, 12},
		{mlp.FitOptions{Epochs: 1, BatchSize: 30}, 30, 1},
	} {
		asked := shares(t, c.opts, c.rows)
		if len(asked) != c.steps {
			t.Errorf("%+v: asked %d times, want %d", c.opts, len(asked), c.steps)
			continue
		}
		for i, share := range asked {
			near(t, "share", share, float64(i)/float64(c.steps), 1e-15)
		}
	}
}

// Schedules without a length of their own use that of the run.
func TestSchedulesOverTheRun(t *testing.T) {
	for _, c := range []struct{ over, fixed mlp.Schedule }{
		{mlp.CosineDecay{End: 0.1}, mlp.CosineDecay{Epochs: 7, End: 0.1}},
		{mlp.PolynomialDecay{Power: 2}, mlp.PolynomialDecay{Epochs: 7, Power: 2}},
		{mlp.OneCycle{}, mlp.OneCycle{Epochs: 7}},
		{mlp.FlatCosine{}, mlp.FlatCosine{Epochs: 7}},
		{mlp.CosineLog{}, mlp.CosineLog{Epochs: 7}},
		{&mlp.CosineLog{Cycles: 2}, mlp.CosineLog{Epochs: 7, Cycles: 2}},
		{mlp.Warmup{Epochs: 2, Then: mlp.CosineDecay{}}, mlp.Warmup{Epochs: 2, Then: mlp.CosineDecay{Epochs: 5}}},
		{mlp.CosineDecay{Epochs: 3}, mlp.CosineDecay{Epochs: 3}},
	} {
		over := c.over.(mlp.RunSchedule).Over(7)
		for e := 0.0; e <= 8; e += 0.25 {
			if got, want := over.Scale(e), c.fixed.Scale(e); got != want {
				t.Errorf("%+v: %v at %v, want %v", c.over, got, e, want)
			}
		}
		if _, ok := c.over.(mlp.Warmup); !ok && over != c.fixed && !math.IsNaN(c.over.Scale(1)) {
			t.Errorf("%+v: %v without a length, want NaN", c.over, c.over.Scale(1))
		}
	}
	// A warm-up that lasts longer than the run.
	if s := (mlp.Warmup{Epochs: 9, Then: mlp.CosineDecay{}}).Over(7).Scale(6); s != 6.0/9 {
		t.Errorf("scale %v, want %v", s, 6.0/9)
	}
}

// Adam with WeightDecay is AdamW, with every option of a step.
func TestWeightDecayIsAdamW(t *testing.T) {
	x, _, _, numbers := samples(60)
	opts := mlp.FitOptions{Epochs: 4, BatchSize: 7, AccumulateSteps: 2, ClipNorm: 1, AverageDecay: 0.9, Schedule: mlp.CosineDecay{}}
	a, b := regressor(t, mlp.WithSeed(1)), regressor(t, mlp.WithSeed(1))
	opts.Optimizer = mlp.AdamW{WeightDecay: 0.2}
	fit(t, a, x, numbers, opts)
	opts.Optimizer, opts.WeightDecay = mlp.Adam{}, 0.2
	fit(t, b, x, numbers, opts)
	if !sameBits(weights(a), weights(b)) {
		t.Error("other weights than AdamW's")
	}
}

// w ← w·(1 − η·s·λ·d), without a gradient.
func TestDecaySchedule(t *testing.T) {
	x, _, _, numbers := samples(20)
	net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 2, mlp.Identity, mlp.WithoutBias()))
	before := weights(net)
	x.Zero() // so that there is no gradient of the weights
	fit(t, net, x, numbers, mlp.FitOptions{
		Epochs: 2, BatchSize: 10, KeepOrder: true, Optimizer: mlp.SGD{LearningRate: 0.5}, WeightDecay: 0.1,
		Schedule:      mlp.ShareSchedule(func(share float64) float64 { return 1 - share }),
		DecaySchedule: mlp.ShareSchedule(func(share float64) float64 { return 1 + 4*share }),
	})
	for i, w := range weights(net) {
		want := before[i]
		for _, share := range []float64{0, 0.25, 0.5, 0.75} {
			want *= 1 - 0.5*(1-share)*0.1*(1+4*share)
		}
		near(t, "weight", w, want, 1e-15)
	}
}

// With a factor of 0 Dropout drops nothing, but draws as it does with a rate of
// 0.
func TestDropoutSchedule(t *testing.T) {
	x, _, _, numbers := samples(30)
	train := func(rate float64, s mlp.Schedule) mlp.Network {
		net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)},
			mlp.Dropout(4, rate), mlp.Residual(mlp.Dense(4, 4, mlp.Tanh), mlp.Dropout(4, rate)), mlp.Dense(4, 2, mlp.Identity))
		fit(t, net, x, numbers, mlp.FitOptions{Epochs: 3, BatchSize: 10, DropoutSchedule: s})
		return net
	}
	constant := func(v float64) mlp.Schedule { return mlp.ShareSchedule(func(float64) float64 { return v }) }
	for _, c := range []struct{ rate, factor, want float64 }{{0.5, 0, 0}, {0.5, 0.5, 0.25}, {0.5, 1, 0.5}} {
		if !sameBits(weights(train(c.rate, constant(c.factor))), weights(train(c.want, nil))) {
			t.Errorf("rate %g with the factor %g is not the rate %g", c.rate, c.factor, c.want)
		}
	}
	if sameBits(weights(train(0.5, mlp.FlatCosine{})), weights(train(0.5, nil))) {
		t.Error("the schedule changes nothing")
	}
}

func TestMistakesInSchedulesOfRates(t *testing.T) {
	x, _, _, numbers := samples(20)
	constant := func(v float64) mlp.Schedule { return mlp.ShareSchedule(func(float64) float64 { return v }) }
	for _, c := range []struct {
		opts mlp.FitOptions
		want string
	}{
		{mlp.FitOptions{DropoutSchedule: constant(1.5)}, "mlp: Fit: DropoutSchedule is 1.5 in epoch 1, step 1, want a number from 0 to 1"},
		{mlp.FitOptions{DropoutSchedule: constant(nan)}, "mlp: Fit: DropoutSchedule is NaN in epoch 1, step 1, want a number from 0 to 1"},
		{mlp.FitOptions{WeightDecay: 1, DecaySchedule: constant(-1)}, "mlp: Fit: DecaySchedule is -1 in epoch 1, step 1"},
		{mlp.FitOptions{Schedule: mlp.CosineLog{Cycles: 31}}, "mlp: Fit: CosineLog.Cycles is 31, want at most 30"},
		{mlp.FitOptions{Schedule: mlp.FlatCosine{Flat: 1}}, "mlp: Fit: FlatCosine.Flat is 1, want a number in [0, 1)"},
		{mlp.FitOptions{KeepOrder: true, DropLast: true, BatchSize: 6}, "mlp: Fit: DropLast with KeepOrder would always leave out the last 2 of 20 rows"},
	} {
		net := model(t, mlp.MeanSquaredError, nil, mlp.Dropout(4, 0.5), mlp.Dense(4, 2, mlp.Identity))
		before := weights(net)
		if _, err := net.Fit(context.Background(), x, numbers, c.opts); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
		if !sameBits(weights(net), before) {
			t.Errorf("%s: the weights have moved", c.want)
		}
	}
	if _, err := regressor(t).Fit(context.Background(), x, numbers, mlp.FitOptions{DropoutSchedule: constant(1)}); err == nil || err.Error() != "mlp: Fit: DropoutSchedule for a network without Dropout" {
		t.Error(err)
	}
}

// A different seed of the run gives a different order on the same network,
// whose own random numbers do not change.
func TestSeedOfARun(t *testing.T) {
	x, _, _, numbers := samples(30)
	train := func(seeds ...uint64) mlp.Network {
		net := regressor(t, mlp.WithSeed(1))
		for _, seed := range seeds {
			fit(t, net, x, numbers, mlp.FitOptions{Epochs: 2, BatchSize: 4, Seed: seed})
		}
		return net
	}
	if !sameBits(weights(train(5)), weights(train(5))) {
		t.Error("the same seed gives other weights")
	}
	if sameBits(weights(train(5)), weights(train(6))) || sameBits(weights(train(1)), weights(train(0))) {
		t.Error("another seed gives the same weights")
	}
	// The network's own random numbers: a run with a seed does not advance them.
	seeded, fresh := train(5), regressor(t, mlp.WithSeed(1))
	eachValue(fresh, seeded, func(_ int, _ mlp.Param, dst, src []float64) { copy(dst, src) })
	fit(t, seeded, x, numbers, mlp.FitOptions{Epochs: 2, BatchSize: 4})
	fit(t, fresh, x, numbers, mlp.FitOptions{Epochs: 2, BatchSize: 4})
	if !sameBits(weights(seeded), weights(fresh)) {
		t.Error("a run with a seed has drawn from the random numbers of the network")
	}
}
