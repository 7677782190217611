//go:build !nogui

package app

import (
	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"

	"github.com/claviger/claviger/ui"
)

// frameOf is what GLFW knows of a window's frame; empty for a window that is not
// GLFW's.
func frameOf(window fyne.Window) (frame ui.Frame) {
	w, ok := window.(drawn)
	if !ok {
		return frame
	}
	w.RunWithContext(func() {
		native := glfw.GetCurrentContext()
		if native == nil {
			return
		}
		frame.Maximised = func() (is bool) {
			// GLFW's binding panics with any error that came before: the size of a window
			// is not worth that.
			defer func() {
				if recover() != nil {
					is = false
				}
			}()
			return native.GetAttrib(glfw.Maximized) == glfw.True
		}
		frame.Maximise = func() { native.Maximize() }
		frame.Room = func() (width, height int) {
			if m := glfw.GetPrimaryMonitor(); m != nil {
				_, _, width, height = m.GetWorkarea()
			}
			return width, height
		}
	})
	return frame
}
