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

// LayerKinds is the table of the kinds that Load knows.
var LayerKinds = layerKinds

// ReplaceFile is what SaveFile does with what it writes.
var ReplaceFile = replaceFile
