package progress

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// train runs b through a run of Fit and returns what it wrote.
func train(t *testing.T, loss mlp.Loss, act mlp.Activation, b *Bar, buf *bytes.Buffer, opts mlp.FitOptions) string {
	t.Helper()
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, act)}, loss, mlp.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	x, y := mat.NewDense(4, 1, []float64{0, 1, 2, 3}), mat.NewDense(4, 1, []float64{0, 0, 1, 1})
	if opts.Validation != nil {
		opts.Validation = &mlp.Dataset{X: x, Y: y}
	}
	opts.Callbacks = append([]mlp.Callback{b}, opts.Callbacks...)
	if _, err := net.Fit(context.Background(), x, y, opts); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestLines(t *testing.T) {
	var buf bytes.Buffer
	out := train(t, mlp.BinaryCrossEntropy, mlp.Sigmoid, New(&buf), &buf, mlp.FitOptions{Epochs: 50})
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != 11 {
		t.Errorf("%d lines for 50 epochs, want the first and ten more:\n%s", len(lines), out)
	}
	for i, want := range []string{
		`^epoch  1/50  loss \d\.\d{4}  accuracy [01]\.\d{4}  \S+s left$`,
		`^epoch  5/50  loss \d\.\d{4}  accuracy [01]\.\d{4}  \S+s left$`,
	} {
		if !regexp.MustCompile(want).MatchString(lines[i]) {
			t.Errorf("line %q does not match %s", lines[i], want)
		}
	}
	if last := lines[len(lines)-1]; !strings.HasPrefix(last, "epoch 50/50  ") || !strings.HasSuffix(last, "  0s left") {
		t.Errorf("last line %q", last)
	}
	if strings.ContainsAny(out, "\r\x1b") {
		t.Error("control characters on a writer that is no terminal")
	}
}

func TestNumberOfLines(t *testing.T) {
	for epochs, want := range map[int]int{1: 1, 9: 9, 10: 10, 11: 11, 19: 11, 25: 11, 109: 11} {
		var buf bytes.Buffer
		out := train(t, mlp.BinaryCrossEntropy, mlp.Sigmoid, New(&buf), &buf, mlp.FitOptions{Epochs: epochs})
		if got := strings.Count(out, "\n"); got != want {
			t.Errorf("%d lines for %d epochs, want %d:\n%s", got, epochs, want, out)
		}
	}
}

// After a resume the epochs of the earlier run do not count as time taken.
func TestTimeLeft(t *testing.T) {
	for _, c := range []struct {
		epochs int
		want   string
	}{
		{100, "epoch  91/100  loss 0.0000  R² 0.0000  9m0s left\n"},
		{math.MaxInt, fmt.Sprintf("epoch %*d/%d  loss 0.0000  R² 0.0000\n", len(fmt.Sprint(math.MaxInt)), 91, math.MaxInt)},
	} {
		var buf bytes.Buffer
		b := New(&buf)
		if err := b.FitBegin(&mlp.Run{Network: &mlp.Regressor{}, Epochs: c.epochs}); err != nil {
			t.Fatal(err)
		}
		b.start = b.start.Add(-time.Minute)
		if err := b.EpochEnd(&mlp.Epoch{Number: 91}); err != nil || buf.String() != c.want {
			t.Errorf("9 epochs of a minute are left: %q, want %q (%v)", buf.String(), c.want, err)
		}
	}
}

func TestRegressionAndValidation(t *testing.T) {
	var buf bytes.Buffer
	out := train(t, mlp.MeanSquaredError, mlp.Identity, New(&buf), &buf, mlp.FitOptions{Epochs: 3, Validation: &mlp.Dataset{}})
	want := regexp.MustCompile(`^(epoch [123]/3  loss \d\.\d{4}  R² -?\d+\.\d{4}  validation loss \d\.\d{4}  R² -?\d+\.\d{4}  \S+s left\n){3}$`)
	if !want.MatchString(out) {
		t.Errorf("got\n%s", out)
	}
}

