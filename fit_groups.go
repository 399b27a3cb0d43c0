package mlp

import (
	"cmp"
	"errors"
	"fmt"

	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/quote"
)

// A Group makes Fit treat some parameters differently from the rest (PyTorch's
// parameter groups, optax.multi_transform). To train the biases with a smaller
// learning rate and without weight decay:
//
//	mlp.FitOptions{
//		WeightDecay: 0.01,
//		Groups: []mlp.Group{{
//			Has:     func(layer int, p mlp.Param) bool { return p.Name == "bias" },
//			Rate:    0.1,
//			NoDecay: true,
//		}},
//	}
//
// A parameter belongs to the first group of FitOptions.Groups that has it. A
// group without parameters is an error.
type Group struct {
	// Has reports whether a parameter of a layer, numbered from 0, belongs to
	// the group. It is called once for each parameter that has a gradient. The
	// names of parameters of nested layers begin with the position of the
	// layer: "0.weight".
	Has func(layer int, p Param) bool

	Optimizer   Rule    // nil means that of FitOptions
	Rate        float64 // factor of the learning rate, in addition to Param.Rate; 0 means 1
	WeightDecay float64 // 0 means that of FitOptions
	NoDecay     bool    // no weight decay
	Fixed       bool    // leave the parameters unchanged
}

// check returns an error for a field that is out of range or conflicts with
// another.
func (g *Group) check() error {
	if g.Has == nil {
		return errors.New("nil function Has")
	}
	if err := cmp.Or(checkNonNegative("Rate", g.Rate), checkNonNegative("WeightDecay", g.WeightDecay)); err != nil {
		return err
	}
	if g.Fixed {
		if err := refuse("%s with Fixed, which trains nothing", []option{
			{"Optimizer", !matrix.IsNil(g.Optimizer)}, {"Rate", g.Rate != 0}, {"WeightDecay", g.WeightDecay != 0}, {"NoDecay", g.NoDecay},
		}); err != nil {
			return err
		}
	}
	if g.NoDecay && g.WeightDecay != 0 {
		return errors.New("both WeightDecay and NoDecay, want one")
	}
	if matrix.IsNil(g.Optimizer) {
		return nil
	}
	return checkRule(g.Optimizer)
}

// grouping finds the group of each parameter.
type grouping struct {
	opts    *FitOptions
	members []int // of each group
}

// assign gives a leaf the rule, the rate and the decay of its group. It reports
// whether the parameter is to be trained.
func (gs *grouping) assign(l *leaf, layer int, p Param) (trained bool, err error) {
	if err := checkNonNegative("Rate", p.Rate); err != nil {
		return false, fmt.Errorf("layer %d: parameter %s: %w", layer, quote.Text(p.Name), err)
	}
	l.rule, _ = gs.opts.Optimizer.(Rule) // none with LBFGS
	l.rate, l.decay = cmp.Or(p.Rate, 1), gs.opts.WeightDecay
	for i := range gs.opts.Groups {
		g := &gs.opts.Groups[i]
		if !g.Has(layer, p) {
			continue
		}
		gs.members[i]++
		if g.Fixed {
			return false, nil
		}
		if !matrix.IsNil(g.Optimizer) {
			l.rule = g.Optimizer
		}
		l.rate *= cmp.Or(g.Rate, 1)
		l.decay = cmp.Or(g.WeightDecay, l.decay)
		if g.NoDecay {
			l.decay = 0
		}
		break
	}
	return true, l.checkDecay()
}

// check returns an error for a group without members.
func (gs *grouping) check() error {
	for i, n := range gs.members {
		if n == 0 {
			return fmt.Errorf("group %d has no parameter, or an earlier group has them all", i)
		}
	}
	return nil
}
