package mlpbeam_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/mlpbeam"
)

// The answers for the rows of each file are in a file of the same name.
func ExampleScoreFiles() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := makeFiles(dir); err != nil {
		log.Fatal(err)
	}

	p, s := beam.NewPipelineWithRoot()
	_, _, err = mlpbeam.ScoreFiles(s, dir+"/model.mlp", dir+"/in/*.csv", dir+"/out", mlpbeam.ScoreOptions{Keep: []string{"id"}})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := beam.Run(context.Background(), "prism", p); err != nil { // or beamx.Run, with the runner of a flag
		log.Fatal(err)
	}

	answers, err := dataset.ReadTableFile(dir+"/out/monday.csv", ',')
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answers.Header())
	for row := range answers.Rows() {
		fmt.Println(answers.Cell(row, 0), answers.Cell(row, 1))
	}
	// Output:
	// [id predicted_size probability_large probability_small]
	// a small
	// b large
}

// makeFiles trains a model that tells large numbers from small ones, and writes two
// rows.
func makeFiles(dir string) error {
	lines := []string{"number,size"}
	for i := range 100 {
		lines = append(lines, fmt.Sprintf("%d,%s", i, map[bool]string{true: "large", false: "small"}[i >= 50]))
	}
	table, err := dataset.ReadTable(strings.NewReader(strings.Join(lines, "\n")), ',')
	if err != nil {
		return err
	}
	training := dataset.Training{
		Recipe: dataset.Recipe{Target: dataset.Classes("size")},
		Build: func(d *dataset.Data, seed uint64) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{mlp.Dense(1, 2, mlp.Softmax)}, mlp.CategoricalCrossEntropy, mlp.WithSeed(seed))
		},
		Options: mlp.FitOptions{Epochs: 20},
	}
	model, err := training.Fit(context.Background(), table)
	if err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(dir, "in"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "in", "monday.csv"), []byte("id,number\na,7\nb,93\n"), 0o644); err != nil {
		return err
	}
	return model.SaveFile(filepath.Join(dir, "model.mlp"))
}
