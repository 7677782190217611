package state

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWindowSizeIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "last-window")
	want := WindowSize{Width: 1234, Height: 777, Maximised: true}
	if err := want.Save(path); err != nil {
		t.Fatal(err)
	}
	if got, known := ReadWindowSize(path); !known || got != want {
		t.Errorf("%+v, %v", got, known)
	}
}

func TestADamagedWindowSizeIsNone(t *testing.T) {
	for _, text := range []string{"", "x", "{}", `{"width":-1,"height":600}`, `{"width":1e9,"height":600}`, `{"width":"1000","height":600}`, `{"width":1e99,"height":1}`, "[1,2]"} {
		path := filepath.Join(t.TempDir(), "last-window")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, known := ReadWindowSize(path); known || got != (WindowSize{}) {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if _, known := ReadWindowSize(t.TempDir()); known {
		t.Error("a folder is a size")
	}
	if _, known := ReadWindowSize(filepath.Join(t.TempDir(), "none")); known {
		t.Error("nothing is a size")
	}
}
