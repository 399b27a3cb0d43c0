package plots

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"

	"example.com/mlp"
)

// texts returns all texts in a figure.
func texts(f *Figure) (all []string) {
	var rec recorder.Canvas
	f.Draw(draw.NewCanvas(&rec, f.Width, f.Height))
	for _, a := range rec.Actions {
		if s, ok := a.(*recorder.FillString); ok {
			all = append(all, s.String)
		}
	}
	return all
}

// What figures say about their data.
func TestTexts(t *testing.T) {
	col := func(v ...float64) *mat.Dense { return mat.NewDense(len(v), 1, v) }
	run := &mlp.History{BestEpoch: 2, Epochs: []mlp.Epoch{
		{Number: 1, Train: mlp.Scores{Loss: 1700000001}, LearningRate: 1, GradientNorm: 100},
		{Number: 2, Train: mlp.Scores{Loss: 1700000040}, LearningRate: 2, GradientNorm: math.Inf(1)},
		{Number: 3, Train: mlp.Scores{Loss: 1700000030}, LearningRate: 3, GradientNorm: 1},
	}}
	ends := func(v float64) *mat.Dense { return mat.NewDense(5000, 1, slices.Repeat([]float64{v}, 5000)) }
	long := "a name of more than thirty characters"
	for name, c := range map[string]struct {
		make func() (*Figure, error)
		want []string
	}{
		"Loss":         {func() (*Figure, error) { return Loss(run) }, []string{"best epoch 2", "Loss minus 1700000000", "10", "training"}},
		"Losses":       {func() (*Figure, error) { return Losses(map[string]*mlp.History{"Adam": run, long: run}) }, []string{"Adam", "a name of more than thirty ..."}},
		"GradientNorm": {func() (*Figure, error) { return GradientNorm(run) }, []string{"Norm of the gradient", "1", "10", "100"}},
		"Intervals":    {func() (*Figure, error) { return Intervals(col(1, 2, 3, 9), col(0, 0, 0, 0), col(3, 3, 3, 3)) }, []string{"true value inside, 75.0 %", "true value outside, 25.0 %"}},
		"band":         {func() (*Figure, error) { return Intervals(ends(1), ends(0), ends(1)) }, []string{"true value inside, 100.0 %"}},
		"Weights":      {func() (*Figure, error) { return Weights(col(1, 2), "age", long) }, []string{"age", "a name of more than thirty ..."}},
		"Reliability":  {func() (*Figure, error) { return Reliability(col(0, 1), col(0.5, 0.5), 2) }, []string{"Share of class 1", "network, ECE 0.000"}},
		"PartialDependence": {func() (*Figure, error) {
			return PartialDependence([]float64{1, 2}, mat.NewDense(2, 2, []float64{1, 2, 3, 4}), "sepal", "petal")
		}, []string{"sepal", "petal"}},
	} {
		f, err := c.make()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		said := texts(f)
		for _, want := range c.want {
			if !slices.Contains(said, want) {
				t.Errorf("%s: says %q, want %q", name, said, want)
			}
		}
	}
}

// Gradients that differ by a factor of less than 100 have a linear scale, and
// so do those that are 0.
func TestGradientNormScale(t *testing.T) {
	for _, c := range []struct {
		norms []float64
		log   bool
	}{
		{[]float64{1, 100}, true}, {[]float64{1, 99}, false}, {[]float64{0, 100}, false}, {[]float64{1, math.NaN(), 1000}, true},
	} {
		h := &mlp.History{}
		for i, v := range c.norms {
			h.Epochs = append(h.Epochs, mlp.Epoch{Number: i + 1, GradientNorm: v})
		}
		f, err := GradientNorm(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, log := f.Y.Scale.(plot.LogScale); log != c.log {
			t.Errorf("%v: log scale %t", c.norms, log)
		}
	}
}