// ends are runs that end early, or with weights other than the last ones, with
// the line that says so.
var ends = []struct {
	name      string
	callbacks []mlp.Callback
	epochs    int // that are completed
	want      string
}{
	{"whole", nil, 200, ""},
	{"in its first step", []mlp.Callback{mlp.TimeLimit(1)}, 0, "stopped in epoch 1: the time limit of 1ns is over"},
	{"without a reason", []mlp.Callback{stopAt{3, mlp.ErrStop}}, 3, "stopped after epoch 3"},
	{"at the last epoch", []mlp.Callback{stopAt{200, fmt.Errorf("good\nenough: %w", mlp.ErrStop)}}, 200, "stopped after epoch 200: good enough"},
	{"by an error", []mlp.Callback{stopAt{37, errors.New("boom")}, &mlp.KeepBest{Monitor: best(7)}}, 37, "stopped after epoch 37, weights of epoch 7"},
	{"best", []mlp.Callback{&mlp.KeepBest{Monitor: best(7)}}, 200, "weights of epoch 7"},
	{"no improvement", []mlp.Callback{&mlp.EarlyStopping{Monitor: best(7)}}, 17, "stopped after epoch 17, weights of epoch 7: no improvement since epoch 7"},
	{"does not begin", []mlp.Callback{&mlp.EarlyStopping{Patience: -1}}, 0, ""},
}

// best monitors a value that is smallest in the given epoch.
func best(epoch int) func(*mlp.Epoch) float64 {
	return func(e *mlp.Epoch) float64 { return math.Abs(float64(e.Number - epoch)) }
}

// stopAt returns an error at the end of an epoch.
type stopAt struct {
	epoch int
	err   error
}

func (s stopAt) EpochEnd(e *mlp.Epoch) error {
	if e.Number == s.epoch {
		return s.err
	}
	return nil
}

// run is a run of 200 epochs. If a callback before the bar stops the run, only
// FitEnd tells the bar of the last epoch.
func run(t *testing.T, callbacks ...mlp.Callback) {
	t.Helper()
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Sigmoid)}, mlp.BinaryCrossEntropy)
	if err != nil {
		t.Fatal(err)
	}
	x := mat.NewDense(2, 1, []float64{0, 1})
	_, _ = net.Fit(context.Background(), x, x, mlp.FitOptions{Epochs: 200, Callbacks: callbacks})
}

func TestEndInALog(t *testing.T) {
	for _, c := range ends {
		for _, first := range []bool{true, false} {
			var buf bytes.Buffer
			if first {
				run(t, append([]mlp.Callback{New(&buf)}, c.callbacks...)...)
			} else {
				run(t, append(slices.Clone(c.callbacks), New(&buf))...)
			}
			out := buf.String()
			if c.want != "" && !strings.HasSuffix("\n"+out, "\n"+c.want+"\n") || c.want == "" && strings.Contains(out, "stopped") {
				t.Errorf("%s: no line %q at the end of\n%s", c.name, c.want, out)
			}
			last := fmt.Sprintf("epoch %3d/200  ", c.epochs)
			if c.epochs > 0 && strings.Count(out, last) != 1 {
				t.Errorf("%s: epoch %d is not there once:\n%s", c.name, c.epochs, out)
			}
		}
	}
}

// onTerminal makes a Bar draw to its writer as if that were a terminal.
type onTerminal struct {
	*Bar
	columns func() int
}

func (o onTerminal) FitBegin(r *mlp.Run) error {
	err := o.Bar.FitBegin(r)
	o.width = o.columns
	return err
}

// screen is a terminal that has a number of columns.
type screen struct {
	columns  int
	rows     [][]rune
	row, col int
	wrapped  bool
}

func (s *screen) Write(p []byte) (int, error) {
	for _, r := range strings.ReplaceAll(string(p), "\x1b[J", "\v") {
		for s.row >= len(s.rows) {
			s.rows = append(s.rows, []rune(strings.Repeat(" ", s.columns)))
		}
		switch r {
		case '\r':
			s.col = 0
		case '\n':
			s.row, s.col = s.row+1, 0
		case '\v':
			s.rows = s.rows[:s.row+1]
			for i := s.col; i < s.columns; i++ {
				s.rows[s.row][i] = ' '
			}
		default:
			if s.col == s.columns {
				s.wrapped = true
				break
			}
			s.rows[s.row][s.col] = r
			s.col++
		}
	}
	return len(p), nil
}

