// Package mlptest checks implementations of the interfaces of package mlp:
// layers, activations, losses and optimizers. A type that passes its check
// keeps what the training loop relies on.
//
//	func TestSwish(t *testing.T) { mlptest.CheckActivation(t, Swish{}) }
//
// Run the tests with the race detector as well: the checks call from several
// goroutines what must be safe for concurrent use.
package mlptest
