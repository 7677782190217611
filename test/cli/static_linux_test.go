package cli

import (
	"debug/elf"
	"testing"
)

// TestStaticBinary holds the other promise of the nogui build: one file.
func TestStaticBinary(t *testing.T) {
	f, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	libs, err := f.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	if len(libs) > 0 {
		t.Errorf("the binary needs %v", libs)
	}
}
