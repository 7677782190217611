package providers

import (
	"encoding/xml"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestMarks holds each mark to what the window draws: one path in a square of 24 by 24,
// without a colour, and named by a built-in provider.
func TestMarks(t *testing.T) {
	used := map[string]bool{}
	for _, id := range presetIDs() {
		if mark := embedded(id).Mark; mark != "" {
			used[mark] = true
		}
	}
	readme, err := os.ReadFile("marks/README.md")
	if err != nil || !strings.Contains(string(readme), "CC0") {
		t.Errorf("the licence is not said: %v", err)
	}
	if len(Marks()) < 10 {
		t.Errorf("only %v", Marks())
	}
	for _, name := range Marks() {
		if !used[name] {
			t.Errorf("no provider has the mark %s", name)
		}
		var svg drawing
		if err := xml.Unmarshal(Mark(name), &svg); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !svg.onePath() || len(Mark(name)) > 8192 {
			t.Errorf("%s is not one path of lines and curves without a colour: %+v", name, svg)
		}
	}
}

// drawing is an SVG file as far as the window draws it.
type drawing struct {
	ViewBox string `xml:"viewBox,attr"`
	Fill    string `xml:"fill,attr"`
	Path    []struct {
		D    string `xml:"d,attr"`
		Fill string `xml:"fill,attr"`
	} `xml:"path"`
}

// onePath reports whether it is one path of lines and curves in a square of 24 by 24,
// without a colour.
func (d *drawing) onePath() bool {
	if d.ViewBox != "0 0 24 24" || d.Fill != "" || len(d.Path) != 1 {
		return false
	}
	path := d.Path[0]
	return path.D != "" && path.Fill == "" && strings.Trim(path.D, "MLCZ0123456789.- ") == ""
}

func TestAMarkIsAmongTheKnownOnes(t *testing.T) {
	for _, name := range []string{"", "../presets/github", "no-such", "GitHub", strings.Repeat("a", 500)} {
		if Mark(name) != nil {
			t.Errorf("%q is a mark", name)
		}
	}
	text := func(mark string) string {
		return "id = \"mine\"\nmark = \"" + mark + "\"\nissuer = \"https://id.example\"\n"
	}
	if p, err := Parse("f.toml", []byte(text("gitlab"))); err != nil || p.Mark != "gitlab" {
		t.Errorf("a known mark: %v", err)
	}
	_, err := Parse("f.toml", []byte(text("no-such")))
	if err == nil || !strings.Contains(err.Error(), "mark") || !strings.Contains(err.Error(), "gitlab") {
		t.Errorf("an unknown mark: %v", err)
	}
	if p, err := Parse("f.toml", []byte("id = \"work\"\npreset = \"gitlab\"\n")); err != nil || p.Mark != "gitlab" {
		t.Errorf("the mark of the preset is lost: %v", err)
	}
}

func TestWhatIsPopularIsUsable(t *testing.T) {
	var popular []string
	for _, id := range presetIDs() {
		if p := embedded(id); p.Popular {
			popular = append(popular, id)
			if p.Unusable != "" {
				t.Errorf("%s is popular and cannot be used", id)
			}
		}
	}
	if len(popular) < 3 || len(popular) > 8 || !slices.Contains(popular, "github") {
		t.Errorf("popular are %v", popular)
	}
}
