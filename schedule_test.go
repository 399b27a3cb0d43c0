package mlp_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/mlp"
)

func TestSchedules(t *testing.T) {
	cos := func(x float64) float64 { return (1 + math.Cos(math.Pi*x)) / 2 }
	for _, c := range []struct {
		schedule    mlp.Schedule
		epoch, want float64
	}{
		{mlp.StepDecay{Every: 2}, 0, 1},
		{mlp.StepDecay{Every: 2}, 1.99, 1},
		{mlp.StepDecay{Every: 2}, 2, 0.1},
		{mlp.StepDecay{Every: 2}, 5.5, 0.01},
		{mlp.StepDecay{Every: 0.5, Factor: 0.5}, 50, math.Pow(0.5, 100)},

		{mlp.MultiStepDecay{Milestones: []float64{1.5, 4}}, 0, 1},
		{mlp.MultiStepDecay{Milestones: []float64{1.5, 4}}, 1.5, 0.1},
		{mlp.MultiStepDecay{Milestones: []float64{1.5, 4}, Factor: 0.5}, 3.9, 0.5},
		{mlp.MultiStepDecay{Milestones: []float64{1.5, 4}, Factor: 0.5}, 100, 0.25},

		{mlp.ExponentialDecay{Factor: 0.9}, 0, 1},
		{mlp.ExponentialDecay{Factor: 0.9}, 2.5, math.Pow(0.9, 2.5)},
		{mlp.ExponentialDecay{Factor: 0.9}, 1000, math.Pow(0.9, 1000)},
		{mlp.ExponentialDecay{Factor: 1.1}, 0.5, math.Sqrt(1.1)},

		{mlp.InverseTimeDecay{Rate: 0.5}, 0, 1},
		{mlp.InverseTimeDecay{Rate: 0.5}, 1.5, 1 / 1.75},

		{mlp.PolynomialDecay{Epochs: 8}, 0, 1},
		{mlp.PolynomialDecay{Epochs: 8}, 2, 0.75},
		{mlp.PolynomialDecay{Epochs: 8, End: 0.2}, 6, 0.4},
		{mlp.PolynomialDecay{Epochs: 8, Power: 0.5}, 6, 0.5},
		{mlp.PolynomialDecay{Epochs: 8, Power: 2.5, End: 0.1}, 2, 0.1 + 0.9*math.Pow(0.75, 2.5)},
		{mlp.PolynomialDecay{Epochs: 8, Power: 0.5, End: 0.1}, 8, 0.1},
		{mlp.PolynomialDecay{Epochs: 8, Power: 2, End: 0.1}, 9, 0.1},

		{mlp.CosineDecay{Epochs: 10}, 0, 1},
		{mlp.CosineDecay{Epochs: 10}, 2.5, cos(0.25)},
		{mlp.CosineDecay{Epochs: 10}, 5, 0.5},
		{mlp.CosineDecay{Epochs: 10, End: 0.2}, 7, 0.2 + 0.8*cos(0.7)},
		{mlp.CosineDecay{Epochs: 10, End: 0.2}, 10, 0.2},
		{mlp.CosineDecay{Epochs: 10, End: 0.2}, 15, 0.2},

		{mlp.CosineRestarts{Period: 3}, 2.5, cos(2.5 / 3)},
		{mlp.CosineRestarts{Period: 3}, 3, 1},
		{mlp.CosineRestarts{Period: 3, End: 0.1}, 7.5, 0.55},
		{mlp.CosineRestarts{Period: 3, Growth: 2}, 6, 0.5},
		{mlp.CosineRestarts{Period: 3, Growth: 2}, 9, 1},
		{mlp.CosineRestarts{Period: 3, Growth: 2}, 12, cos(0.25)},
		{mlp.CosineRestarts{Period: 3, Growth: 3}, 1e9, cos(math.Mod(1e9-1.5*(math.Pow(3, 18)-1), 1e12) / math.Pow(3, 19))},

		{mlp.Warmup{Epochs: 4}, 0, 0},
		{mlp.Warmup{Epochs: 4}, 1, 0.25},
		{mlp.Warmup{Epochs: 0.5, Start: 0.2}, 0.25, 0.6},
		{mlp.Warmup{Epochs: 4}, 4, 1},
		{mlp.Warmup{Epochs: 4}, 400, 1},
		{mlp.Warmup{Epochs: 4, Then: mlp.CosineDecay{Epochs: 10}}, 2, 0.5},
		{mlp.Warmup{Epochs: 4, Then: mlp.CosineDecay{Epochs: 10}}, 9, 0.5},

		{mlp.FlatCosine{Epochs: 10}, 0, 1},
		{mlp.FlatCosine{Epochs: 10}, 5, 1},
		{mlp.FlatCosine{Epochs: 10}, 7.5, 0.5},
		{mlp.FlatCosine{Epochs: 10}, 6, cos(0.2)},
		{mlp.FlatCosine{Epochs: 10}, 12, 0},
		{mlp.FlatCosine{Epochs: 10, Flat: 0.2, End: 0.1}, 6, 0.55},

		// Four humps, each twice as long as the one before.
		{mlp.CosineLog{Epochs: 15}, 0, 0},
		{mlp.CosineLog{Epochs: 15}, math.Sqrt2 - 1, 1},
		{mlp.CosineLog{Epochs: 15}, 1, 0},
		{mlp.CosineLog{Epochs: 15}, 2*math.Sqrt2 - 1, 1},
		{mlp.CosineLog{Epochs: 15}, 3, 0},
		{mlp.CosineLog{Epochs: 15}, 8*math.Sqrt2 - 1, 1},
		{mlp.CosineLog{Epochs: 15}, math.Pow(2, 3.25) - 1, 0.5},
		{mlp.CosineLog{Epochs: 3, Cycles: 2}, math.Pow(2, 1.25) - 1, 0.5},

		{mlp.OneCycle{Epochs: 10}, 0, 0.04},
		{mlp.OneCycle{Epochs: 10}, 1.5, 0.52},
		{mlp.OneCycle{Epochs: 10}, 3, 1},
		{mlp.OneCycle{Epochs: 10}, 6.5, (1 + 4e-6) / 2},
		{mlp.OneCycle{Epochs: 10}, 10, 4e-6},
		{mlp.OneCycle{Epochs: 10}, 20, 4e-6},
		{mlp.OneCycle{Epochs: 8, PeakAt: 0.5, StartScale: 0.2, EndScale: 0.1}, 1, 1 - 0.8*cos(0.25)},
		{mlp.OneCycle{Epochs: 8, PeakAt: 0.5, StartScale: 0.2, EndScale: 0.1}, 7, 0.1 + 0.9*cos(0.75)},
	} {
		if err := c.schedule.(mlp.Validator).Validate(); err != nil {
			t.Errorf("%+v: %v", c.schedule, err)
		}
		relative(t, fmt.Sprintf("%T%+v", c.schedule, c.schedule), c.epoch, c.schedule.Scale(c.epoch), c.want)
	}
}

