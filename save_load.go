package mlp

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/safetensors"
	"example.com/mlp/internal/strictjson"
)

// A LoadOption tells Load of types from outside this package.
type LoadOption func(*loader)

// WithActivations lets Load find these activations by their names.
func WithActivations(activations ...Activation) LoadOption {
	return func(l *loader) { l.activations = append(l.activations, activations...) }
}

// WithLosses lets Load find these losses by their names.
func WithLosses(losses ...Loss) LoadOption {
	return func(l *loader) { l.losses = append(l.losses, losses...) }
}

// WithLayerKinds lets Load make layers of these kinds.
func WithLayerKinds(kinds ...LayerKind) LoadOption {
	return func(l *loader) { l.kinds = append(l.kinds, kinds...) }
}

// Load reads a network that Save wrote. It predicts the same bits as the one
// that was saved, and a call of Fit trains it to the same bits. Names that are
// not those of this package are looked for in the options.
//
// Load reads r to its end. It trusts nothing that it reads: it is an error if
// the file is not whole, if anything is missing, too much or does not fit, if a
// number is not finite, if the file is of a later format, or if its digest, which
// older files do not have, is another one. What it allocates is in proportion to
// the file.
func Load(r io.Reader, opts ...LoadOption) (Network, error) {
	net, _, err := load(r, opts)
	if err != nil {
		return nil, fmt.Errorf("mlp: Load: %w", err)
	}
	return net, nil
}

// load is Load that also returns what save wrote beside the network.
func load(r io.Reader, opts []LoadOption) (Network, extra, error) {
	if matrix.IsNil(r) {
		return nil, extra{}, errors.New("the reader is nil")
	}
	l := loader{kinds: slices.Clone(layerKinds)}
	for i, opt := range opts {
		if opt == nil {
			return nil, extra{}, fmt.Errorf("option %d is nil", i)
		}
		opt(&l)
	}
	file, err := safetensors.Read(r)
	if err != nil {
		return nil, extra{}, err
	}
	l.metadata = file.Metadata
	if err := l.checkFormat(); err != nil {
		return nil, extra{}, err
	}
	net, e, err := l.read(file)
	if damage := checkDigest(file); damage != nil {
		if err != nil {
			damage = fmt.Errorf("%w; %w", err, damage)
		}
		return nil, extra{}, damage
	}
	return net, e, err
}

// loader is one call of Load.
type loader struct {
	activations []Activation
	losses      []Loss
	kinds       []LayerKind

	metadata map[string]string
	tensors  map[string]*safetensors.Tensor // that have not been used yet
	room     float64                        // numbers in the file that no layer has claimed
}

// read returns what is in the file.
func (l *loader) read(file *safetensors.File) (Network, extra, error) {
	l.tensors = make(map[string]*safetensors.Tensor, len(file.Tensors))
	for i := range file.Tensors {
		t := &file.Tensors[i]
		l.tensors[t.Name] = t
		l.room += float64(t.Len())
	}
	net, err := l.network()
	if err != nil {
		return nil, extra{}, err
	}
	e, err := l.extra()
	return net, e, err
}

// checkFormat returns an error unless the metadata say that Save wrote the file.
func (l *loader) checkFormat() error {
	if v := l.metadata[metaFormat]; v != formatName {
		return fmt.Errorf("metadata %s is %s, want %q: the file was not written by Save; a state dict of PyTorch is read into a network by interop.ReadPyTorch", metaFormat, quote.Text(v), formatName)
	}
	if v := l.metadata[metaVersion]; v != formatVersion {
		return fmt.Errorf("metadata %s is %s, want %q", metaVersion, quote.Text(v), formatVersion)
	}
	if n := len(l.metadata); n > maxTexts+formatTexts {
		return fmt.Errorf("%d texts of metadata, at most %d are kept", n, maxTexts)
	}
	return nil
}

// network returns the network of the file.
func (l *loader) network() (Network, error) {
	loss, err := find("loss", l.metadata[metaLoss], LossByName, l.losses, "WithLosses")
	if err != nil {
		return nil, err
	}
	layers, err := l.layers()
	if err != nil {
		return nil, err
	}
	opts, err := l.options()
	if err != nil {
		return nil, err
	}
	net, err := Model(layers, loss, opts...)
	if err != nil {
		return nil, err
	}
	n := net.(networkKind).base()
	if err := l.fill(n); err != nil {
		return nil, err
	}
	if n.end, err = n.end.load(l.metadata); err != nil {
		return nil, err
	}
	if n.metadata, err = ownMetadata(l.metadata); err != nil {
		return nil, err
	}
	state, err := hex.DecodeString(l.metadata[metaState])
	if err == nil {
		err = n.pcg.UnmarshalBinary(state)
	}
	if err != nil {
		return nil, fmt.Errorf("metadata %s: %w", metaState, err)
	}
	return net, nil
}

