package mlp_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// lookup is a layer of another package: y = the row of a table whose position is
// in the first column of x, plus the sum of the other columns.
type lookup struct {
	inputs int
	table  *mat.Dense
}

func newLookup(inputs, positions, units int) *lookup {
	l := &lookup{inputs, mat.NewDense(positions, units, nil)}
	l.table.Apply(func(i, j int, _ float64) float64 { return math.Sin(float64(3*i + j)) }, l.table)
	return l
}

func (l *lookup) Dims() (inputs, units int) { return l.inputs, l.table.RawMatrix().Cols }

func (l *lookup) Params() []mlp.Param { return []mlp.Param{{Name: "table", Value: l.table}} }

// noPosition is the error for a number that is not a position in a table.
type noPosition struct {
	got       float64
	positions int
}

func (e *noPosition) Error() string {
	return fmt.Sprintf("has %g in column 0, the table has %d rows", e.got, e.positions)
}

func (l *lookup) CheckInput(row []float64) error {
	positions := l.table.RawMatrix().Rows
	if p := row[0]; p != math.Trunc(p) || p < 0 || p >= float64(positions) {
		return &noPosition{p, positions}
	}
	return nil
}

func (l *lookup) Infer(dst, x *mat.Dense) {
	mlp.CheckInfer(l, dst, x)
	for i := range x.RawMatrix().Rows {
		y, row := dst.RawRowView(i), x.RawRowView(i)
		copy(y, l.table.RawRowView(int(row[0])))
		for j := range y {
			for _, v := range row[1:] {
				y[j] += v
			}
		}
	}
}

func (l *lookup) NewPass(rows int, _ *rand.Rand) mlp.Pass {
	return mlp.NewPass(l, rows, mlp.Formulas{Grads: l.grads, Backward: l.backward})
}

func (l *lookup) grads(grads []*mat.Dense, dy, x, _ *mat.Dense) {
	for i := range x.RawMatrix().Rows {
		sum := grads[0].RawRowView(int(x.At(i, 0)))
		for j, d := range dy.RawRowView(i) {
			sum[j] += d
		}
	}
}

func (l *lookup) backward(dx, dy, _, _ *mat.Dense) {
	dx.Zero()
	for i := range dy.RawMatrix().Rows {
		d := dx.RawRowView(i)[1:]
		for _, v := range dy.RawRowView(i) {
			for j := range d {
				d[j] += v
			}
		}
	}
}

// positions returns n rows whose first column is a position of four, and whose
// others are small numbers.
func positions(n, cols int) *mat.Dense {
	x := mat.NewDense(n, cols, nil)
	x.Apply(func(i, j int, _ float64) float64 {
		if j == 0 {
			return float64(i % 4)
		}
		return math.Cos(float64(i+j)) / 4
	}, x)
	return x
}

func TestLookup(t *testing.T) {
	mlptest.Inputs{
		Draw: func(row []float64, rng *rand.Rand) {
			row[0], row[1], row[2] = float64(rng.IntN(4)), rng.NormFloat64(), rng.NormFloat64()
		},
		Discrete: []int{0},
	}.CheckLayer(t, func() mlp.Layer { return newLookup(3, 4, 3) })
}

// lookups are networks with three inputs, one of them a position, and two
// outputs.
func lookups(t *testing.T) map[string]mlp.Network {
	last := func() mlp.Layer { return mlp.Dense(3, 2, mlp.Identity) }
	member := func(seed uint64) mlp.Network {
		return model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(seed)}, mlp.Residual(newLookup(3, 4, 3)), last())
	}
	ensemble, err := mlp.Ensemble(member(1), member(2))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]mlp.Network{
		"first": model(t, mlp.MeanSquaredError, nil, newLookup(3, 4, 3), last()),
		"alone": model(t, mlp.MeanSquaredError, nil, newLookup(3, 4, 2)),
		"in a residual block": model(t, mlp.MeanSquaredError, nil,
			mlp.Residual(mlp.Residual(newLookup(3, 4, 3), mlp.Dropout(3, 0.1)), mlp.Dense(3, 3, mlp.Tanh)), last()),
		"in an ensemble": ensemble,
	}
}

