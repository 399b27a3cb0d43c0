package main

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// The table of W7 has the shape of Adult, the census data that is often used to
// compare networks for tables: numbers, and names as codes from 1. Of its network,
// a TabM, each member begins with the same layers.
const (
	tableRows     = 12_000
	numbers       = 6
	bins          = 48
	embedded      = 16 // numbers for each column
	members       = 16
	memberUnits   = 128
	tableEmbedded = (numbers + len(names)) * embedded
)

// names are how many names the columns of names have.
var names = [...]int{9, 16, 7, 15, 6, 5, 2, 41}

// tabM returns the layers of W7. PyTorch cannot drop the same units, so none are.
func tabM() []mlp.Layer {
	columns := make([]int, numbers)
	group := make([]int, tableEmbedded)
	for j := range columns {
		columns[j] = j
	}
	for i := range group {
		group[i] = i / embedded
	}
	groups := []mlp.ColumnGroup{{Columns: columns, Layer: mlp.NewPiecewiseLinear(numbers, bins, embedded)}}
	for j, n := range names {
		groups = append(groups, mlp.ColumnGroup{Columns: []int{numbers + j}, Layer: mlp.Embedding(n+1, embedded)})
	}
	return []mlp.Layer{
		mlp.Columns(numbers+len(names), groups...),
		mlp.MemberInputs(members, tableEmbedded, mlp.Normal(0, 1), group),
		mlp.MemberLayers(members,
			mlp.Dense(tableEmbedded, memberUnits, mlp.ReLU, mlp.WithInitializer(mlp.LeCunUniform)),
			mlp.Dense(memberUnits, memberUnits, mlp.ReLU, mlp.WithInitializer(mlp.LeCunUniform))),
		mlp.MemberHeads(members, memberUnits, 1),
		mlp.MemberMean(members, 1, mlp.Sigmoid),
	}
}

// prepareTable writes the table of W7 and the initial parameters of its network:
// normal numbers, and names that are all as frequent. What is to be predicted
// depends on all of them, and on chance.
func prepareTable(rng *randomState) error {
	x, score := mat.NewDense(tableRows, numbers+len(names), nil), rng.normal(tableRows)
	for j := range numbers {
		for i, v := range rng.normal(tableRows) {
			x.Set(i, j, v)
			score[i] += math.Sin(v * float64(j+1) / 2)
		}
	}
	for j, n := range names {
		effects := rng.uniform(-1, 1, n)
		for i := range score {
			name := int(rng.atMost(uint32(n - 1)))
			x.Set(i, numbers+j, float64(name+1))
			score[i] += effects[name]
		}
	}
	y := make([]float64, tableRows)
	for i, s := range score {
		if s > 2 {
			y[i] = 1
		}
	}
	if err := writeFloats("table_x.f64", x.RawMatrix().Data); err != nil {
		return err
	}
	if err := writeFloats("table_y.f64", y); err != nil {
		return err
	}
	return prepareTabM(x)
}

// prepareTabM writes the initial parameters of W7, which the library draws.
func prepareTabM(x *mat.Dense) error {
	w, err := workloadOf("W7")
	if err != nil {
		return err
	}
	layers := w.layers()
	if err := mlp.Adapt(layers, x, 1); err != nil {
		return err
	}
	net, err := mlp.Model(layers, w.loss, mlp.WithSeed(1))
	if err != nil {
		return err
	}
	for i, p := range w.given(net) {
		if err := writeFloats(w.weightFile(i), p.RawMatrix().Data); err != nil {
			return err
		}
	}
	return nil
}
