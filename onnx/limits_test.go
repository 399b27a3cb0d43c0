package onnx

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
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

// Descriptions of networks much larger than the file that they are in.
func TestImportBoundsMemoryOfDescriptions(t *testing.T) {
	const larger = "the network would be much larger than the file"
	deep := `{"kind":"stack","inputs":1,"units":1,"layers":[`
	average := strings.Replace(deep, "stack", "average", 1)
	const member = `{"kind":"dropout","inputs":500,"units":500,"numbers":{"rate":0.5}}`
	for text, want := range map[string]string{
		`{"kind":"activation","inputs":2000000,"units":2000000,"activation":"relu"}`:                                                                larger,
		`{"kind":"activation","inputs":2147483647,"units":2147483647,"activation":"relu"}`:                                                          larger,
		`{"kind":"member_mean","inputs":2000000,"units":1,"activation":"identity","numbers":{"members":2000000}}`:                                   larger,
		`{"kind":"stack","inputs":1000000,"units":1000000,"layers":[{"kind":"dropout","inputs":1000000,"units":1000000,"numbers":{"rate":0.5}}]}`:   larger,
		`{"kind":"average","inputs":1000000,"units":1000000,"layers":[{"kind":"dropout","inputs":1000000,"units":1000000,"numbers":{"rate":0.5}}]}`: larger,
		`{"kind":"average","inputs":60000,"units":60000,"layers":[{"kind":"dense","inputs":60000,"units":60000,"activation":"relu"}]}`:              "dense with 60000 inputs and 60000 units has 3600060000 parameters, the file has 0 numbers left",
		`{"kind":"average","inputs":500,"units":500,"layers":[` + member + strings.Repeat(","+member, 2000) + "]}":                                  larger,
		strings.Repeat(average, 17) + `{"kind":"activation","inputs":1,"units":1,"activation":"relu"}` + strings.Repeat("]}", 17):                   "average layers are nested more than 16 deep",
		`{"kind":"embedding","inputs":1,"units":1000,"numbers":{"size":16000000}}`:                                                                  "embedding with 1 inputs and 1000 units has 16000000000 parameters, the file has 0 numbers left",
		`{"kind":"pbld","inputs":1000,"units":4000,"numbers":{"frequencies":100000}}`:                                                               "pbld with 1000 inputs and 4000 units has 500003000 parameters, the file has 0 numbers left",
		`{"kind":"batch_ensemble","inputs":60000,"units":60000,"activation":"relu","numbers":{"members":2}}`:                                        "batch_ensemble with 60000 inputs and 60000 units has 900180000 parameters, the file has 0 numbers left",
		`{"kind":"piecewise_linear","inputs":1,"units":1,"numbers":{"bins":1e9}}`:                                                                   "piecewise_linear with 1 inputs and 1 units has 2000000003 parameters, the file has 0 numbers left",
		strings.Repeat(deep, 17) + `{"kind":"activation","inputs":1,"units":1,"activation":"relu"}` + strings.Repeat("]}", 17):                      "stack layers are nested more than 16 deep",
		strings.Repeat(deep, 1000): "nested too deeply",
	} {
		m := parse("y = Relu(x)")
		m.metadata = map[string]string{layersKey: "[" + text + "]"}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Import(bytes.NewReader(m.encode()))
		runtime.ReadMemStats(&after)
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		if got := after.TotalAlloc - before.TotalAlloc; got > 30<<20 {
			t.Errorf("%d bytes for %.100s", got, text)
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
	tables := varied(t, "", "", mlp.NewPiecewiseLinear(512, 8, 4),
		mlp.MemberHeads(4, 512, 64), mlp.MemberMean(4, 64, mlp.Identity))
	dense := varied(t, "", "", mlp.Dense(512, 64, mlp.ReLU))
	members := parse("y = Relu(x)")
	members.metadata = map[string]string{layersKey: `[{"kind":"average","inputs":1,"units":1,"layers":[` +
		strings.TrimSuffix(strings.Repeat(`{"kind":"activation","inputs":1,"units":1,"activation":"relu"},`, size/63), ",") + "]}]"}
	for name, file := range map[string][]byte{
		"members":         members.encode(),
		"ensemble":        exported(t, testkit.Ensemble(t, tables.Network, dense.Network), Float32),
		"tables":          exported(t, tables, Float32),
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
