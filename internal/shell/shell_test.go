package shell

import (
	"os/exec"
	"runtime"
	"testing"
)

func TestAShellReadsWhatWasQuoted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("it has no POSIX shell")
	}
	for _, text := range []string{"", "a", "it's", "'", "''", "$HOME `id` $(id) \"x\" \\ * ? ~", "a\nb", "-n", "ü👩‍💻"} {
		out, err := exec.CommandContext(t.Context(), "sh", "-c", "printf %s "+Quote(text)).Output()
		if err != nil || string(out) != text {
			t.Errorf("%q became %q, %v", text, out, err)
		}
	}
	if Quote("a\x00b") != "'ab'" {
		t.Error("a NUL stays")
	}
}
