package mlpbeam

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime"

	"example.com/mlp/internal/matrix"
)

// checkSent returns an error unless a value of the program can go to the workers,
// whose DoFn the function of this name registers.
func checkSent[DoFn, T any](v T, register string) error {
	key, ok := runtime.TypeKey(reflect.TypeFor[DoFn]())
	if ok {
		_, ok = runtime.LookupType(key)
	}
	if matrix.IsNil(v) {
		return fmt.Errorf("the %v is nil", reflect.TypeFor[T]())
	}
	if !ok {
		return fmt.Errorf("%T is not registered: call mlpbeam.%s in an init of the program", v, register)
	}
	_, err := encode(v)
	return err
}

// encode returns a value as JSON, which has to have all of it.
func encode[T any](v T) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	var back T
	if err := json.Unmarshal(text, &back); err != nil {
		return "", err
	}
	if !reflect.DeepEqual(v, back) {
		return "", fmt.Errorf("%+v comes back from JSON as %+v: its fields must be exported", v, back)
	}
	return string(text), nil
}
