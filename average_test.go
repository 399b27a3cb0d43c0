package mlp_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/big"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

func averaged(t *testing.T, members []mlp.Network, weights []float64) mlp.Network {
	t.Helper()
	net, err := mlp.Average(members, weights)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// copied returns what Save and Load make of a network.
func copied(t *testing.T, net mlp.Network) mlp.Network {
	t.Helper()
	c, err := mlp.Load(bytes.NewReader(saved(t, net)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The average of one network, or of several that are the same, is the network, to
// the bit of its file.
func TestAverageOfTheSame(t *testing.T) {
	_, kinds, _ := members(t, 1)
	nets := map[string]mlp.Network{}
	for kind, one := range kinds {
		if err := one[0].SetMetadata("note", "kept"); err != nil {
			t.Fatal(err)
		}
		nets[kind] = one[0]
		nets["ensemble of "+kind] = ensemble(t, one[0], copied(t, one[0]))
	}
	for _, p := range []mlp.Precision{mlp.Float64, mlp.Float32} {
		for i, l := range testkit.OneOfEach(4) {
			inputs, units := l.Dims()
			nets[fmt.Sprintf("layer %d, %v", i, p)] = model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithPrecision(p)}, mlp.Dense(3, inputs, mlp.Tanh, mlp.WithL2(0.1), mlp.WithMaxNorm(2)), l, mlp.Dense(units, 1, mlp.Identity))
		}
		nets[fmt.Sprint("TabM ", p)] = model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithPrecision(p)}, testkit.TabM(2, mlp.Identity)...)
		nets[fmt.Sprint("RealMLP ", p)] = model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithPrecision(p)}, testkit.RealMLP(2, mlp.Identity)...)
	}
	for name, net := range nets {
		want := saved(t, net)
		for _, weights := range [][]float64{nil, {0.3}, {0.1, 0.1, 0.1}, {7, 0, 1e-3}} {
			all := []mlp.Network{net}
			for range max(len(weights), 1) - 1 {
				all = append(all, copied(t, net))
			}
			got := averaged(t, all, weights)
			if !bytes.Equal(saved(t, got), want) {
				t.Errorf("%s: the average with weights %v differs from the network", name, weights)
			}
			if a, b := fmt.Sprintf("%T", got), fmt.Sprintf("%T", net); a != b {
				t.Errorf("%s: a %s of a %s", name, a, b)
			}
		}
	}
}

// shards returns a network with a BatchNorm inside of another layer, trained on
// three parts of the data from the same weights.
func shards(t *testing.T, p mlp.Precision) (x, y *mat.Dense, nets []mlp.Network) {
	t.Helper()
	x, y, _, _ = samples(90)
	_, classes := y.Dims()
	start := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(3), mlp.WithPrecision(p)}, adapted(t, x),
		mlp.Dense(4, 6, mlp.Tanh), mlp.Residual(mlp.Dense(6, 6, mlp.Identity), mlp.BatchNorm(6)), mlp.Dense(6, classes, mlp.Softmax))
	for i := range 3 {
		net := copied(t, start)
		fit(t, net, x.Slice(30*i, 30*i+30, 0, 4), y.Slice(30*i, 30*i+30, 0, classes), mlp.FitOptions{Epochs: 2, BatchSize: 10, Seed: uint64(i + 1)})
		nets = append(nets, net)
	}
	return x, y, nets
}

// The parameters are those of the formulas in rational numbers, but for rounding.
func TestAverageFormulas(t *testing.T) {
	for _, p := range []mlp.Precision{mlp.Float64, mlp.Float32} {
		x, _, nets := shards(t, p)
		before := [][]byte{saved(t, nets[0]), saved(t, nets[1]), saved(t, nets[2])}
		rows := []float64{1000, 1, 333.25}
		got := averaged(t, nets, rows)

		rat := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
		mean := func(values []*big.Rat) *big.Rat {
			sum, total := new(big.Rat), new(big.Rat)
			for m, v := range values {
				w := rat(rows[m])
				total.Add(total, w)
				sum.Add(sum, w.Mul(w, v))
			}
			return sum.Quo(sum, total)
		}
		at := func(layer, param, k int) (values []*big.Rat) {
			for _, net := range nets {
				values = append(values, rat(net.Layers()[layer].Params()[param].Value.RawMatrix().Data[k]))
			}
			return values
		}
		moved := false
		for i, l := range got.Layers() {
			for j, param := range l.Params() {
				for k, v := range param.Value.RawMatrix().Data {
					values := at(i, j, k)
					if param.Name == "1.running_var" {
						means := at(i, j-1, k)
						center := mean(means)
						for m, v := range values {
							d := means[m].Sub(means[m], center)
							v.Add(v, d.Mul(d, d))
						}
					}
					moved = moved || values[0].Cmp(values[1]) != 0
					size := 0.0
					for _, v := range values {
						f, _ := v.Float64()
						size = max(size, math.Abs(f))
					}
					if want, _ := mean(values).Float64(); !(math.Abs(v-want) <= 4*0x1p-53*size) {
						t.Errorf("%v: layer %d, %s, entry %d is %v, want %v", p, i, param.Name, k, v, want)
					}
				}
			}
		}
		if !moved {
			t.Error("the members are all the same")
		}
		for m, net := range nets {
			if !bytes.Equal(saved(t, net), before[m]) {
				t.Errorf("member %d has changed", m)
			}
		}
		if got, want := got.(*mlp.Classifier).Precision(), p; got != want {
			t.Errorf("precision %v, want %v", got, want)
		}
		sameNetworks(t, reloaded(t, got), got, x)
		if again := averaged(t, nets, rows); !bytes.Equal(saved(t, again), saved(t, got)) {
			t.Error("averaged again, the network differs")
		}
		if other := averaged(t, []mlp.Network{nets[2], nets[0]}, []float64{0, 2}); !sameBits(weights(other), weights(nets[0])) {
			t.Error("a member of weight 0 counts")
		}
	}
}

