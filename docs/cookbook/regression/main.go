// Regression learns the prices of houses, and writes a page that shows how.
package main

import (
	"context"
	"fmt"
	"log"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/report"
)

func main() {
	table, err := dataset.ReadTableFile("houses.csv.gz", ',')
	if err != nil {
		log.Fatal(err)
	}
	train, test, err := table.Split(dataset.SplitOptions{Test: 0.2})
	if err != nil {
		log.Fatal(err)
	}
	pipeline, err := dataset.Training{
		Recipe: dataset.Recipe{Target: dataset.Numbers("median_house_value"), Impute: dataset.Median},
		Build: func(train *dataset.Data, seed uint64) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{
				mlp.Dense(len(train.Features), 64, mlp.ReLU),
				mlp.Dense(64, 1, mlp.Identity),
			}, mlp.MeanSquaredError, mlp.WithSeed(seed))
		},
		Options: mlp.FitOptions{
			Optimizer: mlp.Adam{LearningRate: 0.003},
			Schedule:  mlp.CosineDecay{},
			Callbacks: []mlp.Callback{&mlp.EarlyStopping{}},
		},
		Validation:   dataset.HoldOut(0.2),
		ScaleTargets: true,
	}.Fit(context.Background(), train)
	if err != nil {
		log.Fatal(err)
	}
	r, err := pipeline.Report(context.Background(), test, dataset.ReportOptions{Train: train})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r)
	if err := report.WriteFile("houses.html", r); err != nil {
		log.Fatal(err)
	}
}
