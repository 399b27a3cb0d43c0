package dataset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/matrix"
)

// ReadIDXImages reads a file of images in the IDX format, as those of MNIST and
// Fashion-MNIST, from r up to its end; gzip is unpacked. Each of the n images
// becomes a row of its rows·cols pixels, from 0 to 255, line by line. Divide
// them by 255 before training:
//
//	x.Scale(1./255, x)
//
// Errors are a file that is no IDX file of unsigned bytes in three dimensions,
// that holds nothing, or that is shorter or longer than its header says. The
// memory needed follows from the length of the unpacked data, not from the
// header. Errors of r are wrapped.
func ReadIDXImages(r io.Reader) (*mat.Dense, error) {
	dims, bytes, err := readIDX(r, 3)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadIDXImages: %w", err)
	}
	x := mat.NewDense(dims[0], dims[1]*dims[2], nil)
	pixels := x.RawMatrix().Data
	for i, b := range bytes {
		pixels[i] = float64(b)
	}
	return x, nil
}

// ReadIDXLabels reads a file of labels, from 0 to 255, in the IDX format, as
// those of MNIST and Fashion-MNIST, from r up to its end; gzip is unpacked.
// [OneHot] makes them the targets of a classifier. The errors are those of
// ReadIDXImages, but for one dimension.
func ReadIDXLabels(r io.Reader) ([]int, error) {
	_, bytes, err := readIDX(r, 1)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadIDXLabels: %w", err)
	}
	labels := make([]int, len(bytes))
	for i, b := range bytes {
		labels[i] = int(b)
	}
	return labels, nil
}

// readIDX reads an IDX file of unsigned bytes: two zero bytes, the type 8, the
// number of dimensions, each dimension in four bytes, big end first, and the
// entries.
func readIDX(r io.Reader, want int) (dims []int, entries []byte, err error) {
	if matrix.IsNil(r) {
		return nil, nil, errors.New("the reader is nil")
	}
	b, err := unpacked(r)
	if err != nil {
		return nil, nil, err
	}
	if err := knownFormat(b); err != nil {
		return nil, nil, err
	}
	var start [4]byte
	if _, err := io.ReadFull(b, start[:]); err != nil {
		return nil, nil, fmt.Errorf("the first 4 bytes: %w", err)
	}
	switch {
	case start[0] != 0 || start[1] != 0:
		return nil, nil, fmt.Errorf("no IDX file, it begins with % x", start)
	case start[2] != 8:
		return nil, nil, fmt.Errorf("entries of type %#02x, only unsigned bytes (0x08) are read", start[2])
	case int(start[3]) != want:
		return nil, nil, fmt.Errorf("the file has %d dimensions, want %d", start[3], want)
	}
	size := int64(1)
	for i := range want {
		var field [4]byte
		if _, err := io.ReadFull(b, field[:]); err != nil {
			return nil, nil, fmt.Errorf("dimension %d: %w", i, err)
		}
		dim := int64(binary.BigEndian.Uint32(field[:]))
		if dim == 0 {
			return nil, nil, fmt.Errorf("dimension %d is 0", i)
		}
		if size > math.MaxInt/8/dim { // the matrix would not fit into any memory
			return nil, nil, fmt.Errorf("dimension %d is %d, which is too large", i, dim)
		}
		size *= dim
		dims = append(dims, int(dim))
	}
	// ReadAll grows with what is there, whatever the header says.
	entries, err = io.ReadAll(io.LimitReader(b, size+1))
	if err != nil {
		return nil, nil, fmt.Errorf("after %d of %d entries: %w", len(entries), size, err)
	}
	if int64(len(entries)) < size {
		return nil, nil, fmt.Errorf("the file ends after %d of %d entries", len(entries), size)
	}
	if int64(len(entries)) > size {
		return nil, nil, fmt.Errorf("the file goes on after its %d entries", size)
	}
	return dims, entries, nil
}