// The running statistics are the mean and the variance of all rows.
func TestAverageOfBatchNorm(t *testing.T) {
	x, _, _, _ := samples(60)
	var nets []mlp.Network
	var rows []float64
	moments := func(x mat.Matrix, j int) (mean, variance float64) {
		n, _ := x.Dims()
		for i := range n {
			mean += x.At(i, j) / float64(n)
		}
		for i := range n {
			variance += (x.At(i, j) - mean) * (x.At(i, j) - mean) / float64(n)
		}
		return mean, variance
	}
	for _, part := range [][2]int{{0, 7}, {7, 40}, {40, 60}} {
		norm := mlp.BatchNorm(4)
		params := norm.Params()
		for j := range 4 {
			mean, variance := moments(x.Slice(part[0], part[1], 0, 4), j)
			params[2].Value.Set(0, j, mean)
			params[3].Value.Set(0, j, variance)
		}
		nets = append(nets, model(t, mlp.MeanSquaredError, nil, norm, mlp.Dense(4, 1, mlp.Identity)))
		rows = append(rows, float64(part[1]-part[0]))
	}
	params := averaged(t, nets, rows).Layers()[0].Params()
	for j := range 4 {
		mean, variance := moments(x, j)
		near(t, "running_mean", params[2].Value.At(0, j), mean, 1e-14)
		near(t, "running_var", params[3].Value.At(0, j), variance, 1e-14)
	}
}

// Rounds of training on parts and averaging learn what all of the data say.
func TestAverageInRounds(t *testing.T) {
	x, y, nets := shards(t, mlp.Float64)
	_, classes := y.Dims()
	net := averaged(t, nets, nil)
	before, err := net.Evaluate(x, y)
	if err != nil {
		t.Fatal(err)
	}
	for round := range 5 {
		for i := range nets {
			nets[i] = copied(t, net)
			fit(t, nets[i], x.Slice(30*i, 30*i+30, 0, 4), y.Slice(30*i, 30*i+30, 0, classes),
				mlp.FitOptions{Epochs: 2, BatchSize: 10, Seed: uint64(3*round + i + 10)})
		}
		net = averaged(t, nets, nil)
	}
	if after, err := net.Evaluate(x, y); err != nil || !(after.Loss < before.Loss) {
		t.Errorf("the loss goes from %v to %v (%v)", before.Loss, after.Loss, err)
	}
}

