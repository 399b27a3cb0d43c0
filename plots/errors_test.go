package plots_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/plots"
	"example.com/mlp/selection"
	"example.com/mlp/trust"
)

func TestErrors(t *testing.T) {
	nan := math.NaN()
	col := func(v ...float64) *mat.Dense { return mat.NewDense(len(v), 1, v) }
	bad := history(3)
	bad.Epochs[1].Validation.Loss = nan
	bad.Epochs[2].Train.Score = math.Inf(1)
	y, p := answers(6)
	wrong := func(rows, cols int, v float64) func(mat.Matrix) (*mat.Dense, error) {
		return func(x mat.Matrix) (*mat.Dense, error) {
			if rows == 0 {
				rows, _ = x.Dims()
			}
			m := mat.NewDense(rows, cols, nil)
			m.Set(0, 0, v)
			return m, nil
		}
	}
	failing := errors.New("no network")
	labels := col(0, 1, 1, 0)

	for _, c := range []struct {
		want string
		make func() (*plots.Figure, error)
		is   error
	}{
		{want: "plots: Loss: the history has no epochs", make: func() (*plots.Figure, error) { return plots.Loss(nil) }},
		{want: "plots: Score: the history has no epochs", make: func() (*plots.Figure, error) { return plots.Score(&mlp.History{}) }},
		{want: "plots: Loss: validation in epoch 2 is NaN: not finite", is: mlp.ErrNotFinite,
			make: func() (*plots.Figure, error) { return plots.Loss(bad) }},
		{want: "plots: Score: training in epoch 3 is +Inf: not finite", is: mlp.ErrNotFinite,
			make: func() (*plots.Figure, error) { return plots.Score(bad) }},

		{want: "plots: Losses: no histories", make: func() (*plots.Figure, error) { return plots.Losses(nil) }},
		{want: `plots: Losses: history "b": the history has no epochs`, make: func() (*plots.Figure, error) {
			return plots.Losses(map[string]*mlp.History{"a": history(2), "b": nil})
		}},
		{want: `plots: Scores: history "bad": training in epoch 3 is +Inf: not finite`, is: mlp.ErrNotFinite, make: func() (*plots.Figure, error) {
			return plots.Scores(map[string]*mlp.History{"good": history(2), "bad": bad})
		}},
		{want: "plots: LearningRate: the history has no epochs", make: func() (*plots.Figure, error) { return plots.LearningRate(nil) }},
		{want: "plots: LearningRate: epoch 1 is NaN: not finite", is: mlp.ErrNotFinite, make: func() (*plots.Figure, error) {
			return plots.LearningRate(&mlp.History{Epochs: []mlp.Epoch{{Number: 1, LearningRate: nan}}})
		}},
		{want: "plots: GradientNorm: the history has no epochs", make: func() (*plots.Figure, error) { return plots.GradientNorm(nil) }},
		{want: "plots: GradientNorm: no norm is finite: not finite", is: mlp.ErrNotFinite, make: func() (*plots.Figure, error) {
			return plots.GradientNorm(&mlp.History{Epochs: []mlp.Epoch{{Number: 1, GradientNorm: nan}}})
		}},

		{want: "plots: LearningCurve: validation: no candidates", make: func() (*plots.Figure, error) { return plots.LearningCurve(nil, nil) }},
		{want: "plots: LearningCurve: training: no candidates", make: func() (*plots.Figure, error) {
			return plots.LearningCurve(scores(map[int][]float64{10: {1}}), &selection.Results[int]{})
		}},
		{want: "plots: LearningCurve: validation: a size of 0, want at least 1", make: func() (*plots.Figure, error) {
			return plots.LearningCurve(scores(map[int][]float64{0: {1}}), nil)
		}},
		{want: "plots: LearningCurve: validation: the size 10 is there twice", make: func() (*plots.Figure, error) {
			return plots.LearningCurve(&selection.Results[int]{Candidates: []selection.Result[int]{
				{Settings: 10, Scores: []float64{1}}, {Settings: 5, Scores: []float64{1}}, {Settings: 10, Scores: []float64{1}},
			}}, nil)
		}},
		{want: "plots: LearningCurve: validation: the score of size 10 in fold 1 is +Inf: not finite", is: mlp.ErrNotFinite,
			make: func() (*plots.Figure, error) {
				return plots.LearningCurve(scores(map[int][]float64{10: {1, math.Inf(1)}}), nil)
			}},
		{want: "plots: LearningCurve: validation: no size has a score for every fold", make: func() (*plots.Figure, error) {
			return plots.LearningCurve(scores(map[int][]float64{10: {1, nan}, 20: nil}), nil)
		}},
		{want: "plots: LearningCurve: validation: no size has a score for every fold; size 10, no network", is: failing,
			make: func() (*plots.Figure, error) {
				return plots.LearningCurve(&selection.Results[int]{Candidates: []selection.Result[int]{{Settings: 10, Err: failing}}}, nil)
			}},

		{want: "plots: Intervals: lo has 2 rows, y has 1", make: func() (*plots.Figure, error) {
			return plots.Intervals(col(1), col(1, 2), col(1))
		}},
		{want: "plots: Intervals: hi is nil", make: func() (*plots.Figure, error) { return plots.Intervals(col(1), col(1), nil) }},
		{want: "plots: Intervals: y has 3 columns, want 1", make: func() (*plots.Figure, error) { return plots.Intervals(y, p, p) }},
		{want: "plots: Intervals: lo[1,0] is 3, hi[1,0] is 2, want at least as much", make: func() (*plots.Figure, error) {
			return plots.Intervals(col(1, 2), col(0, 3), col(2, 2))
		}},

		{want: "plots: PartialDependence: means is nil", make: func() (*plots.Figure, error) { return plots.PartialDependence(nil, nil) }},
		{want: "plots: PartialDependence: means has 2 rows, the grid 1 values", make: func() (*plots.Figure, error) {
			return plots.PartialDependence([]float64{1}, col(1, 2))
		}},
		{want: "plots: PartialDependence: grid[1] is 1 after 1, want rising values", make: func() (*plots.Figure, error) {
			return plots.PartialDependence([]float64{1, 1}, col(1, 2))
		}},
		{want: "plots: PartialDependence: grid[0] is NaN: not finite", is: mlp.ErrNotFinite, make: func() (*plots.Figure, error) {
			return plots.PartialDependence([]float64{nan}, col(1))
		}},
		{want: "plots: PartialDependence: 2 names for 1 outputs", make: func() (*plots.Figure, error) {
			return plots.PartialDependence([]float64{1}, col(1), "a", "b")
		}},

		{want: "plots: Confusion: the matrix is empty", make: func() (*plots.Figure, error) { return plots.Confusion(nil) }},
		{want: "plots: Confusion: 1 names for 2 classes", make: func() (*plots.Figure, error) {
			return plots.Confusion(&mlp.Confusion{Counts: [][]int{{1, 2}, {3, 4}}, Names: []string{"a"}})
		}},
		{want: "plots: Confusion: row 1 has 1 counts, there are 2 classes", make: func() (*plots.Figure, error) {
			return plots.Confusion(&mlp.Confusion{Counts: [][]int{{1, 2}, {3}}, Names: []string{"a", "b"}})
		}},
		{want: "plots: Confusion: counts[1,0] is -3", make: func() (*plots.Figure, error) {
			return plots.Confusion(&mlp.Confusion{Counts: [][]int{{1, 2}, {-3, 0}}, Names: []string{"a", "b"}})
		}},

		{want: "plots: ROC: y is nil", make: func() (*plots.Figure, error) { return plots.ROC(nil, p) }},
		{want: "plots: ROC: yhat has 4 rows, y has 6", make: func() (*plots.Figure, error) { return plots.ROC(y.ColView(0), labels) }},
		{want: "plots: PrecisionRecall: yhat has 3 columns, y has 1", make: func() (*plots.Figure, error) {
			return plots.PrecisionRecall(y.ColView(0), p)
		}},
		{want: "plots: ROC: 2 names for 3 classes", make: func() (*plots.Figure, error) { return plots.ROC(y, p, "a", "b") }},
		{want: "plots: ROC: column 0: mlp: ROC: y has no 0, want both classes", make: func() (*plots.Figure, error) {
			return plots.ROC(col(1, 1), col(0.5, 1))
		}},
		{want: "plots: Reliability: trust: Reliability: p has 4 rows, y has 6", make: func() (*plots.Figure, error) {
			return plots.Reliability(y.ColView(0), labels, 10)
		}},

		{want: "plots: DecisionBoundary: predict is nil", make: func() (*plots.Figure, error) {
			return plots.DecisionBoundary(nil, corners, labels)
		}},
		{want: "plots: DecisionBoundary: x has 3 columns, want 2", make: func() (*plots.Figure, error) {
			return plots.DecisionBoundary(bySign, p, y)
		}},
		{want: "plots: DecisionBoundary: y has 6 rows, x has 4", make: func() (*plots.Figure, error) {
			return plots.DecisionBoundary(bySign, corners, y)
		}},
		{want: "plots: DecisionBoundary: y row 2 has 3 in column 0, want 0 or 1", make: func() (*plots.Figure, error) {
			return plots.DecisionBoundary(bySign, corners, col(0, 1, 3, 0))
		}},
		{want: "plots: DecisionBoundary: y row 0 has 2 ones, want 1", make: func() (*plots.Figure, error) {
			return plots.DecisionBoundary(bySign, corners, mat.NewDense(4, 2, []float64{1, 1, 1, 0, 1, 0, 1, 0}))
		}},
		{want: "plots: DecisionBoundary: no network", is: failing, make: func() (*plots.Figure, error) {
			return plots.DecisionBoundary(func(mat.Matrix) (*mat.Dense, error) { return nil, failing }, corners, labels)
		}},
		{want: "plots: DecisionBoundary: the prediction is nil", make: func() (*plots.Figure, error) {
			return plots.DecisionBoundary(func(mat.Matrix) (*mat.Dense, error) { return nil, nil }, corners, labels)
		}},
		{want: "plots: DecisionBoundary: the prediction for 43200 rows is 5×1, y has 1 columns", make: func() (*plots.Figure, error) {
			return plots.DecisionBoundary(wrong(5, 1, 0), corners, labels)
		}},
		{want: "plots: DecisionBoundary: the prediction for 43200 rows is 43200×2, y has 1 columns", make: func() (*plots.Figure, error) {
			return plots.DecisionBoundary(wrong(0, 2, 0), corners, labels)
		}},
		{want: "plots: DecisionBoundary: the prediction[0,0] is 7, want a probability", make: func() (*plots.Figure, error) {
			return plots.DecisionBoundary(wrong(0, 1, 7), corners, labels)
		}},

		{want: "plots: Residuals: yhat has 3 rows, y has 2", make: func() (*plots.Figure, error) {
			return plots.Residuals(col(1, 2), col(1, 2, 3))
		}},
		{want: "plots: Predictions: y has 3 columns, want 1", make: func() (*plots.Figure, error) { return plots.Predictions(y, p) }},
		{want: "plots: Predictions: yhat[1,0] is NaN: not finite", is: mlp.ErrNotFinite, make: func() (*plots.Figure, error) {
			return plots.Predictions(col(1, 2), col(1, nan))
		}},
		{want: "plots: Residuals: y[0,0] is 1e+200, want at most ±1e+150", make: func() (*plots.Figure, error) {
			return plots.Residuals(col(1e200), col(1))
		}},

		{want: "plots: Importance: no importances", make: func() (*plots.Figure, error) { return plots.Importance(nil, nil) }},
		{want: "plots: Importance: 1 names for 2 importances", make: func() (*plots.Figure, error) {
			return plots.Importance(make([]trust.Importance, 2), []string{"a"})
		}},
		{want: "plots: Importance: importances[0] is NaN: not finite", is: mlp.ErrNotFinite, make: func() (*plots.Figure, error) {
			return plots.Importance([]trust.Importance{{SD: nan}}, []string{"a"})
		}},

		{want: "plots: Weights: w is empty (0×0)", make: func() (*plots.Figure, error) { return plots.Weights(&mat.Dense{}) }},
		{want: "plots: Weights: w[1,0] is NaN: not finite", is: mlp.ErrNotFinite, make: func() (*plots.Figure, error) {
			return plots.Weights(col(1, nan))
		}},
		{want: "plots: Weights: 1 names for 2 inputs", make: func() (*plots.Figure, error) { return plots.Weights(col(1, 2), "a") }},
		{want: "plots: Units: w has 6 rows, images of 2×2 take 4", make: func() (*plots.Figure, error) { return plots.Units(p, 2, 2) }},
		{want: "plots: Units: images of 0×6, want at least 1×1", make: func() (*plots.Figure, error) { return plots.Units(p, 0, 6) }},
		{want: "plots: Units: 101 units, at most 100 fit into a figure", make: func() (*plots.Figure, error) {
			return plots.Units(mat.NewDense(4, 101, nil), 2, 2)
		}},
		{want: "plots: Confusion: 201 classes, at most 200 fit into a figure", make: func() (*plots.Figure, error) {
			return plots.Confusion(&mlp.Confusion{Counts: make([][]int, 201)})
		}},
		{want: "plots: Importance: 201 importances, at most 200 fit into a figure", make: func() (*plots.Figure, error) {
			return plots.Importance(make([]trust.Importance, 201), nil)
		}},
		{want: "plots: Units: units[1] is 3, w has 3 columns", make: func() (*plots.Figure, error) { return plots.Units(p, 2, 3, 0, 3) }},
	} {
		f, err := c.make()
		if err == nil || err.Error() != c.want || f != nil {
			t.Errorf("%v, want %q", err, c.want)
		}
		if c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%v is not %v", err, c.is)
		}
	}
}

