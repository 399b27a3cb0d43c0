package dataset

import (
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// answers is what a network, or a baseline, says about rows.
type answers struct {
	// scores has probabilities, margins or numbers, and the shape of Y.
	scores *mat.Dense

	// decided has 0 and 1 for what was decided of two classes or of labels, and
	// the scores where the largest one decides. It is nil for numbers.
	decided *mat.Dense
}

// A judge compares answers with the targets of the same rows.
type judge interface {
	// measures returns how good the answers are: the same measures in the same
	// order for all answers.
	measures(a answers) ([]measure, error)

	// details fills in what the report says beyond these measures.
	details(r *Report, a answers) error

	// decide returns what follows from scores that are probabilities or numbers.
	decide(scores *mat.Dense) answers

	// constant describes the answer that is the mean of the targets.
	constant() Baseline

	// linear returns a linear model to be trained with the targets y.
	linear(y *mat.Dense) (linear, error)
}

// A measure is a Measure of one of the answers.
type measure struct {
	name   string
	target string
	lower  bool // whether lower is better
	value  float64
	of     drawnMeasure // of rows drawn from the judged ones; nil where that means nothing
}

func (a *classAnswerer) answers(x mat.Matrix) (answers, error) {
	p, err := a.ask(x)
	return answers{p, p}, err
}

func (a *classAnswerer) judge(y *mat.Dense, bins int) judge {
	return &classJudge{y, a.names, bins, true}
}

func (a *binaryAnswerer) answers(x mat.Matrix) (answers, error) {
	return likely(a, a.decider.Threshold(), x)
}
func (a *binaryAnswerer) judge(y *mat.Dense, bins int) judge {
	return &classJudge{y, a.names, bins, true}
}

func (a *marginAnswerer) answers(x mat.Matrix) (answers, error) { return margins(a.net, x) }
func (a *marginAnswerer) judge(y *mat.Dense, bins int) judge {
	return &classJudge{y, a.names, bins, false}
}

func (a *labelAnswerer) answers(x mat.Matrix) (answers, error) {
	return likely(a, a.decider.Threshold(), x)
}
func (a *labelAnswerer) judge(y *mat.Dense, bins int) judge {
	return &labelJudge{y, a.names, bins, true}
}

func (a *decidedLabelAnswerer) answers(x mat.Matrix) (answers, error) { return margins(a.net, x) }
func (a *decidedLabelAnswerer) judge(y *mat.Dense, bins int) judge {
	return &labelJudge{y, a.names, bins, false}
}

func (a *numberAnswerer) judge(y *mat.Dense, _ int) judge  { return &numberJudge{y, []string{""}} }
func (a *numbersAnswerer) judge(y *mat.Dense, _ int) judge { return &numberJudge{y, a.columns} }

func (p predictions) answers(x mat.Matrix) (answers, error) {
	numbers, err := p.ask(x)
	return answers{scores: numbers}, err
}

// likely returns probabilities, and what they decide at the threshold.
func likely(a answerer, threshold float64, x mat.Matrix) (answers, error) {
	p, err := a.ask(x)
	if err != nil {
		return answers{}, err
	}
	return answers{p, atLeast(threshold, p)}, nil
}

// margins returns the margins of a network, and what it decides.
func margins(net mlp.Network, x mat.Matrix) (answers, error) {
	m, err := net.Forward(x)
	if err != nil {
		return answers{}, err
	}
	decided, err := net.Predict(x)
	return answers{m, decided}, err
}

// atLeast returns 1 where a number is at least the threshold, else 0.
func atLeast(threshold float64, numbers *mat.Dense) *mat.Dense {
	var d mat.Dense
	d.Apply(func(_, _ int, v float64) float64 {
		if v >= threshold {
			return 1
		}
		return 0
	}, numbers)
	return &d
}
