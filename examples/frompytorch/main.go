// Frompytorch answers in Go with a network that was trained in PyTorch.
package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"log"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/onnx"
)

// The file is what these lines of Python write, where model is a trained
// torch.nn.Module that ends in a softmax:
//
//	torch.onnx.export(model.eval(), torch.zeros(1, 4), "iris.onnx",
//	    input_names=["input"], output_names=["output"],
//	    dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}})
//
//go:embed iris.onnx
var model []byte

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	names := []string{"setosa", "versicolor", "virginica"} // PyTorch's file does not have them
	net, err := onnx.Import(bytes.NewReader(model), onnx.ImportOptions{Model: []mlp.ModelOption{mlp.WithClasses(names...)}})
	if err != nil {
		return err
	}
	fmt.Print(net)

	// Length and width of sepals and petals in cm, as PyTorch had them: the
	// scaling is a part of the model.
	flowers := mat.NewDense(3, 4, []float64{
		5.1, 3.5, 1.4, 0.2,
		6.1, 2.9, 4.7, 1.4,
		6.3, 3.3, 6.0, 2.5,
	})
	probabilities, err := net.Predict(flowers)
	if err != nil {
		return err
	}
	for i := range 3 {
		p := probabilities.RawRowView(i)
		species := floats.MaxIdx(p)
		fmt.Printf("%v cm: %s, %.1f %%\n", flowers.RawRowView(i), names[species], 100*p[species])
	}
	return nil
}
