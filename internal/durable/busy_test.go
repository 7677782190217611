package durable

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Whoever reads a file while others replace it reads one of them, whole. On Windows, a
// file that is being renamed cannot be opened for a moment.
func TestReadWhileReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	texts := [2][]byte{bytes.Repeat([]byte("a"), 5000), bytes.Repeat([]byte("b"), 5000)}
	if err := Replace(path, texts[0]); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		done := make(chan error, 1)
		go func() { done <- Replace(path, texts[i%2]) }()
		for replaced := false; !replaced; {
			got, err := readWhole(path)
			if err != nil || !bytes.Equal(got, texts[0]) && !bytes.Equal(got, texts[1]) {
				t.Fatalf("%.10s… of %d bytes, %v", got, len(got), err)
			}
			select {
			case err := <-done:
				if err != nil {
					t.Fatal(err)
				}
				replaced = true
			default:
			}
		}
	}
}

func readWhole(path string) ([]byte, error) {
	f, err := Open(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(f)
}
