package workers

import (
	"time"

	"example.com/mlp/internal/kernel"
)

// A Meter measures the time from one step of a training run to the next, and
// lets a Policy decide how many workers of the team are in use. Steps without
// work to share are not measured.
type Meter struct {
	team    *kernel.Team
	policy  *Policy
	measure bool // the step before had work to share
	paused  bool
	begin   time.Time     // of the step, or of the part since Resume
	before  time.Duration // in the parts before that
}

// NewMeter returns a Meter for the team.
func NewMeter(team *kernel.Team) *Meter {
	return &Meter{team: team, policy: NewPolicy(team.Workers())}
}

// Pause stops the clock until Resume. It does nothing during a pause.
func (m *Meter) Pause() {
	if m.measure && !m.paused {
		m.before += time.Since(m.begin)
	}
	m.paused = true
}

// Resume ends a pause.
func (m *Meter) Resume() {
	if m.measure && m.paused {
		m.begin = time.Now()
	}
	m.paused = false
}

// Step says that a step with this many rows has ended, and the next begins.
func (m *Meter) Step(rows int) {
	shared := m.team.Shared()
	if !shared {
		m.measure = false
		return
	}
	now := time.Now()
	if m.measure {
		m.policy.Took(rows, m.before+now.Sub(m.begin))
		m.team.Use(m.policy.Workers())
	}
	m.measure, m.begin, m.before = true, now, 0
}
