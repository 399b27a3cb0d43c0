package onnx

import (
	"bytes"
	"encoding/binary"
	"math"
	"regexp"
	"strconv"
	"strings"

	"example.com/mlp"
)

// parse returns the model that a text describes:
//
//	opset 13
//	input x float[N,4]
//	output y float[N,3]
//	tensor w float[4,3] 1 2 3
//	y = Gemm(x, w) alpha=0.5 transB=1
//
// The numbers of a tensor are repeated until it is full. Attributes with a
// point are floats, those in brackets lists, those in quotes strings. What is
// not given is opset 13, input x double[N,4] and output y of any shape.
func parse(text string) *model {
	m := &model{irVersion: 8, opsets: map[string]int64{"": 13, "ai.onnx.ml": 1}, graph: &graphProto{name: "test"}}
	g := m.graph
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
		case f[0] == "opset":
			m.opsets[""] = number[int64](f[1])
		case f[0] == "input":
			g.inputs = append(g.inputs, parseInfo(f[1], f[2]))
		case f[0] == "output":
			g.outputs = append(g.outputs, parseInfo(f[1], f[2]))
		case f[0] == "tensor":
			g.initializers = append(g.initializers, parseTensor(f[1], f[2], f[3:]))
		default:
			g.nodes = append(g.nodes, parseNode(line))
		}
	}
	if g.inputs == nil {
		g.inputs = []valueInfo{parseInfo("x", "double[N,4]")}
	}
	if g.outputs == nil {
		g.outputs = []valueInfo{parseInfo("y", "")}
	}
	return m
}

var typeNames = map[string]elemType{
	"float": typeFloat, "double": typeDouble, "int64": typeInt64, "int32": typeInt32,
	"float16": typeFloat16, "bfloat16": typeBFloat16, "bool": typeBool, "string": 8,
}

func number[T int64 | float64](s string) T {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	return T(v)
}

func parseInfo(name, typ string) valueInfo {
	typ, shape, ok := strings.Cut(strings.TrimSuffix(typ, "]"), "[")
	info := valueInfo{name: name, elem: typeNames[typ], hasShape: ok, isTensor: typ != "sequence"}
	for s := range strings.SplitSeq(shape, ",") {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			info.dims = append(info.dims, dim{size: n})
		} else if s != "" {
			info.dims = append(info.dims, dim{size: -1, param: s})
		}
	}
	return info
}

func parseTensor(name, typ string, numbers []string) *tensor {
	info := parseInfo(name, typ)
	t := &tensor{name: name, elem: info.elem, hasRaw: true}
	n := 1
	for _, d := range info.dims {
		t.dims = append(t.dims, d.size)
		n *= int(d.size)
	}
	for i := range n {
		v := number[float64](numbers[i%len(numbers)])
		switch t.elem {
		case typeFloat:
			t.raw = binary.LittleEndian.AppendUint32(t.raw, math.Float32bits(float32(v)))
		case typeDouble:
			t.raw = binary.LittleEndian.AppendUint64(t.raw, math.Float64bits(v))
		case typeInt64:
			t.raw = binary.LittleEndian.AppendUint64(t.raw, uint64(int64(v)))
		case typeFloat16, typeBFloat16:
			panic("write the bits of half precision as int32_data")
		case typeInt32:
			t.raw = binary.LittleEndian.AppendUint32(t.raw, uint32(int32(v)))
		default:
			t.raw = append(t.raw, byte(v))
		}
	}
	return t
}

var nodeSyntax = regexp.MustCompile(`^\s*(.*?) = ([\w.]+)\((.*?)\)(.*)$`)

func parseNode(line string) *node {
	s := nodeSyntax.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
	n := &node{op: s[2]}
	if i := strings.LastIndex(n.op, "."); i >= 0 {
		n.domain, n.op = n.op[:i], n.op[i+1:]
	}
	split := func(list string) (names []string) {
		if list == "" {
			return nil
		}
		for name := range strings.SplitSeq(list, ",") {
			names = append(names, strings.TrimSpace(name))
		}
		return names
	}
	n.inputs, n.outputs = split(s[3]), split(s[1])
	n.name = "/" + n.outputs[0]
	for _, a := range strings.Fields(s[4]) {
		name, v, _ := strings.Cut(a, "=")
		attr := attribute{name: name}
		switch {
		case v[0] == '"':
			attr.kind, attr.texts = attrString, []string{strings.Trim(v, `"`)}
		case v[0] == '[' && strings.Contains(v, `"`):
			attr.kind = attrTexts
			for _, s := range split(strings.Trim(v, "[]")) {
				attr.texts = append(attr.texts, strings.Trim(s, `"`))
			}
		case v[0] == '[' && strings.Contains(v, "."):
			attr.kind = attrFloats
			for _, s := range split(strings.Trim(v, "[]")) {
				attr.floats = append(attr.floats, float32(number[float64](s)))
			}
		case v[0] == '[':
			attr.kind = attrInts
			for _, s := range split(strings.Trim(v, "[]")) {
				attr.ints = append(attr.ints, number[int64](s))
			}
		case strings.Contains(v, "."):
			attr.kind, attr.f = attrFloat, float32(number[float64](v))
		default:
			attr.kind, attr.i = attrInt, number[int64](v)
		}
		n.attrs = append(n.attrs, attr)
	}
	return n
}

// importText imports the model that parse reads from the text.
func importText(text string, opts ...ImportOptions) (mlp.Network, error) {
	return Import(bytes.NewReader(parse(text).encode()), opts...)
}
