package quote

import (
	"slices"
	"strings"
	"testing"
)

func TestList(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  string
	}{
		{nil, "[]"},
		{[]string{"a", "b\n"}, `["a" "b\n"]`},
		{slices.Repeat([]string{"a"}, 50), `["a"` + strings.Repeat(` "a"`, 49) + "]"},
		{slices.Repeat([]string{"a"}, 51), `["a"` + strings.Repeat(` "a"`, 49) + " ...] (51 texts)"},
		{[]string{strings.Repeat("a", 101)}, `["` + strings.Repeat("a", 100) + `"... (101 bytes)]`},
	} {
		if got := List(c.texts); got != c.want {
			t.Errorf("%.50q: %s, want %s", c.texts, got, c.want)
		}
	}
}
