package widget

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	fynewidget "fyne.io/fyne/v2/widget"
)

// choose chooses an item of the menu that is open with the keys; it reports whether one is.
func choose(t *testing.T, w fyne.Window, item int) bool {
	t.Helper()
	menu, ok := w.Canvas().Focused().(*fynewidget.PopUpMenu)
	if !ok || w.Canvas().Overlays().Top() == nil {
		return false
	}
	for range item + 1 {
		menu.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	}
	menu.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	return true
}

// second taps with the secondary button, as Fyne does: at the innermost part that takes a
// tap of any kind.
func second(w fyne.Window, at fyne.Position) {
	var inner fyne.CanvasObject
	var pos fyne.Position
	for _, o := range test.LaidOutObjects(w.Content()) {
		switch o.(type) {
		case fyne.Tappable, fyne.SecondaryTappable, fyne.DoubleTappable, fyne.Focusable, desktop.Mouseable:
			p := at.Subtract(app().Driver().AbsolutePositionForObject(o))
			if o.Visible() && p.X >= 0 && p.Y >= 0 && p.X < o.Size().Width && p.Y < o.Size().Height {
				inner, pos = o, p
			}
		}
	}
	if s, ok := inner.(fyne.SecondaryTappable); ok {
		s.TappedSecondary(&fyne.PointEvent{Position: pos, AbsolutePosition: at})
	}
}

func clipboard() string { return app().Clipboard().Content() }

func TestRowsAreCopied(t *testing.T) {
	themed(t)
	var tapped []string
	copying := NewKeyValue(100, func(line KV) { tapped = append(tapped, line.Value) })
	shown := NewKeyValue(100, nil)
	checks := NewChecksList()
	steps := NewStepList()
	happened := NewHistoryList(0, func(int) { tapped = append(tapped, "folded") })
	fall := NewWaterfall(nil, nil)
	lines := []KV{{Label: "Name", Value: "Ada"}, {Label: "Address", Value: "ada@example.org"}}
	w := show(t, NewColumn(20, copying, shown, checks, steps, happened, fall), 500, 600)
	copying.Set(lines)
	shown.Set(lines)
	checks.Set([]Check{{Sign: SignDone, Name: "signature", Reason: "valid"}})
	steps.Set([]Step{{Sign: SignDone, Text: "Listening", Detail: "127.0.0.1", Time: "3 ms"}, {Text: "Waiting"}})
	happened.Set([]Happening{{Text: "Signed in", Detail: "by browser", Time: "10:32", Fold: "2 changes"}, {Text: "Refreshed", Time: "11:32"}})
	fall.Set([]Span{{Text: "Asked for tokens", Time: "12 ms"}, {Text: "Stored", Time: "1 ms"}})
	w.Resize(fyne.NewSize(501, 600))
	tests := []struct {
		name     string
		on       fyne.CanvasObject
		down     float32
		one, all string
		itsOwn   bool
	}{
		{"a value that a tap copies", copying, 30, "", "Name\tAda\nAddress\tada@example.org", true},
		{"a value", shown, 30, "ada@example.org", "Name\tAda\nAddress\tada@example.org", false},
		{"the only check", checks, 4, "signature\tvalid", "", false},
		{"a step", steps, 4, "Listening\t127.0.0.1\t3 ms", "Listening\t127.0.0.1\t3 ms\nWaiting", false},
		{"what happened", happened, 4, "Signed in\tby browser\t10:32", "Signed in\tby browser\t10:32\nRefreshed\t11:32", false},
		{"a bar in time", fall, waterfallLine() + 4, "Stored\t1 ms", "Asked for tokens\t12 ms\nStored\t1 ms", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tapped = nil
			app().Clipboard().SetContent("before")
			at := app().Driver().AbsolutePositionForObject(tt.on).AddXY(120, tt.down)
			second(w, at)
			if !choose(t, w, 0) {
				t.Fatal("no menu")
			}
			if tt.itsOwn {
				if len(tapped) != 1 || tapped[0] != "ada@example.org" {
					t.Errorf("copied %q", tapped)
				}
			} else if got := clipboard(); got != tt.one || len(tapped) != 0 {
				t.Errorf("copied %q, and %q", got, tapped)
			}
			if w.Canvas().Overlays().Top() != nil {
				t.Fatal("the menu stays open")
			}
			if tt.all == "" {
				return
			}
			second(w, at)
			choose(t, w, 1)
			if got := clipboard(); got != tt.all {
				t.Errorf("all of it: %q", got)
			}
		})
	}
}

