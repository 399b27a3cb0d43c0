package mlp

// The tables, for tests that range over everything there is.
var (
	Activations = activations
	Losses      = losses
	Optimizers  = optimizers
)

// Unfused makes net train and evaluate through the outputs of its last layer
// even where the loss has a form in the logits.
func Unfused(net Network) {
	net.(interface{ unfuse() }).unfuse()
}

func (n *network) unfuse() { n.fused = nil }

// SplitRows is the split of FitOptions.ValidationSplit.
var SplitRows = splitRows

// MinimizeLBFGS returns where a minimization by LBFGS ends and after how many
// iterations, at most 1000.
func MinimizeLBFGS(o *LBFGS, f func(g, x []float64) (float64, error), x []float64) (end []float64, iterations int, err error) {
	m := newMinimizer(o, len(x))
	copy(m.x, x)
	if m.loss, err = f(m.g, m.x); err != nil {
		return m.x, 0, err
	}
	for iterations < 1000 && err == nil {
		if err = m.iterate(f); err == nil {
			iterations++
		}
	}
	return m.x, iterations, err
}
