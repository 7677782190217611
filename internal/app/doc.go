// Package app puts the parts together: window or no window.
//
// [Main] is the whole program. It opens each part on first use and closes them in
// reverse order; the build with the tag nogui has everything but gui.go and the tray.
package app
