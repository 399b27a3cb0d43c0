//go:build !race

// Under the race detector, this much JSON takes ten seconds.

package acceptance_test

import (
	"bytes"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
)

// Metadata that SetMetadata does not accept is not loaded.
func TestMetadataSize(t *testing.T) {
	file := altered(t, binaryNet(t), func(f *safetensors.File) { f.Metadata["author"] = strings.Repeat("x", 16_000_000-1) })
	const want = "mlp: Load: 16000005 bytes of metadata, at most 16000000 are kept"
	if _, err := mlp.Load(bytes.NewReader(file)); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
