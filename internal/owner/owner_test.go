//go:build unix

package owner

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// seen is a file as the system describes it.
type seen struct {
	uid, gid int
	mode     fs.FileMode
}

func (s seen) Name() string       { return "f" }
func (s seen) Size() int64        { return 0 }
func (s seen) Mode() fs.FileMode  { return s.mode }
func (s seen) ModTime() time.Time { return time.Time{} }
func (s seen) IsDir() bool        { return false }
func (s seen) Sys() any           { return &syscall.Stat_t{Uid: uint32(s.uid), Gid: uint32(s.gid)} }

// Refused is what is dangerous, not what is usual.
func TestCheck(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	mine, other := os.Geteuid(), os.Geteuid()+23456
	for name, tt := range map[string]struct {
		file seen
		code string
	}{
		"private":               {seen{mine, other, 0o600}, ""},
		"read by all":           {seen{mine, other, 0o755}, ""},
		"the superuser's":       {seen{0, 0, 0o644}, ""},
		"written by all":        {seen{mine, mine, 0o646}, "others-can-write"},
		"sticky, all the same":  {seen{mine, mine, 0o777 | fs.ModeSticky}, "others-can-write"},
		"written by a group":    {seen{mine, other, 0o660}, "others-can-write"},
		"by the person's group": {seen{23456, 23456, 0o660}, map[bool]string{false: "other-owner"}[mine == 23456]},
		"by the system's group": {seen{0, 0, 0o664}, ""},
		"of another user":       {seen{other, other, 0o600}, "other-owner"},
	} {
		err := Check(path, tt.file)
		var refused *Error
		if errors.As(err, &refused); (err == nil) != (tt.code == "") || err != nil && refused.Code() != tt.code {
			t.Errorf("%s: %v, want %q", name, err, tt.code)
		}
	}
}

// A group is private if its number or name says so and nobody else is in it.
func TestPrivateGroup(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	users := write("passwd", "root:x:0:0::/:/bin/sh\nada:x:1000:1000::/:/bin/sh\nbob:x:1001:100::/:/bin/sh\neve:x:1002:1000::/:\n# odd\n:::\n")
	groups := write("group", "root:x:0:\nada:x:1000:\nusers:x:100:ada,bob\n")
	if name, others := ownerAmong(users, 1000, 1000); name != "ada" || !others {
		t.Errorf("eve's first group is ada's: %q, %v", name, others)
	}
	if name, others := ownerAmong(users, 1001, 1001); name != "bob" || others {
		t.Errorf("%q, %v", name, others)
	}
	if name, members := groupNamed(groups, 100); name != "users" || strings.Join(members, " ") != "ada bob" {
		t.Errorf("%q, %q", name, members)
	}
	if name, members := groupNamed(groups, 7); name != "" || members != nil {
		t.Errorf("%q, %q", name, members)
	}
}

func TestMakingFolders(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, "a", "b", "c")
	for range 2 { // the second time they are there
		if err := MkdirAll(deep, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(deep, "f")
	f, err := Create(file, os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var pe *fs.PathError
	if _, err := Create(file, os.O_WRONLY, 0o600); !errors.Is(err, fs.ErrExist) || !errors.As(err, &pe) || pe.Path != file {
		t.Error(err)
	}
	if err := Mkdir(deep, 0o700); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if err := MkdirAll(filepath.Join(file, "x"), 0o700); err == nil {
		t.Error("a folder in a file")
	}
	if err := Dir(filepath.Join(dir, "none")); err != nil {
		t.Error("a folder that is not there yet:", err)
	}
	if _, err := Read(file); err != nil {
		t.Error(err)
	}
}

// In a folder of somebody else, the superuser's files become that person's; a link
// in it leads nowhere.
func TestWhatTheSuperuserMakes(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs the superuser")
	}
	dir := t.TempDir()
	theirs := filepath.Join(dir, "theirs")
	if err := errors.Join(os.Mkdir(theirs, 0o755), os.Lchown(theirs, 23456, 23457)); err != nil {
		t.Fatal(err)
	}
	if err := Dir(theirs); err != nil {
		t.Error("a folder of somebody else is refused to the superuser:", err)
	}
	deep := filepath.Join(theirs, "a", "b")
	if err := MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := Create(filepath.Join(deep, "f"), os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	for _, path := range []string{filepath.Join(theirs, "a"), deep, filepath.Join(deep, "f")} {
		fi, err := os.Lstat(path)
		if err != nil || of(fi) != 23456 || groupOf(fi) != 23457 {
			t.Errorf("%s: %d:%d, %v", path, of(fi), groupOf(fi), err)
		}
		if err := Check(path, fi); err != nil {
			t.Error(err)
		}
	}
}

// What somebody else left in another user's folder, or in a place like /tmp, is not
// used by the superuser either.
func TestTheSuperuserInFoldersOfOthers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs the superuser")
	}
	dir := t.TempDir()
	theirs := filepath.Join(dir, "theirs")
	if err := errors.Join(os.Mkdir(theirs, 0o755), os.Lchown(theirs, 23456, 23457)); err != nil {
		t.Fatal(err)
	}
	odd := filepath.Join(theirs, "odd")
	if err := errors.Join(os.WriteFile(odd, nil, 0o600), os.Lchown(odd, 34567, 34567)); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(odd); err == nil {
		t.Error("a file of a third one is read")
	}
	link := filepath.Join(theirs, "link")
	if err := errors.Join(os.Symlink(filepath.Join(dir, "victim"), link), os.Lchown(link, 23456, 23456)); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(link, os.O_WRONLY, 0o600); err == nil {
		t.Error("written through a link")
	}
	if _, err := os.Lstat(filepath.Join(dir, "victim")); err == nil {
		t.Error("made at the end of a link")
	}
	if err := os.Chmod(dir, 0o777|fs.ModeSticky); err != nil {
		t.Fatal(err)
	}
	if err := Dir(theirs); err == nil {
		t.Error("a folder that somebody left in a shared place is used")
	}
}
