package mlp

import "io"

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

// LayerKinds is the table of the kinds that Load knows.
var LayerKinds = layerKinds

// ReplaceFile is what SaveFile does with what it writes.
var ReplaceFile = replaceFile

// SaveWith is Save with metadata and a vector beside the network.
func SaveWith(w io.Writer, net Network, metadata map[string]string, name string, values []float64) error {
	return save(w, net, extra{metadata, []namedVector{{name, values}}})
}

// LoadWith is Load that returns what SaveWith has put beside the network.
func LoadWith(r io.Reader) (net Network, metadata map[string]string, vectors map[string][]float64, err error) {
	net, e, err := load(r, nil)
	vectors = make(map[string][]float64)
	for _, v := range e.vectors {
		vectors[v.name] = v.values
	}
	return net, e.metadata, vectors, err
}
