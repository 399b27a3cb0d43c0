package dataset

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"

	"example.com/mlp/internal/matrix"
)

// An input is where the bytes of a source come from.
type input struct {
	name string // of the file, for errors; "" if there is none
	open func() (io.ReadCloser, error)
}

// read passes the bytes to a function. An error of the function gets the name of
// the file; that of opening has it.
func (in input) read(from func(r io.Reader) error) error {
	f, err := in.open()
	if err != nil {
		return err
	}
	defer f.Close()
	if err := from(f); err != nil && in.name != "" {
		return fmt.Errorf("%s: %w", in.name, err)
	} else if err != nil {
		return err
	}
	return nil
}

func fileInput(name string) input {
	return input{name, func() (io.ReadCloser, error) { return os.Open(name) }}
}

func fsInput(fsys fs.FS, name string) input {
	return input{name, func() (io.ReadCloser, error) {
		if matrix.IsNil(fsys) {
			return nil, errors.New("the file system is nil")
		}
		return fsys.Open(name)
	}}
}

// readerInput returns the input that can be opened once. again says what can be
// opened more often.
func readerInput(r io.Reader, again string) input {
	var begun atomic.Bool
	return input{"", func() (io.ReadCloser, error) {
		if matrix.IsNil(r) {
			return nil, errors.New("the reader is nil")
		}
		if begun.Swap(true) {
			return nil, errors.New("a reader cannot begin again: " + again + " can")
		}
		return io.NopCloser(r), nil
	}}
}
