package plots

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/mlp/trust"
)

// Importance draws the permutation importances of features with the given names, or numbers without
// them, the largest at the top: bars of the means, with one standard deviation to either side. The
// figure is taller the more there are, up to 200.
func Importance(importances []trust.Importance, names []string) (*Figure, error) {
	const op = "Importance"
	n := len(importances)
	if n == 0 {
		return nil, fmt.Errorf("plots: %s: no importances", op)
	}
	if n > maxFeatures {
		return nil, fmt.Errorf("plots: %s: %d importances, at most %d fit into a figure", op, n, maxFeatures)
	}
	names, err := labels(op, "importances", n, names)
	if err != nil {
		return nil, err
	}
	order := make([]int, n)
	for i, v := range importances {
		if err := cmp.Or(drawable(v.Mean), drawable(v.SD)); err != nil {
			return nil, fmt.Errorf("plots: %s: importances[%d] %w", op, i, err)
		}
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(importances[a].Mean, importances[b].Mean) })

	means, sorted := make(plotter.Values, n), make([]string, n)
	bars := errorBars{make(plotter.XYs, n), make(plotter.XErrors, n)}
	for i, from := range order { // from the bottom
		v := importances[from]
		means[i], sorted[i] = v.Mean, shortened(names[from])
		bars.XYs[i] = plotter.XY{X: v.Mean, Y: float64(i)}
		bars.XErrors[i].Low, bars.XErrors[i].High = v.SD, v.SD
	}
	f := newFigure("Permutation importance", "Fall of the score when the feature is shuffled", "")
	const row = 16
	f.Height = vg.Length(n)*row + 1.1*vg.Inch
	chart, err := plotter.NewBarChart(means, 0.65*row)
	if err != nil {
		return nil, err
	}
	chart.Horizontal, chart.Color, chart.LineStyle.Width = true, seriesColor(0), 0
	whiskers, err := plotter.NewXErrorBars(bars)
	if err != nil {
		return nil, err
	}
	f.grid()
	f.Add(chart, whiskers)
	f.nameAxis(&f.Y, sorted)
	f.X.Min, f.X.Max = margins([]float64{f.X.Min, f.X.Max})
	f.Y.Min, f.Y.Max = -0.5, float64(n)-0.5
	return f, nil
}

const maxFeatures = 200

// errorBars are points with the errors of x.
type errorBars struct {
	plotter.XYs
	plotter.XErrors
}
