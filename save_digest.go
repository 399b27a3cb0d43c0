package mlp

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"strings"

	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/safetensors"
)

// digest returns the SHA-256 of metadata and tensors in hexadecimal digits. All
// texts but those of metaDigest and metaLibrary count, sorted by their keys, and
// then all tensors, sorted by their names. A tensor is its name, its type, the
// number of its axes, their lengths and its bytes. Numbers have 64 bits,
// little-endian; in front of texts and bytes stands their length.
func digest(metadata map[string]string, tensors []safetensors.Tensor) string {
	d := digester{sha256.New()}
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		if key != metaDigest && key != metaLibrary {
			d.text(key)
			d.text(metadata[key])
		}
	}
	sorted := make([]*safetensors.Tensor, len(tensors))
	for i := range tensors {
		sorted[i] = &tensors[i]
	}
	slices.SortFunc(sorted, func(a, b *safetensors.Tensor) int { return strings.Compare(a.Name, b.Name) })
	for _, t := range sorted {
		d.text(t.Name)
		d.text(t.DType)
		d.number(len(t.Shape))
		for _, n := range t.Shape {
			d.number(n)
		}
		d.number(len(t.Data))
		d.Write(t.Data)
	}
	return hex.EncodeToString(d.Sum(nil))
}

type digester struct{ hash.Hash }

func (d digester) number(n int) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(n))
	d.Write(b[:])
}

func (d digester) text(s string) {
	d.number(len(s))
	io.WriteString(d, s)
}

// checkDigest returns an error if the file has a digest that is not the one of
// its contents.
func checkDigest(file *safetensors.File) error {
	want, ok := file.Metadata[metaDigest]
	if !ok {
		return nil // as in older files
	}
	if got := digest(file.Metadata, file.Tensors); got != want {
		return fmt.Errorf("metadata %s is %s, the contents have %q: the file is damaged, or a program that has changed it has left the digest", metaDigest, quote.Text(want), got)
	}
	return nil
}
