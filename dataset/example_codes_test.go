package dataset_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// Rents by the size of a flat and its district, for each of which the network
// learns a vector. The layout says which columns of X are codes.
func ExampleCategorical_codes() {
	const flats = `size,district,rent
50,Altona,500
80,Altona,800
50,Eppendorf,700
80,Eppendorf,1000
50,Hamm,600
80,Hamm,900
`
	table, err := dataset.ReadTable(strings.NewReader(flats), ',')
	if err != nil {
		log.Fatal(err)
	}
	recipe := dataset.Recipe{
		Target:      dataset.Numbers("rent"),
		Categorical: dataset.Categorical{CodesFrom: 3, Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown},
	}
	build := func(train *dataset.Data) (mlp.Network, error) {
		var numbers []int
		var groups []mlp.ColumnGroup
		for j, f := range train.Layout {
			if f.Kind == dataset.FeatureCode {
				groups = append(groups, mlp.ColumnGroup{Columns: []int{j}, Layer: mlp.Embedding(f.Names, 2)})
			} else {
				numbers = append(numbers, j)
			}
		}
		groups = append(groups, mlp.ColumnGroup{Columns: numbers, Layer: mlp.ActivationLayer(len(numbers), mlp.Identity)})
		columns := mlp.Columns(len(train.Layout), groups...)
		_, width := columns.Dims()
		rent := mlp.NewNormalization(1)
		if err := rent.Adapt(train.Y); err != nil {
			return nil, err
		}
		return mlp.Model([]mlp.Layer{columns, mlp.Dense(width, 1, mlp.Identity)}, mlp.MeanSquaredError,
			mlp.WithTargetScaling(rent), mlp.WithSeed(1))
	}
	pipeline, _, err := recipe.FitPipeline(context.Background(), table, build,
		mlp.FitOptions{Epochs: 500, Optimizer: mlp.Adam{LearningRate: 0.05}})
	if err != nil {
		log.Fatal(err)
	}
	for _, district := range []string{"Altona", "Hamm"} {
		answer, err := pipeline.PredictMap(map[string]any{"size": 60, "district": district})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %.0f\n", district, answer.Value)
	}
	// Output:
	// Altona 600
	// Hamm 700
}
