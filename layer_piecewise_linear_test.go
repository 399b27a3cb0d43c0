package mlp_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// bent returns a PiecewiseLinear with these edges.
func bent(t testing.TB, bins, units int, edges ...[]float64) *mlp.PiecewiseLinear {
	t.Helper()
	l := mlp.NewPiecewiseLinear(len(edges), bins, units)
	if err := l.Set(edges); err != nil {
		t.Fatal(err)
	}
	return l
}

// bentAtRandom gives the weights of the bins values that are not zero.
func bentAtRandom(l *mlp.PiecewiseLinear) *mlp.PiecewiseLinear {
	l.Params()[3].Value.Apply(func(i, j int, _ float64) float64 { return math.Sin(float64(3*i + j)) }, l.Params()[3].Value)
	return l
}

func TestPiecewiseLinear(t *testing.T) {
	mlptest.CheckLayer(t, func() mlp.Layer { return mlp.NewPiecewiseLinear(2, 3, 4) })
	mlptest.CheckLayer(t, func() mlp.Layer {
		return bentAtRandom(bent(t, 4, 3, []float64{-1, -0.2, 0.1, 0.5, 0.7}, []float64{-0.3, 0.4}, []float64{0.5}))
	})
}

// The encoding p by U = I, which makes y = v·w + c + p with w = c = 0.
func TestPiecewiseLinearEncoding(t *testing.T) {
	for name, c := range map[string]struct {
		edges []float64
		p     map[float64][]float64
	}{
		"three bins": {[]float64{0, 1, 3, 7}, map[float64][]float64{
			-2:  {-2, 0, 0}, // goes on below
			0:   {0, 0, 0},
			0.5: {0.5, 0, 0},
			1:   {1, 0, 0},
			2:   {1, 0.5, 0},
			3:   {1, 1, 0},
			4:   {1, 1, 0.25},
			7:   {1, 1, 1},
			15:  {1, 1, 3}, // goes on above
		}},
		"one bin":  {[]float64{1, 3}, map[float64][]float64{-1: {-1, 0, 0}, 1: {0, 0, 0}, 2: {0.5, 0, 0}, 3: {1, 0, 0}, 7: {3, 0, 0}}},
		"no bins":  {[]float64{2}, map[float64][]float64{-1: {0, 0, 0}, 2: {0, 0, 0}, 5: {0, 0, 0}}},
		"two bins": {[]float64{-1, 0, 2}, map[float64][]float64{-2: {-1, 0, 0}, -0.5: {0.5, 0, 0}, 1: {1, 0.5, 0}, 4: {1, 2, 0}}},
	} {
		l := bent(t, 3, 3, c.edges)
		for i := range 3 {
			l.Params()[3].Value.Set(i, i, 1)
		}
		for v, want := range c.p {
			if got := infer(l, row([]float64{v})).RawRowView(0); !slices.Equal(got, want) {
				t.Errorf("%s: %v is %v, want %v", name, v, got, want)
			}
		}
	}
}

func TestPiecewiseLinearAdapt(t *testing.T) {
	repeat := func(v float64, n int) []float64 { return slices.Repeat([]float64{v}, n) }
	rising := func(n int) []float64 {
		column := make([]float64, n)
		for i := range column {
			column[i] = float64(i)
		}
		return column
	}
	for name, c := range map[string]struct {
		column, edges []float64 // with at most 4 bins
	}{
		"quantiles of the rows":                {rising(101), []float64{0, 25, 50, 75, 100}},
		"in any order, between rows":           {[]float64{7, 0, 3, 1, 2, 6, 4, 5}, []float64{0, 1.75, 3.5, 5.25, 7}},
		"repeated quantiles":                   {append(repeat(5, 10), 0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32), []float64{0, 5, 11.5, 21.75, 32}},
		"of the distinct values":               {append(repeat(0, 900), rising(101)...), []float64{0, 25, 50, 75, 100}},
		"a quarter is not more than a quarter": {append(repeat(0, 24), rising(97)[1:]...)[:100], []float64{0, 1.75, 26.5, 51.25, 76}},
		"few values":                           {[]float64{3, 1, 1, 1, 2, 3}, []float64{1, 2, 3}},
		"yes and no":                           {[]float64{0, 1, 0, 0}, []float64{0, 1}},
		"constant":                             {[]float64{7, 7, 7}, []float64{7}},
		"constant up to rounding":              {[]float64{7, 7 + 1e-15, 7}, []float64{7}},
		"one row":                              {[]float64{-3}, []float64{-3}},
	} {
		l := mlp.NewPiecewiseLinear(1, 4, 2)
		if err := l.Adapt(columnOf(c.column...)); err != nil {
			t.Fatal(err)
		}
		want := append(slices.Clone(c.edges), repeat(c.edges[len(c.edges)-1], 5-len(c.edges))...)
		nearAll(t, name, l.Params()[0].Value.RawRowView(0), want, 1e-14)
	}
}

