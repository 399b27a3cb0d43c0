package dataset

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/trust"
)

// rankingMeasures returns how well scores tell each column of y from the others.
func rankingMeasures(y, scores *mat.Dense) ([]measure, error) {
	area, err := rocAUC(y, scores)
	if err != nil {
		return nil, err
	}
	average, err := averagePrecision(y, scores)
	if err != nil {
		return nil, err
	}
	r := rank(y, scores)
	return []measure{
		{name: "ROC AUC", value: area, of: r.mean(ranking.rocAUC)},
		{name: "average precision", value: average, of: r.mean(ranking.averagePrecision)},
	}, nil
}

// probabilityMeasures returns how good probabilities are by two metrics that are
// means over the rows.
func probabilityMeasures(task mlp.Task, y, p *mat.Dense) ([]measure, error) {
	ms := []measure{{name: "log loss", lower: true}, {name: "Brier score", lower: true}}
	for i, metric := range []mlp.Metric{mlp.MetricLogLoss, mlp.MetricBrierScore} {
		value, err := metric.Of(task, y, p)
		if err != nil {
			return nil, err
		}
		rows, err := inRows(metric, task, y, p)
		if err != nil {
			return nil, err
		}
		ms[i].value, ms[i].of = value, meanIn(rows)
	}
	return ms, nil
}

// inRows returns the metric of each row by itself.
func inRows(metric mlp.Metric, task mlp.Task, y, yhat *mat.Dense) ([]float64, error) {
	rows, cols := y.Dims()
	values := make([]float64, rows)
	for i := range values {
		var err error
		if values[i], err = metric.Of(task, y.Slice(i, i+1, 0, cols), yhat.Slice(i, i+1, 0, cols)); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func calibrationError(v float64) measure {
	return measure{name: "calibration error", lower: true, value: v}
}

// calibrate compares probabilities with what has happened.
func calibrate(label string, y, p *mat.Dense, bins int) (Calibration, error) {
	c := Calibration{Label: label, Error: math.NaN()}
	if allZerosAndOnes(p) {
		return c, nil // which package trust takes for labels
	}
	var err error
	if c.Curve, err = trust.Reliability(y, p, bins); err != nil {
		return Calibration{}, err
	}
	c.Error, err = trust.CalibrationError(y, p, bins)
	return c, err
}

func allZerosAndOnes(p *mat.Dense) bool {
	rows, _ := p.Dims()
	for i := range rows {
		for _, v := range p.RawRowView(i) {
			if v != 0 && v != 1 {
				return false
			}
		}
	}
	return true
}

// classMeasures adds to the scores of some classes, or labels, how well they are
// told from the others. names are those of the columns of y and scores.
func classMeasures(classes []mlp.ClassScores, names []string, y, scores *mat.Dense) ([]ClassMeasures, error) {
	index := indexNames(names)
	all := make([]ClassMeasures, len(classes))
	for i, s := range classes {
		k := index[s.Name]
		area, err := rocAUC(y.ColView(k), scores.ColView(k))
		if err != nil {
			return nil, err
		}
		average, err := averagePrecision(y.ColView(k), scores.ColView(k))
		if err != nil {
			return nil, err
		}
		all[i] = ClassMeasures{s, area, average}
	}
	return all, nil
}

// rocAUC is mlp.ROCAUC, and NaN where a column of y has no row of a class.
func rocAUC(y, scores mat.Matrix) (float64, error) {
	rows, _ := y.Dims()
	for _, n := range ones(y) {
		if n == 0 || n == rows {
			return math.NaN(), nil
		}
	}
	return mlp.ROCAUC(y, scores)
}

// averagePrecision is mlp.AveragePrecision, and NaN where a column of y has no
// 1.
func averagePrecision(y, scores mat.Matrix) (float64, error) {
	for _, n := range ones(y) {
		if n == 0 {
			return math.NaN(), nil
		}
	}
	return mlp.AveragePrecision(y, scores)
}

// ones returns how many rows of each column of y are 1.
func ones(y mat.Matrix) []int {
	rows, cols := y.Dims()
	counts := make([]int, cols)
	for i := range rows {
		for j := range cols {
			if y.At(i, j) == 1 {
				counts[j]++
			}
		}
	}
	return counts
}
