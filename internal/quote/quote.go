// Package quote quotes texts of unknown length in errors.
package quote

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// most is the number of characters of a text that an error shows.
const most = 100

// Text returns the text in quotes, as %q does. Of a text of more than 100
// characters it shows the first ones and says how many bytes there are.
func Text(text string) string {
	if len(text) <= most {
		return strconv.Quote(text)
	}
	end := 0
	for range most {
		if end == len(text) {
			return strconv.Quote(text)
		}
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	if end == len(text) {
		return strconv.Quote(text)
	}
	return fmt.Sprintf("%s... (%d bytes)", strconv.Quote(text[:end]), len(text))
}
