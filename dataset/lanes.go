package dataset

import (
	"fmt"
	"iter"
	"slices"
)

// lanes read the rows of several sources at once.
type lanes struct {
	preparation *Preparation
	waiting     []Source // that have not begun
	open        []*lane
}

// lane reads the rows of a source.
type lane struct {
	next func() (*Table, error, bool)
	stop func()
	data *Data // prepared rows
	row  int   // the next one
}

// each calls do for the features and the target of all rows: one of each open
// source in turn, of which there are at most so many. The next source takes the
// place of one that ends.
func (l *lanes) each(most int, do func(x, y []float64) error) error {
	defer func() {
		for _, lane := range l.open {
			lane.stop()
		}
	}()
	for len(l.open) < most && len(l.waiting) > 0 {
		l.open = append(l.open, l.begin())
	}
	for len(l.open) > 0 {
		for i := 0; i < len(l.open); {
			lane := l.open[i]
			more, err := lane.fill(l.preparation)
			if err != nil {
				return err
			}
			if !more {
				l.end(i)
				continue
			}
			if err := do(lane.data.X.RawRowView(lane.row), lane.data.Y.RawRowView(lane.row)); err != nil {
				return err
			}
			lane.row++
			i++
		}
	}
	return nil
}

// begin opens the next source.
func (l *lanes) begin() *lane {
	const rows = 1000 // of a table
	next, stop := iter.Pull2(l.waiting[0].Tables(rows))
	l.waiting = l.waiting[1:]
	return &lane{next: next, stop: stop}
}

// end ends an open source, and opens another one in its place if there is one.
func (l *lanes) end(i int) {
	l.open[i].stop()
	if len(l.waiting) > 0 {
		l.open[i] = l.begin()
	} else {
		l.open = slices.Delete(l.open, i, i+1)
	}
}

// fill prepares more rows if there are none left, and reports whether there are
// any.
func (l *lane) fill(p *Preparation) (more bool, err error) {
	if l.data != nil && l.row < l.data.Rows() {
		return true, nil
	}
	t, err, more := l.next()
	if err != nil || !more {
		return false, err
	}
	if l.data, err = p.data(t); err != nil {
		return false, fmt.Errorf("dataset: Preparation.Batches: %w", err)
	}
	l.row = 0
	return true, nil
}
