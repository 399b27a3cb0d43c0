// Package progress shows how training goes.
//
//	net.Fit(ctx, x, y, mlp.FitOptions{
//		Callbacks: []mlp.Callback{progress.New(os.Stderr)},
//	})
//
// On a terminal that is a bar that fills up. On any other writer, such as a
// log file, it is a line for the first epoch and for each tenth of them.
package progress

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// A Bar is a mlp.Callback that shows the epoch, the loss, the accuracy (or
// R²) and the time left. It may serve one run of Fit after the other, but not
// two at once. Errors of its writer do not end the training.
type Bar struct {
	w     io.Writer
	bar   *progressbar.ProgressBar // nil if w is no terminal
	run   mlp.Run
	score string // what the network's score is called
	start time.Time
	ended int // epochs of this run, which may have been resumed
}

// New returns a Bar that writes to w.
func New(w io.Writer) *Bar { return &Bar{w: w} }

var (
	_ mlp.FitBeginner = (*Bar)(nil)
	_ mlp.FitEnder    = (*Bar)(nil)
)

// FitBegin implements mlp.FitBeginner.
func (b *Bar) FitBegin(r *mlp.Run) error {
	if err := b.check(); err != nil {
		return err
	}
	if r == nil || matrix.IsNil(r.Network) || matrix.IsNil(r.Network.Loss()) {
		return errors.New("progress: no run of a network")
	}
	b.run, b.bar, b.start, b.ended, b.score = *r, nil, time.Now(), 0, "accuracy"
	switch r.Network.Loss().Task() {
	case mlp.Regression, mlp.Counting:
		b.score = "R²"
	}
	if isTerminal(b.w) {
		b.bar = newBar(b.w, r.Epochs)
	}
	return nil
}

// EpochEnd implements mlp.Callback.
func (b *Bar) EpochEnd(e *mlp.Epoch) error {
	if err := b.check(); err != nil {
		return err
	}
	if e == nil {
		return errors.New("progress: the epoch is nil")
	}
	b.ended++
	if b.bar != nil {
		b.bar.Describe(b.describe(e))
		_ = b.bar.Set(e.Number)
		return nil
	}
	if b.ended == 1 || b.tenths(e.Number) > b.tenths(e.Number-1) {
		fmt.Fprintln(b.w, b.describe(e))
	}
	return nil
}

// FitEnd implements mlp.FitEnder.
func (b *Bar) FitEnd(h *mlp.History) {
	if b.bar != nil {
		_ = b.bar.Exit()
		fmt.Fprintln(b.w)
		b.bar = nil // the next run may end before it begins
	}
}

// check returns an error unless there is something to write to.
func (b *Bar) check() error {
	if matrix.IsNil(b.w) {
		return errors.New("progress: the writer is nil")
	}
	return nil
}

// tenths returns how many tenths of the run are over after the given epoch.
func (b *Bar) tenths(epoch int) int { return 10 * epoch / max(1, b.run.Epochs) }

// describe returns a line such as
//
//	epoch  7/100  loss 0.1234  accuracy 0.9500  3s left
func (b *Bar) describe(e *mlp.Epoch) string {
	var s strings.Builder
	total := fmt.Sprint(b.run.Epochs)
	fmt.Fprintf(&s, "epoch %*d/%s  loss %.4f  %s %.4f", len(total), e.Number, total, e.Train.Loss, b.score, e.Train.Score)
	if v := e.Validation; v != nil {
		fmt.Fprintf(&s, "  validation loss %.4f  %s %.4f", v.Loss, b.score, v.Score)
	}
	fmt.Fprintf(&s, "  %s left", b.left(e.Number))
	return s.String()
}

// left returns the time that the epochs after the given one will take if they
// are like those of this run so far.
func (b *Bar) left(epoch int) time.Duration {
	each := time.Since(b.start) / time.Duration(b.ended)
	left := each * time.Duration(b.run.Epochs-epoch)
	if left >= time.Second {
		return left.Round(time.Second)
	}
	return left.Round(time.Millisecond)
}

func newBar(w io.Writer, epochs int) *progressbar.ProgressBar {
	return progressbar.NewOptions(epochs,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetWidth(20),
		progressbar.OptionThrottle(65*time.Millisecond),
		progressbar.OptionSetPredictTime(false), // describe does, also for a run that was resumed
	)
}

// isTerminal reports whether w is a terminal, as os.Stderr may be.
func isTerminal(w io.Writer) bool {
	f, ok := w.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}
