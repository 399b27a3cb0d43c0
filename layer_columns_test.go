package mlp_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
	"example.com/mlp/mlptest"
)

func identity(units int) mlp.Layer { return mlp.ActivationLayer(units, mlp.Identity) }

// mixed returns a layer for six columns of which 1 and 4 are codes below 4 and 7,
// with 12 units.
func mixed() mlp.Layer {
	return mlp.Columns(6,
		mlp.ColumnGroup{Columns: []int{5, 0}, Layer: identity(2)},
		mlp.ColumnGroup{Columns: []int{1}, Layer: mlp.Embedding(4, 2)},
		mlp.ColumnGroup{Columns: []int{4, 2}, Layer: mlp.Columns(2,
			mlp.ColumnGroup{Columns: []int{0}, Layer: mlp.Stack(mlp.Embedding(7, 3), mlp.Dense(3, 2, mlp.Tanh))},
			mlp.ColumnGroup{Columns: []int{1}, Layer: mlp.NewPiecewiseLinear(1, 3, 2)},
		)},
		mlp.ColumnGroup{Columns: []int{0, 2, 3}, Layer: mlp.Stack(mlp.NewNormalization(3), mlp.Dense(3, 4, mlp.GELU))},
	)
}

func drawMixed(row []float64, rng *rand.Rand) {
	for j := range row {
		row[j] = rng.NormFloat64()
	}
	row[1], row[4] = float64(rng.IntN(4)), float64(rng.IntN(7))
}

// mixedSamples returns samples for mixed, and targets that depend on the codes.
func mixedSamples(n int) (x, y *mat.Dense) {
	x, y = mat.NewDense(n, 6, nil), mat.NewDense(n, 2, nil)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		row := x.RawRowView(i)
		drawMixed(row, rng)
		y.SetRow(i, []float64{math.Mod(3*row[1], 4) + row[0], math.Mod(5*row[4], 7)})
	}
	return x, y
}

func TestColumns(t *testing.T) {
	mlptest.Inputs{Draw: drawMixed, Discrete: []int{1, 4}}.CheckLayer(t, mixed)
	mlptest.CheckLayer(t, func() mlp.Layer {
		return mlp.Columns(2, mlp.ColumnGroup{Columns: []int{1, 0, 1}, Layer: mlp.Dense(3, 2, mlp.Softmax)})
	})
	mlptest.CheckLayer(t, func() mlp.Layer {
		return mlp.Columns(4,
			mlp.ColumnGroup{Columns: []int{3}, Unused: true},
			mlp.ColumnGroup{Columns: []int{2}, Layer: mlp.Dense(1, 2, mlp.Tanh)},
			mlp.ColumnGroup{Columns: []int{0, 1}, Unused: true})
	})
	mlptest.CheckTrainingLayer(t, func() mlp.Layer {
		return mlp.Columns(3,
			mlp.ColumnGroup{Columns: []int{0, 1}, Layer: mlp.BatchNorm(2)},
			mlp.ColumnGroup{Columns: []int{1, 2}, Layer: mlp.Dropout(2, 0.3)})
	})
}

func TestColumnsByHand(t *testing.T) {
	double := mlp.Scale(2)
	double.Params()[0].Value.SetRow(0, []float64{2, 3})
	l := mlp.Columns(3, mlp.ColumnGroup{Columns: []int{2, 0}, Layer: double}, mlp.ColumnGroup{Columns: []int{0, 1}, Layer: identity(2)})
	x := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})
	want := mat.NewDense(2, 4, []float64{6, 3, 1, 2, 12, 12, 4, 5})
	nearMatrix(t, "Infer", infer(l, x), want, 0)
	p := l.NewPass(2, nil)
	nearMatrix(t, "Forward", p.Forward(x), want, 0)
	dx := p.Backward(mat.NewDense(2, 4, []float64{1, 1, 1, 1, 1, 10, 100, 1000}), true)
	nearMatrix(t, "dx", dx, mat.NewDense(2, 3, []float64{4, 1, 2, 130, 1000, 2}), 0)
	nearMatrix(t, "ds", p.Grads()[0], row([]float64{3 + 6, 1 + 40}), 0)
}

