package quote

import (
	"fmt"
	"strings"
)

// List returns the texts in quotes, each as by Text, as %q does. Of more than
// fifty it shows the first ones and says how many there are.
func List(texts []string) string {
	const most = 50
	quoted := make([]string, min(most, len(texts)))
	for i := range quoted {
		quoted[i] = Text(texts[i])
	}
	list := "[" + strings.Join(quoted, " ")
	if len(texts) > most {
		return fmt.Sprintf("%s ...] (%d texts)", list, len(texts))
	}
	return list + "]"
}
