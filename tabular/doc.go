// Package tabular makes a network for a table in one call.
//
//	table, err := dataset.ReadTableFile("income.csv", ',')
//	...
//	model, err := tabular.Fit(ctx, table, dataset.Classes("income"), tabular.Options{})
//	...
//	fmt.Println(model)
//	err = model.SaveFile("income.mlp") // dataset.LoadPipelineFile reads it
//	...
//	answer, err := model.Pipeline().PredictMap(record)
//
// Printed, the [Model] says what was made and how good it is on rows that it was
// not trained on:
//
//	method    TabM
//	target    "income", 2 classes
//	columns   14, which become 104 features
//	rows      12000 to train with, 4000 held out
//	epochs    37, the best one is 21
//	accuracy  0.8702 on the rows held out, 0.8562 of a linear model
//	loss      0.2907 on the rows held out, 0.3189 of a linear model
//
// The table may hold numbers, names, truth values and gaps; [Fit] scales and
// encodes each column as its [Method] wants it. What a column is to be, other
// than what its cells show, is said by Options.Recipe.
//
// Everything that Fit does is made of the other packages: a [dataset.Recipe],
// layers, options of a training. To change more than Options has, begin with the
// examples of RealMLP and of BatchEnsemble in package mlp.
//
// Mistakes in the arguments and in the table are reported as errors, never as a
// panic. The same table, target and options give the same network to the bit.
package tabular
