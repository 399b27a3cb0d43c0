package onnx

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Layers for tables come back as they were, with all that they consist of.
func TestLayersForTables(t *testing.T) {
	for _, net := range tableNetworks(t) {
		back, err := Import(bytes.NewReader(exported(t, net, Float64)))
		if err != nil {
			t.Fatalf("%s: %v", net.name, err)
		}
		if got, want := described(t, back), described(t, net); got != want {
			t.Errorf("%s: got  %s\nwant %s", net.name, got, want)
		}
		if got, want := back.Loss(), net.Loss(); got != want {
			t.Errorf("%s: loss %s, want %s", net.name, got.Name(), want.Name())
		}
		for i, l := range net.Layers() {
			for j, p := range l.Params() {
				if got := back.Layers()[i].Params()[j]; !mat.Equal(got.Value, p.Value) {
					t.Errorf("%s: layer %d has other numbers in %s", net.name, i, p.Name)
				}
			}
		}
	}
}

// described returns the description of the layers of a network.
func described(t *testing.T, net mlp.Network) string {
	t.Helper()
	text, err := descriptionOf(net.Layers())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// tableModel returns what Export writes of a network for a table, for a test to
// change.
func tableModel(t *testing.T) *model {
	t.Helper()
	net := varied(t, "", "", mlp.Columns(2,
		mlp.ColumnGroup{Columns: []int{1}, Layer: mlp.Embedding(3, 2)},
		mlp.ColumnGroup{Columns: []int{0}, Layer: bent(t, []float64{-1, 0, 2})}),
		mlp.MemberInputs(2, 4, mlp.RandomSigns, nil),
		mlp.MemberLayers(2, mlp.Dense(4, 3, mlp.NewELU(0.5))),
		mlp.MemberHeads(2, 3, 2),
		mlp.MemberMean(2, 2, mlp.Identity))
	m, err := decodeModel(exported(t, net, Float64))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// nodeOf returns the node with the given output.
func (m *model) nodeOf(t *testing.T, name string) *node {
	t.Helper()
	for _, n := range m.graph.nodes {
		if n.outputs[0] == name {
			return n
		}
	}
	t.Fatalf("no node %s", name)
	return nil
}

// tensorOf returns the initializer with the given name.
func (m *model) tensorOf(t *testing.T, name string) *tensor {
	t.Helper()
	for _, c := range m.graph.initializers {
		if c.name == name {
			return c
		}
	}
	t.Fatalf("no tensor %s", name)
	return nil
}

// describe replaces a part of the description.
func (m *model) describe(t *testing.T, old, new string) {
	t.Helper()
	text := m.metadata[layersKey]
	if m.metadata[layersKey] = strings.Replace(text, old, new, 1); m.metadata[layersKey] == text {
		t.Fatalf("%s is not in %s", old, text)
	}
}

// A graph that is not what the description of its layers says is an error.
func TestChangedTables(t *testing.T) {
	replace := func(old, new string) func(t *testing.T, m *model) {
		return func(t *testing.T, m *model) { m.describe(t, old, new) }
	}
	const graph = "the graph is not that of these layers: "
	for name, c := range map[string]struct {
		change func(t *testing.T, m *model)
		want   string
	}{
		"opset": {func(t *testing.T, m *model) { m.opsets[""] = 18 }, graph + "opset 18, want 13"},
		"input": {func(t *testing.T, m *model) { m.graph.inputs[0].name = "x" }, graph + `input "x", want "input"`},
		"inputs": {func(t *testing.T, m *model) { m.graph.inputs = append(m.graph.inputs, parseInfo("x", "double[N,2]")) },
			graph + "2 inputs, want 1"},
		"no input":      {func(t *testing.T, m *model) { m.graph.inputs = nil }, graph + "0 inputs, want 1"},
		"input type":    {func(t *testing.T, m *model) { m.graph.inputs[0].elem = typeFloat }, graph + `output "output" is of float64, want float32`},
		"half input":    {func(t *testing.T, m *model) { m.graph.inputs[0].elem = typeFloat16 }, graph + `input "input" is of float16, want float32`},
		"input shape":   {func(t *testing.T, m *model) { m.graph.inputs[0].dims[1].size = 3 }, graph + `input "input" has the shape [? 3], want [? 2]`},
		"input of rank": {func(t *testing.T, m *model) { m.graph.inputs[0].dims = nil }, graph + `input "input" has the shape [], want [? 2]`},
		"output":        {func(t *testing.T, m *model) { m.graph.outputs[0].name = "layers.3.Add" }, graph + `output "layers.3.Add", want "output"`},
		"output shape":  {func(t *testing.T, m *model) { m.graph.outputs[0].dims[1].size = 1 }, graph + `output "output" has the shape [? 1], want [? 2]`},
		"operator":      {func(t *testing.T, m *model) { m.nodeOf(t, "layers.3.Add").op = "Sub" }, graph + `node "layers.3.Add" (Sub): want the operator Add`},
		"domain":        {func(t *testing.T, m *model) { m.nodeOf(t, "layers.3.Add").domain = "acme" }, graph + `node "layers.3.Add" (acme.Add): want the operator Add`},
		"operand":       {func(t *testing.T, m *model) { m.nodeOf(t, "layers.3.Add").inputs[1] = "layers.0.1.bias" }, graph + `node "layers.3.Add" (Add): input 1 is "layers.0.1.bias", want "layers.3.bias"`},
		"operands":      {func(t *testing.T, m *model) { n := m.nodeOf(t, "layers.3.Add"); n.inputs = n.inputs[:1] }, graph + `node "layers.3.Add" (Add): 1 inputs, want 2`},
		"node output":   {func(t *testing.T, m *model) { m.nodeOf(t, "layers.3.Add").outputs[0] = "a" }, graph + `node "layers.3.Add" (Add): output 0 is "a", want "layers.3.Add"`},
		"attribute":     {func(t *testing.T, m *model) { m.nodeOf(t, "layers.0.Concat").attrs[0].i = 0 }, graph + `node "layers.0.Concat" (Concat): attribute "axis" is 0, want 1`},
		"list":          {func(t *testing.T, m *model) { m.nodeOf(t, "output").attrs[0].ints = []int64{2} }, graph + `node "layers.4.ReduceMean" (ReduceMean): attribute "axes" is [2], want [1]`},
		"slope":         {func(t *testing.T, m *model) { m.nodeOf(t, "layers.2.0.Elu").attrs[0].f = 0.25 }, graph + `node "layers.2.0.Elu" (Elu): attribute "alpha" is 0.25, want 0.5`},
		"attribute kind": {func(t *testing.T, m *model) {
			m.nodeOf(t, "layers.0.Concat").attrs[0].kind = attrString
			m.nodeOf(t, "layers.0.Concat").attrs[0].texts = []string{"1"}
		}, graph + `node "layers.0.Concat" (Concat): attribute "axis" is of the type 3, want 1`},
		"attributes":     {func(t *testing.T, m *model) { m.nodeOf(t, "layers.0.Concat").attrs = nil }, graph + `node "layers.0.Concat" (Concat): 0 attributes, want 1`},
		"attribute name": {func(t *testing.T, m *model) { m.nodeOf(t, "layers.0.Concat").attrs[0].name = "axes" }, graph + `node "layers.0.Concat" (Concat): no attribute "axis"`},
		"nodes": {func(t *testing.T, m *model) {
			m.graph.nodes = append(m.graph.nodes, &node{op: "Relu", inputs: []string{"output"}, outputs: []string{"y"}})
		}, graph + "35 nodes, want 34"},
		"tensors": {func(t *testing.T, m *model) {
			m.graph.initializers = append(m.graph.initializers, parseTensor("v", "double[1]", []string{"1"}))
		}, graph + "29 tensors, want 28"},
		"tensor twice": {func(t *testing.T, m *model) {
			m.tensorOf(t, "constants.layers.0.1.low").name = "constants.layers.0.1.high"
		},
			graph + `no tensor "constants.layers.0.1.low"`},
		"derived number": {func(t *testing.T, m *model) { m.tensorOf(t, "constants.layers.0.1.width").raw = make([]byte, 16) },
			graph + `tensor "constants.layers.0.1.width": element 0 is 0, want 1`},
		"integer": {func(t *testing.T, m *model) { m.tensorOf(t, "constants.layers.0.columns").raw[0] = 0 },
			graph + `tensor "constants.layers.0.columns": element 0 is 0, want 1`},
		"type of integers": {func(t *testing.T, m *model) {
			c := m.tensorOf(t, "constants.layers.0.columns")
			c.elem, c.raw = typeInt32, c.raw[:4]
		}, graph + `tensor "constants.layers.0.columns": elements of int32, want int64`},
		"no data": {func(t *testing.T, m *model) { m.tensorOf(t, "constants.layers.0.columns").raw = nil },
			graph + `tensor "constants.layers.0.columns": 0 elements of data, shape [1]`},
		"shape": {func(t *testing.T, m *model) { m.tensorOf(t, "layers.2.0.bias").dims = []int64{1, 3} },
			graph + `tensor "layers.2.0.bias": the shape [1 3], want [3]`},
		"parameter": {func(t *testing.T, m *model) { m.tensorOf(t, "layers.2.0.bias").name = "layers.2.0.shift" },
			`mlp: Load: no tensor "layers.2.0.bias"`},
		"size of a parameter": {func(t *testing.T, m *model) { m.tensorOf(t, "layers.0.0.table").dims = []int64{2, 3} },
			`mlp: Load: tensor "layers.0.0.table" has shape [2 3], want [3 2]`},
		"data of a parameter": {func(t *testing.T, m *model) { m.tensorOf(t, "layers.0.0.table").dims = []int64{0, 3} },
			`tensor "layers.0.0.table": 6 elements of data, shape [0 3]`},
		"number of a parameter": {func(t *testing.T, m *model) {
			c := m.tensorOf(t, "layers.2.0.bias")
			c.raw = bytes.Repeat([]byte{0xff}, len(c.raw))
		}, `mlp: Load: tensor "layers.2.0.bias": entry 0 is NaN: not finite`},
		"edges": {func(t *testing.T, m *model) { clear(m.tensorOf(t, "layers.0.1.edges").raw[:16]) },
			`mlp: Load: layer 0: groups of columns: layer 1: edges[0][1] is 0, after 0: want ascending numbers`},

		"no description": {func(t *testing.T, m *model) { m.metadata[layersKey] = "" }, "mlp: Load: metadata layers: unexpected EOF"},
		"kind":           {replace("member_mean", "mean"), `mlp: Load: layer 4: unknown kind "mean", see WithLayerKinds`},
		"activation":     {replace("elu(0.5)", "elu(0.25)"), graph + `node "layers.2.0.Elu" (Elu): attribute "alpha" is 0.5, want 0.25`},
		"columns":        {replace("[[1],[0]]", "[[0],[1]]"), graph + `tensor "constants.layers.0.columns": element 0 is 1, want 0`},
		"members":        {replace(`"members":2`, `"members":3`), `mlp: Load: layer 1: member_inputs with 8 units, want 12`},
		"size":           {replace(`"size":3`, `"size":16000000`), `mlp: Load: layer 0: layer 0 inside: embedding with 1 inputs and 2 units has 32000000 parameters, the file has 56 numbers left`},
		"units":          {replace(`{"kind":"member_mean"`, `{"kind":"activation","inputs":4,"units":4,"activation":"relu"},{"kind":"member_mean"`), graph + `no tensor "constants.layers.5.shape"`},
		"average":        {replace(`{"kind":"member_mean"`, `{"kind":"average","inputs":4,"units":4,"layers":[{"kind":"activation","inputs":4,"units":4,"activation":"relu"}]},{"kind":"member_mean"`), graph + "28 tensors, want 29"},
	} {
		t.Run(name, func(t *testing.T) {
			m := tableModel(t)
			c.change(t, m)
			_, err := Import(bytes.NewReader(m.encode()))
			if want := "onnx: Import: metadata mlp.layers: " + c.want; err == nil || err.Error() != want {
				t.Errorf("\ngot  %v\nwant %s", err, want)
			}
		})
	}
}

// The scaling of targets is checked like the layers.
func TestChangedTargetScaling(t *testing.T) {
	net, err := mlp.Model([]mlp.Layer{mlp.Scale(2)}, mlp.MeanSquaredError, mlp.WithTargetScaling(targetScaling(t)))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(m *model)
		want   string
	}{
		"zeros":  {func(m *model) { clear(m.tensorOf(t, "target_scaling.std").raw) }, "metadata mlp.layers: target_scaling: mlp: Set: std[0] is 0, want a finite number above 0"},
		"data":   {func(m *model) { m.tensorOf(t, "target_scaling.mean").raw = nil }, `metadata mlp.layers: tensor "target_scaling.mean": 0 elements of data, shape [2]`},
		"length": {func(m *model) { c := m.tensorOf(t, "target_scaling.mean"); c.raw, c.dims = c.raw[:8], []int64{1} }, "metadata mlp.layers: target_scaling: mlp: Set: std has 2 entries, the layer takes 1"},
		"other width": {func(m *model) {
			for _, name := range []string{"mean", "std"} {
				c := m.tensorOf(t, "target_scaling."+name)
				c.raw, c.dims = c.raw[:8], []int64{1}
			}
		}, "mlp: Model: layer 1 has 1 inputs, layer 0 gives 2"},
		"counts":   {func(m *model) { m.graph.nodes[2].op = "Exp" }, `metadata mlp.layers: the graph is not that of these layers: 3 nodes, want 4`},
		"nodes":    {func(m *model) { m.graph.nodes = nil }, `metadata mlp.layers: the graph is not that of these layers: 0 nodes, want 3`},
		"no layer": {func(m *model) { m.metadata[layersKey] = "[]" }, `metadata mlp.layers: mlp: Load: mlp: Model: no layers`},
	} {
		m, err := decodeModel(exported(t, net, Float64))
		if err != nil {
			t.Fatal(err)
		}
		c.change(m)
		_, err = Import(bytes.NewReader(m.encode()))
		if want := "onnx: Import: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", name, err, want)
		}
	}
	alone := appendMessage(nil, 14, appendText(appendText(nil, 1, layersKey), 2, "[]"))
	_, err = Import(bytes.NewReader(alone))
	if want := "onnx: Import: metadata mlp.layers: the file has no graph: it is no ONNX model"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What a program may do with a file without another network coming out: fix the
