package mlp_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"example.com/mlp"
)

// Eight networks in one: a dense layer that they share, with inputs of their own
// and a head of their own. The network answers with the mean of all.
func ExampleMemberMean() {
	const members = 8
	x, y, _, _ := samples(300)
	layers := []mlp.Layer{
		mlp.NewNormalization(4),
		mlp.MemberInputs(members, 4, mlp.RandomSigns, nil),
		mlp.MemberLayers(members, mlp.Dense(4, 16, mlp.ReLU), mlp.Dropout(16, 0.1)),
		mlp.MemberHeads(members, 16, 3),
		mlp.MemberMean(members, 3, mlp.Softmax),
	}
	if err := mlp.Adapt(layers, x, 1); err != nil {
		log.Fatal(err)
	}
	net, err := mlp.Model(layers, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	_, err = net.Fit(context.Background(), x, y, mlp.FitOptions{Epochs: 60, Optimizer: mlp.AdamW{LearningRate: 0.01}})
	if err != nil {
		log.Fatal(err)
	}
	probabilities, err := net.Predict(x)
	if err != nil {
		log.Fatal(err)
	}
	scores, err := net.Evaluate(x, y)
	if err != nil {
		log.Fatal(err)
	}
	rows, classes := probabilities.Dims()
	fmt.Printf("%d×%d probabilities, accuracy above 0.9: %t\n", rows, classes, scores.Score > 0.9)
	// Output: 300×3 probabilities, accuracy above 0.9: true
}

// TabM (Gorishniy, Kotelnikov, Babenko, 2025) with its training: weight decay
// without the biases, and a limit to the norm of the gradients. The r of the
// first BatchEnsemble is that of MemberInputs. The published network has 32
// members and layers of 512 units.
func ExampleBatchEnsemble() {
	const members = 8
	x, y, _, _ := samples(300)
	layers := []mlp.Layer{
		mlp.NewNormalization(4),
		mlp.MemberInputs(members, 4, mlp.RandomSigns, nil),
		mlp.BatchEnsemble(members, 4, 16, mlp.ReLU),
		mlp.BatchEnsemble(members, 16, 16, mlp.ReLU),
		mlp.MemberHeads(members, 16, 3),
		mlp.MemberMean(members, 3, mlp.Softmax),
	}
	if err := mlp.Adapt(layers, x, 1); err != nil {
		log.Fatal(err)
	}
	net, err := mlp.Model(layers, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	_, err = net.Fit(context.Background(), x, y, mlp.FitOptions{
		Epochs:      60,
		Optimizer:   mlp.Adam{LearningRate: 0.002},
		WeightDecay: 3e-4,
		ClipNorm:    1,
		Groups: []mlp.Group{
			{Has: func(_ int, p mlp.Param) bool { return strings.HasSuffix(p.Name, "bias") }, NoDecay: true},
			{Has: func(layer int, p mlp.Param) bool { return layer == 2 && p.Name == "r" }, Fixed: true},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	scores, err := net.Evaluate(x, y)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("accuracy above 0.9:", scores.Score > 0.9)
	// Output: accuracy above 0.9: true
}
