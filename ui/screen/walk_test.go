//go:build migrated_fynedo

// Without the tag Fyne looks who calls it: tests that press things are for that, not
// those that look at every page.

package screen

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// eachShown renders every page in every state that the tests know.
func eachShown(t *testing.T, size fyne.Size, f func(name string, w *Window, win fyne.Window)) {
	look := func(name string, st state.State) {
		w, win := open(t, size)
		w.Render(st)
		win.Resize(size)
		f(name, w, win)
	}
	for _, n := range notable(t) {
		look(n.name, n.make())
	}
	eachState(look)
}

// TestOneBrightButtonAPage: of all buttons that are shown, one at most is the main one.
func TestOneBrightButtonAPage(t *testing.T) {
	size := fyne.NewSize(1000, 680)
	eachShown(t, size, func(name string, w *Window, _ fyne.Window) {
		var bright []string
		walk(w.Content(), laid{clipTo: fyne.NewPos(size.Width, 1e6)}, func(at laid) bool {
			if b, ok := at.o.(*widget.Button); ok && b.Kind() == widget.ButtonPrimary && !b.Disabled() {
				bright = append(bright, b.Text())
			}
			return true
		})
		if len(bright) > 1 {
			t.Errorf("%s has %q", name, bright)
		}
	})
}

// controls are what a mouse can use on the page, as the page has it from its top.
func controls(t *testing.T, name string, w *Window, size fyne.Size) []laid {
	var out []laid
	walk(w.Content(), laid{clipTo: fyne.NewPos(size.Width, 1e6)}, func(at laid) bool {
		if _, list := at.o.(*widget.List); list {
			out = append(out, at)
			return false // the arrows go through its rows
		}
		_, tapped := at.o.(fyne.Tappable)
		_, focused := at.o.(fyne.Focusable)
		d, can := at.o.(fyne.Disableable)
		switch {
		case can && d.Disabled():
			return false
		case focused:
			out = append(out, at)
			_, text := at.o.(fyne.Shortcutable)
			return !text // a field has its own parts
		case tapped && !strings.HasSuffix(fmt.Sprintf("%T", at.o), "scrollBarArea"): // the page follows the keyboard
			t.Errorf("%s: %v can be tapped and has no keyboard", name, at)
		}
		return true
	})
	return out
}

// TestTabReachesEverything: the Tab key goes to everything that a mouse can use, in the
// order in which it lies there, each shows that it has the keyboard, and Shift+Tab goes
// back the same way.
func TestTabReachesEverything(t *testing.T) {
	size := fyne.NewSize(1000, 680)
	eachShown(t, size, func(name string, w *Window, win fyne.Window) {
		c := win.Canvas()
		want := controls(t, name, w, size)
		c.Unfocus()
		forth := turn(c.FocusNext, c, len(want))
		c.Unfocus()
		back := turn(c.FocusPrevious, c, len(want))
		slices.Reverse(back)
		if within := within(want); !slices.Equal(slices.DeleteFunc(slices.Clone(forth), within), slices.DeleteFunc(back, within)) {
			t.Errorf("%s: Shift+Tab goes another way than Tab: %q, not %q", name, namesOf(back), namesOf(forth))
		}
		if p, ok := shownContent(w).(*widget.Page); ok {
			p.ScrollToTop() // it followed the keyboard
		}
		at := map[fyne.CanvasObject]laid{}
		for _, l := range controls(t, name, w, size) { // where they lie now, the page may have scrolled
			at[l.o] = l
			if !slices.Contains(forth, l.o.(fyne.Focusable)) {
				t.Errorf("%s: Tab does not reach %v", name, l)
			}
		}
		for i, f := range forth {
			l, ok := at[f.(fyne.CanvasObject)]
			if !ok {
				t.Errorf("%s: Tab reaches %s, which no mouse does", name, named(f.(fyne.CanvasObject)))
				continue
			}
			showsFocus(t, name, c, l.o)
			if i == 0 {
				continue
			}
			if before, ok := at[forth[i-1].(fyne.CanvasObject)]; ok && !follows(w, before, l) {
				t.Errorf("%s: %v comes after %v", name, l, before)
			}
		}
	})
}

// shownContent is what scrolls on the page that is shown.
func shownContent(w *Window) fyne.CanvasObject {
	p := w.pages[w.shown]
	if a, ok := p.(partly); ok {
		return a.content()
	}
	return p.object()
}

// within reports whether a control lies within another one: Fyne goes to the outer one
// first, forth and back.
func within(all []laid) func(fyne.Focusable) bool {
	return func(f fyne.Focusable) bool {
		return slices.ContainsFunc(all, func(in laid) bool {
			return in.o == f.(fyne.CanvasObject) && slices.ContainsFunc(all, func(out laid) bool { return out.o != in.o && out.over(in) })
		})
	}
}

func namesOf(list []fyne.Focusable) []string {
	var out []string
	for _, f := range list {
		out = append(out, named(f.(fyne.CanvasObject)))
	}
	return out
}

// turn presses a key until it comes round, and returns where it led.
func turn(press func(), c fyne.Canvas, most int) []fyne.Focusable {
	var out []fyne.Focusable
	for range 2*most + 2 {
		press()
		f := c.Focused()
		if f == nil || slices.Contains(out, f) {
			break
		}
		out = append(out, f)
	}
	return out
}

// follows reports whether one reads a control after another: in the same line on its
// right, or further down; the page comes after the list at the left.
func follows(w *Window, before, after laid) bool {
	page := w.driver.AbsolutePositionForObject(w.main).X
	if (before.pos.X < page) != (after.pos.X < page) {
		return before.pos.X < page
	}
	sameLine := after.pos.Y < before.pos.Y+before.o.Size().Height && before.pos.Y < after.pos.Y+after.o.Size().Height
	if sameLine {
		return after.pos.X >= before.pos.X
	}
	return after.pos.Y >= before.pos.Y
}

// showsFocus holds a control to looking otherwise while it has the keyboard.
func showsFocus(t *testing.T, name string, c fyne.Canvas, o fyne.CanvasObject) {
	t.Helper()
	f := o.(fyne.Focusable)
	c.Unfocus()
	without := fynetest.RenderObjectToMarkup(o)
	c.Focus(f)
	if fynetest.RenderObjectToMarkup(o) == without {
		t.Errorf("%s: %s looks the same with the keyboard", name, named(o))
	}
}