// Metadata that only some members have, or that differ, are left out.
func TestAverageMetadata(t *testing.T) {
	a := model(t, mlp.MeanSquaredError, nil, mlp.Dense(2, 1, mlp.Identity))
	b := copied(t, a)
	for key, values := range map[string][2]string{"both": {"x", "x"}, "differs": {"x", "y"}, "one": {"x", ""}, "other": {"", "x"}} {
		for i, net := range []mlp.Network{a, b} {
			if err := net.SetMetadata(key, values[i]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := averaged(t, []mlp.Network{a, b}, nil).Metadata(); fmt.Sprint(got) != "map[both:x]" {
		t.Errorf("metadata %v", got)
	}
	if got := a.Metadata(); len(got) != 3 {
		t.Errorf("the member has %v", got)
	}
}

func TestAverageErrors(t *testing.T) {
	regressor := func(layers ...mlp.Layer) mlp.Network { return model(t, mlp.MeanSquaredError, nil, layers...) }
	d := func(inputs, units int) mlp.Layer { return mlp.Dense(inputs, units, mlp.Identity) }
	normalized := func(mean float64) mlp.Network {
		norm := mlp.NewNormalization(2)
		if err := norm.Set([]float64{0, mean}, []float64{1, 1}); err != nil {
			t.Fatal(err)
		}
		return regressor(mlp.Residual(norm), d(2, 1))
	}
	broken := regressor(d(2, 1))
	broken.Layers()[0].Params()[0].Value.Set(1, 0, nan)
	one, two := regressor(d(2, 1)), regressor(d(2, 1))
	for _, c := range []struct {
		want    string
		nets    []mlp.Network
		weights []float64
	}{
		{"no members", nil, nil},
		{"member 1 is a <nil> that Model has not made", []mlp.Network{one, nil}, nil},
		{"member 1 has loss huber, member 0 has mean_squared_error", []mlp.Network{one, model(t, mlp.Huber(1), nil, d(2, 1))}, nil},
		{"member 1 has precision float32, member 0 has float64", []mlp.Network{one, model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithPrecision(mlp.Float32)}, d(2, 1))}, nil},
		{"member 2: 2 layers, member 0 has 1", []mlp.Network{one, two, regressor(d(2, 1), d(1, 1))}, nil},
		{"member 1: layer 0: scale, member 0 has dense", []mlp.Network{regressor(d(2, 2), d(2, 1)), regressor(mlp.Scale(2), d(2, 1))}, nil},
		{"member 1: layer 0: dense with 4 units, want 3 as in member 0", []mlp.Network{regressor(d(2, 3), d(3, 1)), regressor(d(2, 4), d(4, 1))}, nil},
		{`member 1: layer 0: dense with activation "identity", want "tanh" as in member 0`, []mlp.Network{regressor(mlp.Dense(2, 1, mlp.Tanh)), one}, nil},
		{"member 1: layer 0: dense with numbers map[l2:0.5], want map[] as in member 0", []mlp.Network{one, regressor(mlp.Dense(2, 1, mlp.Identity, mlp.WithL2(0.5)))}, nil},
		{"member 1: layer 0: layer 0: dense with 4 units, want 3 as in member 0", []mlp.Network{regressor(mlp.Residual(d(2, 3), d(3, 2)), d(2, 1)), regressor(mlp.Residual(d(2, 4), d(4, 2)), d(2, 1))}, nil},
		{"member 0: layer 0: a mlp_test.undescribed of another package, which cannot be copied", []mlp.Network{regressor(undescribed{d(2, 1)})}, nil},
		{"member 1: layer 0: a mlp_test.undescribed of another package, which cannot be copied", []mlp.Network{one, regressor(undescribed{d(2, 1)})}, nil},
		{`member 1: tensor "layers.0.weight": entry 1 is NaN: not finite`, []mlp.Network{one, broken}, nil},
		{"layers.0.0.mean, which is not trained, has 3 in column 1 of member 1 and 1 in member 0: want the same in all, as from one Adapt", []mlp.Network{normalized(1), normalized(3)}, nil},
		{"1 weights for 2 members", []mlp.Network{one, two}, []float64{1}},
		{"0 weights for 2 members", []mlp.Network{one, two}, []float64{}},
		{"weights[1] is -1, want a finite number of at least 0", []mlp.Network{one, two}, []float64{1, -1}},
		{"weights[0] is NaN, want a finite number of at least 0", []mlp.Network{one, two}, []float64{nan, 1}},
		{"weights[1] is +Inf, want a finite number of at least 0", []mlp.Network{one, two}, []float64{1, inf}},
		{"the sum of the weights is 0, want a finite number above 0", []mlp.Network{one, two}, []float64{0, 0}},
		{"the sum of the weights is +Inf, want a finite number above 0", []mlp.Network{one, two}, []float64{math.MaxFloat64, math.MaxFloat64}},
	} {
		if net, err := mlp.Average(c.nets, c.weights); err == nil || err.Error() != "mlp: Average: "+c.want || net != nil {
			t.Errorf("error %v\nwant  mlp: Average: %s", err, c.want)
		}
	}
}

// spyLoss is a loss of another package that calls a function.
type spyLoss struct {
	mlp.Loss
	call func()
}

func (l *spyLoss) Eval(grad, out, y *mat.Dense) float64 {
	l.call()
	return l.Loss.Eval(grad, out, y)
}

// While the weights of a member change, there is no average; for a callback there
// is one. Losses of other packages are no obstacle.
func TestAverageInTraining(t *testing.T) {
	x := mat.NewDense(4, 2, []float64{1, 2, 3, 4, 5, 6, 7, 9})
	loss := &spyLoss{Loss: mlp.MeanSquaredError}
	net := model(t, loss, nil, mlp.Dense(2, 1, mlp.Identity))
	var inside, between error
	loss.call = func() { _, inside = mlp.Average([]mlp.Network{net}, nil) }
	fit(t, net, x, x.Slice(0, 4, 0, 1), mlp.FitOptions{Epochs: 1, Callbacks: []mlp.Callback{onBatch(func(*mlp.Batch) error {
		_, between = mlp.Average([]mlp.Network{net}, nil)
		return nil
	})}})
	if !errors.Is(inside, mlp.ErrInTraining) || inside.Error() != "mlp: Average: member 0: the network is in training already" || between != nil {
		t.Errorf("inside of a step %v, between two %v", inside, between)
	}
}
