package dataset

import (
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/quote"
)

// String says in a few lines what will be done: the target, the columns that the
// recipe treats in another way, which rows are held out, and how the network
// learns.
func (t Training) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, line := range [][2]string{
		{"target", t.describeTarget()},
		{"columns", t.describeColumns()},
		{"held out", t.describeValidation()},
		{"training", t.describeOptions()},
	} {
		fmt.Fprintf(w, "%s\t%s\n", line[0], line[1])
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

func (t Training) describeTarget() string {
	if t.Recipe.Target.learner == nil {
		return "none"
	}
	parts := []string{quoteAll(t.Recipe.Target.learner.columns())}
	if t.ScaleTargets {
		parts = append(parts, "scaled to mean 0 and standard deviation 1")
	}
	if t.Balanced {
		parts = append(parts, "classes balanced")
	}
	return strings.Join(parts, ", ")
}

func (t Training) describeColumns() string {
	var parts []string
	for _, c := range t.recipe().Columns {
		if matrix.IsNil(c) {
			parts = append(parts, "nil")
			continue
		}
		kind := fmt.Sprintf("%T", c)
		parts = append(parts, fmt.Sprintf("%s is %s", quote.Text(c.name()), kind[strings.LastIndex(kind, ".")+1:]))
	}
	rest := "all"
	if len(parts) > 0 {
		rest = "the others"
	}
	parts = append(parts, rest+" by what their cells hold")
	if impute := t.Recipe.Impute; impute != NoImputation {
		parts = append(parts, fmt.Sprintf("missing cells by %v", impute))
	}
	return strings.Join(parts, ", ")
}

func (t Training) describeValidation() string {
	switch {
	case t.Options.ValidationSplit != 0:
		return fmt.Sprintf("%g of the rows", t.Options.ValidationSplit)
	case t.Options.Validation != nil:
		return "prepared samples"
	}
	return t.Validation.String()
}

func (t Training) describeOptions() string {
	o := t.Options
	optimizer := o.Optimizer
	if matrix.IsNil(optimizer) {
		optimizer = mlp.Adam{}
	}
	parts := []string{optimizer.Name()}
	if rate := optimizer.Rate(); rate > 0 {
		parts[0] += fmt.Sprintf(" with a learning rate of %g", rate)
	}
	parts = append(parts, "at most "+count(cmp.Or(o.Epochs, 100), "epoch"))
	if o.BatchSize != 0 {
		parts = append(parts, "batches of "+count(o.BatchSize, "row"))
	}
	if !matrix.IsNil(o.Schedule) {
		parts = append(parts, fmt.Sprintf("%T", o.Schedule))
	}
	for _, c := range o.Callbacks {
		parts = append(parts, fmt.Sprintf("%T", c))
	}
	return strings.Join(append(parts, fmt.Sprintf("seed %d", t.Seed)), ", ")
}
