package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// ButtonKind says how a button looks.
type ButtonKind int

// The kinds: the one main action of a page, any other, one that takes
// something away.
const (
	ButtonPrimary ButtonKind = iota
	ButtonQuiet
	ButtonDanger
)

// Button does something when tapped.
type Button struct {
	control

	text  string
	kind  ButtonKind
	small bool
}

// NewButton returns a button of a kind.
func NewButton(text string, kind ButtonKind, tapped func()) *Button {
	b := &Button{text: plainText(text), kind: kind}
	b.tapped = tapped
	b.ExtendBaseWidget(b)
	return b
}

// NewSmallButton returns a button for the head of a card or for a row.
func NewSmallButton(text string, kind ButtonKind, tapped func()) *Button {
	b := NewButton(text, kind, tapped)
	b.small = true
	return b
}

// Text returns the words on the button.
func (b *Button) Text() string { return b.text }

// Kind says how the button looks.
func (b *Button) Kind() ButtonKind { return b.kind }

// SetText changes the words on the button.
func (b *Button) SetText(text string) {
	if text = plainText(text); b.text == text {
		return
	}
	b.text = text
	b.Refresh()
}

// SetKind changes the look.
func (b *Button) SetKind(kind ButtonKind) {
	if b.kind == kind {
		return
	}
	b.kind = kind
	b.Refresh()
}

// AccessibilityLabel is the text of the button.
func (b *Button) AccessibilityLabel() string { return b.text }

// CreateRenderer is called by Fyne.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{
		button: b, back: canvas.NewRectangle(nil), glow: canvas.NewRectangle(nil), ring: newRing(),
		text: NewText("", TextStyle{}),
	}
	r.Refresh()
	return r
}

type buttonRenderer struct {
	button     *Button
	back, glow *canvas.Rectangle
	ring       ring
	text       *Text
}

func (r *buttonRenderer) Destroy() {}

func (r *buttonRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.glow, r.text, r.ring.rect}
}

func (r *buttonRenderer) padding() (side, top float32) {
	if r.button.small {
		return 10, 5
	}
	return 14, 9
}

// naturalWidth is the width of the words in full.
func (r *buttonRenderer) naturalWidth() float32 { return r.text.measure().width(r.button.text) }

// MinSize asks for the words in one line. In less width they take more.
func (r *buttonRenderer) MinSize() fyne.Size {
	side, top := r.padding()
	return fyne.NewSize(r.naturalWidth()+2*side, r.text.MinSize().Height+2*top)
}

func (r *buttonRenderer) Layout(size fyne.Size) {
	side, _ := r.padding()
	r.back.Resize(size)
	r.glow.Resize(size)
	r.ring.place(fyne.Position{}, size, theme.RadiusInput)
	width := fyne.Min(r.naturalWidth(), size.Width-2*side)
	if width <= 0 {
		return // it has no width yet
	}
	// A hair more than measured: rounding must not break the words.
	height := heightAt(r.text, width+0.5)
	place(r.text, (size.Width-width)/2, (size.Height-height)/2, width+0.5, height)
}

func (r *buttonRenderer) Refresh() {
	b := r.button
	look := b.look()
	r.back.FillColor = colorOf(b, look.fill)
	r.back.StrokeColor = colorOf(b, look.line)
	r.back.StrokeWidth = 1
	if look.line == "" {
		r.back.StrokeWidth = 0
	}
	r.back.CornerRadius, r.glow.CornerRadius = theme.RadiusInput, theme.RadiusInput
	r.glow.FillColor = colorOf(b, fynetheme.ColorNameHover)
	setVisible(r.glow, b.hovered && !b.Disabled())
	r.text.Set(b.text, TextStyle{Color: look.text, Bold: look.bold, Fit: FitWrap, MaxLines: 3})
	r.ring.show(b, b.focused && !b.Disabled())
	r.back.Refresh()
	r.glow.Refresh()
	r.Layout(b.Size())
	canvas.Refresh(b)
}

type buttonLook struct {
	fill, line, text fyne.ThemeColorName
	bold             bool
}

func (b *Button) look() buttonLook {
	bold := b.kind != ButtonQuiet
	switch {
	case b.Disabled():
		return buttonLook{fill: theme.ColorRail, line: theme.ColorLine, text: fynetheme.ColorNameDisabled, bold: bold}
	case b.kind == ButtonPrimary:
		return buttonLook{fill: theme.ColorAccent, text: theme.ColorOnAccent, bold: bold}
	case b.kind == ButtonDanger:
		return buttonLook{fill: theme.ColorSurface, line: theme.ColorLine, text: theme.ColorBad, bold: bold}
	default:
		return buttonLook{fill: theme.ColorSurface, line: theme.ColorLine, text: fynetheme.ColorNameForeground, bold: bold}
	}
}