// Continuous schedules have no jumps, not even where their parts meet.
func TestSchedulesAreContinuous(t *testing.T) {
	for _, s := range []mlp.Schedule{
		mlp.ExponentialDecay{Factor: 0.5},
		mlp.InverseTimeDecay{Rate: 1},
		mlp.PolynomialDecay{Epochs: 8},
		mlp.PolynomialDecay{Epochs: 8, Power: 2.5, End: 0.1},
		mlp.CosineDecay{Epochs: 8, End: 0.1},
		mlp.Warmup{Epochs: 4, Start: 0.1},
		mlp.Warmup{Epochs: 4, Then: mlp.CosineDecay{Epochs: 4, End: 0.1}},
		mlp.FlatCosine{Epochs: 8, End: 0.1},
		mlp.CosineLog{Epochs: 40, Cycles: 2},
		mlp.OneCycle{Epochs: 10},
		mlp.OneCycle{Epochs: 8, PeakAt: 0.5, StartScale: 0.2, EndScale: 0.1},
	} {
		const step = 1.0 / 1024 // no slope is above 1
		for e := 0.0; e < 12; e += step {
			if a, b := s.Scale(e), s.Scale(e+step); !(math.Abs(a-b) <= step) {
				t.Errorf("%T%+v: %v at %v, %v at %v", s, s, a, e, b, e+step)
			}
		}
	}
}

