package progress

import (
	"io"
	"slices"
	"strings"
	"sync"
)

// Bars show trainings that run at the same time, such as those of package tabular,
// on the same writer:
//
//	bars := progress.NewBars(os.Stderr)
//	opts.Callbacks = func(r tabular.Run) []mlp.Callback {
//		return []mlp.Callback{bars.Bar(r.String())}
//	}
//
// On a terminal the last row is that of the training that began first of those that
// run, and each that ends leaves a row above it. On any other writer come the lines
// of all. The methods may be called from several goroutines.
type Bars struct {
	w       io.Writer
	mu      sync.Mutex // of what is written, and of running
	running []*Bar     // in the order in which they began
}

// NewBars returns Bars that write to w.
func NewBars(w io.Writer) *Bars { return &Bars{w: w} }

// Bar returns a bar for one training, whose lines begin with this name.
func (s *Bars) Bar(name string) *Bar {
	return &Bar{bars: s, name: strings.Join(strings.Fields(name), " ")}
}

// begin lets a bar run.
func (s *Bars) begin(b *Bar) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = append(s.running, b)
}

// epoch calls show, which writes a line of a bar that runs, unless that is on a
// terminal whose row is another's.
func (s *Bars) epoch(b *Bar, show func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.width == nil || slices.Index(s.running, b) == 0 {
		show()
	}
}

// end calls show, which writes the last lines of a bar, and lets it run no more.
func (s *Bars) end(b *Bar, show func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	show()
	s.running = slices.DeleteFunc(s.running, func(other *Bar) bool { return other == b })
}
