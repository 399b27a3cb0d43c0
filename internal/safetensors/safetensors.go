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
	"maps"
	"math"
	"math/bits"
	"slices"
	"unicode/utf8"

	"example.com/mlp/internal/magic"
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
	header, err := io.ReadAll(io.LimitReader(r, int64(size)))
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if uint64(len(header)) < size {
		return nil, fmt.Errorf("header: %w", io.ErrUnexpectedEOF)
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

// byteRange is the location of the data of a tensor.
type byteRange struct{ begin, end uint64 }

// parseHeader returns the tensors, without their data, in the order of the
// data.
func parseHeader(header []byte) (*File, []byteRange, error) {
	const depth = 3 // of the list of offsets in a tensor in the header
	var fields map[string]json.RawMessage
	if err := strictjson.Unmarshal(header, &fields, depth); err != nil {
		return nil, nil, err
	}
	f := &File{}
	if m, ok := fields[metadataKey]; ok {
		if err := json.Unmarshal(m, &f.Metadata); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", metadataKey, err)
		}
		delete(fields, metadataKey)
	}
	type entry struct {
		tensor Tensor
		where  byteRange
	}
	entries := make([]entry, 0, len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) { // so that the same one of several errors is always returned
		t, where, err := parseTensor(fields[name])
		if err != nil {
			return nil, nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		t.Name = name
		entries = append(entries, entry{t, where})
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.where.begin, b.where.begin), cmp.Compare(a.where.end, b.where.end))
	})
	ranges := make([]byteRange, 0, len(entries))
	next := uint64(0)
	for _, e := range entries {
		if e.where.begin != next {
			return nil, nil, fmt.Errorf("tensor %q: its data begins at %d, the one before ends at %d", e.tensor.Name, e.where.begin, next)
		}
		next = e.where.end
		f.Tensors = append(f.Tensors, e.tensor)
		ranges = append(ranges, e.where)
	}
	return f, ranges, nil
}

func parseTensor(description json.RawMessage) (t Tensor, where byteRange, err error) {
	var fields map[string]json.RawMessage // names must match exactly, unlike those of struct fields
	if err := json.Unmarshal(description, &fields); err != nil {
		return t, where, err
	}
	var shape, offsets []uint64
	for _, field := range []struct {
		name string
		to   any
	}{{"dtype", &t.DType}, {"shape", &shape}, {"data_offsets", &offsets}} {
		value, ok := fields[field.name]
		if !ok {
			return t, where, fmt.Errorf("no %s", field.name)
		}
		if err := json.Unmarshal(value, field.to); err != nil {
			return t, where, fmt.Errorf("%s: %w", field.name, err)
		}
		delete(fields, field.name)
	}
	for name := range fields {
		return t, where, fmt.Errorf("unknown field %q", name)
	}
	size, ok := sizes[t.DType]
	if !ok {
		return t, where, fmt.Errorf("unknown dtype %q", t.DType)
	}
	if len(offsets) != 2 || offsets[0] > offsets[1] {
		return t, where, fmt.Errorf("data_offsets are %d, want a begin and an end", offsets)
	}
	where = byteRange{offsets[0], offsets[1]}
	bytes := uint64(size)
	for _, n := range shape {
		if n > math.MaxInt {
			return t, where, fmt.Errorf("shape %d is too large", shape)
		}
		t.Shape = append(t.Shape, int(n))
		hi, lo := bits.Mul64(bytes, n)
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
			return fmt.Errorf("tensor %q: its data ends at %d, the file has %d bytes of data", t.Name, where.end, len(data))
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
			return nil, fmt.Errorf("metadata %q: invalid UTF-8", key)
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
			return nil, fmt.Errorf("tensor %q: invalid UTF-8", t.Name)
		}
		if names[t.Name] {
			return nil, fmt.Errorf("tensor %q: the name is taken", t.Name)
		}
		names[t.Name] = true
		if want := t.bytes(); want != len(t.Data) {
			return nil, fmt.Errorf("tensor %q: %d bytes of data, %s of shape %d takes %d", t.Name, len(t.Data), t.DType, t.Shape, want)
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
