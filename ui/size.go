package ui

import (
	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
)

// Frame is what the system knows of a window's frame, beyond what Fyne asks it.
type Frame struct {
	// Room is the size of the screen without its panels, in pixels of the screen.
	Room func() (width, height int)
	// Maximised reports whether the window is; Maximise makes it so.
	Maximised func() bool
	Maximise  func()
}

// size keeps the size of the window for the next start. Where the window was is not
// known: Fyne does not say, and some desktops tell no program.
type size struct {
	path  string
	frame Frame
	// normal is the size that is not the maximised one, before the one until it changed
	// last: the system may say that a window is maximised after it has grown.
	normal, before fyne.Size
	maximised      bool
}

// first is the size to open with.
func (s *size) first() fyne.Size {
	first := fyne.NewSize(startWidth, startHeight)
	if was, known := state.ReadWindowSize(s.path); known {
		first = fyne.NewSize(was.Width, was.Height).Max(fyne.NewSize(leastWidth, leastHeight))
		s.maximised = was.Maximised
	}
	s.normal, s.before = first, first
	return first
}

// opened fits the window into the screen, and maximises it if it was.
func (s *size) opened(w fyne.Window, frame Frame) {
	s.frame = frame
	if frame.Room != nil {
		if fits := s.within(w.Canvas().Scale()); fits != s.normal {
			w.Resize(fits)
		}
	}
	if s.maximised && frame.Maximise != nil {
		frame.Maximise()
	}
}

// within is the size as it fits into the screen, but not below the least.
func (s *size) within(scale float32) fyne.Size {
	width, height := s.frame.Room()
	if width <= 0 || height <= 0 || scale <= 0 {
		return s.normal
	}
	room := fyne.NewSize(float32(width)/scale, float32(height)/scale)
	return s.normal.Min(room).Max(fyne.NewSize(leastWidth, leastHeight))
}

// changed notes the size of the content.
func (s *size) changed(to fyne.Size) {
	if to == s.normal || s.frame.Maximised != nil && s.frame.Maximised() {
		return
	}
	s.before, s.normal = s.normal, to
}

// leave notes whether the window is maximised, before it goes.
func (s *size) leave(now fyne.Size) {
	if s.frame.Maximised == nil {
		return
	}
	s.maximised = s.frame.Maximised()
	if s.maximised && s.normal == now {
		s.normal = s.before
	}
}

// save keeps it. Nothing is lost if that fails.
func (s *size) save() {
	if s.path != "" {
		_ = state.WindowSize{Width: s.normal.Width, Height: s.normal.Height, Maximised: s.maximised}.Save(s.path)
	}
}
