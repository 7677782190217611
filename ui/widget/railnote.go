package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// RailNote is a quiet sentence at the foot of the rail that leads to a page.
type RailNote struct {
	control

	text     string
	selected bool
}

// NewRailNote returns a note without words.
func NewRailNote(tapped func()) *RailNote {
	n := &RailNote{}
	n.tapped = tapped
	n.ExtendBaseWidget(n)
	return n
}

// Set changes everything; selected marks that its page is open.
func (n *RailNote) Set(text string, selected bool) {
	if n.text == text && n.selected == selected {
		return
	}
	n.text, n.selected = text, selected
	n.Refresh()
}

// Text returns the sentence.
func (n *RailNote) Text() string { return n.text }

// AccessibilityLabel is the sentence.
func (n *RailNote) AccessibilityLabel() string { return n.text }

// CreateRenderer is called by Fyne.
func (n *RailNote) CreateRenderer() fyne.WidgetRenderer {
	r := &railNoteRenderer{
		note: n, back: canvas.NewRectangle(nil), glow: canvas.NewRectangle(nil), ring: newRing(), sign: NewSign(SignPending),
		text: NewText("", TextStyle{Color: theme.ColorMuted, Size: fynetheme.SizeNameCaptionText, Fit: FitWrap}),
	}
	r.Refresh()
	return r
}

type railNoteRenderer struct {
	note       *RailNote
	back, glow *canvas.Rectangle
	ring       ring
	sign       *Sign
	text       *Text
}

func (r *railNoteRenderer) Destroy() {}

func (r *railNoteRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.glow, r.sign, r.text, r.ring.rect}
}

const railNoteTop float32 = 8

// railNoteText is where the words begin.
func railNoteText() float32 { return rowSide + signSize() + 8 }

func (r *railNoteRenderer) MinSize() fyne.Size {
	return r.text.MinSize().AddWidthHeight(railNoteText()+rowSide, 2*railNoteTop)
}

func (r *railNoteRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.glow.Resize(size)
	// The rail is narrow: the ring lies inside.
	r.ring.place(fyne.NewPos(4, 4), size.SubtractWidthHeight(8, 8), theme.RadiusInput-4)
	width := fyne.Max(0, size.Width-railNoteText()-rowSide)
	height := heightAt(r.text, width)
	place(r.sign, rowSide, railNoteTop+(r.text.measure().lineHeight()-signSize())/2, signSize(), signSize())
	place(r.text, railNoteText(), railNoteTop, width, height)
}

func (r *railNoteRenderer) Refresh() {
	n := r.note
	r.back.CornerRadius, r.glow.CornerRadius = theme.RadiusInput, theme.RadiusInput
	r.back.StrokeWidth, r.back.StrokeColor = 1, colorOf(n, theme.ColorLine)
	r.back.FillColor = colorOf(n, theme.ColorRail)
	if n.selected {
		r.back.FillColor = colorOf(n, theme.ColorSurface)
	}
	r.glow.FillColor = colorOf(n, fynetheme.ColorNameHover)
	setVisible(r.glow, n.hovered)
	r.text.SetText(n.text)
	r.ring.show(n, n.focused)
	r.Layout(n.Size())
	r.back.Refresh()
	r.glow.Refresh()
	canvas.Refresh(n)
}
