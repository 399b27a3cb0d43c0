package workers

import (
	"runtime"
	"testing"

	"example.com/mlp/internal/kernel"
)

// sleepless is work that takes no time.
type sleepless struct{}

func (sleepless) Run(lo, hi int) {}

func TestMeter(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	team := kernel.NewTeam(2)
	defer team.Close()
	m := NewMeter(team)
	step := func(n int) {
		m.Resume()
		m.Resume()
		team.Split(n, 1, sleepless{})
		m.Step(32)
		m.Pause()
		m.Pause()
	}
	for range 3 {
		step(1)
	}
	if m.measure || !m.begin.IsZero() || m.policy.elapsed != 0 {
		t.Error("steps without work to share are measured")
	}
	step(2)
	if m.policy.elapsed != 0 {
		t.Error("the first step with work to share is measured, whose beginning is not known")
	}
	step(2)
	first := m.policy.elapsed
	if first <= 0 {
		t.Error("a step with work to share is not measured")
	}
	step(1)
	step(2)
	if m.policy.elapsed != first {
		t.Error("a step is measured from the one before the last")
	}
	if n := testing.AllocsPerRun(100, func() { step(2) }); n != 0 {
		t.Errorf("%v allocations in a step", n)
	}
}
