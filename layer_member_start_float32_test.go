package mlp_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Leaving out zeros does not change the answers of members: those of many rows
// are those of a row by itself, for which nothing is left out unless the network
// is frozen.
func TestMembersLeaveOutZeros(t *testing.T) {
	const inputs, rows, members = 40, 130, 3
	hidden := map[string]func() mlp.Layer{
		"TabM-mini": func() mlp.Layer { return mlp.MemberLayers(members, mlp.Dense(inputs, 17, mlp.Tanh)) },
		"no bias": func() mlp.Layer {
			return mlp.MemberLayers(members, mlp.Dense(inputs, 17, mlp.ReLU, mlp.WithoutBias()))
		},
		"TabM": func() mlp.Layer { return mlp.BatchEnsemble(members, inputs, 17, mlp.ReLU) },
		"r": func() mlp.Layer {
			l := mlp.BatchEnsemble(members, inputs, 17, mlp.SiLU)
			l.Params()[0].Value.Apply(func(i, j int, _ float64) float64 { return float64(1+i) / float64(1+j) }, l.Params()[0].Value)
			return l
		},
		"two layers": func() mlp.Layer {
			return mlp.MemberLayers(members, mlp.Dense(inputs, 9, mlp.ReLU), mlp.Dense(9, 17, mlp.ReLU))
		},
	}
	// The columns before full are numbers, those after it are zero but for some.
	for _, full := range []int{0, 1, 25, inputs} {
		for _, filled := range []int{0, 1, 4} {
			rng := rand.New(rand.NewPCG(1, uint64(full)))
			x := mat.NewDense(rows, inputs, nil)
			for i := range rows {
				for j := range full {
					x.Set(i, j, rng.NormFloat64())
				}
				for range min(filled, inputs-full) {
					x.Set(i, full+rng.IntN(inputs-full), []float64{1, -1, 0.3, math.Copysign(0, -1)}[rng.IntN(4)])
				}
			}
			for name, layer := range hidden {
				t.Run(fmt.Sprintf("%s/%d and %d", name, full, filled), func(t *testing.T) {
					net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(2), mlp.WithPrecision(mlp.Float32)},
						mlp.MemberInputs(members, inputs, mlp.Normal(0, 1), nil), layer(),
						mlp.MemberHeads(members, 17, 2), mlp.MemberMean(members, 2, mlp.Softmax))
					p := frozen(t, net)
					want, err1 := net.Predict(x)
					got, err2 := p.Predict(x)
					if err := errors.Join(err1, err2); err != nil || !sameBits(got.RawMatrix().Data, want.RawMatrix().Data) {
						t.Fatalf("frozen: other answers (%v)", err)
					}
					row, frozenRow := make([]float64, 2), make([]float64, 2)
					for i := range rows {
						err1, err2 := net.PredictRow(row, x.RawRowView(i)), p.PredictRow(frozenRow, x.RawRowView(i))
						if err := errors.Join(err1, err2); err != nil || !sameBits(row, want.RawRowView(i)) || !sameBits(frozenRow, row) {
							t.Fatalf("row %d alone: %v, frozen %v, among all %v (%v)", i, row, frozenRow, want.RawRowView(i), err)
						}
					}
				})
			}
		}
	}
}

// A weight beyond single precision is an error, even if it multiplies nothing but
// zeros.
func TestMembersDoNotLeaveOutInfinities(t *testing.T) {
	const inputs = 30
	x := mat.NewDense(100, inputs, nil)
	for i := range 100 {
		x.Set(i, i%(inputs-1), 1)
	}
	for param := range 2 { // r and W
		layers := []mlp.Layer{mlp.MemberInputs(2, inputs, mlp.RandomSigns, nil), mlp.MemberLayers(2, mlp.Dense(inputs, 2, mlp.ReLU)), mlp.MemberMean(2, 2, mlp.Softmax)}
		net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithPrecision(mlp.Float32)}, layers...)
		if _, err := net.Predict(x); err != nil {
			t.Fatal(err)
		}
		w := layers[param].Params()[0].Value
		if param == 0 {
			w.Set(1, inputs-1, 1e300)
		} else {
			w.Set(inputs-1, 1, 1e300)
		}
		if _, err := net.Predict(x); err == nil {
			t.Errorf("parameter %d: no error for 1e300", param)
		}
	}
}

// The layer after MemberInputs needs as many columns, but not as many members.
func TestMembersOfAnotherNumber(t *testing.T) {
	x := mat.NewDense(130, 40, nil)
	for i := 0; i < 130; i += 5 {
		x.Set(i, 0, float64(i))
	}
	for _, second := range []mlp.Layer{
		mlp.MemberLayers(3, mlp.Dense(80, 10, mlp.Tanh)),
		mlp.BatchEnsemble(3, 80, 10, mlp.Tanh),
	} {
		net, err := mlp.Model([]mlp.Layer{
			mlp.MemberInputs(6, 40, mlp.Normal(0, 1), nil), second, mlp.Dense(30, 2, mlp.Identity),
		}, mlp.MeanSquaredError, mlp.WithSeed(2), mlp.WithPrecision(mlp.Float32))
		if err != nil {
			t.Fatal(err)
		}
		many, err := net.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		alone := make([]float64, 2)
		for i := range 130 {
			if err := net.PredictRow(alone, x.RawRowView(i)); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(alone, many.RawRowView(i)) {
				t.Errorf("%T, row %d: %v among many, %v alone", second, i, many.RawRowView(i), alone)
			}
		}
	}
}
