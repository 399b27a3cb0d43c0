package onnx

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// Files that stand for networks much larger than they are.
func TestImportBoundsMemory(t *testing.T) {
	shared := "tensor w double[100,100] 0.5\ninput x0 double[N,100]\noutput y double[N,100]\n"
	for i := range 300 {
		shared += fmt.Sprintf("x%d = MatMul(x%d, w)\n", i+1, i)
	}
	shared += "y = Identity(x300)\n"
	deep := "tensor w double[2,2] 0.5\ninput x0 double[N,2]\noutput y double[N,2]\n"
	for i := range 200 {
		deep += fmt.Sprintf("x%d = MatMul(x%d, w)\n", i+1, i)
	}
	deep += "y200 = Identity(x200)\n"
	for i := 199; i >= 0; i-- {
		deep += fmt.Sprintf("y%d = Add(x%d, y%d)\n", i, i, i+1)
	}
	deep += "y = Identity(y0)\n"
	// Each line takes the one before it twice.
	twice := "tensor t double[3,1] 0.5\ninput h0 double[N,1]\noutput h60 double[N,1]\n"
	for i := range 60 {
		twice += fmt.Sprintf("r%d = Relu(h%d)\nc%d = Concat(h%d, r%d, h0) axis=1\nh%d = MatMul(c%d, t)\n", i, i, i, i, i, i+1, i)
	}
	for text, want := range map[string]string{
		twice:                                "the network would be much larger than the file",
		"input x double[N,2000]\ny = Neg(x)": `node "/y" (Neg): the network would be much larger than the file`,
		shared:                               "the network would be much larger than the file",
		"input x double[N,2147483647]\ny = Relu(x)":                            `node "/y" (Relu): the network would be much larger than the file`,
		"input x double[N,46341,46341]\ny = Flatten(x)":                        `input "x" has a shape of [? 46341 46341]`,
		"input x double[N,2147483647]\ntensor h double[] 0.5\ny = PRelu(x, h)": `node "/y" (PRelu): the network would be much larger than the file`,
		deep: "more than 100 skip connections in one another",
	} {
		if _, err := importText(text); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A long chain of nodes is no reason to run out of stack or time.
func TestImportOfALongChain(t *testing.T) {
	m := parse("tensor w double[2,2] 0.5\ninput x double[N,2]")
	before := "x"
	for i := range 100000 {
		name := fmt.Sprint("v", i)
		m.graph.nodes = append(m.graph.nodes, &node{op: "Relu", inputs: []string{before}, outputs: []string{name}})
		before = name
	}
	m.graph.outputs[0].name = before
	net, err := Import(bytes.NewReader(m.encode()))
	if err != nil || len(net.Layers()) != 100000 {
		t.Errorf("%v", err)
	}
}

// What Import allocates is in proportion to the file, whatever that is.
func TestImportAllocates(t *testing.T) {
	const size = 1 << 20
	graph := func(field []byte) []byte {
		b := appendMessage(nil, 8, appendInt(nil, 2, 13))
		return appendMessage(b, 7, bytes.Repeat(field, size/len(field)))
	}
	small := &graphProto{nodes: []*node{{op: "A", outputs: []string{"a"}, attrs: []attribute{{name: "b"}}}}}
	many := &graphProto{nodes: []*node{{op: "A", outputs: []string{"a"}}}}
	for i := range maxAttributes {
		many.nodes[0].attrs = append(many.nodes[0].attrs, attribute{name: string(rune('A' + i))})
	}
	weights := parse("tensor w float[512,512] 0.5\ny = MatMul(x, w)\ninput x float[N,512]")
	for name, file := range map[string][]byte{
		"weights":         weights.encode(),
		"small nodes":     graph(small.encode()),
		"many attributes": graph(many.encode()),
		"names":           graph(appendMessage(nil, 1, append(bytes.Repeat(protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), ""), 1000), appendText(appendText(nil, 2, "a"), 4, "A")...))),
		"dimensions":      graph(appendMessage(nil, 5, appendMessage(appendText(nil, 8, "w"), 1, bytes.Repeat([]byte{1}, 100000)))),
		"shape of inputs": graph(appendMessage(nil, 11, appendMessage(appendText(nil, 1, "x"), 2, appendMessage(nil, 1, appendMessage(nil, 2, bytes.Repeat(appendMessage(nil, 1, nil), 1000)))))),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Import(bytes.NewReader(file))
		runtime.ReadMemStats(&after)
		factor := float64(after.TotalAlloc-before.TotalAlloc) / float64(len(file))
		t.Logf("%s: %.1f times the file, %v", name, factor, err)
		if factor > 60 {
			t.Errorf("%s: %.1f times the file", name, factor)
		}
	}
}
