package quote

import (
	"strings"
	"unicode"
)

// Shown returns the text for people, without quotes: of more than most
// characters the first ones and dots, and a mark for each that cannot be printed.
func Shown(text string, most int) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n++; n > most {
			return cut(b.String()) + "…"
		}
		if !unicode.IsPrint(r) {
			r = unicode.ReplacementChar
		}
		b.WriteRune(r)
	}
	return b.String()
}

// cut returns the text without its last character.
func cut(text string) string {
	letters := []rune(text)
	return string(letters[:len(letters)-1])
}
