package dataset

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// A statistic is something that a learner knows about rows, such as how many
// there are. It depends on nothing but the rows: not on their order, nor on how
// they were split and merged.
type statistic interface {
	// merge adds the rows of another statistic of the same type.
	merge(statistic)

	// append appends the statistic to b, the same one as the same bytes.
	append(b []byte) []byte

	// read sets the statistic, which is one of no rows, to what append has appended
	// for at most so many rows. It distrusts the bytes.
	read(r *byteReader, rows int)

	// limit returns an error if the statistic takes too much memory.
	limit() error
}

// rowCount counts rows.
type rowCount int

func (n *rowCount) merge(o statistic)            { *n += *o.(*rowCount) }
func (n *rowCount) append(b []byte) []byte       { return binary.AppendUvarint(b, uint64(*n)) }
func (n *rowCount) read(r *byteReader, rows int) { *n = rowCount(r.count(rows)) }
func (n *rowCount) limit() error                 { return nil }

// nameCounts counts the rows of each name.
type nameCounts struct {
	counts map[string]int
	bytes  int // of all names
	most   int // different names

	several bool // a row may have several
}

const (
	mostNames     = 100_000
	mostNameBytes = 1 << 24
)

func newNameCounts(most int) *nameCounts {
	return &nameCounts{counts: make(map[string]int), most: most}
}

// add adds rows with a name, of which it keeps a copy.
func (n *nameCounts) add(name string, rows int) {
	if _, ok := n.counts[name]; !ok {
		name = strings.Clone(name) // which may be part of a large text
		n.bytes += len(name)
	}
	n.counts[name] += rows
}

// sorted returns the names.
func (n *nameCounts) sorted() []string { return slices.Sorted(maps.Keys(n.counts)) }

// total returns the number of rows.
func (n *nameCounts) total() int {
	total := 0
	for _, rows := range n.counts {
		total += rows
	}
	return total
}

func (n *nameCounts) merge(o statistic) {
	for name, rows := range o.(*nameCounts).counts {
		n.add(name, rows)
	}
}

func (n *nameCounts) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(n.counts)))
	for _, name := range n.sorted() {
		b = appendText(b, name)
		b = binary.AppendUvarint(b, uint64(n.counts[name]))
	}
	return b
}

func (n *nameCounts) read(r *byteReader, rows int) {
	left := rows
	for range r.count(n.most) {
		name := r.text()
		count := r.count(left)
		if r.err != nil {
			return
		}
		if _, ok := n.counts[name]; ok || count == 0 {
			r.fail()
			return
		}
		n.add(name, count)
		if !n.several {
			left -= count
		}
	}
}

func (n *nameCounts) limit() error {
	switch {
	case len(n.counts) > n.most:
		return tooManyNames(n.most)
	case n.bytes > mostNameBytes:
		return fmt.Errorf("names of more than %d MiB", mostNameBytes>>20)
	}
	return nil
}

// leastText is the first one of some texts in alphabetical order, "" for none.
type leastText string

func (t *leastText) add(text string) {
	if *t == "" || text < string(*t) {
		*t = leastText(strings.Clone(text))
	}
}

func (t *leastText) merge(o statistic) {
	if text := string(*o.(*leastText)); text != "" {
		t.add(text)
	}
}

func (t *leastText) append(b []byte) []byte    { return appendText(b, string(*t)) }
func (t *leastText) read(r *byteReader, _ int) { *t = leastText(r.text()) }
func (t *leastText) limit() error              { return nil }

// spans are the least and the largest of each number of vectors of one length.
type spans struct{ least, largest []float64 }

func newSpans(length int) *spans {
	return &spans{slices.Repeat([]float64{math.Inf(1)}, length), slices.Repeat([]float64{math.Inf(-1)}, length)}
}

func (s *spans) add(vector []float64) {
	for i, v := range vector {
		v += 0 // −0 is 0
		s.least[i], s.largest[i] = min(s.least[i], v), max(s.largest[i], v)
	}
}

// vary reports whether two vectors differ.
func (s *spans) vary() bool { return !slices.Equal(s.least, s.largest) }

func (s *spans) merge(o statistic) {
	s.add(o.(*spans).least)
	s.add(o.(*spans).largest)
}

func (s *spans) append(b []byte) []byte {
	for i := range s.least {
		b = appendNumber(appendNumber(b, s.least[i]), s.largest[i])
	}
	return b
}

func (s *spans) read(r *byteReader, _ int) {
	for i := range s.least {
		s.least[i], s.largest[i] = r.number(), r.number()
	}
}

func (s *spans) limit() error { return nil }

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func appendNumber(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
}

// A byteReader reads what a Summary was written as. After an error it reads
// zeros.
type byteReader struct {
	rest []byte
	err  error
}

var errSummaryBytes = errors.New("the bytes are not those of a summary")

func (r *byteReader) fail() {
	if r.err == nil {
		r.err = errSummaryBytes
	}
	r.rest = nil
}

func (r *byteReader) uint64() uint64 {
	v, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[size:]
	return v
}

// count reads a number from 0 to most.
func (r *byteReader) count(most int) int {
	v := r.uint64()
	if v > uint64(most) {
		r.fail()
		return 0
	}
	return int(v)
}

func (r *byteReader) byte() byte {
	b := r.next(1)
	if b == nil {
		return 0
	}
	return b[0]
}

// next reads so many bytes.
func (r *byteReader) next(size int) []byte {
	if size > len(r.rest) {
		r.fail()
		return nil
	}
	b := r.rest[:size]
	r.rest = r.rest[size:]
	return b
}

func (r *byteReader) text() string { return string(r.next(r.count(len(r.rest)))) }

func (r *byteReader) number() float64 {
	b := r.next(8)
	if b == nil {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}

// expect reads these bytes.
func (r *byteReader) expect(b []byte) bool { return bytes.Equal(r.next(len(b)), b) && r.err == nil }
