package mlp

import "fmt"

// newAverageFollower returns the stage that moves the average of
// FitOptions.AverageDecay towards the weights after a step.
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

// hideAverage gives the network the weights that the steps train. Until
// showAverage it is they that are in its place.
func (s *stepper) hideAverage() {
	if s.opts.AverageDecay > 0 && !s.averageHidden {
		s.averageHidden = true
		s.leaves.all(swapAverage)
	}
}

// showAverage gives the network the average.
func (s *stepper) showAverage() {
	if s.averageHidden {
		s.averageHidden = false
		s.leaves.all(swapAverage)
	}
}

func swapAverage(l *leaf) {
	if l.average == nil {
		return
	}
	for i, w := range l.value {
		l.value[i], l.average[i] = l.average[i], w
	}
}

// takeStatistics takes the running statistics of the average, which is shown,
// anew: the means over the rows, batch by batch in their order, of what the
// layers find in them (as PyTorch's update_bn). Those of the weights that the
// steps train are others.
func (l *loop) takeStatistics() error {
	if l.opts.AverageDecay == 0 || !l.env.statistics {
		return nil
	}
	generator := *l.pcg // from which Dropout draws
	defer func() { *l.pcg, l.env.momentum = generator, 0 }()
	seen := 0
	return l.data.(*table).inOrder(func(b *batch) error {
		seen += b.rows()
		l.env.momentum = float64(b.rows()) / float64(seen)
		x := b.x
		for _, p := range l.passes {
			x = p.Forward(x)
		}
		return nil
	})
}

// checkStatistics returns an error if there are running statistics that an
// average would need anew, without all rows at hand to take them from.
func (s *stepper) checkStatistics(data source) error {
	if _, ok := data.(*table); !ok && s.opts.AverageDecay > 0 && s.env.statistics {
		return fmt.Errorf("mlp: %s: AverageDecay with BatchNorm, whose statistics Fit takes anew for the average from all rows: use Fit, or leave out AverageDecay", s.op)
	}
	return nil
}
