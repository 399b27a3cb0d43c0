package onnx

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/testkit"
	"example.com/mlp/tabular"
)

// Members are added in the order of package mlp, so that the sum has the same
// bits: 1 + 1e16 − 1e16 is 0, in another order 1.
func TestOrderOfMembers(t *testing.T) {
	member := func(v float64) []mlp.Layer {
		l := mlp.Scale(1)
		l.Params()[0].Value.Set(0, 0, v)
		return stackOf(l)
	}
	net := testkit.Model(t, mlp.MeanSquaredError, nil, averageOf(t, member(1), member(1e16), member(-1e16)))
	m, err := decodeModel(exported(t, net, Float64))
	if err != nil {
		t.Fatal(err)
	}
	x := testkit.ColumnOf(1, -3)
	want := forward(t, net, x)
	if got := evaluate(t, m, outputName, x); !mat.Equal(got, want) || want.At(0, 0) != 0 {
		t.Errorf("the operators give %v, want %v", got.RawMatrix().Data, want.RawMatrix().Data)
	}
}

// Without a description, an ensemble of layers that other programs have is read
// as their graphs are: the outputs are the same, the layers are not.
func TestEnsembleWithoutDescription(t *testing.T) {
	member := func(act mlp.Activation) []mlp.Layer {
		return stackOf(mlp.Dense(4, 5, act), mlp.BatchNorm(5), mlp.Dense(5, 3, mlp.Softmax))
	}
	net := varied(t, "", "", averageOf(t, member(mlp.Tanh), member(mlp.ReLU), stackOf(averageOf(t, member(mlp.SiLU), member(mlp.GELU)))))
	m, err := decodeModel(exported(t, net, Float64))
	if err != nil {
		t.Fatal(err)
	}
	delete(m.metadata, layersKey)
	back, err := Import(bytes.NewReader(m.encode()))
	if err != nil {
		t.Fatal(err)
	}
	if d := distance(t, forward(t, back, net.x), forward(t, net, net.x)); !(d <= 1e-12) || strings.Contains(arch(back), "average") {
		t.Errorf("%s: the outputs differ by %g", arch(back), d)
	}
}

// A graph of an ensemble that is not what the description says is an error.
func TestChangedEnsembles(t *testing.T) {
	const graph = "the graph is not that of these layers: "
	describe := func(old, new string) func(t *testing.T, m *model) {
		return func(t *testing.T, m *model) { m.describe(t, old, new) }
	}
	const scale = `{"kind":"stack","inputs":2,"units":2,"layers":[{"kind":"scale","inputs":2,"units":2}]}`
	for name, c := range map[string]struct {
		change func(t *testing.T, m *model)
		want   string
	}{
		"divisor": {func(t *testing.T, m *model) {
			binary.LittleEndian.PutUint64(m.tensorOf(t, "constants.3").raw, math.Float64bits(2))
		}, graph + `tensor "constants.3": element 0 is 2, want 3`},
		"no division":    {func(t *testing.T, m *model) { m.nodeOf(t, "output").op = "Mul" }, graph + `node "layers.0.Div" (Mul): want the operator Div`},
		"other division": {func(t *testing.T, m *model) { m.nodeOf(t, "output").inputs[1] = "constants.2" }, graph + `node "layers.0.Div" (Div): input 1 is "constants.2", want "constants.3"`},
		"difference":     {func(t *testing.T, m *model) { m.nodeOf(t, "layers.0.Add").op = "Sub" }, graph + `node "layers.0.Add" (Sub): want the operator Add`},
		"order":          {func(t *testing.T, m *model) { slices.Reverse(m.nodeOf(t, "layers.0.Add").inputs) }, graph + `node "layers.0.Add" (Add): input 0 is "layers.0.1.0.Mul", want "layers.0.0.0.Tanh"`},
		"member twice":   {func(t *testing.T, m *model) { m.nodeOf(t, "layers.0.Add").inputs[1] = "layers.0.0.0.Tanh" }, graph + `node "layers.0.Add" (Add): input 1 is "layers.0.0.0.Tanh", want "layers.0.1.0.Mul"`},
		"input":          {func(t *testing.T, m *model) { m.nodeOf(t, "layers.0.1.0.Mul").inputs[0] = "layers.0.0.0.Tanh" }, graph + `node "layers.0.1.0.Mul" (Mul): input 0 is "layers.0.0.0.Tanh", want "input"`},
		"inner mean":     {func(t *testing.T, m *model) { m.nodeOf(t, "layers.0.2.0.Div").inputs[0] = "layers.0.2.0.1.0.Gemm" }, graph + `node "layers.0.2.0.Div" (Div): input 0 is "layers.0.2.0.1.0.Gemm", want "layers.0.2.0.Add"`},
		"parameter":      {func(t *testing.T, m *model) { m.tensorOf(t, "layers.0.1.0.scale").name = "layers.0.1.0.factor" }, `mlp: Load: no tensor "layers.0.1.0.scale"`},
		"one less":       {describe(scale+",", ""), `mlp: Load: no tensor "layers.0.1.0.0.0.weight"`},
		"one more":       {describe(scale, scale+","+scale), `mlp: Load: layer 0: layer 3 inside: layer 0 inside: layer 1 inside: layer 0 inside: dense with 2 inputs and 2 units has 6 parameters, the file has 4 numbers left`},
		"other units":    {describe(scale, `{"kind":"member_mean","inputs":2,"units":1,"activation":"relu","numbers":{"members":2}}`), `mlp: Load: layer 0: average: layer 1 has 2 inputs and 1 units, layer 0 has 2 and 2`},
		"stack":          {describe(`"kind":"average"`, `"kind":"stack"`), graph + `9 tensors, want 8`},
		"no members":     {describe(scale, `{"kind":"average","inputs":2,"units":2}`), `mlp: Load: layer 0: layer 1 inside: average: no layers`},
	} {
		t.Run(name, func(t *testing.T) {
			inner := averageOf(t, stackOf(mlp.Dense(2, 2, mlp.ReLU)), stackOf(mlp.Dense(2, 2, mlp.Identity)))
			net := varied(t, "", "", averageOf(t, stackOf(mlp.Dense(2, 2, mlp.Tanh)), stackOf(mlp.Scale(2)), stackOf(inner)))
			m, err := decodeModel(exported(t, net, Float64))
			if err != nil {
				t.Fatal(err)
			}
			c.change(t, m)
			_, err = Import(bytes.NewReader(m.encode()))
			if want := "onnx: Import: metadata mlp.layers: " + c.want; err == nil || err.Error() != want {
				t.Errorf("\ngot  %v\nwant %s", err, want)
			}
		})
	}
}

