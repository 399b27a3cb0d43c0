package onnx

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Graphs of random nodes are refused or mean what their operators say.
func TestRandomGraphs(t *testing.T) {
	const constants = numbers + row3 + pos3 + square + `tensor b double[1,3] 0.1 -0.2 0.3
tensor eps double[] 1e-5
tensor two_rows double[7,3] 0.5 -1 2
tensor tall double[6,3] 0.3 -0.1 0.2 0.7 -0.5
`
	names := []string{"half", "one", "two", "three", "six", "zero", "sqrt2", "halfsqrt2", "c1", "c2", "r", "p", "b", "eps", "two_rows"}
	// Operators with what stands behind their inputs.
	binary := []string{"Add", "Mul", "Sub", "Div"}
	unary := []string{"Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Abs", "Erf", "Elu", "HardSigmoid alpha=0.25", "LeakyRelu alpha=0.5", "Softmax", "ReduceMean axes=[1]",
		"Identity", "Dropout", "Flatten", "Neg", "Mish", "Gelu", "LogSoftmax axis=1"}
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(list []string) string { return list[rng.IntN(len(list))] }
	accepted := make(map[string]int)
	graphs := 20_000
	if testing.Short() {
		graphs /= 10
	}
	for range graphs {
		values := []string{"x"}
		// recent prefers the last value.
		recent := func() string {
			if rng.IntN(3) > 0 {
				return values[len(values)-1]
			}
			return pick(values)
		}
		text := ""
		for i := range 1 + rng.IntN(6) {
			v := fmt.Sprint("v", i)
			switch rng.IntN(9) {
			case 8:
				text += fmt.Sprintf("k%d = Concat(%s, %s) axis=1\n%s = MatMul(k%d, tall)\n", i, recent(), pick(values), v, i)
			case 0:
				text += fmt.Sprintf("%s = MatMul(%s, q)\n", v, recent())
			case 1:
				text += fmt.Sprintf("%s = Gemm(%s, q, r) beta=0.5\n", v, recent())
			case 2:
				text += fmt.Sprintf("%s = Clip(%s, zero, six)\n", v, recent())
			case 3, 4:
				a, b := recent(), recent()
				if rng.IntN(2) == 0 {
					b = pick(names)
				}
				if rng.IntN(3) == 0 {
					a, b = b, a
				}
				text += fmt.Sprintf("%s = %s(%s, %s)\n", v, pick(binary), a, b)
			default:
				op, attrs, _ := strings.Cut(pick(unary), " ")
				text += fmt.Sprintf("%s = %s(%s) %s\n", v, op, recent(), attrs)
			}
			values = append(values, v)
		}
		last := values[len(values)-1]
		m := parse("opset 20\ninput x double[N,3]\noutput " + last + " double\n" + constants + text)
		net, err := Import(bytes.NewReader(m.encode()))
		if err != nil {
			continue
		}
		for _, word := range strings.Fields(arch(net)) {
			kind, _, _ := strings.Cut(word, "(")
			accepted[kind]++
		}
		x := samples(7, 3)
		y := forward(t, net, x)
		want := evaluate(t, m, last, x)
		if rows, cols := want.Dims(); rows != 7 || cols != 3 {
			t.Fatalf("%s\nis accepted, but gives %d×%d numbers:\n%s", text, rows, cols, arch(net))
		}
		for i := range 7 {
			for j := range 3 {
				a, b := y.At(i, j), want.At(i, j)
				if !(math.Abs(a-b) <= 1e-9*max(1, math.Abs(b))) && !(math.IsNaN(a) && math.IsNaN(b)) && a != b {
					t.Fatalf("%s\nis imported as %s, which gives %g, want %g", text, arch(net), a, b)
				}
			}
		}
	}
	t.Log(accepted)
	for _, kind := range []string{"dense", "residual", "normalization", "dropout", "relu6"} {
		if accepted[kind] < graphs/400 {
			t.Errorf("only %d layers of the kind %s", accepted[kind], kind)
		}
	}
}

// Networks of random layers for tables come back as they are, and their graphs
// mean the same.
func TestRandomTables(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	networks := 1000
	if testing.Short() {
		networks /= 10
	}
	for range networks {
		var layers []mlp.Layer
		inputs := 1 + rng.IntN(4)
		for width := inputs; len(layers) < 4; {
			l := randomLayer(t, rng, width, 2)
			_, width = l.Dims()
			layers = append(layers, l)
		}
		net := varied(t, "", "", layers...)
		file := exported(t, net, Float64)
		back, err := Import(bytes.NewReader(file))
		if err != nil {
			t.Fatalf("%s: %v", arch(net), err)
		}
		m, err := decodeModel(file)
		if err != nil {
			t.Fatal(err)
		}
		want := forward(t, net, net.x)
		if d := distance(t, evaluate(t, m, outputName, net.x), want); !(d <= 1e-12) {
			t.Fatalf("%s: the operators give outputs that differ by %g", arch(net), d)
		}
		if arch(back) != arch(net) || !mat.Equal(forward(t, back, net.x), want) {
			t.Fatalf("%s: got %s with other outputs", arch(net), arch(back))
		}
	}
}

