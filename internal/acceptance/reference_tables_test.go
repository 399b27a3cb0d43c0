package acceptance_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// tableNetworks is testdata/golden/reference_tables.json.
type tableNetworks struct {
	Batch, Numbers, Names, Codes, Width, Waves, Units, Members, Bins int
	Edges                                                            [][]float64
	Cases                                                            []*tableNetwork
}

// tableNetwork is a network and its training.
type tableNetwork struct {
	Name, Task   string
	X, Y, Output matrix
	Epochs       int
	Start        map[string]matrix
	Losses       []float64                    // of the steps, before each
	Weights      map[string]map[string]matrix // after some of the steps

	precision mlp.Precision
	tol       float64
}

func (c *tableNetwork) classifies() bool { return c.Task == "classification" }

// RealMLP and TabM, made of layers, groups and schedules, against PyTorch in
// double precision.
func TestTableNetworksReference(t *testing.T) {
	for p, tol := range map[mlp.Precision]float64{mlp.Float64: goldenTol, mlp.Float32: 1e-5} {
		t.Run(p.String(), func(t *testing.T) { checkTableNetworks(t, p, tol) })
	}
}

func checkTableNetworks(t *testing.T, p mlp.Precision, tol float64) {
	var r tableNetworks
	readJSON(t, "../../testdata/golden/reference_tables.json", &r)
	if len(r.Cases) != 8 {
		t.Fatalf("%d networks, want 8", len(r.Cases))
	}
	for _, c := range r.Cases {
		c.precision, c.tol = p, tol
		t.Run(c.Name+" "+c.Task, func(t *testing.T) {
			switch c.Name {
			case "realmlp_simple":
				c.check(t, r.simpleRealMLP(c), mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, 0.1), r.simpleRealMLPOptions(c))
			case "realmlp":
				c.check(t, r.realMLP(c), mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, 0.1), r.realMLPOptions(c))
			case "tabm":
				c.check(t, r.tabM(t, c), mlp.CategoricalCrossEntropy, r.tabMOptions(c))
			case "tabm_mini":
				c.check(t, r.miniTabM(t, c), mlp.CategoricalCrossEntropy, r.tabMOptions(c))
			default:
				t.Fatal("an unknown network")
			}
		})
	}
}

// columnsFrom returns n column numbers.
func columnsFrom(first, n int) []int {
	columns := make([]int, n)
	for i := range columns {
		columns[i] = first + i
	}
	return columns
}

// last returns the number of outputs and the last activation.
func (c *tableNetwork) last() (units int, act mlp.Activation) {
	_, units = c.Y.Dims()
	if c.classifies() {
		return units, mlp.Softmax
	}
	return units, mlp.Identity
}

// realMLPActivation returns the activation and the learning rate of RealMLP-TD.
func (c *tableNetwork) realMLPActivation() (hidden mlp.Activation, rate float64) {
	if c.classifies() {
		return mlp.SELU, 0.04
	}
	return mlp.Mish, 0.2
}

// simpleRealMLP is RealMLP-TD-S, for numbers and one-hot categories.
func (r *tableNetworks) simpleRealMLP(c *tableNetwork) []mlp.Layer {
	_, inputs := c.X.Dims()
	hidden, _ := c.realMLPActivation()
	units, act := c.last()
	return []mlp.Layer{
		mlp.Scale(inputs),
		mlp.NTKDense(inputs, r.Width, hidden),
		mlp.NTKDense(r.Width, r.Width, hidden),
		mlp.NTKDense(r.Width, r.Width, hidden),
		mlp.NTKDense(r.Width, units, act),
	}
}

func (r *tableNetworks) simpleRealMLPOptions(c *tableNetwork) mlp.FitOptions {
	rate := 0.04
	if !c.classifies() {
		rate = 0.07
	}
	return mlp.FitOptions{
		Epochs:    c.Epochs,
		BatchSize: r.Batch,
		Optimizer: mlp.Adam{LearningRate: rate, Beta2: 0.95},
		Schedule:  mlp.CosineLog{},
		Groups:    []mlp.Group{{Has: named("scale"), Rate: 6}, {Has: named("bias"), Rate: 0.1}},
	}
}

// named reports whether a parameter of a layer, not of one inside, has the name.
func named(name string) func(layer int, p mlp.Param) bool {
	return func(_ int, p mlp.Param) bool { return p.Name == name }
}

