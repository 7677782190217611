package widget

import "fyne.io/fyne/v2"

// TappedSecondary opens the menu of the line under the pointer.
func (w *Waterfall) TappedSecondary(ev *fyne.PointEvent) {
	for i := range w.spans {
		if top, height := w.span(i); ev.Position.Y >= top && ev.Position.Y < top+height {
			w.openMenu(ev.Position, i)
		}
	}
}

// currentMenu opens the menu of the line that the keyboard is on.
func (w *Waterfall) currentMenu() {
	if len(w.spans) > 0 {
		top, height := w.span(w.current)
		w.openMenu(fyne.NewPos(0, top+height), w.current)
	}
}

func (w *Waterfall) openMenu(at fyne.Position, line int) {
	all := make([]string, len(w.spans))
	for i, span := range w.spans {
		all[i] = plainText(span.Text) + "\t" + plainText(span.Time)
	}
	showMenu(w, at, copyItems(func() { copyTo(all[line]) }, all))
}
