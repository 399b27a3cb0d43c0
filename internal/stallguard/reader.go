// Package stallguard stops reading from streams that stall.
package stallguard

import "io"

// Reader returns a reader that reads from r and fails with io.ErrNoProgress if
// r returns neither bytes nor an error a hundred times in a row, as package
// bufio does. io.ReadAll and io.ReadFull would call r forever.
func Reader(r io.Reader) io.Reader { return reader{r} }

type reader struct{ r io.Reader }

func (r reader) Read(p []byte) (n int, err error) {
	for range 100 {
		if n, err = r.r.Read(p); n != 0 || err != nil || len(p) == 0 {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}