// The copy shortcut copies a line of the history, and does not fold it.
func TestTheCopyShortcutCopies(t *testing.T) {
	themed(t)
	folded := 0
	happened := NewHistoryList(0, func(int) { folded++ })
	w := show(t, happened, 400, 200)
	happened.Set([]Happening{{Text: "Signed in", Fold: "2 changes"}})
	w.Canvas().Focus(happened)
	happened.TypedShortcut(&fyne.ShortcutCopy{})
	if got := clipboard(); got != "Signed in" || folded != 0 {
		t.Errorf("copied %q, folded %d times", got, folded)
	}
	happened.KeyDown(&fyne.KeyEvent{Name: desktop.KeyMenu})
	if !choose(t, w, 0) {
		t.Error("the menu key opens nothing")
	}
}

func TestTextsAreCopied(t *testing.T) {
	themed(t)
	name, address, gone := NewLine("Ada "+strings.Repeat("Lovelace ", 40)), NewLine("ada@example.org"), NewLine("gone")
	gone.Hide()
	area := NewCopyArea(NewColumn(8, name, address, gone), name, address, gone)
	chip := NewCopyChip("email not granted", ToneWarn, SignWarn, "email")
	notice := NewNotice(ToneBad, "It failed", "No answer.")
	hidden := NewCopyArea(NewColumn(0, gone))
	w := show(t, NewColumn(10, area, NewFlow(0, 0, chip), notice), 300, 300)
	place := app().Driver().AbsolutePositionForObject
	for what, tt := range map[string]struct {
		on      fyne.CanvasObject
		item    int
		content string
	}{
		"a text that is shortened": {name, 0, name.Text()},
		"the one below":            {address, 0, "ada@example.org"},
		"all":                      {address, 1, name.Text() + "\nada@example.org"},
		"a fact":                   {chip, 0, "email"},
		"a notice":                 {notice, 0, "It failed\nNo answer."},
	} {
		second(w, place(tt.on).AddXY(10, 4))
		if !choose(t, w, tt.item) {
			t.Fatalf("%s: no menu", what)
		}
		if got := clipboard(); got != tt.content {
			t.Errorf("%s: %q", what, got)
		}
	}
	if gone.Hide(); !hidden.Visible() {
		t.Error("an area hides although its column does not")
	}
	if NewCopyArea(gone).Visible() {
		t.Error("an area of a hidden text takes room")
	}
}

// A token is copied by the way that its button has, and only while it is shown.
func TestTokensAreCopiedTheirOwnWay(t *testing.T) {
	themed(t)
	var copied []string
	v := NewTokenView(func(text string) { copied = append(copied, text) })
	w := show(t, NewColumn(0, v), 400, 300)
	v.Set(false, "aaa", "bbb", "ccc")
	second(w, fyne.NewPos(10, 5))
	if w.Canvas().Overlays().Top() != nil {
		t.Error("a hidden token has a menu")
	}
	v.Set(true, "aaa", "bbb", "ccc")
	second(w, fyne.NewPos(10, 5))
	choose(t, w, 0)
	if len(copied) != 1 || copied[0] != "aaa.bbb.ccc" || clipboard() == copied[0] {
		t.Errorf("copied %q", copied)
	}
}

// A row of a list takes both buttons: one chooses it, one opens its menu.
func TestRowsOfAListHaveAMenu(t *testing.T) {
	themed(t)
	var got []string
	l := NewList(func() int { return 40 }, func() fyne.CanvasObject { return NewLine("") }, func(i int, o fyne.CanvasObject) {
		o.(*Text).SetText(strings.Repeat("x", i))
	})
	l.OnSelected = func(i int) { got = append(got, "chosen "+strings.Repeat("x", i)) }
	l.OnMenu = func(i int) []*fyne.MenuItem {
		return []*fyne.MenuItem{fyne.NewMenuItem("Copy", func() { got = append(got, "copied "+strings.Repeat("x", i)) })}
	}
	w := show(t, l, 300, 200)
	place := app().Driver().AbsolutePositionForObject
	at := func(i int) *listRow {
		for _, row := range l.made {
			if row.at == i && (i == 0 || place(row).Y > 0) {
				return row
			}
		}
		t.Fatalf("no row %d is drawn", i)
		return nil
	}
	test.TapCanvas(w.Canvas(), place(at(1)).AddXY(20, 5))
	if w.Canvas().Focused() != fyne.Focusable(l) {
		t.Error("a tap leaves the keyboard elsewhere")
	}
	at(2).TappedSecondary(&fyne.PointEvent{})
	if !choose(t, w, 0) {
		t.Fatal("no menu")
	}
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	l.TypedKey(&fyne.KeyEvent{Name: desktop.KeyMenu})
	if !choose(t, w, 0) {
		t.Fatal("the menu key opens nothing")
	}
	if want := []string{"chosen x", "copied xx", "copied xx"}; strings.Join(got, ",") != strings.Join(want, ",") {
		t.Errorf("%q, want %q", got, want)
	}
}
