package tabular

import (
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A measure is how answers to a task are judged.
type measure struct {
	metric  mlp.Metric // what scores are
	chooses mlp.Metric // what chooses epochs and networks
	task    mlp.Task
}

// newMeasure returns how the metric of the options judges answers to a task. In
// the place of accuracy, the log loss chooses, which depends less on chance.
func newMeasure(metric mlp.Metric, task mlp.Task) measure {
	if metric == mlp.MetricUsual {
		metric = mlp.MetricAccuracy
		if task == mlp.Regression {
			metric = mlp.MetricR2
		}
	}
	m := measure{metric, metric, task}
	if metric == mlp.MetricAccuracy {
		m.chooses = mlp.MetricLogLoss
	}
	return m
}

// of returns the score of answers.
func (m measure) of(y, answers mat.Matrix) (float64, error) { return m.metric.Of(m.task, y, answers) }

// worth returns what the answers are worth in a choice: the more the better.
func (m measure) worth(y, answers mat.Matrix) (float64, error) {
	v, err := m.chooses.Of(m.task, y, answers)
	if m.chooses.LessIsBetter() {
		v = -v
	}
	return v, err
}
