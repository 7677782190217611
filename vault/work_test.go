package vault

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
)

// demanding changes the work factor that the head of an age file asks for.
func demanding(t *testing.T, sealed []byte, factor string) []byte {
	t.Helper()
	head, rest, ok := bytes.Cut(sealed, []byte("\n--- "))
	if !ok {
		t.Fatal("not an age file")
	}
	lines := strings.Split(string(head), "\n")
	words := strings.Fields(lines[1])
	words[len(words)-1] = factor
	lines[1] = strings.Join(words, " ")
	return append([]byte(strings.Join(lines, "\n")+"\n--- "), rest...)
}

// TestTooMuchWork: a file that asks for more work than Claviger or the age tool
// write is refused in words of its own, before any of it is done and before a
// person types a passphrase for nothing.
func TestTooMuchWork(t *testing.T) {
	for _, factor := range []string{"19", "20", "22", "63", "1000000"} {
		t.Run(factor, func(t *testing.T) {
			v, dir, ring := fresh(t)
			if err := v.Setup(t.Context(), "correct horse"); err != nil {
				t.Fatal(err)
			}
			sealed, err := os.ReadFile(v.files.path(keyFile))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(v.files.path(keyFile), demanding(t, sealed, factor), 0o600); err != nil {
				t.Fatal(err)
			}
			asked := false
			again := open(t, dir, Options{Keyring: ring, AskPassphrase: func(context.Context) (string, error) {
				asked = true
				return "correct horse", nil
			}})
			if err := again.Unlock(t.Context(), ""); !errors.Is(err, ErrWork) || errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), factor) {
				t.Errorf("unlock: %v", err)
			}
			if asked {
				t.Error("the passphrase was asked for")
			}
			export := demanding(t, sealedFor(t, []byte("x"), exportPassphrase), factor)
			if _, err := decryptExport(bytes.NewReader(export), exportPassphrase); !errors.Is(err, ErrWork) || errors.Is(err, ErrExport) {
				t.Errorf("export: %v", err)
			}
		})
	}
}
