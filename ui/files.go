package ui

import (
	"context"
	"net/url"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/storage"

	"github.com/claviger/claviger/internal/choosefile"
)

// files asks for files: with the desktop's dialog if there is one, else with the window's own.
type files struct {
	ctx    context.Context
	window fyne.Window
	post   func(func())
	// choose asks the desktop; nil if it never has a dialog. "" is none chosen.
	choose func(ctx context.Context, q choosefile.Question) (path string, err error)
	// end ends what the desktop was asked; nil if it is not.
	end context.CancelFunc
}

// Open implements [screen.Files].
func (f *files) Open(endings []string, chosen func(path string)) {
	q := choosefile.Question{Title: lang.L("Open a file"), Endings: endings, All: lang.L("All files")}
	f.ask(q, chosen, func() { f.openHere(endings, chosen) })
}

// Save implements [screen.Files].
func (f *files) Save(name string, chosen func(path string)) {
	f.ask(choosefile.Question{Title: lang.L("Save as"), Save: true, Name: name}, chosen, func() { f.saveHere(name, chosen) })
}

// ask asks the desktop, and the window's own dialog if that fails. Who asks again while the
// desktop is asked sees nothing of its dialog: it is taken away for the window's own.
func (f *files) ask(q choosefile.Question, chosen func(path string), here func()) {
	if f.end != nil {
		f.end()
		f.end = nil
		here()
		return
	}
	if f.choose == nil {
		here()
		return
	}
	var ctx context.Context
	ctx, f.end = context.WithCancel(f.ctx)
	q.Parent = parent(f.window)
	go func() {
		path, err := f.choose(ctx, q)
		f.post(func() {
			if ctx.Err() != nil {
				return // asked otherwise meanwhile
			}
			f.end()
			f.end = nil
			switch {
			case err != nil:
				here()
			case path != "":
				chosen(path)
			}
		})
	}()
}

// parent is the window as [choosefile.Question] names windows, "" if it cannot.
func parent(w fyne.Window) (handle string) {
	if native, ok := w.(driver.NativeWindow); ok {
		native.RunNative(func(context any) {
			switch c := context.(type) {
			case driver.X11WindowContext:
				if c.WindowHandle != 0 {
					handle = "x11:" + strconv.FormatUint(uint64(c.WindowHandle), 16)
				}
			case driver.WindowsWindowContext:
				handle = "hwnd:" + strconv.FormatUint(uint64(c.HWND), 16)
			}
		})
	}
	return handle
}

func (f *files) openHere(endings []string, chosen func(path string)) {
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

func (f *files) saveHere(name string, chosen func(path string)) {
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

func (f *files) show(d *dialog.FileDialog) {
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
