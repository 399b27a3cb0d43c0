package mlp

import (
	"fmt"
	"strconv"
	"strings"

	"example.com/mlp/internal/quote"
)

// byName returns the entry of table with the given name.
func byName[T interface{ Name() string }](op, kind string, table []T, name string) (T, error) {
	names := make([]string, len(table))
	for i, v := range table {
		if v.Name() == name {
			return v, nil
		}
		names[i] = v.Name()
	}
	var none T
	return none, fmt.Errorf("mlp: %s: unknown %s %s, have %q", op, kind, quote.Text(name), names)
}

// cutParameter splits a name such as "huber(0.5)" into "huber(" and 0.5. The
// prefix may contain more: "label_smoothing(binary_cross_entropy,".
func cutParameter(name string) (prefix string, param float64, ok bool) {
	name, closed := strings.CutSuffix(name, ")")
	i := strings.LastIndexAny(name, "(,") + 1
	param, err := strconv.ParseFloat(name[i:], 64)
	return name[:i], param, closed && i > 0 && err == nil
}
