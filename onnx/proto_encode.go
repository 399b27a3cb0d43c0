package onnx

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// encode writes a ModelProto.
func (m *model) encode() []byte {
	var b []byte
	b = appendInt(b, 1, m.irVersion)
	b = appendText(b, 2, m.producer)
	b = appendMessage(b, 7, m.graph.encode())
	for _, domain := range sortedKeys(m.opsets) {
		b = appendMessage(b, 8, appendInt(appendText(nil, 1, domain), 2, m.opsets[domain]))
	}
	for _, key := range sortedKeys(m.metadata) {
		b = appendMessage(b, 14, appendText(appendText(nil, 1, key), 2, m.metadata[key]))
	}
	return b
}

func (g *graphProto) encode() []byte {
	var b []byte
	for _, n := range g.nodes {
		b = appendMessage(b, 1, n.encode())
	}
	b = appendText(b, 2, g.name)
	for _, t := range g.initializers {
		b = appendMessage(b, 5, t.encode())
	}
	for _, v := range g.inputs {
		b = appendMessage(b, 11, v.encode())
	}
	for _, v := range g.outputs {
		b = appendMessage(b, 12, v.encode())
	}
	return b
}

func (n *node) encode() []byte {
	var b []byte
	for _, s := range n.inputs {
		b = protowire.AppendString(protowire.AppendTag(b, 1, protowire.BytesType), s) // "" has a meaning here
	}
	for _, s := range n.outputs {
		b = appendText(b, 2, s)
	}
	b = appendText(b, 3, n.name)
	b = appendText(b, 4, n.op)
	for _, a := range n.attrs {
		b = appendMessage(b, 5, a.encode())
	}
	return appendText(b, 7, n.domain)
}

func (a *attribute) encode() []byte {
	b := appendText(nil, 1, a.name)
	switch a.kind {
	case attrFloat:
		b = protowire.AppendFixed32(protowire.AppendTag(b, 2, protowire.Fixed32Type), math.Float32bits(a.f))
	case attrInt:
		b = protowire.AppendVarint(protowire.AppendTag(b, 3, protowire.VarintType), uint64(a.i))
	case attrString:
		b = appendText(b, 4, a.texts[0])
	case attrTensor:
		b = appendMessage(b, 5, a.t.encode())
	case attrFloats:
		for _, f := range a.floats {
			b = protowire.AppendFixed32(protowire.AppendTag(b, 7, protowire.Fixed32Type), math.Float32bits(f))
		}
	case attrInts:
		for _, i := range a.ints {
			b = protowire.AppendVarint(protowire.AppendTag(b, 8, protowire.VarintType), uint64(i))
		}
	case attrTexts:
		for _, s := range a.texts {
			b = protowire.AppendString(protowire.AppendTag(b, 9, protowire.BytesType), s)
		}
	}
	return appendInt(b, 20, int64(a.kind))
}

func (t *tensor) encode() []byte {
	var b []byte
	for _, d := range t.dims {
		b = protowire.AppendVarint(protowire.AppendTag(b, 1, protowire.VarintType), uint64(d))
	}
	b = appendInt(b, 2, int64(t.elem))
	b = appendText(b, 8, t.name)
	return appendMessage(b, 9, t.raw)
}

func (info *valueInfo) encode() []byte {
	var shape []byte
	for _, d := range info.dims {
		var size []byte
		if d.param != "" {
			size = appendText(nil, 2, d.param)
		} else {
			size = protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), uint64(d.size)) // 0 too
		}
		shape = appendMessage(shape, 1, size)
	}
	if !info.isTensor { // a sequence, of whose elements nothing is said
		return appendMessage(appendText(nil, 1, info.name), 2, appendMessage(nil, 4, nil))
	}
	tensorType := appendInt(nil, 1, int64(info.elem))
	if info.hasShape {
		tensorType = appendMessage(tensorType, 2, shape)
	}
	return appendMessage(appendText(nil, 1, info.name), 2, appendMessage(nil, 1, tensorType))
}

// appendInt appends an integer field, appendText a string, unless it is zero,
// and appendMessage a message.
func appendInt(b []byte, num protowire.Number, v int64) []byte {
	if v == 0 {
		return b
	}
	return protowire.AppendVarint(protowire.AppendTag(b, num, protowire.VarintType), uint64(v))
}

func appendText(b []byte, num protowire.Number, s string) []byte {
	if s == "" {
		return b
	}
	return protowire.AppendString(protowire.AppendTag(b, num, protowire.BytesType), s)
}

func appendMessage(b []byte, num protowire.Number, msg []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), msg)
}
