package mlp

import (
	"fmt"
	"maps"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"example.com/mlp/internal/quote"
)

const (
	// maxMetadata bounds the keys and values together, in bytes. In the header
	// of a file, of at most 100 MB, a byte takes six at worst.
	maxMetadata = 16_000_000

	// maxTexts bounds their number, which a file may have more of by
	// formatTexts.
	maxTexts    = 10_000
	formatTexts = 100
)

// Metadata returns a copy of the texts given to SetMetadata and of those that
// others have added to the file the network was loaded from.
func (n *network) Metadata() map[string]string { return maps.Clone(n.metadata) }

// SetMetadata keeps a text of the program's own with the network, such as when
// it was trained and on what. Save writes it and Load reads it; other programs
// find it in the metadata of the file under the same key. An empty value
// removes the key.
//
// It is an error, which changes nothing, if the key is one that Save uses or
// begins with "mlp." or "training.", if a text is not UTF-8, or if there would
// be more than 10000 texts or 16 MB. It needs the network for itself.
func (n *network) SetMetadata(key, value string) error {
	return n.set("SetMetadata", func() error {
		if reservedKey(key) {
			return fmt.Errorf("mlp: SetMetadata: the key %s belongs to the format", quote.Text(key))
		}
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return fmt.Errorf("mlp: SetMetadata: %s is not UTF-8", quote.Text(key))
		}
		metadata := make(map[string]string)
		maps.Copy(metadata, n.metadata)
		metadata[key] = value
		if value == "" {
			delete(metadata, key)
		}
		if err := checkMetadata(metadata); err != nil {
			return fmt.Errorf("mlp: SetMetadata: %w", err)
		}
		n.metadata = metadata
		return nil
	})
}

// ownMetadata returns those of the texts in a file that are not the format's.
func ownMetadata(file map[string]string) (map[string]string, error) {
	own := maps.Clone(file)
	maps.DeleteFunc(own, func(key, _ string) bool { return reservedKey(key) })
	if len(own) == 0 {
		return nil, nil
	}
	return own, checkMetadata(own)
}

// checkMetadata returns an error if there is too much.
func checkMetadata(metadata map[string]string) error {
	if n := len(metadata); n > maxTexts {
		return fmt.Errorf("%d texts of metadata, at most %d are kept", n, maxTexts)
	}
	size := 0
	for key, value := range metadata {
		size += len(key) + len(value)
	}
	if size > maxMetadata {
		return fmt.Errorf("%d bytes of metadata, at most %d are kept", size, maxMetadata)
	}
	return nil
}

// reservedKey reports whether a key of the metadata is the format's own, today
// or to be.
func reservedKey(key string) bool {
	switch key {
	case metaFormat, metaVersion, metaLibrary, metaLayers, metaLoss, metaSeed, metaState, metaThresh, metaClasses, metaFeatures:
		return true
	}
	return strings.HasPrefix(key, extraPrefix) || strings.HasPrefix(key, "mlp.")
}

// libraryVersion returns the version of the module that this package belongs
// to, "unknown" where the program does not tell.
func libraryVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range append(info.Deps, &info.Main) {
			if m.Path != "" && strings.HasPrefix(packagePath()+"/", m.Path+"/") {
				return m.Version
			}
		}
	}
	return "unknown"
}
