package dataset_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"example.com/mlp/dataset"
)

const (
	idxImages = "\x00\x00\x08\x03" + "\x00\x00\x00\x02" + "\x00\x00\x00\x01" + "\x00\x00\x00\x03" + "\x00\x01\x02\xfd\xfe\xff"
	idxLabels = "\x00\x00\x08\x01" + "\x00\x00\x00\x03" + "\x07\x00\xff"
)

func TestReadIDX(t *testing.T) {
	for name, pack := range map[string]func(string) string{
		"plain": func(s string) string { return s },
		"gzip":  func(s string) string { return gzipped(t, s) },
	} {
		t.Run(name, func(t *testing.T) {
			x, err := dataset.ReadIDXImages(iotest.OneByteReader(strings.NewReader(pack(idxImages))))
			if err != nil {
				t.Fatal(err)
			}
			wantMatrix(t, "x", x, []float64{0, 1, 2}, []float64{253, 254, 255})
			labels, err := dataset.ReadIDXLabels(strings.NewReader(pack(idxLabels)))
			if err != nil || !slices.Equal(labels, []int{7, 0, 255}) {
				t.Errorf("labels %v, %v", labels, err)
			}
		})
	}
}

func TestReadIDXErrors(t *testing.T) {
	for _, test := range []struct{ name, text, message string }{
		{"empty", "", "the first 4 bytes: EOF"},
		{"short magic", "\x00\x00", "the first 4 bytes: unexpected EOF"},
		{"no IDX", "\x89abc", "no IDX file, it begins with 89 61 62 63"},
		{"a picture", "\x89PNG", "the file is a PNG image"},
		{"floats", "\x00\x00\x0d\x03", "entries of type 0x0d, only unsigned bytes (0x08) are read"},
		{"labels", idxLabels, "the file has 1 dimensions, want 3"},
		{"short header", idxImages[:13], "dimension 2: unexpected EOF"},
		{"empty images", idxImages[:12] + "\x00\x00\x00\x00", "dimension 2 is 0"},
		{"short", idxImages[:20], "the file ends after 4 of 6 entries"},
		{"long", idxImages + "\x00", "the file goes on after its 6 entries"},
		{"hostile", idxImages[:4] + strings.Repeat("\xff", 12) + "\x00", "is 4294967295, which is too large"},
		{"broken gzip", gzipped(t, idxImages)[:20], "unexpected EOF"},
	} {
		t.Run(test.name, func(t *testing.T) {
			x, err := dataset.ReadIDXImages(strings.NewReader(test.text))
			if x != nil || err == nil || !strings.HasPrefix(err.Error(), "dataset: ReadIDXImages: ") || !strings.HasSuffix(err.Error(), test.message) {
				t.Errorf("%v, %v, want %s", x, err, test.message)
			}
		})
	}
	_, err := dataset.ReadIDXLabels(strings.NewReader(idxImages))
	wantError(t, err, "dataset: ReadIDXLabels: the file has 3 dimensions, want 1")
	_, err = dataset.ReadIDXLabels(nil)
	wantError(t, err, "dataset: ReadIDXLabels: the reader is nil")
	broken := errors.New("broken")
	for n := range len(idxLabels) + 1 {
		_, err = dataset.ReadIDXLabels(io.MultiReader(strings.NewReader(idxLabels[:n]), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v, want the error of the reader", n, err)
		}
	}
}

// A header that promises gigabytes costs no more than the file.
func TestReadIDXMemory(t *testing.T) {
	text := idxImages[:4] + "\x00\x10\x00\x00\x00\x00\x00\x10\x00\x00\x00\x10" + strings.Repeat("x", 100_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := dataset.ReadIDXImages(strings.NewReader(text))
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Fatal("no error")
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 10*uint64(len(text)) {
		t.Errorf("%d bytes allocated for a file of %d", used, len(text))
	}
}

// An IDX file is refused, or holds as many entries as its header says.
func FuzzReadIDX(f *testing.F) {
	f.Add([]byte(idxImages))
	f.Add([]byte(idxLabels))
	f.Add([]byte(idxImages[:4] + strings.Repeat("\xff", 12)))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Fuzz(func(t *testing.T, text []byte) {
		x, err := dataset.ReadIDXImages(bytes.NewReader(text))
		if err == nil {
			if rows, cols := x.Dims(); !bytes.HasPrefix(text, []byte("\x1f\x8b")) && rows*cols != len(text)-16 {
				t.Errorf("%d×%d from %d bytes", rows, cols, len(text))
			}
		}
		labels, err := dataset.ReadIDXLabels(bytes.NewReader(text))
		if err == nil && !bytes.HasPrefix(text, []byte("\x1f\x8b")) && len(labels) != len(text)-8 {
			t.Errorf("%d labels from %d bytes", len(labels), len(text))
		}
	})
}
