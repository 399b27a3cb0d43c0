package mlp_test

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Many samples get the bits that they get in smaller numbers, with the weights as
// they are at the time of the call.
func TestManySamples(t *testing.T) {
	const rows, few = 2100, 300 // with packed weights and without
	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(30, 260, mlp.ReLU),
		mlp.Dense(260, 300, mlp.Tanh, mlp.WithoutBias()),
		mlp.Dense(300, 20, mlp.ReLU), // not packed
		mlp.Dense(20, 256, mlp.ReLU),
		mlp.Dense(256, 3, mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	x := mat.NewDense(rows, 30, nil)
	for i := range x.RawMatrix().Data {
		x.RawMatrix().Data[i] = rng.NormFloat64()
	}
	got, want := mat.NewDense(rows, 3, nil), mat.NewDense(rows, 3, nil)
	for _, factor := range []float64{1, 1.5, -1} {
		for _, l := range net.Layers() {
			w := l.Params()[0].Value
			w.Scale(factor, w)
		}
		if err := net.PredictTo(got, x); err != nil {
			t.Fatal(err)
		}
		for lo := 0; lo < rows; lo += few {
			part := want.Slice(lo, lo+few, 0, 3).(*mat.Dense)
			if err := net.PredictTo(part, x.Slice(lo, lo+few, 0, 30)); err != nil {
				t.Fatal(err)
			}
		}
		if !sameBits(got.RawMatrix().Data, want.RawMatrix().Data) {
			t.Errorf("weights times %g: all samples get other answers than %d at a time", factor, few)
		}
	}
}

// Blocks are about equally long, and each goroutine has as many.
func TestEvenBlocks(t *testing.T) {
	for rows := 1; rows < 3000; rows += 7 {
		for goroutines := 1; goroutines <= 5; goroutines++ {
			for _, most := range []int{84, 252} {
				block := mlp.EvenBlock(rows, goroutines, most)
				if block < 60 || block > most {
					t.Fatalf("%d rows, %d goroutines: blocks of %d, want 60 to %d", rows, goroutines, block, most)
				}
				blocks := (rows-1)/block + 1
				each := (blocks-1)/goroutines + 1
				if slowest := min(rows, each*block); block > 60 && slowest > (rows-1)/goroutines+1+each {
					t.Fatalf("%d rows, %d goroutines: one has %d blocks of %d", rows, goroutines, each, block)
				}
			}
		}
	}
}
