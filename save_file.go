package mlp

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"example.com/mlp/internal/matrix"
)

// SaveFile saves the network to a file, as Save does. The file is written
// beside its place and moved there when all of it is on the disk: whatever
// happens meanwhile, path holds what it held before or the network, whole.
// Where path is a symbolic link, the file that it leads to is written.
//
// A file that is replaced passes its permissions on, and its owner and group
// where the system allows that; others get 0666 before umask. Of a program that
// is killed while it saves, a hidden file ".mlp-*.tmp" may be left, which the
// next call with the same path removes on systems that can tell.
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
func replaceFile(path string, write func(io.Writer) error) error {
	path, err := follow(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", path)
	}
	perm := fs.FileMode(0o666)
	if info != nil {
		perm = 0o600 // until it is complete
	}
	f, err := createBeside(path, perm)
	if err != nil {
		return err
	}
	placed := false
	defer func() {
		if !placed {
			removeOpen(f)
		}
	}()
	w := bufio.NewWriterSize(f, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if info != nil {
		if err := f.Chmod(info.Mode().Perm()); err != nil {
			return err
		}
		keepOwner(f, info)
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := place(f, path); err != nil {
		return err
	}
	placed = true
	return syncFolder(filepath.Dir(path))
}

// follow returns the path that symbolic links lead to, of which the last may
// lead to nothing yet.
func follow(path string) (string, error) {
	const most = 40 // as on Linux
	for range most {
		info, err := os.Lstat(path)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			return path, nil // an error is one of opening it, too
		}
		target, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(target) {
			folder, _ := filepath.Split(path)
			target = folder + target // in which ".." is not of the text but of the folder
		}
		folder, name := filepath.Split(target)
		if folder, err = filepath.EvalSymlinks(cmp.Or(folder, ".")); err != nil {
			return "", err
		}
		path = filepath.Join(folder, name)
	}
	return "", fmt.Errorf("%s: more than %d symbolic links", path, most)
}

// maxGap is the number of names without an abandoned file after which createBeside
// looks for no more.
const maxGap = 16

// createBeside creates a new file in the folder of path. Its name is short,
// whatever that of path is, and the same for all calls with path: those at the
// same time count on until they find one that is free. What a program that no
// longer lives has left is removed.
func createBeside(path string, perm fs.FileMode) (*os.File, error) {
	folder, name := filepath.Split(path)
	hash := sha256.Sum256([]byte(name))
	beside := func(i int) string { return fmt.Sprintf("%s.mlp-%x-%d.tmp", folder, hash[:8], i) }
	for i := 0; ; i++ {
		f, err := os.OpenFile(beside(i), os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
		if errors.Is(err, fs.ErrExist) && removeAbandoned(beside(i)) {
			f, err = os.OpenFile(beside(i), os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
		}
		switch {
		case err == nil && hold(f):
			for misses := 0; misses < maxGap; misses++ { // calls end in any order, so there may be gaps
				if i++; removeAbandoned(beside(i)) {
					misses = 0
				}
			}
			return f, nil
		case err == nil:
			f.Close()
		case !errors.Is(err, fs.ErrExist):
			if p := (*fs.PathError)(nil); errors.As(err, &p) {
				p.Path = path // the name that the caller knows
			}
			return nil, err
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
	net, _, err := loadFrom("LoadFile", path, openFile, opts)
	return net, err
}

func openFile(path string) (fs.File, error) { return os.Open(path) }

// LoadFS reads a network from a file of fsys, as Load does: from an embed.FS,
// for example.
func LoadFS(fsys fs.FS, name string, opts ...LoadOption) (Network, error) {
	if matrix.IsNil(fsys) {
		return nil, errors.New("mlp: LoadFS: the file system is nil")
	}
	net, _, err := loadFrom("LoadFS", name, fsys.Open, opts)
	return net, err
}

// loadFrom reads a network, and what is beside it, from the file that open opens.
func loadFrom(op, name string, open func(name string) (fs.File, error), opts []LoadOption) (Network, extra, error) {
	f, err := open(name)
	if err != nil {
		return nil, extra{}, fmt.Errorf("mlp: %s: %w", op, err)
	}
	defer f.Close()
	net, e, err := load(f, opts)
	if err != nil {
		return nil, extra{}, fmt.Errorf("mlp: %s: %s: %w", op, name, err)
	}
	return net, e, nil
}
