package interop

import (
	"fmt"
	"io"
	"slices"

	"example.com/mlp"
	"example.com/mlp/internal/npy"
)

// ReadScikitLearn gives net the parameters of a fitted MLPClassifier or
// MLPRegressor of scikit-learn, in a file .npz of the given size that Python
// has written with
//
//	arrays = {f"coefs_{i}": w for i, w in enumerate(model.coefs_)}
//	arrays |= {f"intercepts_{i}": b for i, b in enumerate(model.intercepts_)}
//	numpy.savez("model.npz", **arrays)
//
// or with numpy.savez("model.npz", *model.coefs_, *model.intercepts_). All
// layers of net with parameters must be made by Dense, with a bias; it may
// begin with a Normalization, which keeps its numbers.
//
// It is an error, and nothing changes, if the file is not whole, if anything
// is missing, too much or of another shape, or if a number is not finite.
func ReadScikitLearn(r io.ReaderAt, size int64, net mlp.Network) error {
	if err := readScikitLearn(r, size, net); err != nil {
		return fmt.Errorf("interop: ReadScikitLearn: %w", err)
	}
	return nil
}

func readScikitLearn(r io.ReaderAt, size int64, net mlp.Network) error {
	layers, err := denseModules(net)
	if err != nil {
		return err
	}
	file, err := npy.OpenArchive(r, size)
	if err != nil {
		return err
	}
	if len(file.Names) != 2*len(layers) {
		return fmt.Errorf("arrays %q for %d layers, want a weight and a bias for each", file.Names, len(layers))
	}
	names := func(i int) (weight, bias string) { return fmt.Sprintf("coefs_%d", i), fmt.Sprintf("intercepts_%d", i) }
	if slices.Contains(file.Names, "arr_0") {
		names = func(i int) (weight, bias string) {
			return fmt.Sprintf("arr_%d", i), fmt.Sprintf("arr_%d", len(layers)+i)
		}
	}
	var transfers []transfer
	for i, layer := range layers {
		weight, bias := names(i)
		inputs, units := layer.params[0].Value.Dims()
		for j, array := range []struct {
			name  string
			shape []int
		}{{weight, []int{inputs, units}}, {bias, []int{units}}} {
			values, err := readArray(file, array.name, array.shape)
			if err != nil {
				return fmt.Errorf("%s: %w", layer.place, err)
			}
			transfers = append(transfers, transfer{layer.params[j].Value, values})
		}
	}
	apply(transfers)
	return nil
}

// readArray returns an array that must have the given shape.
func readArray(file *npy.Archive, name string, shape []int) (values []float64, err error) {
	err = file.Read(name, func(r *npy.Reader) error {
		if !slices.Equal(r.Shape, shape) { // before memory is taken for it
			return fmt.Errorf("shape %d, want %d", r.Shape, shape)
		}
		if values, err = r.Values(); err != nil {
			return err
		}
		return checkValues(name, values)
	})
	return values, err
}

// denseModules returns the layers that have parameters, each with a weight
// and a bias.
func denseModules(net mlp.Network) ([]module, error) {
	layers, err := modules(net)
	if err != nil {
		return nil, err
	}
	if len(layers) > 0 && layers[0].kind == "normalization" {
		layers = layers[1:]
	}
	for _, l := range layers {
		if l.kind != "dense" || l.inside || len(l.params) != 2 {
			return nil, fmt.Errorf("%s, %s, has no counterpart: want dense with a bias", l.place, l.kind)
		}
	}
	return layers, nil
}

// WriteScikitLearn writes the parameters of net to a file .npz with the arrays
// coefs_0, intercepts_0 and so on, for the attributes coefs_ and intercepts_.
// Layers with parameters that are not made by Dense with a bias, a
// Normalization too, and a scaling of the targets are errors, before a byte is
// written.
func WriteScikitLearn(w io.Writer, net mlp.Network) error {
	if err := writeScikitLearn(w, net); err != nil {
		return fmt.Errorf("interop: WriteScikitLearn: %w", err)
	}
	return nil
}

func writeScikitLearn(w io.Writer, net mlp.Network) error {
	layers, err := denseModules(net)
	if err != nil {
		return err
	}
	if all, _ := modules(net); len(all) != len(layers) {
		return fmt.Errorf("%s, %s, has no counterpart", all[0].place, all[0].kind)
	}
	if err := checkScaling(net); err != nil {
		return err
	}
	file := npy.NewArchiveWriter(w)
	for i, l := range layers {
		weight, bias := l.params[0].Value, l.params[1].Value
		rows, cols := weight.Dims()
		if err := file.Write(fmt.Sprintf("coefs_%d", i), weight.RawMatrix().Data, rows, cols); err != nil {
			return err
		}
		if err := file.Write(fmt.Sprintf("intercepts_%d", i), bias.RawMatrix().Data, cols); err != nil {
			return err
		}
	}
	return file.Close()
}
