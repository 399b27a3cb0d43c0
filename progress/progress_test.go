package progress

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

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

// After a resume the epochs of the run before have taken no time.
func TestTimeLeftOfResumedRun(t *testing.T) {
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	b := New(&buf)
	if err := b.FitBegin(&mlp.Run{Network: net, Epochs: 100}); err != nil {
		t.Fatal(err)
	}
	b.start = b.start.Add(-time.Minute)
	if err := b.EpochEnd(&mlp.Epoch{Number: 91}); err != nil {
		t.Fatal(err)
	}
	if out := buf.String(); !strings.HasPrefix(out, "epoch  91/100  ") || !strings.Contains(out, "  9m") {
		t.Errorf("9 epochs of a minute are left: %q", out)
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

// onTerminal makes a Bar draw to its writer as if that were a terminal.
type onTerminal struct{ *Bar }

func (o onTerminal) FitBegin(r *mlp.Run) error {
	err := o.Bar.FitBegin(r)
	o.bar = newBar(o.w, r.Epochs)
	return err
}

func TestTerminal(t *testing.T) {
	for _, c := range []struct {
		name   string
		stop   int
		last   string
		filled string
	}{
		{"whole", 0, "epoch 200/200  loss ", "100%"},
		{"stopped", 70, "epoch", "%"},
	} {
		var buf bytes.Buffer
		net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Sigmoid)}, mlp.BinaryCrossEntropy)
		if err != nil {
			t.Fatal(err)
		}
		x := mat.NewDense(2, 1, []float64{0, 1})
		_, err = net.Fit(context.Background(), x, x, mlp.FitOptions{
			Epochs:    200,
			Callbacks: []mlp.Callback{onTerminal{New(&buf)}, stopAt(c.stop)},
		})
		if err != nil {
			t.Fatal(err)
		}
		out := buf.String()
		if !strings.HasSuffix(out, "\n") || strings.Count(out, "\n") != 1 {
			t.Errorf("%s: want one line that ends: %q", c.name, out)
		}
		frames := strings.Split(out, "\r")
		if last := frames[len(frames)-1]; !strings.Contains(last, c.last) || !strings.Contains(last, c.filled) {
			t.Errorf("%s: last frame %q", c.name, last)
		}
	}
}

// A run that another callback does not let begin leaves the terminal alone.
func TestTerminalOfARunThatDoesNotBegin(t *testing.T) {
	var buf bytes.Buffer
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Sigmoid)}, mlp.BinaryCrossEntropy)
	if err != nil {
		t.Fatal(err)
	}
	x := mat.NewDense(2, 1, []float64{0, 1})
	bar := onTerminal{New(&buf)}
	if _, err := net.Fit(context.Background(), x, x, mlp.FitOptions{Epochs: 2, Callbacks: []mlp.Callback{bar}}); err != nil {
		t.Fatal(err)
	}
	before := buf.Len()
	refused := &mlp.EarlyStopping{Patience: -1}
	if _, err := net.Fit(context.Background(), x, x, mlp.FitOptions{Callbacks: []mlp.Callback{refused, bar}}); err == nil {
		t.Error("the run begins")
	}
	if out := buf.String()[before:]; out != "" {
		t.Errorf("writes %q", out)
	}
}

type stopAt int

func (s stopAt) EpochEnd(e *mlp.Epoch) error {
	if e.Number == int(s) {
		return mlp.ErrStop
	}
	return nil
}

func TestFailingWriterDoesNotEndTheTraining(t *testing.T) {
	var buf bytes.Buffer
	train(t, mlp.BinaryCrossEntropy, mlp.Sigmoid, New(testkit.Failing{}), &buf, mlp.FitOptions{Epochs: 3})
}

func TestIsTerminal(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if isTerminal(f) || isTerminal(&bytes.Buffer{}) {
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
		if want := "mlp: Fit: callback: progress: the writer is nil"; err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestBarCalledByHand(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{New(nil).EpochEnd(&mlp.Epoch{}), "progress: the writer is nil"},
		{New(&bytes.Buffer{}).FitBegin(nil), "progress: no run of a network"},
		{New(&bytes.Buffer{}).FitBegin(&mlp.Run{}), "progress: no run of a network"},
		{New(&bytes.Buffer{}).FitBegin(&mlp.Run{Network: &mlp.Regressor{}}), "progress: no run of a network"},
		{New(&bytes.Buffer{}).EpochEnd(nil), "progress: the epoch is nil"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", c.err, c.want)
		}
	}
	(&Bar{}).FitEnd(nil)
}