// options returns the options to make the network with.
func (l *loader) options() ([]ModelOption, error) {
	seed, err := strconv.ParseUint(l.metadata[metaSeed], 10, 64)
	if err != nil { // which quotes all of the text
		return nil, fmt.Errorf("metadata %s is %s, want an integer of at least 0", metaSeed, quote.Text(l.metadata[metaSeed]))
	}
	precision, err := precisionByName(l.metadata[metaPrec])
	if err != nil {
		return nil, fmt.Errorf("metadata %s is %w", metaPrec, err)
	}
	var classes, features []string
	if err := cmp.Or(l.unmarshal(metaClasses, &classes, 1), l.unmarshal(metaFeatures, &features, 1)); err != nil {
		return nil, err
	}
	opts := []ModelOption{WithSeed(seed), WithPrecision(precision), WithClasses(classes...), WithFeatures(features...)}
	if t, ok := l.tensors[targetsPrefix+"mean"]; ok {
		opts = append(opts, WithTargetScaling(NewNormalization(t.Len())))
	}
	return opts, nil
}

// unmarshal reads the JSON of some metadata, if there is any.
func (l *loader) unmarshal(key string, v any, depth int) error {
	text, ok := l.metadata[key]
	if !ok {
		return nil
	}
	if err := strictjson.Unmarshal(text, v, depth); err != nil {
		return fmt.Errorf("metadata %s: %w", key, err)
	}
	return nil
}

// find returns the value of a name in this package, by byName, or else in
// others, which the option has given.
func find[T interface{ Name() string }](kind, name string, byName func(string) (T, error), others []T, option string) (T, error) {
	known, err := byName(name)
	if err == nil {
		return known, nil
	}
	for _, v := range others {
		if !matrix.IsNil(v) && v.Name() == name {
			return v, nil
		}
	}
	return known, fmt.Errorf("unknown %s %s, see %s", kind, quote.Text(name), option)
}

