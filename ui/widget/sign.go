package widget

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// SignKind is what a sign says without words.
type SignKind int

// The signs: nothing, a tick, a dotted ring, an empty ring, a cross, an
// exclamation mark, a full dot, an i, a chevron to the right and one downwards.
const (
	SignNone SignKind = iota
	SignDone
	SignWorking
	SignPending
	SignFailed
	SignWarn
	SignActive
	SignInfo
	SignFolded
	SignUnfolded
)

func (k SignKind) words() string {
	return map[SignKind]string{
		SignDone: lang.L("done"), SignWorking: lang.L("working"), SignPending: lang.L("not yet"), SignFailed: lang.L("failed"),
		SignWarn: lang.L("warning"), SignActive: lang.L("active"), SignInfo: lang.L("note"),
		SignFolded: lang.L("collapsed"), SignUnfolded: lang.L("expanded"),
	}[k]
}

func (k SignKind) color() fyne.ThemeColorName {
	switch k {
	case SignDone, SignActive:
		return theme.ColorOK
	case SignWorking, SignInfo, SignFolded, SignUnfolded:
		return theme.ColorAccent
	case SignFailed:
		return theme.ColorBad
	case SignWarn:
		return theme.ColorWarn
	case SignNone, SignPending:
		return theme.ColorMuted
	default:
		return theme.ColorMuted
	}
}

const signUnit float32 = 16

// signSize is the side of a sign: it grows with the text that it stands beside.
func signSize() float32 { return signUnit * theme.TextScale() }

// Sign draws a small mark. It is drawn, not written, so that it does not hang
// on the letters of a font.
type Sign struct {
	fynewidget.BaseWidget

	kind  SignKind
	color fyne.ThemeColorName
	phase int
}

// NewSign returns a sign in the colour of its meaning.
func NewSign(kind SignKind) *Sign {
	s := &Sign{kind: kind}
	s.ExtendBaseWidget(s)
	return s
}

// Set changes the sign; an empty colour is that of its meaning.
func (s *Sign) Set(kind SignKind, color fyne.ThemeColorName) {
	if s.kind == kind && s.color == color {
		return
	}
	s.kind, s.color = kind, color
	s.Refresh()
}

// turn moves the dots of SignWorking on by one.
func (s *Sign) turn(phase int) {
	if s.kind != SignWorking || s.phase == phase {
		return
	}
	s.phase = phase
	s.Refresh()
}

// AccessibilityLabel says the sign in words.
func (s *Sign) AccessibilityLabel() string { return s.kind.words() }

// AccessibilityRole is that of text.
func (s *Sign) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is called by Fyne.
func (s *Sign) CreateRenderer() fyne.WidgetRenderer {
	r := &signRenderer{sign: s}
	r.Refresh()
	return r
}

type signRenderer struct {
	sign    *Sign
	drawn   signDrawing
	objects []fyne.CanvasObject
}

// signDrawing is what the objects were made for.
type signDrawing struct {
	kind  SignKind
	phase int
	color color.Color
	size  fyne.Size
}

func (r *signRenderer) Destroy()                     {}
func (r *signRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *signRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(signSize()) }
func (r *signRenderer) Layout(fyne.Size)             { r.draw() }

func (r *signRenderer) Refresh() {
	r.draw()
	canvas.Refresh(r.sign)
}

// draw makes the objects again only if they would differ. Fyne lays a widget
// out again when it finds new objects in it, so that making some in every
// layout would never end.
func (r *signRenderer) draw() {
	name := r.sign.color
	if name == "" {
		name = r.sign.kind.color()
	}
	size := r.sign.Size()
	want := signDrawing{kind: r.sign.kind, phase: r.sign.phase, color: colorOf(r.sign, name), size: size}
	if r.drawn == want {
		return
	}
	r.drawn = want
	p := pen{color: want.color, unit: fyne.Min(size.Width, size.Height) / signUnit}
	p.off = fyne.NewPos((size.Width-signUnit*p.unit)/2, (size.Height-signUnit*p.unit)/2)
	p.draw(r.sign.kind, r.sign.phase)
	r.objects = p.objects
}

// pen draws on a square of 16 by 16 units.
type pen struct {
	color   color.Color
	unit    float32
	off     fyne.Position
	objects []fyne.CanvasObject
}

func (p *pen) draw(kind SignKind, phase int) {
	switch kind {
	case SignDone:
		p.line(3, 8.5, 6.8, 12)
		p.line(6.3, 12, 13, 4)
	case SignFailed:
		p.line(4, 4, 12, 12)
		p.line(12, 4, 4, 12)
	case SignWarn:
		p.line(8, 2.5, 8, 9.5)
		p.dot(8, 12.8, 1.3, p.color)
	case SignInfo:
		p.dot(8, 3.4, 1.3, p.color)
		p.line(8, 6.5, 8, 13.5)
	case SignFolded:
		p.line(6, 4, 10, 8)
		p.line(10, 8, 6, 12)
	case SignUnfolded:
		p.line(4, 6, 8, 10)
		p.line(8, 10, 12, 6)
	case SignActive:
		p.dot(8, 8, 4, p.color)
	case SignPending:
		p.ring(8, 8, 4.5)
	case SignWorking:
		p.dots(phase)
	case SignNone:
	}
}

func (p *pen) at(x, y float32) fyne.Position {
	return p.off.AddXY(x*p.unit, y*p.unit)
}

func (p *pen) line(x1, y1, x2, y2 float32) {
	line := canvas.NewLine(p.color)
	line.StrokeWidth = 2 * p.unit
	line.Position1, line.Position2 = p.at(x1, y1), p.at(x2, y2)
	p.objects = append(p.objects, line)
}

func (p *pen) dot(x, y, radius float32, fill color.Color) {
	dot := canvas.NewCircle(fill)
	dot.Move(p.at(x-radius, y-radius))
	dot.Resize(fyne.NewSquareSize(2 * radius * p.unit))
	p.objects = append(p.objects, dot)
}

func (p *pen) ring(x, y, radius float32) {
	ring := canvas.NewCircle(hollow(p.color))
	ring.StrokeColor, ring.StrokeWidth = p.color, 1.5*p.unit
	ring.Move(p.at(x-radius, y-radius))
	ring.Resize(fyne.NewSquareSize(2 * radius * p.unit))
	p.objects = append(p.objects, ring)
}

// signDots is how many dots the ring of SignWorking has.
const signDots = 8

func (p *pen) dots(phase int) {
	// The dot of the phase is full, those it has left fade.
	fades := [signDots]uint8{255, 230, 205, 180, 155, 130, 105, 80}
	for i := range signDots {
		angle := float64(i) * 2 * math.Pi / signDots
		x := 8 + 5.5*float32(math.Sin(angle))
		y := 8 - 5.5*float32(math.Cos(angle))
		age := (phase - i + signDots) % signDots
		p.dot(x, y, 1.5, faded(p.color, fades[age]))
	}
}
