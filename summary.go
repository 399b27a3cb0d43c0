package mlp

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// String returns a table of the layers with their shapes and numbers of
// parameters.
func (n *network) String() string {
	if len(n.layers) == 0 {
		return "no layers\n"
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "layer\tkind\tinputs\tunits\tactivation\tparameters")
	total := 0
	for i, l := range n.layers {
		inputs, units := l.Dims()
		act := "-"
		if a := outputActivation(l); a != nil {
			act = a.Name()
		}
		params := 0
		for _, p := range l.Params() {
			rows, cols := p.Value.Dims()
			params += rows * cols
		}
		total += params
		kind := strings.TrimPrefix(fmt.Sprintf("%T", l), "*mlp.")
		fmt.Fprintf(w, "%d\t%s\t%d\t%d\t%s\t%d\n", i, kind, inputs, units, act, params)
	}
	w.Flush()
	fmt.Fprintf(&b, "%s, %d parameters\n", n.loss.Name(), total)
	return b.String()
}
