package mlp_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

func TestSaveFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "net.mlp")
	for _, net := range []mlp.Network{classifier(t), binaryNet(t)} { // new, then over the old one
		if err := mlp.SaveFile(path, net); err != nil {
			t.Fatal(err)
		}
		loaded, err := mlp.LoadFile(path)
		if err != nil || !bytes.Equal(saved(t, loaded), saved(t, net)) {
			t.Errorf("loaded %v, %v", loaded, err)
		}
	}
	onlyFile(t, folder, "net.mlp")
}

// onlyFile checks that a folder has one file and no other.
func onlyFile(t *testing.T, folder, name string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 || entries[0].Name() != name {
		t.Errorf("files %v, %v", entries, err)
	}
}

// Wherever writing fails, the old file is there afterwards and no other.
func TestSaveFileFails(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "net.mlp")
	net := binaryNet(t)
	old, file := []byte("old"), saved(t, net)
	if err := os.WriteFile(path, old, 0o666); err != nil {
		t.Fatal(err)
	}
	for n := range len(file) + 1 {
		err := mlp.ReplaceFile(path, func(w io.Writer) error {
			if _, err := w.Write(file[:n]); err != nil {
				return err
			}
			if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, old) {
				t.Errorf("after %d bytes the file has %q, %v", n, now, err)
			}
			return testkit.ErrFull
		})
		if !errors.Is(err, testkit.ErrFull) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, old) {
			t.Fatalf("afterwards the file has %q, %v", now, err)
		}
		onlyFile(t, folder, "net.mlp")
	}
	if err := mlp.SaveFile(path, nil); err == nil || err.Error() != "mlp: SaveFile: the network is a <nil> that Model has not made" {
		t.Errorf("got %v", err)
	}
	onlyFile(t, folder, "net.mlp")
}

func TestSaveFileElsewhere(t *testing.T) {
	folder := t.TempDir()
	net := binaryNet(t)
	if err := mlp.SaveFile(folder, net); err == nil || !strings.HasPrefix(err.Error(), "mlp: SaveFile: ") || !strings.HasSuffix(err.Error(), " is not a regular file") {
		t.Errorf("got %v", err)
	}
	missing := filepath.Join(folder, "missing", "net.mlp")
	if err := mlp.SaveFile(missing, net); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 0 {
		t.Errorf("files %v, %v", entries, err)
	}
}

func TestSaveFilePermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no permissions on windows")
	}
	folder := t.TempDir()
	fresh, private := filepath.Join(folder, "fresh"), filepath.Join(folder, "private")
	plain := filepath.Join(folder, "plain")
	if err := errors.Join(os.WriteFile(private, nil, 0o600), os.WriteFile(plain, nil, 0o666)); err != nil {
		t.Fatal(err)
	}
	mode := func(path string) os.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode()
	}
	usual := mode(plain)
	for path, want := range map[string]os.FileMode{fresh: usual, private: 0o600} {
		if err := mlp.SaveFile(path, binaryNet(t)); err != nil {
			t.Fatal(err)
		}
		if got := mode(path); got != want {
			t.Errorf("%s has %v, want %v", path, got, want)
		}
	}

	link := filepath.Join(folder, "link")
	if err := os.Symlink("plain", link); err != nil {
		t.Fatal(err)
	}
	if err := mlp.SaveFile(link, binaryNet(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := mlp.LoadFile(plain); err != nil {
		t.Error(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link has become %v, %v", info, err)
	}
}

// A file that is replaced while others read it is whole for all of them.
func TestSaveFileWhileReading(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.mlp")
	net := binaryNet(t)
	if err := mlp.SaveFile(path, net); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 20 {
				if err := mlp.SaveFile(path, net); err != nil && runtime.GOOS != "windows" {
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			for range 50 {
				if _, err := mlp.LoadFile(path); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
