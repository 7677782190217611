package ui

import (
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
)

func TestTheWindowOpensAsItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "last-window")
	for _, c := range []struct {
		kept state.WindowSize
		want fyne.Size
	}{
		{state.WindowSize{}, fyne.NewSize(startWidth, startHeight)},
		{state.WindowSize{Width: 1300, Height: 800}, fyne.NewSize(1300, 800)},
		{state.WindowSize{Width: 10, Height: 2000}, fyne.NewSize(leastWidth, 2000)},
	} {
		if err := c.kept.Save(path); err != nil {
			t.Fatal(err)
		}
		s := &size{path: path}
		if got := s.first(); got != c.want {
			t.Errorf("%+v opens with %v", c.kept, got)
		}
		s.save()
		if got := (&size{path: path}).first(); got != c.want {
			t.Errorf("the next time with %v", got)
		}
	}
}

// A window of a larger screen fits the smaller one; none is smaller than what everything
// fits in.
func TestTheWindowFitsTheScreen(t *testing.T) {
	for _, c := range []struct {
		width, height int
		scale         float32
		want          fyne.Size
	}{
		{2560, 1440, 1, fyne.NewSize(1900, 1000)},
		{1366, 768, 1, fyne.NewSize(1366, 768)},
		{2560, 1440, 2, fyne.NewSize(1280, 720)},
		{320, 240, 1, fyne.NewSize(leastWidth, leastHeight)},
		{0, 0, 1, fyne.NewSize(1900, 1000)},
	} {
		s := &size{normal: fyne.NewSize(1900, 1000), frame: Frame{Room: func() (int, int) { return c.width, c.height }}}
		if got := s.within(c.scale); got != c.want {
			t.Errorf("%dx%d at %v: %v", c.width, c.height, c.scale, got)
		}
	}
}

// The size of a maximised window is not its size: it is asked for again once it no
// longer is, whichever the system says first, the size or the state.
func TestAMaximisedWindow(t *testing.T) {
	usual, all := fyne.NewSize(1100, 700), fyne.NewSize(1920, 1040)
	for _, late := range []bool{false, true} {
		on := false
		s := &size{path: filepath.Join(t.TempDir(), "last-window"), normal: usual, before: usual, frame: Frame{Maximised: func() bool { return on }}}
		s.changed(usual)
		on = !late
		s.changed(all)
		on = true
		s.leave(all)
		s.save()
		got, known := state.ReadWindowSize(s.path)
		if want := (state.WindowSize{Width: 1100, Height: 700, Maximised: true}); !known || got != want {
			t.Errorf("late %v: %+v", late, got)
		}
	}
}
