package interop

import (
	"fmt"
	"slices"
	"strings"

	"example.com/mlp/internal/quote"
)

// arrange returns the module for each layer: the given ones in their order, or
// all that were found in the order determined by their names and shapes. A
// LayerNorm may have no module and then gets one without tensors.
func arrange(layers []module, found []*stateDict, order []string) ([]*stateDict, error) {
	a := arrangement{layers: layers, modules: found, before: numbered}
	names := order
	if len(order) == 0 {
		names = moduleNames(found)
	}
	least := 0
	for _, l := range layers {
		if l.kind != "layer_norm" {
			least++
		}
	}
	if len(names) < least || len(names) > len(layers) {
		return nil, fmt.Errorf("modules %s for %d layers with parameters", quote.List(names), len(layers))
	}
	if len(order) > 0 {
		var err error
		if a.modules, err = given(found, order); err != nil {
			return nil, err
		}
		a.before = func(_, _ string) bool { return true }
	}
	a.run()
	switch {
	case len(a.answers) == 1 && a.steps > 0:
		return a.answers[0], nil
	case len(a.answers) == 0 && a.steps > 0:
		return nil, a.misfit(moduleNames(found))
	case len(a.answers) < 2:
		return nil, fmt.Errorf("modules %s have too many orders that their names allow: give the argument modules, these names in the order of the layers", quote.List(names))
	}
	return nil, a.ambiguity()
}

// given returns the modules that order names. One that is not in the file has
// no tensors.
func given(found []*stateDict, order []string) ([]*stateDict, error) {
	left := make(map[string]*stateDict)
	for _, d := range found {
		left[d.module] = d
	}
	modules := make([]*stateDict, len(order))
	var missing []string
	for i, name := range order {
		if slices.Contains(order[:i], name) {
			return nil, fmt.Errorf("module %s is given twice", quote.Text(name))
		}
		if modules[i] = left[name]; modules[i] == nil {
			modules[i] = &stateDict{module: name}
			missing = append(missing, name)
		}
		delete(left, name)
	}
	for _, d := range found {
		switch {
		case left[d.module] == nil:
		case missing != nil:
			return nil, noModule(missing[0], moduleNames(found))
		default:
			return nil, fmt.Errorf("module %s is for no layer", quote.Text(d.module))
		}
	}
	return modules, nil
}

func noModule(name string, found []string) error {
	return fmt.Errorf("no module %s, the file has %s", quote.Text(name), quote.List(found))
}

func moduleNames(modules []*stateDict) []string {
	names := make([]string, len(modules))
	for i, d := range modules {
		names[i] = d.module
	}
	return names
}

// An arrangement searches for ways to assign each layer a module of its shapes
// such that no module comes before one that it must come after.
type arrangement struct {
	layers  []module
	modules []*stateDict
	before  func(a, b string) bool // whether module a, which is in front of b in modules, must come before it

	waiting []int // for each module, the number of unused ones that must come before it
	used    []bool
	chosen  []*stateDict
	answers [][]*stateDict // two at most
	steps   int            // comparisons of a module with a layer that remain
}

// absent is the module of a LayerNorm that has none.
var absent = &stateDict{}

// maxSteps bounds the search, which takes one step per layer if names determine
// the order.
const maxSteps = 1 << 20

// run finds the first two answers.
func (a *arrangement) run() {
	n := len(a.modules)
	a.waiting, a.used, a.chosen, a.steps = make([]int, n), make([]bool, n), make([]*stateDict, len(a.layers)), maxSteps
	for i := range a.modules {
		a.release(i, +1)
	}
	a.place(0, n)
}

// release adds n to the modules that wait for module i.
func (a *arrangement) release(i, n int) {
	for j := i + 1; j < len(a.modules); j++ {
		if a.before(a.modules[i].module, a.modules[j].module) {
			a.waiting[j] += n
		}
	}
}

