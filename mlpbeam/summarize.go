package mlpbeam

import (
	"cmp"
	"context"
	"fmt"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"example.com/mlp/dataset"
)

func init() { beam.RegisterDoFn(reflect.TypeFor[listFn]()) }

// A RecipeMaker makes a recipe on a worker. It is a type with exported fields, which
// go to the workers as JSON; a recipe could not.
type RecipeMaker interface {
	Recipe() dataset.Recipe // the same on each worker
}

// RegisterRecipe tells Beam of a type that is passed to [Summarize] and
// [SummarizeFiles]. Call it in an init of the program, which the workers run too.
func RegisterRecipe[R RecipeMaker]() {
	beam.RegisterDoFn(reflect.TypeFor[summarizeFn[R]]())
	beam.RegisterDoFn(reflect.TypeFor[summarizeFilesFn[R]]())
	beam.RegisterDoFn(reflect.TypeFor[mergeFn[R]]())
}

// Summarize learns from all lines of a PCollection<string>. A line is a row of CSV
// with the columns of the header, without the newline at its end; 0 as comma means
// ','.
//
// It returns a PCollection<[]byte> with the bytes of one [dataset.Summary], which
// are the same as those of the rows on one machine:
//
//	summary := recipe.NewSummary()
//	err := summary.UnmarshalBinary(bytes)
//	...
//	preparation, err := summary.Preparation()
//
// A bundle has a summary of its own, so the lines must be in the global window, and
// one worker merges them. For rows in files [SummarizeFiles] takes less time.
func Summarize[R RecipeMaker](s beam.Scope, recipe R, header []string, comma rune, lines beam.PCollection) (summary beam.PCollection, err error) {
	err = construct("Summarize", s, func(s beam.Scope) error {
		if err := checkSent[mergeFn[R]](recipe, "RegisterRecipe"); err != nil {
			return err
		}
		comma := cmp.Or(comma, ',')
		if err := checkComma(comma); err != nil {
			return err
		}
		format := lineFormat{header, comma}
		if err := format.check(); err != nil {
			return err
		}
		summary = mergeSummaries(s, recipe, beam.ParDo(s, &summarizeFn[R]{Recipe: recipe, Format: format}, lines))
		return nil
	})
	return summary, err
}

// SummarizeFiles is Summarize for the rows of the CSV files whose names match the
// pattern, which must have the same columns in the same order. A file is read by one
// worker.
func SummarizeFiles[R RecipeMaker](s beam.Scope, recipe R, glob string, comma rune, read dataset.ReadOptions) (summary beam.PCollection, err error) {
	err = construct("SummarizeFiles", s, func(s beam.Scope) error {
		if err := checkSent[mergeFn[R]](recipe, "RegisterRecipe"); err != nil {
			return err
		}
		comma := cmp.Or(comma, ',')
		if err := checkComma(comma); err != nil {
			return err
		}
		list, err := newFileList(glob)
		if err != nil {
			return err
		}
		names := beam.Reshuffle(s, beam.ParDo(s, &listFn{list}, beam.Impulse(s))) // else all are one bundle
		fn := &summarizeFilesFn[R]{Recipe: recipe, Comma: comma, Read: read}
		summary = mergeSummaries(s, recipe, beam.ParDo(s, fn, names))
		return nil
	})
	return summary, err
}

// mergeSummaries returns the one summary of all parts, even if there are none. In
// whatever order they come, its bytes are the same.
func mergeSummaries[R RecipeMaker](s beam.Scope, recipe R, parts beam.PCollection) beam.PCollection {
	return beam.ParDo(s, &mergeFn[R]{recipe}, beam.Impulse(s), beam.SideInput{Input: parts})
}

// summaryRows is the number of rows of a table that is summarized.
const summaryRows = 10_000

// A bundleSummary is that of the rows of a bundle.
type bundleSummary struct{ *dataset.Summary }

// emit passes on the summary unless it has no rows.
func (s bundleSummary) emit(emit func([]byte)) error {
	if s.Rows() == 0 {
		return nil
	}
	b, err := s.MarshalBinary()
	if err != nil {
		return err
	}
	emit(b)
	return nil
}

type summarizeFn[R RecipeMaker] struct {
	Recipe R
	Format lineFormat

	summary bundleSummary
	lines   []string
	rows    [][]string // their cells
}

