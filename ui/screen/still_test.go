package screen

import (
	"reflect"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/appearance"
	"github.com/claviger/claviger/ui/state"
)

// moving counts the lists that draw themselves again and again.
func moving(k *kit) int {
	n := 0
	for _, list := range k.moving {
		if !reflect.ValueOf(list).Elem().FieldByName("pulse").IsNil() {
			n++
		}
	}
	return n
}

// What moves by itself rests while the desktop asks for that, and while nobody sees it.
func TestNothingMovesIfTheDesktopAsksForThat(t *testing.T) {
	w, _ := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route = state.RouteWaiting
	st.Flow.Events = []trace.Event{{Step: trace.StepWait, Phase: trace.Started, At: st.Now}}
	w.Render(st)
	if moving(w.kit) == 0 {
		t.Fatal("nothing moves: this test sees nothing")
	}
	st.Desktop = appearance.Wishes{Still: true}
	w.Render(st)
	if n := moving(w.kit); n != 0 {
		t.Errorf("%d lists move", n)
	}
	st.Desktop = appearance.Wishes{}
	w.Render(st)
	if moving(w.kit) == 0 {
		t.Error("it rests for ever")
	}
	st.Hidden = true
	w.Render(st)
	if n := moving(w.kit); n != 0 {
		t.Errorf("%d lists move in a hidden window", n)
	}
}