func TestPiecewiseLinearStart(t *testing.T) {
	l := mlp.NewPiecewiseLinear(50, 3, 16)
	model(t, mlp.MeanSquaredError, nil, l, mlp.Dense(800, 1, mlp.Identity))
	for i, bound := range []float64{0, 0.25, 0.25, 0} {
		p := l.Params()[i]
		if v := mat.Max(p.Value); v > bound || v < 0.98*bound || -mat.Min(p.Value) > bound {
			t.Errorf("%s up to %v, want %v", p.Name, v, bound)
		}
	}
}

func TestMistakesInPiecewiseLinear(t *testing.T) {
	two := func() *mlp.PiecewiseLinear { return mlp.NewPiecewiseLinear(2, 3, 1) }
	broken := bent(t, 2, 1, []float64{0, 1, 2})
	broken.Params()[0].Value.Set(0, 1, 3)
	for want, err := range map[string]error{
		"mlp: Model: layer 0: 0 features, want at least 1":                            modelError(mlp.NewPiecewiseLinear(0, 1, 1)),
		"mlp: Model: layer 0: 0 bins, want at least 1":                                modelError(mlp.NewPiecewiseLinear(1, 0, 1)),
		"mlp: Model: layer 0: -1 units for a feature, want at least 1":                modelError(mlp.NewPiecewiseLinear(1, 1, -1)),
		"mlp: Model: layer 0: 65536×65536×1 weights, at most 2147483647 are possible": modelError(mlp.NewPiecewiseLinear(65536, 65536, 1)),
		"mlp: Model: layer 0: a PiecewiseLinear that NewPiecewiseLinear has not made": modelError(&mlp.PiecewiseLinear{}),
		"mlp: Model: layer 0: edges[0][2] is 2, after 3: want ascending numbers":      modelError(broken),
		"mlp: Adapt: 0 features, want at least 1":                                     mlp.NewPiecewiseLinear(0, 1, 1).Adapt(row([]float64{1})),
		"mlp: Adapt: x is nil":                                                     two().Adapt(nil),
		"mlp: Adapt: x has 1 columns, the layer takes 2":                           two().Adapt(row([]float64{1})),
		"mlp: Adapt: x[0,1] is NaN: not finite":                                    two().Adapt(row([]float64{1, nan})),
		"mlp: Adapt: edges[1] are from -1.7e+308 to 1.7e+308: the range overflows": two().Adapt(mat.NewDense(2, 2, []float64{1, -1.7e308, 1, 1.7e308})),
		"mlp: Set: a PiecewiseLinear that NewPiecewiseLinear has not made":         (&mlp.PiecewiseLinear{}).Set(nil),
		"mlp: Set: edges has 1 entries, the layer takes 2":                         two().Set([][]float64{{1}}),
		"mlp: Set: edges[1] has 0 numbers, want from 1 to 4":                       two().Set([][]float64{{1}, nil}),
		"mlp: Set: edges[0] has 5 numbers, want from 1 to 4":                       two().Set([][]float64{{1, 2, 3, 4, 5}, {1}}),
		"mlp: Set: edges[1][1] is 1, after 1: want ascending numbers":              two().Set([][]float64{{1, 2}, {1, 1}}),
		"mlp: Set: edges[0][1] is +Inf: not finite":                                two().Set([][]float64{{1, inf}, {1}}),
		"mlp: Set: edges[0] are from -1.7e+308 to 1.7e+308: the range overflows":   two().Set([][]float64{{-1.7e308, 1.7e308}, {1}}),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// It learns what a line cannot.
func TestPiecewiseLinearLearns(t *testing.T) {
	x, y := mat.NewDense(200, 1, nil), mat.NewDense(200, 1, nil)
	for i := range 200 {
		x.Set(i, 0, float64(i)/100-1)
		y.Set(i, 0, math.Abs(x.At(i, 0)))
	}
	l := mlp.NewPiecewiseLinear(1, 8, 4)
	if err := l.Adapt(x); err != nil {
		t.Fatal(err)
	}
	net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, l, mlp.Dense(4, 1, mlp.Identity))
	fit(t, net, x, y, mlp.FitOptions{Epochs: 200, Optimizer: mlp.Adam{LearningRate: 0.02}})
	if scores, err := net.Evaluate(x, y); err != nil || scores.Score < 0.99 {
		t.Errorf("%+v, %v", scores, err)
	}
}
