package dataset

import (
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// classJudge judges answers for classes: y is one-hot, or of two classes one
// column of 0 and 1.
type classJudge struct {
	y        *mat.Dense
	names    []string
	bins     int  // of the calibration curve
	probable bool // whether the network gives probabilities
}

func (*classJudge) constant() Baseline { return Baseline{"class shares", "the share of each class"} }

func (j *classJudge) binary() bool { return j.y.RawMatrix().Cols == 1 }

func (j *classJudge) task() mlp.Task {
	if j.binary() {
		return mlp.Binary
	}
	return mlp.Multiclass
}

func (j *classJudge) decide(scores *mat.Dense) answers {
	if j.binary() {
		return answers{scores, atLeast(0.5, scores)}
	}
	return answers{scores, scores}
}

func (j *classJudge) linear(*mat.Dense) (linear, error) {
	if j.binary() {
		return linear{mlp.Sigmoid, mlp.BinaryCrossEntropy, 0.5, nil, mlp.Network.Forward}, nil
	}
	return linear{mlp.Softmax, mlp.CategoricalCrossEntropy, 0.5, nil, mlp.Network.Forward}, nil
}

func (j *classJudge) measures(a answers) ([]measure, error) {
	c, err := mlp.NewConfusion(j.y, a.decided, j.names...)
	if err != nil {
		return nil, err
	}
	truth, decided := classesOf(j.y), classesOf(a.decided)
	right := make([]float64, len(truth))
	for i := range truth {
		if truth[i] == decided[i] {
			right[i] = 1
		}
	}
	ms := []measure{{name: "accuracy", value: c.Accuracy(), of: meanIn(right)}}
	counter := countClasses(truth, decided, len(j.names))
	if j.binary() {
		s := c.Class(1)
		ms = append(ms,
			measure{name: "precision", value: s.Precision, of: counter.class(1, hits.precision)},
			measure{name: "recall", value: s.Recall, of: counter.class(1, hits.recall)},
			measure{name: "F1", value: s.F1, of: counter.class(1, hits.f1)})
	} else {
		ms = append(ms, measure{name: "macro F1", value: c.Macro().F1, of: counter.macro(hits.f1)})
	}
	ranked, err := rankingMeasures(j.y, a.scores)
	if err != nil || !j.probable {
		return append(ms, ranked...), err
	}
	probable, err := probabilityMeasures(j.task(), j.y, a.scores)
	if err != nil {
		return nil, err
	}
	calibration, err := calibrate("", j.y, a.scores, j.bins)
	return slices.Concat(ms, ranked, probable, []measure{calibrationError(calibration.Error)}), err
}

func (j *classJudge) details(r *Report, a answers) error {
	c, err := mlp.NewConfusion(j.y, a.decided, j.names...)
	if err != nil {
		return err
	}
	r.Confusion = c
	report := c.Report()
	r.Averages = []mlp.ClassScores{report.Macro, report.Weighted}
	y, scores := j.y, a.scores
	if j.binary() {
		y, scores = bothClasses(1, y), bothClasses(0, scores)
	}
	if r.Classes, err = classMeasures(report.Classes, j.names, y, scores); err != nil || !j.probable {
		return err
	}
	calibration, err := calibrate("", j.y, a.scores, j.bins)
	r.Calibration = []Calibration{calibration}
	return err
}

// bothClasses returns the scores of the other class and of the positive one,
// given those of the positive: they add up to total.
func bothClasses(total float64, positive *mat.Dense) *mat.Dense {
	rows, _ := positive.Dims()
	both := mat.NewDense(rows, 2, nil)
	for i := range rows {
		v := positive.At(i, 0)
		both.SetRow(i, []float64{total - v, v})
	}
	return both
}

// classesOf returns the class of each row of y, which has one column of 0 and 1
// or several, of which the largest one counts, the first of several.
func classesOf(y *mat.Dense) []int {
	rows, cols := y.Dims()
	classes := make([]int, rows)
	for i := range classes {
		if row := y.RawRowView(i); cols == 1 {
			classes[i] = int(row[0])
		} else {
			classes[i] = floats.MaxIdx(row)
		}
	}
	return classes
}
