package mlp_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A network that scales its inputs and targets is trained on raw data and
// saved. Wherever it is loaded, it predicts in the units of the data.
func ExampleSave() {
	celsius := mat.NewDense(5, 1, []float64{-40, 0, 20, 37, 100})
	fahrenheit := mat.NewDense(5, 1, []float64{-40, 32, 68, 98.6, 212})
	in, out := mlp.NewNormalization(1), mlp.NewNormalization(1)
	if err := in.Adapt(celsius); err != nil {
		log.Fatal(err)
	}
	if err := out.Adapt(fahrenheit); err != nil {
		log.Fatal(err)
	}
	net, err := mlp.Model([]mlp.Layer{in, mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError,
		mlp.WithSeed(1), mlp.WithTargetScaling(out), mlp.WithFeatures("celsius"))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := net.Fit(context.Background(), celsius, fahrenheit, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: 0.1}}); err != nil {
		log.Fatal(err)
	}

	var file bytes.Buffer // or a file, by SaveFile and LoadFile
	if err := mlp.Save(&file, net); err != nil {
		log.Fatal(err)
	}
	loaded, err := mlp.Load(&file)
	if err != nil {
		log.Fatal(err)
	}
	answer := make([]float64, 1)
	if err := loaded.PredictRow(answer, []float64{25}); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f\n", answer[0])
	// Output: 77.0
}
