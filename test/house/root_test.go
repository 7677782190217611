package house

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ignored reports whether .gitignore names an entry of the root.
func ignored(t *testing.T, name string) bool {
	t.Helper()
	for pattern := range strings.Lines(read(t, ".gitignore")) {
		pattern = strings.Trim(strings.TrimSpace(pattern), "/")
		if ok, err := filepath.Match(pattern, name); err != nil || ok {
			return true
		}
	}
	return false
}

// TestTheRootHasOnlyTheFront: what a visitor sees first are rooms, with one Go file
// that opens the door.
func TestTheRootHasOnlyTheFront(t *testing.T) {
	folders := []string{"assets", "auth", "cli", "docs", "examples", "internal", "providers", "script", "test", "ui", "vault"}
	files := []string{"CHANGELOG.md", "CONTRIBUTING.md", "FyneApp.toml", "LICENSE", "README.md", "go.mod", "go.sum", "main.go"}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name, known := e.Name(), files
		if e.IsDir() {
			known = folders
		}
		if !strings.HasPrefix(name, ".") && !ignored(t, name) && !slices.Contains(known, name) {
			t.Errorf("%s is at the root: its room is one of %s", name, strings.Join(folders, ", "))
		}
	}
}

// TestMainOpensTheDoor and knows nothing of what is behind it.
func TestMainOpensTheDoor(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "main.go", read(t, "main.go"), parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, imported := range f.Imports {
		switch path := strings.Trim(imported.Path.Value, `"`); path {
		case "os", "github.com/claviger/claviger/internal/app":
		default:
			t.Errorf("main.go imports %s: that is for internal/app", path)
		}
	}
}
