package dataset_test

import (
	"context"
	"fmt"
	"log"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// Some rows are held out before anything is learned. They end the training, when
// the absolute error no longer falls, in the unit of the target.
func ExampleTraining() {
	table, err := dataset.ReadTableFile("../testdata/data/diabetes.csv", ',')
	if err != nil {
		log.Fatal(err)
	}
	training := dataset.Training{
		Recipe: dataset.Recipe{Target: dataset.Numbers("progression"), Impute: dataset.Median},
		Build: func(train *dataset.Data, seed uint64) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{
				mlp.Dense(len(train.Features), 16, mlp.Tanh, mlp.WithL2(0.003)),
				mlp.Dense(16, 1, mlp.Identity),
			}, mlp.MeanSquaredError, mlp.WithSeed(seed))
		},
		Options: mlp.FitOptions{
			Optimizer: mlp.Adam{LearningRate: 0.01},
			Callbacks: []mlp.Callback{&mlp.EarlyStopping{Metric: mlp.MetricMAE}},
		},
		Validation:   dataset.HoldOut(0.2),
		ScaleTargets: true,
		Seed:         1,
	}
	fmt.Println(training)
	pipeline, err := training.Fit(context.Background(), table)
	if err != nil {
		log.Fatal(err)
	}
	h := pipeline.History()
	fmt.Printf("epoch %d of %d is the best: R² %.2f\n", h.BestEpoch, len(h.Epochs), h.Best.Score)
	// Output:
	// target    "progression", scaled to mean 0 and standard deviation 1
	// columns   all by what their cells hold, missing cells by median
	// held out  HoldOut(0.2)
	// training  adam with a learning rate of 0.01, at most 100 epochs, *mlp.EarlyStopping, seed 1
	// epoch 13 of 23 is the best: R² 0.46
}