func TestScheduleValidate(t *testing.T) {
	for _, c := range []struct {
		schedule mlp.Validator
		want     string
	}{
		{mlp.StepDecay{}, "StepDecay.Every is 0, want a finite number above 0"},
		{mlp.StepDecay{Every: 1, Factor: -1}, "StepDecay.Factor is -1, want a finite number of at least 0"},
		{mlp.MultiStepDecay{}, "MultiStepDecay.Milestones is empty"},
		{mlp.MultiStepDecay{Milestones: []float64{0}}, "MultiStepDecay.Milestones[0] is 0, want a finite number above 0"},
		{mlp.MultiStepDecay{Milestones: []float64{3, 2}}, "MultiStepDecay.Milestones[1] is 2 after 3, want ascending numbers"},
		{mlp.MultiStepDecay{Milestones: []float64{3}, Factor: inf}, "MultiStepDecay.Factor is +Inf, want a finite number of at least 0"},
		{mlp.ExponentialDecay{}, "ExponentialDecay.Factor is 0, want a finite number above 0"},
		{mlp.InverseTimeDecay{Rate: -1}, "InverseTimeDecay.Rate is -1, want a finite number above 0"},
		{mlp.PolynomialDecay{Epochs: inf}, "PolynomialDecay.Epochs is +Inf, want a finite number above 0 (or 0 for the whole run)"},
		{mlp.PolynomialDecay{Epochs: 1, Power: -1}, "PolynomialDecay.Power is -1, want a finite number of at least 0"},
		{mlp.PolynomialDecay{Epochs: 1, End: nan}, "PolynomialDecay.End is NaN, want a finite number of at least 0"},
		{mlp.CosineDecay{Epochs: nan}, "CosineDecay.Epochs is NaN, want a finite number above 0 (or 0 for the whole run)"},
		{mlp.CosineDecay{Epochs: 1, End: -1}, "CosineDecay.End is -1, want a finite number of at least 0"},
		{mlp.CosineRestarts{}, "CosineRestarts.Period is 0, want a finite number above 0"},
		{mlp.CosineRestarts{Period: 1, Growth: -1}, "CosineRestarts.Growth is -1, want at least 1 (or 0 for the default)"},
		{mlp.CosineRestarts{Period: 1, End: -1}, "CosineRestarts.End is -1, want a finite number of at least 0"},
		{mlp.Warmup{}, "Warmup.Epochs is 0, want a finite number above 0"},
		{mlp.Warmup{Epochs: 1, Start: -1}, "Warmup.Start is -1, want a finite number of at least 0"},
		{mlp.Warmup{Epochs: 1, Then: mlp.StepDecay{}}, "StepDecay.Every is 0, want a finite number above 0"},
		{mlp.OneCycle{Epochs: -1}, "OneCycle.Epochs is -1, want a finite number above 0 (or 0 for the whole run)"},
		{mlp.OneCycle{Epochs: 1, PeakAt: 1}, "OneCycle.PeakAt is 1, want a number in [0, 1)"},
		{mlp.StepDecay{Every: 1, Factor: 10}, "StepDecay.Factor is 10, want at most 1"},
		{mlp.MultiStepDecay{Milestones: []float64{3}, Factor: 1.5}, "MultiStepDecay.Factor is 1.5, want at most 1"},
		{mlp.ExponentialDecay{Factor: nan}, "ExponentialDecay.Factor is NaN, want a finite number above 0"},
		{mlp.PolynomialDecay{End: 2}, "PolynomialDecay.End is 2, want at most 1"},
		{mlp.CosineDecay{End: 2}, "CosineDecay.End is 2, want at most 1"},
		{mlp.CosineRestarts{Period: 1, End: 2}, "CosineRestarts.End is 2, want at most 1"},
		{mlp.FlatCosine{End: 2}, "FlatCosine.End is 2, want at most 1"},
		{mlp.Warmup{Epochs: 1, Start: 25}, "Warmup.Start is 25, want at most 1"},
		{mlp.OneCycle{StartScale: 25}, "OneCycle.StartScale is 25, want at most 1"},
		{mlp.OneCycle{EndScale: 1e4}, "OneCycle.EndScale is 10000, want at most 1"},
		{&mlp.ReduceOnPlateau{MinScale: 1}, "ReduceOnPlateau.MinScale is 1, want a number in [0, 1)"},
		{&mlp.ReduceOnPlateau{MinScale: 2}, "ReduceOnPlateau.MinScale is 2, want a number in [0, 1)"},
		{mlp.OneCycle{Epochs: 1, StartScale: -1}, "OneCycle.StartScale is -1, want a finite number of at least 0"},
		{mlp.OneCycle{Epochs: 1, EndScale: -1}, "OneCycle.EndScale is -1, want a finite number of at least 0"},
	} {
		if err := c.schedule.Validate(); err == nil || err.Error() != c.want {
			t.Errorf("%+v: got %v, want %s", c.schedule, err, c.want)
		}
	}
	again := &mlp.Warmup{Epochs: 1}
	again.Then = again
	x, _, _, numbers := samples(9)
	_, err := regressor(t).Fit(context.Background(), x, numbers, mlp.FitOptions{Epochs: 1, Schedule: again})
	if want := "mlp: Fit: Warmup: more than 100 take over from one another"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := (mlp.Warmup{Epochs: 1, Then: (*mlp.StepDecay)(nil)}).Validate(); err != nil {
		t.Errorf("a nil pointer as Then: %v", err)
	}
}

