package onnx

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strconv"
	"strings"

	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/stallguard"
)

// readExternal reads the data of all tensors that are in other files, and
// returns how many bytes these are. It reads no more in all than the files have,
// whatever the model says.
func (m *model) readExternal(fsys fs.FS) (read int, err error) {
	if m.graph == nil {
		return 0, nil
	}
	left := make(map[string]int64) // bytes of each file that may yet be read
	visit := func(t *tensor) error {
		if t == nil || t.external == nil {
			return nil
		}
		if err := t.readExternal(fsys, left); err != nil {
			return fmt.Errorf("tensor %s: external data: %w", quote.Text(t.name), err)
		}
		read += len(t.raw)
		return nil
	}
	for _, t := range m.graph.initializers {
		if err := visit(t); err != nil {
			return 0, err
		}
	}
	for _, n := range m.graph.nodes {
		for _, a := range n.attrs {
			if err := visit(a.t); err != nil {
				return 0, err
			}
		}
	}
	return read, nil
}

// readExternal replaces the reference to another file by the data in it.
func (t *tensor) readExternal(fsys fs.FS, left map[string]int64) error {
	x := t.external
	name := strings.TrimPrefix(x.location, "./")
	size, ok := elemSizes[t.elem]
	switch {
	case matrix.IsNil(fsys):
		return fmt.Errorf("they are in the file %s: see ImportOptions.Data and ImportFile", quote.Text(x.location))
	case !fs.ValidPath(name) || name == ".":
		return fmt.Errorf("the path %s does not lead to a file beside the model", quote.Text(x.location))
	case !ok:
		return fmt.Errorf("elements of %v are not supported", t.elem)
	case t.kinds&^(1<<13) != 0:
		return errors.New("there are data in the model itself as well")
	}
	offset, err := parseBytes(x.offset, 0)
	if err != nil {
		return fmt.Errorf("offset %s", err)
	}
	n, ok := elements(t.dims, math.MaxInt/size)
	if !ok {
		return fmt.Errorf("shape %s", list(t.dims))
	}
	length, err := parseBytes(x.length, int64(n*size))
	if err != nil {
		return fmt.Errorf("length %s", err)
	}
	if length != int64(n*size) {
		return fmt.Errorf("%d bytes for the shape %s of %v, want %d", length, list(t.dims), t.elem, n*size)
	}
	info, err := fs.Stat(fsys, name) // before Open, which may wait where the file is none of data
	switch {
	case err != nil:
		return pathError(name, err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", quote.Text(name))
	case offset > info.Size() || length > info.Size()-offset:
		return fmt.Errorf("%s has %d bytes, want %d from %d on", quote.Text(name), info.Size(), length, offset)
	}
	if _, ok := left[name]; !ok {
		left[name] = info.Size()
	}
	if left[name] -= length; left[name] < 0 {
		return fmt.Errorf("the tensors have more bytes of %s than there are", quote.Text(name))
	}
	f, err := fsys.Open(name)
	if err != nil {
		return pathError(name, err)
	}
	defer f.Close()
	if s, ok := f.(io.Seeker); ok {
		_, err = s.Seek(offset, io.SeekStart)
	} else {
		_, err = io.CopyN(io.Discard, stallguard.Reader(f), offset)
	}
	if err != nil {
		return err
	}
	t.raw = make([]byte, length)
	if _, err := io.ReadFull(stallguard.Reader(f), t.raw); err != nil {
		return err
	}
	t.external, t.hasRaw = nil, true
	return nil
}

// parseBytes reads a number of bytes, usual if there is none.
func parseBytes(text string, usual int64) (int64, error) {
	if text == "" {
		return usual, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s is no number of bytes", quote.Text(text))
	}
	return n, nil
}

// pathError returns err with the name of the file, which may be long.
func pathError(name string, err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	return fmt.Errorf("%s: %w", quote.Text(name), err)
}