// layers returns the layers, whose parameters are yet to be filled in.
func (l *loader) layers() ([]Layer, error) {
	var saved []savedLayer
	if err := l.unmarshal(metaLayers, &saved, 2*maxNesting+5); err != nil {
		return nil, err
	}
	layers := make([]Layer, len(saved))
	for i := range saved {
		var err error
		if layers[i], err = l.layer(&saved[i], maxNesting); err != nil {
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
	}
	return layers, nil
}

// layer returns a layer with layers inside it up to the given depth.
func (l *loader) layer(s *savedLayer, depth int) (Layer, error) {
	kind := kindOf(l.kinds, s.Kind)
	if kind == nil || kind.New == nil {
		return nil, fmt.Errorf("unknown kind %s, see WithLayerKinds", quote.Text(s.Kind))
	}
	d := LayerDescription{Kind: s.Kind, Inputs: s.Inputs, Units: s.Units, Columns: s.Columns, Numbers: s.Numbers}
	var err error
	if s.Activation != "" {
		if d.Activation, err = find("activation", s.Activation, ActivationByName, l.activations, "WithActivations"); err != nil {
			return nil, err
		}
	}
	if len(s.Layers) > 0 && depth == 0 {
		return nil, fmt.Errorf("%s layers are nested more than %d deep", s.Kind, maxNesting)
	}
	for i := range s.Layers {
		inner, err := l.layer(&s.Layers[i], depth-1)
		if err != nil {
			return nil, fmt.Errorf("layer %d inside: %w", i, err)
		}
		d.Layers = append(d.Layers, inner)
	}
	if err := l.claim(kind, d); err != nil {
		return nil, err
	}
	layer := kind.New(d)
	if matrix.IsNil(layer) {
		return nil, fmt.Errorf("kind %s made nil", quote.Text(s.Kind))
	}
	if err := validate(layer); err != nil {
		return nil, err
	}
	return layer, checkDescription(layer, d)
}

// claim returns an error if a layer has more parameters than the file has
// numbers left.
func (l *loader) claim(kind *LayerKind, d LayerDescription) error {
	if d.Inputs <= 0 || d.Units <= 0 || d.Inputs > maxWeights || d.Units > maxWeights {
		return fmt.Errorf("%d inputs and %d units, want from 1 to %d", d.Inputs, d.Units, maxWeights)
	}
	if kind.Size == nil {
		return nil
	}
	size := kind.Size(d)
	if !(size >= 0 && size <= l.room) {
		return fmt.Errorf("%s with %d inputs and %d units has %.0f parameters, the file has %.0f numbers left", kind.Name, d.Inputs, d.Units, size, l.room)
	}
	l.room -= size
	return nil
}

// checkDescription returns an error unless a layer is what d describes.
func checkDescription(layer Layer, d LayerDescription) error {
	describer, ok := layer.(Describer)
	if !ok {
		return fmt.Errorf("%T is no mlp.Describer", layer)
	}
	made := describer.Describe()
	name := func(act Activation) string {
		if act == nil {
			return ""
		}
		return act.Name()
	}
	switch {
	case made.Inputs != d.Inputs:
		return fmt.Errorf("%s with %d inputs, want %d", d.Kind, d.Inputs, made.Inputs)
	case made.Units != d.Units:
		return fmt.Errorf("%s with %d units, want %d", d.Kind, d.Units, made.Units)
	case name(made.Activation) != name(d.Activation):
		return fmt.Errorf("%s with activation %s, want %s", d.Kind, quote.Text(name(d.Activation)), quote.Text(name(made.Activation)))
	case len(made.Layers) != len(d.Layers):
		return fmt.Errorf("%s with %d layers inside, want %d", d.Kind, len(d.Layers), len(made.Layers))
	case !slices.EqualFunc(made.Columns, d.Columns, slices.Equal):
		return fmt.Errorf("%s with %d groups of columns, want %d", d.Kind, len(d.Columns), len(made.Columns))
	case len(made.Numbers) != len(d.Numbers) && len(d.Numbers) > 10:
		return fmt.Errorf("%s with %d numbers, want %v", d.Kind, len(d.Numbers), made.Numbers)
	case !maps.Equal(made.Numbers, d.Numbers):
		return fmt.Errorf("%s with numbers %s, want %v", d.Kind, quote.Plain(fmt.Sprint(d.Numbers)), made.Numbers)
	}
	return nil
}

// fill gives the parameters of the network the values in the file.
func (l *loader) fill(n *network) error {
	if err := n.eachParam(l.take); err != nil {
		return err
	}
	for i, layer := range n.layers {
		if err := validate(layer); err != nil {
			return fmt.Errorf("layer %d: %w", i, err)
		}
	}
	return nil
}

// take stores the values of a tensor in dst.
func (l *loader) take(name string, dst *mat.Dense) error {
	t, ok := l.tensors[name]
	if !ok {
		return fmt.Errorf("no tensor %s", quote.Text(name))
	}
	delete(l.tensors, name)
	g := dst.RawMatrix()
	if !slices.Equal(t.Shape, []int{g.Rows, g.Cols}) {
		return fmt.Errorf("tensor %s has shape %d, want [%d %d]", quote.Text(name), t.Shape, g.Rows, g.Cols)
	}
	return readTensor(t, g.Data)
}

// readTensor stores the values of a tensor in dst, which has its length.
func readTensor(t *safetensors.Tensor, dst []float64) error {
	if err := t.Float64s(dst); err != nil {
		return err
	}
	return checkTensor(t.Name, dst)
}

// extra returns what is left of the file when the network has been read.
func (l *loader) extra() (e extra, err error) {
	for key, value := range l.metadata {
		if key, ok := strings.CutPrefix(key, extraPrefix); ok {
			if e.metadata == nil {
				e.metadata = make(map[string]string)
			}
			e.metadata[key] = value
		}
	}
	names := slices.AppendSeq(make([]string, 0, len(l.tensors)), maps.Keys(l.tensors))
	slices.Sort(names)
	e.tensors = make([]safetensors.Tensor, 0, len(names))
	for _, name := range names {
		rest, ok := strings.CutPrefix(name, extraPrefix)
		if !ok {
			return extra{}, fmt.Errorf("tensor %s does not belong to the network", quote.Text(name))
		}
		t := *l.tensors[name]
		t.Name = rest
		e.tensors = append(e.tensors, t)
	}
	return e, nil
}
