package dataset_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// What a straight line says about the heights of children, on ages that it has
// not seen.
func ExamplePipeline_Report() {
	read := func(text string) *dataset.Table {
		t, err := dataset.ReadTable(strings.NewReader(text), ',')
		if err != nil {
			log.Fatal(err)
		}
		return t
	}
	train := read("age,cm\n2,87\n4,103\n6,115\n8,127\n10,138\n12,149\n")
	test := read("age,cm\n3,95\n5,110\n7,122\n9,133\n11,143\n")

	line := func(d *dataset.Data) (mlp.Network, error) {
		scale := mlp.NewNormalization(1)
		if err := scale.Adapt(d.Y); err != nil {
			return nil, err
		}
		layers := []mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}
		return mlp.Model(layers, mlp.MeanSquaredError, mlp.WithSeed(1), mlp.WithTargetScaling(scale))
	}
	recipe := dataset.Recipe{Target: dataset.Numbers("cm")}
	pipeline, _, err := recipe.FitPipeline(context.Background(), train, line, mlp.FitOptions{Optimizer: mlp.LBFGS{}})
	if err != nil {
		log.Fatal(err)
	}
	report, err := pipeline.Report(context.Background(), test, dataset.ReportOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report)
	// Output:
	// 5 rows, target "cm"
	//
	//        value     95 % interval  own mean
	// RMSE  1.6087  0.8856 to 2.0831   16.8831
	// MAE   1.4333  0.8067 to 2.0200   14.4800
	// R²    0.9909  0.9221 to 0.9982    0.0000
	//
	// The intervals are percentiles of 1000 resamples of the rows.
	// own mean: the mean in the judged rows themselves
	//
	// true − predicted    mean      5 %     25 %  median    75 %    95 %
	// cm                0.7667  -1.0733  -0.4333  0.9667  2.1667  2.3267
}
