package interop

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/safetensors"
)

// ReadPyTorch sets the parameters of net to those of a PyTorch module with the
// same layers, written in Python with
//
//	safetensors.torch.save_file(module.state_dict(), "module.safetensors")
//
// in float64, float32, float16 or bfloat16. The parameters of nn.Linear go to
// layers made by Dense, those of nn.BatchNorm1d, nn.LayerNorm and nn.PReLU to
// BatchNorm, LayerNorm and PReLU; layers inside of Residual count in their
// place. A Linear weight has the shape [units, inputs] there and is transposed;
// one with weight_norm is g·v/‖v‖. A single slope of PReLU applies to all
// columns. If norms have no weight or no bias (affine=False,
// elementwise_affine=False, bias=False), these become ones and zeros.
//
// The modules in the file, named by the part of the tensor names before the
// last dot, are assigned to the layers in the order of modules. Without
// modules, names whose first difference is a number are in the order of the
// numbers, "2" before "10", as in nn.Sequential, and shapes determine the order
// of the others. The file does not store the order of modules: if neither
// determines it, the result is an error that names the candidates, and modules
// must be given. A LayerNorm without tensors may be left out of modules.
//
// It is an error, and nothing changes, if the file is incomplete, if anything
// is missing, superfluous or of another shape, or if a number is not finite. A
// Normalization keeps its numbers: PyTorch has no such module. A state dict has
// no epsilon: if the module's epsilon is not PyTorch's 1e-5, set it in the
// layer with mlp.WithEpsilon.
func ReadPyTorch(r io.Reader, net mlp.Network, modules ...string) error {
	if err := readPyTorch(r, net, modules); err != nil {
		return fmt.Errorf("interop: ReadPyTorch: %w", err)
	}
	return nil
}

func readPyTorch(r io.Reader, net mlp.Network, order []string) error {
	layers, err := modules(net)
	if err != nil {
		return err
	}
	if matrix.IsNil(r) {
		return errors.New("the reader is nil")
	}
	layers = slices.DeleteFunc(layers, func(m module) bool { return m.kind == "normalization" })
	file, err := safetensors.Read(r)
	if err != nil {
		return err
	}
	found := stateDicts(file.Tensors)
	dicts, err := arrange(layers, found, order)
	if err != nil {
		return err
	}
	var transfers []transfer
	for i, layer := range layers {
		moved, err := layer.fromPyTorch(dicts[i])
		if err != nil {
			return fmt.Errorf("%s: %w", layer.with(dicts[i]), err)
		}
		transfers = append(transfers, moved...)
	}
	apply(transfers)
	return nil
}

// A stateDict has the tensors of a PyTorch module, by their names in it.
type stateDict struct {
	module  string
	tensors map[string]*safetensors.Tensor
}

// names returns the names of the tensors, sorted.
func (d *stateDict) names() []string { return slices.Sorted(maps.Keys(d.tensors)) }

// stateDicts returns the tensors by module, without those that count batches,
// in the natural order of the modules.
func stateDicts(tensors []safetensors.Tensor) []*stateDict {
	byModule := make(map[string]*stateDict)
	for i := range tensors {
		t := &tensors[i]
		dot := strings.LastIndex(t.Name, ".")
		if p := strings.Index("."+t.Name, ".parametrizations."); p >= 0 {
			dot = p - 1
		}
		module, name := t.Name[:max(dot, 0)], t.Name[dot+1:]
		if name == "num_batches_tracked" {
			continue
		}
		if byModule[module] == nil {
			byModule[module] = &stateDict{module, make(map[string]*safetensors.Tensor)}
		}
		byModule[module].tensors[name] = t
	}
	return slices.SortedFunc(maps.Values(byModule), func(a, b *stateDict) int {
		order, _ := naturalOrder(a.module, b.module)
		return order
	})
}

// with returns the part of an error that says which module is for the layer.
func (m module) with(d *stateDict) string {
	return fmt.Sprintf("module %s for %s, %s", quote.Text(d.module), m.place, m.kind)
}

// fromPyTorch returns the new values of the layer from the tensors of a module.
func (m module) fromPyTorch(d *stateDict) ([]transfer, error) {
	sources, err := m.sources(d)
	if err != nil {
		return nil, err
	}
	var transfers []transfer
	for _, s := range sources {
		values, err := s.values()
		if err != nil {
			return nil, err
		}
		if inputs, units := s.param.Value.Dims(); m.linear(s.param) {
			values = transpose(values, units, inputs)
		}
		transfers = append(transfers, transfer{s.param.Value, values})
	}
	return transfers, nil
}

// A source is where the values of a parameter come from, row by row as PyTorch
// stores them.
type source struct {
	param  mlp.Param
	values func() ([]float64, error)
}

// sources checks the names and shapes of the tensors and returns where the
// values of all parameters of the layer come from. It reads no values.
func (m module) sources(d *stateDict) ([]source, error) {
	var sources []source
	used := make(map[string]bool)
	for _, p := range m.params {
		s, names, err := m.source(p, d)
		if err != nil {
			return nil, err
		}
		sources = append(sources, source{p, s})
		for _, name := range names {
			used[name] = true
		}
	}
	for _, name := range d.names() {
		if !used[name] {
			return nil, fmt.Errorf("tensor %s is for no parameter", quote.Text(d.tensors[name].Name))
		}
	}
	return sources, nil
}

