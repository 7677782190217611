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

func TestWhatIsNotThereYet(t *testing.T) {
	dir := t.TempDir()
	if err := Dir(filepath.Join(dir, "none")); err != nil {
		t.Error("a folder that is not there yet:", err)
	}
	file := filepath.Join(dir, "f")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(file); err != nil {
		t.Error(err)
	}
}

// The superuser uses nothing that another user can lead elsewhere.
func TestTheSuperuserInFoldersOfOthers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs the superuser")
	}
	dir := t.TempDir()
	theirs, mine, link := filepath.Join(dir, "theirs"), filepath.Join(dir, "mine"), filepath.Join(dir, "link")
	if err := errors.Join(os.Mkdir(theirs, 0o755), os.Mkdir(mine, 0o755), os.Lchown(theirs, 23456, 23457),
		os.Symlink(theirs, link), os.Symlink(filepath.Join(theirs, "back"), filepath.Join(dir, "through")), os.Symlink("link/../mine", filepath.Join(dir, "relative")),
		os.Symlink("mine", filepath.Join(dir, "own")), os.Symlink("circle", filepath.Join(dir, "circle")), os.Symlink(mine, filepath.Join(theirs, "back"))); err != nil {
		t.Fatal(err)
	}
	if err := Dir(filepath.Join(mine, "new", "deep")); err != nil {
		t.Error("the superuser's own folder:", err)
	}
	for _, name := range []string{"own", "own/x", "none"} {
		if err := Dir(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s, which only the superuser can lead elsewhere: %v", name, err)
		}
	}
	if err := Dir(filepath.Join(dir, "circle")); err == nil {
		t.Error("a link to itself is a folder")
	}
	for name, path := range map[string]string{
		"a link of the superuser's through theirs": filepath.Join(dir, "through"), "below it": filepath.Join(dir, "through", "x"),
		"a link that turns around in theirs": filepath.Join(dir, "relative"),
		"their folder":                       theirs, "one in it that is not there yet": filepath.Join(theirs, "a", "b"),
		"their link to the superuser's": filepath.Join(theirs, "back"), "below that": filepath.Join(theirs, "back", "x"),
		"a link of the superuser's to theirs": link, "below that one": filepath.Join(link, "x", "y"),
	} {
		var refused *Error
		if err := Dir(path); !errors.As(err, &refused) || refused.Code() != "other-owner" {
			t.Errorf("%s: %v", name, err)
		}
	}
	odd := filepath.Join(mine, "odd")
	if err := errors.Join(os.WriteFile(odd, nil, 0o600), os.Lchown(odd, 34567, 34567)); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(odd); err == nil {
		t.Error("a file of another user is read")
	}
}