// realMLP is RealMLP-TD, for numbers, one-hot categories and the codes of one
// more.
func (r *tableNetworks) realMLP(c *tableNetwork) []mlp.Layer {
	hidden, _ := c.realMLPActivation()
	units, act := c.last()
	inputs := r.Numbers*r.Units + r.Names + r.Units
	return []mlp.Layer{
		mlp.Columns(r.Numbers+r.Names+1,
			mlp.ColumnGroup{Columns: columnsFrom(0, r.Numbers), Layer: mlp.PBLD(r.Numbers, r.Waves, r.Units)},
			mlp.ColumnGroup{Columns: columnsFrom(r.Numbers, r.Names), Layer: mlp.ActivationLayer(r.Names, mlp.Identity)},
			mlp.ColumnGroup{Columns: []int{r.Numbers + r.Names}, Layer: mlp.Embedding(r.Codes, r.Units)}),
		mlp.Scale(inputs),
		mlp.NTKDense(inputs, r.Width, mlp.Identity),
		mlp.ParametricActivation(r.Width, hidden),
		mlp.NTKDense(r.Width, r.Width, mlp.Identity),
		mlp.ParametricActivation(r.Width, hidden),
		mlp.NTKDense(r.Width, r.Width, mlp.Identity),
		mlp.ParametricActivation(r.Width, hidden),
		mlp.NTKDense(r.Width, units, act),
	}
}

// realMLPOptions decays by the square of the factors of the learning rate, of
// which one is that of the rate itself.
func (r *tableNetworks) realMLPOptions(c *tableNetwork) mlp.FitOptions {
	_, rate := c.realMLPActivation()
	const decay = 0.02
	return mlp.FitOptions{
		Epochs:        c.Epochs,
		BatchSize:     r.Batch,
		Optimizer:     mlp.Adam{LearningRate: rate, Beta2: 0.95},
		Schedule:      mlp.CosineLog{},
		WeightDecay:   decay,
		DecaySchedule: mlp.FlatCosine{},
		Groups: []mlp.Group{
			{Has: func(layer int, p mlp.Param) bool { return layer == 0 && strings.HasPrefix(p.Name, "0.") }, Rate: 0.1, WeightDecay: 0.1 * decay},
			{Has: named("scale"), Rate: 6, WeightDecay: 6 * decay},
			{Has: named("share"), Rate: 0.1, WeightDecay: 0.1 * decay},
			{Has: named("bias"), Rate: 0.1, NoDecay: true},
		},
	}
}

// tabMInputs returns the first layers of TabM: numbers by bins, one-hot
// categories, and the factors of the members.
func (r *tableNetworks) tabMInputs(t *testing.T) (layers []mlp.Layer, width int) {
	t.Helper()
	numbers := mlp.NewPiecewiseLinear(r.Numbers, r.Bins, r.Units)
	if err := numbers.Set(r.Edges); err != nil {
		t.Fatal(err)
	}
	width = r.Numbers*r.Units + r.Names + r.Codes
	return []mlp.Layer{
		mlp.Columns(r.Numbers+r.Names+r.Codes,
			mlp.ColumnGroup{Columns: columnsFrom(0, r.Numbers), Layer: numbers},
			mlp.ColumnGroup{Columns: columnsFrom(r.Numbers, r.Names+r.Codes), Layer: mlp.ActivationLayer(r.Names+r.Codes, mlp.Identity)}),
		mlp.MemberInputs(r.Members, width, mlp.Normal(0, 1), nil),
	}, width
}

// tabM has the r of the first BatchEnsemble in MemberInputs.
func (r *tableNetworks) tabM(t *testing.T, c *tableNetwork) []mlp.Layer {
	t.Helper()
	layers, width := r.tabMInputs(t)
	units, act := c.last()
	return append(layers,
		mlp.BatchEnsemble(r.Members, width, r.Width, mlp.ReLU),
		mlp.BatchEnsemble(r.Members, r.Width, r.Width, mlp.ReLU),
		mlp.MemberHeads(r.Members, r.Width, units),
		mlp.MemberMean(r.Members, units, act))
}

