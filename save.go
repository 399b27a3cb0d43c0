package mlp

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strconv"
	"unicode/utf8"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/safetensors"
)

// The metadata of a saved network: strings, as the format has no others.
const (
	metaFormat   = "format"          // formatName
	metaVersion  = "format_version"  // formatVersion
	metaLibrary  = "library_version" // of the program that saved it, for people
	metaDigest   = "mlp.digest"      // see digest; missing in older files
	metaLayers   = "layers"          // JSON, a list of savedLayer
	metaLoss     = "loss"            // its name
	metaSeed     = "seed"
	metaPrec     = "mlp.precision" // "float32"; absent for float64
	metaState    = "generator"     // state of the random numbers, a rand.PCG in hexadecimal digits
	metaThresh   = "threshold"     // of a BinaryClassifier
	metaClasses  = "classes"       // JSON, a list of strings; missing if there are none
	metaFeatures = "features"      // likewise

	formatName    = "mlp"
	formatVersion = "1"

	targetsPrefix = "target_scaling." // of tensors, with WithTargetScaling
	extraPrefix   = "training."       // of tensors and metadata that are no part of the network

	maxNesting = 16 // of layers inside of layers
)

// savedLayer is a LayerDescription in a file.
type savedLayer struct {
	Kind       string             `json:"kind"`
	Inputs     int                `json:"inputs"`
	Units      int                `json:"units"`
	Activation string             `json:"activation,omitempty"`
	Layers     []savedLayer       `json:"layers,omitempty"`
	Columns    [][]int            `json:"columns,omitempty"`
	Numbers    map[string]float64 `json:"numbers,omitempty"`
}

// Save writes the network to w, as it predicts and can be trained further:
// layers with their parameters, loss, threshold, names of classes and
// features, metadata, scaling of targets, seed and the state of the random
// numbers. What Fit remembers while it runs, such as the state of the
// optimizer, is not part of the network. Load reads it.
//
// The format is safetensors, which other programs read too: the tensors are
// "layers.0.weight" (inputs × units), "layers.0.bias" (1 × units) and so on, as
// Params names them, in float64; the rest is JSON in the metadata. The same
// network gives the same bytes in the same program.
//
// A digest of all that, "mlp.digest" in the metadata, tells Load of damage. A
// program that changes a file has to remove it.
//
// It is an error, before a byte is written, if a number is not finite or if
// something cannot describe itself: a layer that is no Describer, or a layer,
// an activation or a loss of another package with the name of one of this.
func Save(w io.Writer, net Network) error {
	if err := save(w, net, extra{}); err != nil {
		return fmt.Errorf("mlp: Save: %w", err)
	}
	return nil
}

// extra is what a file may hold beside a network.
type extra struct {
	metadata map[string]string
	tensors  []safetensors.Tensor
}

// save is Save with something beside the network, which Load leaves alone.
func save(w io.Writer, net Network, e extra) error {
	if matrix.IsNil(w) {
		return errors.New("the writer is nil")
	}
	n, ok := made(net)
	if !ok {
		return fmt.Errorf("the network is a %T that Model has not made", net)
	}
	if n.moves() {
		return fmt.Errorf("the network is %w", ErrInTraining)
	}
	if err := n.checkParams(); err != nil {
		return err
	}
	metadata, err := n.describe()
	if err != nil {
		return err
	}
	tensors, err := n.tensors()
	if err != nil {
		return err
	}
	for key, value := range e.metadata {
		metadata[extraPrefix+key] = value
	}
	for _, t := range e.tensors {
		t.Name = extraPrefix + t.Name
		tensors = append(tensors, t)
	}
	metadata[metaDigest] = digest(metadata, tensors)
	return safetensors.Write(w, metadata, tensors)
}

