package widget

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/internal/plain"
)

// A name cannot turn the words around it, hide in them or add lines to them.
func TestTextIsPlain(t *testing.T) {
	test.NewTempApp(t)
	const hostile = "You signed in as \u202eecilA\u2066\u200b\x1b\u009b\U000e0041, not as Bob."
	const want = "You signed in as ecilA, not as Bob."
	set := NewText("", TextStyle{})
	set.SetText(hostile)
	named := NewButton("", ButtonQuiet, nil)
	named.SetText(hostile)
	for name, got := range map[string]string{
		"new text": NewText(hostile, TextStyle{}).Text(), "changed text": set.Text(), "spoken text": set.AccessibilityLabel(),
		"new button": NewButton(hostile, ButtonQuiet, nil).Text(), "changed button": named.Text(),
	} {
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := NewText("a\nb", TextStyle{Fit: FitWrap}).Text(); got != "a\nb" {
		t.Errorf("lines of our own: %q", got)
	}
	long := NewText(strings.Repeat("long\u202e", 1<<18), TextStyle{}).Text()
	if n := len([]rune(long)); n > 20_001 {
		t.Errorf("%d characters are laid out", n)
	}
	for _, r := range long {
		if plain.Unseen(r) {
			t.Fatalf("%U is shown", r)
		}
	}
}
