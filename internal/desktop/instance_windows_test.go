package desktop

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/Microsoft/go-winio"
)

// Any user of the computer can see the names of pipes, and make one of a name that was used
// before: that keeps nobody from opening the window.
func TestAPipeOfOthersKeepsNoWindowFromOpening(t *testing.T) {
	home := t.TempDir()
	first := claim(t, home)
	name := first.listener.Addr().String()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	theirs, err := winio.ListenPipe(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = theirs.Close() }()
	second := claim(t, home)
	if second.listener.Addr().String() == name {
		t.Error("its name can be known before") // wine lets both have it
	}
	if third := claim(t, home); third != nil {
		t.Error("two windows")
	}
	raised(t, second)
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}

// What stands in the place of the pipe's name is no other pipe, here or on another computer.
func TestOnlyAPipeOfTheWindowIsAsked(t *testing.T) {
	place := filepath.Join(t.TempDir(), "window.pipe")
	for _, name := range []string{"", `\\.\pipe\other`, `\\other\pipe\claviger-window-A`, pipePrefix, pipePrefix + `..\other`} {
		if err := os.WriteFile(place, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := pipeAt(place); err == nil {
			t.Errorf("%q is asked", name)
		}
	}
}
