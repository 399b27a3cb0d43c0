// Package dataset turns tables into the matrices that a network learns from.
//
// [ReadCSV] reads a comma-separated file with a header line. One column, the
// [Target], is what the network is to predict and becomes the matrix Y; every
// other column is a feature and becomes a column of the matrix X. In both
// matrices the rows are samples:
//
//	Numbers   regression                   Y is n×1, the numbers of the column
//	Classes   multiclass classification    Y is n×k, one-hot
//	Binary    binary classification        Y is n×1, of 0 and 1
//
// [Data.Split] and [Data.StratifiedSplit] set rows aside for testing.
// [StandardScaler] brings features of different ranges to zero mean and unit
// variance. A scaler is fitted to the training rows alone, so that nothing of
// the test rows leaks into the training:
//
//	data, err := dataset.ReadCSV(file, dataset.Classes("species"))
//	...
//	train, test, err := data.StratifiedSplit(0.25, 42)
//	...
//	scaler, err := dataset.FitStandardScaler(train.X)
//	...
//	trainX, err := scaler.Transform(train.X)
//	...
//	testX, err := scaler.Transform(test.X)
//
// What is random follows from a seed: the same seed gives the same rows in the
// same order on every machine.
//
// Mistakes in the arguments and in the data are reported as errors, never as a
// panic, and a function that returns an error returns nothing else. The error
// names the operation and the place:
//
//	dataset: ReadCSV: line 17, column "age": "abc" is not a number
package dataset
