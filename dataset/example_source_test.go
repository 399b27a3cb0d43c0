package dataset_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// A network is trained on a file that need not fit into memory: one pass over it
// learns how it is prepared, and each epoch is another one.
func ExampleRecipe_FitSource() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	name := filepath.Join(folder, "fruit.csv")
	if err := writeFruit(name, 2000); err != nil {
		log.Fatal(err)
	}

	source := dataset.CSVFile(name, ',')
	recipe := dataset.Recipe{
		Target:  dataset.Classes("fruit"),
		Numeric: dataset.Numeric{Impute: dataset.Median},
	}
	prep, err := recipe.FitSource(ctx, source)
	if err != nil {
		log.Fatal(err)
	}
	layers := []mlp.Layer{mlp.Dense(len(prep.Features()), 8, mlp.ReLU), mlp.Dense(8, 2, mlp.Softmax)}
	net, err := mlp.Model(layers, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	batches := prep.Batches(source, dataset.BatchOptions{Buffer: 500, Seed: 1})
	history, err := net.FitBatches(ctx, batches, mlp.FitOptions{Epochs: 5})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("accuracy %.2f\n", history.Epochs[4].Train.Score)
	// Output: accuracy 1.00
}

// Parts of the data are summarized anywhere, and merged.
func ExampleSummary() {
	recipe := dataset.Recipe{Numeric: dataset.Numeric{Scaling: dataset.Robust}}
	whole := recipe.NewSummary()
	for _, part := range [][]float64{{3, 1, 4}, {1, 5}, {9, 2, 6}} {
		table, err := dataset.NewTableOf(dataset.NumberValues("x", part))
		if err != nil {
			log.Fatal(err)
		}
		summary := recipe.NewSummary()
		if err := summary.Add(table); err != nil {
			log.Fatal(err)
		}
		if err := whole.Merge(summary); err != nil {
			log.Fatal(err)
		}
	}
	prep, err := whole.Preparation()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(whole.Rows(), "rows")
	fmt.Println(prep)
	// Output:
	// 8 rows
	// 1 column to 1 feature
	// "x"  number, minus 3.5, divided by 3.5 (robust)
}

// writeFruit writes a table of lemons and plums.
func writeFruit(name string, rows int) error {
	text := "weight,color,fruit\n"
	for i := range rows {
		text += fmt.Sprintf("%d,yellow,lemon\n%d,%s,plum\n", 90+i%40, 30+i%30, []string{"blue", "yellow"}[i%2])
	}
	return os.WriteFile(name, []byte(text), 0o600)
}
