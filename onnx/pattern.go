package onnx

import (
	"slices"
	"strconv"
	"strings"
)

// A pattern is a piece of a graph written as an expression:
//
//	(Add (MatMul x weight) bias)
//
// A name in parentheses is the operator of a node, followed by its inputs. x
// is the value that the piece is a function of, the same one wherever it
// stands. A number is a constant with that one element, to the precision of
// float32. Any other name is a constant, and _ an input that is left out. The
// operands of Add and Mul may come in any order.
type pattern struct {
	op    string // "" for a leaf
	args  []pattern
	token string  // of a leaf
	value float64 // of a number
	kind  leafKind
}

type leafKind int

const (
	leafConstant leafKind = iota
	leafX
	leafNumber
	leafMissing
)

// parsePattern reads a pattern. It is called with the patterns of this package
// alone, and so takes them to be well formed.
func parsePattern(text string) pattern {
	p, _ := parseTokens(strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text)))
	return p
}

func parseTokens(tokens []string) (p pattern, rest []string) {
	if tokens[0] != "(" {
		return leaf(tokens[0]), tokens[1:]
	}
	p.op, rest = tokens[1], tokens[2:]
	for rest[0] != ")" {
		var arg pattern
		arg, rest = parseTokens(rest)
		p.args = append(p.args, arg)
	}
	return p, rest[1:]
}

func leaf(token string) pattern {
	switch token {
	case "x":
		return pattern{token: token, kind: leafX}
	case "_":
		return pattern{token: token, kind: leafMissing}
	}
	if v, err := strconv.ParseFloat(token, 64); err == nil {
		return pattern{token: token, kind: leafNumber, value: v}
	}
	return pattern{token: token}
}

// addOperators adds the operators of p to ops.
func (p *pattern) addOperators(ops map[string]bool) {
	if p.op != "" {
		ops[p.op] = true
	}
	for i := range p.args {
		p.args[i].addOperators(ops)
	}
}

// match is how a pattern fits a value.
type match struct {
	x         *val
	constants map[string]*constant
	nodes     []*val // of the piece, the last one of the file first
}

// find returns a way in which p fits v, or nil.
func (p *pattern) find(v *val) *match {
	if all := p.extend(nil, &match{}, v); len(all) > 0 {
		return all[0]
	}
	return nil
}

// extend appends to dst the ways to extend m so that p fits v.
func (p *pattern) extend(dst []*match, m *match, v *val) []*match {
	switch {
	case p.op == "":
		if m := p.leaf(m, v); m != nil {
			dst = append(dst, m)
		}
		return dst
	case v == nil || v.op() != p.op || v.index != 0 || len(v.args) != len(p.args):
		return dst
	}
	m = &match{m.x, m.constants, append(slices.Clip(m.nodes), v)}
	dst = p.extendArgs(dst, m, v.args)
	if p.op == "Add" || p.op == "Mul" {
		dst = p.extendArgs(dst, m, []*val{v.args[1], v.args[0]})
	}
	return dst
}

// extendArgs is extend for the arguments of a node.
func (p *pattern) extendArgs(dst []*match, m *match, args []*val) []*match {
	ways := []*match{m}
	for i := range p.args {
		var next []*match
		for _, m := range ways {
			next = p.args[i].extend(next, m, args[i])
		}
		ways = next
	}
	return append(dst, ways...)
}

// leaf returns m, extended if need be so that the leaf p fits v, or nil.
func (p *pattern) leaf(m *match, v *val) *match {
	switch {
	case p.kind == leafMissing:
		if v == nil {
			return m
		}
	case v == nil:
	case p.kind == leafX:
		if v == m.x {
			return m
		}
		if m.x == nil && v.constant == nil && v.asFloat == nil { // integers divide in another way
			return &match{v, m.constants, m.nodes}
		}
	case v.constant == nil:
	case p.kind == leafNumber:
		if number, ok := v.constant.scalar(); ok && float32(number) == float32(p.value) {
			return m
		}
	default:
		constants := map[string]*constant{p.token: v.constant}
		for name, c := range m.constants {
			constants[name] = c
		}
		return &match{m.x, constants, m.nodes}
	}
	return nil
}
