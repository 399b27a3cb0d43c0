package mlp

// pace is what changes from one step to the next.
type pace struct {
	steps int     // so far, including the current one: the optimizer's t
	rate  float64 // factor of the learning rates
	decay float64 // factor of the weight decays
}

// A stage is a part of a step.
type stage interface{ apply(ls *leaves) }

// newStages returns what a step does to the parameters once it has their
// gradients: only what the options ask for, in the order of execution.
func newStages(o *FitOptions, ls *leaves, a *accumulator, p *pace) []stage {
	var stages []stage
	add := func(asked bool, s stage) {
		if asked {
			stages = append(stages, s)
		}
	}
	add(a != nil, a)
	add(o.ClipValue > 0, newValueClipper(o.ClipValue))
	add(o.ClipNorm > 0, newNormClipper(o.ClipNorm))
	add(decays(ls), newWeightDecay(p))
	add(true, newRules(p))
	add(len(ls.constrained) > 0, projection{})
	add(o.AverageDecay > 0, newAverageFollower(o.AverageDecay, p))
	add(ls.hasDirect || ls.widened, rounding{})
	return stages
}

// projection makes the parameters satisfy their constraints.
type projection struct{}

func (projection) apply(ls *leaves) {
	for _, p := range ls.constrained {
		p.Constraint.Project(p.Value)
	}
}
