// Average compares three ways to train on rows that lie in shards on several
// machines: one network on all rows, which has to be possible at all; a network a
// shard, whose weights are averaged after each round; and a network a shard, whose
// answers are averaged. It does so on one machine, on handwritten digits or on
// another table:
//
//	go run ./examples/average -csv adult.csv.gz -target income
package main

import (
	"bytes"
	"context"
	_ "embed"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/plots"
)

//go:embed digits.csv
var digits string

const (
	shards = 4
	epochs = 2 // of a round
	seeds  = 5
)

func main() {
	file := flag.String("csv", "", "`file` of a table instead of the digits")
	target := flag.String("target", "digit", "`column` of the classes")
	rounds := flag.Int("rounds", 10, "`number` of rounds of two epochs")
	sorted := flag.Bool("sorted", false, "give each shard rows of other classes, instead of dealing them at random")
	folder := flag.String("plots", "", "folder for a picture; none is drawn without it")
	flag.Parse()
	table, err := read(*file)
	if err != nil {
		log.Fatal(err)
	}
	deal := atRandom
	if *sorted {
		deal = byClass
	}
	s, err := newStudy(table, *target, deal)
	if err != nil {
		log.Fatal(err)
	}
	s.rounds = *rounds
	if err := s.run(context.Background(), *folder); err != nil {
		log.Fatal(err)
	}
}

func (s *study) run(ctx context.Context, folder string) error {
	fmt.Printf("%d training rows in %d shards, %d test rows\n", s.all.Rows(), shards, s.test.Rows())
	fmt.Printf("test accuracy, mean and standard deviation over %d seeds\n\n", seeds)
	fmt.Println("epochs   one network      averaged         ensemble")
	ways := []func(ctx context.Context, seed uint64) ([]float64, error){s.one, s.averaged, s.ensemble}
	scores := make([][][]float64, len(ways)) // by way, seed and round
	for w, train := range ways {
		for seed := range seeds {
			of, err := train(ctx, uint64(seed+1))
			if err != nil {
				return err
			}
			scores[w] = append(scores[w], of)
		}
	}
	means := make([][]float64, len(ways))
	for r := range s.rounds {
		fmt.Printf("%6d", epochs*(r+1))
		for w := range ways {
			var of []float64
			for _, curve := range scores[w] {
				of = append(of, curve[r])
			}
			mean, sd := meanAndDeviation(of)
			means[w] = append(means[w], mean)
			fmt.Printf("   %.4f ±%.4f", mean, sd)
		}
		fmt.Println()
	}
	if folder == "" {
		return nil
	}
	return draw(filepath.Join(folder, "average.png"), means)
}

func meanAndDeviation(scores []float64) (mean, sd float64) {
	for _, s := range scores {
		mean += s / float64(len(scores))
	}
	for _, s := range scores {
		sd += (s - mean) * (s - mean) / float64(len(scores))
	}
	return mean, math.Sqrt(sd)
}

func read(file string) (*dataset.Table, error) {
	if file == "" {
		return dataset.ReadTable(strings.NewReader(digits), ',')
	}
	return dataset.ReadTableFile(file, ',')
}

// study is the prepared table: all training rows, these in shards, and the test
// rows, by which nothing is chosen.
type study struct {
	all    *dataset.Data
	shards []*dataset.Data
	test   *dataset.Data
	rounds int
}

// newStudy keeps a quarter of the rows for the test and deals the others to shards.
// The recipe learns from all training rows, as a dataset.Summary of the shards does
// on several machines.
func newStudy(table *dataset.Table, target string, deal func(classes []string) []int) (*study, error) {
	train, test, err := table.StratifiedSplit(target, dataset.SplitOptions{Test: 0.25, Seed: 1})
	if err != nil {
		return nil, err
	}
	preparation, err := dataset.Recipe{Target: dataset.Classes(target), Impute: dataset.MostFrequent}.Fit(train)
	if err != nil {
		return nil, err
	}
	classes, err := train.Column(target)
	if err != nil {
		return nil, err
	}
	s := new(study)
	order := deal(classes)
	for i := range shards {
		rows, err := train.Subset(order[len(order)*i/shards : len(order)*(i+1)/shards])
		if err != nil {
			return nil, err
		}
		shard, err := preparation.Data(rows)
		if err != nil {
			return nil, err
		}
		s.shards = append(s.shards, shard)
	}
	if s.all, err = preparation.Data(train); err != nil {
		return nil, err
	}
	s.test, err = preparation.Data(test)
	return s, err
}

