package mlp

import "example.com/mlp/internal/kernel"

// weightAverage is the moving average of FitOptions.AverageDecay. While it is
// shown, the network has the average in the place of the weights that the
// steps train.
type weightAverage struct {
	decay  float64 // 0: there is no average
	first  bool    // the step that it follows is the first
	hidden bool
	move   func(p *param)
}

func newWeightAverage(decay float64) *weightAverage {
	a := &weightAverage{decay: decay}
	a.move = func(p *param) {
		if a.first {
			copy(p.average, p.value)
			return
		}
		for i, w := range p.value {
			p.average[i] = runningMean(a.decay, p.average[i], w)
		}
	}
	return a
}

// follow moves the average towards the weights after a step, which counts from
// 1.
func (a *weightAverage) follow(ps *parameters, team *kernel.Team, step int) {
	if a.decay == 0 {
		return
	}
	a.first = step == 1
	ps.each(team, a.move)
}

// hide gives the network the weights that the steps train.
func (a *weightAverage) hide(ps *parameters, team *kernel.Team) {
	if a.decay != 0 && !a.hidden {
		a.hidden = true
		ps.each(team, swapAverage)
	}
}

// show gives the network the average.
func (a *weightAverage) show(ps *parameters, team *kernel.Team) {
	if a.hidden {
		a.hidden = false
		ps.each(team, swapAverage)
	}
}

func swapAverage(p *param) {
	for i, w := range p.value {
		p.value[i], p.average[i] = p.average[i], w
	}
}
