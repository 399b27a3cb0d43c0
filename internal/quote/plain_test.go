package quote

import (
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	ones, umlauts := strings.Repeat("1", 100), strings.Repeat("ä", 50)
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"-1e5", "-1e5"},
		{ones, ones},
		{ones + "1", ones + "... (101 bytes)"},
		{umlauts + "ä", umlauts + "... (102 bytes)"},
		{"a" + umlauts, "a" + umlauts[:98] + "... (101 bytes)"},
	} {
		if got := Plain(c.text); got != c.want {
			t.Errorf("%.20q: %s, want %s", c.text, got, c.want)
		}
	}
}
