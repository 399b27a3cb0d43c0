package npy

import (
	"archive/zip"
	"fmt"
	"io"
	"slices"
	"strings"
)

// An Archive is a file .npz: a zip file of arrays.
type Archive struct {
	Names []string // sorted
	files map[string]*zip.File
}

// OpenArchive reads the list of the arrays in an archive of the given size.
func OpenArchive(r io.ReaderAt, size int64) (*Archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	a := &Archive{files: make(map[string]*zip.File)}
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			return nil, fmt.Errorf("%q is no array", f.Name)
		}
		if a.files[name] != nil {
			return nil, fmt.Errorf("array %q is there twice", name)
		}
		a.files[name] = f
		a.Names = append(a.Names, name)
	}
	slices.Sort(a.Names)
	return a, nil
}

// Read calls do with an array. A compressed one may be a thousand times as
// large as the file: do can look at its shape before it reads the values.
func (a *Archive) Read(name string, do func(*Reader) error) error {
	f := a.files[name]
	if f == nil {
		return fmt.Errorf("no array %q", name)
	}
	r, err := f.Open()
	if err != nil {
		return fmt.Errorf("array %q: %w", name, err)
	}
	defer r.Close()
	array, err := NewReader(r)
	if err == nil {
		err = do(array)
	}
	if err != nil {
		return fmt.Errorf("array %q: %w", name, err)
	}
	return nil
}

// An ArchiveWriter writes a file .npz, without compression.
type ArchiveWriter struct{ zip *zip.Writer }

// NewArchiveWriter returns a writer that has to be closed.
func NewArchiveWriter(w io.Writer) *ArchiveWriter { return &ArchiveWriter{zip.NewWriter(w)} }

// Write writes an array, given row by row.
func (a *ArchiveWriter) Write(name string, values []float64, shape ...int) error {
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: zip.Store})
	if err != nil {
		return err
	}
	return Write(w, values, shape...)
}

// Close writes the end of the file.
func (a *ArchiveWriter) Close() error { return a.zip.Close() }