func (r *tableNetworks) miniTabM(t *testing.T, c *tableNetwork) []mlp.Layer {
	t.Helper()
	layers, width := r.tabMInputs(t)
	units, act := c.last()
	return append(layers,
		mlp.MemberLayers(r.Members, mlp.Dense(width, r.Width, mlp.ReLU), mlp.Dense(r.Width, r.Width, mlp.ReLU)),
		mlp.MemberHeads(r.Members, r.Width, units),
		mlp.MemberMean(r.Members, units, act))
}

func (r *tableNetworks) tabMOptions(c *tableNetwork) mlp.FitOptions {
	groups := []mlp.Group{{Has: func(_ int, p mlp.Param) bool { return strings.HasSuffix(p.Name, "bias") }, NoDecay: true}}
	if c.Name == "tabm" {
		groups = append(groups,
			mlp.Group{Has: func(layer int, p mlp.Param) bool { return layer == 0 && p.Name == "0.weight" }, NoDecay: true},
			mlp.Group{Has: func(layer int, p mlp.Param) bool { return layer == 2 && p.Name == "r" }, Fixed: true})
	}
	return mlp.FitOptions{
		Epochs:      c.Epochs,
		BatchSize:   r.Batch,
		Optimizer:   mlp.Adam{LearningRate: 0.002},
		WeightDecay: 3e-4,
		ClipNorm:    1,
		Groups:      groups,
	}
}

// check trains a network of the layers from the start of c, in the order of its
// rows, and compares. loss is that of classifiers.
func (c *tableNetwork) check(t *testing.T, layers []mlp.Layer, loss mlp.Loss, opts mlp.FitOptions) {
	t.Helper()
	options := []mlp.ModelOption{mlp.WithPrecision(c.precision)}
	if !c.classifies() {
		scale := mlp.NewNormalization(1)
		if err := scale.Adapt(c.Y); err != nil {
			t.Fatal(err)
		}
		loss, options = mlp.MeanSquaredError, append(options, mlp.WithTargetScaling(scale))
	}
	net := model(t, loss, options, layers...)
	n := 0
	c.eachParam(net, c.Start, func(_ string, value, start *mat.Dense) { value.Copy(start); n++ })
	if n != len(c.Start) {
		t.Fatalf("the network has %d parameters of %d", n, len(c.Start))
	}
	f := &tableFollower{t: t, c: c, net: net}
	opts.KeepOrder, opts.Callbacks = true, []mlp.Callback{f}
	if _, err := net.Fit(context.Background(), c.X, c.Y, opts); err != nil {
		t.Fatal(err)
	}
	if f.steps != len(c.Losses) || f.compared != len(c.Weights) {
		t.Errorf("%d steps and %d sets of weights, want %d and %d", f.steps, f.compared, len(c.Losses), len(c.Weights))
	}
	output, err := net.Forward(c.X)
	if !c.classifies() {
		output, err = net.(*mlp.Regressor).Predict(c.X)
	}
	if err != nil {
		t.Fatal(err)
	}
	nearMatrix(t, "output", output, c.Output, c.tol)
}

// eachParam calls do for the parameters of the network that are among those
// given, which are named by layer and parameter.
func (c *tableNetwork) eachParam(net mlp.Network, of map[string]matrix, do func(name string, value, of *mat.Dense)) {
	for i, l := range net.Layers() {
		for _, p := range l.Params() {
			name := fmt.Sprintf("%d.%s", i, p.Name)
			if m, ok := of[name]; ok {
				do(name, p.Value, m.Dense)
			}
		}
	}
}

// tableFollower compares the network with c after each step.
type tableFollower struct {
	t               *testing.T
	c               *tableNetwork
	net             mlp.Network
	steps, compared int
}

func (f *tableFollower) BatchEnd(b *mlp.Batch) error {
	if f.steps == len(f.c.Losses) {
		return fmt.Errorf("more than %d steps", f.steps)
	}
	near(f.t, fmt.Sprintf("step %d: loss", f.steps+1), b.Loss, f.c.Losses[f.steps], f.c.tol)
	f.steps++
	if w, ok := f.c.Weights[fmt.Sprint(f.steps)]; ok {
		f.compared++
		f.c.eachParam(f.net, w, func(name string, value, want *mat.Dense) {
			nearMatrix(f.t, fmt.Sprintf("step %d: %s", f.steps, name), value, want, f.c.tol)
		})
	}
	return nil
}

func (f *tableFollower) EpochEnd(*mlp.Epoch) error { return nil }
