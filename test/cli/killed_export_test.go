//go:build unix

package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKilledWhileExporting kills an export half-way. What it leaves in a folder
// that is not the vault's is removed by the next export there.
func TestKilledWhileExporting(t *testing.T) {
	w, _ := signedIn(t, 3600)
	dir := t.TempDir()
	target := filepath.Join(dir, "export.age")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := w.command(ctx, "vault", "export", target)
	cmd.Stdin = strings.NewReader("moving house\n")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// Between the file's beginning and its end is scrypt, on purpose a slow one.
	left := ""
	for left == "" {
		names, err := filepath.Glob(filepath.Join(dir, ".claviger-*.tmp"))
		if err != nil || ctx.Err() != nil {
			t.Fatal("no file was begun", err, ctx.Err())
		}
		if len(names) > 0 {
			left = names[0]
			break
		}
		<-time.After(time.Millisecond)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if _, err := os.Stat(left); err != nil {
		t.Fatal("nothing is left: the test shows nothing", err)
	}
	if _, err := os.Stat(target); err == nil {
		t.Fatal("an export that was killed has its name")
	}
	export := func() {
		t.Helper()
		if r := w.runInput("moving house\n", "vault", "export", target, "--force"); r.code != 0 {
			t.Fatalf("exit code %d\n%s", r.code, r.stderr)
		}
	}
	export()
	if _, err := os.Stat(left); err != nil {
		t.Error("a file that may still be written to was removed")
	}
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(left, past, past); err != nil {
		t.Fatal(err)
	}
	export()
	if files := filesOf(t, dir); len(files) != 1 {
		t.Errorf("%d files are left, want the export alone", len(files))
	}
}
