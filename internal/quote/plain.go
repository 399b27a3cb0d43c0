package quote

import (
	"fmt"
	"strings"
)

// Plain returns the text without quotes, such as a number. Of a text of more
// than 100 bytes it shows the first ones and says how many there are.
func Plain(text string) string {
	if len(text) <= most {
		return text
	}
	return fmt.Sprintf("%s... (%d bytes)", strings.ToValidUTF8(text[:most], ""), len(text))
}