// describe returns the metadata of the network.
func (n *network) describe() (map[string]string, error) {
	layers := make([]savedLayer, len(n.layers))
	for i, l := range n.layers {
		var err error
		if layers[i], err = describeLayer(l, maxNesting); err != nil {
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
	}
	if known, err := LossByName(n.loss.Name()); err == nil && known != n.loss {
		return nil, fmt.Errorf("loss %s, a %T, has the name of another", quote.Text(n.loss.Name()), n.loss)
	}
	state, err := n.pcg.MarshalBinary()
	if err != nil {
		return nil, err
	}
	metadata := map[string]string{
		metaFormat:  formatName,
		metaVersion: formatVersion,
		metaLibrary: libraryVersion(),
		metaLoss:    n.loss.Name(),
		metaSeed:    strconv.FormatUint(n.seed, 10),
		metaState:   hex.EncodeToString(state),
	}
	if n.precision != Float64 {
		metadata[metaPrec] = n.precision.String()
	}
	maps.Copy(metadata, n.metadata) // whose keys are others
	n.end.save(metadata)
	lists := map[string]any{metaLayers: layers}
	if n.classes != nil {
		lists[metaClasses] = n.classes
	}
	if n.features != nil {
		lists[metaFeatures] = n.features
	}
	for key, list := range lists {
		text, err := json.Marshal(list)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		metadata[key] = string(text)
	}
	return metadata, nil
}

// describeLayer returns the description of a layer with layers inside it up to
// the given depth.
func describeLayer(l Layer, depth int) (s savedLayer, err error) {
	describer, ok := l.(Describer)
	if !ok {
		return s, fmt.Errorf("%T is no mlp.Describer", l)
	}
	d := describer.Describe()
	if !utf8.ValidString(d.Kind) || kindOf(layerKinds, d.Kind) != nil && !ofThisPackage(l) {
		return s, fmt.Errorf("%T describes itself as %s, which is another kind of layer", l, quote.Text(d.Kind))
	}
	s = savedLayer{Kind: d.Kind, Inputs: d.Inputs, Units: d.Units, Columns: d.Columns, Numbers: d.Numbers}
	if d.Activation != nil {
		s.Activation = d.Activation.Name()
		if known, err := ActivationByName(s.Activation); !utf8.ValidString(s.Activation) || err == nil && known != d.Activation {
			return s, fmt.Errorf("activation %s, a %T, has the name of another", quote.Text(s.Activation), d.Activation)
		}
	}
	if len(d.Layers) > 0 && depth == 0 {
		return s, fmt.Errorf("%s layers are nested more than %d deep", d.Kind, maxNesting)
	}
	for i, inner := range d.Layers {
		described, err := describeLayer(inner, depth-1)
		if err != nil {
			return s, fmt.Errorf("layer %d inside: %w", i, err)
		}
		s.Layers = append(s.Layers, described)
	}
	return s, nil
}

// tensors returns all parameters.
func (n *network) tensors() ([]safetensors.Tensor, error) {
	var tensors []safetensors.Tensor
	err := n.eachParam(func(name string, value *mat.Dense) error {
		g := value.RawMatrix()
		tensors = append(tensors, safetensors.Float64Tensor(name, g.Data, g.Rows, g.Cols))
		return checkTensor(name, g.Data)
	})
	return tensors, err
}

// checkTensor returns an error if a value is not finite.
func checkTensor(name string, values []float64) error {
	for i, v := range values {
		if !finite(v) {
			return fmt.Errorf("tensor %s: entry %d is %g: %w", quote.Text(name), i, v, ErrNotFinite)
		}
	}
	return nil
}

// eachParam calls do with the names and values of all that a file holds of the
// network.
func (n *network) eachParam(do func(name string, value *mat.Dense) error) error {
	for i, l := range n.layers {
		for _, p := range l.Params() {
			if err := do(paramName(i, p), p.Value); err != nil {
				return err
			}
		}
	}
	for _, p := range n.end.params() {
		if err := do(p.Name, p.Value); err != nil {
			return err
		}
	}
	return nil
}
