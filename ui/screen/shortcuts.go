package screen

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// routeShortcuts is the sheet of shortcuts. It lies over the route, which stays what it
// is.
const routeShortcuts state.Route = "shortcuts"

// shortcuts is the sheet of shortcuts, made of the commands.
type shortcuts struct {
	page *widget.Page
	done *widget.Button
}

func newShortcuts(k *kit) page {
	s := &shortcuts{done: k.button(lang.L("Done"), widget.ButtonPrimary, k.store.Cancel)}
	h := newHead(lang.L("Keyboard shortcuts"), lang.L("Everything in the window can be reached with the keyboard alone."))
	objects := []fyne.CanvasObject{h.with(s.done), sheet(k, lang.L("Moving around"), []widget.KV{
		{Label: lang.L("Tab"), Value: lang.L("Next button or field; with Shift, the one before")},
		{Label: lang.L("Arrow keys"), Value: lang.L("Between cards, chips, tabs, list entries and lines of a table")},
		{Label: lang.L("Enter or Space"), Value: lang.L("Press a button, choose an entry, copy a line")},
		{Label: lang.L("Escape"), Value: lang.L("Cancel, close, or go back")},
	})}
	for _, section := range state.Sections() {
		var lines []widget.KV
		for _, c := range state.Commands() {
			if c.Section == section && len(c.Keys) > 0 {
				lines = append(lines, widget.KV{Label: keysOf(c), Value: c.Title})
			}
		}
		if len(lines) > 0 {
			objects = append(objects, sheet(k, section.Title(), lines))
		}
	}
	s.page = widget.NewPage(objects...)
	return s
}

func sheet(k *kit, title string, lines []widget.KV) fyne.CanvasObject {
	kv := k.keyValue(150, false)
	kv.Set(lines)
	return titled(title, kv)
}

// keysOf are all shortcuts of a command.
func keysOf(c state.Command) string {
	var all []string
	for _, k := range c.Keys {
		all = append(all, k.String())
	}
	return strings.Join(all, " · ")
}

func (s *shortcuts) object() fyne.CanvasObject { return s.page }
func (s *shortcuts) focus() fyne.Focusable     { return s.done }
func (s *shortcuts) render(state.State)        {}

// leave goes back to its top, for the next time.
func (s *shortcuts) leave() { s.page.ScrollToTop() }
