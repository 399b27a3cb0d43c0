package dataset

import (
	"fmt"
	"reflect"
	"slices"

	"example.com/mlp/internal/quote"
)

// enumName returns the name of a value of an enumeration.
func enumName[E ~int](names []string, e E) string {
	if e < 0 || int(e) >= len(names) {
		return fmt.Sprintf("%T(%d)", e, int(e))
	}
	return names[e]
}

func marshalEnum[E ~int](names []string, e E) ([]byte, error) {
	if e < 0 || int(e) >= len(names) {
		return nil, fmt.Errorf("dataset: %s.MarshalText: there is no value %d", reflect.TypeFor[E]().Name(), int(e))
	}
	return []byte(names[e]), nil
}

func unmarshalEnum[E ~int](names []string, e *E, text []byte) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("dataset: %s.UnmarshalText: %s is none of %s", reflect.TypeFor[E]().Name(), quote.Text(string(text)), quoteAll(names))
	}
	*e = E(i)
	return nil
}
