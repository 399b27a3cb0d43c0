// Package safetensors reads and writes the file format of that name
// (https://github.com/huggingface/safetensors#format): the length of a header,
// a header in JSON, and the bytes of the tensors. All numbers are
// little-endian, all tensors row-major.
package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"sort"
	"strings"
	"unicode/utf8"

	"example.com/mlp/internal/magic"
	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/stallguard"
	"example.com/mlp/internal/strictjson"
)

// A File is the contents of a file.
type File struct {
	Metadata map[string]string
	Tensors  []Tensor // in the order of their data
}

// A Tensor is a named array of numbers.
type Tensor struct {
	Name  string
	DType string // "F64", "F32", "F16", "BF16", "I64", ...
	Shape []int  // empty for a single number
	Data  []byte
}

const (
	maxHeader   = 100_000_000 // bytes, a limit of the format
	metadataKey = "__metadata__"
)

// Read reads a file up to the end of r. It rejects everything that the format
// does not allow, and allocates a small multiple of the size of the input.
func Read(r io.Reader) (*File, error) {
	r = stallguard.Reader(r)
	var length [8]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, fmt.Errorf("length of the header: %w", noEOF(err))
	}
	size := binary.LittleEndian.Uint64(length[:])
	if size > maxHeader {
		start := make([]byte, magic.Most)
		n := copy(start, length[:])
		more, _ := io.ReadFull(r, start[n:])
		if what := magic.OfAny(start[:n+more]); what != "" {
			return nil, fmt.Errorf("not a safetensors file: it is %s", what)
		}
		return nil, fmt.Errorf("not a safetensors file: the header has %d bytes, at most %d are allowed", size, maxHeader)
	}
	header, err := readText(r, int(size))
	if err != nil {
		return nil, fmt.Errorf("header: %w", noEOF(err))
	}
	if size == 0 || header[0] != '{' {
		return nil, errors.New(`the header does not begin with "{"`)
	}
	f, ranges, err := parseHeader(header)
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	return f, f.readData(r, ranges)
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readText reads a text of n bytes. It allocates no more than twice of what r
// has.
func readText(r io.Reader, n int) (string, error) {
	const smallest = 1 << 16
	var parts [][]byte
	for have := 0; have < n; {
		part := make([]byte, min(n-have, max(smallest, have)))
		if _, err := io.ReadFull(r, part); err != nil {
			return "", err
		}
		parts = append(parts, part)
		have += len(part)
	}
	var text strings.Builder
	text.Grow(n)
	for _, part := range parts {
		text.Write(part)
	}
	return text.String(), nil
}

// byteRange is the location of the data of a tensor.
type byteRange struct{ begin, end uint64 }

// inOrder sorts tensors by the location of their data, and by their names where
// that is the same.
type inOrder struct {
	tensors []Tensor
	ranges  []byteRange
}

func (o inOrder) Len() int { return len(o.tensors) }

func (o inOrder) Less(i, j int) bool {
	a, b := o.ranges[i], o.ranges[j]
	return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end), cmp.Compare(o.tensors[i].Name, o.tensors[j].Name)) < 0
}

func (o inOrder) Swap(i, j int) {
	o.tensors[i], o.tensors[j] = o.tensors[j], o.tensors[i]
	o.ranges[i], o.ranges[j] = o.ranges[j], o.ranges[i]
}

// parseHeader returns the tensors, without their data, in the order of the
// data.
func parseHeader(header string) (*File, []byteRange, error) {
	const (
		depth = 3  // of the list of offsets in a tensor in the header
		least = 50 // bytes for a tensor
	)
	d, err := strictjson.NewDecoder(header, depth)
	if err != nil {
		return nil, nil, err
	}
	f := &File{}
	n := min(d.Count(), len(header)/least+1)
	o := inOrder{make([]Tensor, 0, n), make([]byteRange, 0, n)}
	if err := d.Object(func(name string) error {
		if name == metadataKey {
			if err := d.Decode(&f.Metadata); err != nil {
				return fmt.Errorf("%s: %w", metadataKey, err)
			}
			return nil
		}
		t, where, err := parseTensor(d)
		if err != nil {
			return fmt.Errorf("tensor %s: %w", quote.Text(name), err)
		}
		t.Name = name
		o.tensors, o.ranges = append(o.tensors, t), append(o.ranges, where)
		return nil
	}); err != nil {
		return nil, nil, err
	}
	if err := d.End(); err != nil {
		return nil, nil, err
	}
	sort.Sort(o)
	next := uint64(0)
	for i, where := range o.ranges {
		if where.begin != next {
			return nil, nil, fmt.Errorf("tensor %s: its data begins at %d, the one before ends at %d", quote.Text(o.tensors[i].Name), where.begin, next)
		}
		next = where.end
	}
	f.Tensors = o.tensors
	return f, o.ranges, nil
}

