package testkit

import (
	"fmt"
	"strconv"
	"strings"

	"example.com/mlp"
)

// Everything that can be found by name, in the order of the tables of mlp, for
// tests that range over all of it. Appending to one of these slices copies it.
var (
	Activations = named(mlp.ActivationByName)
	Losses      = named(mlp.LossByName)
	Optimizers  = named(mlp.OptimizerByName)
	Rules       = rules()
)

// ParametricLosses are losses with parameters other than those of Losses.
var ParametricLosses = []mlp.Loss{
	mlp.Focal(0), mlp.Focal(0.5), mlp.Focal(5),
	mlp.Huber(0.5), mlp.Huber(1e-3), mlp.Huber(1e6),
	mlp.Quantile(0.9), mlp.Quantile(0.01),
	mlp.LabelSmoothing(mlp.BinaryCrossEntropy, 0.1),
	mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, 0.25),
}

// named returns everything that byName finds. Its error for an unknown name
// lists the names, quoted and in brackets.
func named[T interface{ Name() string }](byName func(name string) (T, error)) []T {
	_, err := byName("")
	_, list, ok := strings.Cut(err.Error(), "have [")
	if !ok {
		panic(fmt.Sprintf("no names in the error %v", err))
	}
	var all []T
	for list != "]" {
		quoted, err := strconv.QuotedPrefix(list)
		if err != nil {
			panic(fmt.Sprintf("no list of names: %s", list))
		}
		name, _ := strconv.Unquote(quoted)
		v, err := byName(name)
		if err != nil || v.Name() != name {
			panic(fmt.Sprintf("by the name %q: %v, %v", name, v, err))
		}
		all = append(all, v)
		list = strings.TrimPrefix(list[len(quoted):], " ")
	}
	return all[:len(all):len(all)]
}

// rules returns the optimizers that are rules.
func rules() []mlp.Rule {
	var all []mlp.Rule
	for _, o := range Optimizers {
		if r, ok := o.(mlp.Rule); ok {
			all = append(all, r)
		}
	}
	return all[:len(all):len(all)]
}
