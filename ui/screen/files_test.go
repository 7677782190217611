package screen

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
)

// later is a person who takes a while to choose a file.
type later struct{ chosen func(path string) }

func (l *later) Open(_ []string, chosen func(string)) { l.chosen = chosen }
func (l *later) Save(_ string, chosen func(string))   { l.chosen = chosen }

// A file that is chosen once the page has changed is not taken for what is there now.
func TestAFileIsForThePageThatAskedForIt(t *testing.T) {
	w, _ := open(t, fyne.NewSize(720, 520))
	store, person := w.kit.store, &later{}
	files := onPage{person, store}
	var got []string
	for name, ask := range map[string]func(){
		"open": func() { files.Open(nil, func(path string) { got = append(got, path) }) },
		"save": func() { files.Save("name", func(path string) { got = append(got, path) }) },
	} {
		got = nil
		store.Move.Open()
		ask()
		person.chosen("there")
		ask()
		store.Inspector.Open()
		person.chosen("elsewhere")
		if !slices.Equal(got, []string{"there"}) || store.State().Notice.Text == "" {
			t.Errorf("%s: %q, and it says %q", name, got, store.State().Notice.Text)
		}
	}
	a := state.State{Route: state.RouteAccount, Selected: "a"}
	b := a
	b.Selected = "b"
	if samePage(a, b) || !samePage(a, a) {
		t.Error("another account is the same page")
	}
}
