package house

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// unportable is a name that Windows does not take for a file ("Naming Files, Paths, and
// Namespaces"): git there refuses the whole checkout.
const unportable = `(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$|[<>:"|?*\\\x00-\x1f]|[. ]$`

// TestNamesOfFiles: every system can have a copy of this repository.
func TestNamesOfFiles(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "git", "ls-files", "-z")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Skip("not a git checkout")
	}
	bad := regexp.MustCompile(unportable)
	same := map[string]string{}
	for path := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		for name := range strings.SplitSeq(path, "/") {
			if bad.MatchString(name) {
				t.Errorf("%s: Windows has no file named %q", path, name)
			}
		}
		if other, there := same[strings.ToLower(path)]; there {
			t.Errorf("%s and %s are one file on Windows and macOS", path, other)
		}
		same[strings.ToLower(path)] = path
	}
}
