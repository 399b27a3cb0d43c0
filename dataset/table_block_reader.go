package dataset

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"unicode"
	"unicode/utf8"
)

// blockSize is the number of bytes that are parsed at a time: so many that
// passing them on costs little, and few enough for the cache of a core.
const blockSize = 1 << 18

// longestRecord is the most bytes of a record, so that a quote that is left open
// does not put the rest of a file into memory.
const longestRecord = 1 << 28

func errTooLong(line, longest int) error {
	return fmt.Errorf("line %d: a record of more than %d bytes: is a quote left open?", line, longest)
}

// A blockReader reads a file in blocks of whole records.
type blockReader struct {
	r       io.Reader
	comma   rune
	size    int // bytes of a block, or more where a record is longer
	longest int // bytes of a record

	line int    // of the next block
	rest []byte // that is read already
	err  error  // after it
}

// next reads the next block of text into b. After the last one it returns
// io.EOF, or the error that r ended with.
func (r *blockReader) next(b *tableBlock) error {
	b.text = append(b.text[:0], r.rest...)
	r.rest = r.rest[:0]
	b.line, b.quoted = r.line, false
	scan := recordScanner{comma: r.comma}
	for want := r.size; ; want = 2 * len(b.text) {
		b.text = slices.Grow(b.text, max(0, want-len(b.text)))
		for r.err == nil && len(b.text) < want {
			var n int
			n, r.err = r.r.Read(b.text[len(b.text):want])
			b.text = b.text[:len(b.text)+n]
		}
		end := scan.scan(b.text)
		if r.err == io.EOF {
			end = len(b.text)
		}
		if end > 0 {
			r.rest = append(r.rest, b.text[end:]...)
			b.text = b.text[:end]
			b.quoted = bytes.IndexByte(b.text, '"') >= 0
			r.line += bytes.Count(b.text, []byte("\n"))
			return nil
		}
		if r.err != nil {
			return r.err
		}
		if len(b.text) > r.longest {
			return errTooLong(r.line, r.longest)
		}
	}
}

// A recordScanner finds the end of the last whole record in a text that grows.
type recordScanner struct {
	comma  rune
	inside bool // a quote is open
	at     int  // what is before is scanned
	end    int  // of the last whole record so far
}

// scan returns the end of the last whole record, 0 for none.
func (s *recordScanner) scan(text []byte) int {
	for s.at < len(text) {
		quote := bytes.IndexByte(text[s.at:], '"')
		next := s.at + quote
		if quote < 0 {
			next = len(text)
		}
		if !s.inside {
			if i := bytes.LastIndexByte(text[s.at:next], '\n'); i >= 0 {
				s.end = s.at + i + 1
			}
		}
		if quote < 0 {
			s.at = next
			break
		}
		switch {
		case !s.inside:
			s.inside = s.opens(text[:next])
		case next+1 == len(text):
			s.at = next // the next byte says whether it closes
			return s.end
		case text[next+1] == '"':
			next++
		default:
			s.inside = false
		}
		s.at = next + 1
	}
	return s.end
}

// opens reports whether a quote behind this text is at the beginning of a cell.
// One elsewhere is a mistake, which ends the reading.
func (s *recordScanner) opens(before []byte) bool {
	for len(before) > 0 {
		last, size := utf8.DecodeLastRune(before)
		if last == s.comma || last == '\n' {
			return true
		}
		if s.comma == '\t' || !unicode.IsSpace(last) {
			return false
		}
		before = before[:len(before)-size]
	}
	return true
}