// Everything that takes samples rejects those that a layer does not accept, and
// reports which.
func TestInputsThatALayerRefuses(t *testing.T) {
	const rows = 300
	good, y := positions(rows, 3), mat.NewDense(rows, 2, nil)
	bad := with(with(good, 170, 0, 4), 290, 0, -1)
	ctx := context.Background()
	for name, net := range lookups(t) {
		before := weights(net)
		train := func(x *mat.Dense, opts mlp.FitOptions) func() error {
			return func() error { return second(net.Fit(ctx, x, y, opts)) }
		}
		dst := mat.NewDense(rows, 2, nil)
		const text = "row 170 has 4 in column 0, the table has 4 rows"
		for want, call := range map[string]func() error{
			"mlp: Fit: x " + text:             train(bad, mlp.FitOptions{}),
			"mlp: Fit: Validation: x " + text: train(good, mlp.FitOptions{Validation: &mlp.Dataset{X: bad, Y: y}}),
			"mlp: FitBatches: Validation: x " + text: func() error {
				return second(net.FitBatches(ctx, inBatches(good, y, 10), mlp.FitOptions{Validation: &mlp.Dataset{X: bad, Y: y}}))
			},
			"mlp: FitBatch: x " + text: func() error { return second(trainer(t, net, mlp.FitOptions{}).FitBatch(bad, y)) },
			"mlp: FindLearningRate: x " + text: func() error {
				return second(mlp.FindLearningRate(ctx, net, bad, y, mlp.FitOptions{}, mlp.RateSearch{}))
			},
			"mlp: Evaluate: x " + text: func() error { return second(net.Evaluate(bad, y)) },
			"mlp: Forward: x " + text:  func() error { return second(net.Forward(bad)) },
			"mlp: Predict: x " + text:  func() error { return second(net.Predict(bad)) },
			"mlp: PredictTo: x row 0 has 0.5 in column 0, the table has 4 rows": func() error {
				return net.PredictTo(dst, with(good, 0, 0, 0.5))
			},
			"mlp: PredictRow: x has -1 in column 0, the table has 4 rows": func() error {
				return net.PredictRow(make([]float64, 2), []float64{-1, 0, 0})
			},
			"mlp: Predict: x[200,1] is NaN: not finite": func() error { return second(net.Predict(with(bad, 200, 1, nan))) },
			"mlp: Fit: x[3,0] is +Inf: not finite":      train(with(bad, 3, 0, math.Inf(1)), mlp.FitOptions{}),
			"mlp: PredictRow: x[0] is NaN: not finite": func() error {
				return net.PredictRow(make([]float64, 2), []float64{nan, 0, 0})
			},
		} {
			err := call()
			if err == nil || err.Error() != want {
				t.Errorf("%s:\ngot  %v\nwant %s", name, err, want)
			}
			var refused *noPosition
			if errors.As(err, &refused) == errors.Is(err, mlp.ErrNotFinite) {
				t.Errorf("%s: %v: errors.As does not tell", name, err)
			}
		}
		if !slices.Equal(weights(net), before) {
			t.Errorf("%s: weights have moved", name)
		}
		want := "mlp: FitBatches: epoch 1, batch 2: x row 5 has 4 in column 0, the table has 4 rows"
		if _, err := net.FitBatches(ctx, inBatches(bad, y, 165, 10), mlp.FitOptions{}); err == nil || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", name, err, want)
		}
	}
}

// A network with such a layer trains and predicts like others.
func TestInputsThatALayerTakes(t *testing.T) {
	x, y := positions(40, 3), mat.NewDense(40, 2, nil)
	y.Apply(func(i, j int, _ float64) float64 { return float64((i % 4) * (i % 4) * (1 + j)) }, y)
	for name, net := range lookups(t) {
		fit(t, net, x, y, mlp.FitOptions{Epochs: 300, Optimizer: mlp.Adam{LearningRate: 0.1}, Validation: &mlp.Dataset{X: x, Y: y}})
		if scores, err := net.Evaluate(x, y); err != nil || scores.Score < 0.9 {
			t.Errorf("%s: %+v, %v", name, scores, err)
		}
		want, err := net.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		dst := make([]float64, 2)
		if err := net.PredictRow(dst, x.RawRowView(7)); err != nil {
			t.Fatal(err)
		}
		nearAll(t, name+": PredictRow", dst, want.RawRowView(7), 1e-12)
	}
}

// A layer that checks its inputs must see those of the network.
func TestChecksOfInputsThatLayersCompute(t *testing.T) {
	check := func() mlp.Layer { return newLookup(3, 4, 3) }
	dense := func() mlp.Layer { return mlp.Dense(3, 3, mlp.Tanh) }
	for want, layers := range map[string][]mlp.Layer{
		"mlp: Model: layer 1 checks its inputs, which layer 0 computes: want it first":                   {mlp.Dropout(3, 0.5), check()},
		"mlp: Model: layer 2 checks its inputs, which layer 1 computes: want it first":                   {check(), dense(), mlp.Residual(check())},
		"mlp: Model: layer 0: layer 1 checks its inputs, which layer 0 computes: want it first":          {mlp.Residual(dense(), check())},
		"mlp: Model: layer 1: layer 0: layer 2 checks its inputs, which layer 1 computes: want it first": {dense(), mlp.Residual(mlp.Residual(dense(), dense(), check()))},
	} {
		net, err := mlp.Model(layers, mlp.MeanSquaredError)
		if net != nil || err == nil || err.Error() != want {
			t.Errorf("got %v, %v\nwant the error %s", net, err, want)
		}
	}
}
