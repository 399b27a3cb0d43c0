package safetensors

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// bombs are headers of about n bytes that would cost much more than that.
func bombs(n int) map[string]string {
	repeat := func(begin string, item func(i int) string, end string) string {
		var b strings.Builder
		b.WriteString(begin)
		for i := 0; b.Len() < n-len(end); i++ {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(item(i))
		}
		return b.String() + end
	}
	always := func(item string) func(int) string { return func(int) string { return item } }
	return map[string]string{
		"empty tensors": repeat("{", func(i int) string {
			return fmt.Sprintf(`"%x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`, i)
		}, "}"),
		"empty tensors that descend": repeat("{", func(i int) string {
			return fmt.Sprintf(`"%x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`, n-i)
		}, "}"),
		"axes":     repeat(`{"a":{"dtype":"U8","shape":[`, always("1"), `],"data_offsets":[0,1]}}`),
		"offsets":  repeat(`{"a":{"dtype":"U8","shape":[],"data_offsets":[`, always("0"), `]}}`),
		"names":    repeat("{", func(i int) string { return fmt.Sprintf(`"%x":0`, i) }, "}"),
		"metadata": repeat(`{"__metadata__":{`, func(i int) string { return fmt.Sprintf(`"%x":""`, i) }, "}}"),
		"a name":   `{"` + strings.Repeat("a", n) + `":0}`,
		"escapes":  `{"` + strings.Repeat(`\u0001`, n/6) + `":0}`,
		"brackets": strings.Repeat("{", n),
		"lists":    `{"a":` + strings.Repeat("[", n),
		"digits":   `{"a":{"dtype":"U8","shape":[` + strings.Repeat("1", n) + `]}}`,
	}
}

// What a header costs is in proportion to its size.
func TestBombs(t *testing.T) {
	for name, header := range bombs(2_000_000) {
		b := file(header, "")
		var err error
		n := allocated(func() { _, err = Read(bytes.NewReader(b)) })
		t.Logf("%s: %.1f times its size allocated, %v", name, float64(n)/float64(len(b)), err)
		if n > 10*uint64(len(b)) {
			t.Errorf("%s: %d bytes allocated for %d", name, n, len(b))
		}
		if err != nil && len(err.Error()) > 1000 {
			t.Errorf("%s: an error of %d bytes", name, len(err.Error()))
		}
	}
}

func BenchmarkBombs(b *testing.B) {
	for name, header := range bombs(1_000_000) {
		file := file(header, "")
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			for b.Loop() {
				Read(bytes.NewReader(file))
			}
		})
	}
}
