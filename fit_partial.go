package mlp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"time"
)

// midway is what a run keeps so that it can be resumed in the middle of an
// epoch, and what takes it there again: the epoch begins anew, and goes without
// training through the batches that have been trained on.
type midway struct {
	history *History
	start   []byte // the generator at the beginning of the epoch
	began   time.Time
	batches int // of the epoch so far
	digest  rowsDigest

	resumed   *partialEpoch // what to resume; nil without, and once its epoch has ended
	generator []byte        // then
	reached   bool          // all batches of resumed have been gone through
}

// partialEpoch is TrainingState.Partial.
type partialEpoch struct {
	epochSums
	start []byte    // the generator at the beginning of the epoch
	score []float64 // state of the scorer
}

// epochSums is the part of a partialEpoch that has a fixed size.
type epochSums struct {
	Steps, Batches int64
	Digest         rowsDigest // of the batches
	Loss, Weight   float64    // sums over the steps
	Rate, Norm     float64    // factor of the learning rate, and norm of the gradient, in the last step
	Duration       time.Duration
}

// newMidway returns the midway of a run, nil if it needs none.
func newMidway(opts *FitOptions) *midway {
	if len(callbacks(opts.Callbacks).stepCheckpointers()) == 0 && (opts.Resume == nil || opts.Resume.Partial == nil) {
		return nil
	}
	return new(midway)
}

// beginEpoch begins to keep what resumes an epoch.
func (m *midway) beginEpoch(pcg *rand.PCG) (err error) {
	m.batches, m.digest, m.began = 0, 0, time.Now()
	m.start, err = pcg.MarshalBinary()
	return err
}

// trainMidway is trainOn with a midway.
func (l *loop) trainMidway(b *batch) error {
	m := l.midway
	m.batches++
	m.digest = m.digest.with(b)
	if m.resumed == nil || m.reached {
		return l.trainOn(b)
	}
	l.grow(b.rows())
	if int64(m.batches) < m.resumed.Batches {
		return callbacks(l.opts.Callbacks).checkTime()
	}
	return l.reach(m.resumed)
}

// reach continues behind the batches that p has been trained on.
func (l *loop) reach(p *partialEpoch) error {
	m := l.midway
	if m.digest != p.Digest {
		return l.resumeFailed(" is of other data: the first %d batches of epoch %d are not those that were trained on", p.Batches, l.batch.Epoch)
	}
	if err := l.pcg.UnmarshalBinary(m.generator); err != nil {
		return l.resumeFailed(": %w", err)
	}
	if err := l.scorer.setState(p.score); err != nil {
		return l.resumeFailed(": %w", err)
	}
	m.reached = true
	l.batch.Step, l.pace.rate = int(p.Steps), p.Rate
	l.sum.loss, l.sum.weight = p.Loss, p.Weight
	return nil
}

// checkReached returns an error if an epoch has ended before all batches were gone
// through that were to be.
func (l *loop) checkReached() error {
	if m := l.midway; m.resumed != nil && !m.reached {
		return l.resumeFailed(" is of other data: %d batches of epoch %d were trained on, which has %d here", m.resumed.Batches, l.batch.Epoch, m.batches)
	}
	return nil
}

// lastNorm returns the norm of the gradient of the last step of an epoch, found
// unless the run was resumed after that step.
func (m *midway) lastNorm(step int, found float64) float64 {
	if m.resumed != nil && int64(step) == m.resumed.Steps {
		return m.resumed.Norm
	}
	return found
}

// before returns how long the epoch has taken before the run was resumed.
func (m *midway) before() time.Duration {
	if m.resumed == nil {
		return 0
	}
	return m.resumed.Duration
}

// endEpoch ends an epoch, and returns what before does.
func (m *midway) endEpoch() time.Duration {
	before := m.before()
	m.resumed = nil
	return before
}

// resumeFailed is resumeError for an epoch that has begun.
func (l *loop) resumeFailed(format string, args ...any) error {
	return fmt.Errorf("mlp: %s: %w", l.op, resumeError(format, args...))
}

// checkpointStep lets the StepCheckpointers take the state after a step.
func (l *loop) checkpointStep() error {
	for _, c := range callbacks(l.opts.Callbacks).stepCheckpointers() {
		err := c.CheckpointStep(&l.batch, l.partialState)
		l.showAverage(false)
		if err != nil {
			return err
		}
	}
	return nil
}