func (f *summarizeFn[R]) StartBundle(_ context.Context, _ func([]byte)) {
	f.summary, f.lines, f.rows = bundleSummary{f.Recipe.Recipe().NewSummary()}, nil, nil
}

func (f *summarizeFn[R]) ProcessElement(w beam.Window, line string, _ func([]byte)) error {
	if err := f.add(w, line); err != nil {
		return fmt.Errorf("mlpbeam: Summarize: %w", err)
	}
	return nil
}

func (f *summarizeFn[R]) add(w beam.Window, line string) error {
	if err := checkWindow(w); err != nil {
		return err
	}
	row, err := f.Format.row(line)
	if err != nil {
		return atLine(line, err)
	}
	f.lines, f.rows = append(f.lines, line), append(f.rows, row)
	if len(f.rows) < summaryRows {
		return nil
	}
	return f.flush()
}

// flush adds the rows to the summary.
func (f *summarizeFn[R]) flush() error {
	if len(f.rows) == 0 {
		return nil
	}
	t, err := f.Format.table(f.rows)
	if err != nil {
		return err
	}
	if err := f.summary.Add(t); err != nil {
		return f.atLine(err)
	}
	f.lines, f.rows = nil, nil
	return nil
}

// atLine says for which line the rows cannot be added, unless each of them can be
// without the others.
func (f *summarizeFn[R]) atLine(err error) error {
	for i := range f.rows {
		t, rowErr := f.Format.table(f.rows[i : i+1])
		if rowErr == nil {
			rowErr = f.Recipe.Recipe().NewSummary().Add(t)
		}
		if rowErr != nil {
			return atLine(f.lines[i], rowErr)
		}
	}
	return err
}

func (f *summarizeFn[R]) FinishBundle(_ context.Context, emit func([]byte)) error {
	err := f.flush()
	if err == nil {
		err = f.summary.emit(emit)
	}
	if err != nil {
		return fmt.Errorf("mlpbeam: Summarize: %w", err)
	}
	return nil
}

// listFn lists the files, as only a worker may see them.
type listFn struct{ List fileList }

func (f *listFn) ProcessElement(ctx context.Context, _ []byte, emit func(string)) error {
	names, err := f.List.names(ctx)
	if err != nil {
		return fmt.Errorf("mlpbeam: SummarizeFiles: %w", err)
	}
	for _, name := range names {
		emit(name)
	}
	return nil
}

type summarizeFilesFn[R RecipeMaker] struct {
	Recipe R
	Comma  rune
	Read   dataset.ReadOptions

	summary bundleSummary
}

func (f *summarizeFilesFn[R]) StartBundle(_ context.Context, _ func([]byte)) {
	f.summary = bundleSummary{f.Recipe.Recipe().NewSummary()}
}

func (f *summarizeFilesFn[R]) ProcessElement(ctx context.Context, name string, _ func([]byte)) error {
	err := readTables(ctx, name, summaryRows, f.Comma, f.Read, f.summary.Add)
	if err != nil {
		return fmt.Errorf("mlpbeam: SummarizeFiles: %w", err)
	}
	return nil
}

func (f *summarizeFilesFn[R]) FinishBundle(_ context.Context, emit func([]byte)) error {
	if err := f.summary.emit(emit); err != nil {
		return fmt.Errorf("mlpbeam: SummarizeFiles: %w", err)
	}
	return nil
}

type mergeFn[R RecipeMaker] struct{ Recipe R }

func (f *mergeFn[R]) ProcessElement(_ []byte, next func(*[]byte) bool) ([]byte, error) {
	whole, err := f.merged(next)
	if err != nil {
		return nil, fmt.Errorf("mlpbeam: merging summaries: %w", err)
	}
	return whole, nil
}

func (f *mergeFn[R]) merged(next func(*[]byte) bool) ([]byte, error) {
	recipe := f.Recipe.Recipe()
	whole := recipe.NewSummary()
	for b := []byte(nil); next(&b); {
		part := recipe.NewSummary()
		if err := part.UnmarshalBinary(b); err != nil {
			return nil, err
		}
		if err := whole.Merge(part); err != nil {
			return nil, err
		}
	}
	return whole.MarshalBinary()
}
