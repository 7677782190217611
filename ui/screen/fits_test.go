package screen

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetest "fyne.io/fyne/v2/test"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// eachState calls f for every page in every state that the tests make.
func eachState(f func(name string, st state.State)) {
	for _, r := range routes() {
		st := sample()
		st.Route = r
		f(string(r), st)
	}
	for _, section := range state.SettingsSections() {
		st := sample()
		st.Route, st.Section = state.RouteSettings, section
		f("settings, "+string(section), st)
	}
	for _, tab := range state.Tabs() {
		for _, asked := range []bool{false, true} {
			st := sample()
			st.Route, st.Tab = state.RouteAccount, tab
			name := fmt.Sprintf("account, %s", tab)
			if asked {
				name += ", sign-out asked"
			} else {
				st.SignOut = nil
			}
			f(name, st)
		}
	}
}

// named says which object it is, for a message.
func named(o fyne.CanvasObject) string {
	if a, ok := o.(fyne.Accessible); ok && a.AccessibilityLabel() != "" {
		return fmt.Sprintf("%T %.40q", o, a.AccessibilityLabel())
	}
	return fmt.Sprintf("%T", o)
}

// TestNothingIsCutOff holds every page at every size of window, in text of 100 % to 200 %
// and in languages of other lengths: no control and no text lies beyond the edges, no
// button is narrower than its words, and controls do not lie over each other.
func TestNothingIsCutOff(t *testing.T) {
	phone := fyne.NewSize(420, 800)
	all := []fyne.Size{phone, {Width: 720, Height: 520}, {Width: 1000, Height: 680}, {Width: 1600, Height: 1000}}
	for tag, sizes := range map[string][]fyne.Size{"en": all, "de": {phone}, "ja": {phone}} {
		for _, scale := range []float32{1, 1.5, 2} {
			t.Run(fmt.Sprintf("%s at %v", tag, scale), func(t *testing.T) {
				speak(t, tag)
				for _, size := range sizes {
					w, win := open(t, size)
					fyne.CurrentApp().Settings().SetTheme(theme.NewLook(theme.Look{Choice: theme.ChoiceLight, Scale: scale}))
					look := func(name string, st state.State) {
						w.Render(st)
						win.Resize(size)
						for _, fault := range faults(w.Content(), size) {
							t.Errorf("%s, %vx%v: %s", name, size.Width, size.Height, fault)
						}
					}
					eachState(look)
					if size != phone {
						continue
					}
					for _, n := range notable(t) {
						look(n.name, n.make())
					}
				}
			})
		}
	}
}

// large is the theme with text of twice the size.
func large() *theme.Theme { return theme.NewLook(theme.Look{Choice: theme.ChoiceLight, Scale: 2}) }

// TestLargeTextSaysAll: what is said whole in text of the usual size is so in larger text,
// where there is room: a label is not cut off to its first letters.
func TestLargeTextSaysAll(t *testing.T) {
	size := fyne.NewSize(1000, 680)
	cut := func(scale float32) map[string]bool {
		out := map[string]bool{}
		app := fynetest.NewTempApp(t)
		app.Settings().SetTheme(theme.NewLook(theme.Look{Choice: theme.ChoiceLight, Scale: scale}))
		for _, s := range notable(t) {
			w, win, end := openIn(app, size)
			w.Render(s.make())
			win.Resize(size)
			walk(w.Content(), laid{o: w.Content(), clipTo: fyne.NewPos(1e6, 1e6)}, func(at laid) bool {
				if text, ok := at.o.(*canvas.Text); ok && strings.HasSuffix(text.Text, "…") {
					out[s.name+": "+strings.TrimSpace(strings.TrimSuffix(text.Text, "…"))] = true
				}
				return at.o != w.rail.object
			})
			end()
		}
		return out
	}
	usual := cut(1)
	for text := range cut(1.5) {
		if !anyBegins(usual, text) {
			t.Errorf("cut off in text of 150 %%: %s", text)
		}
	}
}

func anyBegins(texts map[string]bool, begin string) bool {
	for text := range texts {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return false
}

// laid is an object with its place in the window, and what is seen of it.
type laid struct {
	o            fyne.CanvasObject
	outer        fyne.CanvasObject // the control that it is a part of
	pos          fyne.Position
	clip, clipTo fyne.Position
}

func (l laid) String() string { return fmt.Sprintf("%s at %v, %v", named(l.o), l.pos, l.o.Size()) }

// seen are the corners of what is not scrolled out of sight.
func (l laid) seen() (from, to fyne.Position) {
	end := l.pos.AddXY(l.o.Size().Width, l.o.Size().Height)
	return fyne.NewPos(fyne.Max(l.pos.X, l.clip.X), fyne.Max(l.pos.Y, l.clip.Y)), fyne.NewPos(fyne.Min(end.X, l.clipTo.X), fyne.Min(end.Y, l.clipTo.Y))
}

func (l laid) over(m laid) bool {
	from, to := l.seen()
	from2, to2 := m.seen()
	const hair = 0.5
	return fyne.Max(from.X, from2.X)+hair < fyne.Min(to.X, to2.X) && fyne.Max(from.Y, from2.Y)+hair < fyne.Min(to.Y, to2.Y)
}

// walk visits what is shown; f says whether to go into it.
func walk(o fyne.CanvasObject, in laid, f func(laid) bool) {
	if o == nil || !o.Visible() {
		return
	}
	at := in
	if _, control := in.o.(fyne.Focusable); control {
		at.outer = in.o
	}
	at.o, at.pos = o, in.pos.Add(o.Position())
	if !f(at) {
		return
	}
	var parts []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		parts = o.Objects
	case fyne.Widget:
		parts = fynetest.WidgetRenderer(o).Objects()
	}
	if _, ok := o.(*widget.Scroll); ok {
		at.clip, at.clipTo = at.seen()
	}
	for _, part := range parts {
		walk(part, at, f)
	}
}

// faults are what is wrong with the places of what is shown.
func faults(content fyne.CanvasObject, size fyne.Size) []string {
	var out []string
	var controls []laid
	walk(content, laid{o: content, clipTo: fyne.NewPos(size.Width, 1e6)}, func(at laid) bool {
		pos := at.pos
		switch o := at.o.(type) {
		case *canvas.Text:
			drawn := o.MinSize().Width
			if o.Alignment == fyne.TextAlignLeading && o.Text != "" && pos.X+drawn > size.Width+1 {
				out = append(out, fmt.Sprintf("text %q ends at %v", o.Text, pos.X+drawn))
			}
		case *widget.Button:
			if o.Size().Height+0.5 < o.MinSize().Height {
				out = append(out, fmt.Sprintf("%v is lower than its words: %v", at, o.MinSize().Height))
			}
		}
		if _, ok := at.o.(fyne.Focusable); ok && !belowTexts(at.o) {
			controls = append(controls, at)
			if pos.X < -0.5 || pos.X+at.o.Size().Width > size.Width+0.5 {
				out = append(out, fmt.Sprintf("%v lies beyond the window", at))
			}
		}
		switch at.o.(type) {
		case *fynewidget.List, *widget.Entry: // rows come and go; a field scrolls
			return false
		}
		return true
	})
	return append(out, overlapping(controls)...)
}

// overlapping are the controls that lie over others of which they are no part.
func overlapping(controls []laid) []string {
	var out []string
	for i, a := range controls {
		for _, b := range controls[i+1:] {
			if a.over(b) && b.outer != a.o {
				out = append(out, fmt.Sprintf("%v lies over %v", a, b))
			}
		}
	}
	return out
}
