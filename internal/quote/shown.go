package quote

import (
	"strings"
	"unicode"
)

// Shown returns the text for people, without quotes: at most so many characters,
// the last one an ellipsis if there are more, with a mark for each that cannot be
// printed.
func Shown(text string, most int) string {
	letters := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text))
	if len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return string(letters)
}
