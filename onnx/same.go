package onnx

import (
	"fmt"
	"slices"

	"example.com/mlp/internal/quote"
)

// sameModel returns an error unless a model computes what another one does, which
// Export would write: nodes, tensors and names must be the same. The number of
// samples may be fixed.
func sameModel(got, want *model) error {
	if g, w := got.opsets[""], want.opsets[""]; g != w {
		return fmt.Errorf("opset %d, want %d", g, w)
	}
	if err := sameInfos("input", got.graph.inputs, want.graph.inputs); err != nil {
		return err
	}
	if err := sameInfos("output", got.graph.outputs, want.graph.outputs); err != nil {
		return err
	}
	if err := sameTensors(got.graph.initializers, want.graph.initializers); err != nil {
		return err
	}
	return sameNodes(got.graph.nodes, want.graph.nodes)
}

// sameInfos compares the inputs or the outputs of graphs.
func sameInfos(what string, got, want []valueInfo) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d %ss, want %d", len(got), what, len(want))
	}
	for i, w := range want {
		g := got[i]
		switch {
		case g.name != w.name:
			return fmt.Errorf("%s %s, want %s", what, quote.Text(g.name), quote.Text(w.name))
		case g.elem != w.elem:
			return fmt.Errorf("%s %s is of %v, want %v", what, quote.Text(g.name), g.elem, w.elem)
		case len(g.dims) != len(w.dims) || !slices.EqualFunc(g.dims[1:], w.dims[1:], sameSize):
			return fmt.Errorf("%s %s has the shape %s, want %s", what, quote.Text(g.name), list(g.dims), list(w.dims))
		}
	}
	return nil
}

func sameSize(a, b dim) bool { return a.size == b.size }

// sameTensors compares the initializers of graphs, which may come in any order.
func sameTensors(got, want []*tensor) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d tensors, want %d", len(got), len(want))
	}
	byName := make(map[string]*tensor, len(got))
	for _, t := range got {
		byName[t.name] = t
	}
	for _, w := range want {
		g, ok := byName[w.name]
		if !ok {
			return fmt.Errorf("no tensor %s", quote.Text(w.name))
		}
		n, err := g.count()
		if err != nil {
			return err
		}
		if err := sameTensor(g, w, n); err != nil {
			return fmt.Errorf("tensor %s: %w", quote.Text(w.name), err)
		}
	}
	return nil
}

// sameTensor compares tensors, of which the first one has n elements.
func sameTensor(got, want *tensor, n int) error {
	if got.elem != want.elem {
		return fmt.Errorf("elements of %v, want %v", got.elem, want.elem)
	}
	if !slices.Equal(got.dims, want.dims) {
		return fmt.Errorf("the shape %s, want %s", list(got.dims), list(want.dims))
	}
	for i := range n {
		if g, w := got.number(i), want.number(i); g != w {
			return fmt.Errorf("element %d is %g, want %g", i, g, w)
		}
	}
	return nil
}

// sameNodes compares the nodes of graphs, which may have other names.
func sameNodes(got, want []*node) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d nodes, want %d", len(got), len(want))
	}
	for i, w := range want {
		if err := sameNode(got[i], w); err != nil {
			return fmt.Errorf("%v: %w", &val{node: got[i], order: i}, err)
		}
	}
	return nil
}

func sameNode(got, want *node) error {
	if got.fullOp() != want.fullOp() {
		return fmt.Errorf("want the operator %s", want.fullOp())
	}
	if err := sameNames("input", got.inputs, want.inputs); err != nil {
		return err
	}
	if err := sameNames("output", got.outputs, want.outputs); err != nil {
		return err
	}
	if len(got.attrs) != len(want.attrs) {
		return fmt.Errorf("%d attributes, want %d", len(got.attrs), len(want.attrs))
	}
	for _, w := range want.attrs {
		g, ok := got.attr(w.name)
		if !ok {
			return fmt.Errorf("no attribute %s", quote.Text(w.name))
		}
		if g.kind != w.kind || g.f != w.f || g.i != w.i || !slices.Equal(g.ints, w.ints) {
			return fmt.Errorf("attribute %s is %v, want %v", quote.Text(w.name), g, w)
		}
	}
	return nil
}

// sameNames compares the inputs or the outputs of nodes.
func sameNames(what string, got, want []string) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d %ss, want %d", len(got), what, len(want))
	}
	for i, w := range want {
		if got[i] != w {
			return fmt.Errorf("%s %d is %s, want %s", what, i, quote.Text(got[i]), quote.Text(w))
		}
	}
	return nil
}
