package trust

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/moments"
)

// A Score tells how well the targets y are predicted from x: the better, the
// higher. It must be safe for concurrent use and not keep x. Accuracy or R² of
// a network are
//
//	func(x, y mat.Matrix) (float64, error) {
//		scores, err := net.Evaluate(x, y)
//		return scores.Score, err
//	}
type Score func(x, y mat.Matrix) (float64, error)

// finite returns the score, which must be a finite number.
func (s Score) finite(x, y mat.Matrix) (float64, error) {
	v, err := s(x, y)
	if err == nil && v-v != 0 {
		err = fmt.Errorf("the score is %g: %w", v, mlp.ErrNotFinite)
	}
	return v, err
}

// PermutationOptions are the options of PermutationImportance. The zero value
// is ready for use.
type PermutationOptions struct {
	Repeats int    // how often each column is shuffled; 0: 5
	Seed    uint64 // the same seed shuffles in the same way
	Workers int    // goroutines; 0: as many as GOMAXPROCS. They do not change the result
}

// Importance tells how much a score depends on a column.
type Importance struct {
	Mean  float64   // of Drops
	SD    float64   // population standard deviation of Drops, as in scikit-learn
	Drops []float64 // by how much the score fell, each time the column was shuffled
}

// maxRepeats bounds PermutationOptions.Repeats.
const maxRepeats = 1 << 20

// PermutationImportance returns the importance of each column of x: by how much
// the score of the n×inputs samples x and their targets y falls when the
// column is shuffled, which leaves its values but not what they say (Breiman,
// Random Forests, 2001; in the form of scikit-learn). Of columns that say the
// same, each looks unimportant, as the others stand in for it. A score that is
// not finite is an error.
func PermutationImportance(score Score, x, y mat.Matrix, opts PermutationOptions) ([]Importance, error) {
	const op = "PermutationImportance"
	if score == nil {
		return nil, fmt.Errorf("trust: %s: score is nil", op)
	}
	if opts.Repeats < 0 || opts.Workers < 0 {
		return nil, fmt.Errorf("trust: %s: Repeats is %d and Workers %d, want neither below 0", op, opts.Repeats, opts.Workers)
	}
	if opts.Repeats > maxRepeats {
		return nil, fmt.Errorf("trust: %s: Repeats is %d, want at most %d", op, opts.Repeats, maxRepeats)
	}
	xd, err := toDense(op, "x", x)
	if err != nil {
		return nil, err
	}
	baseline, err := score.finite(xd, y)
	if err != nil {
		return nil, fmt.Errorf("trust: %s: %w", op, err)
	}
	s := shuffles{score: score, x: xd, y: y, seed: opts.Seed, repeats: cmp.Or(opts.Repeats, 5)}
	_, cols := xd.Dims()
	scores, err := s.run(cmp.Or(opts.Workers, runtime.GOMAXPROCS(0)))
	if err != nil {
		return nil, fmt.Errorf("trust: %s: %w", op, err)
	}
	importances := make([]Importance, cols)
	for j := range importances {
		importances[j] = newImportance(baseline, scores[j*s.repeats:(j+1)*s.repeats])
	}
	return importances, nil
}

func newImportance(baseline float64, scores []float64) Importance {
	v := Importance{Drops: make([]float64, len(scores))}
	for i, s := range scores {
		v.Drops[i] = baseline - s
	}
	v.Mean, v.SD = moments.MeanAndDeviation(slices.Clone(v.Drops))
	return v
}

// shuffles are the shuffled columns that are to be scored, each with random
// numbers of its own.
type shuffles struct {
	score   Score
	x       *mat.Dense
	y       mat.Matrix
	seed    uint64
	repeats int

	next   atomic.Int64
	failed atomic.Bool
}

// run returns the scores of all shuffles, those of column 0 first. Of several
// errors it returns the first in this order.
func (s *shuffles) run(workers int) ([]float64, error) {
	_, cols := s.x.Dims()
	scores, errs := make([]float64, cols*s.repeats), make([]error, cols*s.repeats)
	var wg sync.WaitGroup
	for range min(workers, len(scores)) {
		wg.Go(func() { s.work(scores, errs) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("column %d shuffled: %w", i/s.repeats, err)
		}
	}
	return scores, nil
}

// work scores shuffles until none is left or one has failed.
func (s *shuffles) work(scores []float64, errs []error) {
	x := mat.DenseCopyOf(s.x)
	rows, _ := x.Dims()
	col := make([]float64, rows)
	for !s.failed.Load() {
		i := int(s.next.Add(1)) - 1
		if i >= len(scores) {
			return
		}
		j := i / s.repeats
		mat.Col(col, j, s.x)
		rand.New(rand.NewPCG(s.seed, uint64(i))).Shuffle(rows, func(a, b int) { col[a], col[b] = col[b], col[a] })
		x.SetCol(j, col)
		if scores[i], errs[i] = s.score.finite(x, s.y); errs[i] != nil {
			s.failed.Store(true)
		}
		x.SetCol(j, mat.Col(col, j, s.x))
	}
}
