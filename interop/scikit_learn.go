package interop

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/npy"
	"example.com/mlp/internal/quote"
)

// ReadScikitLearn sets the parameters of net to those of a fitted MLPClassifier
// or MLPRegressor of scikit-learn, from the files coefs_0.npy, intercepts_0.npy
// and so on in the root of fsys. These are the entries of a file written in
// Python with
//
//	arrays = {f"coefs_{i}": w for i, w in enumerate(model.coefs_)}
//	arrays |= {f"intercepts_{i}": b for i, b in enumerate(model.intercepts_)}
//	numpy.savez("model.npz", **arrays)
//
// which is a zip file, so that zip.OpenReader returns an fsys for it; os.DirFS
// returns one for a folder. The files may also be arr_0.npy and so on, first
// all weights, then all biases, from numpy.savez("model.npz", *model.coefs_,
// *model.intercepts_).
//
// All layers of net with parameters must be made by Dense, with a bias; it may
// begin with a Normalization, which keeps its numbers. It is an error, and
// nothing changes, if a file is damaged, if one is missing, superfluous or of
// another shape, or if a number is not finite.
func ReadScikitLearn(fsys fs.FS, net mlp.Network) error {
	if err := readScikitLearn(fsys, net); err != nil {
		return fmt.Errorf("interop: ReadScikitLearn: %w", err)
	}
	return nil
}

func readScikitLearn(fsys fs.FS, net mlp.Network) error {
	layers, err := denseModules(net)
	if err != nil {
		return err
	}
	if matrix.IsNil(fsys) {
		return errors.New("the file system is nil")
	}
	files, err := arrays(fsys)
	if err != nil {
		return err
	}
	if len(files) != 2*len(layers) {
		return fmt.Errorf("arrays %s for %d layers, want a weight and a bias for each", quote.List(files), len(layers))
	}
	names := func(i int) (weight, bias string) { return fmt.Sprintf("coefs_%d", i), fmt.Sprintf("intercepts_%d", i) }
	if slices.Contains(files, "arr_0") {
		names = func(i int) (weight, bias string) {
			return fmt.Sprintf("arr_%d", i), fmt.Sprintf("arr_%d", len(layers)+i)
		}
	}
	var transfers []transfer
	for i, layer := range layers {
		weightName, biasName := names(i)
		weight, bias := layer.params[0].Value, layer.params[1].Value
		inputs, units := weight.Dims()
		w, err := readArray(fsys, weightName, []int{inputs, units})
		if err != nil {
			return fmt.Errorf("%s: %w", layer.place, err)
		}
		b, err := readArray(fsys, biasName, []int{units})
		if err != nil {
			return fmt.Errorf("%s: %w", layer.place, err)
		}
		transfers = append(transfers, transfer{weight, w}, transfer{bias, b})
	}
	apply(transfers)
	return nil
}

// arrays returns the names of the arrays in the root of fsys.
func arrays(fsys fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".npy"); ok {
			names = append(names, name)
		}
	}
	return names, nil
}

// readArray returns an array, which must have the given shape.
func readArray(fsys fs.FS, name string, shape []int) ([]float64, error) {
	f, err := fsys.Open(name + ".npy")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	values, err := readValues(f, shape)
	if err == nil {
		err = checkValues(name, values)
	}
	if err != nil {
		return nil, fmt.Errorf("array %s: %w", quote.Text(name), err)
	}
	return values, nil
}

// readValues returns the values of an array, which must have the given shape.
func readValues(r io.Reader, shape []int) ([]float64, error) {
	array, err := npy.NewReader(r)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(array.Shape, shape) { // compressed data may be a thousand times as large as the file
		return nil, fmt.Errorf("shape %d, want %d", array.Shape, shape)
	}
	return array.Values()
}

// denseModules returns the layers that have parameters, each with a weight
// and a bias, without a Normalization in front.
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
// Normalization too, a scaling of the targets, and parameters that are not
// finite are errors, before anything is written.
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
	if err := checkWritable(net, layers); err != nil {
		return err
	}
	if matrix.IsNil(w) {
		return errors.New("the writer is nil")
	}
	z := zip.NewWriter(w)
	for i, l := range layers {
		weight, bias := l.params[0].Value, l.params[1].Value
		inputs, units := weight.Dims()
		if err := writeArray(z, fmt.Sprintf("coefs_%d", i), weight, inputs, units); err != nil {
			return err
		}
		if err := writeArray(z, fmt.Sprintf("intercepts_%d", i), bias, units); err != nil {
			return err
		}
	}
	return z.Close()
}

// writeArray adds an array to a file .npz, without a time, so that the same
// numbers give the same bytes.
func writeArray(z *zip.Writer, name string, m *mat.Dense, shape ...int) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: zip.Store})
	if err != nil {
		return err
	}
	return npy.Write(w, m.RawMatrix().Data, shape...)
}
