package owner

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Error says what is wrong with a file or folder and what helps.
type Error struct {
	code string
	text string
}

// Error implements error.
func (e *Error) Error() string { return e.text }

// Code is "others-can-write" or "other-owner".
func (e *Error) Code() string { return e.code }

// Dir is [Check] for a folder that everything of this program is in. One that is
// not there yet is good.
func Dir(path string) error {
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
	if me() == superuser && uid != superuser {
		// A folder of somebody else is meant: sudo with their home, a container's
		// volume. In a place like /tmp anybody could have made it.
		if above, err := os.Stat(filepath.Dir(path)); err == nil && above.Mode()&fs.ModeSticky != 0 {
			return &Error{"other-owner", fmt.Sprintf("%s belongs to another user (%d), and anybody could have made it there; as the superuser, use a folder of your own", path, uid)}
		}
		return writable(path, fi)
	}
	if uid != me() && uid != superuser {
		return foreign(path, uid)
	}
	return writable(path, fi)
}

// link refuses a link of another user, who can make it lead elsewhere.
func link(path string) error {
	fi, err := os.Lstat(path)
	if err != nil || fi.Mode()&fs.ModeSymlink == 0 {
		return nil
	}
	return belongs(path, fi)
}

// Check returns an [*Error] if others can change the file or folder at path, which
// fi describes, or if it belongs to somebody else.
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
	if me() == superuser {
		if above, err := os.Stat(filepath.Dir(path)); err == nil && of(above) == uid {
			return nil
		}
	}
	return foreign(path, uid)
}

// writable refuses what others may write.
func writable(path string, fi fs.FileInfo) error {
	mode := fi.Mode().Perm()
	if mode&0o022 == 0 || mode&0o002 == 0 && private(path, fi) {
		return nil
	}
	return &Error{"others-can-write", fmt.Sprintf("other users can change %s (mode %04o); protect it: chmod go-w %s", path, mode, quoted(path))}
}

// foreign is the error of what belongs to somebody else.
func foreign(path string, uid int) error {
	return &Error{"other-owner", fmt.Sprintf("%s belongs to another user (%d); to make it yours: sudo chown -R %d %s", path, uid, me(), quoted(path))}
}

// Blame is err, or an [*Error] if the system refused something at path because it,
// or a folder that it is in, belongs to somebody else: as after a command that ran
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
			return err // a folder of the system, which everybody may enter
		case uid == superuser:
			return &Error{"other-owner", fmt.Sprintf(
				"%s belongs to the superuser, perhaps after a command with sudo; to have it back: sudo chown -R %d %s", path, me(), quoted(path))}
		default:
			return foreign(path, uid)
		}
	}
	return err
}

// maxDepth bounds how many folders are looked at: a record, its folder, the vault,
// the configuration folder.
const maxDepth = 5

// quoted makes a path one word of a shell.
func quoted(path string) string { return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'" }

// Create makes a file that is not there yet, with that mode, and opens it for
// writing. A privileged process leaves it to the owner of the folder.
func Create(path string, flag int, mode fs.FileMode) (*os.File, error) {
	flag |= os.O_CREATE | os.O_EXCL
	if !judged || me() != superuser {
		return os.OpenFile(path, flag, mode)
	}
	// Both are asked of one and the same folder, whatever its owner does meanwhile.
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }() // only opened
	f, err := root.OpenFile(filepath.Base(path), flag, mode)
	if err != nil {
		return nil, pathIn(path, err)
	}
	leave(root, f)
	return f, nil
}

// Mkdir makes a folder as [os.Mkdir] does, left to the owner of the folder above.
func Mkdir(path string, mode fs.FileMode) error {
	if !judged || me() != superuser {
		return os.Mkdir(path, mode)
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // only opened
	name := filepath.Base(path)
	if err := root.Mkdir(name, mode); err != nil {
		return pathIn(path, err)
	}
	if f, err := root.OpenFile(name, os.O_RDONLY|onlyDir, 0); err == nil {
		leave(root, f)
		_ = f.Close() // nothing was written
	}
	return nil
}

// MkdirAll makes a folder and those above it as [os.MkdirAll] does, each left to
// the owner of the one above.
func MkdirAll(path string, mode fs.FileMode) error {
	if fi, err := os.Stat(path); err == nil {
		if fi.IsDir() {
			return nil
		}
		return os.MkdirAll(path, mode) // which says what is wrong
	}
	if above := filepath.Dir(path); above != path {
		if err := MkdirAll(above, mode); err != nil {
			return err
		}
	}
	if err := Mkdir(path, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// leave gives f to the owner of the folder. Where this process may not, such as on
// a disk of the network, it stays as it is.
func leave(folder *os.Root, f *os.File) {
	if fi, err := folder.Stat("."); err == nil && of(fi) != superuser {
		_ = f.Chown(of(fi), groupOf(fi))
	}
}

// pathIn names the whole path in an error about its last element.
func pathIn(path string, err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: pe.Op, Path: path, Err: pe.Err}
	}
	return err
}

// Folder is [Check] for a folder. One that is not there is good.
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

// Read is [os.ReadFile] of a file that is good, and that is read without looking
// away from it.
func Read(path string) ([]byte, error) {
	if err := link(path); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, Blame(path, err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := Check(path, fi); err != nil {
		return nil, err
	}
	return io.ReadAll(f)
}
