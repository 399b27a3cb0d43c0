package onnx_test

import (
	"bytes"
	"fmt"
	"log"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/onnx"
)

// A model that PyTorch has trained and written answers in Go.
func Example() {
	net, err := onnx.ImportFile("testdata/pytorch/iris_scaled_f32.onnx")
	if err != nil {
		log.Fatal(err)
	}
	classes, err := net.(*mlp.Classifier).Classes(mat.NewDense(2, 4, []float64{
		5.1, 3.5, 1.4, 0.2,
		6.3, 3.3, 6.0, 2.5,
	}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(classes)
	// Output: [0 2]
}

func ExampleExport() {
	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(4, 8, mlp.ReLU),
		mlp.Dense(8, 1, mlp.Sigmoid),
	}, mlp.BinaryCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	if err := onnx.Export(&file, net, onnx.Float32); err != nil {
		log.Fatal(err)
	}
	back, err := onnx.Import(&file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(back)
	// Output:
	// layer  kind          inputs  units  activation  parameters
	// 0      DefaultDense  4       8      relu        40
	// 1      DefaultDense  8       1      sigmoid     9
	// binary_cross_entropy, 49 parameters
}
