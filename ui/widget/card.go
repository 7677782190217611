package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// Card is a surface with content on it.
type Card struct {
	fynewidget.BaseWidget

	content fyne.CanvasObject
	fill    fyne.ThemeColorName
	border  fyne.ThemeColorName
	bar     fyne.ThemeColorName
}

// NewCard returns a card around content.
func NewCard(content fyne.CanvasObject) *Card { return newCard(content, theme.ColorSurface, "", "") }

// NewAccentCard returns a card with a border that draws the eye.
func NewAccentCard(content fyne.CanvasObject) *Card {
	return newCard(content, theme.ColorSurface, theme.ColorAccent, "")
}

// NewBarCard returns a card with a bar in a tone at its left edge.
func NewBarCard(tone Tone, content fyne.CanvasObject) *Card {
	return newCard(content, theme.ColorSurface, "", tone.Foreground())
}

// NewInset returns a sunken area within a card, for text to be copied.
func NewInset(content fyne.CanvasObject) *Card {
	return newCard(content, theme.ColorRail, "", "")
}

func newCard(content fyne.CanvasObject, fill, border, bar fyne.ThemeColorName) *Card {
	c := &Card{content: content, fill: fill, border: border, bar: bar}
	c.ExtendBaseWidget(c)
	return c
}

// SetContent changes what lies on the card.
func (c *Card) SetContent(content fyne.CanvasObject) {
	c.content = content
	c.Refresh()
}

// SetBar changes the tone of the bar of a card from NewBarCard.
func (c *Card) SetBar(tone Tone) {
	c.bar = tone.Foreground()
	c.Refresh()
}

// CreateRenderer is called by Fyne.
func (c *Card) CreateRenderer() fyne.WidgetRenderer {
	r := &cardRenderer{card: c, back: canvas.NewRectangle(nil), bar: canvas.NewRectangle(nil)}
	r.paint()
	return r
}

const cardBar float32 = 4

type cardRenderer struct {
	card      *Card
	back, bar *canvas.Rectangle
}

func (r *cardRenderer) Destroy() {}

func (r *cardRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.bar, r.back}
	if r.card.content != nil {
		objects = append(objects, r.card.content)
	}
	return objects
}

func (r *cardRenderer) barWidth() float32 {
	if r.card.bar == "" {
		return 0
	}
	return cardBar
}

func (r *cardRenderer) padding() float32 {
	if r.card.fill == theme.ColorRail {
		return theme.Gap
	}
	return theme.CardPadding
}

func (r *cardRenderer) MinSize() fyne.Size {
	pad := 2 * r.padding()
	size := fyne.NewSize(pad+r.barWidth(), pad)
	if r.card.content == nil {
		return size
	}
	return size.Add(r.card.content.MinSize())
}

func (r *cardRenderer) Layout(size fyne.Size) {
	bar, pad := r.barWidth(), r.padding()
	// Only the left edge is to be seen; the rest would shine through the rim.
	r.bar.Resize(fyne.NewSize(2*theme.RadiusCard, size.Height))
	r.back.Move(fyne.NewPos(bar, 0))
	r.back.Resize(size.SubtractWidthHeight(bar, 0))
	if r.card.content == nil {
		return
	}
	r.card.content.Move(fyne.NewPos(bar+pad, pad))
	r.card.content.Resize(size.SubtractWidthHeight(bar+2*pad, 2*pad))
}

func (r *cardRenderer) paint() {
	c := r.card
	radius := theme.RadiusCard
	if c.fill == theme.ColorRail {
		radius = theme.RadiusInput
	}
	r.bar.CornerRadius, r.back.CornerRadius = radius, radius
	r.bar.FillColor = colorOf(c, c.bar)
	setVisible(r.bar, c.bar != "")
	r.back.FillColor = colorOf(c, c.fill)
	r.back.Shadow = canvas.Shadow{}
	switch {
	case c.border != "":
		r.back.StrokeColor, r.back.StrokeWidth = colorOf(c, c.border), 2
	case c.fill == theme.ColorSurface:
		raised(c, r.back)
	default:
		rimmed(c, r.back)
	}
	r.bar.Refresh()
	r.back.Refresh()
}

func (r *cardRenderer) Refresh() {
	r.paint()
	r.Layout(r.card.Size())
	if r.card.content != nil {
		r.card.content.Refresh()
	}
	canvas.Refresh(r.card)
}
