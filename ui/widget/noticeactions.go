package widget

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/theme"
)

// actionsLayout puts the buttons of a notice at the end of its only line, or below what
// it says if that is more.
type actionsLayout struct {
	notice *Notice
	width  float32 // of the last layout
}

// beside is the width of the buttons if they have room beside the text, or nothing.
func (l *actionsLayout) beside(width float32) float32 {
	n := l.notice
	if !n.actions.Visible() || n.title.Visible() || !n.text.Visible() || strings.Contains(n.text.Text(), "\n") {
		return 0
	}
	buttons := theme.GapSmall * float32(len(n.actions.Objects)-1)
	for _, o := range n.actions.Objects {
		buttons += o.MinSize().Width
	}
	if n.text.measure().width(n.text.Text())+theme.Gap+buttons > width {
		return 0
	}
	return buttons
}

func (l *actionsLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	n := l.notice
	size := fyne.NewSize(fyne.Max(n.text.MinSize().Width, n.actions.MinSize().Width), 0)
	if l.beside(l.width) > 0 {
		size.Height = fyne.Max(n.text.MinSize().Height, n.actions.MinSize().Height)
		return size
	}
	if n.text.Visible() {
		size.Height = n.text.MinSize().Height
	}
	if n.actions.Visible() {
		size.Height += noticeActions + n.actions.MinSize().Height
	}
	return size
}

// noticeActions is the space above buttons that stand below.
const noticeActions = 2 * theme.GapTiny

func (l *actionsLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	n := l.notice
	if buttons := l.beside(size.Width); buttons > 0 {
		text, high := heightAt(n.text, size.Width-buttons-theme.Gap), heightAt(n.actions, buttons)
		place(n.text, 0, fyne.Max(0, high-text)/2, size.Width-buttons-theme.Gap, text)
		place(n.actions, size.Width-buttons, fyne.Max(0, text-high)/2, buttons, high)
		return
	}
	var y float32
	if n.text.Visible() {
		y = heightAt(n.text, size.Width)
		place(n.text, 0, 0, size.Width, y)
		y += noticeActions
	}
	place(n.actions, 0, y, size.Width, heightAt(n.actions, size.Width))
}
