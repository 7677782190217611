package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// StrengthBar says in words how strong something is, below a bar of four parts.
type StrengthBar struct {
	fynewidget.BaseWidget

	text  *Text
	parts int
	tone  Tone
}

// strengthParts is how many parts the bar has, and strengthWidth how wide it is at most.
const (
	strengthParts          = 4
	strengthWidth  float32 = 280
	strengthHeight float32 = 6
)

// NewStrengthBar returns an empty bar.
func NewStrengthBar() *StrengthBar {
	b := &StrengthBar{text: NewText("", TextStyle{Color: theme.ColorMuted, Fit: FitWrap})}
	b.ExtendBaseWidget(b)
	return b
}

// Set changes everything: so many parts are filled.
func (b *StrengthBar) Set(text string, parts int, tone Tone) {
	if b.text.Text() == text && b.parts == parts && b.tone == tone {
		return
	}
	b.text.SetText(text)
	b.text.SetColor(tone.Foreground())
	b.parts, b.tone = parts, tone
	b.Refresh()
}

// AccessibilityLabel is what the words say.
func (b *StrengthBar) AccessibilityLabel() string { return b.text.Text() }

// AccessibilityRole is that of text.
func (b *StrengthBar) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is called by Fyne.
func (b *StrengthBar) CreateRenderer() fyne.WidgetRenderer {
	r := &strengthRenderer{bar: b}
	for i := range r.rects {
		r.rects[i] = canvas.NewRectangle(nil)
		r.rects[i].CornerRadius = strengthHeight / 2
	}
	r.Refresh()
	return r
}

type strengthRenderer struct {
	bar   *StrengthBar
	rects [strengthParts]*canvas.Rectangle
}

func (r *strengthRenderer) Destroy() {}

func (r *strengthRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.bar.text}
	for _, rect := range r.rects {
		objects = append(objects, rect)
	}
	return objects
}

func (r *strengthRenderer) MinSize() fyne.Size {
	return r.bar.text.MinSize().AddWidthHeight(0, strengthHeight+2*theme.GapTiny)
}

func (r *strengthRenderer) Layout(size fyne.Size) {
	width := (fyne.Min(size.Width, strengthWidth) - (strengthParts-1)*theme.GapTiny) / strengthParts
	for i, rect := range r.rects {
		rect.Move(fyne.NewPos(float32(i)*(width+theme.GapTiny), theme.GapTiny))
		rect.Resize(fyne.NewSize(width, strengthHeight))
	}
	top := strengthHeight + 2*theme.GapTiny
	r.bar.text.Move(fyne.NewPos(0, top))
	r.bar.text.Resize(fyne.NewSize(size.Width, size.Height-top))
}

func (r *strengthRenderer) Refresh() {
	b := r.bar
	for i, rect := range r.rects {
		rect.FillColor = colorOf(b, theme.ColorLine)
		if i < b.parts {
			rect.FillColor = colorOf(b, b.tone.Foreground())
		}
		rect.Refresh()
	}
	r.Layout(b.Size())
	canvas.Refresh(b)
}
