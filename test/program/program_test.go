package program

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestSources: what the program is built from, and nothing of the window.
func TestSources(t *testing.T) {
	list, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, path := range list {
		if !filepath.IsAbs(path) {
			t.Fatalf("%q is no path", path)
		}
		for _, want := range []string{"/main.go", "/internal/app/nogui.go", "/cli", "/cli/doc.go", "/auth/doc.go", ".toml"} {
			if strings.HasSuffix(path, want) {
				seen[want] = true
			}
		}
		if strings.HasSuffix(path, "/gui.go") || strings.Contains(path, "/ui/screen") || strings.HasSuffix(path, "_test.go") {
			t.Errorf("%s is no part of it", path)
		}
	}
	if len(seen) != 6 {
		t.Errorf("only %v among %d", seen, len(list))
	}
	Depend(t)
}