// source returns where the values of a parameter come from, and the names of
// the tensors that it uses.
func (m module) source(p mlp.Param, d *stateDict) (values func() ([]float64, error), names []string, err error) {
	name, shape := m.tensor(p), m.shape(p)
	has := func(name string) bool { return d.tensors[name] != nil }
	if !has(name) {
		if m.linear(p) {
			for _, n := range [][]string{{"weight_g", "weight_v"}, {"parametrizations.weight.original0", "parametrizations.weight.original1"}} {
				if has(n[0]) && has(n[1]) {
					values, err := weightNorm(d.tensors[n[0]], d.tensors[n[1]], shape)
					return values, n, err
				}
			}
		}
		if m.optional(p, has) {
			value := 0.0
			if p.Name == "weight" {
				value = 1
			}
			return func() ([]float64, error) { return slices.Repeat([]float64{value}, shape[0]), nil }, nil, nil
		}
		return nil, nil, fmt.Errorf("no tensor %q, the module has %s", name, quote.List(d.names()))
	}
	t := d.tensors[name]
	one := m.kind == "prelu" && slices.Equal(t.Shape, []int{1}) // for all columns
	if !one && !slices.Equal(t.Shape, shape) {
		return nil, nil, fmt.Errorf("tensor %s has shape %d, want %d", quote.Text(t.Name), t.Shape, shape)
	}
	return func() ([]float64, error) {
		values, err := readTensor(t, p.Name)
		if one && err == nil {
			values = slices.Repeat(values, shape[0])
		}
		return values, err
	}, []string{name}, nil
}

// optional reports whether the module of the layer may be without a parameter:
// a norm without weight and bias, and a LayerNorm without bias.
func (m module) optional(p mlp.Param, has func(name string) bool) bool {
	switch m.kind {
	case "batch_norm":
		return !p.State && !has("weight") && !has("bias")
	case "layer_norm":
		return p.Name == "bias" || !has("bias")
	}
	return false
}

// linear reports whether a parameter is the weight of a Linear module, which is
// transposed there.
func (m module) linear(p mlp.Param) bool { return m.kind == "dense" && p.Name == "weight" }

// tensor returns the name that PyTorch gives a parameter.
func (m module) tensor(p mlp.Param) string {
	if m.kind == "prelu" && p.Name == "slope" {
		return "weight"
	}
	return p.Name
}

// shape returns the shape that PyTorch gives a parameter.
func (m module) shape(p mlp.Param) []int {
	inputs, units := p.Value.Dims()
	if m.linear(p) {
		return []int{units, inputs}
	}
	return []int{units}
}

// readTensor returns the values of a tensor for a parameter of the given name.
func readTensor(t *safetensors.Tensor, param string) ([]float64, error) {
	values := make([]float64, t.Len())
	if err := t.Float64s(values); err != nil {
		return nil, err
	}
	if err := checkValues(param, values); err != nil {
		return nil, fmt.Errorf("tensor %s: %w", quote.Text(t.Name), err)
	}
	return values, nil
}

// WritePyTorch writes the parameters of net as the state dict, in float64, of
// an nn.Sequential with a module for each Dense and one for its activation
// unless that is Identity, and one for each BatchNorm, LayerNorm, PReLU,
// ActivationLayer and Dropout. In Python,
//
//	module.load_state_dict(safetensors.torch.load_file("net.safetensors"))
//
// reads it, if the modules were made with the epsilons of the layers, which are
// PyTorch's unless mlp.WithEpsilon set them. Other layers that change x after
// training, and a scaling of the targets, have no PyTorch module and are
// errors, and so is a parameter that is not finite, before anything is written.
func WritePyTorch(w io.Writer, net mlp.Network) error {
	if err := writePyTorch(w, net); err != nil {
		return fmt.Errorf("interop: WritePyTorch: %w", err)
	}
	return nil
}

func writePyTorch(w io.Writer, net mlp.Network) error {
	layers, err := modules(net)
	if err != nil {
		return err
	}
	if err := checkWritable(net, layers); err != nil {
		return err
	}
	if matrix.IsNil(w) {
		return errors.New("the writer is nil")
	}
	var tensors []safetensors.Tensor
	number := 0 // of the next module
	for i, l := range net.Layers() {
		d, ok := l.(mlp.Describer)
		kind := ""
		if ok {
			kind = d.Describe().Kind
		}
		switch kind {
		case "dense", "batch_norm", "layer_norm", "prelu":
			tensors = append(tensors, layers[0].toPyTorch(number)...)
			layers = layers[1:]
		case "activation", "dropout":
		case "gaussian_noise":
			continue
		default:
			return fmt.Errorf("layer %d, a %T, has no counterpart in nn.Sequential", i, l)
		}
		number++
		if kind == "dense" && d.Describe().Activation != mlp.Identity {
			number++
		}
	}
	return safetensors.Write(w, map[string]string{"format": "pt"}, tensors)
}

// toPyTorch returns the tensors of the module of a layer.
func (m module) toPyTorch(number int) []safetensors.Tensor {
	var tensors []safetensors.Tensor
	for _, p := range m.params {
		rows, cols := p.Value.Dims()
		values := p.Value.RawMatrix().Data
		if m.linear(p) {
			values = transpose(values, rows, cols)
		}
		tensors = append(tensors, safetensors.Float64Tensor(fmt.Sprintf("%d.%s", number, m.tensor(p)), values, m.shape(p)...))
	}
	if m.kind == "batch_norm" {
		name := fmt.Sprintf("%d.num_batches_tracked", number)
		tensors = append(tensors, safetensors.Tensor{Name: name, DType: "I64", Data: make([]byte, 8)})
	}
	return tensors
}
