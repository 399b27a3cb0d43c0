//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package mlp

import (
	"io/fs"
	"os"
	"syscall"
)

// The file that is being written is locked for as long as it has its temporary
// name. The system unlocks it when the program ends, however it does, and so
// tells what is abandoned. Who has the lock alone renames the file or removes
// it.

// hold locks a file that has just been created. It reports whether it is still
// there: another program may have taken it for abandoned before it was locked.
func hold(f *os.File) bool {
	err := lock(f)
	return err != syscall.EWOULDBLOCK && hasName(f) // a system without locks takes nothing for abandoned
}

func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// hasName reports whether f is the file of its name.
func hasName(f *os.File) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(f.Name())
	return err == nil && os.SameFile(opened, named)
}

// removeAbandoned removes a file that nobody writes any more. It reports whether
// it has.
func removeAbandoned(name string) bool {
	f, err := os.OpenFile(name, os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return lock(f) == nil && hasName(f) && os.Remove(name) == nil
}

// place moves f, which is on the disk, to path and closes it, or does neither.
func place(f *os.File, path string) error {
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	f.Close()
	return nil
}

// removeOpen removes f and closes it.
func removeOpen(f *os.File) {
	os.Remove(f.Name())
	f.Close()
}

// keepOwner gives f the owner and the group of a file as far as the system
// allows it.
func keepOwner(f *os.File, of fs.FileInfo) {
	info, err := f.Stat()
	if err != nil {
		return
	}
	have, ok1 := info.Sys().(*syscall.Stat_t)
	want, ok2 := of.Sys().(*syscall.Stat_t)
	if !ok1 || !ok2 || have.Uid == want.Uid && have.Gid == want.Gid {
		return
	}
	if f.Chown(int(want.Uid), int(want.Gid)) != nil {
		f.Chown(-1, int(want.Gid))
	}
}
