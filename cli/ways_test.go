package cli

import (
	"strings"
	"testing"
)

// What is to be typed is typed in the system's shell.
func TestWaysOnWindows(t *testing.T) {
	for _, code := range []string{codeNoTerminal, "not-set-up", "key-file-unset", "keyring-gone"} {
		for _, way := range waysOut("windows", nil, code) {
			for _, command := range way.commands {
				if !way.linux && !way.posix && (strings.HasPrefix(command, "export ") || strings.HasPrefix(command, "chmod ") || strings.Contains(command, "~/")) {
					t.Errorf("%s: %q is no command of Windows", code, command)
				}
				if !way.linux && strings.Contains(command, ".claviger-") && !strings.Contains(command, `"$HOME\.claviger-`) {
					t.Errorf("%s: %q is not about the person's own folder", code, command)
				}
			}
		}
	}
	for _, way := range waysOut("linux", nil, "key-file-unset") {
		if !way.linux && way.commands[0] != "export CLAVIGER_KEY_FILE=~/.claviger-key" {
			t.Errorf("%q", way.commands)
		}
	}
}
