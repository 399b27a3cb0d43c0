package tabular

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// realMLPSettings are those of RealMLP-TD, without label smoothing, which makes
// probabilities too timid, and without limits to what a regression answers.
type realMLPSettings struct {
	depth, width     int
	scaling          dataset.Scaling // of numbers, where there are several
	waves, perNumber int             // of PBLD
	embedded         int             // numbers for each code
	sigma            float64
	dropout          float64
	rate             float64 // 0 means 0.04, or 0.2 for numbers
	beta2            float64
	weightDecay      float64
	mish             bool // for classes, too
	steps            int  // that are enough; 0 means that 256 epochs are

	waveRate, scaleRate, firstRate float64 // factors of the rate of PBLD, Scale and the first dense layer
}

// usualRealMLP returns the settings for a size. Large is published, Medium trains
// for fewer epochs where rows are many.
func usualRealMLP(size Size) realMLPSettings {
	s := realMLPSettings{
		depth: 3, scaling: dataset.SmoothClip, waves: 16, perNumber: 4, embedded: 8, sigma: 0.1, dropout: 0.15,
		beta2: 0.95, weightDecay: 0.02, waveRate: 0.1, scaleRate: 6, firstRate: 1,
	}
	s.width, s.steps = realMLPSize(size)
	return s
}

// realMLPSize returns the width of RealMLP, and how many steps are enough.
func realMLPSize(size Size) (width, steps int) {
	switch size {
	case Small:
		return 128, 2000
	case Large:
		return 256, 0
	}
	return 256, 6000
}

func realMLP(size Size) *network       { return usualRealMLP(size).network("RealMLP") }
func realMLPNormal(size Size) *network { return usualRealMLP(size).normal().network("RealMLP-N") }

// normal returns the settings for numbers that are distributed normally.
func (s realMLPSettings) normal() realMLPSettings {
	s.scaling = dataset.Normal
	return s
}

func (s realMLPSettings) network(name string) *network {
	return &network{name: name, layers: s.layers, training: s.training, steps: s.steps}
}

func (s realMLPSettings) layers(d *dataset.Data, t task, seed uint64) ([]mlp.Layer, error) {
	const adaptRows = 10000
	inputs, _ := newInputs(d.Layout, s.scaling, func(n int) mlp.Layer { return mlp.PBLD(n, s.waves, s.perNumber, mlp.WithSigma(s.sigma)) }, s.embedded)
	_, n := inputs.Dims()
	layers := []mlp.Layer{inputs, mlp.Scale(n)}
	hidden := realMLPActivation(t)
	if s.mish {
		hidden = mlp.Mish
	}
	for range s.depth {
		layers = append(layers, mlp.NTKDense(n, s.width, mlp.Identity), mlp.ParametricActivation(s.width, hidden), mlp.Dropout(s.width, s.dropout))
		n = s.width
	}
	layers = append(layers, mlp.NTKDense(n, t.units, t.act))
	return layers, mlp.Adapt(layers, sample(d.X, adaptRows), seed)
}

func realMLPActivation(t task) mlp.Activation {
	if t.numbers {
		return mlp.Mish
	}
	return mlp.SELU
}

func (s realMLPSettings) training(rows int, numbers bool) mlp.FitOptions {
	rate := s.rate
	switch {
	case rate > 0:
	case numbers:
		rate = 0.2
	default:
		rate = 0.04
	}
	// A decay scales with the rate, and here by the factor again.
	group := func(factor float64, has func(layer int, p mlp.Param) bool) mlp.Group {
		return mlp.Group{Has: has, Rate: factor, WeightDecay: factor * s.weightDecay}
	}
	return mlp.FitOptions{
		BatchSize:       realMLPBatch(rows),
		DropLast:        true,
		Optimizer:       mlp.Adam{LearningRate: rate, Beta2: s.beta2},
		Schedule:        mlp.CosineLog{},
		WeightDecay:     s.weightDecay,
		DecaySchedule:   mlp.FlatCosine{},
		DropoutSchedule: mlp.FlatCosine{},
		Groups: []mlp.Group{
			group(s.waveRate, func(layer int, p mlp.Param) bool { // and of the activations
				return layer == 0 && !strings.HasSuffix(p.Name, "table") || p.Name == "share"
			}),
			group(s.scaleRate, named("scale")),
			{Has: named("bias"), Rate: 0.1, NoDecay: true},
			group(s.firstRate, func(layer int, p mlp.Param) bool { return layer == 2 && p.Name == "weight" }),
		},
	}
}

// named returns what reports whether a parameter of a layer, not of one inside,
// has the name.
func named(name string) func(layer int, p mlp.Param) bool {
	return func(_ int, p mlp.Param) bool { return p.Name == name }
}

// drawRealMLP draws settings of RealMLP from the space that TabArena searches
// (Erickson et al., TabArena: A Living Benchmark for Machine Learning on Tabular
// Data, 2025), without smoothing.
func drawRealMLP(rng *rand.Rand, size Size) *network {
	s := usualRealMLP(size)
	s.depth = 2 + rng.IntN(3)
	s.width += s.width / 2 * rng.IntN(3)
	s.dropout = 0.5 * rng.Float64()
	s.mish = true
	s.sigma = logUniform(rng, 0.01, 50)
	s.beta2 = 1 - logUniform(rng, 0.005, 0.05)
	s.waveRate = logUniform(rng, 0.05, 0.3)
	s.scaleRate = logUniform(rng, 2, 10)
	s.firstRate = logUniform(rng, 0.3, 1.5)
	s.rate = logUniform(rng, 0.02, 0.3)
	s.weightDecay = logUniform(rng, 0.001, 0.05)
	s.embedded = 4 << rng.IntN(3)
	if rng.IntN(2) == 1 {
		s = s.normal()
	}
	return s.network(fmt.Sprintf("RealMLP %v %d×%d, dropout %.2f, rate %.2g, decay %.2g, sigma %.2g",
		s.scaling, s.depth, s.width, s.dropout, s.rate, s.weightDecay, s.sigma))
}

// realMLPBatch returns the size of the batches for this many rows.
func realMLPBatch(rows int) int {
	switch {
	case rows <= 1024:
		return 64
	case rows <= 8192:
		return 128
	case rows <= 30000:
		return 256
	case rows <= 100000:
		return 512
	}
	return 1024
}
