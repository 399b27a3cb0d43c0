package mlpbeam

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

// construct calls build with a scope of its own. The transforms of Beam report
// mistakes by panics, which become errors here.
func construct(op string, s beam.Scope, build func(s beam.Scope) error) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case runtime.Error:
			panic(r)
		default:
			err = fmt.Errorf("mlpbeam: %s: %s", op, strings.TrimSpace(fmt.Sprint(r)))
		}
	}()
	if !s.IsValid() {
		err = errors.New("the scope is the zero Scope, beam.NewPipelineWithRoot makes one")
	} else {
		err = build(s.Scope("mlpbeam." + op))
	}
	if err != nil {
		return fmt.Errorf("mlpbeam: %s: %w", op, err)
	}
	return nil
}