// place assigns modules to the layers from layer on; left modules remain.
func (a *arrangement) place(layer, left int) {
	switch {
	case len(a.answers) == 2 || a.steps <= 0:
		return
	case layer == len(a.layers):
		a.answers = append(a.answers, slices.Clone(a.chosen))
		return
	}
	for i, d := range a.modules {
		if !a.free(i, layer) {
			continue
		}
		a.used[i], a.chosen[layer] = true, d
		a.release(i, -1)
		a.place(layer+1, left-1)
		a.release(i, +1)
		a.used[i] = false
	}
	if a.layers[layer].kind == "layer_norm" && left < len(a.layers)-layer {
		a.chosen[layer] = absent
		a.place(layer+1, left)
	}
}

// free reports whether module i can be assigned to the layer now.
func (a *arrangement) free(i, layer int) bool {
	if a.used[i] || a.waiting[i] > 0 {
		return false
	}
	a.steps--
	return a.fits(i, layer) == nil
}

// fits returns an error unless module i has the tensors of the layer.
func (a *arrangement) fits(i, layer int) error {
	_, err := a.layers[layer].sources(a.modules[i])
	return err
}

// ambiguity returns the error for two answers, which names the modules whose
// order is not determined.
func (a *arrangement) ambiguity() error {
	layer := 0
	for ; a.answers[0][layer] == a.answers[1][layer]; layer++ {
		if i := slices.Index(a.modules, a.answers[0][layer]); i >= 0 {
			a.used[i] = true
			a.release(i, -1)
		}
	}
	var names []string
	for i, d := range a.modules {
		if a.free(i, layer) {
			names = append(names, d.module)
		}
	}
	none := ""
	if a.answers[1][layer] == absent {
		none = " or none"
	}
	return fmt.Errorf("%s, %s: modules %s%s fit, and no number in their names decides: give the argument modules, all of %s in the order of the layers",
		a.layers[layer].place, a.layers[layer].kind, quote.List(names), none, quote.List(moduleNames(a.modules)))
}

// misfit returns the error for modules that fit in no order: what is wrong in
// the order of modules.
func (a *arrangement) misfit(found []string) error {
	prefix := ""
	for i := 1; i < len(a.modules); i++ {
		if !a.before(a.modules[i-1].module, a.modules[i].module) {
			prefix = fmt.Sprintf("modules %s fit in no order; in this one, ", quote.List(moduleNames(a.modules)))
		}
	}
	i, spare := 0, len(a.layers)-len(a.modules)
	for layer, l := range a.layers {
		var err error
		if i < len(a.modules) {
			if err = a.fits(i, layer); err == nil {
				i++
				continue
			}
		}
		switch {
		case l.kind == "layer_norm" && spare > 0:
			spare--
		case err != nil && a.modules[i].tensors == nil:
			return noModule(a.modules[i].module, found)
		case err != nil:
			return fmt.Errorf("%s%s: %w", prefix, l.with(a.modules[i]), err)
		default:
			return fmt.Errorf("%sno module is left for %s, %s", prefix, l.place, l.kind)
		}
	}
	return fmt.Errorf("%smodule %s is for no layer", prefix, quote.Text(a.modules[i].module))
}

// numbered reports whether a number is the first difference between two names.
func numbered(a, b string) bool {
	_, number := naturalOrder(a, b)
	return number
}

// naturalOrder compares names as strings.Compare, but runs of digits in them
// as numbers. It also reports whether such a number is the first difference.
func naturalOrder(a, b string) (order int, number bool) {
	const digits = "0123456789"
	for a != "" && b != "" {
		na, nb := a[:len(a)-len(strings.TrimLeft(a, digits))], b[:len(b)-len(strings.TrimLeft(b, digits))]
		if na == "" || nb == "" {
			if a[0] != b[0] {
				break
			}
			a, b = a[1:], b[1:]
			continue
		}
		va, vb := strings.TrimLeft(na, "0"), strings.TrimLeft(nb, "0")
		if len(va) != len(vb) {
			return len(va) - len(vb), true
		}
		if va != vb {
			return strings.Compare(va, vb), true
		}
		a, b = a[len(na):], b[len(nb):]
	}
	return strings.Compare(a, b), false
}
