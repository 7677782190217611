package house

import (
	"go/types"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// place is a file or folder of the project, as pages name it.
var place = regexp.MustCompile(`\b(?:auth|cli|examples|internal|providers|script|test|ui|vault)/[\w./-]*\w`)

// shown is a place, or a file of Go beside the place that was named last.
var shown = regexp.MustCompile(place.String() + "|`\\w+\\.go`")

// TestPlacesThatPagesName are there: whoever moves a file moves its name in the pages
// that show the way to it.
func TestPlacesThatPagesName(t *testing.T) {
	for page, least := range map[string]int{"docs/architecture.md": 60, "docs/development.md": 15, "CONTRIBUTING.md": 8} {
		found := shown.FindAllString(read(t, page), -1)
		room := ""
		for _, name := range found {
			file, beside := strings.CutPrefix(strings.TrimSuffix(name, "`"), "`")
			if beside {
				file = room + "/" + file
			}
			info, err := os.Stat(filepath.Join(root, file))
			if err != nil {
				t.Errorf("%s: %s is not there", page, file)
				continue
			}
			if room = file; !info.IsDir() {
				room = path.Dir(file)
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
