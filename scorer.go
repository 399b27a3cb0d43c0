package mlp

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// A scorer computes the score of a network over rows that come in batches.
type scorer interface {
	reset()
	add(out, y *mat.Dense) // out are outputs of the network for targets y
	score() float64        // of the rows added since reset

	// state returns what it knows about these rows, and setState puts it in the
	// place of that of another scorer for the same outputs and targets.
	state() []float64
	setState(state []float64) error
}

// changedScorer changes the rows of outputs before it adds them to a scorer.
type changedScorer struct {
	scorer
	change func(rows *mat.Dense) // in place
	buf    buffer
}

func (s *changedScorer) add(out, y *mat.Dense) {
	rows := s.buf.copyOf(out)
	s.change(rows)
	s.scorer.add(rows, y)
}

// scoreAfter returns s for rows that act turns into outputs, or that are
// outputs if act is nil.
func scoreAfter(act Activation, s scorer) scorer {
	if act == nil || act == Identity {
		return s
	}
	return &changedScorer{scorer: s, change: func(rows *mat.Dense) { applyActivation(act, rows) }}
}

// accuracyScorer computes the share of correct answers.
type accuracyScorer struct {
	right         func(out, y []float64) (hits, of int) // of a row
	answers, hits int
}

func (s *accuracyScorer) reset()         { s.answers, s.hits = 0, 0 }
func (s *accuracyScorer) score() float64 { return float64(s.hits) / float64(s.answers) }

func (s *accuracyScorer) state() []float64 { return []float64{float64(s.hits), float64(s.answers)} }

func (s *accuracyScorer) setState(state []float64) error {
	if err := checkScorerState(state, 2); err != nil {
		return err
	}
	if !(state[0] >= 0 && state[0] <= state[1] && state[1] < 1<<53) {
		return fmt.Errorf("the state of a score has %g hits of %g", state[0], state[1])
	}
	s.hits, s.answers = int(state[0]), int(state[1])
	return nil
}

// checkScorerState returns an error unless the state has so many numbers.
func checkScorerState(state []float64, want int) error {
	if len(state) != want {
		return fmt.Errorf("the state of a score has %d numbers, want %d", len(state), want)
	}
	for i, v := range state {
		if math.IsNaN(v) {
			return fmt.Errorf("the state of a score has NaN in place %d", i)
		}
	}
	return nil
}

func (s *accuracyScorer) add(out, y *mat.Dense) {
	rows, _ := out.Dims()
	for i := range rows {
		hits, of := s.right(out.RawRowView(i), y.RawRowView(i))
		s.hits += hits
		s.answers += of
	}
}

// newThresholdScorer returns a scorer of the accuracy of outputs that mean 1 if
// they are at least cut.
func newThresholdScorer(cut float64) *accuracyScorer {
	return &accuracyScorer{right: func(out, y []float64) (hits, of int) {
		for j, v := range out {
			if (v >= cut) == (y[j] == 1) {
				hits++
			}
		}
		return hits, len(out)
	}}
}

// newArgmaxScorer returns a scorer of the accuracy of the largest output.
func newArgmaxScorer() *accuracyScorer {
	return &accuracyScorer{right: func(out, y []float64) (hits, of int) {
		if isArgmax(out, argmax(y)) {
			return 1, 1
		}
		return 0, 1
	}}
}

// newR2 returns a scorer of R² with respect to the targets y, which have the
// given width, or to the targets that are added if y is nil.
func newR2(y *mat.Dense, width int) scorer {
	if y == nil {
		return newRunningR2Scorer(width)
	}
	return newR2Scorer(y)
}

// r2Scorer computes R² with respect to the means of all targets, which are
// known from the start.
type r2Scorer struct {
	scale    []float64 // by column, a power of two that keeps the squares from overflow and underflow
	total    []float64 // Σ (y−ȳ)² by column, scaled; 0 where the column is constant
	residual []float64 // Σ (y−ŷ)² by column, scaled
	rows     int       // of the targets; R² needs at least two
}

func newR2Scorer(y *mat.Dense) *r2Scorer {
	rows, cols := y.Dims()
	s := &r2Scorer{scale: ones(cols).RawRowView(0), total: make([]float64, cols), residual: make([]float64, cols), rows: rows}
	col := make([]float64, rows)
	for j := range cols {
		mat.Col(col, j, y)
		lo, hi := floats.Min(col), floats.Max(col)
		if lo == hi {
			continue // rounding in the mean must not look like variance
		}
		_, exp := math.Frexp(hi/2 - lo/2)
		s.scale[j] = math.Ldexp(1, min(-exp, 1000))
		floats.Scale(s.scale[j], col)
		mean := sumOf(col) / float64(rows)
		for _, v := range col {
			s.total[j] += float64((v - mean) * (v - mean))
		}
	}
	return s
}

