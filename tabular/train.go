package tabular

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A run is one training of a network.
type run struct {
	network *network
	fold    int
	draw    int // which of the seeds
	seed    uint64
	epochs  int // at most
	turns   int // that are left, with this one, where runs take turns

	net     mlp.Network
	history *mlp.History
	answers *mat.Dense // for the rows that judge
	took    time.Duration
	answer  time.Duration // for all rows that judge
	err     error
}

// runs returns the runs of a network: each seed with each fold.
func (tr *trainer) runs(n *network) []*run {
	var runs []*run
	for draw := range tr.seeds(n) {
		for f := range tr.folds {
			r := &run{network: n, fold: f, draw: draw, seed: tr.opts.Seed, epochs: tr.epochs(n, &tr.folds[f])}
			if i := len(runs); i > 0 {
				r.seed = rand.New(rand.NewPCG(tr.opts.Seed, uint64(i))).Uint64()
			}
			runs = append(runs, r)
		}
	}
	return runs
}

// seeds returns how often a network is trained with each fold.
func (tr *trainer) seeds(n *network) int {
	const few = 5000 // rows
	if tr.opts.Seeds > 0 {
		return tr.opts.Seeds
	}
	if tr.opts.Time > 0 || tr.folds[tr.answering].train.Rows() > few {
		return 1
	}
	return max(1, n.seeds)
}

// epochs returns the number of epochs of a network with the rows of a fold, at
// most.
func (tr *trainer) epochs(n *network, f *fold) int {
	return cmp.Or(tr.opts.Epochs, n.epochs(f.train.Rows(), tr.task.numbers))
}

// trainAll trains, on as many goroutines as there are cores. What fails has the
// error in the run; a panic, as of a callback, is passed on when all have ended.
// The last ones come first: a linear model, which is soon ready, leaves the most
// of its share of the time to the others.
func (tr *trainer) trainAll(ctx context.Context, runs []*run) {
	queue := make(chan *run)
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(runs))
	for range workers {
		wg.Go(func() {
			for r := range queue {
				r.err = tr.tryTrain(ctx, r)
			}
		})
	}
	for i, r := range slices.Backward(runs) {
		r.turns = i/workers + 1
		queue <- r
	}
	close(queue)
	wg.Wait()
	tr.passOn()
}

// tryTrain is train that keeps a panic for passOn.
func (tr *trainer) tryTrain(ctx context.Context, r *run) (err error) {
	defer func() {
		if v := recover(); v != nil {
			tr.panicked.Store(&v)
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return tr.train(ctx, r)
}

// passOn panics as a training has done on another goroutine.
func (tr *trainer) passOn() {
	if v := tr.panicked.Load(); v != nil {
		panic(*v)
	}
}

func (tr *trainer) train(ctx context.Context, r *run) error {
	f := &tr.folds[r.fold]
	var err error
	if r.net, err = tr.model(r.network, f, r.seed); err != nil {
		return err
	}
	opts := tr.options(r, f)
	begin := time.Now()
	r.history, err = r.net.Fit(ctx, f.train.X, f.train.Y, opts)
	r.took = time.Since(begin)
	if err != nil {
		return err
	}
	if r.history.Best == nil {
		return fmt.Errorf("the training ended before its first epoch: %w", r.history.Stopped)
	}
	if m := tr.opts.Members; m > 0 && m < r.network.members {
		if err := tr.prune(r, f, m); err != nil {
			return err
		}
	}
	begin = time.Now()
	r.answers, err = answers(r.net, f.held.X)
	r.answer = time.Since(begin)
	return err
}

// model returns a network that has yet to be trained.
func (tr *trainer) model(n *network, f *fold, seed uint64) (mlp.Network, error) {
	return n.model(f.train, tr.task, seed, mlp.WithPrecision(tr.opts.precision()), mlp.WithTargetScaling(f.scale))
}

// options returns the options of a run.
func (tr *trainer) options(r *run, f *fold) mlp.FitOptions {
	opts := tr.fitOptions(r.network, f, r.epochs)
	opts.Validation = &mlp.Dataset{X: f.held.X, Y: f.held.Y}
	opts.SampleWeights = f.weights
	if !tr.deadline.IsZero() {
		share := max(0, time.Until(tr.deadline)) / time.Duration(max(1, r.turns))
		opts.Callbacks = append(opts.Callbacks, mlp.TimeLimit(share))
	}
	if tr.opts.Callbacks != nil {
		tr.calling.Lock()
		defer tr.calling.Unlock()
		tr.begun++
		opts.Callbacks = append(opts.Callbacks, tr.opts.Callbacks(Run{r.network.name, r.draw, r.fold, tr.begun, tr.of})...)
	}
	return opts
}

// answers returns the probabilities or numbers that a network answers with.
func answers(net mlp.Network, x mat.Matrix) (*mat.Dense, error) {
	if c, ok := net.(interface {
		Probabilities(x mat.Matrix) (*mat.Dense, error)
	}); ok {
		return c.Probabilities(x)
	}
	return net.Predict(x)
}
