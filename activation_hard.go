package mlp

// The hard activations are piecewise polynomials that stand for smooth ones.

type hardSigmoid struct{}

func (hardSigmoid) Name() string { return "hard_sigmoid" }

func (hardSigmoid) Apply(y, z []float64) {
	for i, v := range z {
		y[i] = hardGate(v)
	}
}

func (hardSigmoid) Backprop(dz, dy, z, y []float64) {
	for i, v := range z {
		if v <= -3 || v >= 3 {
			dz[i] = 0
		} else {
			dz[i] = dy[i] / 6
		}
	}
}

// hardGate returns min(max(z+3, 0), 6)/6.
func hardGate(z float64) float64 { return min(max(z+3, 0), 6) / 6 }

type hardTanh struct{}

func (hardTanh) Name() string { return "hard_tanh" }

func (hardTanh) Apply(y, z []float64) {
	for i, v := range z {
		y[i] = min(max(v, -1), 1)
	}
}

func (hardTanh) Backprop(dz, dy, z, y []float64) {
	for i, v := range z {
		if v <= -1 || v >= 1 {
			dz[i] = 0
		} else {
			dz[i] = dy[i]
		}
	}
}

type hardSwish struct{}

func (hardSwish) Name() string { return "hard_swish" }

func (hardSwish) Apply(y, z []float64) {
	for i, v := range z {
		y[i] = boundedBelow(v) * hardGate(v)
	}
}

func (hardSwish) Backprop(dz, dy, z, y []float64) {
	for i, v := range z {
		switch {
		case v < -3:
			dz[i] = 0
		case v > 3:
			dz[i] = dy[i]
		default:
			dz[i] = dy[i] * ((2*v + 3) / 6) // 2·v is exact
		}
	}
}
