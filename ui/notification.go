package ui

import (
	"runtime"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/internal/plain"
)

// notify sends a notification.
func (w *window) notify(title, text string) {
	n := notificationOf(runtime.GOOS, title, text)
	// The desktop may take its time or never answer; nothing waits for it.
	go w.app.SendNotification(n) //nolint:forbidigo // the one place
}

// notificationOf is a notification for Fyne on a system. Its texts hold the names of
// people, providers and programs, which others chose. On Windows, Fyne writes them between
// double quotes into a program for PowerShell, without its escapes (app_windows.go): what
// ends or expands such a string (about_Quoting_Rules) gives way to what looks like it.
func notificationOf(goos, title, text string) *fyne.Notification {
	title, text = plain.Line(title, 200), plain.Line(strings.ReplaceAll(text, "\n", " · "), 1000)
	if goos == "windows" {
		harmless := strings.NewReplacer(`"`, "'", "“", "'", "”", "'", "„", "'", "`", "'", "$", "＄")
		title, text = harmless.Replace(title), harmless.Replace(text)
	}
	return fyne.NewNotification(title, text) //nolint:forbidigo // the one place
}
