package peer

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/claviger/claviger/internal/plain"
)

// ErrUnknown means that this system does not say who is at the other end.
var ErrUnknown = errors.New("this system does not say which program asks")

// ErrGone means that the process ended or runs another program now.
var ErrGone = errors.New("the program that asked is gone")

// Elsewhere begins the path of a file that this process cannot reach by it: the path is
// one of a container or the like (mount_namespaces(7)), where any file can be given any.
const Elsewhere = "elsewhere:"

// Process is a process as the kernel describes it. Texts are foreign: but for Args,
// they are made plain here.
type Process struct {
	PID int
	// UID is the user, as that of [os.Getuid]. Windows has no such numbers: there it is
	// -1 for this user, and -2 for others.
	UID int
	// Parent is the id of the process that started it, 0 if unknown.
	Parent int
	// Name is what the system calls it.
	Name string
	// Executable is the path of the file that it runs, "" if unknown. The file may
	// have been replaced or removed since: [Process.Hash] reads the one that runs. A path
	// of a container begins with [Elsewhere].
	Executable string
	// Args is its command line, Dir the folder that it works in, Terminal its
	// terminal such as "/dev/pts/3". Each may be empty. Args can hold secrets: they
	// are for the person who is asked, and for nobody else, by [Process.CommandLine].
	Args     []string
	Dir      string
	Terminal string

	start uint64 // when it started, in the system's own unit
	file  fileID
}

// fileID tells files of one computer apart. The file that a process runs cannot be
// written while it runs; changed, the time of the last change of its entry, is set by
// no program, but removing a link to the file sets it too.
type fileID struct {
	dev, ino       uint64
	size           int64
	mtime, changed int64 // in nanoseconds
}

func (f fileID) known() bool { return f != fileID{} }

// same reports whether both are one file, with one content as long as it runs.
func (f fileID) same(g fileID) bool {
	g.changed = f.changed
	return f.known() && f == g
}

// Bounds of what is shown of a process, in characters and in words.
const (
	maxText = 200
	maxArgs = 50
	maxPath = 4096 // Linux: PATH_MAX
)

// maxParents bounds the way up: ids can be taken again, and then lead in a circle.
const maxParents = 16

// Title is the program's name for a person: that of its file or, if that is
// unknown, its own.
func (p Process) Title() string {
	if p.Executable != "" {
		return filepath.Base(p.Executable)
	}
	return p.Name
}

// SameFile reports whether both run the very same file, as it is now. It is false
// if either is unknown.
func (p Process) SameFile(q Process) bool {
	return p.file.same(q.file)
}

// Runs reports whether the process runs the very file that info describes.
func (p Process) Runs(info os.FileInfo) bool { return p.file.same(fileOf(info)) }

// Same returns [ErrGone] unless the process still is the one that it was, and runs the
// same file: an id can be taken again, and a process can turn into another program.
func (p Process) Same() error {
	now, err := identify(p.PID)
	if err != nil || now.start != p.start || p.file.known() && !now.file.same(p.file) {
		return ErrGone
	}
	return nil
}

// Parents are the processes above, the nearest first. One that is younger than its
// child has only taken a parent's id, and ends the list.
func (p Process) Parents() []Process {
	var list []Process
	for child := p; len(list) < maxParents && child.Parent > 1; {
		parent, err := child.Starter()
		if err != nil {
			break
		}
		list = append(list, parent)
		child = parent
	}
	return list
}

// Starter is the process that started this one; [ErrGone] if that has ended. One that
// is younger has only taken its id.
func (p Process) Starter() (Process, error) {
	if p.Parent == 0 {
		return Process{}, ErrUnknown
	}
	parent, err := Lookup(p.Parent)
	if err == nil && parent.start > p.start {
		err = ErrGone
	}
	if err != nil {
		return Process{}, err
	}
	return parent, nil
}

// maxProgram bounds the file that is read for [Process.Hash].
const maxProgram = 1 << 30

// Hash is the SHA-256 of the file that the process runs, in hexadecimal digits: of
// that very file, even if another has taken its path. It is [ErrGone] if the process
// changed meanwhile.
func (p Process) Hash() (string, error) {
	if !p.file.known() {
		return "", ErrUnknown
	}
	hash, err := hashFile(p.image(), p.file)
	if err != nil {
		return "", err
	}
	return hash, p.Same()
}

// HashFile is the SHA-256 of a program's file, in hexadecimal digits.
func HashFile(path string) (string, error) { return hashFile(path, fileID{}) }

// hashFile is [HashFile], and [ErrGone] if it is not the wanted file, where one is. The
// process could run another for a moment, and be the same before and after.
func hashFile(path string, want fileID) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // only read from
	if want.known() {
		is, err := fileIn(f)
		if err != nil {
			return "", err
		}
		if !is.same(want) {
			return "", ErrGone
		}
	}
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(f, maxProgram+1))
	switch {
	case err != nil:
		return "", err
	case n > maxProgram:
		return "", fmt.Errorf("%s is too large for a program", path)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// FileKey names the file that the process runs and its state, for a cache of
// hashes; "" if it is unknown.
func (p Process) FileKey() string {
	if !p.file.known() {
		return ""
	}
	return fmt.Sprintf("%+v", p.file)
}

// CommandLine is the command line as one plain line, each word quoted that needs it, cut
// to a length that a person reads. The path of the program, which is shown beside it, is
// only its name here.
func (p Process) CommandLine() string {
	words := make([]string, 0, min(len(p.Args), maxArgs))
	for i, arg := range p.Args[:min(len(p.Args), maxArgs)] {
		if i == 0 && plain.Line(arg, maxPath) == plain.Line(p.Executable, maxPath) {
			arg = filepath.Base(arg)
		}
		word := plain.Line(arg, maxText)
		if word == "" || strings.ContainsAny(word, " '\"\\$`&|;<>()*?") {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		words = append(words, word)
	}
	return plain.Line(strings.Join(words, " "), 2*maxText)
}

// Self is this process.
func Self() (Process, error) { return Lookup(os.Getpid()) }
