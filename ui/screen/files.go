package screen

import (
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
)

// Files asks the person for files.
type Files interface {
	// Open asks for a file to read with one of the endings, nil for any, Save for one to
	// write with a name proposed. If the person chooses none, chosen is not
	// called.
	Open(endings []string, chosen func(path string))
	Save(name string, chosen func(path string))
}

// onPage are files for what is shown when the person is asked. Meanwhile they can go to
// another page, or a notification can show another account: that is not what they chose for.
type onPage struct {
	Files
	store *state.Store
}

// Open implements [Files].
func (p onPage) Open(endings []string, chosen func(path string)) {
	p.Files.Open(endings, p.still(chosen))
}

// Save implements [Files].
func (p onPage) Save(name string, chosen func(path string)) { p.Files.Save(name, p.still(chosen)) }

func (p onPage) still(chosen func(path string)) func(path string) {
	asked := p.store.State()
	return func(path string) {
		switch now := p.store.State(); {
		case samePage(asked, now):
			chosen(path)
		case !now.Locked():
			p.store.Explain(lang.L("The page has changed since you were asked for a file. Nothing was done with the file."))
		}
	}
}

// samePage reports whether what is on the page is about the same.
func samePage(a, b state.State) bool {
	return a.Route == b.Route && (a.Route != state.RouteAccount || a.Selected == b.Selected)
}
