package dataset

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"example.com/mlp/internal/quote"
)

// parseNumber returns the finite decimal number that a text is.
func parseNumber(text string) (float64, error) {
	// ParseFloat also reads hexadecimal numbers and underscores between digits.
	if strings.ContainsAny(text, "xX_") {
		return 0, notANumber(text)
	}
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%s is too large", quote.Text(text))
	case err != nil:
		return 0, notANumber(text)
	case !finite(v):
		return 0, fmt.Errorf("%s is not a finite number", quote.Text(text))
	case !keepsInteger(text, v):
		return 0, fmt.Errorf("%s %w", quote.Text(text), errInteger)
	}
	return v, nil
}

var errInteger = errors.New("is an integer above 2⁵³ that float64 does not have")

func notANumber(text string) error { return fmt.Errorf("%s is not a number", quote.Text(text)) }

// keepsInteger reports whether v is the integer that its text is. Other texts
// are rounded, as decimal fractions always are.
func keepsInteger(text string, v float64) bool {
	if math.Abs(v) < 1<<53 {
		return true
	}
	digits, fraction, _ := strings.Cut(strings.TrimLeft(text, "+-"), ".")
	if strings.Trim(digits, "0123456789") != "" || strings.Trim(fraction, "0") != "" {
		return true
	}
	digits = strings.TrimLeft(digits, "0")
	var kept [32]byte
	return digits == "" || digits == string(strconv.AppendFloat(kept[:0], math.Abs(v), 'f', 0, 64))
}

// looksLikeNumber reports whether the text is a number, be it one that
// parseNumber refuses because it is not finite or float64 does not have it.
func looksLikeNumber(text string) bool {
	if text == "" || !strings.Contains("+-.0123456789iInN", text[:1]) {
		return false
	}
	_, err := strconv.ParseFloat(text, 64)
	return (err == nil || errors.Is(err, strconv.ErrRange)) && !strings.ContainsAny(text, "xX_")
}

// looksLikeCode reports whether a number begins with zeros that a number does
// not need, as 02134 does.
func looksLikeCode(text string) bool {
	text = strings.TrimLeft(text, "+-")
	return len(text) > 1 && text[0] == '0' && '0' <= text[1] && text[1] <= '9'
}

// formatNumber returns the shortest text that reads back to v.
func formatNumber(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// truth returns 1 for a word that means yes and 0 for one that means no.
func truth(text string) (v float64, ok bool) {
	switch strings.ToLower(text) {
	case "true", "yes", "t", "y", "1":
		return 1, true
	case "false", "no", "f", "n", "0":
		return 0, true
	}
	return 0, false
}

// looksLikeTruth reports whether the text is one of true, false, yes and no.
// A single letter may as well be a name.
func looksLikeTruth(text string) bool {
	_, ok := truth(text)
	return ok && len(text) > 1
}
