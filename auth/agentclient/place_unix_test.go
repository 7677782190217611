//go:build unix

package agentclient

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// Where the system does not say who listens, the socket's place does.
func TestPlaceOfASocket(t *testing.T) {
	for name, c := range map[string]struct {
		mode  fs.FileMode
		owner int // of the socket
		folk  int // of the folder
		want  error
	}{
		"private":            {0o700, -1, -1, nil},
		"readable":           {0o755, -1, -1, nil},
		"open and sticky":    {0o777 | fs.ModeSticky, -1, -1, nil},
		"open":               {0o777, -1, -1, errForeign},
		"open to its group":  {0o770, -1, -1, errForeign},
		"another's socket":   {0o777 | fs.ModeSticky, 4711, -1, errForeign},
		"in another's place": {0o700, -1, 4711, errForeign},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "s")
			l, err := net.Listen("unix", path)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = l.Close() })
			if err := os.Chmod(dir, c.mode); err != nil {
				t.Fatal(err)
			}
			for file, uid := range map[string]int{path: c.owner, dir: c.folk} {
				if err := os.Chown(file, uid, -1); err != nil {
					t.Skip("only the superuser gives files away:", err)
				}
			}
			if err := own(path); !errors.Is(err, c.want) {
				t.Errorf("%v, not %v", err, c.want)
			}
		})
	}
	if err := own(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a socket that is not there")
	}
}
