package mlp

import "fmt"

// newAverageFollower returns the stage that moves the average of
// FitOptions.AverageDecay toward the weights after a step.
func newAverageFollower(decay float64, p *pace) stage {
	return onEach(func(l *leaf) {
		if p.steps == 1 {
			copy(l.average, l.value)
			return
		}
		for i, w := range l.value {
			l.average[i] = runningMean(decay, l.average[i], w)
		}
	})
}

// showAverage gives the network the average or, if show is false, the weights
// that the steps train.
func (s *stepper) showAverage(show bool) {
	if s.opts.AverageDecay > 0 && s.averageHidden == show {
		s.averageHidden = !show
		s.leaves.all(func(l *leaf) {
			for i, a := range l.average {
				l.value[i], l.average[i] = a, l.value[i]
			}
		})
	}
}

// takeStatistics recomputes the running statistics for the average, which is
// shown: the means over the rows, batch by batch in their order, of the
// statistics that the layers compute (as in PyTorch's update_bn). The weights
// that the steps train have statistics of their own.
func (l *loop) takeStatistics() error {
	if l.opts.AverageDecay == 0 || !l.env.statistics {
		return nil
	}
	generator := *l.pcg // Dropout draws from it
	defer func() { *l.pcg, l.env.momentum = generator, 0 }()
	l.leaves.load()
	seen := 0
	err := l.data.(*table).inOrder(func(b *batch) error {
		seen += b.rows()
		l.env.momentum = float64(b.rows()) / float64(seen)
		l.chain.forward(b)
		return nil
	})
	if err == nil && l.leaves.notFinite() >= 0 {
		err = l.diverged(l.batch.Epoch, l.batch.Step, l.batch.Loss)
	}
	return err
}

// takeLastStatistics is takeStatistics for an epoch that has ended early, if it
// leaves weights that have moved.
func (l *loop) takeLastStatistics() error {
	if l.opts.AverageDecay == 0 || l.lost || l.batch.Step == 0 || l.leaves.notFinite() >= 0 {
		return nil
	}
	l.showAverage(true)
	return l.takeStatistics()
}

// checkStatistics returns an error if there are running statistics that would
// have to be recomputed for an average, but not all rows are available to do
// so.
func (s *stepper) checkStatistics(data source) error {
	if _, ok := data.(*table); !ok && s.opts.AverageDecay > 0 && s.env.statistics {
		return fmt.Errorf("mlp: %s: AverageDecay with BatchNorm, whose statistics Fit takes anew for the average from all rows: use Fit, or leave out AverageDecay", s.op)
	}
	return nil
}
