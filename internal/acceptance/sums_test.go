package acceptance_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// reorderedSums are the functions of gonum that add in an order of their own:
// with assembly, on amd64, in another one than without. "*" is all of a package.
var reorderedSums = map[string][]string{
	"gonum.org/v1/gonum/blas/blas64": {"Asum", "Dot", "Gemm", "Gemv", "Nrm2"},
	"gonum.org/v1/gonum/floats":      {"CumSum", "Distance", "Dot", "LogSumExp", "Norm", "Sum", "SumCompensated"},
	"gonum.org/v1/gonum/mat":         {"Cond", "Det", "Dot", "Inner", "LogDet", "Norm", "Sum", "Trace"},
	"gonum.org/v1/gonum/stat":        {"*"},
}

// sumExceptions are the calls of them that there are, each with a reason.
var sumExceptions = map[string]string{
	"mlptest/activation.go: floats.Dot": "compared with a tolerance and not shown",
	"mlptest/layer.go: mat.Sum":         "compared with a tolerance and not shown",
}

// Sums that show are added in one order, by a loop or by internal/compensated,
// so that they have the same bits everywhere.
func TestSumsAreAddedInOneOrder(t *testing.T) {
	used := make(map[string]bool)
	err := filepath.WalkDir(moduleRoot, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, err := os.Stat(filepath.Join(name, "go.mod"))
			if name != moduleRoot && err == nil || d.Name() == "testdata" || d.Name() == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		within, err := filepath.Rel(moduleRoot, name)
		if err != nil {
			return err
		}
		for pos, call := range reorderedIn(file) {
			call = filepath.ToSlash(within) + ": " + call
			used[call] = true
			if sumExceptions[call] == "" {
				t.Errorf("%s: a sum in gonum's order: use a loop, internal/compensated or internal/moments", fset.Position(pos))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for call := range sumExceptions {
		if !used[call] {
			t.Errorf("%s is no longer there: remove it from the exceptions", call)
		}
	}
}

// reorderedIn returns where a file refers to functions of reorderedSums. A norm
// that is a maximum adds nothing.
func reorderedIn(file *ast.File) map[token.Pos]string {
	packages := make(map[string]string) // paths by name in the file
	for _, spec := range file.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		packages[name] = imported
	}
	found := make(map[token.Pos]string)
	maxima := make(map[ast.Expr]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if len(n.Args) > 0 && isInf(n.Args[len(n.Args)-1]) {
				maxima[n.Fun] = true
			}
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if !ok || maxima[n] {
				break
			}
			if names := reorderedSums[packages[x.Name]]; slices.Contains(names, n.Sel.Name) || slices.Contains(names, "*") {
				found[n.Pos()] = path.Base(packages[x.Name]) + "." + n.Sel.Name
			}
		}
		return true
	})
	return found
}

// isInf reports whether an expression is math.Inf(1).
func isInf(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	s, ok := call.Fun.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "Inf"
}