// A schedule that Validate rejects may return anything, but it does return.
func TestScaleOfWrongSchedules(t *testing.T) {
	for _, s := range []mlp.Schedule{
		mlp.StepDecay{}, mlp.MultiStepDecay{Milestones: []float64{nan}}, mlp.ExponentialDecay{Factor: -1}, mlp.InverseTimeDecay{Rate: -1},
		mlp.PolynomialDecay{Epochs: -1, Power: -1}, mlp.CosineDecay{}, mlp.CosineRestarts{Growth: 2}, mlp.CosineRestarts{Period: -1, Growth: 2},
		mlp.CosineRestarts{Period: nan, Growth: 2}, mlp.Warmup{Epochs: nan}, mlp.OneCycle{}, &mlp.ReduceOnPlateau{Factor: -1},
	} {
		for _, epoch := range []float64{-1, 0, 1, 1e300, inf, nan} {
			s.Scale(epoch)
		}
	}
}

func TestScheduleScalesEveryStep(t *testing.T) {
	x, _, _, numbers := samples(20)
	net := model(t, mlp.MeanSquaredError, nil, mlp.Dense(4, 2, mlp.Identity))
	spy := &spySchedule{}
	h := fit(t, net, x, numbers, mlp.FitOptions{Epochs: 2, BatchSize: 6, Optimizer: mlp.SGD{LearningRate: 0.1}, Schedule: spy})
	want := []float64{0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75}
	if !slices.Equal(spy.epochs, want) {
		t.Errorf("asked at %v, want %v", spy.epochs, want)
	}
	for i, e := range h.Epochs {
		near(t, "learning rate", e.LearningRate, 0.1*spy.Scale(want[4*i+3]), 1e-15)
	}

	// A scale of one half is half the rate.
	a := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 2, mlp.Identity))
	b := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 2, mlp.Identity))
	fit(t, a, x, numbers, mlp.FitOptions{Epochs: 3, Optimizer: mlp.SGD{LearningRate: 0.1}, Schedule: mlp.StepDecay{Every: 2, Factor: 0.5}})
	fit(t, b, x, numbers, mlp.FitOptions{Epochs: 2, Optimizer: mlp.SGD{LearningRate: 0.1}})
	fit(t, b, x, numbers, mlp.FitOptions{Epochs: 1, Optimizer: mlp.SGD{LearningRate: 0.05}})
	if wa, wb := weights(a), weights(b); !sameBits(wa, wb) {
		for i := range wa {
			near(t, "weight", wa[i], wb[i], 1e-12)
		}
	}
}

// spySchedule records the times at which it is called.
type spySchedule struct{ epochs []float64 }

func (s *spySchedule) Scale(epoch float64) float64 {
	s.epochs = append(s.epochs, epoch)
	return 1 / (1 + epoch)
}
