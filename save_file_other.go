//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package mlp

import (
	"io/fs"
	"os"
	"runtime"
)

// hold reports whether a file that has just been created is still there, as
// nobody removes it while it is open.
func hold(*os.File) bool { return true }

// removeAbandoned removes a file that nobody writes any more. It reports whether
// it has. Windows refuses to remove a file that is open; of others nobody knows.
func removeAbandoned(name string) bool {
	return runtime.GOOS == "windows" && os.Remove(name) == nil
}

// place closes f, as Windows wants it first, and moves it to path.
func place(f *os.File, path string) error {
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// removeOpen closes f and removes it.
func removeOpen(f *os.File) {
	f.Close()
	os.Remove(f.Name())
}

// keepOwner does nothing, as there are no owners as on Unix.
func keepOwner(*os.File, fs.FileInfo) {}
