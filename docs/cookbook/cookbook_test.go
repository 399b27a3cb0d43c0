package cookbook

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/mlp/internal/testkit"
)

var writePage = flag.Bool("write-page", false, "write the programs and what they print to ../cookbook.md")

// section has the folder of a program, its text and what it prints.
var section = regexp.MustCompile("(?s)(\\[main\\.go\\]\\(([\\w./]+)/main\\.go\\).*?```go\n)(.*?)(```\n.*?```console\n)(.*?)```")

// The page shows each program and what it prints. The programs run in the order of
// the page and in one folder, as some read what others have written. What one of
// another module prints is what the page of the examples says, which its own test
// checks.
func TestPage(t *testing.T) {
	page := read(t, "../cookbook.md")
	var names []string
	for _, s := range section.FindAllStringSubmatch(page, -1) {
		if name, ok := strings.CutPrefix(s[2], "cookbook/"); ok {
			names = append(names, name)
		}
	}
	for _, name := range programs(t) {
		if !slices.Contains(names, name) {
			t.Errorf("the page does not show %s", name)
		}
	}
	c := newConsole(t, names)
	written := section.ReplaceAllStringFunc(page, func(text string) string {
		s := section.FindStringSubmatch(text)
		program, printed := read(t, "../"+s[2]+"/main.go"), s[5]
		if strings.HasPrefix(s[2], "cookbook/") {
			printed = c.run(s[5])
		} else if !strings.Contains(read(t, "../../examples/README.md"), printed) {
			t.Errorf("examples/README.md does not have\n%s", printed)
		}
		if !*writePage && program != s[3] {
			t.Errorf("%s/main.go is another program than that of the page", s[2])
		}
		if !*writePage && testkit.WithoutTimes(printed) != testkit.WithoutTimes(s[5]) {
			t.Errorf("%s prints\n%s\nthe page says\n%s", s[2], printed, s[5])
		}
		return s[1] + program + s[4] + printed + "```"
	})
	if *writePage {
		if err := os.WriteFile("../cookbook.md", []byte(written), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// A screen is enough for each program, with all errors taken care of.
func TestLines(t *testing.T) {
	most := map[string]int{"serve": 60, "regression": 50, "../../examples/sql": 50, "own": 70}
	for _, folder := range append(programs(t), "../../examples/sql") {
		_, program, _ := strings.Cut(read(t, folder+"/main.go"), "\npackage main\n")
		limit := cmp.Or(most[folder], 80)
		if lines := 1 + strings.Count(program, "\n"); lines > limit {
			t.Errorf("%s has %d lines, want at most %d", folder, lines, limit)
		}
	}
}

// The prices of houses are those of an example.
func TestDataSets(t *testing.T) {
	if read(t, "houses.csv.gz") != read(t, "../../examples/tables/california.csv.gz") {
		t.Error("houses.csv.gz differs from examples/tables/california.csv.gz")
	}
}

func programs(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*/main.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	for i, file := range files {
		files[i] = filepath.Dir(file)
	}
	return files
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A console runs the commands of the page.
type console struct {
	t        *testing.T
	bin, dir string // the programs, and the folder that they run in
	addr     string // of the server, once it runs
}

// newConsole builds the programs, and copies the data to an empty folder.
func newConsole(t *testing.T, programs []string) *console {
	t.Helper()
	c := &console{t: t, bin: t.TempDir(), dir: t.TempDir()}
	args := []string{"build", "-o", c.bin + string(filepath.Separator)}
	for _, name := range programs {
		args = append(args, "./"+name)
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, name := range []string{"penguins.csv", "houses.csv.gz", "new.jsonl"} {
		if err := os.WriteFile(filepath.Join(c.dir, name), []byte(read(t, name)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

var (
	goRun = regexp.MustCompile(`^\$ go run \./(\w+)(?: < (\S+))?( &)?$`)
	curl  = regexp.MustCompile(`^\$ curl -d '(.*)' localhost:8080(/\w+)$`)
)

// run returns the commands in a text of commands and what they print, with what
// they print now.
func (c *console) run(text string) string {
	c.t.Helper()
	var shown strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "$ ") {
			continue
		}
		shown.WriteString(line)
		line = strings.TrimSpace(line)
		if m := curl.FindStringSubmatch(line); m != nil {
			shown.WriteString(c.post(m[2], m[1]) + "\n")
			continue
		}
		m := goRun.FindStringSubmatch(line)
		if m == nil {
			c.t.Fatalf("the page has a command that is not known here: %s", line)
		}
		p := exec.Command(filepath.Join(c.bin, m[1]))
		p.Dir = c.dir
		if m[2] != "" {
			p.Stdin = strings.NewReader(read(c.t, m[2]))
		}
		if m[3] != "" {
			shown.WriteString(c.serve(p))
			continue
		}
		var failed bytes.Buffer
		p.Stderr = &failed
		out, err := p.Output()
		if err != nil {
			c.t.Fatalf("%s: %v: %s", line, err, &failed)
		}
		shown.Write(out)
	}
	return shown.String()
}

// serve starts a server on a free port and returns what it prints until it
// listens.
func (c *console) serve(p *exec.Cmd) string {
	c.t.Helper()
	free, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		c.t.Fatal(err)
	}
	c.addr = free.Addr().String()
	p.Args = append(p.Args, "-addr", c.addr)
	stdout, err1 := os.Create(filepath.Join(c.t.TempDir(), "stdout"))
	log, err2 := p.StderrPipe()
	p.Stdout = stdout
	if err := errors.Join(err1, err2, free.Close(), p.Start()); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		_ = p.Process.Kill()
		_ = p.Wait()
		_ = stdout.Close()
	})
	if line, err := bufio.NewReader(log).ReadString('\n'); err != nil || !strings.HasSuffix(line, "listening on http://"+c.addr+"\n") {
		c.t.Fatalf("the server says %q, %v", line, err)
	}
	return read(c.t, stdout.Name())
}

// post returns the answer of the server, which may have said that it listens a
// little before it does.
func (c *console) post(path, body string) string {
	c.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		response, err := http.Post("http://"+c.addr+path, "application/json", strings.NewReader(body))
		if errors.Is(err, syscall.ECONNREFUSED) && time.Now().Before(deadline) {
			continue
		}
		if err != nil {
			c.t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			c.t.Fatal(err)
		}
		return strings.TrimSpace(string(text))
	}
}