// lines returns the contents of the screen.
func (s *screen) lines() []string {
	var lines []string
	for _, r := range s.rows {
		lines = append(lines, strings.TrimRight(string(r), " "))
	}
	return lines
}

func TestTerminal(t *testing.T) {
	for _, columns := range []int{1, 2, 12, 40, 80, 200} {
		for _, c := range ends {
			s := &screen{columns: columns}
			run(t, append([]mlp.Callback{onTerminal{New(s), func() int { return columns }}}, c.callbacks...)...)
			var want []string
			if c.epochs > 0 {
				want = append(want, cut(fmt.Sprintf("epoch %3d/200", c.epochs), columns-1))
			}
			if c.want != "" {
				want = append(want, cut(c.want, columns))
			}
			got := s.lines()
			if !slices.EqualFunc(got, want, strings.HasPrefix) || s.wrapped {
				t.Errorf("%d columns, %s: got %q, want %q", columns, c.name, got, want)
			}
			if columns > 12 && c.epochs == 200 && !strings.Contains(got[0], "=]") {
				t.Errorf("%d columns, %s: the bar is not full in %q", columns, c.name, got[0])
			}
		}
	}
}

// The width of a terminal may change at any time.
func TestResize(t *testing.T) {
	var buf bytes.Buffer
	columns := 80
	b := onTerminal{New(&buf), func() int { return columns }}
	r := &mlp.Run{Network: &mlp.Regressor{}, Epochs: 9}
	if err := b.FitBegin(r); err != nil {
		t.Fatal(err)
	}
	for i, c := range []int{80, 30, 17, 100} {
		columns, b.drawn = c, time.Time{}
		buf.Reset()
		if err := b.EpochEnd(&mlp.Epoch{Number: i + 1}); err != nil {
			t.Fatal(err)
		}
		frame := strings.TrimPrefix(strings.Trim(buf.String(), "\r"), "\x1b[J")
		if utf8.RuneCountInString(frame) != c-1 || !strings.HasPrefix(frame, fmt.Sprintf("epoch %d/9", i+1)) {
			t.Errorf("%d columns: %q", c, frame)
		}
	}
}

// Two concurrent runs do not draw over one another, and the end of a run that
// the bar has rejected, or that has not reached the bar, does not end the
// other.
func TestTwoRuns(t *testing.T) {
	var buf bytes.Buffer
	b := New(&buf)
	refused := errors.New("refused")
	second := func(t *testing.T) {
		t.Helper()
		net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError)
		if err != nil {
			t.Fatal(err)
		}
		x := mat.NewDense(2, 1, []float64{0, 1})
		_, err = net.Fit(context.Background(), x, x, mlp.FitOptions{Callbacks: []mlp.Callback{b}})
		if want := "mlp: Fit: callback: progress: Bar.FitBegin: the bar serves another run"; err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if _, err := net.Fit(context.Background(), x, x, mlp.FitOptions{Callbacks: []mlp.Callback{refuse{refused}, b}}); !errors.Is(err, refused) {
			t.Error(err)
		}
	}
	run(t, b, onEvents{
		batch: func(s *mlp.Batch) error {
			if s.Epoch == 1 {
				second(t)
			}
			return nil
		},
		epoch: func(e *mlp.Epoch) error {
			if e.Number == 100 {
				second(t)
			}
			return nil
		},
	})
	if out := buf.String(); strings.Count(out, "\n") != 11 || strings.Count(out, "/200  ") != 11 {
		t.Errorf("the first run is disturbed:\n%s", out)
	}
	buf.Reset()
	run(t, refuse{refused}, b)
	run(t, b, refuse{refused}, b)
	run(t, b)
	if out := buf.String(); !strings.HasPrefix(out, "epoch   1/200  ") || !strings.Contains(out, "\nepoch 200/200  ") {
		t.Errorf("the bar is not free after the run, or after one that did not begin:\n%s", out)
	}
}

