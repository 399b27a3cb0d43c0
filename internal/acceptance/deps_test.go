package acceptance_test

import (
	"os/exec"
	"strings"
	"testing"
)

// The root package depends only on gonum and the standard library.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "example.com/mlp").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	packages := strings.Fields(string(out))
	if len(packages) < 3 {
		t.Fatalf("go list names %q only", packages)
	}
	for _, p := range packages {
		ok := strings.HasPrefix(p, "gonum.org/v1/gonum/") || strings.HasPrefix(p, "golang.org/x/sys/cpu") ||
			p == "example.com/mlp" || strings.HasPrefix(p, "example.com/mlp/internal/")
		if !ok {
			t.Errorf("the root package depends on %s", p)
		}
	}
}

// Who only judges or answers is not linked with what draws.
func TestDatasetDrawsNothing(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "example.com/mlp/dataset").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	for _, p := range strings.Fields(string(out)) {
		if strings.HasPrefix(p, "gonum.org/v1/plot") || p == "html/template" || p == "example.com/mlp/plots" || p == "example.com/mlp/report" {
			t.Errorf("dataset depends on %s", p)
		}
	}
}

// What only modules of their own need is not in the list of this one.
func TestModules(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "all").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	if !strings.Contains(string(out), "gonum.org/v1/gonum ") {
		t.Fatalf("go list names no gonum:\n%s", out)
	}
	for _, m := range []string{"github.com/apache/beam", "github.com/parquet-go", "modernc.org/sqlite", "google.golang.org/grpc "} {
		if strings.Contains(string(out), m) {
			t.Errorf("%s is a requirement of this module", m)
		}
	}
}
