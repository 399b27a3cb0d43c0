package onnx

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
)

// This file reads and writes the messages of onnx.proto, version 3, as far as
// a dense network needs them. The numbers beside the fields are those of the
// schema. Slices of bytes share the memory of the file.

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
	typeFloat16  elemType = 10
	typeDouble   elemType = 11
	typeBFloat16 elemType = 16
)

// isFloat reports whether values of the type are floating-point numbers.
func (t elemType) isFloat() bool {
	return t == typeFloat || t == typeDouble || t == typeFloat16 || t == typeBFloat16
}

// tensor is a TensorProto.
type tensor struct {
	dims     []int64   // 1
	elem     elemType  // 2
	floats   []float32 // 4, float
	ints     []int64   // 5 int32_data, 7 int64_data
	name     string    // 8
	raw      []byte    // 9
	hasRaw   bool
	doubles  []float64 // 10
	external bool      // 13 and 14: the data are in another file
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

// value is what a field of a message holds: a number for the wire types
// varint, fixed32 and fixed64, bytes for the rest.
type value struct {
	wire   protowire.Type
	number uint64
	bytes  []byte
}

var errDamaged = errors.New("the file is cut off or damaged")

// fields calls f for each field of a message.
func fields(msg []byte, f func(num protowire.Number, v value) error) error {
	for len(msg) > 0 {
		num, wire, n := protowire.ConsumeTag(msg)
		if n < 0 {
			return errDamaged
		}
		msg = msg[n:]
		v := value{wire: wire}
		switch wire {
		case protowire.VarintType:
			v.number, n = protowire.ConsumeVarint(msg)
		case protowire.Fixed64Type:
			v.number, n = protowire.ConsumeFixed64(msg)
		case protowire.Fixed32Type:
			var u uint32
			u, n = protowire.ConsumeFixed32(msg)
			v.number = uint64(u)
		case protowire.BytesType:
			v.bytes, n = protowire.ConsumeBytes(msg)
		default:
			return errDamaged // groups, which onnx.proto has none of
		}
		if n < 0 {
			return errDamaged
		}
		msg = msg[n:]
		if err := f(num, v); err != nil {
			return err
		}
	}
	return nil
}

// message calls f for each field of the message v.
func (v value) message(f func(num protowire.Number, v value) error) error {
	if v.wire != protowire.BytesType {
		return errDamaged
	}
	return fields(v.bytes, f)
}

func (v value) text(dst *string) error {
	if v.wire != protowire.BytesType {
		return errDamaged
	}
	*dst = string(v.bytes)
	return nil
}

func (v value) int(dst *int64) error {
	if v.wire != protowire.VarintType {
		return errDamaged
	}
	*dst = int64(v.number)
	return nil
}

// appendTo appends the numbers of a repeated field of the given wire type,
// packed or not, to dst.
func appendTo[T any](dst *[]T, v value, wire protowire.Type, convert func(uint64) T) error {
	if v.wire == wire {
		*dst = append(*dst, convert(v.number))
		return nil
	}
	if v.wire != protowire.BytesType {
		return errDamaged
	}
	for b := v.bytes; len(b) > 0; {
		var u uint64
		var n int
		switch wire {
		case protowire.VarintType:
			u, n = protowire.ConsumeVarint(b)
		case protowire.Fixed64Type:
			u, n = protowire.ConsumeFixed64(b)
		default:
			var u32 uint32
			u32, n = protowire.ConsumeFixed32(b)
			u = uint64(u32)
		}
		if n < 0 {
			return errDamaged
		}
		*dst = append(*dst, convert(u))
		b = b[n:]
	}
	return nil
}

func toInt(u uint64) int64      { return int64(u) }
func toFloat(u uint64) float32  { return math.Float32frombits(uint32(u)) }
func toDouble(u uint64) float64 { return math.Float64frombits(u) }

// decodeModel reads a ModelProto.
func decodeModel(file []byte) (*model, error) {
	m := &model{opsets: make(map[string]int64), metadata: make(map[string]string)}
	err := fields(file, func(num protowire.Number, v value) (err error) {
		switch num {
		case 7:
			if m.graph != nil {
				return errors.New("more than one graph")
			}
			m.graph, err = decodeGraph(v)
		case 8:
			var domain string
			var version int64
			err = v.message(func(num protowire.Number, v value) error {
				switch num {
				case 1:
					return v.text(&domain)
				case 2:
					return v.int(&version)
				}
				return nil
			})
			m.opsets[canonicalDomain(domain)] = version
		case 14:
			var key, text string
			err = v.message(func(num protowire.Number, v value) error {
				switch num {
				case 1:
					return v.text(&key)
				case 2:
					return v.text(&text)
				}
				return nil
			})
			m.metadata[key] = text
		}
		return err
	})
	return m, err
}

// canonicalDomain returns the name of a domain of operators, "" for ai.onnx.
func canonicalDomain(domain string) string {
	if domain == "ai.onnx" {
		return ""
	}
	return domain
}

func decodeGraph(msg value) (*graphProto, error) {
	g := &graphProto{}
	err := msg.message(func(num protowire.Number, v value) (err error) {
		switch num {
		case 1:
			var n *node
			if n, err = decodeNode(v); err == nil && (n.op == "" || len(n.outputs) == 0) {
				err = errors.New("a node without operator or output")
			}
			g.nodes = append(g.nodes, n)
		case 5:
			var t *tensor
			if t, err = decodeTensor(v); err == nil && t.name == "" {
				err = errors.New("an initializer without a name")
			}
			g.initializers = append(g.initializers, t)
		case 11:
			err = decodeValueInfo(&g.inputs, v)
		case 12:
			err = decodeValueInfo(&g.outputs, v)
		case 15:
			err = errors.New("sparse initializers are not supported")
		}
		return err
	})
	return g, err
}

func decodeNode(msg value) (*node, error) {
	n := &node{}
	err := msg.message(func(num protowire.Number, v value) (err error) {
		var s string
		switch num {
		case 1:
			err = v.text(&s)
			n.inputs = append(n.inputs, s)
		case 2:
			err = v.text(&s)
			n.outputs = append(n.outputs, s)
		case 3:
			err = v.text(&n.name)
		case 4:
			err = v.text(&n.op)
		case 5:
			var a attribute
			if a, err = decodeAttribute(v); err == nil {
				if _, ok := n.attr(a.name); ok {
					return fmt.Errorf("attribute %q twice in a node", a.name)
				}
				if len(n.attrs) == maxAttributes {
					return fmt.Errorf("more than %d attributes in a node", maxAttributes)
				}
				n.attrs = append(n.attrs, a)
			}
		case 7:
			err = v.text(&n.domain)
			n.domain = canonicalDomain(n.domain)
		}
		return err
	})
	return n, err
}

// maxAttributes bounds the attributes of a node: no operator has nearly as many.
const maxAttributes = 64

// attr returns the attribute with the given name.
func (n *node) attr(name string) (a attribute, ok bool) {
	for _, a := range n.attrs {
		if a.name == name {
			return a, true
		}
	}
	return attribute{}, false
}

func decodeAttribute(msg value) (a attribute, err error) {
	err = msg.message(func(num protowire.Number, v value) (err error) {
		switch num {
		case 1:
			err = v.text(&a.name)
		case 2:
			if v.wire != protowire.Fixed32Type {
				return errDamaged
			}
			a.f = toFloat(v.number)
		case 3:
			err = v.int(&a.i)
		case 4, 9:
			var s string
			err = v.text(&s)
			a.texts = append(a.texts, s)
		case 5:
			a.t, err = decodeTensor(v)
		case 7:
			err = appendTo(&a.floats, v, protowire.Fixed32Type, toFloat)
		case 8:
			err = appendTo(&a.ints, v, protowire.VarintType, toInt)
		case 20:
			err = v.int((*int64)(&a.kind))
		}
		return err
	})
	return a, err
}

func decodeTensor(msg value) (*tensor, error) {
	t := &tensor{}
	err := msg.message(func(num protowire.Number, v value) (err error) {
		switch num {
		case 1:
			err = appendTo(&t.dims, v, protowire.VarintType, toInt)
		case 2:
			err = v.int((*int64)(&t.elem))
		case 4:
			err = appendTo(&t.floats, v, protowire.Fixed32Type, toFloat)
		case 5, 7:
			err = appendTo(&t.ints, v, protowire.VarintType, toInt)
		case 8:
			err = v.text(&t.name)
		case 9:
			if v.wire != protowire.BytesType {
				return errDamaged
			}
			t.raw, t.hasRaw = v.bytes, true
		case 10:
			err = appendTo(&t.doubles, v, protowire.Fixed64Type, toDouble)
		case 13:
			t.external = true
		case 14:
			t.external = t.external || v.number != 0
		}
		return err
	})
	return t, err
}

func decodeValueInfo(dst *[]valueInfo, msg value) error {
	var info valueInfo
	err := msg.message(func(num protowire.Number, v value) error {
		switch num {
		case 1:
			return v.text(&info.name)
		case 2:
			return v.message(info.decodeType)
		}
		return nil
	})
	if err == nil && info.name == "" {
		err = errors.New("an input or output without a name")
	}
	*dst = append(*dst, info)
	return err
}

// decodeType takes a field of a TypeProto.
func (info *valueInfo) decodeType(num protowire.Number, v value) error {
	if num != 1 { // sequences and maps, which keep isTensor false
		return nil
	}
	info.isTensor = true
	return v.message(func(num protowire.Number, v value) error {
		switch num {
		case 1:
			return v.int((*int64)(&info.elem))
		case 2:
			info.hasShape = true
			return v.message(info.decodeShape)
		}
		return nil
	})
}

// decodeShape takes a field of a TensorShapeProto.
func (info *valueInfo) decodeShape(num protowire.Number, v value) error {
	if num != 1 {
		return nil
	}
	d := dim{size: -1}
	err := v.message(func(num protowire.Number, v value) error {
		if num == 1 {
			return v.int(&d.size)
		}
		return nil
	})
	info.dims = append(info.dims, d)
	return err
}

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