var errNoPartial = errors.New("AverageDecay with BatchNorm has no state within an epoch, as it takes the statistics for the average at the end")

// checkCheckpoints returns an error for a Checkpoint that would end the run when it
// saves within an epoch.
func (l *loop) checkCheckpoints() error {
	if l.opts.AverageDecay == 0 || !l.env.statistics {
		return nil
	}
	for i, c := range l.opts.Callbacks {
		if c, ok := c.(*Checkpoint); ok && c.withinEpochs() {
			return fmt.Errorf("callback %d is a Checkpoint within epochs: %w", i, errNoPartial)
		}
	}
	return nil
}

// partialState returns the state of the run after a step. It shows the average.
func (l *loop) partialState() (*TrainingState, error) {
	if l.opts.AverageDecay > 0 && l.env.statistics {
		return nil, errNoPartial
	}
	if l.leaves.notFinite() >= 0 {
		return nil, l.diverged(l.batch.Epoch, l.batch.Step, l.batch.Loss)
	}
	m := l.midway
	p := partialEpoch{
		epochSums: epochSums{
			Steps:    int64(l.batch.Step),
			Batches:  int64(m.batches),
			Digest:   m.digest,
			Loss:     l.sum.loss,
			Weight:   l.sum.weight,
			Rate:     l.pace.rate,
			Norm:     l.gradNorm(),
			Duration: time.Since(m.began) + m.before(),
		},
		start: m.start,
		score: l.scorer.state(),
	}
	l.showAverage(true)
	l.leaves.publish()
	s, err := l.state(m.history)
	if err != nil {
		return nil, err
	}
	s.Partial, err = p.marshal()
	return s, err
}

// partialStart is the number of bytes of a generator.
const partialStart = 20

func (p *partialEpoch) marshal() ([]byte, error) {
	b, err := binary.Append(nil, binary.LittleEndian, &p.epochSums)
	if err != nil {
		return nil, err
	}
	return binary.Append(append(b, p.start...), binary.LittleEndian, p.score)
}

// newPartialEpoch returns what marshal has made bytes of. It does not trust them.
func newPartialEpoch(b []byte) (*partialEpoch, error) {
	p := new(partialEpoch)
	n, err := binary.Decode(b, binary.LittleEndian, &p.epochSums)
	if err != nil || len(b) < n+partialStart {
		return nil, resumeError(".Partial has %d bytes, want at least %d", len(b), binary.Size(p.epochSums)+partialStart)
	}
	p.start = b[n : n+partialStart]
	if err := new(rand.PCG).UnmarshalBinary(p.start); err != nil {
		return nil, resumeError(".Partial: %w", err)
	}
	if p.score, err = floatsOf(b[n+partialStart:]); err != nil {
		return nil, resumeError(".Partial: %w", err)
	}
	switch {
	case p.Steps < 1 || p.Batches < p.Steps || p.Batches > math.MaxInt/2:
		return nil, resumeError(".Partial is of %d steps and %d batches", p.Steps, p.Batches)
	case math.IsNaN(p.Loss) || !(p.Weight >= 0):
		return nil, resumeError(".Partial is of a loss of %g with weight %g", p.Loss, p.Weight)
	case !(p.Rate >= 0 && p.Norm >= 0) || p.Duration < 0:
		return nil, resumeError(".Partial is of a rate of %g, a gradient of %g and %v", p.Rate, p.Norm, p.Duration)
	}
	return p, nil
}

// A rowsDigest tells whether rows are the same, and in the same batches.
type rowsDigest uint64

// with returns the digest of the rows before and those of a batch.
func (d rowsDigest) with(b *batch) rowsDigest {
	d = d.word(uint64(b.rows()))
	for i := range b.rows() {
		row := i
		if b.order != nil {
			row = b.order[i]
		}
		d = d.numbers(b.x.RawRowView(row)).numbers(b.y.RawRowView(i))
	}
	return d.numbers(b.weights)
}

func (d rowsDigest) numbers(values []float64) rowsDigest {
	for _, v := range values {
		d = d.word(math.Float64bits(v))
	}
	return d
}

// word is one to one, so that no single change goes unnoticed.
func (d rowsDigest) word(w uint64) rowsDigest {
	const factor = 0x9e3779b97f4a7c15 // odd; ⌊2⁶⁴/φ⌋
	return rowsDigest(bits.RotateLeft64((uint64(d)^w)*factor, 32))
}
