package onnx

import (
	"fmt"
	"strconv"
)

// elemNames is the names of the types of elements, by their numbers in the
// schema.
var elemNames = []string{"undefined", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool",
	"float16", "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16"}

// String returns the name of the type.
func (t elemType) String() string {
	if t >= 0 && int(t) < len(elemNames) {
		return elemNames[t]
	}
	return "type " + strconv.FormatInt(int64(t), 10)
}

// isFloat reports whether values of the type are floating-point numbers.
func (t elemType) isFloat() bool {
	return t == typeFloat || t == typeDouble || t == typeFloat16 || t == typeBFloat16
}

// isInteger reports whether values of the type are integers that are read.
func (t elemType) isInteger() bool { return t == typeInt32 || t == typeInt64 }

// sameTypes is how many of its first inputs an operator wants to be of one
// type, which is that of its output. Operators without a line want that of all.
var sameTypes = map[string]int{
	"Reshape":    1, // and the shape
	"Squeeze":    1, // and axes
	"Unsqueeze":  1,
	"ReduceMean": 1,
	"Gather":     1, // and indices
	"Dropout":    1, // and ratio and mode
	"Pow":        1, // and an exponent of any type
}

// resultType returns the type of what the node n gives for inputs of these
// types, of which 0 is one that is not known. It is an error if the operator
// takes no such mixture.
func resultType(n *node, inputs []elemType) (elemType, error) {
	switch op := n.fullOp(); {
	case op == "Cast":
		to, _ := n.attr("to")
		return elemType(to.i), nil
	case op == "Shape":
		return typeInt64, nil
	case op == scaler:
		return typeFloat, nil
	case n.domain != "" || !operators[op] && op != "Identity":
		return 0, nil
	}
	same := len(inputs)
	if want, ok := sameTypes[n.op]; ok {
		same = min(same, want)
	}
	first := 0
	for i, t := range inputs[:same] {
		switch {
		case t == 0:
		case inputs[first] == 0:
			first = i
		case t != inputs[first]:
			return 0, fmt.Errorf("input %d is of %v and input %d of %v, the operator takes one type", first, inputs[first], i, t)
		}
	}
	if same == 0 {
		return 0, nil
	}
	return inputs[first], nil
}
