package screen

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// addresses are redirect URIs to register, each with a button of its own:
// providers take one a line, or one a field.
type addresses struct {
	kit  *kit
	box  *fyne.Container
	list []string
}

func newAddresses(k *kit, list ...string) *addresses {
	a := &addresses{kit: k, box: widget.NewColumn(theme.GapSmall)}
	a.set(list)
	return a
}

// set shows other addresses.
func (a *addresses) set(list []string) {
	if slices.Equal(list, a.list) {
		return
	}
	a.list = list
	a.box.Objects = nil
	for _, uri := range list {
		a.box.Objects = append(a.box.Objects, widget.NewInset(widget.NewRow(theme.Gap, 0, widget.NewCopyArea(widget.NewMono(uri)),
			a.kit.small(lang.L("Copy"), widget.ButtonQuiet, func() { a.kit.store.CopyText(uri, lang.L("Redirect URI")) }))))
	}
	if len(list) > 1 { // some providers take them in one field
		a.box.Objects = append(a.box.Objects, widget.NewFlow(10, 10, a.kit.small(lang.L("Copy all, with commas"), widget.ButtonQuiet,
			func() { a.kit.store.CopyText(strings.Join(list, ", "), lang.L("Redirect URIs")) })))
	}
	a.box.Refresh()
}
