package owner

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/shell"
)

// Error says what is wrong with a file or folder and what helps.
type Error struct {
	code string
	text phrase.Text
	// command is what to type, "" if more than one thing helps.
	command string
}

// Error implements error.
func (e *Error) Error() string { return e.text }

// Command is the command that mends it; "" if there is a choice.
func (e *Error) Command() string { return e.command }

// Code is "others-can-write" or "other-owner".
func (e *Error) Code() string { return e.code }

// Dir is [Check] for the folder that holds everything of this program. A missing
// one is good.
func Dir(path string) error {
	if judged && me() == superuser {
		if err := wayOfOthers(path); err != nil {
			return err
		}
	}
	if err := link(path); err != nil {
		return err
	}
	fi, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return Blame(path, err)
	}
	if !judged {
		return nil
	}
	uid := of(fi)
	if uid != me() && uid != superuser {
		return foreign(path, uid)
	}
	return writable(path, fi)
}

// wayOfOthers refuses a path that another user can redirect, such as a folder in
// their home with sudo: whatever the superuser writes there, or deletes, would go
// wherever their links lead. Every folder and link on the way counts, also those that
// a link of the superuser's leads through.
func wayOfOthers(path string) error {
	left := strings.Split(filepath.ToSlash(path), "/")
	at := "/"
	for links := 0; len(left) > 0; {
		part := left[0]
		left = left[1:]
		if part == "" || part == "." {
			continue
		}
		next := filepath.Join(at, part) // at has no links: ".." is above it
		fi, err := os.Lstat(next)
		if err != nil {
			return nil // not there yet, and neither is anything below it
		}
		if uid := of(fi); uid != superuser && !unmapped(uid) {
			return &Error{code: "other-owner", text: phrase.Say(
				"{path} belongs to another user ({n}), whose folders the superuser does not use; run it as that user: {command}, or choose a folder of your own with CLAVIGER_HOME",
				next, strconv.Itoa(uid), fmt.Sprintf("sudo -u '#%d' -H claviger …", uid))}
		}
		if fi.Mode()&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		to, err := os.Readlink(next)
		if links++; err != nil || links > maxLinks {
			return nil // it cannot be followed by the system either
		}
		left = append(strings.Split(filepath.ToSlash(to), "/"), left...)
		if filepath.IsAbs(to) {
			at = "/"
		}
	}
	return nil
}

// maxLinks is how many links the system follows in one path (path_resolution(7)).
const maxLinks = 40

// link refuses a link of another user, who can redirect it.
func link(path string) error {
	fi, err := os.Lstat(path)
	if err != nil || fi.Mode()&fs.ModeSymlink == 0 {
		return nil
	}
	return belongs(path, fi)
}

// Check returns an [*Error] if others can change the file or folder at path, which
// fi describes, or if it belongs to someone else.
func Check(path string, fi fs.FileInfo) error {
	if !judged {
		return nil
	}
	if err := belongs(path, fi); err != nil {
		return err
	}
	return writable(path, fi)
}

func belongs(path string, fi fs.FileInfo) error {
	if !judged {
		return nil
	}
	uid := of(fi)
	if uid == me() || uid == superuser || unmapped(uid) {
		return nil
	}
	return foreign(path, uid)
}

// writable refuses what others can write.
func writable(path string, fi fs.FileInfo) error {
	mode := fi.Mode().Perm()
	if mode&0o022 == 0 || mode&0o002 == 0 && private(path, fi) {
		return nil
	}
	protect := "chmod go-w " + shell.Quote(path)
	return &Error{"others-can-write", phrase.Say("other users can change {path} (mode {mode}); protect it: {command}", path, fmt.Sprintf("%04o", mode), protect), protect}
}

// foreign is the error of what belongs to someone else.
func foreign(path string, uid int) error {
	take := fmt.Sprintf("sudo chown -R %d %s", me(), shell.Quote(path))
	return &Error{"other-owner", phrase.Say("{path} belongs to another user ({n}); to make it yours: {command}", path, strconv.Itoa(uid), take), take}
}

// Blame is err, or an [*Error] if the system refused something at path because it,
// or a folder that it is in, belongs to someone else: as after a command that ran
// as the superuser with this user's home.
func Blame(path string, err error) error {
	if !judged || !errors.Is(err, fs.ErrPermission) || me() == superuser {
		return err
	}
	for depth := 0; depth < maxDepth && path != filepath.Dir(path); depth, path = depth+1, filepath.Dir(path) {
		fi, statErr := os.Lstat(path)
		if statErr != nil {
			continue
		}
		switch uid := of(fi); {
		case uid == me():
			if !fi.IsDir() {
				return err // it is this user's, and closed to them
			}
			continue
		case uid == superuser && depth > 0 && fi.Mode().Perm()&0o005 == 0o005:
			return err // a folder of the system, which everyone may enter
		case uid == superuser:
			back := fmt.Sprintf("sudo chown -R %d %s", me(), shell.Quote(path))
			return &Error{"other-owner", phrase.Say("{path} belongs to the superuser, perhaps after a command with sudo; to have it back: {command}", path, back), back}
		default:
			return foreign(path, uid)
		}
	}
	return err
}

// maxDepth bounds how many folders are looked at: a record, its folder, the vault,
// the configuration folder.
const maxDepth = 5

// Folder is [Check] for a folder. A missing one is good.
func Folder(path string) error {
	if !judged {
		return nil
	}
	fi, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return Blame(path, err)
	}
	return errors.Join(link(path), Check(path, fi))
}

// maxFile is the largest file that is read whole, in bytes.
const maxFile = 16 << 20

// Read is [os.ReadFile] of a file that is good. It checks the very file that it
// opened. A pipe is refused and not waited for.
func Read(path string) ([]byte, error) {
	if err := link(path); err != nil {
		return nil, err
	}
	f, err := durable.Open(path, os.O_RDONLY|noWait)
	if err != nil {
		return nil, Blame(path, err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !fi.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: phrase.Error("it is not a regular file")}
	}
	if err := Check(path, fi); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it has more than %d MiB", maxFile>>20)}
	}
	return data, err
}

// Private returns an error unless path is a folder of this user's that no one else can
// enter, and no link to one.
func Private(path string) error {
	fi, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !fi.IsDir() || judged && (of(fi) != me() || fi.Mode().Perm()&0o077 != 0) {
		return fmt.Errorf("%s must be a folder that only you can enter; remove it", path)
	}
	return nil
}
