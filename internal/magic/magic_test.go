package magic

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for start, want := range map[string]string{
		"":                                 "",
		"a,b\n1,2\n":                       "",
		"PK":                               "",
		"PK\x03\x04\x14":                   "a zip archive, such as .npz, .xlsx or a model of PyTorch or Keras",
		"\x1f\x8b\x08":                     "compressed by gzip",
		"\x93NUMPY\x01":                    "an array of NumPy",
		"PAR1,PAR2\n":                      "",
		"PAR1\x15":                         "a Parquet file",
		"\xff\xfea\x00":                    "text in UTF-16",
		strings.Repeat("x", 257) + "ustar": "a tar archive",
		strings.Repeat("x", 256) + "ustar": "",
	} {
		if got := Of([]byte(start)); got != want {
			t.Errorf("%.20q is %q, want %q", start, got, want)
		}
	}
	for _, f := range formats {
		if len(f.start) > Most {
			t.Errorf("%q is longer than %d bytes", f.start, Most)
		}
	}
}

func TestOfAny(t *testing.T) {
	for start, want := range map[string]string{
		"":                      "",
		"PK\x03\x04\x14":        "a zip archive, such as .npz, .xlsx or a model of PyTorch or Keras",
		"a,b\r\n1,2\r\n":        "a text, such as CSV",
		"\ufeffa;b":             "a text, such as CSV",
		"Größ\xc3":              "a text, such as CSV", // in the middle of a rune
		"\n {\"version\":1":     "JSON or another text",
		"[1, 2]":                "JSON or another text",
		"a,b\x00":               "",
		"\xff\xff\xff\xff\xff":  "",
		"\x08\x00\x00\x00{}abc": "",
	} {
		if got := OfAny([]byte(start)); got != want {
			t.Errorf("%q is %q, want %q", start, got, want)
		}
	}
}