// Columns that are unused change nothing, also in what is loaded or frozen.
func TestUnusedColumns(t *testing.T) {
	unused := mlp.Columns(4,
		mlp.ColumnGroup{Columns: []int{1}, Unused: true},
		mlp.ColumnGroup{Columns: []int{2, 0}, Layer: mlp.Stack(mlp.Scale(2), mlp.Dropout(2, 0.5))},
		mlp.ColumnGroup{Columns: []int{3}, Unused: true})
	net := model(t, mlp.MeanSquaredError, nil, unused, mlp.Dense(2, 1, mlp.Tanh))
	loaded, err := mlp.Load(bytes.NewReader(saved(t, net)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := net.Predict(row([]float64{1, 2, 3, 4}))
	if err != nil {
		t.Fatal(err)
	}
	for what, other := range map[string]interface {
		Predict(x mat.Matrix) (*mat.Dense, error)
	}{"the network": net, "loaded": loaded, "frozen": frozen(t, net)} {
		got, err := other.Predict(row([]float64{1, -7, 3, 9}))
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		nearMatrix(t, what, got, want, 1e-15)
	}
	if l := unused.(mlp.Freezer).Frozen(); l.(mlp.Validator).Validate() != nil {
		t.Error(l.(mlp.Validator).Validate())
	}
}

func TestNamesInColumns(t *testing.T) {
	var names []string
	for _, p := range mixed().Params() {
		names = append(names, p.Name)
	}
	want := []string{"1.table", "2.0.0.table", "2.0.1.weight", "2.0.1.bias", "2.1.edges", "2.1.weight", "2.1.bias", "2.1.bin_weight",
		"3.0.mean", "3.0.std", "3.1.weight", "3.1.bias"}
	if !slices.Equal(names, want) {
		t.Errorf("got %q\nwant %q", names, want)
	}
}

// A network with such a layer trains, predicts, is saved and frozen like others,
// in both precisions.
func TestNetworkOfColumns(t *testing.T) {
	x, y := mixedSamples(300)
	for name, p := range precisions {
		net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1), p.option}, mixed(), mlp.Dropout(12, 0.01), mlp.Dense(12, 16, mlp.ReLU), mlp.Dense(16, 2, mlp.Identity))
		fit(t, net, x, y, mlp.FitOptions{Epochs: 60, Optimizer: mlp.Adam{LearningRate: 0.02}})
		if scores, err := net.Evaluate(x, y); err != nil || scores.Score < 0.95 {
			t.Errorf("%s: %+v, %v", name, scores, err)
		}
		want, err := net.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := mlp.Load(bytes.NewReader(saved(t, net)))
		if err != nil {
			t.Fatal(err)
		}
		for what, other := range map[string]interface {
			Predict(x mat.Matrix) (*mat.Dense, error)
			PredictRow(dst, x []float64) error
		}{"loaded": loaded, "frozen": frozen(t, net)} {
			got, err := other.Predict(x)
			if err != nil {
				t.Fatal(err)
			}
			if what == "loaded" && !sameBits(got.RawMatrix().Data, want.RawMatrix().Data) {
				t.Errorf("%s, %s: other bits", name, what)
			}
			nearMatrix(t, name+", "+what, got, want, 1e5*p.roundoff)
			row := make([]float64, 2)
			if err := other.PredictRow(row, x.RawRowView(3)); err != nil {
				t.Fatal(err)
			}
			nearAll(t, name+", "+what+", a row", row, want.RawRowView(3), 1e5*p.roundoff)
		}
	}
}

