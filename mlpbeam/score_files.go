package mlpbeam

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"example.com/mlp/dataset"
)

func init() {
	beam.RegisterType(reflect.TypeFor[scoreJob]())
	beam.RegisterDoFn(reflect.TypeFor[planFn]())
	beam.RegisterDoFn(reflect.TypeFor[scoreFileFn]())
}

// ScoreFiles answers for all rows of the CSV files whose names match the pattern.
// The model is the file of a [dataset.Pipeline]. It is an error if that changes
// during the run. The columns may be in another order in each file.
//
// Each file becomes one in the folder dir, of the same name: for the pattern
// in/*/*.csv and the folder out, in/may/1.csv becomes out/may/1.csv. It has its
// rows in the same order, below a header line: the columns to keep, and then
//
//	predicted_<target>                          a number, for each column of the target; or the class
//	predicted_<label>                           1 or 0 for each label, in place of these
//	probability_<class>, probability_<label>    in the order of Preparation.Classes, unless the network has margins
//
// in which numbers have as many digits as it takes to read back the same. A file
// whose name ends in .gz is written compressed. It gets its name when it
// is whole; until then its name ends in ".part". A run that is repeated writes the
// same files.
//
// It returns a PCollection<string> of the names of the files that were written and a
// PCollection<BadRow>; a row that is set aside is missing in its file. A file that is
// no table, for instance since a line has too few cells, ends the run in any case.
//
// A file is read from beginning to end by one worker, in memory for a few batches:
// a large table should be many files.
func ScoreFiles(s beam.Scope, model, glob, dir string, o ScoreOptions) (files, bad beam.PCollection, err error) {
	err = construct("ScoreFiles", s, func(s beam.Scope) error {
		o, err := o.checked()
		if err != nil {
			return err
		}
		if strings.TrimSpace(dir) == "" {
			return errors.New("no folder to write to")
		}
		list, err := newFileList(glob)
		if err != nil {
			return err
		}
		plan := &planFn{model, list, strings.TrimSuffix(clean(dir), "/") + "/"}
		jobs := beam.Reshuffle(s, beam.ParDo(s, plan, beam.Impulse(s))) // else all are one bundle
		files, bad = beam.ParDo2(s, &scoreFileFn{Model: model, Options: o}, jobs)
		return nil
	})
	return files, bad, err
}

// A scoreJob is a file to read and one to write.
type scoreJob struct {
	From, To string
	Hash     string // of the model at the beginning of the run
}

// planFn lists the files, before any is written.
type planFn struct {
	Model string
	List  fileList
	To    string // the folder to write to, with a slash at its end
}

func (f *planFn) ProcessElement(ctx context.Context, _ []byte, emit func(scoreJob)) error {
	jobs, err := f.jobs(ctx)
	if err != nil {
		return fmt.Errorf("mlpbeam: ScoreFiles: %w", err)
	}
	for _, job := range jobs {
		emit(job)
	}
	return nil
}

func (f *planFn) jobs(ctx context.Context) ([]scoreJob, error) {
	m, err := models.get(ctx, f.Model)
	if err != nil {
		return nil, err
	}
	names, err := f.List.names(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.check(names); err != nil {
		return nil, err
	}
	jobs := make([]scoreJob, len(names))
	for i, name := range names {
		jobs[i] = scoreJob{name, f.target(name), m.hash}
	}
	return jobs, nil
}

// check returns an error if a file to read would be written, by this run or by the
// same run again.
func (f *planFn) check(names []string) error {
	reads := map[string]bool{absolute(f.Model): true}
	for _, name := range names {
		if isIn(f.To, name) {
			return fmt.Errorf("%s: it is in the folder to write to, %s", name, f.To)
		}
		if !strings.HasPrefix(name, f.List.folder()) {
			return fmt.Errorf("%s: it is not in the folder %s of the pattern", name, f.List.folder())
		}
		reads[absolute(name)] = true
	}
	for _, name := range names {
		if to := f.target(name); reads[absolute(to)] {
			return fmt.Errorf("%s: its answers would be written to %s, which is one of the files to read", name, to)
		}
	}
	return nil
}

// target returns the name of the file with the answers for a file.
func (f *planFn) target(name string) string {
	return f.To + strings.TrimPrefix(name, f.List.folder())
}

type scoreFileFn struct {
	Model   string
	Options ScoreOptions

	scorer *scorer
}

func (f *scoreFileFn) Setup(ctx context.Context) error {
	var err error
	if f.scorer, err = loadScorer(ctx, f.Model, f.Options.Keep); err != nil {
		return fmt.Errorf("mlpbeam: ScoreFiles: %w", err)
	}
	return nil
}

func (f *scoreFileFn) ProcessElement(ctx context.Context, job scoreJob, emit func(string), bad func(BadRow)) error {
	if f.scorer.hash != job.Hash {
		return fmt.Errorf("mlpbeam: ScoreFiles: %s: %w", f.Model, errOtherModel)
	}
	if err := writeFile(ctx, job.To, func(w io.Writer) error { return f.scoreTo(ctx, w, job.From, bad) }); err != nil {
		return fmt.Errorf("mlpbeam: ScoreFiles: %w", err)
	}
	emit(job.To)
	return nil
}

func (f *scoreFileFn) scoreTo(ctx context.Context, w io.Writer, name string, bad func(BadRow)) error {
	if !strings.HasSuffix(name, ".gz") {
		return f.scoreFile(ctx, w, name, bad)
	}
	z := gzip.NewWriter(w)
	if err := f.scoreFile(ctx, z, name, bad); err != nil {
		return err
	}
	return z.Close()
}

func (f *scoreFileFn) scoreFile(ctx context.Context, w io.Writer, name string, bad func(BadRow)) error {
	lines := csv.NewWriter(w)
	lines.Comma = f.Options.Comma
	if err := lines.Write(f.scorer.columns()); err != nil {
		return err
	}
	err := readTables(ctx, name, f.Options.Batch, f.Options.Comma, f.Options.Read, func(t *dataset.Table) error {
		return f.scorer.score(t, lines.Write, func(row int, err error) error { return f.refuse(t, row, err, bad) })
	})
	if err != nil {
		return err
	}
	lines.Flush()
	return lines.Error()
}

// refuse sets a row aside, or returns the error that ends the run.
func (f *scoreFileFn) refuse(t *dataset.Table, row int, err error, bad func(BadRow)) error {
	if !f.Options.SetAside {
		return err
	}
	cells := make([]string, len(t.Header()))
	for j := range cells {
		cells[j] = t.Cell(row, j)
	}
	line, lineErr := newLineWriter(f.Options.Comma).line(cells)
	if lineErr != nil {
		return lineErr
	}
	bad(BadRow{line, err.Error()})
	return nil
}
