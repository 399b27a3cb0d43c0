// Package magic says by the first bytes of a file what it is.
package magic

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Most is the number of first bytes that Of looks at.
const Most = 264

// formats are the beginnings of files, and what these are.
var formats = []struct{ start, name string }{
	{"PK\x03\x04", "a zip archive, such as .npz, .xlsx or a model of PyTorch or Keras"},
	{"PK\x05\x06", "an empty zip archive"},
	{"\x1f\x8b", "compressed by gzip"},
	{"BZh91AY&SY", "compressed by bzip2"},
	{"\xfd7zXZ\x00", "compressed by xz"},
	{"\x28\xb5\x2f\xfd", "compressed by Zstandard"},
	{"\x93NUMPY", "an array of NumPy"},
	{"\x89HDF\r\n\x1a\n", "an HDF5 file, such as a model of Keras"},
	{"PAR1\x15", "a Parquet file"},
	{"ARROW1\x00", "an Arrow file"},
	{"SQLite format 3\x00", "an SQLite database"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old file of Microsoft Office, such as .xls"},
	{"%PDF-", "a PDF"},
	{"\x89PNG", "a PNG image"},
	{"\x80\x02", "a pickle of Python"},
	{"\x80\x03", "a pickle of Python"},
	{"\x80\x04", "a pickle of Python"},
	{"\x80\x05", "a pickle of Python"},
	{"\xff\xfe", "text in UTF-16"},
	{"\xfe\xff", "text in UTF-16"},
}

// Of says what a file is that begins with these bytes, and "" where that is not
// known. The answer follows the word "is" in a sentence.
func Of(start []byte) string {
	for _, f := range formats {
		if strings.HasPrefix(string(start), f.start) {
			return f.name
		}
	}
	if len(start) >= 262 && string(start[257:262]) == "ustar" {
		return "a tar archive"
	}
	return ""
}

// OfAny is Of that knows JSON and other text as well, for files that are none.
func OfAny(start []byte) string {
	if format := Of(start); format != "" {
		return format
	}
	for cut := 0; cut < utf8.UTFMax && cut < len(start); cut++ { // of a rune at the end
		if text := start[:len(start)-cut]; utf8.Valid(text) && bytes.IndexFunc(text, isControl) < 0 {
			if text = bytes.TrimLeft(text, "\ufeff \t\r\n"); len(text) > 0 && (text[0] == '{' || text[0] == '[') {
				return "JSON or another text"
			}
			return "a text, such as CSV"
		}
		if start[len(start)-cut-1] < utf8.RuneSelf {
			break
		}
	}
	return ""
}

func isControl(r rune) bool { return r < ' ' && r != '\t' && r != '\r' && r != '\n' && r != '\f' }
