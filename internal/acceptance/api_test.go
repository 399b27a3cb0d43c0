package acceptance_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// moduleRoot is the root folder of the module.
const moduleRoot = "../.."

var writeAPI = flag.Bool("write-api", false, "write testdata/api.txt")

// Every exported name of the module is listed in a file, so that none changes
// unnoticed.
func TestAPI(t *testing.T) {
	const file = moduleRoot + "/testdata/api.txt"
	var got bytes.Buffer
	for _, folder := range publicPackages(t) {
		writePackage(t, &got, folder)
	}
	if *writeAPI {
		if err := os.WriteFile(file, got.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, now := strings.Split(strings.ReplaceAll(string(want), "\r\n", "\n"), "\n"), strings.Split(got.String(), "\n")
	for _, line := range before {
		if !slices.Contains(now, line) {
			t.Errorf("no longer there: %s", line)
		}
	}
	for _, line := range now {
		if !slices.Contains(before, line) {
			t.Errorf("not in %s: %s", file, line)
		}
	}
	if t.Failed() {
		t.Log("where that is wanted: go test ./internal/acceptance -run TestAPI -write-api")
	}
}

// publicPackages returns the folders of the packages that other modules can
// import, sorted.
func publicPackages(t *testing.T) []string {
	t.Helper()
	var folders []string
	err := filepath.WalkDir(moduleRoot, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		name := d.Name()
		if name == "internal" || name == "testdata" || path != moduleRoot && strings.HasPrefix(name, ".") {
			return filepath.SkipDir
		}
		if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && path != moduleRoot {
			return filepath.SkipDir // a module of its own
		}
		if p, err := build.ImportDir(path, 0); err == nil && p.Name != "main" {
			folders = append(folders, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return folders
}

// writePackage writes a line for each exported name of a package.
func writePackage(t *testing.T, w *bytes.Buffer, folder string) {
	t.Helper()
	pkg, err := build.ImportDir(folder, 0)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range pkg.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(folder, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	d, err := doc.NewFromFiles(fset, files, filepath.ToSlash(folder))
	if err != nil {
		t.Fatal(err)
	}
	a := api{w: w, fset: fset, pkg: d.Name}
	a.values(d.Consts)
	a.values(d.Vars)
	a.funcs(d.Funcs)
	for _, typ := range d.Types {
		a.typ(typ)
	}
}

// api writes the exported names of a package.
type api struct {
	w    *bytes.Buffer
	fset *token.FileSet
	pkg  string
}

func (a *api) line(format string, args ...any) {
	fmt.Fprintf(a.w, "%s: %s\n", a.pkg, fmt.Sprintf(format, args...))
}

// text returns a piece of source in one line.
func (a *api) text(node any) string {
	var b strings.Builder
	printer.Fprint(&b, a.fset, node)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (a *api) values(values []*doc.Value) {
	for _, v := range values {
		for _, s := range v.Decl.Specs {
			s := s.(*ast.ValueSpec)
			for _, name := range s.Names {
				if !name.IsExported() {
					continue
				}
				typ := ""
				if s.Type != nil {
					typ = " " + a.text(s.Type)
				}
				a.line("%v %s%s", v.Decl.Tok, name.Name, typ)
			}
		}
	}
}

func (a *api) funcs(funcs []*doc.Func) {
	for _, f := range funcs {
		decl := *f.Decl
		decl.Doc, decl.Body = nil, nil
		if f.Level > 0 && f.Recv != "" { // promoted from an embedded type
			a.line("func (%s) %s", f.Recv, strings.TrimPrefix(a.text(&ast.FuncDecl{Name: decl.Name, Type: decl.Type}), "func "))
			continue
		}
		a.line("%s", a.text(&decl))
	}
}

func (a *api) typ(typ *doc.Type) {
	spec := typ.Decl.Specs[0].(*ast.TypeSpec)
	head := "type " + a.text(&ast.TypeSpec{Name: spec.Name, TypeParams: spec.TypeParams, Assign: spec.Assign, Type: &ast.Ident{}})
	switch t := spec.Type.(type) {
	case *ast.StructType:
		a.line("%s struct", strings.TrimSpace(head))
		a.fields("field", spec.Name.Name, t.Fields)
	case *ast.InterfaceType:
		a.line("%s interface", strings.TrimSpace(head))
		a.fields("method", spec.Name.Name, t.Methods)
	default:
		a.line("%s %s", strings.TrimSpace(head), a.text(spec.Type))
	}
	a.values(typ.Consts)
	a.values(typ.Vars)
	a.funcs(typ.Funcs)
	a.funcs(typ.Methods)
}

// fields writes the exported fields of a struct or methods of an interface. go/doc has removed the others.
func (a *api) fields(what, typ string, list *ast.FieldList) {
	for _, f := range list.List {
		text := a.text(f.Type)
		if what == "method" {
			text = strings.TrimPrefix(text, "func")
		}
		if len(f.Names) == 0 {
			a.line("%s %s embeds %s", what, typ, text)
		}
		for _, name := range f.Names {
			sep := " "
			if what == "method" {
				sep = ""
			}
			a.line("%s %s.%s%s%s", what, typ, name.Name, sep, text)
		}
	}
}
