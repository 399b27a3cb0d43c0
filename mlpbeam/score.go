package mlpbeam

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/window"

	"example.com/mlp/dataset"
)

func init() {
	beam.RegisterType(reflect.TypeFor[BadRow]())
	beam.RegisterDoFn(reflect.TypeFor[scoreFn]())
	beam.RegisterDoFn(reflect.TypeFor[oneModelFn]())
}

// ScoreOptions are the choices of [Score] and [ScoreFiles].
type ScoreOptions struct {
	Comma rune // separates cells, read and written; 0 means ','

	// Read says how the files of ScoreFiles are laid out. Score has no files and
	// does not take it.
	Read dataset.ReadOptions

	// Keep names the columns that are written before the answer, such as an
	// identifier.
	Keep []string

	// Batch is the number of rows that are answered at once; 0 means 1,024. The
	// answers do not depend on it.
	Batch int

	// SetAside gives rows without an answer to the second output. It is an error
	// to keep no column then. Otherwise such a row ends the run.
	SetAside bool
}

// checked returns the options with their defaults.
func (o ScoreOptions) checked() (ScoreOptions, error) {
	if o.Batch < 0 {
		return o, fmt.Errorf("ScoreOptions.Batch is %d, want 0 or more", o.Batch)
	}
	if o.SetAside && len(o.Keep) == 0 {
		return o, errors.New("ScoreOptions.Keep is empty: with SetAside, nothing says which rows the answers are for")
	}
	o.Batch, o.Comma = cmp.Or(o.Batch, 1024), cmp.Or(o.Comma, ',')
	return o, checkComma(o.Comma)
}

// A BadRow is a row without an answer.
type BadRow struct {
	Row string // its cells, separated as they were
	Err string // why, with the place of the cell
}

// Score answers for each line of a PCollection<string>. A line is a row of CSV
// with the columns of the header and without the newline at its end. The model is
// the file of a [dataset.Pipeline]. It is an error, at the end, if that changes during
// the run.
//
// It returns a PCollection<string> of lines and a PCollection<BadRow>. A line has
// the cells of the columns to keep and those of the answer, as [ScoreFiles] has
// them. As elements have no order, it is an error to keep none.
//
// A bundle answers for a batch at once, so the lines must be in the global window;
// the answers have no timestamp. For rows in files ScoreFiles takes a fourth of the time.
func Score(s beam.Scope, model string, header []string, lines beam.PCollection, o ScoreOptions) (scored, bad beam.PCollection, err error) {
	err = construct("Score", s, func(s beam.Scope) error {
		o, err := o.checked()
		if err != nil {
			return err
		}
		fn := &scoreFn{Model: model, Format: lineFormat{header, o.Comma}, Options: o}
		if err := fn.check(); err != nil {
			return err
		}
		var hashes beam.PCollection
		scored, bad, hashes = beam.ParDo3(s, fn, lines)
		beam.ParDo0(s, &oneModelFn{model}, beam.Impulse(s), beam.SideInput{Input: beam.WindowInto(s, window.NewGlobalWindows(), hashes)})
		return nil
	})
	return scored, bad, err
}

// scoreFn collects the lines of a bundle until there are enough for a batch. Its
// exported fields go to the workers as JSON.
type scoreFn struct {
	Model   string
	Format  lineFormat
	Options ScoreOptions

	scorer *scorer
	writer *lineWriter
	lines  []string
	rows   [][]string
}

func (f *scoreFn) check() error {
	if err := f.Format.check(); err != nil {
		return err
	}
	if len(f.Options.Keep) == 0 {
		return errors.New("ScoreOptions.Keep is empty: elements have no order, so nothing says which rows the answers are for")
	}
	if !reflect.ValueOf(f.Options.Read).IsZero() {
		return errors.New("ScoreOptions.Read is for ScoreFiles")
	}
	_, err := columnsOf(f.Format.Header, f.Options.Keep)
	return err
}

func (f *scoreFn) Setup(ctx context.Context) error {
	var err error
	if f.scorer, err = loadScorer(ctx, f.Model, f.Options.Keep); err != nil {
		return fmt.Errorf("mlpbeam: Score: %w", err)
	}
	f.writer = newLineWriter(f.Options.Comma)
	return nil
}

func (f *scoreFn) StartBundle(_ context.Context, _ func(string), _ func(BadRow), _ func(string)) {
	f.clear() // of what is left of a bundle that has failed
}

func (f *scoreFn) ProcessElement(w beam.Window, line string, emit func(string), bad func(BadRow), _ func(string)) error {
	if err := checkWindow(w); err != nil {
		return fmt.Errorf("mlpbeam: Score: %w", err)
	}
	row, err := f.Format.row(line)
	if err != nil {
		return f.refuse(line, err, bad)
	}
	f.lines, f.rows = append(f.lines, line), append(f.rows, row)
	if len(f.rows) < f.Options.Batch {
		return nil
	}
	return f.flush(emit, bad)
}

func (f *scoreFn) FinishBundle(_ context.Context, emit func(string), bad func(BadRow), hash func(string)) error {
	hash(f.scorer.hash)
	return f.flush(emit, bad)
}

func (f *scoreFn) clear() {
	clear(f.lines)
	clear(f.rows)
	f.lines, f.rows = f.lines[:0], f.rows[:0]
}

func (f *scoreFn) flush(emit func(string), bad func(BadRow)) error {
	if len(f.rows) == 0 {
		return nil
	}
	defer f.clear()
	t, err := f.Format.table(f.rows)
	if err != nil {
		return fmt.Errorf("mlpbeam: Score: %w", err)
	}
	return f.scorer.score(t,
		func(cells []string) error {
			line, err := f.writer.line(cells)
			if err != nil {
				return err
			}
			emit(line)
			return nil
		},
		func(row int, err error) error { return f.refuse(f.lines[row], withoutRow(row, err), bad) })
}

// refuse sets a line aside, or returns the error that ends the run.
func (f *scoreFn) refuse(line string, err error, bad func(BadRow)) error {
	if !f.Options.SetAside {
		return fmt.Errorf("mlpbeam: Score: %w", atLine(line, err))
	}
	bad(BadRow{line, err.Error()})
	return nil
}

// oneModelFn ends a run whose bundles have answered with more than one model. A side
// input could tell each bundle before, but takes half as much time again.
type oneModelFn struct{ Model string }

func (f *oneModelFn) ProcessElement(_ []byte, next func(*string) bool) error {
	first := ""
	for hash := ""; next(&hash); {
		if first == "" {
			first = hash
		}
		if hash != first {
			return fmt.Errorf("mlpbeam: Score: %s: %w", f.Model, errOtherModel)
		}
	}
	return nil
}
