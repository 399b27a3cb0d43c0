package dataset_test

import (
	"context"
	"slices"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// A frozen pipeline answers as before, to the bit where nothing is folded,
// whatever becomes of the network that it comes from.
func TestPipelineFreeze(t *testing.T) {
	margins := func(train *dataset.Data) (mlp.Network, error) {
		_, outputs := train.Y.Dims()
		return mlp.Model([]mlp.Layer{mlp.Dense(len(train.Features), outputs, mlp.Identity)}, mlp.Hinge, mlp.WithSeed(3))
	}
	for _, target := range targetKinds {
		builds := map[string]func(*dataset.Data) (mlp.Network, error){"small": smallNetwork}
		if target == "binary" || target == "labels" {
			builds["margins"] = margins
		}
		for name, build := range builds {
			t.Run(target+" "+name, func(t *testing.T) {
				table := readTable(t, peopleFor(target))
				fit := func() *dataset.Pipeline {
					p, _, err := everything(everyTarget[target]).FitPipeline(context.Background(), table, build, mlp.FitOptions{Epochs: 3})
					if err != nil {
						t.Fatal(err)
					}
					return p
				}
				p, same := fit(), fit()
				frozen, err := p.Freeze()
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(savedPipeline(t, frozen), savedPipeline(t, p)) {
					t.Error("another file")
				}
				d, err := p.Preparation().Data(table)
				if err != nil {
					t.Fatal(err)
				}
				if b, ok := p.Network().(*mlp.BinaryClassifier); ok && name == "small" {
					if err := b.SetThreshold(1); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := p.Network().Fit(context.Background(), d.X, d.Y, mlp.FitOptions{Epochs: 5}); err != nil {
					t.Fatal(err)
				}
				wantSameAnswers(t, frozen, same, table)
				again, err := frozen.Freeze()
				if err != nil {
					t.Fatal(err)
				}
				wantSameAnswers(t, again, same, table)
			})
		}
	}
	var none *dataset.Pipeline
	_, err := none.Freeze()
	wantError(t, err, "dataset: Pipeline.Freeze: the pipeline is nil or zero, NewPipeline makes one")
}
