package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// Span is a line of a Waterfall.
type Span struct {
	Sign SignKind
	Text string
	Time string
	// From and To say where the bar lies, from 0 to 1.
	From, To float64
	// Quiet draws a bar that took no work, such as waiting for a person.
	Quiet bool
	// Broken draws a bar with gaps, which says that it is not to scale.
	Broken bool
}

// Waterfall shows what happened when, one line each with a bar in time.
type Waterfall struct {
	fynewidget.BaseWidget

	spans []Span
}

// NewWaterfall returns an empty waterfall.
func NewWaterfall() *Waterfall {
	w := &Waterfall{}
	w.ExtendBaseWidget(w)
	return w
}

// Set changes everything.
func (w *Waterfall) Set(spans []Span) {
	if slices.Equal(w.spans, spans) {
		return
	}
	w.spans = spans
	w.Refresh()
}

// CreateRenderer is called by Fyne.
func (w *Waterfall) CreateRenderer() fyne.WidgetRenderer {
	r := &waterfallRenderer{fall: w}
	r.Refresh()
	return r
}

type waterfallRow struct {
	sign *Sign
	text *Text
	time *Text
	bar  *canvas.Rectangle
	// breaks are the gaps that make a bar a broken one.
	breaks []*canvas.Rectangle
}

type waterfallRenderer struct {
	fall    *Waterfall
	rows    []waterfallRow
	objects []fyne.CanvasObject
}

const (
	waterfallLine float32 = 30
	waterfallBar  float32 = 12
	waterfallTime float32 = 76
	// waterfallText is the share of the width that the words take.
	waterfallText float32 = 0.42
	// waterfallWords is what they get at least while a bar can still be seen.
	waterfallWords float32 = 215
	// A broken bar has a gap after so much of it.
	waterfallDash, waterfallGap float32 = 10, 4
	// waterfallBreaks is how many gaps a bar has at most.
	waterfallBreaks = 40
)

func (r *waterfallRenderer) Destroy()                     {}
func (r *waterfallRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *waterfallRenderer) MinSize() fyne.Size {
	return fyne.NewSize(signSize+2*leastTextWidth+waterfallTime+3*theme.Gap, waterfallLine*float32(len(r.fall.spans)))
}

func (r *waterfallRenderer) Layout(size fyne.Size) {
	left := signSize + theme.Gap
	room := size.Width - left - waterfallTime
	words := fyne.Max(room*waterfallText, fyne.Min(waterfallWords, room-waterfallTime))
	bars := fyne.Max(0, size.Width-left-words-waterfallTime-2*theme.Gap)
	for i, row := range r.rows {
		span := r.fall.spans[i]
		y := float32(i) * waterfallLine
		row.sign.Move(fyne.NewPos(0, y+(waterfallLine-signSize)/2))
		row.sign.Resize(fyne.NewSquareSize(signSize))
		height := row.text.MinSize().Height
		row.text.Move(fyne.NewPos(left, y+(waterfallLine-height)/2))
		row.text.Resize(fyne.NewSize(words, height))
		x := left + words + theme.Gap
		width := fyne.Max(3, bars*float32(span.To-span.From))
		row.bar.Move(fyne.NewPos(fyne.Min(x+bars*float32(span.From), x+bars-width), y+(waterfallLine-waterfallBar)/2))
		row.bar.Resize(fyne.NewSize(width, waterfallBar))
		row.layoutBreaks(row.bar.Position(), width)
		row.time.Move(fyne.NewPos(size.Width-waterfallTime, y+(waterfallLine-height)/2))
		row.time.Resize(fyne.NewSize(waterfallTime, height))
	}
}

// layoutBreaks puts the gaps into a bar, and hides those that it has no room for.
func (row waterfallRow) layoutBreaks(at fyne.Position, width float32) {
	for i, gap := range row.breaks {
		x := float32(i+1)*(waterfallDash+waterfallGap) - waterfallGap
		setVisible(gap, row.bar.Visible() && x+waterfallGap < width)
		gap.Move(at.AddXY(x, 0))
		gap.Resize(fyne.NewSize(waterfallGap, waterfallBar))
	}
}

// breakBar paints the gaps of a broken bar in the colour behind it.
func (r *waterfallRenderer) breakBar(row *waterfallRow, broken bool) {
	if !broken {
		row.breaks = nil
		return
	}
	for len(row.breaks) < waterfallBreaks {
		row.breaks = append(row.breaks, canvas.NewRectangle(nil))
	}
	for _, gap := range row.breaks {
		gap.FillColor = colorOf(r.fall, theme.ColorSurface)
		r.objects = append(r.objects, gap)
	}
}

func (r *waterfallRenderer) Refresh() {
	for len(r.rows) < len(r.fall.spans) {
		r.rows = append(r.rows, waterfallRow{
			sign: NewSign(SignNone), text: NewLine(""), bar: canvas.NewRectangle(nil),
			time: NewText("", TextStyle{Color: theme.ColorMuted, Fit: FitEllipsis, Align: fyne.TextAlignTrailing}),
		})
	}
	r.rows = r.rows[:len(r.fall.spans)]
	r.objects = r.objects[:0]
	for i := range r.rows {
		row, span := &r.rows[i], r.fall.spans[i]
		row.sign.Set(span.Sign, "")
		row.text.SetText(span.Text)
		row.time.SetText(span.Time)
		fill := theme.ColorAccent
		switch {
		case span.Quiet:
			fill = fynetheme.ColorNameDisabled
		case span.Sign == SignFailed:
			fill = theme.ColorBad
		}
		row.bar.FillColor = colorOf(r.fall, fill)
		row.bar.CornerRadius = 4
		setVisible(row.bar, span.To > span.From || span.To > 0)
		row.bar.Refresh()
		r.objects = append(r.objects, row.sign, row.text, row.bar, row.time)
		r.breakBar(row, span.Broken)
	}
	r.Layout(r.fall.Size())
	canvas.Refresh(r.fall)
}
