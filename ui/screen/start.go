package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// start is seen while the vault is opened: a moment, or as long as a keyring
// takes to answer.
type start struct{ page *widget.Page }

func newStart(*kit) page {
	text := widget.NewText(lang.L("Opening the vault…"), widget.TextStyle{Color: theme.ColorMuted, Align: fyne.TextAlignCenter, Fit: widget.FitWrap})
	return &start{page: widget.NewPage(space(200), text)}
}

func (s *start) object() fyne.CanvasObject { return s.page }
func (s *start) focus() fyne.Focusable     { return nil }
func (s *start) render(state.State)        {}