// The largest numbers of things fit into a figure.
func TestLargest(t *testing.T) {
	c := &mlp.Confusion{Counts: make([][]int, 200), Names: make([]string, 200)}
	for i := range c.Counts {
		c.Counts[i] = make([]int, 200)
		c.Names[i] = "class"
	}
	for name, draw := range map[string]func() (*plots.Figure, error){
		"Units":      func() (*plots.Figure, error) { return plots.Units(mat.NewDense(16, 100, nil), 4, 4) },
		"wide Units": func() (*plots.Figure, error) { return plots.Units(mat.NewDense(784, 100, nil), 1, 784) },
		"Weights": func() (*plots.Figure, error) {
			return plots.Weights(mat.NewDense(784, 512, nil), make([]string, 784)...)
		},
		"Confusion":  func() (*plots.Figure, error) { return plots.Confusion(c) },
		"Importance": func() (*plots.Figure, error) { return plots.Importance(make([]trust.Importance, 200), c.Names) },
	} {
		f, err := draw()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		saved(t, f, ".pdf")
		f.Width, f.Height = 20, 20
		saved(t, f, ".png")
	}
}

// Whatever can be drawn is drawn: one value, equal values, zeros, the largest
// numbers.
func TestExtremes(t *testing.T) {
	for _, v := range []float64{0, -3, 5e-324, 1e150} {
		m := mat.NewDense(1, 1, []float64{v})
		two := mat.NewDense(2, 1, []float64{v, -v})
		h := &mlp.History{Epochs: []mlp.Epoch{{Number: 1, Train: mlp.Scores{Loss: v, Score: v}, LearningRate: v, GradientNorm: v}}}
		for name, draw := range map[string]func() (*plots.Figure, error){
			"Loss": func() (*plots.Figure, error) { return plots.Loss(h) },
			"LearningCurve": func() (*plots.Figure, error) {
				return plots.LearningCurve(scores(map[int][]float64{1: {v}}), scores(map[int][]float64{1: {v, -v}}))
			},
			"Predictions": func() (*plots.Figure, error) { return plots.Predictions(m, m) },
			"Residuals":   func() (*plots.Figure, error) { return plots.Residuals(two, two) },
			"Intervals":   func() (*plots.Figure, error) { return plots.Intervals(m, m, m) },
			"PartialDependence": func() (*plots.Figure, error) {
				return plots.PartialDependence([]float64{v}, m)
			},
			"Losses":       func() (*plots.Figure, error) { return plots.Losses(map[string]*mlp.History{"": h}) },
			"LearningRate": func() (*plots.Figure, error) { return plots.LearningRate(h) },
			"GradientNorm": func() (*plots.Figure, error) { return plots.GradientNorm(h) },
			"Weights":      func() (*plots.Figure, error) { return plots.Weights(two) },
			"Units":        func() (*plots.Figure, error) { return plots.Units(m, 1, 1) },
			"Importance": func() (*plots.Figure, error) {
				return plots.Importance([]trust.Importance{{Mean: v, SD: max(v, -v)}}, []string{""})
			},
		} {
			f, err := draw()
			if err != nil {
				t.Errorf("%s of %g: %v", name, v, err)
				continue
			}
			f.DPI = 48
			saved(t, f, ".png")
		}
	}
}
