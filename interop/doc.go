// Package interop imports the parameters of networks from other libraries and
// exports them:
//
//   - PyTorch: state dicts in safetensors files, by ReadPyTorch and WritePyTorch;
//   - scikit-learn: the coefs_ and intercepts_ of an MLPClassifier or
//     MLPRegressor in NumPy's files, by ReadScikitLearn and WriteScikitLearn.
//
// The network is defined in Go, with the same layers and activations, and
// receives the numbers. The numbers alone do not show whether the activations
// are the same; shapes, names and finiteness are checked before any parameter
// changes.
//
// Reading needs exclusive access to the network.
package interop
