package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"example.com/mlp/dataset"
)

// summaryJob learns from all rows what the recipe takes, each file by itself: their
// means and deviations, names and classes. Its parts are the same, to the byte, for
// any order, and what they are merged to for any distribution of the rows.
type summaryJob struct {
	dir  string
	rows []string
}

func newSummaryJob(dir string) (job, error) {
	rows, err := filesIn(filepath.Join(dir, "rows"))
	return summaryJob{dir, rows}, err
}

func (j summaryJob) files() []string {
	files := make([]string, len(j.rows))
	for i, name := range j.rows {
		files[i] = filepath.Join(j.dir, "summary", filepath.Base(name)+".summary")
	}
	return files
}

func (j summaryJob) write(_ context.Context, w io.Writer, i int) error {
	const rows = 10_000 // in memory
	summary := recipe().NewSummary()
	for table, err := range dataset.CSVFile(j.rows[i], ',').Tables(rows) {
		if err != nil {
			return err
		}
		if err := summary.Add(table); err != nil {
			return err
		}
	}
	b, err := summary.MarshalBinary()
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

func (j summaryJob) merge(context.Context) error {
	whole := recipe().NewSummary()
	for _, name := range j.files() {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		part := recipe().NewSummary()
		if err := part.UnmarshalBinary(b); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := whole.Merge(part); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	preparation, err := whole.Preparation()
	if err != nil {
		return err
	}
	fmt.Printf("%d rows\n%v\n", whole.Rows(), preparation)
	return writeJSON(preparationFile(j.dir), preparation)
}

func preparationFile(dir string) string { return filepath.Join(dir, "preparation.json") }