func (s *r2Scorer) reset() { clear(s.residual) }

func (s *r2Scorer) state() []float64 { return slices.Clone(s.residual) }

func (s *r2Scorer) setState(state []float64) error {
	err := checkScorerState(state, len(s.residual))
	if err == nil {
		copy(s.residual, state)
	}
	return err
}

func (s *r2Scorer) add(out, y *mat.Dense) {
	rows, _ := out.Dims()
	for i := range rows {
		t := y.RawRowView(i)
		for j, v := range out.RawRowView(i) {
			d := float64(v*s.scale[j]) - float64(t[j]*s.scale[j])
			s.residual[j] += float64(d * d)
		}
	}
}

func (s *r2Scorer) score() float64 {
	if s.rows < 2 {
		return math.NaN()
	}
	sum := 0.0
	for j, total := range s.total {
		switch {
		case total != 0:
			sum += 1 - s.residual[j]/total
		case s.residual[j] == 0:
			sum++
		}
	}
	return max(sum/float64(len(s.total)), -math.MaxFloat64) // finite, however bad
}

// runningR2Scorer is r2Scorer for targets that are not known from the start.
// Their means and sums of squares are updated by Welford's recurrence (Note on
// a Method for Calculating Corrected Sums of Squares and Products, 1962).
type runningR2Scorer struct {
	r2Scorer
	mean    []float64 // by column, scaled
	largest []float64 // absolute value by column
}

func newRunningR2Scorer(units int) *runningR2Scorer {
	s := &runningR2Scorer{mean: make([]float64, units), largest: make([]float64, units)}
	s.r2Scorer = r2Scorer{scale: make([]float64, units), total: make([]float64, units), residual: make([]float64, units)}
	s.reset()
	return s
}

func (s *runningR2Scorer) reset() {
	s.r2Scorer.reset()
	s.rows = 0
	clear(s.mean)
	clear(s.total)
	clear(s.largest)
	for j := range s.scale {
		s.scale[j] = 1
	}
}

func (s *runningR2Scorer) state() []float64 {
	return slices.Concat([]float64{float64(s.rows)}, s.scale, s.total, s.residual, s.mean, s.largest)
}

func (s *runningR2Scorer) setState(state []float64) error {
	units := len(s.mean)
	if err := checkScorerState(state, 1+5*units); err != nil {
		return err
	}
	if !(state[0] >= 0 && state[0] < 1<<53) {
		return fmt.Errorf("the state of a score has %g rows", state[0])
	}
	s.rows, state = int(state[0]), state[1:]
	for _, values := range [][]float64{s.scale, s.total, s.residual, s.mean, s.largest} {
		state = state[copy(values, state):]
	}
	return nil
}

func (s *runningR2Scorer) add(out, y *mat.Dense) {
	rows, _ := y.Dims()
	for i := range rows {
		for j, v := range y.RawRowView(i) {
			if v := math.Abs(v); v > s.largest[j] {
				s.makeRoom(j, v)
			}
		}
	}
	s.r2Scorer.add(out, y)
	for i := range rows {
		s.rows++
		for j, v := range y.RawRowView(i) {
			v *= s.scale[j]
			d := v - s.mean[j]
			s.mean[j] += d / float64(s.rows)
			s.total[j] += float64(d * (v - s.mean[j]))
		}
	}
}

// makeRoom changes the scale of a column if the square of the largest target so
// far would overflow or that of the first nonzero one underflow. As scales are
// powers of two, that changes no bit of a score.
func (s *runningR2Scorer) makeRoom(j int, largest float64) {
	const least, most = 0x1p-400, 0x1p400
	first := s.largest[j] == 0
	s.largest[j] = largest
	if scaled := largest * s.scale[j]; scaled <= most && !(first && scaled < least) {
		return
	}
	_, exp := math.Frexp(largest)
	scale := math.Ldexp(1, min(-exp, 1000))
	change := max(scale/s.scale[j], math.SmallestNonzeroFloat64) // times infinity, 0 would be NaN
	s.scale[j] = scale
	s.mean[j] *= change
	s.total[j] *= change
	s.total[j] *= change
	s.residual[j] *= change
	s.residual[j] *= change
}
