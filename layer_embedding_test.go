package mlp_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

func TestEmbedding(t *testing.T) {
	mlptest.Inputs{
		Draw:     func(row []float64, rng *rand.Rand) { row[0] = float64(rng.IntN(4)) },
		Discrete: []int{0},
	}.CheckLayer(t, func() mlp.Layer { return mlp.Embedding(4, 3) })
}

func TestEmbeddingByHand(t *testing.T) {
	l := mlp.Embedding(4, 2)
	table := l.Params()[0].Value
	table.Copy(mat.NewDense(4, 2, []float64{1, 2, 3, 4, 5, 6, 7, 8}))
	p := l.NewPass(3, nil)
	nearMatrix(t, "y", p.Forward(columnOf(3, 0, 3)), mat.NewDense(3, 2, []float64{7, 8, 1, 2, 7, 8}), 0)
	for range 2 { // the gradient of a batch is not added to that of the one before
		dx := p.Backward(mat.NewDense(3, 2, []float64{1, 10, 2, 20, 4, 40}), true)
		nearMatrix(t, "dx", dx, columnOf(0, 0, 0), 0)
		nearMatrix(t, "dE", p.Grads()[0], mat.NewDense(4, 2, []float64{2, 20, 0, 0, 0, 0, 5, 50}), 0)
	}
}

// Row 0 begins as zeros, and stays so if code 0 does not occur.
func TestStartOfEmbedding(t *testing.T) {
	const size = 5001
	l := mlp.Embedding(size, 2)
	net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, l, mlp.Dense(2, 1, mlp.Identity))
	table := l.Params()[0].Value
	sum, squares := mat.Sum(table), mat.Norm(table, 2)
	checkMean(t, "the table", sum, 2*(size-1), 0, 1)
	checkMean(t, "its squares", squares*squares, 2*(size-1), 1, 1.5)
	x := columnOf(1, 2, 3, 4)
	fit(t, net, x, columnOf(1, 0, 0, 1), mlp.FitOptions{Epochs: 5})
	nearAll(t, "row 0", table.RawRowView(0), []float64{0, 0}, 0)
}

func TestCodesThatEmbeddingRefuses(t *testing.T) {
	for name, p := range precisions {
		net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{p.option}, mlp.Embedding(4, 2), mlp.Dense(2, 1, mlp.Identity))
		for want, v := range map[string]float64{
			"mlp: Predict: x row 1 has 4 in column 0, want a code from 0 to 3":                  4,
			"mlp: Predict: x row 1 has -1 in column 0, want a code from 0 to 3":                 -1,
			"mlp: Predict: x row 1 has 1.5 in column 0, want a code from 0 to 3":                1.5,
			"mlp: Predict: x row 1 has 1e+300 in column 0, want a code from 0 to 3":             1e300,
			"mlp: Predict: x[1,0] is NaN: not finite":                                           nan,
			"mlp: Predict: x row 1 has 0.9999999999999999 in column 0, want a code from 0 to 3": 1 - 0x1p-53,
		} {
			_, err := net.Predict(columnOf(3, v, 0))
			if err == nil || err.Error() != want {
				t.Errorf("%s: got %v, want %s", name, err, want)
			}
			var refused *mlp.InputError
			if errors.As(err, &refused) == errors.Is(err, mlp.ErrNotFinite) {
				t.Errorf("%s: %v: errors.As does not tell", name, err)
			}
		}
	}
}

func TestMistakesInEmbedding(t *testing.T) {
	for want, l := range map[string]mlp.Layer{
		"mlp: Model: layer 0: a table of 0 codes, want at least 1":                             mlp.Embedding(0, 1),
		"mlp: Model: layer 0: a table of 16777217 codes, at most 16777216 are possible":        mlp.Embedding(1<<24+1, 1),
		"mlp: Model: layer 0: a table of 65536×65536 numbers, at most 2147483647 are possible": mlp.Embedding(65536, 65536),
		"mlp: Model: layer 0: 0 units, want at least 1":                                        mlp.Embedding(3, 0),
		"mlp: Model: layer 1 checks its inputs, which layer 0 computes: want it first":         nil,
	} {
		layers := []mlp.Layer{l}
		if l == nil {
			layers = []mlp.Layer{mlp.Dense(2, 1, mlp.Identity), mlp.Embedding(3, 1)}
		}
		if err := modelError(layers...); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
