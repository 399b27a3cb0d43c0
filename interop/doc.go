// Package interop brings the parameters of networks in from other libraries
// and out to them:
//
//   - PyTorch: state dicts in safetensors files, by ReadPyTorch and WritePyTorch;
//   - scikit-learn: the coefs_ and intercepts_ of an MLPClassifier or
//     MLPRegressor in NumPy's files, by ReadScikitLearn and WriteScikitLearn.
//
// The network is described in Go, with the same layers and activations, and
// takes the numbers. Nobody can check from the numbers alone that the
// activations are the same; shapes, names and finiteness are checked before a
// number moves.
//
// Reading needs the network for itself.
package interop
