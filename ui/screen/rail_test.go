package screen

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
)

// A search ends with the choice of what it found.
func TestAChoiceEndsTheSearch(t *testing.T) {
	w, _ := open(t, fyne.NewSize(1000, 680))
	store := w.kit.store
	st := sample()
	st.Route, st.Search = state.RouteWelcome, "someone"
	w.Render(st)
	if len(w.rail.shown) != 1 {
		t.Fatalf("%d rows are shown", len(w.rail.shown))
	}
	store.SetSearch("someone")
	w.rail.rows[0].Tapped(nil)
	if got := store.State().Search; got != "" {
		t.Errorf("the search is still %q", got)
	}
}