// What package tabular makes of a table with all kinds of columns answers from
// the file as before.
func TestEnsemblesOfTabular(t *testing.T) {
	header := []string{"size", "age", "town", "lift", "rent", "area", "kind", "near"}
	var rows [][]string
	for i := range 60 {
		size, age := math.Sin(float64(i)), math.Cos(float64(3*i))
		rows = append(rows, []string{
			fmt.Sprintf("%.3f", size), fmt.Sprintf("%.3f", age), fmt.Sprintf("town %c", 'A'+i%11), []string{"no", "yes"}[i/3%2],
			fmt.Sprintf("%.2f", 100+50*size*age), fmt.Sprintf("%.2f", size-age), []string{"low", "high", "both"}[i%3], fmt.Sprint(size > age),
		})
		if i%9 == 0 {
			rows[i][0] = "" // a gap
		}
	}
	table, err := dataset.NewTable(header, rows)
	if err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]dataset.Target{
		"number":  dataset.Numbers("rent"),
		"numbers": dataset.Numbers("rent", "area"),
		"classes": dataset.Classes("kind"),
		"binary":  dataset.Binary("near", "true"),
		"labels":  dataset.Labels("lift", "near"),
	} {
		for _, precision := range []mlp.Precision{mlp.Float32, mlp.Float64} {
			t.Run(fmt.Sprint(name, " ", precision), func(t *testing.T) {
				opts := tabular.Options{Epochs: 2, Seeds: 2, Float64: precision == mlp.Float64} // two networks at least, for a mean
				model, err := tabular.Fit(context.Background(), table, target, opts)
				if err != nil {
					t.Fatal(err)
				}
				net := model.Pipeline().Network()
				if !strings.HasPrefix(arch(net), "average(") {
					t.Fatalf("no ensemble: %s", arch(net))
				}
				back, err := Import(bytes.NewReader(exported(t, net, Float64)), ImportOptions{Model: []mlp.ModelOption{mlp.WithPrecision(precision)}})
				if err != nil {
					t.Fatal(err)
				}
				x, err := model.Pipeline().Preparation().Transform(table)
				if err != nil {
					t.Fatal(err)
				}
				want := forward(t, net, x)
				if got := forward(t, back, x); !mat.Equal(got, want) {
					t.Errorf("the answers differ by %g", distance(t, got, want))
				}
				for p, tol := range map[Precision]float64{Float32: 1e-6, Float64: 1e-12} {
					if precision == mlp.Float32 { // rounds what it computes
						tol = 1e-5
					}
					m, err := decodeModel(exported(t, net, p))
					if err != nil {
						t.Fatal(err)
					}
					if d := distance(t, evaluate(t, m, outputName, x), want); !(d <= tol) {
						t.Errorf("%v: the operators give answers that differ by %g", p, d)
					}
				}
			})
		}
	}
}
