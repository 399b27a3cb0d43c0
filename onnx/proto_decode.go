package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"example.com/mlp/internal/quote"
)

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
func toInt32(u uint64) int64    { return int64(int32(u)) }
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
			domain = canonicalDomain(domain)
			if before, ok := m.opsets[domain]; ok && before != version && err == nil {
				return fmt.Errorf("two versions of the operator set %s: %d and %d", cmp.Or(plain(domain), "ai.onnx"), before, version)
			}
			m.opsets[domain] = version
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
			if _, ok := m.metadata[key]; ok && strings.HasPrefix(key, metadataPrefix) {
				return fmt.Errorf("metadata %s is there twice", quote.Text(key))
			}
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
					return fmt.Errorf("attribute %s twice in a node", quote.Text(a.name))
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
		case 5:
			err = appendTo(&t.int32s, v, protowire.VarintType, toInt32)
		case 7:
			err = appendTo(&t.int64s, v, protowire.VarintType, toInt)
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
			err = t.decodeExternal(v)
		case 14:
			if v.number != 0 && t.external == nil {
				t.external = &external{}
			}
		}
		switch num {
		case 4, 5, 6, 7, 9, 10, 11, 13: // strings and unsigned integers as well
			if v.wire != protowire.BytesType || len(v.bytes) > 0 {
				t.kinds |= 1 << num
			}
		}
		return err
	})
	return t, err
}

// decodeExternal takes an entry of external_data.
func (t *tensor) decodeExternal(v value) error {
	if t.external == nil {
		t.external = &external{}
	}
	var key, text string
	err := v.message(func(num protowire.Number, v value) error {
		switch num {
		case 1:
			return v.text(&key)
		case 2:
			return v.text(&text)
		}
		return nil
	})
	switch key {
	case "location":
		t.external.location = text
	case "offset":
		t.external.offset = text
	case "length":
		t.external.length = text
	}
	return err
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
