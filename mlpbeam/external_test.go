package mlpbeam

import (
	"flag"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

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
		self, "-inside", dir, "-test.v", "-test.timeout", "5m", "-test.run", "^Test(ScoreFilesIsPredict|ScoreIsPredict|SearchIsRun|SummarizeIsSummary|AverageIsALoop|WriteShards)$",
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
		if err := cmd.Start(); err != nil {
			log.Fatal(err)
		}
	}
}
