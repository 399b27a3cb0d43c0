package onnx

import (
	"fmt"
	"strings"

	"example.com/mlp/internal/quote"
)

// most is how many elements of a list errors show.
const most = 8

// list returns numbers as errors show them: [2 3]. Of many it shows the first
// ones and says how many there are.
func list[T any](v []T) string {
	if len(v) <= most {
		return fmt.Sprint(v)
	}
	return fmt.Sprintf("%s ... (%d)]", strings.TrimSuffix(fmt.Sprint(v[:most]), "]"), len(v))
}

// quoted is list for texts, which stand in quotes.
func quoted(texts []string) string {
	var short []string
	for _, s := range texts[:min(len(texts), most)] {
		short = append(short, quote.Text(s))
	}
	if len(texts) > most {
		short = append(short, fmt.Sprintf("... (%d)", len(texts)))
	}
	return "[" + strings.Join(short, " ") + "]"
}

// plain returns the name of an operator, in quotes only if it is long or has
// other characters than names have.
func plain(op string) string {
	other := func(r rune) bool { return r <= ' ' || r > '~' }
	if len(op) > 100 || strings.ContainsFunc(op, other) {
		return quote.Text(op)
	}
	return op
}
