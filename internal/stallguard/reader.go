// Package stallguard stops reading from streams that stall or break the rules
// of io.Reader.
package stallguard

import (
	"fmt"
	"io"
)

// Reader returns a reader that reads from r and fails with io.ErrNoProgress if
// r returns neither bytes nor an error a hundred times in a row, as package
// bufio does. io.ReadAll and io.ReadFull would call r forever. It fails as well
// if r claims to have read a negative number of bytes or more than it was asked
// for: package bufio would panic.
func Reader(r io.Reader) io.Reader { return reader{r} }

type reader struct{ r io.Reader }

func (r reader) Read(p []byte) (n int, err error) {
	for range 100 {
		n, err = r.r.Read(p)
		if n < 0 || n > len(p) {
			return 0, fmt.Errorf("the reader says that it has read %d bytes into %d", n, len(p))
		}
		if n != 0 || err != nil || len(p) == 0 {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}
