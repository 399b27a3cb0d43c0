package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"example.com/mlp/selection"
)

// searchJob tries each candidate on each fold: a trial a file.
type searchJob struct {
	dir        string
	candidates []settings
	search     selection.Search[settings]
}

func newSearchJob(dir string) (job, error) {
	_, search, err := study(dir)
	return searchJob{dir, candidates(), search}, err
}

func (j searchJob) files() []string {
	var files []string
	for c := range j.candidates {
		for f := range j.search.Folds {
			files = append(files, filepath.Join(j.dir, "trials", fmt.Sprintf("%03d-%d.json", c, f)))
		}
	}
	return files
}

func (j searchJob) write(ctx context.Context, w io.Writer, i int) error {
	o := selection.Outcome{Candidate: i / len(j.search.Folds), Fold: i % len(j.search.Folds)}
	o.Score, o.Err = j.search.Try(ctx, j.candidates[o.Candidate], o.Fold) // a trial that diverges is an outcome, too
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return json.NewEncoder(w).Encode(o)
}

func (j searchJob) merge(context.Context) error {
	files := j.files()
	outcomes := make([]selection.Outcome, len(files))
	for i, name := range files {
		if err := readJSON(name, &outcomes[i]); err != nil {
			return err
		}
	}
	results, err := selection.Collect(j.candidates, len(j.search.Folds), outcomes)
	if err != nil {
		return err
	}
	fmt.Print(results)
	return writeJSON(resultsFile(j.dir), results)
}

func resultsFile(dir string) string { return filepath.Join(dir, "results.json") }
