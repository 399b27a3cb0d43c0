package mlp

// A Describer is a Layer that Save can save: it tells what makes a layer like
// it, but for the values of its parameters, which Save takes from Params. All
// layers of this package are Describers; Load learns of others by
// WithLayerKinds.
type Describer interface {
	Layer
	Describe() LayerDescription
}

// A LayerDescription is what there is to know about a layer but for its
// parameters. Fields that mean nothing to its kind are zero.
type LayerDescription struct {
	Kind          string // a stable identifier in snake case: "dense"
	Inputs, Units int
	Activation    Activation
	Layers        []Layer            // those inside it, first layer first
	Numbers       map[string]float64 // whatever else there is, by a stable name: "rate"
}

// A LayerKind makes layers from their descriptions, for Load.
type LayerKind struct {
	// Name is the Kind of the descriptions.
	Name string

	// Size returns how many entries the parameters of such a layer have
	// together, without those of the Layers inside it. Load asks it before it
	// calls New, so that no file makes New allocate more than the file has.
	// nil means that there are none.
	Size func(LayerDescription) float64

	// New returns a layer of the given description, with any parameters. Load
	// refuses it if it describes itself in another way or is not valid by its
	// method Validate.
	New func(LayerDescription) Layer
}

// layerKinds is the table of the kinds that Load knows.
var layerKinds = []LayerKind{
	{"dense", denseSize, denseFrom},
	{"activation", nil, func(d LayerDescription) Layer { return ActivationLayer(d.Units, d.Activation) }},
	{"average", nil, func(d LayerDescription) Layer { return newAverage(d.Layers) }},
	{"batch_norm", sizePerUnit(4), func(d LayerDescription) Layer { return BatchNorm(d.Units, normOptions(d)...) }},
	{"dropout", nil, func(d LayerDescription) Layer { return Dropout(d.Units, d.Numbers["rate"]) }},
	{"gaussian_noise", nil, func(d LayerDescription) Layer { return GaussianNoise(d.Units, d.Numbers["sd"]) }},
	{"layer_norm", sizePerUnit(2), func(d LayerDescription) Layer { return LayerNorm(d.Units, normOptions(d)...) }},
	{"normalization", sizePerUnit(2), func(d LayerDescription) Layer { return NewNormalization(d.Units) }},
	{"prelu", sizePerUnit(1), func(d LayerDescription) Layer { return PReLU(d.Units) }},
	{"residual", nil, func(d LayerDescription) Layer { return Residual(d.Layers...) }},
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

// sizePerUnit is the Size of layers with so many parameters for each unit.
func sizePerUnit(params float64) func(LayerDescription) float64 {
	return func(d LayerDescription) float64 { return params * float64(d.Units) }
}
