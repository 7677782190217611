//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A device has no end, and its bytes are no one's passphrase.
func TestADeviceIsNoPassphraseFile(t *testing.T) {
	for _, device := range []string{"/dev/zero", "/dev/urandom", "/dev/null"} {
		line, err := (&Prompter{File: device, Err: t.Output()}).Passphrase(t.Context(), "")
		if err == nil || line != "" {
			t.Errorf("%s: %d bytes, %v", device, len(line), err)
			continue
		}
		if p, _ := explain(err); p.Detail != device+": it is a device, not a file" {
			t.Errorf("%s: %+v", device, p)
		}
	}
}

// The line of a pipe is enough, whether or not the pipe ends.
func TestPassphraseOfAPipeThatDoesNotEnd(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip("no pipes with a name here:", err)
	}
	open, err := os.OpenFile(fifo, os.O_RDWR, 0) // this end stays open
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = open.Close() })
	if _, err := open.WriteString("a passphrase\nand more"); err != nil {
		t.Fatal(err)
	}
	if line, err := (&Prompter{File: fifo, Err: t.Output()}).Passphrase(t.Context(), ""); line != "a passphrase" || err != nil {
		t.Errorf("%q, %v", line, err)
	}
}
