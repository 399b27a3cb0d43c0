// Package mlptest checks implementations of the interfaces of package mlp:
// layers, activations, losses and optimizers. A type that passes its check
// meets the requirements of the training loop.
//
//	func TestSwish(t *testing.T) { mlptest.CheckActivation(t, Swish{}) }
//
// Run the tests with the race detector as well: the checks call methods that
// must be safe for concurrent use from several goroutines.
package mlptest
