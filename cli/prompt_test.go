//go:build !windows

package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever else can read the file of a passphrase has it.
func TestPassphraseFileThatOthersCanRead(t *testing.T) {
	for mode, warned := range map[os.FileMode]bool{
		0o600: false, 0o400: false, 0o700: false, 0o640: true, 0o620: true, 0o610: true, 0o604: true, 0o602: true, 0o644: true,
	} {
		file := filepath.Join(t.TempDir(), "my pass")
		if err := os.WriteFile(file, []byte("correct horse\nbattery\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		p := &Prompter{File: file, Err: &said}
		got, err := p.Passphrase(t.Context(), "")
		if err != nil || got != "correct horse" {
			t.Errorf("%o: %q, %v", mode, got, err)
		}
		if strings.Contains(said.String(), "chmod 600 '"+file+"'") != warned {
			t.Errorf("%o: says %q; want a warning: %v", mode, said.String(), warned)
		}
	}
}
