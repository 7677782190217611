// Package app puts the parts together: window or no window.
//
// [Main] is the whole program. What it wires opens on first use and is closed in the
// opposite order; the build with the tag nogui has everything but gui.go and the tray.
package app
