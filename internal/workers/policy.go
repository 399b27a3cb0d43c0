// Package workers finds out how many workers are fastest. More are not always
// faster: cores may be far apart or busy with something else, and that changes
// while a program runs.
package workers

import (
	"math/bits"
	"slices"
	"time"
)

const (
	// gain is the share of the present time that another number of workers may
	// take to count as faster.
	gain = 0.97

	// A comparison ends when another number of workers has been faster in this
	// many rounds more than it has not, or has not been faster in that many more.
	toWin  = 4
	toLose = 3

	// trialShare is the share of all time that may go into rounds that are lost,
	// and firstShare that of the time before the first trial, so that short runs
	// gain as well.
	trialShare = 1.0 / 50
	firstShare = 1.0 / 10

	// A round lasts this share of the time so far, but no longer than longRound,
	// which is about as long as the system lets another program run. It has at
	// least one task.
	roundShare = 1.0 / 256
	longRound  = 4 * time.Millisecond

	// The time from one trial of a number of workers to the next is the time so
	// far, but no longer than longPause.
	longPause = time.Second

	// recent is the number of rounds that say how long tasks take.
	recent = 9
)

// A Policy decides how many workers do a task that comes again and again, such
// as a step of a training run. It knows nothing but how long the tasks take.
//
// It begins with all workers, and tries half of them and a single one. If one of
// these numbers is faster, also in comparison with the tasks after the trial,
// the policy keeps it. It tries the others again about once a second, or less
// often if the tasks are so long that trials would cost too much.
type Policy struct {
	choices []choice
	kept    int // index of the number that is in use
	rival   int // index of the number that is compared with it
	phase   phase
	lead    int // of the rival, in rounds

	elapsed time.Duration // of all tasks
	credit  time.Duration // that trials may lose
	tried   bool          // whether there has been a trial

	round  round
	size   int   // bits of the number of rows of the tasks that are compared
	strays int   // rows of tasks of other sizes, less those of this size
	now    times // with the kept number
	then   times // with the rival
}

// choice is a number of workers.
type choice struct {
	workers int
	due     time.Duration // the elapsed time from which it may be tried
}

// phase says what the next tasks are for.
type phase int

const (
	settled    phase = iota // the kept number works
	trying                  // the rival works
	confirming              // the kept number works, for comparison with the rival
)

// NewPolicy returns a Policy for up to the given number of workers.
func NewPolicy(most int) *Policy {
	most = max(1, most)
	p := &Policy{}
	for _, n := range slices.Compact([]int{most, (most + 1) / 2, 1}) {
		p.choices = append(p.choices, choice{workers: n})
	}
	return p
}

// Workers returns the number of workers for the next task.
func (p *Policy) Workers() int {
	if p.phase == trying {
		return p.choices[p.rival].workers
	}
	return p.choices[p.kept].workers
}

// Took tells the policy that the number of workers that Workers returns has
// taken the time d for a task of this many rows. Tasks of about as many rows are
// compared with each other, by their time for a row; others do not count.
func (p *Policy) Took(rows int, d time.Duration) {
	if len(p.choices) == 1 {
		return
	}
	p.elapsed += d
	if p.phase == settled {
		share := trialShare
		if !p.tried {
			share = firstShare
		}
		p.credit += time.Duration(share * float64(d))
	}
	if !p.compares(rows) {
		if p.phase == trying {
			p.spend(d)
		}
		return
	}
	p.round.rows += rows
	p.round.took += d
	if p.round.took < p.roundLength() {
		return
	}
	r := p.round
	p.round = round{}
	switch p.phase {
	case settled:
		p.now.add(r)
		p.look(d)
	case trying:
		p.then.add(r)
		faster := r.perRow() < gain*p.now.median()
		p.judge(faster)
		if !faster {
			p.spend(r.took)
		}
	case confirming:
		p.now.add(r)
		p.judge(p.then.median() < gain*r.perRow())
	}
}

// roundLength returns how long a round lasts.
func (p *Policy) roundLength() time.Duration {
	return min(longRound, time.Duration(roundShare*float64(p.elapsed)))
}

// compares reports whether a task of this many rows is of the size of those that
// are compared. If most rows come in tasks of another size, that takes over.
func (p *Policy) compares(rows int) bool {
	size := bits.Len(uint(rows))
	if size == p.size {
		p.strays = max(0, p.strays-rows)
		return true
	}
	p.strays += rows
	if p.size == 0 || p.strays >= recent*rows {
		p.size, p.strays = size, 0
		p.now = times{}
		p.settle()
	}
	return false
}

// look begins a trial if one is due that is not too expensive for tasks that
// take the time d.
func (p *Policy) look(d time.Duration) {
	if p.now.n < recent {
		return
	}
	kept := p.choices[p.kept].workers
	for i, c := range p.choices {
		longer := max(1, (kept+c.workers-1)/c.workers) // with fewer workers, at most
		cost := toLose * (p.roundLength() + time.Duration(longer)*d)
		if i != p.kept && p.elapsed >= c.due && p.credit >= cost {
			p.rival, p.tried = i, true
			p.then = times{}
			p.enter(trying)
			return
		}
	}
}

// judge counts a round of a comparison, in which the rival was faster or not.
func (p *Policy) judge(faster bool) {
	if faster {
		p.lead++
	} else {
		p.lead--
	}
	switch {
	case p.lead == -toLose:
		p.settle()
	case p.lead == toWin && p.phase == trying:
		p.now = times{}
		p.enter(confirming)
	case p.lead == toWin:
		p.kept, p.rival = p.rival, p.kept
		p.now = times{}
		p.settle()
	}
}

// spend takes the time d from the credit, without which a trial ends.
func (p *Policy) spend(d time.Duration) {
	p.credit -= d
	if p.credit < 0 {
		p.settle()
	}
}

// settle ends the comparison with the rival, if there is one.
func (p *Policy) settle() {
	if p.phase != settled {
		p.choices[p.rival].due = p.elapsed + min(p.elapsed, longPause)
	}
	p.enter(settled)
}

func (p *Policy) enter(next phase) {
	p.phase, p.lead, p.round = next, 0, round{}
}

// round is a number of tasks one after another.
type round struct {
	rows int
	took time.Duration
}

// perRow returns the time for a row.
func (r round) perRow() float64 { return float64(r.took) / float64(r.rows) }

// times are the times for a row in the last rounds.
type times struct {
	last [recent]float64
	n    int // ever added
}

func (t *times) add(r round) {
	t.last[t.n%recent] = r.perRow()
	t.n++
}

// median returns the median of the times, of which there is at least one.
func (t *times) median() float64 {
	sorted := t.last
	n := min(t.n, recent)
	slices.Sort(sorted[:n])
	return sorted[n/2]
}
