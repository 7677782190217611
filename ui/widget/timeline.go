package widget

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// Moment is a mark on a Timeline.
type Moment struct {
	// Text says it to those who do not see the line.
	Text string
	// At is where it lies, from 0 to 1.
	At float64
	// Hollow draws the mark of something that is not sure, Past of what is over.
	Hollow, Past bool
}

// Timeline is a line in time with numbered marks, and now. What the numbers mean stands
// in a list below it.
type Timeline struct {
	fynewidget.BaseWidget

	now     string // the word
	nowAt   float64
	moments []Moment
}

// NewTimeline returns an empty line.
func NewTimeline() *Timeline {
	t := &Timeline{}
	t.ExtendBaseWidget(t)
	return t
}

// Set changes everything; now is the word at its place.
func (t *Timeline) Set(now string, nowAt float64, moments []Moment) {
	if t.now == now && t.nowAt == nowAt && slices.Equal(t.moments, moments) {
		return
	}
	t.now, t.nowAt, t.moments = now, nowAt, moments
	t.Refresh()
}

// AccessibilityLabel says the marks in their order.
func (t *Timeline) AccessibilityLabel() string {
	text := t.now
	for _, m := range t.moments {
		text += ", " + m.Text
	}
	return text
}

// AccessibilityRole is that of text.
func (t *Timeline) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is called by Fyne.
func (t *Timeline) CreateRenderer() fyne.WidgetRenderer {
	r := &timelineRenderer{line: t, over: canvas.NewRectangle(nil), ahead: canvas.NewRectangle(nil), now: canvas.NewRectangle(nil), word: NewCaption("")}
	r.Refresh()
	return r
}

const (
	timelineMark  float32 = 20
	timelineThick float32 = 4
)

type timelineMoment struct {
	disc   *canvas.Circle
	number *Text
}

type timelineRenderer struct {
	line             *Timeline
	over, ahead, now *canvas.Rectangle
	word             *Text
	marks            []timelineMoment
}

func (r *timelineRenderer) Destroy() {}

func (r *timelineRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.ahead, r.over, r.now, r.word}
	for _, m := range r.marks {
		objects = append(objects, m.disc, m.number)
	}
	return objects
}

func (r *timelineRenderer) MinSize() fyne.Size {
	return fyne.NewSize(8*timelineMark, r.word.MinSize().Height+timelineMark+theme.GapTiny)
}

func (r *timelineRenderer) Layout(size fyne.Size) {
	top := r.word.MinSize().Height
	middle := top + timelineMark/2
	width := size.Width - timelineMark
	at := func(part float64) float32 { return timelineMark/2 + width*float32(min(1, max(0, part))) }
	now := at(r.line.nowAt)
	place(r.ahead, timelineMark/2, middle-timelineThick/2, width, timelineThick)
	place(r.over, timelineMark/2, middle-timelineThick/2, now-timelineMark/2, timelineThick)
	place(r.now, now-1, top, 2, timelineMark)
	word := r.word.measure().width(r.line.now) + 1
	place(r.word, fyne.Max(0, now-word/2), 0, word, top)
	for i, m := range r.marks {
		x := at(r.line.moments[i].At) - timelineMark/2
		place(m.disc, x, middle-timelineMark/2, timelineMark, timelineMark)
		height := m.number.MinSize().Height
		place(m.number, x, middle-height/2, timelineMark, height)
	}
}

func (r *timelineRenderer) Refresh() {
	t := r.line
	r.over.FillColor, r.ahead.FillColor = colorOf(t, fynetheme.ColorNameDisabled), colorOf(t, theme.ColorLine)
	r.now.FillColor = colorOf(t, fynetheme.ColorNameForeground)
	r.over.CornerRadius, r.ahead.CornerRadius = timelineThick/2, timelineThick/2
	r.word.SetText(t.now)
	for len(r.marks) < len(t.moments) {
		r.marks = append(r.marks, timelineMoment{canvas.NewCircle(nil), NewText("", TextStyle{})})
	}
	r.marks = r.marks[:len(t.moments)]
	for i, m := range r.marks {
		fill, text := theme.ColorAccent, theme.ColorOnAccent
		m.disc.StrokeWidth = 2
		m.disc.StrokeColor = colorOf(t, theme.ColorAccent)
		if t.moments[i].Past {
			m.disc.StrokeColor = colorOf(t, theme.ColorMuted)
		}
		if t.moments[i].Hollow || t.moments[i].Past {
			fill, text = theme.ColorSurface, fynetheme.ColorNameForeground
		}
		m.disc.FillColor = colorOf(t, fill)
		m.number.Set(strconv.Itoa(i+1), TextStyle{Color: text, Size: fynetheme.SizeNameCaptionText, Bold: true, Align: fyne.TextAlignCenter})
		m.disc.Refresh()
	}
	r.Layout(t.Size())
	for _, o := range []*canvas.Rectangle{r.over, r.ahead, r.now} {
		o.Refresh()
	}
	canvas.Refresh(t)
}
