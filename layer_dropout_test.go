package mlp_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Dropout keeps the mean: for x = 1, y is 1/q with probability q = 1 − rate,
// else 0; its variance is (1−q)/q, and that of (y−1)² is
// ((1−q)⁴/q³ + 1−q) − (1−q)²/q².
func TestDropoutMoments(t *testing.T) {
	const rows, units, batches = 50, 40, 100
	for _, rate := range []float64{0, 0.1, 0.5, 0.9, 0.999} {
		pass := mlp.Dropout(units, rate).NewPass(rows, rand.New(rand.NewPCG(1, 2)))
		x, q := allOf(rows, units, 1), 1-rate
		sum, squares, kept := 0.0, 0.0, 0.0
		for range batches {
			y := pass.Forward(x)
			dx := pass.Backward(allOf(rows, units, 3), true)
			for i, v := range y.RawMatrix().Data {
				if v != 0 && v != 1/q {
					t.Fatalf("rate %v: 1 becomes %v", rate, v)
				}
				if d := dx.RawMatrix().Data[i]; d != 3*v {
					t.Fatalf("rate %v: the gradient 3 becomes %v where 1 becomes %v", rate, d, v)
				}
				if v != 0 {
					kept++
				}
				sum += v
				squares += (v - 1) * (v - 1)
			}
		}
		n := float64(rows * units * batches)
		variance := rate / q
		checkMean(t, "kept", kept, n, q, math.Sqrt(rate*q))
		checkMean(t, "y", sum, n, 1, math.Sqrt(variance))
		checkMean(t, "(y−1)²", squares, n, variance, math.Sqrt(math.Pow(rate, 4)/math.Pow(q, 3)+rate-variance*variance))
	}
}

// For rates close to one, nearly everything is dropped, and nothing overflows.
func TestDropoutOfNearlyEverything(t *testing.T) {
	rate := math.Nextafter(1, 0)
	pass := mlp.Dropout(100, rate).NewPass(100, rand.New(rand.NewPCG(1, 2)))
	for _, v := range pass.Forward(allOf(100, 100, 1)).RawMatrix().Data {
		if v != 0 && v != 0x1p53 {
			t.Fatalf("1 becomes %v", v)
		}
	}
}

// The masks of a batch, its rows and the next batch differ.
func TestDropoutMasksAreNew(t *testing.T) {
	pass := mlp.Dropout(64, 0.5).NewPass(2, rand.New(rand.NewPCG(1, 2)))
	first := mat.DenseCopyOf(pass.Forward(allOf(2, 64, 1)))
	second := pass.Forward(allOf(2, 64, 1))
	if mat.Equal(first, second) {
		t.Error("two batches have the same mask")
	}
	if mat.Equal(first.RowView(0), first.RowView(1)) {
		t.Error("two rows have the same mask")
	}
}
