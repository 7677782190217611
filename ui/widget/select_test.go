package widget

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// dragOver drags the pointer from one place in the window to another, over what takes it.
func dragOver(over fyne.Draggable, from, to fyne.Position) {
	middle := fyne.NewPos((from.X+to.X)/2, (from.Y+to.Y)/2)
	for _, step := range [][2]fyne.Position{{from, middle}, {middle, to}} {
		ev := &fyne.DragEvent{PointEvent: fyne.PointEvent{AbsolutePosition: step[1]}}
		ev.Dragged = fyne.NewDelta(step[1].X-step[0].X, step[1].Y-step[0].Y)
		over.Dragged(ev)
	}
	over.DragEnd()
}

// place of a letter of a text that is one line.
func letterOf(o *Text, at fyne.Position, n int) fyne.Position {
	return at.AddXY(o.measure().width(o.text[:n]), 5)
}

// Part of a value, of an error and of an address is selected with the pointer and copied,
// with the keys and in the menu. The tap that copies the whole value does not happen.
func TestAPartIsSelected(t *testing.T) {
	themed(t)
	tapped := 0
	copying, shown := NewKeyValue(100, func(KV) { tapped++ }), NewKeyValue(100, nil)
	lines := []KV{{Label: "User ID", Value: "4f1c-demo-93ab", Mono: true}, {Label: "Email", Value: "ada@example.org"}}
	copying.Set(lines)
	shown.Set(lines)
	address := NewMono("http://127.0.0.1/callback/mine")
	area := NewCopyArea(address)
	done := NewSmallButton("OK", ButtonQuiet, func() {})
	notice := NewNotice(ToneBad, "It failed", "invalid_grant: the token is too old.", done)
	help := NewMuted("Kept in the encrypted vault.")
	page := NewPage(NewCard(NewColumn(4, NewSubtitle("Client secret"), help)), copying, shown, area, notice)
	below := page.scroll.Content.(*fyne.Container).Objects[0].(*pageArea)
	w := show(t, page, 500, 500)
	cell := func(k *KeyValue, row int) *Text { return k.painted.texts[row][1] }
	for name, c := range map[string]struct {
		over     fyne.Draggable
		text     *Text
		at       fyne.Position
		from, to int
		want     string
	}{
		"of a value that a tap copies": {copying, cell(copying, 0), copying.lies(cell(copying, 0)), 5, 9, "demo"},
		"backwards":                    {copying, cell(copying, 0), copying.lies(cell(copying, 0)), 9, 5, "demo"},
		"of a value":                   {shown, cell(shown, 1), shown.lies(cell(shown, 1)), 0, 3, "ada"},
		"of an address":                {area.area, address, absolute(address), 7, 16, "127.0.0.1"},
		"of a page's sentence":         {below, help, absolute(help), 12, 21, "encrypted"},
		"of an error":                  {notice.area, notice.text, absolute(notice.text), 0, 13, "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			app().Clipboard().SetContent("before")
			dragOver(c.over, letterOf(c.text, c.at, c.from), letterOf(c.text, c.at, c.to))
			f, ok := w.Canvas().Focused().(fyne.Shortcutable)
			if !ok {
				t.Fatalf("the keyboard is on %T", w.Canvas().Focused())
			}
			f.TypedShortcut(&fyne.ShortcutCopy{})
			if got := clipboard(); got != c.want || tapped != 0 {
				t.Errorf("copied %q, not %q, and tapped %d times", got, c.want, tapped)
			}
			if len(test.WidgetRenderer(c.text).(*textRenderer).marks) != 1 {
				t.Error("it is not marked")
			}
			app().Clipboard().SetContent("before")
			inside := letterOf(c.text, c.at, (c.from+c.to)/2)
			c.over.(fyne.SecondaryTappable).TappedSecondary(&fyne.PointEvent{Position: inside.Subtract(absolute(c.over.(fyne.CanvasObject))), AbsolutePosition: inside})
			if !choose(t, w, 0) {
				t.Fatal("no menu")
			}
			if got := clipboard(); got != c.want {
				t.Errorf("the menu copied %q", got)
			}
			w.Canvas().Unfocus()
			if c.text.chosen() != "" {
				t.Error("it stays marked")
			}
		})
	}
	// What is not selected is no stop of the Tab key.
	w.Canvas().Unfocus()
	for range 2 {
		w.Canvas().FocusNext()
	}
	if f := w.Canvas().Focused(); f != fyne.Focusable(done) {
		t.Errorf("the keyboard is on %T", f)
	}
}

// A text that wraps or is cut off is selected by what it is, not by its lines.
func TestAPartOfLongText(t *testing.T) {
	themed(t)
	long := "The provider did not say why. " + strings.Repeat("Ask its operator again. ", 10) + "日本語のテキストです。"
	for name, text := range map[string]*Text{
		"wrapped": NewBody(long), "cut off": NewLine(long), "in two lines": NewText(long, TextStyle{Fit: FitWrap, MaxLines: 2}),
		"in paragraphs": NewBody(strings.ReplaceAll(long, "why. ", "why.\n\n")),
	} {
		all := NewCopyArea(text)
		w := show(t, all, 300, 300)
		at, area := absolute(text), all.area
		dragOver(area, at.AddXY(1, 3), at.AddXY(text.Size().Width-1, text.Size().Height-3))
		if got := text.chosen(); got != text.text {
			t.Errorf("%s: %q is selected", name, got)
		}
		area.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary})
		if text.chosen() != "" {
			t.Errorf("%s: it stays selected", name)
		}
		dragOver(area, at.AddXY(1, 3), letterOf(text, at, 12))
		area.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
		if text.chosen() != "" || w.Canvas().Focused() != nil {
			t.Errorf("%s: Escape does not end it", name)
		}
		dragOver(area, at.AddXY(1, 3), letterOf(text, at, 12))
		if got := text.chosen(); got != "The provider" {
			t.Errorf("%s: %q is selected", name, got)
		}
		text.SetText("Other")
		if text.chosen() != "" {
			t.Errorf("%s: another text is selected", name)
		}
	}
}

// The pointer over words of a page says that they can be selected; between them it does not.
func TestThePointerSaysWhereWordsAre(t *testing.T) {
	themed(t)
	help := NewMuted("Kept in the encrypted vault.")
	page := NewPage(NewCard(NewColumn(40, NewSubtitle("Client secret"), help)))
	show(t, page, 500, 300)
	below := page.scroll.Content.(*fyne.Container).Objects[0].(*pageArea)
	for at, want := range map[fyne.Position]desktop.Cursor{
		absolute(help).AddXY(5, 5):   desktop.TextCursor,
		absolute(help).AddXY(5, -20): desktop.DefaultCursor,
	} {
		ev := &desktop.MouseEvent{}
		ev.Position = at.Subtract(absolute(below))
		below.MouseIn(ev)
		if got := below.Cursor(); got != want {
			t.Errorf("at %v: %v, not %v", at, got, want)
		}
	}
}
