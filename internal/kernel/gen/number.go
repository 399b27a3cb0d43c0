package main

import "strings"

// A number is a type of element.
type number struct {
	suffix string // of the names of its functions
	size   int    // in bytes
	index  string // suffix of instructions on integers of this size
}

var (
	f64 = number{"", 8, "Q"}
	f32 = number{"F32", 4, "D"}

	numbers = []number{f64, f32}
)

// goType returns the name of the type in Go.
func (e number) goType() string {
	if e.size == 4 {
		return "float32"
	}
	return "float64"
}

// ins turns the name of an instruction of amd64 on float64 into that of the
// instruction on e.
func (e number) ins(op string) string {
	if e.size == 8 {
		return op
	}
	name, flags := op, ""
	if i := strings.IndexByte(op, '.'); i >= 0 {
		name, flags = op[:i], op[i:]
	}
	for _, kind := range []string{"P", "S"} { // packed, scalar
		if base, ok := strings.CutSuffix(name, kind+"D"); ok {
			return base + kind + "S" + flags
		}
	}
	return op
}

// packed32 returns 32-bit numbers as words of 64 bits, for data.
func packed32(x ...uint64) (words []uint64) {
	for i := 0; i < len(x); i += 2 {
		words = append(words, x[i]|x[i+1]<<32)
	}
	return words
}
