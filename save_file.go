package mlp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"

	"example.com/mlp/internal/matrix"
)

// SaveFile saves the network to a file, as Save does. The file is written
// beside its place and moved there when all of it is on the disk: whatever
// happens meanwhile, path holds what it held before or the network, whole. A
// file that is replaced passes its permissions on; others get 0666 before
// umask.
func SaveFile(path string, net Network) error {
	if err := saveFile(path, net, extra{}); err != nil {
		return fmt.Errorf("mlp: SaveFile: %w", err)
	}
	return nil
}

func saveFile(path string, net Network, e extra) error {
	return replaceFile(path, func(w io.Writer) error { return save(w, net, e) })
}

// replaceFile makes path a file with what write writes, or leaves everything
// as it is.
func replaceFile(path string, write func(io.Writer) error) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", path)
	}
	f, err := createBeside(path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if info != nil {
		if err := f.Chmod(info.Mode().Perm()); err != nil {
			return err
		}
	}
	w := bufio.NewWriterSize(f, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// createBeside creates a new file in the folder of path. Unlike those of
// os.CreateTemp, its permissions are the usual ones.
func createBeside(path string) (*os.File, error) {
	for {
		name := fmt.Sprintf("%s.%08x.tmp", path, rand.Uint32())
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// syncFolder makes a new name in a folder durable, where the system can.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" || runtime.GOOS == "js" {
		return nil // which cannot sync folders
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// LoadFile reads a network from a file, as Load does.
func LoadFile(path string, opts ...LoadOption) (Network, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("mlp: LoadFile: %w", err)
	}
	net, _, err := loadFrom("LoadFile", path, f, opts)
	return net, err
}

// LoadFS reads a network from a file of fsys, as Load does: from an embed.FS,
// for example.
func LoadFS(fsys fs.FS, name string, opts ...LoadOption) (Network, error) {
	if matrix.IsNil(fsys) {
		return nil, errors.New("mlp: LoadFS: the file system is nil")
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("mlp: LoadFS: %w", err)
	}
	net, _, err := loadFrom("LoadFS", name, f, opts)
	return net, err
}

// loadFrom reads a network, and what is beside it, from f and closes it.
func loadFrom(op, name string, f fs.File, opts []LoadOption) (Network, extra, error) {
	defer f.Close()
	net, e, err := load(f, opts)
	if err != nil {
		return nil, extra{}, fmt.Errorf("mlp: %s: %s: %w", op, name, err)
	}
	return net, e, nil
}
