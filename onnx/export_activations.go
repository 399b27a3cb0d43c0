package onnx

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"example.com/mlp"
)

// An activationWriter writes the nodes of an activation of x with the given
// parameters and returns its value.
type activationWriter func(e *exporter, x string, params []float64) string

// activationWriters is the table of the activations by their names without
// parameters.
var activationWriters = map[string]activationWriter{
	"identity":    operator("Identity"),
	"relu":        operator("Relu"),
	"leaky_relu":  withAlpha("LeakyRelu", 0.01),
	"relu6":       func(e *exporter, x string, _ []float64) string { return e.clip(x, 0, 6) },
	"elu":         withAlpha("Elu", 1),
	"selu":        operator("Selu"),
	"celu":        (*exporter).celu,
	"gelu":        (*exporter).gelu,
	"gelu_tanh":   (*exporter).geluTanh,
	"silu":        func(e *exporter, x string, _ []float64) string { return e.node("Mul", x, e.node("Sigmoid", x)) },
	"mish":        (*exporter).mish,
	"softplus":    operator("Softplus"),
	"sigmoid":     operator("Sigmoid"),
	"tanh":        operator("Tanh"),
	"softsign":    operator("Softsign"),
	"hard_tanh":   (*exporter).hardTanh,
	"hard_swish":  operator("HardSwish"),
	"softmax":     operator("Softmax"),
	"log_softmax": operator("LogSoftmax"),

	"hard_sigmoid": (*exporter).hardSigmoid,
}

// fused writes the nodes of an activation that is a part of a layer.
func (e *exporter) fused(act mlp.Activation) error {
	if act == mlp.Identity {
		return nil
	}
	return e.activation(act)
}

// activation writes the nodes of an activation.
func (e *exporter) activation(act mlp.Activation) error {
	name, params := splitName(act.Name())
	write, ok := activationWriters[name]
	if own, err := mlp.ActivationByName(act.Name()); !ok || err != nil || own != act {
		return fmt.Errorf("the activation %q is not known", act.Name())
	}
	for _, v := range params {
		if !fitsFloat32(v) {
			return fmt.Errorf("the activation %q has a parameter beyond float32", act.Name())
		}
	}
	e.current = write(e, e.current, params)
	return nil
}

// splitName takes a name such as "hard_tanh(0,1)" apart.
func splitName(name string) (base string, params []float64) {
	base, list, ok := strings.Cut(strings.TrimSuffix(name, ")"), "(")
	if !ok {
		return base, nil
	}
	for s := range strings.SplitSeq(list, ",") {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return name, nil
		}
		params = append(params, v)
	}
	return base, params
}

// operator writes an activation that is an operator without attributes.
func operator(op string) activationWriter {
	return func(e *exporter, x string, _ []float64) string { return e.node(op, x) }
}

// withAlpha writes an activation that is an operator with the attribute alpha.
func withAlpha(op string, usual float64) activationWriter {
	return func(e *exporter, x string, params []float64) string {
		alpha := usual
		if len(params) > 0 {
			alpha = params[0]
		}
		return e.nodeWith(map[string]float64{"alpha": alpha}, op, x)
	}
}

// celu writes the operator, which is for float32 alone, or else α·elu(x/α).
func (e *exporter) celu(x string, params []float64) string {
	if e.elem == typeFloat {
		return withAlpha("Celu", 1)(e, x, params)
	}
	alpha := 1.0
	if len(params) > 0 {
		alpha = params[0]
	}
	return e.node("Mul", e.node("Elu", e.node("Div", x, e.number(alpha))), e.number(alpha))
}

// gelu writes x·(1 + erf(x/√2))/2: the operator Gelu is of opset 20.
func (e *exporter) gelu(x string, _ []float64) string {
	erf := e.node("Erf", e.node("Div", x, e.number(math.Sqrt2)))
	return e.node("Mul", e.node("Mul", x, e.node("Add", erf, e.number(1))), e.number(0.5))
}

func (e *exporter) geluTanh(x string, _ []float64) string {
	cube := e.node("Mul", x, e.node("Mul", x, x))
	u := e.node("Add", x, e.node("Mul", e.number(0.044715), cube))
	tanh := e.node("Tanh", e.node("Mul", e.number(math.Sqrt2/math.SqrtPi), u))
	return e.node("Mul", e.node("Mul", x, e.node("Add", tanh, e.number(1))), e.number(0.5))
}

// mish writes x·tanh(softplus(x)): the operator Mish is of opset 18.
func (e *exporter) mish(x string, _ []float64) string {
	return e.node("Mul", x, e.node("Tanh", e.node("Softplus", x)))
}

func (e *exporter) hardTanh(x string, params []float64) string {
	if len(params) == 0 {
		params = []float64{-1, 1}
	}
	return e.clip(x, params[0], params[1])
}

// clip writes a Clip, without a bound that is infinite.
func (e *exporter) clip(x string, low, high float64) string {
	inputs := []string{x, "", ""}
	if !math.IsInf(low, -1) {
		inputs[1] = e.number(low)
	}
	if !math.IsInf(high, 1) {
		inputs[2] = e.number(high)
	} else {
		inputs = inputs[:2]
	}
	return e.node("Clip", inputs...)
}

func (e *exporter) hardSigmoid(x string, params []float64) string {
	if len(params) == 0 {
		params = []float64{1. / 6, 0.5}
	}
	return e.nodeWith(map[string]float64{"alpha": params[0], "beta": params[1]}, "HardSigmoid", x)
}
