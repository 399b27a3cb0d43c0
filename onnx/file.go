package onnx

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// ImportFile reads a model from a file, as Import does, and its weights from
// files beside it if the model says so. It opens no file outside that folder, also
// not through symbolic links; ImportOptions.Data of os.DirFS(folder) follows them.
func ImportFile(name string, opts ...ImportOptions) (mlp.Network, error) {
	net, err := importFile(name, opts)
	if err != nil {
		return nil, fmt.Errorf("onnx: ImportFile: %w", err)
	}
	return net, nil
}

func importFile(name string, opts []ImportOptions) (mlp.Network, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	folder, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	net, err := importFrom(f, folder.FS(), opts)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return net, nil
}

// ImportFS reads a model from a file of fsys, as Import does, and its weights
// from files beside it if the model says so.
func ImportFS(fsys fs.FS, name string, opts ...ImportOptions) (mlp.Network, error) {
	net, err := importFS(fsys, name, opts)
	if err != nil {
		return nil, fmt.Errorf("onnx: ImportFS: %w", err)
	}
	return net, nil
}

func importFS(fsys fs.FS, name string, opts []ImportOptions) (mlp.Network, error) {
	if matrix.IsNil(fsys) {
		return nil, errors.New("the file system is nil")
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	folder, err := fs.Sub(fsys, path.Dir(name))
	if err != nil {
		return nil, err
	}
	net, err := importFrom(f, folder, opts)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return net, nil
}

// ExportFile writes the network to a file, as Export does. A network that
// cannot be exported leaves the file as it is.
func ExportFile(name string, net mlp.Network, p Precision) error {
	var model bytes.Buffer
	err := export(&model, net, p)
	if err == nil {
		err = os.WriteFile(name, model.Bytes(), 0o666)
	}
	if err != nil {
		return fmt.Errorf("onnx: ExportFile: %w", err)
	}
	return nil
}
