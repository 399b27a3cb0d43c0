package mlp_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"example.com/mlp"
)

// smallDisk returns the folder of an empty file system of its own.
func smallDisk(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("no file system can be mounted here, which takes root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// Wherever on the way the disk is full, the old file is whole afterwards and
// no other is left; when there is room, the new one is.
func TestSaveFileOnAFullDisk(t *testing.T) {
	x, _, _, numbers := samples(9)
	build := func(seed uint64) mlp.Network {
		return model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(seed)}, mlp.Dense(4, 1200, mlp.Tanh), mlp.Dense(1200, 2, mlp.Identity))
	}
	for name, save := range map[string]func(path string, net mlp.Network) error{
		"SaveFile": mlp.SaveFile,
		"Checkpoint": func(path string, net mlp.Network) error {
			return second(net.Fit(t.Context(), x, numbers, mlp.FitOptions{Epochs: 1, Callbacks: []mlp.Callback{&mlp.Checkpoint{Path: path}}}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := smallDisk(t, "size=1m")
			path, rest := filepath.Join(dir, "net.mlp"), filepath.Join(dir, "rest")
			if err := save(path, build(1)); err != nil {
				t.Fatal(err)
			}
			old, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			taken := fillDisk(t, rest)
			page := int64(os.Getpagesize())
			for failures := 0; ; failures++ {
				err := save(path, build(2))
				now, readErr := os.ReadFile(path)
				if readErr != nil {
					t.Fatal(readErr)
				}
				if _, err := mlp.LoadFile(path); err != nil {
					t.Fatalf("%d bytes free: %v", int64(failures)*page, err)
				}
				if files, err := os.ReadDir(dir); err != nil || len(files) != 2 {
					t.Fatalf("%d bytes free: files %v, %v", int64(failures)*page, files, err)
				}
				if err == nil {
					if bytes.Equal(now, old) || int64(failures)*page < int64(len(old)) {
						t.Errorf("%d bytes free: no error, though the file has %d", int64(failures)*page, len(old))
					}
					break
				}
				if !errors.Is(err, syscall.ENOSPC) || !bytes.Equal(now, old) {
					t.Fatalf("%d bytes free: %v, and the file has changed: %t", int64(failures)*page, err, !bytes.Equal(now, old))
				}
				taken -= page
				if err := os.Truncate(rest, taken); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	t.Run("no more files", func(t *testing.T) {
		dir := smallDisk(t, "nr_inodes=2") // one is the folder
		path := filepath.Join(dir, "net.mlp")
		old := saved(t, build(1))
		if err := os.WriteFile(path, old, 0o666); err != nil {
			t.Fatal(err)
		}
		err := mlp.SaveFile(path, build(2))
		if now, _ := os.ReadFile(path); !errors.Is(err, syscall.ENOSPC) || !bytes.Equal(now, old) {
			t.Errorf("%v, and the file has changed: %t", err, !bytes.Equal(now, old))
		}
		onlyFile(t, dir, "net.mlp")
	})
}

// fillDisk writes a file that takes all the room there is, and returns its size.
func fillDisk(t *testing.T, path string) (size int64) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for page := make([]byte, os.Getpagesize()); ; {
		n, err := f.Write(page)
		size += int64(n)
		if errors.Is(err, syscall.ENOSPC) {
			return size
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
