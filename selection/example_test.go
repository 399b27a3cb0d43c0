package selection_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// irisData returns the iris data and five stratified folds of them.
func irisData() (*dataset.Data, []dataset.Fold) {
	f, err := os.Open("../testdata/data/iris.csv")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	data, err := dataset.ReadCSV(f, dataset.Classes("species"))
	if err != nil {
		log.Fatal(err)
	}
	labels, err := data.Labels()
	if err != nil {
		log.Fatal(err)
	}
	folds, err := dataset.StratifiedKFold(labels, dataset.FoldOptions{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	return data, folds
}

// settings are the settings that the searches of the examples vary.
type settings struct {
	Hidden int
	Rate   float64
	Epochs int
}

// fitIris trains a network on some rows of the data. The scaling is part of the
// network and learned from only these rows.
func fitIris(ctx context.Context, s settings, train *dataset.Data, seed uint64) (mlp.Network, error) {
	scaling := mlp.NewNormalization(4)
	if err := scaling.Adapt(train.X); err != nil {
		return nil, err
	}
	net, err := mlp.Model([]mlp.Layer{
		scaling,
		mlp.Dense(4, s.Hidden, mlp.Tanh),
		mlp.Dense(s.Hidden, 3, mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(seed))
	if err != nil {
		return nil, err
	}
	opts := mlp.FitOptions{Epochs: s.Epochs, Optimizer: mlp.Adam{LearningRate: s.Rate}}
	_, err = net.Fit(ctx, train.X, train.Y, opts)
	return net, err
}

// A grid search is a cross-validation of all combinations.
func ExampleSearch_Run() {
	var grid []settings
	for _, hidden := range []int{4, 16} {
		for _, rate := range []float64{0.001, 0.01} {
			grid = append(grid, settings{Hidden: hidden, Rate: rate, Epochs: 30})
		}
	}
	data, folds := irisData()
	search := selection.Search[settings]{Trial: selection.OnData(data, fitIris, nil), Folds: folds, Seed: 1}
	results, err := search.Run(context.Background(), grid)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(results)
	best, err := results.Best()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("best: %+v\n", best.Settings)
	// Output:
	// rank  mean    sd      min     max     settings
	// 1     0.9667  0.0298  0.9333  1.0000  {Hidden:16 Rate:0.01 Epochs:30}
	// 2     0.9267  0.0573  0.8333  1.0000  {Hidden:4 Rate:0.01 Epochs:30}
	// 3     0.8333  0.0760  0.7000  0.9333  {Hidden:16 Rate:0.001 Epochs:30}
	// 4     0.4600  0.2426  0.0667  0.7333  {Hidden:4 Rate:0.001 Epochs:30}
	// best: {Hidden:16 Rate:0.01 Epochs:30}
}

// A random search draws its candidates. Successive halving soon drops those
// that make no progress.
func ExampleSearch_Halve() {
	candidates := selection.Draw(9, 1, func(rng *rand.Rand) settings {
		return settings{
			Hidden: 4 + rng.IntN(29),
			Rate:   math.Pow(10, -4+3*rng.Float64()), // from 0.0001 to 0.1
		}
	})
	data, folds := irisData()
	search := selection.Search[settings]{Trial: selection.OnData(data, fitIris, nil), Folds: folds, Seed: 1}
	rounds, err := search.Halve(context.Background(), candidates, selection.Halving[settings]{
		Budgets:   []int{3, 10, 30},
		SetBudget: func(s *settings, epochs int) { s.Epochs = epochs },
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, results := range rounds {
		best, err := results.Best()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d candidates, %d epochs: accuracy %.3f\n", len(results.Candidates), best.Settings.Epochs, best.Mean)
	}
	// Output:
	// 9 candidates, 3 epochs: accuracy 0.813
	// 3 candidates, 10 epochs: accuracy 0.907
	// 1 candidates, 30 epochs: accuracy 0.960
}

// Any number of machines share the trials: each takes some of the numbers.
func ExampleCollect() {
	data, folds := irisData()
	search := selection.Search[settings]{Trial: selection.OnData(data, fitIris, nil), Folds: folds, Seed: 1}
	candidates := []settings{{Hidden: 4, Rate: 0.01, Epochs: 20}, {Hidden: 16, Rate: 0.01, Epochs: 20}}

	const machines = 3
	var files [][]byte
	for machine := range machines {
		var outcomes []selection.Outcome
		for i := machine; i < len(candidates)*len(folds); i += machines {
			o := selection.Outcome{Candidate: i / len(folds), Fold: i % len(folds)}
			o.Score, o.Err = search.Try(context.Background(), candidates[o.Candidate], o.Fold)
			outcomes = append(outcomes, o)
		}
		file, err := json.Marshal(outcomes)
		if err != nil {
			log.Fatal(err)
		}
		files = append(files, file)
	}

	var all []selection.Outcome
	for _, file := range files {
		var outcomes []selection.Outcome
		if err := json.Unmarshal(file, &outcomes); err != nil {
			log.Fatal(err)
		}
		all = append(all, outcomes...)
	}
	results, err := selection.Collect(candidates, len(folds), all)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(results)
	// Output:
	// rank  mean    sd      min     max     settings
	// 1     0.9533  0.0340  0.9000  1.0000  {Hidden:16 Rate:0.01 Epochs:20}
	// 2     0.9000  0.0730  0.8000  1.0000  {Hidden:4 Rate:0.01 Epochs:20}
}

// Would more rows help?
func ExampleSearch_LearningCurve() {
	data, folds := irisData()
	search := selection.Search[settings]{Trial: selection.OnData(data, fitIris, nil), Folds: folds, Seed: 1}
	curve, err := search.LearningCurve(context.Background(), settings{Hidden: 8, Rate: 0.01, Epochs: 50}, []int{10, 30, 60, 120})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range curve.Candidates {
		fmt.Printf("%3d rows: accuracy %.3f ± %.3f\n", c.Settings, c.Mean, c.SD)
	}
	// Output:
	//  10 rows: accuracy 0.847 ± 0.069
	//  30 rows: accuracy 0.880 ± 0.062
	//  60 rows: accuracy 0.940 ± 0.033
	// 120 rows: accuracy 0.967 ± 0.042
}

// With a table, one Training serves for the search and for the pipeline.
func ExampleOnTraining() {
	table, err := dataset.ReadTableFile("../testdata/data/iris.csv", ',')
	if err != nil {
		log.Fatal(err)
	}
	_, folds := irisData()
	training := func(hidden int) dataset.Training {
		return dataset.Training{
			Recipe: dataset.Recipe{Target: dataset.Classes("species")}, // scales all columns
			Build: func(train *dataset.Data, seed uint64) (mlp.Network, error) {
				inputs, classes := len(train.Features), len(train.Classes)
				return mlp.Model([]mlp.Layer{
					mlp.Dense(inputs, hidden, mlp.Tanh),
					mlp.Dense(hidden, classes, mlp.Softmax),
				}, mlp.CategoricalCrossEntropy, mlp.WithSeed(seed))
			},
			Options: mlp.FitOptions{Optimizer: mlp.Adam{LearningRate: 0.01}},
		}
	}
	search := selection.Search[int]{Trial: selection.OnTraining(table, training, nil), Folds: folds, Seed: 1}
	results, err := search.Run(context.Background(), []int{2, 8})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(results)
	best, err := results.Best()
	if err != nil {
		log.Fatal(err)
	}
	pipeline, err := training(best.Settings).Fit(context.Background(), table)
	if err != nil {
		log.Fatal(err)
	}
	answer, err := pipeline.PredictRow([]string{"6.5", "3.0", "5.5", "1.8"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Class)
	// Output:
	// rank  mean    sd      min     max     settings
	// 1     0.9733  0.0327  0.9333  1.0000  8
	// 2     0.9667  0.0422  0.9000  1.0000  2
	// virginica
}

// Which flowers does a network take for another species that has not seen them?
func ExampleOutOfFold() {
	table, err := dataset.ReadTableFile("../testdata/data/iris.csv", ',')
	if err != nil {
		log.Fatal(err)
	}
	_, folds := irisData()
	training := func() dataset.Training {
		return dataset.Training{
			Recipe: dataset.Recipe{Target: dataset.Classes("species")},
			Build: func(train *dataset.Data, seed uint64) (mlp.Network, error) {
				return mlp.Model([]mlp.Layer{mlp.Dense(4, 8, mlp.Tanh), mlp.Dense(8, 3, mlp.Softmax)}, mlp.CategoricalCrossEntropy, mlp.WithSeed(seed))
			},
			Options: mlp.FitOptions{Optimizer: mlp.Adam{LearningRate: 0.01}},
			Seed:    1,
		}
	}
	answers, err := selection.OutOfFold(context.Background(), table, folds, training, selection.OutOfFoldOptions{Score: selection.By(mlp.MetricROCAUC)})
	if err != nil {
		log.Fatal(err)
	}
	species, err := table.Column("species")
	if err != nil {
		log.Fatal(err)
	}
	wrong := 0
	for row, p := range answers.Predictions {
		if p.Class != species[row] {
			wrong++
		}
	}
	fmt.Printf("%d of %d wrong, areas under the ROC curve %.3f\n", wrong, len(species), answers.Scores)
	// Output:
	// 4 of 150 wrong, areas under the ROC curve [0.992 1.000 1.000 1.000 1.000]
}
