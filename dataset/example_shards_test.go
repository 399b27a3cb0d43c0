package dataset_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// A network is trained on many files that together need not fit into memory. One
// pass over them learns how the columns and the target are prepared; each epoch
// takes the files in another order and mixes their rows. The checkpoint lets the run
// go on within an epoch, in another process, with mlp.LoadCheckpoint and
// FitOptions.Resume.
func ExampleShards() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	if err := writeHouses(folder, 20); err != nil {
		log.Fatal(err)
	}

	names, err := filepath.Glob(filepath.Join(folder, "houses-*.csv"))
	if err != nil {
		log.Fatal(err)
	}
	var shards dataset.Shards
	for _, name := range names {
		shards = append(shards, dataset.CSVFile(name, ','))
	}
	summary := dataset.Recipe{Target: dataset.Numbers("price")}.NewSummary()
	if err := summary.AddSource(ctx, shards); err != nil {
		log.Fatal(err)
	}
	prep, err := summary.Preparation()
	if err != nil {
		log.Fatal(err)
	}
	scale, err := summary.TargetScaling()
	if err != nil {
		log.Fatal(err)
	}
	layers := []mlp.Layer{mlp.Dense(len(prep.Features()), 16, mlp.ReLU), mlp.Dense(16, 1, mlp.Identity)}
	net, err := mlp.Model(layers, mlp.MeanSquaredError, mlp.WithTargetScaling(scale), mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	batches := prep.Batches(shards, dataset.BatchOptions{Buffer: 1000, Rows: summary.Rows(), Seed: 1})
	history, err := net.FitBatches(ctx, batches, mlp.FitOptions{
		Epochs:     10,
		EpochSteps: (summary.Rows() + 31) / 32, // in batches of 32
		Schedule:   mlp.FlatCosine{},
		Callbacks:  []mlp.Callback{&mlp.Checkpoint{Path: filepath.Join(folder, "run.mlp"), Interval: 10 * time.Minute}},
	})
	if err != nil {
		log.Fatal(err)
	}
	pipeline, err := dataset.NewPipeline(prep, net)
	if err != nil {
		log.Fatal(err)
	}
	answer, err := pipeline.PredictMap(map[string]any{"size": 100, "town": "Kiel"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d files, %d rows, R² %.2f\n", len(shards), summary.Rows(), history.Epochs[9].Train.Score)
	fmt.Printf("a house of 100 m² in Kiel: %.0f thousand\n", answer.Value/1000)
	// Output:
	// 20 files, 4000 rows, R² 1.00
	// a house of 100 m² in Kiel: 397 thousand
}

// writeHouses writes files of 200 houses each, a town a file.
func writeHouses(folder string, files int) error {
	for i := range files {
		town, price := "Kiel", 4000
		if i%2 == 1 {
			town, price = "Genoa", 3000
		}
		text := "size,town,price\n"
		for j := range 200 {
			size := 40 + (i*200+j)*37%120
			text += fmt.Sprintf("%d,%s,%d\n", size, town, size*price)
		}
		name := filepath.Join(folder, fmt.Sprintf("houses-%02d.csv", i))
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// A file that is sorted is shuffled in blocks.
func ExampleCSVBlocks() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	name := filepath.Join(folder, "fruit.csv")
	if err := writeFruit(name, 4000); err != nil {
		log.Fatal(err)
	}
	blocks, err := dataset.CSVBlocks(name, ',')
	if err != nil {
		log.Fatal(err)
	}
	prep, err := dataset.Recipe{
		Target:  dataset.Classes("fruit"),
		Numeric: dataset.Numeric{Impute: dataset.Median},
	}.FitSource(context.Background(), blocks)
	if err != nil {
		log.Fatal(err)
	}
	rows := 0
	for batch, err := range prep.Batches(blocks, dataset.BatchOptions{})(1) {
		if err != nil {
			log.Fatal(err)
		}
		n, _ := batch.X.Dims()
		rows += n
	}
	fmt.Printf("%d blocks, %d rows\n", len(blocks), rows)
	// Output: 2 blocks, 8000 rows
}
