package ui

import (
	"net/url"

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
	if len(endings) > 0 {
		d.SetFilter(storage.NewExtensionFileFilter(endings))
	}
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

// dropped takes files that were dropped on the window.
func (w *window) dropped(_ fyne.Position, dropped []fyne.URI) {
	var paths []string
	for _, u := range dropped {
		if u.Scheme() == "file" {
			paths = append(paths, u.Path())
		}
	}
	w.store.Dropped(paths)
}

// openFolder shows a folder in the desktop's file manager.
func openFolder(app fyne.App, path string) error {
	u, err := url.Parse(storage.NewFileURI(path).String())
	if err != nil {
		return err
	}
	return app.OpenURL(u)
}
