// Package progress shows the progress of training.
//
//	net.Fit(ctx, x, y, mlp.FitOptions{
//		Callbacks: []mlp.Callback{progress.New(os.Stderr)},
//	})
//
// On a terminal it draws one row with a bar that fills up. On any other writer,
// such as a log file, it writes a line for the first epoch, for each tenth of
// the epochs and for the last. If a run ends early, one more line says so:
//
//	stopped after epoch 17, weights of epoch 7: no improvement since epoch 7
//
// [Bars] show several trainings that run at the same time.
package progress

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// A Bar is an mlp.Callback that shows the epoch, the loss, the accuracy (or R²)
// and the time left. It may be used for one run of Fit after another, but not
// for two at once, which is an error. Errors of its writer do not end the
// training.
type Bar struct {
	bars  *Bars
	name  string                  // that its lines begin with; "" without
	run   atomic.Pointer[mlp.Run] // nil between two runs
	width func() int              // of the terminal, in columns; nil if w is not a terminal
	score string                  // name of the network's score
	start time.Time
	ended int       // epochs of this run, which may have been resumed
	shown int       // number of the epoch that was shown last
	drawn time.Time // when that was
}

// New returns a Bar that writes to w.
func New(w io.Writer) *Bar { return NewBars(w).Bar("") }

var (
	_ mlp.FitBeginner = (*Bar)(nil)
	_ mlp.FitEnder    = (*Bar)(nil)
)

// FitBegin implements mlp.FitBeginner.
func (b *Bar) FitBegin(r *mlp.Run) error {
	if b.bars == nil || matrix.IsNil(b.bars.w) {
		return errors.New("progress: Bar.FitBegin: the writer is nil")
	}
	if r == nil || matrix.IsNil(r.Network) {
		return errors.New("progress: Bar.FitBegin: no run of a network")
	}
	if !b.run.CompareAndSwap(nil, r) {
		return errors.New("progress: Bar.FitBegin: the bar serves another run")
	}
	b.width, b.start, b.ended, b.shown = widthOf(b.bars.w), time.Now(), 0, 0
	b.score = "accuracy"
	if _, ok := r.Network.(*mlp.Regressor); ok {
		b.score = "R²"
	}
	b.bars.begin(b)
	return nil
}

// EpochEnd implements mlp.Callback.
func (b *Bar) EpochEnd(e *mlp.Epoch) error {
	r := b.run.Load()
	if r == nil {
		return errors.New("progress: Bar.EpochEnd: no run has begun")
	}
	if e == nil {
		return errors.New("progress: Bar.EpochEnd: the epoch is nil")
	}
	b.ended++
	due := tenths(e.Number, r.Epochs) > tenths(e.Number-1, r.Epochs)
	if b.width != nil {
		due = time.Since(b.drawn) >= 65*time.Millisecond
	}
	if due || b.ended == 1 {
		b.bars.epoch(b, func() { b.show(r, e, b.left(r.Epochs-e.Number)) })
	}
	return nil
}

// FitEnd implements mlp.FitEnder.
func (b *Bar) FitEnd(h *mlp.History) {
	r := b.run.Load()
	if r == nil || h == nil { // no run has begun
		return
	}
	defer b.run.Store(nil)
	b.bars.end(b, func() { b.showEnd(r, h) })
}

// showEnd writes the last epoch of a run that has ended, and why it has.
func (b *Bar) showEnd(r *mlp.Run, h *mlp.History) {
	n := len(h.Epochs)
	if n > 0 && (b.width != nil || b.shown != n) {
		b.show(r, &h.Epochs[n-1], "")
	}
	if b.width != nil && n > 0 {
		fmt.Fprintln(b.bars.w)
	}
	end := ending(h, r.Epochs)
	if end == "" {
		return
	}
	end = b.named(end)
	if b.width != nil {
		fmt.Fprint(b.bars.w, draw("", b.width()-1)) // the row may be another's
		end = cut(end, b.width())
	}
	fmt.Fprintln(b.bars.w, end)
}

// named returns a text after the name of the bar.
func (b *Bar) named(text string) string {
	if b.name == "" {
		return text
	}
	return b.name + "  " + text
}

// show writes the progress after an epoch. left is the time left, or "".
func (b *Bar) show(r *mlp.Run, e *mlp.Epoch, left string) {
	b.shown, b.drawn = e.Number, time.Now()
	fields := fieldsOf(r, e, b.score, left)
	fields[0].text = b.named(fields[0].text)
	if b.width == nil {
		fmt.Fprintln(b.bars.w, join(fields))
		return
	}
	columns := b.width() - 1 // some terminals wrap after the last column
	done := min(float64(e.Number)/float64(max(1, r.Epochs)), 1)
	fmt.Fprint(b.bars.w, draw(row(fields, done, columns), columns))
}

// left returns the time that the given number of epochs will take if they are
// like those of this run so far, or "" if it cannot be estimated.
func (b *Bar) left(epochs int) string {
	left := time.Since(b.start).Seconds() / float64(b.ended) * float64(epochs)
	switch {
	case left > math.MaxInt32: // 68 years
		return ""
	case left >= 1:
		return time.Duration(left * float64(time.Second)).Round(time.Second).String()
	}
	return time.Duration(left * float64(time.Second)).Round(time.Millisecond).String()
}

// tenths returns how many tenths of the run are done after the given epoch.
func tenths(epoch, epochs int) int { return 10 * epoch / max(1, epochs) }

// ending returns the line for a run that ended early, or that has the weights
// of another epoch than its last, and "" for any other.
func ending(h *mlp.History, epochs int) string {
	var parts []string
	switch n := len(h.Epochs); {
	case n == 0 && h.Stopped == nil: // an error, which Fit returns
		return ""
	case n == 0:
		parts = append(parts, "stopped in epoch 1")
	case n < epochs || h.Stopped != nil:
		parts = append(parts, fmt.Sprintf("stopped after epoch %d", n))
	}
	if h.BestEpoch > 0 {
		parts = append(parts, fmt.Sprintf("weights of epoch %d", h.BestEpoch))
	}
	end := strings.Join(parts, ", ")
	if h.Stopped != nil && h.Stopped.Error() != mlp.ErrStop.Error() {
		end += ": " + strings.Join(strings.Fields(h.Stopped.Error()), " ") // in one line
	}
	return end
}

// widthOf returns a function for the width of the terminal w, which may change,
// or nil if w is not a terminal that can draw.
func widthOf(w io.Writer) func() int {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return func() int {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
			return columns
		}
		return 80
	}
}
