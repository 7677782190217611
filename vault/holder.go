package vault

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Holder is the process that holds a lock.
type Holder struct {
	// PID is 0 if it is not known.
	PID int
	// Program is the name of its executable file, "" if it is not known.
	Program string
	// Stopped means that it does not run until it is continued, as after Ctrl-Z;
	// only some systems report it.
	Stopped bool
}

// String is a name for a person.
func (h Holder) String() string {
	if h.PID == 0 {
		return "another program"
	}
	text := fmt.Sprintf("%s (process %d)", h.Program, h.PID)
	if h.Stopped {
		text += ", which is stopped"
	}
	return text
}

// HeldError means that a lock could not be had in time. It wraps [ErrHeld], and
// the context's error if that ended the wait.
type HeldError struct {
	Holder Holder
	cause  error
}

// Error implements error.
func (e *HeldError) Error() string { return "held by " + e.Holder.String() }

// Unwrap gives the sentinel and the cause.
func (e *HeldError) Unwrap() []error {
	if e.cause == nil {
		return []error{ErrHeld}
	}
	return []error{ErrHeld, e.cause}
}

// Code is that of [ErrHeld].
func (e *HeldError) Code() string { return ErrHeld.Code() }

const (
	// tellHolder is how long a wait lasts before it is said who holds the lock.
	tellHolder = 2 * time.Second
	// stoppedPatience is how long to wait for a process that does not run.
	stoppedPatience = 4 * time.Second
)

// patientWait is one wait for a lock file.
type patientWait struct {
	path  string
	begun time.Time
	told  bool
	tell  func(Holder)
}

// look says who is in the way once it takes long, and gives up on a process
// that cannot let go.
func (w *patientWait) look() error {
	waited := time.Since(w.begun)
	if waited < tellHolder {
		return nil
	}
	h := holderOf(w.path)
	if !w.told && w.tell != nil {
		w.told = true
		w.tell(h)
	}
	if h.Stopped && waited >= stoppedPatience {
		return &HeldError{Holder: h}
	}
	return nil
}

// holderStart is where the holder's name begins: Windows lets no one read the
// locked byte, which is the first one.
const holderStart = 1

// maxHolder bounds what is read of it.
const maxHolder = 128

// signLock writes into a lock file who holds it. It is only for people, so a
// full disk changes nothing.
func signLock(path string) {
	f, err := os.OpenFile(path, os.O_WRONLY|noFollow, 0)
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }() // nothing depends on it
	text := fmt.Sprintf("\n%d %s\n", os.Getpid(), ownProgram())
	if n, err := f.WriteAt([]byte(text), 0); err == nil {
		_ = f.Truncate(int64(n))
	}
}

// ownProgram is the name of this program.
func ownProgram() string {
	path, err := os.Executable()
	if err != nil {
		return "claviger"
	}
	return strings.TrimSuffix(filepath.Base(path), ".exe")
}

// holderOf reads who signed a lock file. What others wrote there is cut and
// cleaned; a process that is gone is not the holder.
func holderOf(path string) Holder {
	f, err := os.OpenFile(path, os.O_RDONLY|noFollow, 0)
	if err != nil {
		return Holder{}
	}
	defer func() { _ = f.Close() }() // nothing was written
	data := make([]byte, maxHolder)
	n, err := f.ReadAt(data, holderStart)
	if n == 0 || err == nil { // longer than any of ours
		return Holder{}
	}
	id, name, _ := strings.Cut(strings.TrimSpace(string(data[:n])), " ")
	pid, err := strconv.Atoi(id)
	stopped, gone := processState(pid)
	if err != nil || pid <= 0 || gone {
		return Holder{}
	}
	odd := func(c rune) bool { return !unicode.IsPrint(c) }
	if name == "" || strings.ContainsFunc(name, odd) {
		name = "another program"
	}
	return Holder{PID: pid, Program: name, Stopped: stopped}
}

// stoppedHolder reports whether err means that a stopped process is in the way.
func stoppedHolder(err error) bool {
	held, ok := errors.AsType[*HeldError](err)
	return ok && held.Holder.Stopped
}
