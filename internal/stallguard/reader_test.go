package stallguard

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// slow gives nothing some times before every byte of r.
type slow struct {
	r       io.Reader
	nothing int
	calls   int
}

func (s *slow) Read(p []byte) (int, error) {
	if s.calls++; s.calls%(s.nothing+1) != 0 && s.calls < 10000 || len(p) == 0 {
		return 0, nil
	}
	return s.r.Read(p[:1])
}

func TestReader(t *testing.T) {
	for nothing, want := range map[int]error{0: nil, 1: nil, 99: nil, 100: io.ErrNoProgress} {
		b, err := io.ReadAll(Reader(&slow{r: strings.NewReader("text"), nothing: nothing}))
		if err != want || err == nil && string(b) != "text" {
			t.Errorf("%d times nothing: %q, %v, want %v", nothing, b, err, want)
		}
	}
	failure := errors.New("failure")
	r := Reader(io.MultiReader(strings.NewReader("te"), &slow{r: strings.NewReader("xt")}, failing{failure}))
	if b, err := io.ReadAll(r); string(b) != "text" || err != failure {
		t.Errorf("%q, %v, want all and then the error", b, err)
	}
	if n, err := Reader(&slow{}).Read(nil); n != 0 || err != nil {
		t.Errorf("into no bytes: %d, %v", n, err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// liar says that it has read this many bytes.
type liar int

func (l liar) Read([]byte) (int, error) { return int(l), nil }

func TestReaderThatLies(t *testing.T) {
	for n, want := range map[liar]string{-1: "the reader says that it has read -1 bytes into 4", 5: "the reader says that it has read 5 bytes into 4"} {
		if n, err := Reader(n).Read(make([]byte, 4)); n != 0 || err == nil || err.Error() != want {
			t.Errorf("%d, %v, want %s", n, err, want)
		}
	}
}
