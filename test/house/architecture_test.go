package house

import (
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
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

// TestEveryRoomIsOnTheMap looks for each room that the program is made of. Those of tests,
// examples and single commands are left out.
func TestEveryRoomIsOnTheMap(t *testing.T) {
	page, found := read(t, "docs/architecture.md"), 0
	for _, r := range theHouse(t).rooms {
		first, _, _ := strings.Cut(r.name, "/")
		if r.types.Name() == "main" || slices.Contains([]string{"test", "examples", "assets"}, first) || r.forTests() {
			continue
		}
		found++
		if !strings.Contains(page, "`"+r.name+"`") {
			t.Errorf("docs/architecture.md: `%s` is not there", r.name)
		}
	}
	if found < 40 {
		t.Errorf("only %d rooms were found", found)
	}
}

// forTests reports whether a room is for tests of other rooms.
func (r room) forTests() bool {
	return slices.ContainsFunc(r.types.Imports(), func(p *types.Package) bool { return p.Path() == "testing" })
}
