package quote

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	as, umlauts := strings.Repeat("a", 100), strings.Repeat("ä", 100)
	for _, c := range []struct{ text, want string }{
		{"", `""`},
		{"a\n", `"a\n"`},
		{as, `"` + as + `"`},
		{as + "b", `"` + as + `"... (101 bytes)`},
		{umlauts, `"` + umlauts + `"`},
		{umlauts[:120], `"` + umlauts[:120] + `"`},
		{umlauts + "x", `"` + umlauts + `"... (201 bytes)`},
		{umlauts[:199], `"` + umlauts[:198] + `\xc3"`},
		{strings.Repeat("\xff", 101), `"` + strings.Repeat(`\xff`, 100) + `"... (101 bytes)`},
		{strings.Repeat("a", 1<<20), `"` + as + `"... (1048576 bytes)`},
	} {
		if got := Text(c.text); got != c.want {
			t.Errorf("%.20q: %s, want %s", c.text, got, c.want)
		}
	}
}
