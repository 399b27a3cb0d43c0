// Tonnx hands a network that was trained in Go over to other programs: with the
// name of a file, it writes the network there.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"log"
	"os"
	"strings"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/onnx"
	"example.com/mlp/progress"
)

//go:embed iris.csv
var csv string

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	data, err := dataset.ReadCSV(strings.NewReader(csv), dataset.Classes("species"))
	if err != nil {
		return err
	}

	// The scaling is the first layer, so that it goes into the file too, as do
	// the names.
	scaling := mlp.NewNormalization(len(data.Features))
	if err := scaling.Adapt(data.X); err != nil {
		return err
	}
	net, err := mlp.Model([]mlp.Layer{
		scaling,
		mlp.Dense(len(data.Features), 16, mlp.Tanh),
		mlp.Dense(16, len(data.Classes), mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1), mlp.WithFeatures(data.Features...), mlp.WithClasses(data.Classes...))
	if err != nil {
		return err
	}
	_, err = net.Fit(context.Background(), data.X, data.Y, mlp.FitOptions{
		Epochs:    100,
		BatchSize: 8,
		Callbacks: []mlp.Callback{progress.New(os.Stderr)},
	})
	if err != nil {
		return err
	}

	// After go run ./examples/tonnx iris.onnx, the file in Python, with pip
	// install onnxruntime numpy:
	//
	//	import numpy, onnxruntime
	//	session = onnxruntime.InferenceSession("iris.onnx")
	//	flower = numpy.array([[6.1, 2.9, 4.7, 1.4]], numpy.float32)
	//	print(session.run(None, {"input": flower}))
	var file bytes.Buffer
	if err := onnx.Export(&file, net, onnx.Float32); err != nil {
		return err
	}
	fmt.Printf("%d bytes of ONNX\n", file.Len())
	if len(os.Args) > 1 {
		if err := os.WriteFile(os.Args[1], file.Bytes(), 0o666); err != nil {
			return err
		}
	}

	// Back again, to compare.
	back, err := onnx.Import(&file)
	if err != nil {
		return err
	}
	flower := mat.NewDense(1, 4, []float64{6.1, 2.9, 4.7, 1.4})
	before, err := net.Predict(flower)
	if err != nil {
		return err
	}
	after, err := back.Predict(flower)
	if err != nil {
		return err
	}
	for i, class := range back.(*mlp.Classifier).ClassNames() {
		fmt.Printf("%-10s %5.1f %%, from the file %5.1f %%\n", class, 100*before.At(0, i), 100*after.At(0, i))
	}
	return nil
}
