package widget

import (
	"image"
	"image/color"
	"image/draw"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"
	"github.com/boombuler/barcode/qr"

	"github.com/claviger/claviger/ui/theme"
)

// quietZone is the light margin around a QR code, in modules (ISO/IEC 18004).
const quietZone = 4

// QR shows a text as a QR code, dark on light in every theme: not every camera
// reads the other way round. A text that is empty or too long shows nothing.
type QR struct {
	fynewidget.BaseWidget

	text    string
	what    string
	modules image.Image
}

// NewQR returns an empty code; what says for people what it holds.
func NewQR(what string) *QR {
	q := &QR{what: what}
	q.ExtendBaseWidget(q)
	return q
}

// Set changes the text.
func (q *QR) Set(text string) {
	if text == q.text {
		return
	}
	q.text, q.modules = text, qrImage(text)
	q.Refresh()
}

// Empty reports whether there is nothing to show.
func (q *QR) Empty() bool { return q.modules == nil }

// AccessibilityLabel says what the code holds.
func (q *QR) AccessibilityLabel() string { return q.what }

// AccessibilityRole is that of text.
func (q *QR) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// qrImage has one pixel a module; nil if there is no code.
func qrImage(text string) image.Image {
	if text == "" {
		return nil
	}
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil
	}
	in := code.Bounds()
	m := image.NewGray(image.Rect(0, 0, in.Dx()+2*quietZone, in.Dy()+2*quietZone))
	draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(m, m.Bounds().Inset(quietZone), code, in.Min, draw.Src)
	return m
}

// CreateRenderer implements fyne.Widget.
func (q *QR) CreateRenderer() fyne.WidgetRenderer {
	r := &qrRenderer{
		q: q, ground: canvas.NewRectangle(nil),
		picture: &canvas.Image{ScaleMode: canvas.ImageScalePixels, FillMode: canvas.ImageFillContain},
	}
	r.ground.CornerRadius = theme.RadiusInput
	r.Refresh()
	return r
}

type qrRenderer struct {
	q       *QR
	ground  *canvas.Rectangle // white around the code, quiet if there is none yet
	picture *canvas.Image
}

// QRSide is how wide a code is, whatever it holds, so that the page stays where
// it is when the text comes.
const QRSide float32 = 188

func (r *qrRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(QRSide) }

// Layout gives every module the same whole number of pixels, if that many
// fit.
func (r *qrRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	side := fyne.Min(size.Width, size.Height)
	if m := r.q.modules; m != nil {
		if each := int(side) / m.Bounds().Dx(); each > 0 {
			side = float32(each * m.Bounds().Dx())
		}
	}
	r.picture.Resize(fyne.NewSquareSize(side))
	r.picture.Move(fyne.NewPos((size.Width-side)/2, (size.Height-side)/2))
}

func (r *qrRenderer) Refresh() {
	r.ground.FillColor = color.White
	if r.q.Empty() {
		r.ground.FillColor = colorOf(r.q, theme.ColorRail)
	}
	r.ground.Refresh()
	r.picture.Image = r.q.modules
	r.picture.Hidden = r.q.Empty()
	r.Layout(r.q.Size())
	r.picture.Refresh()
}

func (r *qrRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.picture}
}
func (r *qrRenderer) Destroy() {}
