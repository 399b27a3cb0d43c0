package dataset

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// labelJudge judges answers for labels, of which a row may have several.
type labelJudge struct {
	y        *mat.Dense // of 0 and 1
	names    []string
	bins     int  // of a calibration curve
	probable bool // whether the network gives probabilities
}

func (*labelJudge) constant() Baseline { return Baseline{"label shares", "the share of each label"} }

func (*labelJudge) decide(scores *mat.Dense) answers { return answers{scores, atLeast(0.5, scores)} }

func (j *labelJudge) linear(*mat.Dense) (linear, error) {
	penalty := 0.5 / float64(len(j.names)) // the loss is the mean over the labels
	return linear{mlp.Sigmoid, mlp.BinaryCrossEntropy, penalty, nil, mlp.Network.Forward}, nil
}

func (j *labelJudge) measures(a answers) ([]measure, error) {
	report, err := mlp.NewLabelReport(j.y, a.decided, j.names...)
	if err != nil {
		return nil, err
	}
	right, exact := rightLabels(j.y, a.decided)
	counter := countLabels(j.y, a.decided)
	ms := []measure{
		{name: "accuracy", value: report.Accuracy, of: meanIn(right)},
		{name: "exact match", value: report.Exact, of: meanIn(exact)},
		{name: "micro F1", value: report.Micro.F1, of: counter.micro(hits.f1)},
		{name: "macro F1", value: report.Macro.F1, of: counter.mean(hits.f1)},
	}
	ranked, err := rankingMeasures(j.y, a.scores)
	if err != nil || !j.probable {
		return append(ms, ranked...), err
	}
	probable, err := probabilityMeasures(mlp.Binary, j.y, a.scores)
	if err != nil {
		return nil, err
	}
	calibrations, err := j.calibrations(a.scores)
	if err != nil {
		return nil, err
	}
	errors := make([]float64, len(calibrations))
	for k, c := range calibrations {
		errors[k] = c.Error
	}
	return slices.Concat(ms, ranked, probable, []measure{calibrationError(meanOf(errors))}), nil
}

func (j *labelJudge) details(r *Report, a answers) error {
	report, err := mlp.NewLabelReport(j.y, a.decided, j.names...)
	if err != nil {
		return err
	}
	r.Averages = []mlp.ClassScores{report.Micro, report.Macro, report.Weighted}
	if r.Classes, err = classMeasures(report.Labels, j.names, j.y, a.scores); err != nil || !j.probable {
		return err
	}
	r.Calibration, err = j.calibrations(a.scores)
	return err
}

// calibrations returns the calibration of each label.
func (j *labelJudge) calibrations(p *mat.Dense) ([]Calibration, error) {
	all := make([]Calibration, len(j.names))
	for k, name := range j.names {
		var err error
		if all[k], err = calibrate(name, matrix.Columns(j.y, []int{k}), matrix.Columns(p, []int{k}), j.bins); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// rightLabels returns the share of the labels of each row that are right, and 1
// where all are.
func rightLabels(y, decided *mat.Dense) (right, exact []float64) {
	rows, cols := y.Dims()
	right, exact = make([]float64, rows), make([]float64, rows)
	for i := range rows {
		n := 0
		for k, v := range y.RawRowView(i) {
			if decided.At(i, k) == v {
				n++
			}
		}
		right[i] = float64(n) / float64(cols)
		if n == cols {
			exact[i] = 1
		}
	}
	return right, exact
}
