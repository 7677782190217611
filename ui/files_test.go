package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"
)

// The dialogs open: Fyne crashes if they are sized before they are shown.
func TestFileDialogsOpen(t *testing.T) {
	win := fynetest.NewTempApp(t).NewWindow("Claviger")
	t.Cleanup(win.Close)
	win.Resize(fyne.NewSize(720, 520))
	f := files{win}
	f.Save("accounts.age", func(string) { t.Error("nobody chose a file") })
	f.Open([]string{".age"}, func(string) { t.Error("nobody chose a file") })
	overlays := win.Canvas().Overlays().List()
	if len(overlays) != 2 {
		t.Fatalf("%d dialogs", len(overlays))
	}
	for _, o := range overlays {
		if size := o.MinSize(); size.Width > 720 || size.Height > 520 {
			t.Errorf("a dialog needs %v", size)
		}
	}
}
