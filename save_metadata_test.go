package mlp_test

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
)

func setMetadata(t testing.TB, net mlp.Network, key, value string) {
	t.Helper()
	if err := net.SetMetadata(key, value); err != nil {
		t.Fatal(err)
	}
}

func TestMetadata(t *testing.T) {
	for _, net := range []mlp.Network{classifier(t), binaryNet(t), regressor(t)} {
		if m := reloaded(t, net).Metadata(); len(net.Metadata()) > 0 || len(m) > 0 {
			t.Errorf("metadata from nowhere: %q", m)
		}
		want := map[string]string{"author": "\"ä\n\u2028", "": "x"}
		setMetadata(t, net, "author", "somebody")
		setMetadata(t, net, "author", want["author"])
		setMetadata(t, net, "", "x")
		setMetadata(t, net, "date", "today")
		setMetadata(t, net, "date", "")
		net.Metadata()["author"] = "z" // of a copy
		if got := net.Metadata(); !maps.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := reloaded(t, net).Metadata(); !maps.Equal(got, want) {
			t.Errorf("loaded %q, want %q", got, want)
		}
		file, err := safetensors.Read(bytes.NewReader(saved(t, net)))
		if err != nil || file.Metadata["author"] != want["author"] {
			t.Errorf("the file has %q, %v", file.Metadata["author"], err)
		}
	}
	file := altered(t, classifier(t), func(f *safetensors.File) { f.Metadata["author"], f.Metadata["mlp.later"] = "somebody", "x" })
	if loaded, err := mlp.Load(bytes.NewReader(file)); err != nil || !maps.Equal(loaded.Metadata(), map[string]string{"author": "somebody"}) {
		t.Errorf("of others: %v, %v", loaded, err)
	}
	c, unmarshalled := classifier(t), &mlp.Classifier{}
	setMetadata(t, c, "author", "somebody")
	if err := unmarshalled.UnmarshalBinary(saved(t, c)); err != nil || unmarshalled.Metadata()["author"] != "somebody" {
		t.Errorf("%q, %v", unmarshalled.Metadata(), err)
	}
}

// No key that Save writes by itself can be set.
func TestMetadataKeys(t *testing.T) {
	keys := []string{"mlp.", "mlp.later", "training.", "training.state"}
	for _, net := range []mlp.Network{
		classifier(t, mlp.WithClasses("a", "b", "c"), mlp.WithFeatures("a", "b", "c", "d")), binaryNet(t), regressor(t),
	} {
		file, err := safetensors.Read(bytes.NewReader(saved(t, net)))
		if err != nil {
			t.Fatal(err)
		}
		for key := range file.Metadata {
			keys = append(keys, key)
		}
	}
	net := classifier(t)
	setMetadata(t, net, "author", "somebody")
	before := saved(t, net)
	for _, key := range keys {
		if err := net.SetMetadata(key, "x"); err == nil || err.Error() != `mlp: SetMetadata: the key "`+key+`" belongs to the format` {
			t.Errorf("%s: %v", key, err)
		}
	}
	half := strings.Repeat("x", 8_000_000)
	setMetadata(t, net, "half", half)
	for _, c := range []struct{ key, value, want string }{
		{"a\xff", "", `mlp: SetMetadata: "a\xff" is not UTF-8`},
		{"a", "\xff", `mlp: SetMetadata: "a" is not UTF-8`},
		{"other half", half, "mlp: SetMetadata: 16000028 bytes of metadata, at most 16000000 are kept"},
	} {
		if err := net.SetMetadata(c.key, c.value); err == nil || err.Error() != c.want {
			t.Errorf("%q: got %v, want %s", c.key, err, c.want)
		}
	}
	setMetadata(t, net, "half", "")
	if !bytes.Equal(saved(t, net), before) {
		t.Error("errors have changed the network")
	}
}
