package plots_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/plots"
	"example.com/mlp/trust"
)

// The ends of the axes show what was drawn.
func TestRanges(t *testing.T) {
	col := func(v ...float64) *mat.Dense { return mat.NewDense(len(v), 1, v) }
	for _, c := range []struct {
		name                   string
		xmin, xmax, ymin, ymax float64
		make                   func() (*plots.Figure, error)
	}{
		{"Loss", 1, 4, 0.5, 2.5, func() (*plots.Figure, error) { return plots.Loss(history(4)) }},
		{"Score", 1, 4, 0.4, 0.8, func() (*plots.Figure, error) { return plots.Score(history(4)) }},
		// The mean of 0, 0 and 3 is 1, their standard deviation √2.
		{"LearningCurve", 10, 20, 1 - math.Sqrt2, 1 + math.Sqrt2, func() (*plots.Figure, error) {
			return plots.LearningCurve(scores(map[int][]float64{20: {1, 1, 1}, 10: {0, 0, 3}, 30: {5, math.NaN(), 5}}), scores(map[int][]float64{10: {1}, 20: {1}}))
		}},
		// y − ŷ is from −10 to 30, and a twentieth of that is the margin.
		{"Residuals", 19, 41, -12, 32, func() (*plots.Figure, error) { return plots.Residuals(col(50, 30), col(20, 40)) }},
		{"Predictions", 18.5, 51.5, 18.5, 51.5, func() (*plots.Figure, error) { return plots.Predictions(col(50, 30), col(20, 40)) }},
		{"Importance", -0.57, 3.17, -0.5, 1.5, func() (*plots.Figure, error) {
			return plots.Importance([]trust.Importance{{Mean: 2.5, SD: 0.5}, {Mean: 0, SD: 0.4}}, []string{"a", "b"})
		}},
		{"Losses", 1, 4, 0.5, 2.5, func() (*plots.Figure, error) {
			return plots.Losses(map[string]*mlp.History{"a": history(2), "b": history(4)})
		}},
		{"LearningRate", 1, 4, 0.0025, 0.01, func() (*plots.Figure, error) { return plots.LearningRate(history(4)) }},
		{"GradientNorm", 1, 4, math.Exp(-3), 1, func() (*plots.Figure, error) { return plots.GradientNorm(history(4)) }},
		// A single value is in the middle.
		{"one epoch", 0.95, 1.05, 1.9, 2.1, func() (*plots.Figure, error) {
			return plots.Loss(&mlp.History{BestEpoch: 1, Epochs: []mlp.Epoch{{Number: 1, Train: mlp.Scores{Loss: 2}}}})
		}},
		{"ROC", 0, 1, 0, 1, func() (*plots.Figure, error) { return plots.ROC(col(0, 1), col(0.5, 0.6)) }},
		{"Intervals", 1, 2, -1, 4, func() (*plots.Figure, error) { return plots.Intervals(col(4, 1), col(0, -1), col(3, 2)) }},
		{"PartialDependence", 1, 3, 5, 7, func() (*plots.Figure, error) { return plots.PartialDependence([]float64{1, 3}, col(7, 5)) }},
		{"Weights", -0.5, 1.5, -0.5, 2.5, func() (*plots.Figure, error) { return plots.Weights(mat.NewDense(3, 2, nil)) }},
	} {
		f, err := c.make()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for i, end := range [][2]float64{{f.X.Min, c.xmin}, {f.X.Max, c.xmax}, {f.Y.Min, c.ymin}, {f.Y.Max, c.ymax}} {
			if math.Abs(end[0]-end[1]) > 1e-9 {
				t.Errorf("%s: end %d is %g, want %g", c.name, i, end[0], end[1])
			}
		}
	}
}

// The most important feature is at the top.
func TestImportanceOrder(t *testing.T) {
	f, err := plots.Importance([]trust.Importance{{Mean: 0.1}, {Mean: 0.3}, {Mean: -0.2}}, []string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	for i, tick := range f.Y.Tick.Marker.Ticks(f.Y.Min, f.Y.Max) {
		if want := []string{"c", "a", "b"}[i]; tick.Label != want {
			t.Errorf("feature %d from below is %s, want %s", i, tick.Label, want)
		}
	}
}
