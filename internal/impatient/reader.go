// Package impatient is the former name of package stallguard, for package
// dataset until it imports that.
package impatient

import (
	"io"

	"example.com/mlp/internal/stallguard"
)

// Reader is [stallguard.Reader].
func Reader(r io.Reader) io.Reader { return stallguard.Reader(r) }