// parseTensor returns the tensor that the next value describes.
func parseTensor(d *strictjson.Decoder) (t Tensor, where byteRange, err error) {
	const maxAxes = 64
	var fields struct {
		DType   string   `json:"dtype"`
		Shape   []int    `json:"shape"`
		Offsets []uint64 `json:"data_offsets"`
	}
	if err := d.Decode(&fields); err != nil {
		return t, where, err
	}
	shape, offsets := fields.Shape, fields.Offsets
	switch {
	case fields.DType == "":
		return t, where, errors.New("no dtype")
	case shape == nil:
		return t, where, errors.New("no shape")
	case offsets == nil:
		return t, where, errors.New("no data_offsets")
	case sizes[fields.DType] == 0:
		return t, where, fmt.Errorf("unknown dtype %s", quote.Text(fields.DType))
	case len(shape) > maxAxes:
		return t, where, fmt.Errorf("a shape of %d axes, at most %d are supported", len(shape), maxAxes)
	case len(offsets) != 2:
		return t, where, fmt.Errorf("data_offsets are %d numbers, want a begin and an end", len(offsets))
	case offsets[0] > offsets[1]:
		return t, where, fmt.Errorf("data_offsets are %d, want a begin and an end", offsets)
	}
	t, where = Tensor{DType: fields.DType, Shape: shape}, byteRange{offsets[0], offsets[1]}
	bytes := uint64(sizes[t.DType])
	for _, n := range shape {
		if n < 0 {
			return t, where, fmt.Errorf("shape %d has an axis of negative length", shape)
		}
		hi, lo := bits.Mul64(bytes, uint64(n))
		if hi != 0 {
			return t, where, fmt.Errorf("shape %d is too large", shape)
		}
		bytes = lo
	}
	if have := where.end - where.begin; have != bytes {
		return t, where, fmt.Errorf("%s of shape %d takes %d bytes, data_offsets give %d", t.DType, shape, bytes, have)
	}
	return t, where, nil
}

// readData reads the data of all tensors, up to the end of the file.
func (f *File) readData(r io.Reader, ranges []byteRange) error {
	size := uint64(0)
	if len(ranges) > 0 {
		size = ranges[len(ranges)-1].end
	}
	if size >= math.MaxInt {
		return fmt.Errorf("%d bytes of data are too many", size)
	}
	data, err := io.ReadAll(io.LimitReader(r, int64(size)+1))
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	for i, where := range ranges {
		t := &f.Tensors[i]
		if where.end > uint64(len(data)) {
			return fmt.Errorf("tensor %s: its data ends at %d, the file has %d bytes of data", quote.Text(t.Name), where.end, len(data))
		}
		t.Data = data[where.begin:where.end:where.end]
	}
	if uint64(len(data)) > size {
		return errors.New("data after the last tensor")
	}
	return nil
}

// Write writes a file. Metadata may be nil. The same arguments give the same
// bytes. Everything is checked before a byte is written.
func Write(w io.Writer, metadata map[string]string, tensors []Tensor) error {
	header, err := newHeader(metadata, tensors)
	if err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	for _, t := range tensors {
		if _, err := w.Write(t.Data); err != nil {
			return err
		}
	}
	return nil
}

// newHeader returns the header, preceded by its length.
func newHeader(metadata map[string]string, tensors []Tensor) ([]byte, error) {
	for key, value := range metadata {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return nil, fmt.Errorf("metadata %s: invalid UTF-8", quote.Text(key))
		}
	}
	b := bytes.NewBuffer(make([]byte, 8)) // for the length
	b.WriteByte('{')
	names := map[string]bool{metadataKey: true}
	if len(metadata) > 0 {
		writeField(b, metadataKey, metadata)
	}
	begin := 0
	for _, t := range tensors {
		if !utf8.ValidString(t.Name) {
			return nil, fmt.Errorf("tensor %s: invalid UTF-8", quote.Text(t.Name))
		}
		if names[t.Name] {
			return nil, fmt.Errorf("tensor %s: the name is taken", quote.Text(t.Name))
		}
		names[t.Name] = true
		if want := t.bytes(); want != len(t.Data) {
			return nil, fmt.Errorf("tensor %s: %d bytes of data, %s of shape %d takes %d", quote.Text(t.Name), len(t.Data), t.DType, t.Shape, want)
		}
		end := begin + len(t.Data)
		writeField(b, t.Name, struct {
			DType   string `json:"dtype"`
			Shape   []int  `json:"shape"`
			Offsets [2]int `json:"data_offsets"`
		}{t.DType, append([]int{}, t.Shape...), [2]int{begin, end}})
		begin = end
	}
	b.WriteByte('}')
	for b.Len()%8 != 0 {
		b.WriteByte(' ') // so that the data is aligned
	}
	header := b.Bytes()
	size := len(header) - 8
	if size > maxHeader {
		return nil, fmt.Errorf("the header has %d bytes, at most %d are allowed", size, maxHeader)
	}
	binary.LittleEndian.PutUint64(header, uint64(size))
	return header, nil
}

// bytes returns the number of bytes that the data must have, or -1 for an
// unknown type.
func (t *Tensor) bytes() int {
	size, ok := sizes[t.DType]
	if !ok {
		return -1
	}
	for _, n := range t.Shape {
		size *= n
	}
	return size
}

// writeField writes a field of the header, after a comma unless it is the
// first.
func writeField(b *bytes.Buffer, name string, value any) {
	key, err1 := json.Marshal(name)
	text, err2 := json.Marshal(value)
	if err := errors.Join(err1, err2); err != nil {
		panic(err) // strings and integers can always be written
	}
	if c := b.Bytes()[b.Len()-1]; c != '{' {
		b.WriteByte(',')
	}
	b.Write(key)
	b.WriteByte(':')
	b.Write(text)
}
