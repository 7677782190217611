package screen

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
)

// found is a palette with as much as it shows.
func found(at int) *state.Palette {
	p := &state.Palette{Query: "group", All: 12_000, At: at}
	for i := range 20 {
		p.Found = append(p.Found, state.PaletteEntry{
			Kind: state.EntryGroup, Title: fmt.Sprintf("Group %d %s", i, strings.Repeat("אב📈 long ", 50)), Detail: "Group of " + strings.Repeat("x", 300),
		})
	}
	return p
}

func TestWhatLiesOverThePageFitsTheLeastWindow(t *testing.T) {
	least := fyne.NewSize(720, 520)
	w, win := open(t, least)
	for name, change := range map[string]func(*state.State){
		"palette":       func(st *state.State) { st.Palette = found(0) },
		"empty palette": func(st *state.State) { st.Palette = &state.Palette{Query: "nothing"} },
		"shortcuts":     func(st *state.State) { st.Shortcuts = true },
	} {
		st := sample()
		st.Route = state.RouteAccount
		change(&st)
		w.Render(st)
		win.Resize(least)
		if m := w.Content().MinSize(); m.Width > least.Width || m.Height > least.Height {
			t.Errorf("%s needs %v", name, m)
		}
	}
}

// Whatever the arrows choose is to be seen.
func TestTheChosenEntryIsInSight(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	for _, at := range []int{0, 19, 7, 0} {
		st := sample()
		st.Route, st.Palette = state.RouteAccount, found(at)
		w.Render(st)
		win.Resize(fyne.NewSize(720, 520))
		w.Render(st)
		p := w.pages[routePalette].(*palette)
		row := p.rows[at]
		top := w.driver.AbsolutePositionForObject(row).Y
		list := w.driver.AbsolutePositionForObject(p.list).Y
		if top < list || top+row.Size().Height > 520 {
			t.Errorf("entry %d lies at %v, the list at %v", at, top, list)
		}
	}
}

// Once it is closed, by a lock for example, nothing of the vault is left in it.
func TestThePaletteForgetsWhatItFound(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route, st.Palette = state.RouteAccount, found(3)
	w.Render(st)
	if !strings.Contains(texts(win), "Group 3") {
		t.Fatal("what is found is not drawn")
	}
	w.Render(state.State{Route: state.RouteLocked, Now: st.Now})
	p := w.pages[routePalette].(*palette)
	win.SetContent(p.object())
	if s := texts(win); strings.Contains(s, "Group") || p.field.Text != "" {
		t.Error("it remembers")
	}
}

// A program's question lies over the palette, which is there again afterwards.
func TestAQuestionOverThePalette(t *testing.T) {
	w, _ := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route = state.RouteWelcome
	w.Render(st)
	before := w.canvas.Focused()
	over, asked := st, st
	over.Palette = found(0)
	w.Render(over)
	asked.Palette = over.Palette
	asked.Consent = asking(oddProgram()).Consent
	w.Render(asked)
	w.Render(over)
	if p := w.pages[routePalette].(*palette); w.shown != routePalette || w.canvas.Focused() != fyne.Focusable(p.field) {
		t.Errorf("after the question: %s", w.shown)
	}
	w.Render(st)
	if w.canvas.Focused() != before {
		t.Error("the keyboard is not where it was")
	}
}
