package mlptest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// recorder is a testing.TB that records what is reported to it.
type recorder struct {
	testing.TB
	reports []string
}

func (r *recorder) Helper()                           {}
func (r *recorder) Error(args ...any)                 { r.reports = append(r.reports, fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) { r.Error(fmt.Sprintf(format, args...)) }
func (r *recorder) Fatal(args ...any)                 { r.Error(args...); runtime.Goexit() }
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...); runtime.Goexit() }

// reports returns what check reports about a faulty implementation.
func reports(check func(t testing.TB)) []string {
	var r recorder
	done := make(chan struct{})
	go func() {
		defer close(done)
		check(&r)
	}()
	<-done
	return r.reports
}

// expect checks that one of the reports contains want.
func expect(t *testing.T, got []string, want string) {
	t.Helper()
	for _, s := range got {
		if strings.Contains(s, want) {
			return
		}
	}
	t.Errorf("no report with %q among %q", want, got)
}
