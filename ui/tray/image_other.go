//go:build !windows

package tray

// native is a picture in the form that this system's tray takes.
func native(picture []byte) []byte { return picture }
