package tabular

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// tabMSettings are those of TabM and TabM-mini.
type tabMSettings struct {
	full              bool // every layer has scales for each member, else only the inputs
	members           int
	depth, width      int // of the layers that they share
	bins, perNumber   int // of PiecewiseLinear
	dropout           float64
	rate, weightDecay float64
}

// usualTabM returns the settings for a size. Medium is for a CPU, Large published.
func usualTabM(size Size) tabMSettings {
	s := tabMSettings{members: 16, depth: 2, width: 128, bins: 48, perNumber: 16, dropout: 0.1, rate: 0.002, weightDecay: 3e-4}
	switch size {
	case Small:
		s.members, s.width, s.perNumber = 8, 64, 8
	case Large:
		s.members, s.width = 32, 512
	}
	return s
}

func tabMMini(size Size) *network { return usualTabM(size).network("TabM-mini") }
func tabM(size Size) *network     { return usualTabM(size).whole().network("TabM") }

// whole returns the settings with scales in every layer.
func (s tabMSettings) whole() tabMSettings {
	s.full = true
	return s
}

func (s tabMSettings) network(name string) *network {
	return &network{
		name: name, layers: s.layers, training: s.training, patience: 16,
		members: s.members,
		withMembers: func(members int) *network {
			s := s
			s.members = members
			return s.network(name)
		},
	}
}

func (s tabMSettings) layers(d *dataset.Data, t task, seed uint64) ([]mlp.Layer, error) {
	inputs, group := newInputs(d.Layout, dataset.Normal, func(n int) mlp.Layer { return mlp.NewPiecewiseLinear(n, s.bins, s.perNumber) }, s.perNumber)
	if err := mlp.Adapt([]mlp.Layer{inputs}, d.X, seed); err != nil {
		return nil, err
	}
	start := mlp.RandomSigns
	if hasNumbers(d.Layout) {
		start = mlp.Normal(0, 1)
	}
	n := len(group)
	layers := []mlp.Layer{inputs, mlp.MemberInputs(s.members, n, start, group)}
	for range s.depth {
		hidden := mlp.MemberLayers(s.members, mlp.Dense(n, s.width, mlp.ReLU, uniform(n)))
		if s.full {
			hidden = mlp.BatchEnsemble(s.members, n, s.width, mlp.ReLU)
		}
		layers = append(layers, hidden, mlp.MemberLayers(s.members, mlp.Dropout(s.width, s.dropout)))
		n = s.width
	}
	return append(layers,
		mlp.MemberHeads(s.members, n, t.units),
		mlp.MemberMean(s.members, t.units, t.act),
	), nil
}

// uniform draws the weights of a dense layer from U(±1/√inputs).
func uniform(inputs int) mlp.DenseOption {
	bound := 1 / math.Sqrt(float64(inputs))
	return mlp.WithInitializer(mlp.Uniform(-bound, bound))
}

func (s tabMSettings) training(rows int, _ bool) mlp.FitOptions {
	opts := mlp.FitOptions{
		BatchSize:   batchSize(rows),
		Optimizer:   mlp.Adam{LearningRate: s.rate},
		WeightDecay: s.weightDecay,
		ClipNorm:    1,
	}
	if s.weightDecay > 0 {
		opts.Groups = []mlp.Group{{
			Has: func(layer int, p mlp.Param) bool {
				return strings.HasSuffix(p.Name, "bias") || layer == 0 && p.Name == "0.weight"
			},
			NoDecay: true,
		}}
	}
	if s.full { // the scales of MemberInputs take the place of the next ones
		first := mlp.Group{Has: func(layer int, p mlp.Param) bool { return layer == 2 && p.Name == "r" }, Fixed: true}
		opts.Groups = append([]mlp.Group{first}, opts.Groups...)
	}
	return opts
}

// drawTabM draws settings of TabM-mini from the space of its paper, but for the
// widths, which are about that of the size.
func drawTabM(rng *rand.Rand, size Size) *network {
	s := usualTabM(size)
	s.depth = 1 + rng.IntN(4)
	s.width = (64 + 16*rng.IntN(13)) * s.width / 128
	s.bins = 2 + rng.IntN(127)
	s.perNumber = 8 + 4*rng.IntN(7)
	s.dropout = max(0, rng.Float64()-0.5)
	s.rate = logUniform(rng, 1e-4, 5e-3)
	s.weightDecay = 0
	if rng.IntN(2) == 1 {
		s.weightDecay = logUniform(rng, 1e-4, 0.1)
	}
	return s.network(fmt.Sprintf("TabM-mini %d×%d, %d bins of %d, dropout %.2f, rate %.2g, decay %.2g",
		s.depth, s.width, s.bins, s.perNumber, s.dropout, s.rate, s.weightDecay))
}

// logUniform draws a number whose logarithm is uniform.
func logUniform(rng *rand.Rand, lo, hi float64) float64 {
	return lo * math.Pow(hi/lo, rng.Float64())
}

// batchSize returns the size of the batches for this many rows.
func batchSize(rows int) int {
	switch {
	case rows < 2800:
		return 32
	case rows < 4500:
		return 64
	case rows < 6400:
		return 128
	case rows < 32000:
		return 256
	}
	return 512
}
