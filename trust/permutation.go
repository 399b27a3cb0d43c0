package trust

import (
	"cmp"
	"context"
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

// scoring measures how well y is predicted from x.
type scoring func(x, y mat.Matrix) (float64, error)

// finite returns the score, which must be a finite number.
func (s scoring) finite(x, y mat.Matrix) (float64, error) {
	v, err := s(x, y)
	if err == nil && v-v != 0 {
		err = fmt.Errorf("the score is %g: %w", v, mlp.ErrNotFinite)
	}
	return v, err
}

// PermutationOptions are the options of PermutationImportance. The zero value
// is ready for use.
type PermutationOptions struct {
	// Groups has the group of each column of x. The columns of a group are
	// shuffled together, as if they were one: for instance the one-hot columns
	// of a column of names, which mean nothing individually. With a
	// dataset.Preparation, groups are the Column of each Feature of its Layout,
	// and dataset's Pipeline.Importance sets them. nil means that each column
	// is a group.
	Groups []string

	Repeats int    // how often each group is shuffled; 0 means 5
	Seed    uint64 // the same seed gives the same shuffles
	Workers int    // goroutines; 0 means GOMAXPROCS. The result does not depend on it
}

// Importance measures how much a score depends on a column, or a group of
// columns.
type Importance struct {
	Group string    `json:"group,omitempty"` // "" without PermutationOptions.Groups
	Mean  float64   `json:"mean"`            // of Drops
	SD    float64   `json:"sd"`              // population standard deviation of Drops, as in scikit-learn
	Drops []float64 `json:"drops"`           // how much the score fell each time the columns were shuffled
}

// maxRepeats bounds PermutationOptions.Repeats.
const maxRepeats = 1 << 20

// PermutationImportance returns the importance of each column of x, or of each
// group in the order of first occurrence: how much the score of the n×inputs
// samples x and their targets y falls when the column is shuffled, which keeps
// its values but removes their information (Breiman, Random Forests, 2001; in
// the form of scikit-learn). If columns have the same information, each looks
// unimportant, as the others replace it. A score that is not finite is an
// error.
//
// The function score returns how well the targets y are predicted from x: higher
// is better. It must be safe for concurrent use and must not retain x. Accuracy
// or R² of a network are
//
//	func(x, y mat.Matrix) (float64, error) {
//		scores, err := net.Evaluate(x, y)
//		return scores.Score, err
//	}
//
// When ctx is canceled, it returns an error that wraps ctx.Err() as soon as the
// scores in progress are computed.
func PermutationImportance(ctx context.Context, score func(x, y mat.Matrix) (float64, error), x, y mat.Matrix, opts PermutationOptions) ([]Importance, error) {
	const op = "PermutationImportance"
	if ctx == nil {
		return nil, fmt.Errorf("trust: %s: nil context", op)
	}
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
	groups, err := columnGroups(xd, opts.Groups)
	if err != nil {
		return nil, fmt.Errorf("trust: %s: %w", op, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("trust: %s: %w", op, err)
	}
	baseline, err := scoring(score).finite(xd, y)
	if err != nil {
		return nil, fmt.Errorf("trust: %s: %w", op, err)
	}
	s := shuffles{score: score, x: xd, y: y, groups: groups, seed: opts.Seed, repeats: cmp.Or(opts.Repeats, 5)}
	scores, err := s.run(ctx, cmp.Or(opts.Workers, runtime.GOMAXPROCS(0)))
	if err != nil {
		return nil, fmt.Errorf("trust: %s: %w", op, err)
	}
	importances := make([]Importance, len(groups))
	for i, g := range groups {
		importances[i] = newImportance(baseline, scores[i*s.repeats:(i+1)*s.repeats])
		importances[i].Group = g.name
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

// A group is a set of columns that are shuffled together.
type group struct {
	place   string // for errors: `group "port"`
	name    string
	columns []int
}

// columnGroups returns the groups of the columns of x, given the name of each
// column's group, or each column as a group.
func columnGroups(x *mat.Dense, names []string) ([]group, error) {
	_, cols := x.Dims()
	if names != nil && len(names) != cols {
		return nil, fmt.Errorf("the list Groups has %d names, x has %d columns", len(names), cols)
	}
	var groups []group
	known := make(map[string]int)
	for j := range cols {
		if names == nil {
			groups = append(groups, group{place: fmt.Sprintf("column %d", j), columns: []int{j}})
			continue
		}
		i, ok := known[names[j]]
		if !ok {
			i = len(groups)
			known[names[j]] = i
			groups = append(groups, group{place: fmt.Sprintf("group %q", names[j]), name: names[j]})
		}
		groups[i].columns = append(groups[i].columns, j)
	}
	return groups, nil
}

// shuffles are the shuffled groups to be scored, each with its own random
// numbers.
type shuffles struct {
	score   scoring
	x       *mat.Dense
	y       mat.Matrix
	groups  []group
	seed    uint64
	repeats int

	next, done atomic.Int64
	failed     atomic.Bool
}

// run returns the scores of all shuffles, those of group 0 first. If there are
// several errors, it returns the first in this order.
func (s *shuffles) run(ctx context.Context, workers int) ([]float64, error) {
	n := len(s.groups) * s.repeats
	scores, errs := make([]float64, n), make([]error, n)
	var wg sync.WaitGroup
	for range min(workers, n) {
		wg.Go(func() { s.work(ctx, scores, errs) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("%s shuffled: %w", s.groups[i/s.repeats].place, err)
		}
	}
	if done := int(s.done.Load()); done < n {
		return nil, fmt.Errorf("%d of %d scores done: %w", done, n, ctx.Err())
	}
	return scores, nil
}

// work scores shuffles until none is left, one has failed or ctx is canceled.
func (s *shuffles) work(ctx context.Context, scores []float64, errs []error) {
	x := mat.DenseCopyOf(s.x)
	rows, _ := x.Dims()
	order := make([]int, rows)
	for !s.failed.Load() && ctx.Err() == nil {
		i := int(s.next.Add(1)) - 1
		if i >= len(scores) {
			return
		}
		for row := range order {
			order[row] = row
		}
		rand.New(rand.NewPCG(s.seed, uint64(i))).Shuffle(rows, func(a, b int) { order[a], order[b] = order[b], order[a] })
		columns := s.groups[i/s.repeats].columns
		for row, from := range order {
			for _, j := range columns {
				x.Set(row, j, s.x.At(from, j))
			}
		}
		if scores[i], errs[i] = s.score.finite(x, s.y); errs[i] != nil {
			s.failed.Store(true)
		}
		s.done.Add(1)
		for row := range order {
			for _, j := range columns {
				x.Set(row, j, s.x.At(row, j))
			}
		}
	}
}
