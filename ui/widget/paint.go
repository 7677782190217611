package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// colorOf looks a colour up in the theme that the widget is drawn with.
func colorOf(w fyne.Widget, name fyne.ThemeColorName) color.Color {
	if name == "" {
		return color.Transparent
	}
	if c := fynetheme.ColorForWidget(name, w); c != nil {
		return c
	}
	return color.Transparent // a foreign theme does not know our names
}

// rimmed draws the line around a ground that high contrast has.
func rimmed(w fyne.Widget, r *canvas.Rectangle) {
	r.StrokeColor, r.StrokeWidth = nil, 0
	rim := colorOf(w, theme.ColorRim)
	if _, _, _, alpha := rim.RGBA(); alpha > 0 {
		r.StrokeColor, r.StrokeWidth = rim, 1
	}
}

// raised draws the shadow of what lies on a page, and the line around it.
func raised(w fyne.Widget, r *canvas.Rectangle) {
	r.Shadow = canvas.Shadow{Color: colorOf(w, theme.ColorShade), BlurRadius: 2, Offset: fyne.NewPos(0, 1)}
	rimmed(w, r)
}

// sizeOf looks a size up in the theme that the widget is drawn with.
func sizeOf(w fyne.Widget, name fyne.ThemeSizeName) float32 {
	if size := fynetheme.SizeForWidget(name, w); size > 0 {
		return size
	}
	// Under a foreign theme our own names have no size.
	return fynetheme.SizeForWidget(fynetheme.SizeNameText, w)
}

// hollow is the fill of an outline. The painter mixes the stroke into the fill
// at the edge; fully transparent black would darken it.
func hollow(stroke color.Color) color.Color {
	return faded(stroke, 1)
}

// faded is an opaque colour with so much of it left, from 0 to 255.
func faded(c color.Color, alpha uint8) color.NRGBA {
	n, ok := color.NRGBAModel.Convert(c).(color.NRGBA)
	if !ok {
		return color.NRGBA{}
	}
	n.A = alpha
	return n
}

// The focus ring stands off the widget, so that it is seen on a filled button
// as well as on a pale one.
const (
	ringGap   float32 = 2
	ringWidth float32 = 2
)

// ring is the mark around a focused widget.
type ring struct{ rect *canvas.Rectangle }

func newRing() ring {
	r := canvas.NewRectangle(color.Transparent)
	r.StrokeWidth = ringWidth
	r.Hide()
	return ring{rect: r}
}

// place lays the ring around an area with the given corner radius.
func (r ring) place(pos fyne.Position, size fyne.Size, radius float32) {
	off := ringGap + ringWidth/2
	r.rect.CornerRadius = radius + off
	r.rect.Move(pos.SubtractXY(off, off))
	r.rect.Resize(size.AddWidthHeight(2*off, 2*off))
}

// show paints the ring for a widget with or without focus.
func (r ring) show(w fyne.Widget, focused bool) {
	r.rect.StrokeColor = colorOf(w, theme.ColorAccent)
	r.rect.FillColor = hollow(r.rect.StrokeColor)
	setVisible(r.rect, focused)
	r.rect.Refresh()
}

func setVisible(o fyne.CanvasObject, visible bool) {
	if visible == o.Visible() {
		return
	}
	if visible {
		o.Show()
		return
	}
	o.Hide()
}

// heightAt is the height an object needs at a width. Objects that wrap know it
// only once they have the width.
func heightAt(o fyne.CanvasObject, width float32) float32 {
	o.Resize(fyne.NewSize(width, o.Size().Height))
	return o.MinSize().Height
}

// activates says whether a key works like a tap on the focused widget.
func activates(key fyne.KeyName) bool {
	return key == fyne.KeySpace || key == fyne.KeyReturn || key == fyne.KeyEnter
}
