package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// Chip is a short fact in a pill.
type Chip struct {
	fynewidget.BaseWidget

	face chipFace
}

// chipFace is what a chip shows.
type chipFace struct {
	text string
	tone Tone
	sign SignKind
	mark fyne.ThemeColorName // of a disc before the words
}

// NewChip returns a chip of a tone with a sign before its words, or none.
func NewChip(text string, tone Tone, sign SignKind) *Chip {
	c := &Chip{face: chipFace{text: text, tone: tone, sign: sign}}
	c.ExtendBaseWidget(c)
	return c
}

// Set changes everything.
func (c *Chip) Set(text string, tone Tone, sign SignKind) {
	face := chipFace{text: text, tone: tone, sign: sign}
	if c.face == face {
		return
	}
	c.face = face
	c.Refresh()
}

// CreateRenderer is called by Fyne.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer { return newChipRenderer(c, &c.face, nil) }

// chipRenderer draws both kinds of chips.
type chipRenderer struct {
	widget  fyne.Widget
	chip    *chipFace
	control *control // nil if the chip cannot be tapped
	back    *canvas.Rectangle
	glow    *canvas.Rectangle
	ring    ring
	sign    *Sign
	mark    *canvas.Circle
	text    *Text
}

func newChipRenderer(w fyne.Widget, chip *chipFace, c *control) *chipRenderer {
	r := &chipRenderer{
		widget: w, chip: chip, control: c, ring: newRing(), sign: NewSign(SignNone), text: NewText("", TextStyle{}),
		back: canvas.NewRectangle(nil), glow: canvas.NewRectangle(nil), mark: canvas.NewCircle(nil),
	}
	r.Refresh()
	return r
}

const (
	chipSide float32 = 10
	// chipSignGap is the space between the sign and the words.
	chipSignGap float32 = 5
)

// chipSign is the side of the sign in a chip, which grows with its words.
func chipSign() float32 { return 0.75 * signSize() }

func (r *chipRenderer) Destroy() {}

func (r *chipRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.glow, r.sign, r.mark, r.text, r.ring.rect}
}

func (r *chipRenderer) top() float32 {
	if r.control != nil {
		return 5
	}
	return 2
}

func (r *chipRenderer) signSpace() float32 {
	var space float32
	if r.chip.sign != SignNone {
		space += chipSign() + chipSignGap
	}
	if r.chip.mark != "" {
		space += chipSign() + chipSignGap
	}
	return space
}

func (r *chipRenderer) MinSize() fyne.Size {
	width := r.text.measure().width(r.chip.text) + 0.5
	return fyne.NewSize(width+r.signSpace()+2*chipSide, r.text.MinSize().Height+2*r.top())
}

func (r *chipRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.glow.Resize(size)
	radius := size.Height / 2
	r.back.CornerRadius, r.glow.CornerRadius = radius, radius
	r.ring.place(fyne.Position{}, size, radius)
	r.sign.Move(fyne.NewPos(chipSide, (size.Height-chipSign())/2))
	r.sign.Resize(fyne.NewSquareSize(chipSign()))
	r.mark.Move(fyne.NewPos(chipSide+r.signSpace()-chipSign()-chipSignGap, (size.Height-chipSign())/2))
	r.mark.Resize(fyne.NewSquareSize(chipSign()))
	height := r.text.MinSize().Height
	r.text.Move(fyne.NewPos(chipSide+r.signSpace(), (size.Height-height)/2))
	r.text.Resize(fyne.NewSize(fyne.Max(0, size.Width-2*chipSide-r.signSpace()), height))
}

func (r *chipRenderer) Refresh() {
	fore, back := r.chip.tone.Foreground(), r.chip.tone.Background()
	if r.chip.tone == ToneSoft {
		fore = fynetheme.ColorNameForeground
	}
	rimmed(r.widget, r.back)
	if c := r.control; c != nil {
		if c.Disabled() {
			fore = fynetheme.ColorNameDisabled
		}
		r.back.StrokeWidth = 1
		r.back.StrokeColor = colorOf(r.widget, theme.ColorLine)
		if r.chip.tone == ToneOn {
			r.back.StrokeColor = colorOf(r.widget, theme.ColorAccent)
		}
		r.ring.show(r.widget, c.focused)
	}
	r.back.FillColor = colorOf(r.widget, back)
	r.glow.FillColor = colorOf(r.widget, fynetheme.ColorNameHover)
	setVisible(r.glow, r.control != nil && r.control.hovered)
	r.sign.Set(r.chip.sign, fore)
	r.mark.FillColor = colorOf(r.widget, r.chip.mark)
	setVisible(r.mark, r.chip.mark != "")
	r.mark.Refresh()
	r.text.Set(r.chip.text, TextStyle{Color: fore, Size: fynetheme.SizeNameCaptionText, Fit: FitEllipsis})
	r.Layout(r.widget.Size())
	r.back.Refresh()
	r.glow.Refresh()
	canvas.Refresh(r.widget)
}
