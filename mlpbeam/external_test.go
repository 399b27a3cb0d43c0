package mlpbeam

import (
	"context"
	"flag"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
)

func init() { filesystem.Register("deadly", newDeadlyFS) }

var (
	fourProcesses = flag.Bool("four_processes", false, "run tests with a job server, a worker pool and workers of their own as well")
	inside        = flag.String("inside", "", "folder of the job server and of the worker pool, to start before the tests")
)

// The same tests, with workers that are other processes: prism as a server for
// jobs, Beam's pool of workers, and what that starts. The pool listens on port 50000
// of all interfaces and leaves workers behind, so all of them run in a network and a
// list of processes of their own, which end with the tests.
func TestFourProcesses(t *testing.T) {
	if !*fourProcesses {
		t.Skip("it builds two more programs of Beam and needs unshare and ip of Linux: -four_processes")
	}
	dir := t.TempDir()
	for name, path := range map[string]string{"prism": "cmd/prism", "pool": "container"} {
		out, err := exec.Command("go", "build", "-o", filepath.Join(dir, name), "github.com/apache/beam/sdks/v2/go/"+path).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	self, err := os.Executable()
	check(t, err)
	cmd := exec.CommandContext(t.Context(), "unshare", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
		self, "-inside", dir, "-test.v", "-test.timeout", "5m", "-test.run", "^Test(ScoreFilesIsPredict|ScoreIsPredict|SearchIsRun|SummarizeIsSummary|AverageIsALoop|WriteShards|KilledWorker)$",
		"--runner=universal", "--worker_binary="+self, "--endpoint=localhost:8073", "--environment_type=EXTERNAL", "--environment_config=localhost:50000")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	check(t, err)
}

// startServers starts the job server and the pool, which end with this process.
func startServers(dir string) {
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		log.Fatalf("%v: %s", err, out)
	}
	for _, cmd := range []*exec.Cmd{
		exec.Command(filepath.Join(dir, "prism"), "--job_port=8073", "--serve_http=false"),
		exec.Command(filepath.Join(dir, "pool"), "--worker_pool"),
	} {
		cmd.Dir = dir // where the pool leaves a file
		if err := cmd.Start(); err != nil {
			log.Fatal(err)
		}
	}
}

// A worker that ends in the middle of a file leaves none of its name, and the same
// run again writes it.
func TestKilledWorker(t *testing.T) {
	if *inside == "" {
		t.Skip("it ends a worker, which is a process of its own with -four_processes alone")
	}
	model, file := newModel(t)
	in, out := t.TempDir(), t.TempDir()
	lines := rows(500)
	write(t, filepath.Join(in, "x.csv"), strings.Join(append([]string{strings.Join(rowHeader, ",")}, lines...), "\n"))
	write(t, filepath.Join(out, deadline), "")
	opts := ScoreOptions{Keep: []string{"id", "port"}}
	_, _, err := scoreFiles(t, file, in+"/*.csv", "deadly://"+out, opts)
	if err == nil {
		t.Fatal("no error")
	}
	left := files(t, out)
	if len(left) != 1 || !strings.HasPrefix(left[0], "x.csv.") || !strings.HasSuffix(left[0], ".part") {
		t.Fatalf("%q are left after %v", left, err)
	}
	_, _, err = scoreFiles(t, file, in+"/*.csv", "deadly://"+out, opts)
	check(t, err)
	check(t, os.Remove(filepath.Join(out, left[0])))
	wantScored(t, model, out, map[string][]string{"x.csv": lines})
}

// deadline is the name of a file beside which the process that writes ends, once.
const deadline = "deadline"

// deadlyFS is the local file system for names such as deadly:///tmp/x.
type deadlyFS struct{ filesystem.Interface }

func newDeadlyFS(ctx context.Context) filesystem.Interface { return deadlyFS{local.New(ctx)} }

func undeadly(name string) string { return strings.TrimPrefix(name, "deadly://") }

func (f deadlyFS) OpenWrite(ctx context.Context, name string) (io.WriteCloser, error) {
	w, err := f.Interface.OpenWrite(ctx, undeadly(name))
	return deadlyWriter{w, filepath.Join(filepath.Dir(undeadly(name)), deadline)}, err
}

func (deadlyFS) Rename(_ context.Context, from, to string) error {
	return os.Rename(undeadly(from), undeadly(to))
}

type deadlyWriter struct {
	io.WriteCloser
	deadline string
}

func (w deadlyWriter) Write(b []byte) (int, error) {
	n, err := w.WriteCloser.Write(b)
	if os.Remove(w.deadline) == nil {
		os.Exit(9)
	}
	return n, err
}
