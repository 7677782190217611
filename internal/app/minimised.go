//go:build !nogui

package app

import (
	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// drawn is a window of Fyne's desktop driver, which draws with GLFW: f runs on the
// main goroutine while the window's context is the current one.
type drawn interface{ RunWithContext(f func()) }

// onMinimised calls changed on the main goroutine whenever a window is minimised or
// restored; restore does the latter. Fyne has no such event, and does not use
// GLFW's. On Wayland no program learns of it: there, Fyne draws only when the
// compositor asks for a frame. restore is nil for a window that is not GLFW's.
func onMinimised(window fyne.Window, changed func(minimised bool)) (restore func()) {
	w, ok := window.(drawn)
	if !ok {
		return nil
	}
	w.RunWithContext(func() {
		native := glfw.GetCurrentContext()
		if native == nil {
			return
		}
		native.SetIconifyCallback(func(_ *glfw.Window, minimised bool) { changed(minimised) })
		restore = func() {
			if native.GetAttrib(glfw.Iconified) == glfw.True {
				native.Restore()
			}
		}
	})
	return restore
}