// number of samples, rename nodes, put tensors in another order.
func TestHarmlessChangesOfTables(t *testing.T) {
	m := tableModel(t)
	m.graph.inputs[0].dims[0] = dim{size: 7}
	m.graph.nodes[0].name = "first"
	tensors := m.graph.initializers
	tensors[0], tensors[1] = tensors[1], tensors[0]
	if _, err := Import(bytes.NewReader(m.encode())); err != nil {
		t.Error(err)
	}
	if _, err := Import(bytes.NewReader(m.encode()), ImportOptions{Output: outputName}); err != nil {
		t.Error(err)
	}
	_, err := Import(bytes.NewReader(m.encode()), ImportOptions{Output: "layers.3.Add"})
	if want := `onnx: Import: metadata mlp.layers: the graph has no output "layers.3.Add", its output is "output"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// The option Loss takes the place of the loss in the file, also of one of another
// package.
func TestTablesWithAnotherLoss(t *testing.T) {
	m := tableModel(t)
	m.metadata[lossKey] = "my_loss"
	_, err := Import(bytes.NewReader(m.encode()))
	if want := `onnx: Import: metadata mlp.loss: package mlp has no loss "my_loss": choose one by ImportOptions.Loss`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	net, err := Import(bytes.NewReader(m.encode()), ImportOptions{Loss: mlp.MeanAbsoluteError, Model: []mlp.ModelOption{mlp.WithSeed(7)}})
	if err != nil || net.Loss() != mlp.MeanAbsoluteError || net.Seed() != 7 {
		t.Errorf("got %v, %v", net, err)
	}
}

// A callback may export a network while it is trained.
func TestExportOfTablesInACallback(t *testing.T) {
	net, err := mlp.Model(tabM(t, 1, mlp.Identity), mlp.MeanSquaredError, mlp.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	exports := 0
	callback := mlp.CallbackFunc(func(*mlp.Epoch) error {
		exports++
		return Export(io.Discard, net, Float32)
	})
	x := table(40)
	y := mat.DenseCopyOf(x.Slice(0, 40, 0, 1))
	if _, err := net.Fit(context.Background(), x, y, mlp.FitOptions{Epochs: 2, Callbacks: []mlp.Callback{callback}}); err != nil || exports != 2 {
		t.Errorf("%d exports, %v", exports, err)
	}
}
