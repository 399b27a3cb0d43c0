package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// seeds is the number of networks of each fold.
const seeds = 2

// ensembleJob trains networks with the best settings of the search on the
// preparation of the summary, each without one fold, which chooses its epoch: a
// network a file.
type ensembleJob struct {
	dir         string
	table       *dataset.Table
	folds       []dataset.Fold
	preparation *dataset.Preparation
	best        settings
}

func newEnsembleJob(dir string) (job, error) {
	j := ensembleJob{dir: dir, preparation: new(dataset.Preparation)}
	table, search, err := study(dir)
	if err != nil {
		return nil, err
	}
	j.table, j.folds = table, search.Folds
	if err := readJSON(preparationFile(dir), j.preparation); err != nil {
		return nil, err
	}
	var results selection.Results[settings]
	if err := readJSON(resultsFile(dir), &results); err != nil {
		return nil, err
	}
	best, err := results.Best()
	j.best = best.Settings
	return j, err
}

func (j ensembleJob) files() []string {
	var files []string
	for seed := range seeds {
		for f := range j.folds {
			files = append(files, filepath.Join(j.dir, "networks", fmt.Sprintf("seed-%d-fold-%d.safetensors", seed, f)))
		}
	}
	return files
}

func (j ensembleJob) write(ctx context.Context, w io.Writer, i int) error {
	rows, _, held, err := j.table.Parts(j.folds[i%len(j.folds)])
	if err != nil {
		return err
	}
	train, err := j.preparation.Data(rows)
	if err != nil {
		return err
	}
	validation, err := j.preparation.Data(held)
	if err != nil {
		return err
	}
	net, err := network(j.best, train, uint64(i+1))
	if err != nil {
		return err
	}
	_, err = net.Fit(ctx, train.X, train.Y, mlp.FitOptions{
		Epochs:     20,
		Optimizer:  mlp.Adam{LearningRate: j.best.Rate},
		Validation: &mlp.Dataset{X: validation.X, Y: validation.Y},
		Callbacks:  []mlp.Callback{&mlp.KeepBest{}},
	})
	if err != nil {
		return err
	}
	return mlp.Save(w, net)
}

// merge makes the pipeline of all networks, and says how good it is on rows that
// have taught and chosen nothing.
func (j ensembleJob) merge(context.Context) error {
	test, err := dataset.ReadTableFile(filepath.Join(j.dir, "test.csv"), ',')
	if err != nil {
		return err
	}
	var members []mlp.Network
	mean := 0.0
	for _, name := range j.files() {
		net, err := mlp.LoadFile(name)
		if err != nil {
			return err
		}
		score, err := j.accuracy(net, test)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		members = append(members, net)
		mean += score / float64(len(j.files()))
	}
	ensemble, err := mlp.Ensemble(members...)
	if err != nil {
		return err
	}
	score, err := j.accuracy(ensemble, test)
	if err != nil {
		return err
	}
	fmt.Printf("accuracy on %d test rows: %.4f, that of one network in the mean %.4f\n", test.Rows(), score, mean)
	pipeline, err := dataset.NewPipeline(j.preparation, ensemble)
	if err != nil {
		return err
	}
	return pipeline.SaveFile(modelFile(j.dir))
}

func (j ensembleJob) accuracy(net mlp.Network, test *dataset.Table) (float64, error) {
	pipeline, err := dataset.NewPipeline(j.preparation, net)
	if err != nil {
		return 0, err
	}
	scores, err := pipeline.Evaluate(test)
	return scores.Score, err
}

func modelFile(dir string) string { return filepath.Join(dir, "model.safetensors") }
