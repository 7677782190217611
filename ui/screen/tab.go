package screen

import (
	"fyne.io/fyne/v2"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/state"
)

// tab is the content below the tabs of the account page.
type tab interface {
	object() fyne.CanvasObject
	render(st state.State, a *auth.Account)
	// tick sets what time alone changed.
	tick(st state.State, a *auth.Account)
}