// randomLayer returns a layer of a few units for this many inputs, with layers
// inside it up to the given depth.
func randomLayer(t *testing.T, rng *rand.Rand, inputs, depth int) mlp.Layer {
	t.Helper()
	members := 1
	if inputs%2 == 0 {
		members = 1 + rng.IntN(2)
	}
	own, units := inputs/members, 1+rng.IntN(3)
	act := []mlp.Activation{mlp.Identity, mlp.Tanh, mlp.Softmax, mlp.ReLU6, mlp.SiLU}[rng.IntN(5)]
	kinds := 10
	if depth > 0 {
		kinds = 14
	}
	switch rng.IntN(kinds) {
	case 0:
		l := mlp.NewPiecewiseLinear(inputs, 1+rng.IntN(4), units)
		_ = l.Adapt(samples(1+rng.IntN(8), inputs)) // never fails
		return l
	case 1:
		return mlp.Periodic(inputs, 1+rng.IntN(3), units, [][]mlp.PeriodicOption{nil, {mlp.WithSharedWeights()}}[rng.IntN(2)]...)
	case 2:
		return mlp.PBLD(inputs, 1+rng.IntN(3), 1+units, [][]mlp.PeriodicOption{nil, {mlp.WithSharedWeights()}}[rng.IntN(2)]...)
	case 3:
		return mlp.Scale(inputs)
	case 4:
		return mlp.NTKDense(inputs, units, act)
	case 5:
		return mlp.ParametricActivation(inputs, mlp.SiLU)
	case 6:
		return mlp.MemberInputs(units, inputs, mlp.RandomSigns, nil)
	case 7:
		return mlp.BatchEnsemble(members, own, units, act)
	case 8:
		return mlp.MemberHeads(members, own, units)
	case 9:
		return mlp.MemberMean(members, own, act)
	case 10:
		first := randomLayer(t, rng, inputs, depth-1)
		_, width := first.Dims()
		return mlp.Stack(first, mlp.Dropout(width, 0.5), randomLayer(t, rng, width, depth-1))
	case 11:
		return mlp.MemberLayers(members, randomLayer(t, rng, own, depth-1))
	case 12:
		stacks := make([][]mlp.Layer, 1+rng.IntN(4))
		for i := range stacks {
			first := randomLayer(t, rng, inputs, depth-1)
			_, width := first.Dims()
			stacks[i] = stackOf(first, mlp.Dense(width, units, act))
		}
		return averageOf(t, stacks...)
	}
	return mlp.Columns(inputs,
		mlp.ColumnGroup{Columns: rng.Perm(inputs), Layer: randomLayer(t, rng, inputs, depth-1)},
		mlp.ColumnGroup{Columns: []int{rng.IntN(inputs), rng.IntN(inputs)}, Layer: randomLayer(t, rng, 2, depth-1)})
}

// Exported networks for tables that are changed at random are refused or mean
// what their operators say.
func TestRandomEdits(t *testing.T) {
	nets := tableNetworks(t)
	rng := rand.New(rand.NewPCG(3, 4))
	accepted, refused := 0, 0
	edits := 2000
	if testing.Short() {
		edits /= 10
	}
	for range edits {
		net := nets[rng.IntN(len(nets))]
		m, err := decodeModel(exported(t, net, Float64))
		if err != nil {
			t.Fatal(err)
		}
		what := editAtRandom(m, rng)
		back, err := Import(bytes.NewReader(m.encode()))
		if err != nil {
			refused++
			continue
		}
		accepted++
		y := forward(t, back, net.x)
		if d := distance(t, y, evaluate(t, m, outputName, net.x)); !(d <= 1e-12) {
			t.Fatalf("%s with another %s is taken, but the outputs differ by %g", net.name, what, d)
		}
	}
	t.Logf("%d taken, %d refused", accepted, refused)
	if accepted < edits/4 || refused < edits/4 {
		t.Errorf("%d taken and %d refused", accepted, refused)
	}
}

// editAtRandom changes something in a model and says what.
func editAtRandom(m *model, rng *rand.Rand) string {
	g := m.graph
	n := g.nodes[rng.IntN(len(g.nodes))]
	other := g.nodes[rng.IntN(len(g.nodes))]
	switch rng.IntN(8) {
	case 0:
		n.op = other.op
		return "operator"
	case 1:
		n.inputs[rng.IntN(len(n.inputs))] = other.inputs[rng.IntN(len(other.inputs))]
		return "input"
	case 2:
		if len(n.attrs) > 0 {
			a := &n.attrs[rng.IntN(len(n.attrs))]
			a.f += float32(rng.IntN(3)) / 2
			a.i += int64(rng.IntN(3)) - 1
			rng.Shuffle(len(a.ints), func(i, j int) { a.ints[i], a.ints[j] = a.ints[j], a.ints[i] })
		}
		return "attribute"
	case 3:
		i := rng.IntN(len(g.nodes))
		g.nodes = append(g.nodes[:i:i], g.nodes[i+1:]...)
		g.nodes = append(g.nodes, &node{op: "Identity", inputs: []string{inputName}, outputs: []string{outputName}})
		return "node"
	case 4:
		delete(m.metadata, layersKey)
		return "source of the layers"
	case 5:
		text := []byte(m.metadata[layersKey])
		if i := rng.IntN(len(text)); text[i] >= '0' && text[i] <= '9' {
			text[i] = byte('0' + rng.IntN(10))
		}
		m.metadata[layersKey] = string(text)
		return "description"
	}
	if len(g.initializers) > 0 {
		c := g.initializers[rng.IntN(len(g.initializers))]
		size := elemSizes[c.elem]
		i, j := size*rng.IntN(len(c.raw)/size), size*rng.IntN(len(c.raw)/size)
		c.raw = bytes.Clone(c.raw)
		copy(c.raw[i:i+size], c.raw[j:j+size])
	}
	return "number"
}
