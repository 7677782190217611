package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

type waterfallRow struct {
	sign *Sign
	text *Text
	fold *Sign
	time *Text
	bar  *canvas.Rectangle
	// breaks are the gaps that make a bar a broken one.
	breaks []*canvas.Rectangle
}

type waterfallRenderer struct {
	fall    *Waterfall
	ring    ring
	rows    []waterfallRow
	objects []fyne.CanvasObject
}

const (
	waterfallBar float32 = 12
	// waterfallText is the share of the width that the words take.
	waterfallText float32 = 0.45
	// waterfallWords is what they get at least while a bar can still be seen, which has
	// waterfallLeast.
	waterfallWords, waterfallLeast float32 = 215, 24
	// A broken bar has a gap after so much of it.
	waterfallDash, waterfallGap float32 = 10, 4
	// waterfallBreaks is how many gaps a bar has at most.
	waterfallBreaks = 40
)

// A line, and the column of times, are as large as the text in them.
func waterfallLine() float32 { return 30 * theme.TextScale() }
func waterfallTime() float32 { return 76 * theme.TextScale() }

// waterfallLeft is where the words begin.
func waterfallLeft() float32 { return signSize() + theme.Gap }

func (r *waterfallRenderer) Destroy()                     {}
func (r *waterfallRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *waterfallRenderer) MinSize() fyne.Size {
	height := waterfallLine() * float32(len(r.fall.spans))
	for i := range r.fall.spans {
		height += r.fall.open(i, r.fall.Size().Width)
	}
	return fyne.NewSize(waterfallLeft()+leastTextWidth+waterfallTime()+2*theme.Gap, height)
}

func (r *waterfallRenderer) Layout(size fyne.Size) {
	room := size.Width - waterfallLeft() - waterfallTime()
	words := fyne.Max(room*waterfallText, fyne.Min(waterfallWords*theme.TextScale(), room-waterfallLeast-2*theme.Gap))
	bars := fyne.Max(0, size.Width-waterfallLeft()-words-waterfallTime()-2*theme.Gap)
	var y float32
	for i, row := range r.rows {
		span := r.fall.spans[i]
		row.sign.Move(fyne.NewPos(0, y+(waterfallLine()-signSize())/2))
		row.sign.Resize(fyne.NewSquareSize(signSize()))
		height := row.text.MinSize().Height
		width := words
		if r.fall.folds(i) {
			width -= signSize() + theme.GapTiny
		}
		place(row.text, waterfallLeft(), y+(waterfallLine()-height)/2, width, height)
		used := fyne.Min(width, row.text.measure().width(span.Text)+1)
		place(row.fold, waterfallLeft()+used+theme.GapTiny, y+(waterfallLine()-signSize())/2, signSize(), signSize())
		x := waterfallLeft() + words + theme.Gap
		long := fyne.Max(3, bars*float32(span.To-span.From))
		row.bar.Move(fyne.NewPos(fyne.Min(x+bars*float32(span.From), x+bars-long), y+(waterfallLine()-waterfallBar)/2))
		row.bar.Resize(fyne.NewSize(long, waterfallBar))
		row.layoutBreaks(row.bar.Position(), long)
		place(row.time, size.Width-waterfallTime(), y+(waterfallLine()-height)/2, waterfallTime(), height)
		if i == r.fall.current {
			r.ring.place(fyne.NewPos(-2, y+3), fyne.NewSize(size.Width+4, waterfallLine()-6), 3)
		}
		y += waterfallLine()
		if open := r.fall.open(i, size.Width); open > 0 {
			place(r.fall.shown[i], waterfallLeft(), y, size.Width-waterfallLeft(), open-theme.Gap)
			y += open
		}
	}
}

// layoutBreaks puts the gaps into a bar, and hides those that it has no room for:
// what is left after the last is not a splinter.
func (row waterfallRow) layoutBreaks(at fyne.Position, width float32) {
	for i, gap := range row.breaks {
		x := float32(i+1)*(waterfallDash+waterfallGap) - waterfallGap
		setVisible(gap, row.bar.Visible() && x+waterfallGap+waterfallDash/2 <= width)
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
			sign: NewSign(SignNone), text: NewLine(""), fold: NewSign(SignNone), bar: canvas.NewRectangle(nil),
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
		row.fold.Set(r.fall.foldSign(i), theme.ColorAccent)
		row.bar.FillColor = colorOf(r.fall, barColor(span))
		row.bar.CornerRadius = 4
		setVisible(row.bar, span.To > span.From || span.To > 0)
		row.bar.Refresh()
		r.objects = append(r.objects, row.sign, row.text, row.fold, row.bar, row.time)
		r.breakBar(row, span.Broken)
		if r.fall.open(i, r.fall.Size().Width) > 0 {
			r.objects = append(r.objects, r.fall.shown[i])
		}
	}
	r.ring.show(r.fall, r.fall.focused && len(r.rows) > 0)
	r.objects = append(r.objects, r.ring.rect)
	r.Layout(r.fall.Size())
	canvas.Refresh(r.fall)
}

func barColor(s Span) fyne.ThemeColorName {
	switch {
	case s.Quiet:
		return fynetheme.ColorNameDisabled
	case s.Sign == SignFailed:
		return theme.ColorBad
	}
	return theme.ColorAccent
}
