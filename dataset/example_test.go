package dataset_test

import (
	"fmt"
	"log"
	"strings"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

const flowers = `petal_length,petal_width,species
1.4,0.2,setosa
1.3,0.2,setosa
4.7,1.4,versicolor
4.5,1.5,versicolor
6.0,2.5,virginica
5.1,1.9,virginica
`

// From a file to matrices that a network can be trained and tested with.
func Example() {
	data, err := dataset.ReadCSV(strings.NewReader(flowers), dataset.Classes("species"))
	if err != nil {
		log.Fatal(err)
	}
	train, test, err := data.StratifiedSplit(0.5, 42)
	if err != nil {
		log.Fatal(err)
	}
	scaler, err := dataset.FitStandardScaler(train.X)
	if err != nil {
		log.Fatal(err)
	}
	trainX, err := scaler.Transform(train.X)
	if err != nil {
		log.Fatal(err)
	}
	testX, err := scaler.Transform(test.X)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Features, data.Classes)
	fmt.Println(trainX.Dims())
	fmt.Println(testX.Dims())
	// Output:
	// [petal_length petal_width] [setosa versicolor virginica]
	// 3 2
	// 3 2
}

func ExampleReadCSV() {
	data, err := dataset.ReadCSV(strings.NewReader(flowers), dataset.Numbers("petal_width"))
	fmt.Println(data, err)

	data, err = dataset.ReadCSV(strings.NewReader("length,width\n1.4,0.2\n1.3,0.2\n"), dataset.Numbers("width"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Features, data.Target, data.Rows())
	// Output:
	// <nil> dataset: ReadCSV: line 2, column 3 "species": "setosa" is not a number
	// [length] width 2
}

func ExampleClasses() {
	data, err := dataset.ReadCSV(strings.NewReader(flowers), dataset.Classes("species", "virginica", "setosa", "versicolor"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Classes)
	fmt.Println(mat.Formatted(data.Y))
	// Output:
	// [virginica setosa versicolor]
	// ⎡0  1  0⎤
	// ⎢0  1  0⎥
	// ⎢0  0  1⎥
	// ⎢0  0  1⎥
	// ⎢1  0  0⎥
	// ⎣1  0  0⎦
}

func ExampleBinary() {
	const patients = "size,diagnosis\n10,benign\n20,malignant\n12,benign\n"
	data, err := dataset.ReadCSV(strings.NewReader(patients), dataset.Binary("diagnosis", "malignant"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Classes)
	fmt.Println(mat.Formatted(data.Y))
	// Output:
	// [benign malignant]
	// ⎡0⎤
	// ⎢1⎥
	// ⎣0⎦
}

func ExampleStandardScaler() {
	x := mat.NewDense(2, 3, []float64{
		1, 200, 7,
		3, 600, 7,
	})
	scaler, err := dataset.FitStandardScaler(x)
	if err != nil {
		log.Fatal(err)
	}
	z, err := scaler.Transform(x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(scaler.Mean, scaler.Scale)
	fmt.Println(mat.Formatted(z))
	// Output:
	// [2 400 7] [1 200 1]
	// ⎡-1  -1   0⎤
	// ⎣ 1   1   0⎦
}
