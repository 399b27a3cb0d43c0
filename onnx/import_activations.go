package onnx

import (
	"math"
	"slices"

	"example.com/mlp"
)

// elementwise returns the step of an activation.
func elementwise(act mlp.Activation) step { return step{act: act, entries: true} }

func activation(act mlp.Activation) func(p *piece) step {
	return func(p *piece) step { return elementwise(act) }
}

// rowActivation is activation for those that run along an axis.
func rowActivation(act mlp.Activation) func(p *piece) step {
	return func(p *piece) step {
		axis := p.int("axis", -1)
		p.alongRow(axis)
		return step{act: act, lastAxis: axis == -1}
	}
}

// alpha is activation for those with the parameter alpha.
func alpha(usual float64, make func(alpha float64) mlp.Activation) func(p *piece) step {
	return func(p *piece) step { return elementwise(make(p.float("alpha", usual))) }
}

// celu is α·elu(x/α), as Export writes CELU where the operator is not allowed.
func celu(p *piece) step {
	a, ok1 := p.constants["alpha"].scalar()
	b, ok2 := p.constants["alpha_again"].scalar()
	if elu := p.nodes[1]; !ok1 || !ok2 || a != b || len(elu.node.attrs) > 0 {
		p.passed = true
		return step{}
	}
	return elementwise(mlp.NewCELU(p.scalar("alpha")))
}

func selu(p *piece) step {
	const alpha, gamma = 1.67326319217681884765625, 1.05070102214813232421875 // of the operator
	a, g := p.float("alpha", alpha), p.float("gamma", gamma)
	if !near(a, alpha) || !near(g, gamma) {
		p.fail("alpha is %g and gamma %g, want %g and %g", a, g, alpha, gamma)
	}
	return elementwise(mlp.SELU)
}

func clip(p *piece) step {
	low, high := math.Inf(-1), math.Inf(1)
	if _, ok := p.constants["low"]; ok {
		low = p.scalar("low")
	}
	if _, ok := p.constants["high"]; ok {
		high = p.scalar("high")
	}
	// The bounds that mean none.
	if low <= -math.MaxFloat32 {
		low = math.Inf(-1)
	}
	if high >= math.MaxFloat32 {
		high = math.Inf(1)
	}
	switch {
	case low == 0 && high == math.Inf(1):
		return elementwise(mlp.ReLU)
	case low == 0 && high == 6:
		return elementwise(mlp.ReLU6)
	case math.IsInf(low, -1) && math.IsInf(high, 1):
		return step{entries: true}
	}
	return elementwise(mlp.NewHardTanh(low, high))
}

// hardSigmoidOf returns the activation of the HardSigmoid v.
func hardSigmoidOf(p *piece, v *val) mlp.Activation {
	alpha, beta := p.floatOf(v, "alpha", 0.2), p.floatOf(v, "beta", 0.5)
	if float32(alpha) == float32(1./6) && beta == 0.5 {
		return mlp.HardSigmoid
	}
	return mlp.NewHardSigmoid(alpha, beta)
}

func hardSigmoid(p *piece) step { return elementwise(hardSigmoidOf(p, p.nodes[0])) }

func hardSwish(p *piece) step {
	if act := hardSigmoidOf(p, p.nodes[1]); act != mlp.HardSigmoid {
		p.fail("%s in a hard swish, want %s", act.Name(), mlp.HardSigmoid.Name())
	}
	return elementwise(mlp.HardSwish)
}

func gelu(p *piece) step {
	a, ok := p.attr(p.nodes[0], "approximate", attrString)
	switch {
	case !ok || slices.Equal(a.texts, []string{"none"}):
		return elementwise(mlp.GELU)
	case !slices.Equal(a.texts, []string{"tanh"}):
		p.fail("approximate is %s, want none or tanh", quoted(a.texts))
	}
	return elementwise(mlp.GELUTanh)
}