// Errors name the column of x.
func TestInputsThatColumnsRefuse(t *testing.T) {
	x, _ := mixedSamples(9)
	out := func(inputs int) mlp.Layer { return mlp.Dense(inputs, 2, mlp.Identity) }
	group := func(l mlp.Layer, columns ...int) mlp.ColumnGroup { return mlp.ColumnGroup{Columns: columns, Layer: l} }
	foreign := mlp.Columns(6, group(newLookup(3, 4, 3), 4, 5, 0), group(identity(3), 1, 2, 3))
	residual := mlp.Residual(mixedTo6())
	for want, c := range map[string]struct {
		layer mlp.Layer
		x     *mat.Dense
	}{
		"mlp: Predict: x row 7 has 4 in column 1, want a code from 0 to 3":                       {mixed(), with(x, 7, 1, 4)},
		"mlp: Predict: x row 2 has 6.5 in column 4, want a code from 0 to 6":                     {mixed(), with(x, 2, 4, 6.5)},
		"mlp: Predict: x row 3 has -1 in column 4, want a code from 0 to 6":                      {residual, with(x, 3, 4, -1)},
		"mlp: Predict: x row 2 with the columns [4 5 0] has 9 in column 0, the table has 4 rows": {foreign, with(altogether(x, 4, 1), 2, 4, 9)},
		"mlp: Predict: x[2,0] is -Inf: not finite":                                               {mixed(), with(x, 2, 0, -inf)},
	} {
		_, units := c.layer.Dims()
		_, err := model(t, mlp.MeanSquaredError, nil, c.layer, out(units)).Predict(c.x)
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// mixedTo6 is mixed with as many units as columns.
func mixedTo6() mlp.Layer { return mlp.Stack(mixed(), mlp.Dense(12, 6, mlp.Identity)) }

// altogether returns x with v everywhere in a column.
func altogether(x *mat.Dense, column int, v float64) *mat.Dense {
	x = mat.DenseCopyOf(x)
	rows, _ := x.Dims()
	for i := range rows {
		x.Set(i, column, v)
	}
	return x
}

func TestMistakesInColumns(t *testing.T) {
	group := func(l mlp.Layer, columns ...int) mlp.ColumnGroup { return mlp.ColumnGroup{Columns: columns, Layer: l} }
	for want, layers := range map[string][]mlp.Layer{
		"mlp: Model: layer 0: no groups of columns":                                 {mlp.Columns(2)},
		"mlp: Model: layer 0: groups of columns: layer 1 is nil":                    {mlp.Columns(2, group(identity(2), 0, 1), mlp.ColumnGroup{})},
		"mlp: Model: layer 0: groups of columns: layer 0: 0 units, want at least 1": {mlp.Columns(2, group(mlp.Scale(0), 0, 1))},
		"mlp: Model: layer 0: group 0 has 2 columns, its layer takes 1":             {mlp.Columns(2, group(identity(1), 0, 1))},
		"mlp: Model: layer 0: group 1 has column 2, x has 2 columns":                {mlp.Columns(2, group(identity(2), 0, 1), group(identity(1), 2))},
		"mlp: Model: layer 0: group 0 has column -1, x has 2 columns":               {mlp.Columns(2, group(identity(1), -1))},
		"mlp: Model: layer 0: no group has column 1 of x":                           {mlp.Columns(2, group(identity(1), 0))},
		"mlp: Model: layer 0: no group has column 0, 2 to 3, 5, 8 to 9 of x":        {mlp.Columns(10, group(identity(3), 6, 7, 1), group(identity(2), 4, 7))},
		"mlp: Model: layer 0: group 1 is unused, but has a layer":                   {mlp.Columns(2, group(identity(1), 0), mlp.ColumnGroup{Columns: []int{1}, Layer: identity(1), Unused: true})},
		"mlp: Model: layer 0: column 2 is unused, x has 2 columns":                  {mlp.Columns(2, group(identity(2), 0, 1), mlp.ColumnGroup{Columns: []int{2}, Unused: true})},
		"mlp: Model: layer 0: column 0 is unused, and in a group with a layer":      {mlp.Columns(2, group(identity(1), 0), mlp.ColumnGroup{Columns: []int{1, 0}, Unused: true})},
		"mlp: Model: layer 0: no group has column 1 to 2147483646 of x":             {mlp.Columns(math.MaxInt32, group(identity(1), 0))},
		"mlp: Model: layer 0: group 1: layer 1 checks its inputs, which layer 0 computes: want it first": {
			mlp.Columns(2, group(identity(2), 0, 1), group(mlp.Stack(identity(1), mlp.Embedding(3, 1)), 0))},
		"mlp: Model: layer 1 checks its inputs, which layer 0 computes: want it first": {
			identity(2), mlp.Columns(2, group(identity(2), 0, 1), group(mlp.Embedding(3, 1), 0))},
	} {
		if err := modelError(layers...); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	shared := mlp.Scale(1)
	if err := modelError(mlp.Columns(2, group(shared, 0), group(shared, 1))); err == nil {
		t.Error("a layer in two groups is no error")
	}
}

// Files that describe such layers wrongly are refused before they cost memory.
func TestLoadOfWrongColumns(t *testing.T) {
	x, _ := mixedSamples(50)
	piecewise := mlp.NewPiecewiseLinear(6, 3, 1)
	if err := piecewise.Adapt(x); err != nil {
		t.Fatal(err)
	}
	net := model(t, mlp.MeanSquaredError, nil, mixed(), mlp.Dense(12, 6, mlp.Tanh), mlp.PBLD(6, 2, 2), mlp.Dense(12, 6, mlp.Tanh), piecewise)
	reloaded(t, model(t, mlp.MeanSquaredError, nil, mlp.PBLD(6, 2, 2, mlp.WithSharedWeights()), mlp.Periodic(12, 2, 1), mlp.Dense(12, 6, mlp.Tanh), piecewise))
	for _, c := range []struct{ old, new, want string }{
		{`[[5,0],[1],`, `[[5,0],[0],`, "layer 0: no group has column 1 of x"},
		{`[[5,0],`, `[[5,6],`, "layer 0: group 0 has column 6, x has 6 columns"},
		{`[[5,0],`, `[[5],`, "layer 0: group 0 has 1 columns, its layer takes 2"},
		{`[[5,0],`, `[[5,0],[5,0],[5,0],`, "layer 0: 6 groups of columns for 4 layers"},
		{`"kind":"columns","inputs":6`, `"kind":"columns","inputs":7`, "layer 0: no group has column 6 of x"},
		{`"units":6,"activation":"tanh"`, `"units":6,"columns":[[0]],"activation":"tanh"`, "layer 1: dense with 1 groups of columns, want 0"},
		{`"size":7`, `"size":1e9`, "layer 0: layer 2 inside: layer 0 inside: layer 0 inside: embedding with 1 inputs and 3 units has 3000000000 parameters, the file has "},
		{`"size":7`, `"size":7.5`, "layer 0: layer 2 inside: layer 0 inside: layer 0 inside: embedding with numbers map[size:7.5], want map[size:7]"},
		{`"size":7`, `"size":-7`, "layer 0: layer 2 inside: layer 0 inside: layer 0 inside: embedding with 1 inputs and 3 units has -21 parameters, the file has "},
		{`"size":7`, `"size":0`, "layer 0: layer 2 inside: layer 0 inside: layer 0 inside: a table of 0 codes, want at least 1"},
		{`"frequencies":2`, `"frequencies":1e9`, "layer 2: pbld with 6 inputs and 12 units has 18000000006 parameters, the file has "},
		{`"frequencies":2`, `"frequencies":2,"shared":2`, "layer 2: pbld with numbers map[frequencies:2 shared:2], want map[frequencies:2 shared:1]"},
		{`"pbld","inputs":6,"units":12`, `"pbld","inputs":6,"units":13`, "layer 2: pbld with 13 units, want 12"},
		{`"pbld","inputs":6,"units":12`, `"pbld","inputs":6,"units":1`, "layer 2: 0 units for a feature, want at least 2"},
		{`"inputs":6,"units":6,"numbers":{"bins":3}`, `"inputs":6,"units":6,"numbers":{"bins":1e9}`, "layer 4: piecewise_linear with 6 inputs and 6 units has 12000000018 parameters, the file has "},
		{`"inputs":6,"units":6,"numbers":{"bins":3}`, `"inputs":6,"units":5,"numbers":{"bins":3}`, "layer 4: 0 units for a feature, want at least 1"},
	} {
		file := altered(t, net, func(f *safetensors.File) {
			text := f.Metadata["layers"]
			if !strings.Contains(text, c.old) {
				t.Fatalf("no %s in %s", c.old, text)
			}
			f.Metadata["layers"] = strings.Replace(text, c.old, c.new, 1)
		})
		if _, err := mlp.Load(bytes.NewReader(file)); err == nil || !strings.HasPrefix(err.Error(), "mlp: Load: "+c.want) {
			t.Errorf("got %v\nwant mlp: Load: %s", err, c.want)
		}
	}
	file := altered(t, net, func(f *safetensors.File) {
		for i := range f.Tensors {
			if f.Tensors[i].Name == "layers.4.edges" {
				clear(f.Tensors[i].Data[:8])
				f.Tensors[i].Data[7] = 0x40 // 2
			}
		}
	})
	if _, err := mlp.Load(bytes.NewReader(file)); err == nil || !strings.HasPrefix(err.Error(), "mlp: Load: layer 4: edges[0][1] is ") {
		t.Errorf("edges in the wrong order: %v", err)
	}
}
