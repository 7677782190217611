package house

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// place is a file or folder of the project, as pages name it.
var place = regexp.MustCompile(`\b(?:auth|cli|examples|internal|providers|script|test|ui|vault)/[\w./-]*\w`)

// TestPlacesThatPagesName are there: whoever moves a file moves its name in the pages
// that show the way to it.
func TestPlacesThatPagesName(t *testing.T) {
	for page, least := range map[string]int{"docs/architecture.md": 60, "docs/development.md": 15, "CONTRIBUTING.md": 8} {
		found := place.FindAllString(read(t, page), -1)
		for _, name := range found {
			if _, err := os.Stat(filepath.Join(root, name)); err != nil {
				t.Errorf("%s: %s is not there", page, name)
			}
		}
		if len(found) < least {
			t.Errorf("%s: only %d names were found", page, len(found))
		}
	}
}
