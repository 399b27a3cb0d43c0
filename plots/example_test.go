package plots_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/plots"
)

// Every figure can be changed before it is saved.
func Example() {
	x := mat.NewDense(4, 2, []float64{0, 0, 0, 1, 1, 0, 1, 1})
	y := mat.NewDense(4, 1, []float64{0, 1, 1, 0})
	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(2, 8, mlp.Tanh),
		mlp.Dense(8, 1, mlp.Sigmoid),
	}, mlp.BinaryCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	history, err := net.Fit(context.Background(), x, y, mlp.FitOptions{Epochs: 200})
	if err != nil {
		log.Fatal(err)
	}

	fig, err := plots.Loss(history)
	if err != nil {
		log.Fatal(err)
	}
	fig.Title.Text = "Learning exclusive or"
	fig.Y.Label.Text = "Binary cross-entropy (nats)"

	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"loss.png", "loss.svg", "loss.pdf"} {
		if err := fig.SaveFile(filepath.Join(dir, name)); err != nil {
			log.Fatal(err)
		}
		fmt.Println("saved", name)
	}
	// Output:
	// saved loss.png
	// saved loss.svg
	// saved loss.pdf
}
