package mlp

// A Describer is a Layer that Save can save: it describes everything needed to
// make a layer like it, except the values of its parameters, which Save takes
// from Params. All layers of this package are Describers; WithLayerKinds tells
// Load about others.
type Describer interface {
	Layer
	Describe() LayerDescription
}

// A LayerDescription describes a layer, except for its parameters. Fields that
// its kind does not use are zero.
type LayerDescription struct {
	Kind          string // a stable identifier in snake case: "dense"
	Inputs, Units int
	Activation    Activation
	Layers        []Layer            // the layers inside it, first layer first
	Columns       [][]int            // the columns of x that each of Layers takes; nil for all
	Numbers       map[string]float64 // everything else, by a stable name: "rate"
}

// A LayerKind makes layers from their descriptions, for Load.
type LayerKind struct {
	// Name is the Kind of the descriptions.
	Name string

	// Size returns the total number of entries in the parameters of such a
	// layer, without those of the Layers inside it. Load calls it before New,
	// so that no file can make New allocate more than the file contains. nil
	// means that the layer has no parameters.
	Size func(LayerDescription) float64

	// New returns a layer with the given description and arbitrary parameters.
	// Load rejects the layer if it describes itself differently or if its
	// Validate method returns an error.
	New func(LayerDescription) Layer
}

// layerKinds is the table of the kinds that Load knows.
var layerKinds = []LayerKind{
	{"dense", denseSize, denseFrom},
	{"activation", nil, func(d LayerDescription) Layer { return ActivationLayer(d.Units, d.Activation) }},
	{"average", nil, func(d LayerDescription) Layer { return newAverage(d.Layers) }},
	{"batch_ensemble", batchEnsembleSize, batchEnsembleFrom},
	{"batch_norm", sizePerUnit(4), func(d LayerDescription) Layer { return BatchNorm(d.Units, normOptions(d)...) }},
	{"columns", nil, func(d LayerDescription) Layer { return newColumns(d.Inputs, d.Columns, d.Layers) }},
	{"dropout", nil, func(d LayerDescription) Layer { return Dropout(d.Units, d.Numbers["rate"]) }},
	{"embedding", embeddingSize, embeddingFrom},
	{"gaussian_noise", nil, func(d LayerDescription) Layer { return GaussianNoise(d.Units, d.Numbers["sd"]) }},
	{"layer_norm", sizePerUnit(2), func(d LayerDescription) Layer { return LayerNorm(d.Units, normOptions(d)...) }},
	{"member_heads", memberHeadsSize, memberHeadsFrom},
	{"member_inputs", memberInputsSize, memberInputsFrom},
	{"member_layers", nil, memberLayersFrom},
	{"member_mean", nil, memberMeanFrom},
	{"normalization", sizePerUnit(2), func(d LayerDescription) Layer { return NewNormalization(d.Units) }},
	{"ntk_dense", denseSize, ntkDenseFrom},
	{"parametric_activation", sizePerUnit(1), func(d LayerDescription) Layer { return ParametricActivation(d.Units, d.Activation) }},
	{"pbld", periodicSize, periodicFrom},
	{"periodic", periodicSize, periodicFrom},
	{"piecewise_linear", piecewiseLinearSize, piecewiseLinearFrom},
	{"prelu", sizePerUnit(1), func(d LayerDescription) Layer { return PReLU(d.Units) }},
	{"residual", nil, func(d LayerDescription) Layer { return Residual(d.Layers...) }},
	{"scale", sizePerUnit(1), func(d LayerDescription) Layer { return Scale(d.Units) }},
	{"stack", nil, func(d LayerDescription) Layer { return newStack(d.Layers) }},
}

// kindOf returns the kind with the given name, or nil.
func kindOf(kinds []LayerKind, name string) *LayerKind {
	for i := range kinds {
		if kinds[i].Name == name {
			return &kinds[i]
		}
	}
	return nil
}

// sizePerUnit returns the Size function of layers with this many parameters per
// unit.
func sizePerUnit(params float64) func(LayerDescription) float64 {
	return func(d LayerDescription) float64 { return params * float64(d.Units) }
}
