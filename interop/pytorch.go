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
	"example.com/mlp/internal/safetensors"
)

// ReadPyTorch gives net the parameters of a PyTorch module with the same
// layers, which Python has written with
//
//	safetensors.torch.save_file(module.state_dict(), "module.safetensors")
//
// in float64, float32, float16 or bfloat16. The parameters of nn.Linear go to
// layers made by Dense, those of nn.BatchNorm1d and nn.LayerNorm to BatchNorm
// and LayerNorm; layers inside of Residual count where they stand. A Linear
// weight has the shape [units, inputs] there and is transposed.
//
// The modules in the file, by the part of the names before the last dot, are
// taken for the layers in the order of modules. Without any, they are taken in
// the natural order of their names, "2" before "10", which is that of
// nn.Sequential.
//
// It is an error, and nothing changes, if the file is not whole, if anything
// is missing, too much or of another shape, or if a number is not finite. A
// Normalization keeps its numbers: PyTorch has no such module. A state dict has
// no epsilon: where the module's is not PyTorch's 1e-5, give it to the layer by
// mlp.WithEpsilon.
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
	tensors, found := groups(file.Tensors)
	if len(order) == 0 {
		order = found
	}
	if len(order) != len(layers) {
		return fmt.Errorf("modules %q for %d layers with parameters", order, len(layers))
	}
	var transfers []transfer
	for i, layer := range layers {
		module, ok := tensors[order[i]]
		switch {
		case slices.Contains(order[:i], order[i]):
			return fmt.Errorf("module %q is given twice", order[i])
		case !ok:
			return fmt.Errorf("no module %q, the file has %q", order[i], found)
		}
		delete(tensors, order[i])
		moved, err := layer.fromPyTorch(module)
		if err != nil {
			return fmt.Errorf("module %q for %s, %s: %w", order[i], layer.place, layer.kind, err)
		}
		transfers = append(transfers, moved...)
	}
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		return fmt.Errorf("module %q is for no layer", name)
	}
	apply(transfers)
	return nil
}

// groups returns the tensors by module and name, without those that count
// batches, and the names of the modules in natural order.
func groups(tensors []safetensors.Tensor) (byModule map[string]map[string]*safetensors.Tensor, modules []string) {
	byModule = make(map[string]map[string]*safetensors.Tensor)
	for i := range tensors {
		t := &tensors[i]
		dot := strings.LastIndex(t.Name, ".")
		module, name := t.Name[:max(dot, 0)], t.Name[dot+1:]
		if name == "num_batches_tracked" {
			continue
		}
		if byModule[module] == nil {
			byModule[module] = make(map[string]*safetensors.Tensor)
			modules = append(modules, module)
		}
		byModule[module][name] = t
	}
	slices.SortFunc(modules, naturalOrder)
	return byModule, modules
}

// naturalOrder compares names as strings.Compare, but runs of digits in them
// as numbers.
func naturalOrder(a, b string) int {
	const digits = "0123456789"
	for a != "" && b != "" {
		na, nb := a[:len(a)-len(strings.TrimLeft(a, digits))], b[:len(b)-len(strings.TrimLeft(b, digits))]
		if na == "" || nb == "" {
			if a[0] != b[0] {
				break
			}
			a, b = a[1:], b[1:]
			continue
		}
		va, vb := strings.TrimLeft(na, "0"), strings.TrimLeft(nb, "0")
		if len(va) != len(vb) {
			return len(va) - len(vb)
		}
		if va != vb {
			return strings.Compare(va, vb)
		}
		a, b = a[len(na):], b[len(nb):]
	}
	return strings.Compare(a, b)
}

// fromPyTorch returns what becomes of the layer with the tensors of a module.
func (m module) fromPyTorch(tensors map[string]*safetensors.Tensor) ([]transfer, error) {
	var transfers []transfer
	for _, p := range m.params {
		t, ok := tensors[p.Name]
		if !ok {
			return nil, fmt.Errorf("no tensor %q", p.Name)
		}
		delete(tensors, p.Name)
		inputs, units := p.Value.Dims()
		shape, linear := m.shape(p)
		if !slices.Equal(t.Shape, shape) {
			return nil, fmt.Errorf("tensor %q has shape %d, want %d", t.Name, t.Shape, shape)
		}
		values := make([]float64, t.Len())
		if err := t.Float64s(values); err != nil {
			return nil, err
		}
		if err := checkValues(p.Name, values); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", t.Name, err)
		}
		if linear {
			values = transpose(values, units, inputs)
		}
		transfers = append(transfers, transfer{p.Value, values})
	}
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		return nil, fmt.Errorf("tensor %q is for no parameter", tensors[name].Name)
	}
	return transfers, nil
}

// shape returns the shape that PyTorch gives a parameter, and whether it is
// the weight of a Linear module, which is transposed there.
func (m module) shape(p mlp.Param) (shape []int, linear bool) {
	inputs, units := p.Value.Dims()
	if m.kind == "dense" && p.Name == "weight" {
		return []int{units, inputs}, true
	}
	return []int{units}, false
}

// WritePyTorch writes the parameters of net as the state dict, in float64, of
// an nn.Sequential with a module for each Dense and one for its activation
// unless that is Identity, and one for each BatchNorm, LayerNorm,
// ActivationLayer and Dropout. In Python,
//
//	module.load_state_dict(safetensors.torch.load_file("net.safetensors"))
//
// reads it, if the modules were made with the epsilons of the layers, which are
// PyTorch's unless mlp.WithEpsilon set them. Other layers that change x after
// training, and a scaling of the targets, have no module there and are errors,
// and so is a parameter that is not finite, before a byte is written.
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
		case "dense", "batch_norm", "layer_norm":
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
		shape, linear := m.shape(p)
		if linear {
			values = transpose(values, rows, cols)
		}
		tensors = append(tensors, safetensors.Float64Tensor(fmt.Sprintf("%d.%s", number, p.Name), values, shape...))
	}
	if m.kind == "batch_norm" {
		name := fmt.Sprintf("%d.num_batches_tracked", number)
		tensors = append(tensors, safetensors.Tensor{Name: name, DType: "I64", Data: make([]byte, 8)})
	}
	return tensors
}
