//go:build migrated_fynedo

// Without the tag Fyne looks who calls it: tests that press things are for that, not
// those that look at every page.

package screen

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/tongue"
)

// rewriting is the variable that has the goldens written anew.
const rewriting = "CLAVIGER_GOLDENS"

const goldens = "testdata/golden"

// TestEveryPageIsAsItWas holds every page in every notable state, in three sizes, two
// languages and both themes, to what it was before. Whoever changes a page on purpose has
// the goldens written anew, and reads in the commit what else has changed.
func TestEveryPageIsAsItWas(t *testing.T) {
	states, names := notable(t), colorNames()
	got := make([][]string, len(states))
	for _, tag := range []string{"en", "de"} {
		speak(t, tag)
		light, dark := everySize(states, theme.ChoiceLight), everySize(states, theme.ChoiceDark)
		for i := range states {
			for j, size := range goldenSizes() {
				got[i] = append(got[i], fmt.Sprintf("== %s, %vx%v", tag, size.Width, size.Height))
				got[i] = append(got[i], inBothThemes(t, names, light[i][j], dark[i][j])...)
			}
		}
	}
	_, unwritable := tongue.Languages()
	files := map[string]bool{}
	for i, s := range states {
		file := s.name + ".txt"
		if files[file] {
			t.Errorf("two states are called %s", s.name)
		}
		files[file] = true
		t.Run(s.name, func(t *testing.T) {
			if s.name == "settings-"+string(state.SettingsLook) && len(unwritable) > 0 {
				t.Skipf("no font of this machine has the characters of %v, which Settings says", unwritable)
			}
			golden(t, file, got[i])
		})
	}
	left, err := os.ReadDir(goldens)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if !files[f.Name()] {
			t.Errorf("no page has the golden %s: delete it", f.Name())
		}
	}
}

func goldenSizes() []fyne.Size {
	return []fyne.Size{{Width: 1000, Height: 680}, {Width: 720, Height: 520}, {Width: 420, Height: 800}}
}

// everySize is what is drawn of each state, at each size, by a window of its own. The
// theme is set once: Fyne forgets its fonts with it.
func everySize(states []notableState, choice theme.Choice) [][][]drawn {
	app := fyne.CurrentApp()
	app.Settings().SetTheme(theme.New(choice))
	out := make([][][]drawn, len(states))
	for i, s := range states {
		for _, size := range goldenSizes() {
			w, win, end := openIn(app, size)
			w.Render(s.make())
			win.Resize(size)
			out[i] = append(out[i], drawing(w.Content()))
			end()
		}
	}
	return out
}

// golden compares what is drawn with a file, or writes it there.
func golden(t *testing.T, name string, got []string) {
	t.Helper()
	file := filepath.Join(goldens, name)
	text := strings.Join(got, "\n") + "\n"
	if os.Getenv(rewriting) == "write" {
		if err := os.MkdirAll(goldens, 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(file)
	if err != nil {
		data = nil
	}
	if string(data) == text {
		return
	}
	t.Errorf("the page is not as %s has it (- before, + now):\n%s\nIf that is meant, write the goldens anew, and look at what git diff shows:\n"+
		"\t%s=write go test -tags migrated_fynedo ./ui/screen -run TestEveryPageIsAsItWas", file, changes(strings.Split(strings.TrimSpace(string(data)), "\n"), got), rewriting)
}

// changes are the first lines that differ, below the heading of their part.
func changes(before, now []string) string {
	const enough = 24
	var out []string
	heading, told := "", ""
	say := func(sign, line string) {
		if told != heading {
			out, told = append(out, heading), heading
		}
		out = append(out, sign+line)
	}
	for len(before)+len(now) > 0 && len(out) < enough {
		same, old, fresh := nextSame(before, now)
		for _, line := range before[:old] {
			say("- ", line)
		}
		for _, line := range now[:fresh] {
			say("+ ", line)
		}
		if same && strings.HasPrefix(before[old], "==") {
			heading = before[old]
		}
		skip := 0
		if same {
			skip = 1
		}
		before, now = before[old+skip:], now[fresh+skip:]
	}
	if len(before)+len(now) > 0 {
		out = append(out, "…")
	}
	return strings.Join(out, "\n")
}

// nextSame is how many lines come before the next one that is in both.
func nextSame(before, now []string) (same bool, old, fresh int) {
	for sum := range len(before) + len(now) {
		for i := range sum + 1 {
			if j := sum - i; i < len(before) && j < len(now) && before[i] == now[j] {
				return true, i, j
			}
		}
	}
	return false, len(before), len(now)
}
