package mlp_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
)

// allocated returns the bytes that f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// bombs are files with much of something, of about n bytes.
func bombs(t testing.TB, n int) map[string][]byte {
	list := func(item string) string {
		return "[" + strings.Repeat(item+",", n/(len(item)+1)) + item + "]"
	}
	numbered := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return strings.TrimSuffix(b.String(), ",")
	}
	set := func(key, value string) []byte {
		return altered(t, classifier(t), func(f *safetensors.File) { f.Metadata[key] = value })
	}
	layer := func(fields string) string { return `{"kind":"dropout","inputs":4,"units":4` + fields + `}` }
	return map[string][]byte{
		"layers without anything":  set("layers", list("{}")),
		"layers":                   set("layers", list(layer(`,"numbers":{"rate":0}`))),
		"layers inside":            set("layers", "["+layer(`,"layers":`+list(layer("")))+"]"),
		"numbers":                  set("layers", "["+layer(`,"numbers":{`+numbered(`"%x":1,`)+"}")+"]"),
		"classes without names":    set("classes", list(`""`)),
		"classes":                  set("classes", "["+numbered(`"%x",`)+"]"),
		"features":                 set("features", "["+numbered(`"%x",`)+"]"),
		"texts of others":          altered(t, classifier(t), func(f *safetensors.File) { many(t, numbered(`"%x":"",`), &f.Metadata) }),
		"texts of a run":           altered(t, classifier(t), func(f *safetensors.File) { many(t, numbered(`"training.%x":"",`), &f.Metadata) }),
		"groups":                   set("training.run", `{"rows":1,"steps":1,"epoch_steps":1,"optimizer":"sgd","callbacks":0,"groups":{`+numbered(`"%x":"",`)+"}}"),
		"callbacks":                set("training.run", `{"rows":1,"steps":1,"epoch_steps":1,"optimizer":"sgd","callbacks":2000000000}`),
		"tensors of a run":         altered(t, classifier(t), func(f *safetensors.File) { f.Tensors = append(f.Tensors, empty("training.", n)...) }),
		"tensors of nothing known": altered(t, classifier(t), func(f *safetensors.File) { f.Tensors = append(f.Tensors, empty("", n)...) }),
	}
}

// many adds members of an object to some metadata.
func many(t testing.TB, members string, metadata *map[string]string) {
	t.Helper()
	if err := json.Unmarshal([]byte("{"+members+"}"), metadata); err != nil {
		t.Fatal(err)
	}
}

// empty returns tensors whose descriptions take about n bytes.
func empty(prefix string, n int) []safetensors.Tensor {
	const each = 60
	tensors := make([]safetensors.Tensor, n/(each+len(prefix)))
	for i := range tensors {
		tensors[i] = safetensors.Float64Tensor(fmt.Sprintf("%s%x", prefix, i), nil, 0)
	}
	return tensors
}

// What a file costs is in proportion to its size, whatever is in it.
func TestLoadOfBombs(t *testing.T) {
	for name, file := range bombs(t, 2_000_000) {
		var err error
		n := allocated(func() { _, _, err = mlp.ReadCheckpoint(bytes.NewReader(file)) })
		t.Logf("%s: %.1f times its size allocated, %v", name, float64(n)/float64(len(file)), err)
		if n > 10*uint64(len(file))+2<<20 {
			t.Errorf("%s: %d bytes allocated for %d", name, n, len(file))
		}
		if err == nil || len(err.Error()) > 1000 {
			t.Errorf("%s: %.200v", name, err)
		}
	}
}

func BenchmarkLoadOfBombs(b *testing.B) {
	for name, file := range bombs(b, 1_000_000) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			for b.Loop() {
				mlp.ReadCheckpoint(bytes.NewReader(file))
			}
		})
	}
}
