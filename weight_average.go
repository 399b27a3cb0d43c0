package mlp

import "example.com/mlp/internal/kernel"

// weightAverage is the moving average of FitOptions.AverageDecay. While it is
// shown, the network has the average in the place of the weights that the
// steps train.
type weightAverage struct {
	decay  float64 // 0: there is no average
	keep   float64 // what the next step leaves of it
	hidden bool
	move   func(p *param)
}

func newWeightAverage(decay float64) *weightAverage {
	a := &weightAverage{decay: decay}
	a.move = func(p *param) {
		for i, w := range p.value {
			p.average[i] = runningMean(a.keep, p.average[i], w)
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
	a.keep = a.decay
	if step == 1 {
		a.keep = 0
	}
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
