package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
)

// files asks for files with the window's own dialog.
type files struct{ window fyne.Window }

// Open implements [screen.Files].
func (f files) Open(endings []string, chosen func(path string)) {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil || r == nil {
			return
		}
		path := r.URI().Path()
		_ = r.Close() // only its name was asked for
		chosen(path)
	}, f.window)
	d.SetFilter(storage.NewExtensionFileFilter(endings))
	f.show(d)
}

// Save implements [screen.Files].
func (f files) Save(name string, chosen func(path string)) {
	d := dialog.NewFileSave(func(w fyne.URIWriteCloser, err error) {
		if err != nil || w == nil {
			return
		}
		path := w.URI().Path()
		_ = w.Close() // it is written anew, in one step
		chosen(path)
	}, f.window)
	d.SetFileName(name)
	f.show(d)
}

func (f files) show(d *dialog.FileDialog) {
	size := f.window.Canvas().Size()
	d.Show() // first: sizing a dialog that was never shown crashes Fyne
	d.Resize(fyne.NewSize(min(size.Width-40, 820), min(size.Height-40, 560)))
}

// dropped takes a provider file that was dropped on the window.
func (w *window) dropped(_ fyne.Position, dropped []fyne.URI) {
	if len(dropped) == 1 && dropped[0].Scheme() == "file" {
		w.store.ImportFile(dropped[0].Path())
	}
}
