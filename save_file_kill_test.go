//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package mlp_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/mlp"
)

// savesForTest saves to a path, ceaselessly or half, in a process that saver
// has started, and returns false in any other.
func savesForTest(t *testing.T) bool {
	path, how := os.Getenv("MLP_SAVE"), os.Getenv("MLP_SAVE_HOW")
	if path == "" {
		return false
	}
	net := binaryNet(t)
	if how == "half" {
		mlp.ReplaceFile(path, func(w io.Writer) error {
			w.Write(make([]byte, 1<<20))
			fmt.Println("half")
			time.Sleep(time.Hour)
			return nil
		})
	}
	for range 200 {
		if err := mlp.SaveFile(path, net); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	return true
}

// saver starts a process that saves to path: the test that calls it, which asks
// savesForTest first.
func saver(t *testing.T, path, how string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	c.Env = append(os.Environ(), "MLP_SAVE="+path, "MLP_SAVE_HOW="+how)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	err = c.Start()
	if errors.Is(err, syscall.ENOEXEC) {
		t.Skip("an emulated program cannot start itself")
	}
	if err != nil {
		t.Fatal(err)
	}
	return c, bufio.NewReader(out)
}

// What a process that is killed leaves behind is gone after the next call, and
// what one that lives is writing is left alone.
func TestSaveFileAfterKill(t *testing.T) {
	if savesForTest(t) {
		return
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "net.mlp")
	var savers []*exec.Cmd
	for range 3 { // at the same time, so that each has a file of its own
		c, out := saver(t, path, "half")
		defer c.Process.Kill()
		if line, err := out.ReadString('\n'); line != "half\n" {
			t.Fatalf("%q, %v", line, err)
		}
		savers = append(savers, c)
	}
	files := func() int {
		t.Helper()
		if err := mlp.SaveFile(path, binaryNet(t)); err != nil {
			t.Fatal(err)
		}
		if _, err := mlp.LoadFile(path); err != nil {
			t.Error(err)
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	if n := files(); n != 4 {
		t.Errorf("%d files while three savers live", n)
	}
	for i := range savers { // the last one first, then the two others at once
		if i == 1 {
			continue
		}
		for _, c := range [][]*exec.Cmd{savers[2:], nil, savers[:2]}[i] {
			c.Process.Kill()
			c.Wait()
		}
		if n, want := files(), []int{3, 0, 1}[i]; n != want {
			t.Errorf("%d files, want %d", n, want)
		}
	}
	onlyFile(t, folder, "net.mlp")
}

// Processes and goroutines that save to one path at once, some of which are
// killed, leave a whole file and no other.
func TestSaveFileByMany(t *testing.T) {
	if savesForTest(t) {
		return
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "net.mlp")
	net := binaryNet(t)
	if err := mlp.SaveFile(path, net); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 4 {
		c, out := saver(t, path, "ceaselessly")
		all.Go(func() {
			if i%2 == 0 {
				for range 5 {
					if err := mlp.SaveFile(path, net); err != nil {
						t.Error(err)
					}
				}
				c.Process.Kill()
				c.Wait()
				return
			}
			text, _ := io.ReadAll(out)
			if err := c.Wait(); err != nil {
				t.Errorf("%v: %s", err, text)
			}
		})
		all.Go(func() {
			for range 50 {
				if _, err := mlp.LoadFile(path); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if err := mlp.SaveFile(path, net); err != nil {
		t.Fatal(err)
	}
	onlyFile(t, folder, "net.mlp")
}

// A link is followed, wherever it leads, and stays.
func TestSaveFileThroughLinks(t *testing.T) {
	net := binaryNet(t)
	for name, c := range map[string]struct{ link, target, file string }{
		"there":              {"link", "old", "old"},
		"not there yet":      {"link", "new", "new"},
		"in another folder":  {"link", "deep/er/new", "deep/er/new"},
		"upwards":            {"deep/link", "../new", "new"},
		"through a link":     {"short/link", "../new", "deep/new"},
		"a link to a link":   {"link", "second", "deep/new"},
		"through and back":   {"link", "short/../new", "deep/new"},
		"absolute":           {"link", "/deep/new", "deep/new"},
		"with a blank, ä":    {"link", "ä ", "ä "},
		"beside of the path": {"deep/er/link", "new", "deep/er/new"},
	} {
		folder := t.TempDir()
		in := func(path string) string { return filepath.Join(folder, filepath.FromSlash(path)) }
		target := c.target
		if filepath.IsAbs(target) {
			target = folder + target
		}
		for _, err := range []error{
			os.MkdirAll(in("deep/er"), 0o777), os.Symlink("deep/er", in("short")), os.Symlink("deep/third", in("second")), os.Symlink("new", in("deep/third")),
			os.WriteFile(in("old"), nil, 0o666), os.Symlink(target, in(c.link)),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := mlp.SaveFile(folder+"/"+c.link, net); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if info, err := os.Lstat(in(c.link)); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("%s: the link has become %v, %v", name, info, err)
		}
		if info, err := os.Lstat(in(c.file)); err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
			t.Errorf("%s: %s is %v, %v", name, c.file, info, err)
		}
		if _, err := mlp.LoadFile(in(c.link)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	folder := t.TempDir()
	loop := filepath.Join(folder, "loop")
	if err := os.Symlink("loop", loop); err != nil {
		t.Fatal(err)
	}
	if err := mlp.SaveFile(loop, net); err == nil || !strings.HasSuffix(err.Error(), "loop: more than 40 symbolic links") {
		t.Errorf("got %v", err)
	}
	onlyFile(t, folder, "loop")
}

// Every name is one for a network.
func TestSaveFileNames(t *testing.T) {
	net := binaryNet(t)
	for _, name := range []string{
		strings.Repeat("a", 255), strings.Repeat("ä", 127) + "a", strings.Repeat("a", 250), ".hidden", "..two", "...", " ", "end ", "end.", "-", "*", "a\nb", "a\\b", "%d%s", ".mlp-0-0.tmp", "\xff",
	} {
		folder := t.TempDir()
		path := folder + "/" + name
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Logf("%q is no name here: %v", name, err)
			continue
		}
		for range 2 {
			if err := mlp.SaveFile(path, net); err != nil {
				t.Errorf("%q: %v", name, err)
			}
			onlyFile(t, folder, name)
			if _, err := mlp.LoadFile(path); err != nil {
				t.Errorf("%q: %v", name, err)
			}
			os.Remove(path)
		}
	}
	t.Chdir(t.TempDir())
	if err := mlp.SaveFile("here", net); err != nil {
		t.Error(err)
	}
	onlyFile(t, ".", "here")
	for path, want := range map[string]error{strings.Repeat("a", 256): syscall.ENAMETOOLONG, "": syscall.ENOENT, "missing/": syscall.ENOENT} {
		if err := mlp.SaveFile(path, net); err == nil || !strings.HasSuffix(err.Error(), want.Error()) {
			t.Errorf("%.10q: %v, want %v", path, err, want)
		}
	}
	onlyFile(t, ".", "here")
}

// The owner and the group of a file that is replaced are kept, with its
// permissions.
func TestSaveFileOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("root alone may give files away")
	}
	for _, perm := range []os.FileMode{0o600, 0o640, 0o444, 0o777} {
		path := filepath.Join(t.TempDir(), "net.mlp")
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(path, 65534, 1234); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, perm); err != nil {
			t.Fatal(err)
		}
		if err := mlp.SaveFile(path, binaryNet(t)); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if s := info.Sys().(*syscall.Stat_t); s.Uid != 65534 || s.Gid != 1234 || info.Mode() != perm {
			t.Errorf("%v %d:%d, want %v 65534:1234", info.Mode(), s.Uid, s.Gid, perm)
		}
	}
}

// A file that is not a leftover is not taken for one: one that somebody else has
// put where the next call writes, or a link there.
func TestSaveFileBesideOthers(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "net.mlp")
	var beside string
	if err := mlp.ReplaceFile(path, func(io.Writer) error {
		entries, err := os.ReadDir(folder)
		beside = filepath.Join(folder, entries[0].Name())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	precious := filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(precious, []byte("gold"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(precious, beside); err != nil {
		t.Fatal(err)
	}
	if err := mlp.SaveFile(path, binaryNet(t)); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(precious); err != nil || !bytes.Equal(b, []byte("gold")) {
		t.Errorf("%q, %v", b, err)
	}
	if err := os.Remove(beside); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(beside, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := mlp.SaveFile(path, binaryNet(t)); err != nil { // and does not wait for a reader
		t.Error(err)
	}
}

// A file left behind a gap in the numbers is removed, too.
func TestSaveFileRemovesBehindGaps(t *testing.T) {
	folder := t.TempDir()
	hash := sha256.Sum256([]byte("net.mlp"))
	left := filepath.Join(folder, fmt.Sprintf(".mlp-%x-4.tmp", hash[:8]))
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := mlp.SaveFile(filepath.Join(folder, "net.mlp"), binaryNet(t)); err != nil {
		t.Fatal(err)
	}
	onlyFile(t, folder, "net.mlp")
}
