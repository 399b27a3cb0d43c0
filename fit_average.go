package mlp

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
		s.leaves.each(swapAverage)
	}
}

// showAverage gives the network the average.
func (s *stepper) showAverage() {
	if s.averageHidden {
		s.averageHidden = false
		s.leaves.each(swapAverage)
	}
}

func swapAverage(l *leaf) {
	for i, w := range l.value {
		l.value[i], l.average[i] = l.average[i], w
	}
}