// atRandom returns the rows of the table in the order in which shards get them.
func atRandom(classes []string) []int { return rand.New(rand.NewPCG(1, 1)).Perm(len(classes)) }

// byClass returns them sorted by class, as no machine should have them.
func byClass(classes []string) []int {
	order := atRandom(classes)
	slices.SortStableFunc(order, func(i, j int) int { return strings.Compare(classes[i], classes[j]) })
	return order
}

func (s *study) network(seed uint64) (mlp.Network, error) {
	return mlp.Model([]mlp.Layer{
		mlp.Dense(len(s.all.Features), 64, mlp.ReLU),
		mlp.Dense(64, 32, mlp.ReLU),
		mlp.Dense(32, len(s.all.Classes), mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(seed))
}

// one returns the scores of a network that is trained on all rows, after each round.
func (s *study) one(ctx context.Context, seed uint64) ([]float64, error) {
	net, err := s.network(seed)
	if err != nil {
		return nil, err
	}
	history, err := net.Fit(ctx, s.all.X, s.all.Y, mlp.FitOptions{
		Epochs:     s.rounds * epochs,
		Validation: &mlp.Dataset{X: s.test.X, Y: s.test.Y},
	})
	if err != nil {
		return nil, err
	}
	var scores []float64
	for e := range slices.Chunk(history.Epochs, epochs) {
		scores = append(scores, e[epochs-1].Validation.Score)
	}
	return scores, nil
}

// averaged begins each round with copies of one network, trains each on its shard,
// and makes one network of them again. Only the bytes of networks travel between
// the machines.
func (s *study) averaged(ctx context.Context, seed uint64) ([]float64, error) {
	net, err := s.network(seed)
	if err != nil {
		return nil, err
	}
	var scores []float64
	for round := range s.rounds {
		members := make([]mlp.Network, len(s.shards))
		rows := make([]float64, len(s.shards))
		for i, shard := range s.shards {
			if members[i], err = copyOf(net); err != nil {
				return nil, err
			}
			rows[i] = float64(shard.Rows())
			if err := s.round(ctx, members[i], seed, i, round); err != nil {
				return nil, err
			}
		}
		if net, err = mlp.Average(members, rows); err != nil {
			return nil, err
		}
		if scores, err = s.score(scores, net); err != nil {
			return nil, err
		}
	}
	return scores, nil
}

// ensemble trains a network of its own on each shard.
func (s *study) ensemble(ctx context.Context, seed uint64) ([]float64, error) {
	members := make([]mlp.Network, len(s.shards))
	for i := range members {
		var err error
		if members[i], err = s.network(seed*shards + uint64(i)); err != nil {
			return nil, err
		}
	}
	ensemble, err := mlp.Ensemble(members...)
	if err != nil {
		return nil, err
	}
	var scores []float64
	for round := range s.rounds {
		for i, net := range members {
			if err := s.round(ctx, net, seed, i, round); err != nil {
				return nil, err
			}
		}
		if scores, err = s.score(scores, ensemble); err != nil {
			return nil, err
		}
	}
	return scores, nil
}

// round trains a network on its shard for the epochs of a round. Every shard and
// round has a seed of its own, or all would have the same order of rows.
func (s *study) round(ctx context.Context, net mlp.Network, seed uint64, shard, round int) error {
	d := s.shards[shard]
	_, err := net.Fit(ctx, d.X, d.Y, mlp.FitOptions{Epochs: epochs, Seed: seed<<32 + uint64(round*shards+shard)})
	return err
}

func (s *study) score(scores []float64, net mlp.Network) ([]float64, error) {
	of, err := net.Evaluate(s.test.X, s.test.Y)
	return append(scores, of.Score), err
}

func copyOf(net mlp.Network) (mlp.Network, error) {
	var b bytes.Buffer
	if err := mlp.Save(&b, net); err != nil {
		return nil, err
	}
	return mlp.Load(&b)
}

// draw draws the means of the three ways after each round.
func draw(file string, means [][]float64) error {
	histories := make(map[string]*mlp.History)
	for w, name := range []string{"one network on all rows", "averaged weights", "ensemble"} {
		history := new(mlp.History)
		for r, mean := range means[w] {
			history.Epochs = append(history.Epochs, mlp.Epoch{Number: epochs * (r + 1), Train: mlp.Scores{Score: mean}})
		}
		histories[name] = history
	}
	figure, err := plots.Scores(histories)
	if err != nil {
		return err
	}
	figure.Title.Text, figure.Y.Label.Text = "Four shards, averaged every two epochs", "Test accuracy"
	return figure.SaveFile(file)
}
