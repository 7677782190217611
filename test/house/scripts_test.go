package house

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A cache in a relative folder is where it was typed, for the tests as well,
// which run in folders of their own.
func TestRelativeCache(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	_ = read(t, "script/lib.sh") // the test's result depends on it
	lib, err := filepath.Abs(filepath.Join(root, "script", "lib.sh"))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{"mine": filepath.Join(dir, "mine"), "/absolute": "/absolute", "": filepath.Join(filepath.Dir(filepath.Dir(lib)), ".cache")} {
		cmd := exec.CommandContext(t.Context(), bash, "-c", `. "$1"; printf %s "$CACHE"`, "bash", lib)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "CLAVIGER_CACHE="+given)
		got, err := cmd.Output()
		if err != nil || string(got) != want {
			t.Errorf("%q: %s, %v; want %s", given, got, err, want)
		}
	}
}
