package widget

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/ui/theme"
)

// read is what a token's view draws, line by line.
func read(v *TokenView) string {
	var b strings.Builder
	line := 0
	for _, run := range v.lines(v.Size().Width).runs {
		for ; line < run.line; line++ {
			b.WriteByte('\n')
		}
		b.WriteString(run.text)
	}
	return b.String()
}

func TestTokenViewShowsAllOfIt(t *testing.T) {
	themed(t)
	v := NewTokenView(nil)
	w := show(t, NewColumn(0, v), 400, 300)
	header, payload, signature := strings.Repeat("h", 30), strings.Repeat("p", 20<<10), "sss"
	v.Set(true, header, payload, signature)
	w.Resize(fyne.NewSize(401, 300))
	if got := strings.ReplaceAll(read(v), "\n", ""); got != header+"."+payload+"."+signature {
		t.Errorf("%d letters are drawn, the end reads %q", len(got), got[max(0, len(got)-10):])
	}
	lines := v.lines(v.Size().Width)
	if got, want := v.MinSize().Height, float32(lines.count)*v.lineHeight(); got != want {
		t.Errorf("%d lines are %v high, want %v", lines.count, got, want)
	}
	runs := lines.runs
	if runs[0].color != theme.ColorJWTHeader || runs[len(runs)-1].color != theme.ColorJWTSignature {
		t.Errorf("colours of the ends: %s, %s", runs[0].color, runs[len(runs)-1].color)
	}
}

func TestTokenViewHidesAndForgets(t *testing.T) {
	themed(t)
	copied := ""
	v := NewTokenView(func(text string) { copied = text })
	w := show(t, NewColumn(0, v), 400, 300)
	content := func() string { return test.RenderObjectToMarkup(w.Canvas().Content()) }
	v.Set(true, "canary", "canary", "canary")
	if !strings.Contains(content(), "canary") {
		t.Fatal("a token that is shown cannot be read")
	}
	v.Set(false, "", "", "")
	if got := read(v); got != hiddenDots+"."+hiddenDots+"."+hiddenDots {
		t.Errorf("hidden, it reads %q", got)
	}
	if strings.Contains(content(), "canary") || strings.Contains(string(v.letters), "canary") {
		t.Error("the token stays after hiding")
	}
	v.TypedShortcut(&fyne.ShortcutSelectAll{})
	v.TypedShortcut(&fyne.ShortcutCopy{})
	if copied != "" || v.Selected() != "" {
		t.Errorf("what is hidden was copied: %q", copied)
	}
	for _, text := range test.WidgetRenderer(v).(*tokenRenderer).texts[:cap(test.WidgetRenderer(v).(*tokenRenderer).texts)] {
		if text != nil && strings.Contains(text.Text, "canary") {
			t.Error("a line that is not drawn keeps the token")
		}
	}
}

func TestTokenViewSelectsAndCopies(t *testing.T) {
	themed(t)
	var copied []string
	v := NewTokenView(func(text string) { copied = append(copied, text) })
	w := show(t, NewColumn(0, v), 10*20+1, 300)
	v.SetKeys(Keys{Focus: w.Canvas().Focus})
	token := strings.Repeat("0123456789", 8)
	v.Set(true, token[:25], token[26:60], token[61:])
	whole := token[:25] + "." + token[26:60] + "." + token[61:]
	columns, letter := v.lines(v.Size().Width).columns, v.letter()
	pos := func(line, column int) fyne.Position {
		return fyne.NewPos(float32(column)*letter+1, (float32(line)+0.5)*v.lineHeight())
	}
	down := func(p fyne.Position, m fyne.KeyModifier) {
		v.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p}, Button: desktop.MouseButtonPrimary, Modifier: m})
	}
	want := func(what, text string) {
		t.Helper()
		if got := v.Selected(); got != text {
			t.Errorf("%s: %q, want %q", what, got, text)
		}
	}
	down(pos(0, 3), 0)
	if !v.HasFocus() {
		t.Error("the keyboard does not follow the pointer")
	}
	v.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: pos(1, 2)}})
	want("over the end of a line", whole[3:columns+2])
	down(pos(0, 7), fyne.KeyModifierShift)
	want("with Shift", whole[3:7])
	v.TypedShortcut(&fyne.ShortcutCopy{})
	v.DoubleTapped(&fyne.PointEvent{Position: pos(0, 3)})
	want("a double click", whole[:25])
	key(w, fyne.KeyEnd)
	v.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	key(w, fyne.KeyLeft)
	key(w, fyne.KeyUp)
	want("by the keys", whole[len(whole)-1-columns:])
	v.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	key(w, fyne.KeyHome)
	want("a place only", "")
	v.TypedShortcut(&fyne.ShortcutCopy{})
	v.TypedShortcut(&fyne.ShortcutSelectAll{})
	v.TypedShortcut(&fyne.ShortcutCopy{})
	if got := strings.Join(copied, " "); got != whole[3:7]+" "+whole+" "+whole {
		t.Errorf("copied %q", got)
	}
}

// A line that stays is not painted again, however long the token is.
func TestTokenViewPaintsALineOnce(t *testing.T) {
	themed(t)
	v := NewTokenView(nil)
	show(t, NewColumn(0, v), 400, 300)
	v.Set(true, strings.Repeat("a", 20<<10))
	r := test.WidgetRenderer(v).(*tokenRenderer)
	first := r.texts[0]
	v.SelectAll()
	v.Refresh()
	if r.texts[0] != first || len(r.marks) != v.laid.count {
		t.Errorf("%d marks behind %d lines", len(r.marks), v.laid.count)
	}
	if got := testing.AllocsPerRun(5, func() { r.Layout(v.Size()) }); got > 2000 {
		t.Errorf("laying it out again takes %v allocations", got)
	}
}

// What a provider sends against RFC 6749 appendix A.12 takes one place a letter, and
// is copied as it is.
func TestTokenViewOfForeignLetters(t *testing.T) {
	themed(t)
	v := NewTokenView(nil)
	show(t, NewColumn(0, v), 400, 300)
	v.Set(true, "a\n\u202e\u0301b")
	v.SelectAll()
	if got := read(v); got != "a···b" {
		t.Errorf("it reads %q", got)
	}
	if got := v.Selected(); got != "a\n\u202e\u0301b" {
		t.Errorf("copied as %q", got)
	}
}
