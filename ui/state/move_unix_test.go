//go:build unix

package state

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/claviger/claviger/vault"
)

// Opening a pipe waits for a writer, who may never come: it is refused unopened.
func TestImportOfAPipeIsNotWaitedFor(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no pipes with a name here:", err)
	}
	if _, readErr, _ := (&Move{}).importFrom(t.Context(), pipe, "correct horse", vault.ImportOptions{}); readErr == nil {
		t.Error("a pipe is taken for an export")
	}
}
