package progress

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/mlp"
)

// begun returns a bar that runs, on a terminal if columns are not 0.
func begun(t *testing.T, bars *Bars, name string, columns int) *Bar {
	t.Helper()
	b := bars.Bar(name)
	if err := b.FitBegin(&mlp.Run{Network: &mlp.Regressor{}, Epochs: 3}); err != nil {
		t.Fatal(err)
	}
	if columns > 0 {
		b.width = func() int { return columns }
	}
	return b
}

// epochs ends epochs of a bar, up to the last one.
func epochs(t *testing.T, b *Bar, last int) *mlp.History {
	t.Helper()
	h := &mlp.History{}
	for number := 1; number <= last; number++ {
		e := mlp.Epoch{Number: number}
		h.Epochs = append(h.Epochs, e)
		if number > b.ended {
			b.drawn = time.Time{}
			if err := b.EpochEnd(&e); err != nil {
				t.Fatal(err)
			}
		}
	}
	return h
}

// The row of a terminal is that of the training that began first, and what has
// ended stands above it.
func TestBarsOnTerminal(t *testing.T) {
	const columns = 60
	s := &screen{columns: columns}
	bars := NewBars(s)
	want := func(lines ...string) {
		t.Helper()
		if got := s.lines(); !slices.EqualFunc(got, lines, strings.HasPrefix) || s.wrapped {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(lines, "\n"))
		}
	}
	a, b, c := begun(t, bars, "1 of 3,\na", columns), begun(t, bars, "2 of 3, b", columns), begun(t, bars, "3 of 3, c", columns)
	epochs(t, a, 1)
	epochs(t, b, 2)
	want("1 of 3, a  epoch 1/3")
	b.FitEnd(epochs(t, b, 3))
	want("2 of 3, b  epoch 3/3  [")
	epochs(t, a, 2)
	epochs(t, c, 1)
	want("2 of 3, b  epoch 3/3", "1 of 3, a  epoch 2/3")
	stopped := epochs(t, a, 2)
	stopped.Stopped = errors.New("enough")
	a.FitEnd(stopped)
	epochs(t, c, 2)
	want("2 of 3, b  epoch 3/3", "1 of 3, a  epoch 2/3", "1 of 3, a  stopped after epoch 2: enough", "3 of 3, c  epoch 2/3")
	d := begun(t, bars, "d", columns)
	d.FitEnd(&mlp.History{Stopped: errors.New("late")})
	want("2 of 3, b  epoch 3/3", "1 of 3, a  epoch 2/3", "1 of 3, a  stopped after epoch 2: enough", "d  stopped in epoch 1: late")
	if last := s.lines()[3]; last != "d  stopped in epoch 1: late" {
		t.Errorf("%q has rests of another row", last)
	}
	c.FitEnd(epochs(t, c, 3))
	want("2 of 3, b  epoch 3/3", "1 of 3, a  epoch 2/3", "1 of 3, a  stopped after epoch 2: enough", "d  stopped in epoch 1: late", "3 of 3, c  epoch 3/3")
}

// In a log are the lines of all.
func TestBarsInALog(t *testing.T) {
	var buf bytes.Buffer
	bars := NewBars(&buf)
	a, b := begun(t, bars, "a", 0), begun(t, bars, "b", 0)
	epochs(t, a, 1)
	epochs(t, b, 1)
	stopped := epochs(t, a, 2)
	stopped.Stopped = errors.New("enough")
	a.FitEnd(stopped)
	var names []string
	for line := range strings.Lines(buf.String()) {
		names = append(names, line[:14])
	}
	if want := []string{"a  epoch 1/3  ", "b  epoch 1/3  ", "a  epoch 2/3  ", "a  stopped aft"}; !slices.Equal(names, want) {
		t.Errorf("got\n%s", buf.String())
	}
}

func TestBarsAtOnce(t *testing.T) {
	bars := NewBars(io.Discard)
	var runs sync.WaitGroup
	for range 4 {
		runs.Go(func() { run(t, bars.Bar("run")) })
	}
	runs.Wait()
	if len(bars.running) != 0 {
		t.Errorf("%d bars still run", len(bars.running))
	}
}