func TestRunsAtOnce(t *testing.T) {
	b := New(io.Discard)
	var begun atomic.Int32
	var runs sync.WaitGroup
	for range 8 {
		runs.Go(func() {
			run(t, b, mlp.CallbackFunc(func(e *mlp.Epoch) error {
				if e.Number == 1 {
					begun.Add(1)
				}
				return nil
			}))
		})
	}
	runs.Wait()
	if begun.Load() == 0 {
		t.Error("no run has the bar")
	}
	before := begun.Load()
	run(t, b, mlp.CallbackFunc(func(*mlp.Epoch) error { begun.Add(1); return mlp.ErrStop }))
	if begun.Load() != before+1 {
		t.Error("the bar is not free in the end")
	}
}

// refuse does not let a run begin.
type refuse struct{ err error }

func (r refuse) FitBegin(*mlp.Run) error   { return r.err }
func (r refuse) EpochEnd(*mlp.Epoch) error { return nil }

// onEvents calls its functions.
type onEvents struct {
	batch func(*mlp.Batch) error
	epoch func(*mlp.Epoch) error
}

func (o onEvents) BatchEnd(b *mlp.Batch) error { return o.batch(b) }
func (o onEvents) EpochEnd(e *mlp.Epoch) error { return o.epoch(e) }

func TestScoreNames(t *testing.T) {
	for _, c := range []struct {
		loss mlp.Loss
		act  mlp.Activation
		want string
	}{
		{mlp.BinaryCrossEntropy, mlp.Sigmoid, "accuracy"},
		{mlp.Hinge, mlp.Identity, "accuracy"},
		{mlp.MeanAbsoluteError, mlp.Identity, "R²"},
		{mlp.Poisson, mlp.Identity, "R²"},
	} {
		var buf bytes.Buffer
		if out := train(t, c.loss, c.act, New(&buf), &buf, mlp.FitOptions{Epochs: 1}); !strings.Contains(out, "  "+c.want+" ") {
			t.Errorf("%s: no %s in %q", c.loss.Name(), c.want, out)
		}
	}
}

func TestFailingWriterDoesNotEndTheTraining(t *testing.T) {
	var buf bytes.Buffer
	train(t, mlp.BinaryCrossEntropy, mlp.Sigmoid, New(testkit.Failing{}), &buf, mlp.FitOptions{Epochs: 3})
}

func TestNoTerminal(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if widthOf(f) != nil || widthOf(&bytes.Buffer{}) != nil {
		t.Error("a file or a buffer is taken for a terminal")
	}
}

func TestBarWithoutWriter(t *testing.T) {
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError)
	if err != nil {
		t.Fatal(err)
	}
	for _, bar := range []*Bar{New(nil), New((*bytes.Buffer)(nil)), {}} {
		x := mat.NewDense(1, 1, nil)
		_, err := net.Fit(context.Background(), x, x, mlp.FitOptions{Callbacks: []mlp.Callback{bar}})
		if want := "mlp: Fit: callback: progress: Bar.FitBegin: the writer is nil"; err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestBarCalledByHand(t *testing.T) {
	begun := New(&bytes.Buffer{})
	if err := begun.FitBegin(&mlp.Run{Network: &mlp.Regressor{}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{New(&bytes.Buffer{}).EpochEnd(&mlp.Epoch{}), "progress: Bar.EpochEnd: no run has begun"},
		{New(&bytes.Buffer{}).FitBegin(nil), "progress: Bar.FitBegin: no run of a network"},
		{New(&bytes.Buffer{}).FitBegin(&mlp.Run{}), "progress: Bar.FitBegin: no run of a network"},
		{New(&bytes.Buffer{}).FitBegin(&mlp.Run{Network: (*mlp.Regressor)(nil)}), "progress: Bar.FitBegin: no run of a network"},
		{begun.EpochEnd(nil), "progress: Bar.EpochEnd: the epoch is nil"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", c.err, c.want)
		}
	}
	begun.FitEnd(nil)
	(&Bar{}).FitEnd(nil)
}
