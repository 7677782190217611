package widget

import (
	"bytes"
	"embed"
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// drawings are SVG of 96 by 72 in lines of two colours, #line and #accent.
//
//go:embed drawings
var drawings embed.FS

// Drawing names a drawing of a few lines for a place that is empty.
type Drawing string

// The drawings.
const (
	DrawingAccounts  Drawing = "accounts"
	DrawingGroups    Drawing = "groups"
	DrawingSearch    Drawing = "search"
	DrawingHistory   Drawing = "history"
	DrawingReceipts  Drawing = "receipts"
	DrawingPrograms  Drawing = "programs"
	DrawingTokens    Drawing = "tokens"
	DrawingRequest   Drawing = "request"
	DrawingInspector Drawing = "inspector"
)

const drawingWidth, drawingHeight float32 = 96, 72

// lines draws a drawing in the colours of the theme. It says nothing that the words
// beside it do not say.
type lines struct {
	fynewidget.BaseWidget

	drawing Drawing
}

func newLines(d Drawing) *lines {
	p := &lines{drawing: d}
	p.ExtendBaseWidget(p)
	return p
}

// Drawing is which drawing it is.
func (p *lines) Drawing() Drawing { return p.drawing }

// CreateRenderer is called by Fyne.
func (p *lines) CreateRenderer() fyne.WidgetRenderer {
	r := &linesRenderer{lines: p, image: &canvas.Image{FillMode: canvas.ImageFillContain}}
	r.Refresh()
	return r
}

type linesRenderer struct {
	lines *lines
	image *canvas.Image
}

func (r *linesRenderer) Destroy()                     {}
func (r *linesRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.image} }
func (r *linesRenderer) MinSize() fyne.Size           { return fyne.NewSize(drawingWidth, drawingHeight) }
func (r *linesRenderer) Layout(size fyne.Size)        { r.image.Resize(size) }

func (r *linesRenderer) Refresh() {
	p := r.lines
	if res := p.drawing.in(colorOf(p, theme.ColorMuted), colorOf(p, theme.ColorAccent)); res.Name() != nameOf(r.image.Resource) {
		r.image.Resource = res
		r.image.Refresh()
	}
}

func nameOf(r fyne.Resource) string {
	if r == nil {
		return ""
	}
	return r.Name()
}

// in is the drawing in two colours. Its name says both: Fyne keeps what it drew by name.
func (d Drawing) in(line, accent color.Color) fyne.Resource {
	svg, err := drawings.ReadFile("drawings/" + string(d) + ".svg")
	if err != nil {
		panic(err) // a drawing that is not built in
	}
	l, a := hex(line), hex(accent)
	svg = bytes.ReplaceAll(bytes.ReplaceAll(svg, []byte("#line"), []byte(l)), []byte("#accent"), []byte(a))
	return fyne.NewStaticResource(fmt.Sprintf("drawing-%s-%s-%s.svg", d, l[1:], a[1:]), svg)
}

// hex is a colour as SVG has it.
func hex(c color.Color) string {
	n, _ := color.NRGBAModel.Convert(c).(color.NRGBA)
	return fmt.Sprintf("#%02x%02x%02x", n.R, n.G, n.B)
}
