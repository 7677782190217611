package screen

import (
	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/widget"
)

// answers are the buttons below a question before something is lost. The one that
// loses nothing comes first and gets the keyboard: Return by habit does no harm.
type answers struct {
	no, yes *widget.Button
	row     fyne.CanvasObject
}

// newAnswers returns them.
func newAnswers(no, yes *widget.Button) answers {
	return answers{no, yes, widget.NewFlow(10, 10, no, yes)}
}
