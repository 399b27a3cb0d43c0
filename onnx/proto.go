package onnx

import (
	"fmt"
	"strconv"
)

// The messages of onnx.proto, version 3, as far as a dense network needs them.
// The numbers beside the fields are those of the schema. Slices of bytes share
// the memory of the file.

// model is a ModelProto.
type model struct {
	irVersion int64             // 1, not read
	producer  string            // 2, not read
	graph     *graphProto       // 7
	opsets    map[string]int64  // 8, by domain; "" is ai.onnx
	metadata  map[string]string // 14
}

// graphProto is a GraphProto.
type graphProto struct {
	nodes        []*node     // 1
	name         string      // 2, not read
	initializers []*tensor   // 5
	inputs       []valueInfo // 11
	outputs      []valueInfo // 12
}

// node is a NodeProto.
type node struct {
	inputs  []string    // 1, "" for an optional one that is left out
	outputs []string    // 2
	name    string      // 3
	op      string      // 4
	attrs   []attribute // 5
	domain  string      // 7
}

// fullOp returns the operator, with its domain in front if that is not ai.onnx.
func (n *node) fullOp() string {
	if n.domain == "" {
		return n.op
	}
	return n.domain + "." + n.op
}

// attr returns the attribute with the given name.
func (n *node) attr(name string) (a attribute, ok bool) {
	for _, a := range n.attrs {
		if a.name == name {
			return a, true
		}
	}
	return attribute{}, false
}

// attribute is an AttributeProto.
type attribute struct {
	name   string        // 1
	kind   attributeKind // 20
	f      float32       // 2
	i      int64         // 3
	t      *tensor       // 5
	floats []float32     // 7
	ints   []int64       // 8
	texts  []string      // 4 for one, 9 for several
}

// String returns the value of an attribute of numbers.
func (a attribute) String() string {
	switch a.kind {
	case attrFloat:
		return strconv.FormatFloat(float64(a.f), 'g', -1, 32)
	case attrInt:
		return strconv.FormatInt(a.i, 10)
	case attrInts:
		return list(a.ints)
	}
	return fmt.Sprintf("of the type %d", a.kind)
}

// attributeKind is AttributeProto.AttributeType.
type attributeKind int64

const (
	attrFloat  attributeKind = 1
	attrInt    attributeKind = 2
	attrString attributeKind = 3
	attrTensor attributeKind = 4
	attrFloats attributeKind = 6
	attrInts   attributeKind = 7
	attrTexts  attributeKind = 8
)

// elemType is TensorProto.DataType.
type elemType int64

const (
	typeFloat    elemType = 1
	typeInt32    elemType = 6
	typeInt64    elemType = 7
	typeBool     elemType = 9
	typeFloat16  elemType = 10
	typeDouble   elemType = 11
	typeBFloat16 elemType = 16
)

// tensor is a TensorProto.
type tensor struct {
	dims     []int64   // 1
	elem     elemType  // 2
	floats   []float32 // 4
	int32s   []int64   // 5, of the small types as well
	int64s   []int64   // 7
	name     string    // 8
	raw      []byte    // 9
	hasRaw   bool
	doubles  []float64 // 10
	external *external // 13 and 14, nil if the data are in the file itself

	kinds uint // of data that are there, a bit for the number of each field
}

// external is where the data of a tensor are that are in another file.
type external struct {
	location       string
	offset, length string // in bytes, "" where not given
}

// valueInfo is a ValueInfoProto with the TypeProto in it.
type valueInfo struct {
	name     string
	elem     elemType
	isTensor bool
	hasShape bool
	dims     []dim
}

// dim is a dimension of a shape: a number, or -1 where it is open.
type dim struct {
	size  int64
	param string // the name of an open dimension, not read
}

// String returns the number of a dimension or its name.
func (d dim) String() string {
	if d.size == -1 {
		return "?"
	}
	return strconv.FormatInt(d.size, 10)
}
