package dataset

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"

	"example.com/mlp/internal/magic"
	"example.com/mlp/internal/stallguard"
)

// openText returns a reader of the text in r, unpacked and without byte order
// marks.
func openText(r io.Reader) (*bufio.Reader, error) {
	b, err := unpacked(r)
	if err != nil {
		return nil, err
	}
	const mark = "\ufeff"
	for start, _ := b.Peek(len(mark)); string(start) == mark; start, _ = b.Peek(len(mark)) {
		b.Discard(len(mark)) // cannot fail: these bytes are in the buffer
	}
	return b, knownFormat(b)
}

// sticky is a reader that ends with its first error.
type sticky struct {
	r   io.Reader
	err error
}

func (s *sticky) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	s.err = err
	return n, err
}

// newlines turns the carriage returns that end lines into newlines.
type newlines struct{ r io.Reader }

func (l newlines) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// gzipStart is what gzip files begin with.
const gzipStart = "\x1f\x8b"

// unpacked returns r, unpacked if it begins like a gzip file.
func unpacked(r io.Reader) (*bufio.Reader, error) {
	const size = 1 << 16
	b := bufio.NewReaderSize(stallguard.Reader(r), size)
	if start, _ := b.Peek(2); string(start) != gzipStart {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(z, size), nil
}

// knownFormat returns an error if a file begins like one of another format.
func knownFormat(b *bufio.Reader) error {
	start, _ := b.Peek(magic.Most)
	if format := magic.Of(start); format != "" {
		return fmt.Errorf("the file is %s", format)
	}
	return nil
}
