package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"example.com/mlp/dataset"
)

// scoreJob answers for each row of each file, in the order of the rows: a file of
// answers a file. It has so many rows in memory at a time.
type scoreJob struct {
	dir      string
	rows     []string
	pipeline *dataset.Pipeline
	batch    int
}

func newScoreJob(dir string) (job, error) {
	rows, err := filesIn(filepath.Join(dir, "rows"))
	if err != nil {
		return nil, err
	}
	pipeline, err := dataset.LoadPipelineFile(modelFile(dir))
	return scoreJob{dir, rows, pipeline, 1024}, err
}

func (j scoreJob) files() []string {
	files := make([]string, len(j.rows))
	for i, name := range j.rows {
		files[i] = filepath.Join(j.dir, "answers", filepath.Base(name))
	}
	return files
}

// write writes the class of each row and the probabilities of all classes, with
// all their bits.
func (j scoreJob) write(_ context.Context, w io.Writer, i int) error {
	classes := j.pipeline.Preparation().Classes()
	record := append([]string{"class"}, classes...)
	out := csv.NewWriter(w)
	if err := out.Write(record); err != nil {
		return err
	}
	for table, err := range dataset.CSVFile(j.rows[i], ',').Tables(j.batch) {
		if err != nil {
			return err
		}
		answers, err := j.pipeline.Predict(table)
		if err != nil {
			return err
		}
		for _, a := range answers {
			if a.Class == "" || a.Probabilities == nil {
				return errors.New("the model does not answer with a class and probabilities")
			}
			record = append(record[:0], a.Class)
			for _, p := range a.Probabilities {
				record = append(record, strconv.FormatFloat(p, 'g', -1, 64))
			}
			if err := out.Write(record); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func (j scoreJob) merge(context.Context) error {
	fmt.Printf("%d files of answers\n", len(j.rows))
	return nil
}
