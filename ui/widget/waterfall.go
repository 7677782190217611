package widget

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

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
	// Facts are what the line unfolds to, Open whether it is unfolded. A line without
	// facts does not unfold.
	Facts []KV
	Open  bool
}

// Waterfall shows what happened when, one line each with a bar in time. Lines with facts
// are unfolded by tapping, or with the arrow keys and Enter.
type Waterfall struct {
	control

	spans   []Span
	toggle  func(line int)
	facts   func() *KeyValue
	current int
	// shown are the facts of the lines that were open once.
	shown map[int]*KeyValue
}

// NewWaterfall returns an empty waterfall. The toggle function is called with the line that
// is to be unfolded or folded; facts makes what shows the facts of a line. Both may be nil
// for lines without facts.
func NewWaterfall(toggle func(line int), facts func() *KeyValue) *Waterfall {
	w := &Waterfall{toggle: toggle, facts: facts, shown: map[int]*KeyValue{}}
	w.menu = w.currentMenu
	w.ExtendBaseWidget(w)
	w.Disable()
	return w
}

// Set changes everything.
func (w *Waterfall) Set(spans []Span) {
	if reflect.DeepEqual(w.spans, spans) {
		return
	}
	w.spans = spans
	w.current = max(0, min(w.current, len(spans)-1))
	folds := false
	for i, span := range spans {
		folds = folds || w.folds(i)
		if !span.Open || !w.folds(i) {
			continue
		}
		if w.shown[i] == nil {
			w.shown[i] = w.facts()
		}
		w.shown[i].Set(span.Facts)
	}
	if folds == w.Disabled() { // one that only shows is no stop of the Tab key
		if folds {
			w.Enable()
		} else {
			w.Disable()
		}
	}
	w.Refresh()
}

func (w *Waterfall) folds(line int) bool {
	return w.toggle != nil && w.facts != nil && line >= 0 && line < len(w.spans) && len(w.spans[line].Facts) > 0
}

// TypedKey moves through the lines and unfolds one.
func (w *Waterfall) TypedKey(ev *fyne.KeyEvent) {
	switch {
	case activates(ev.Name):
		if w.folds(w.current) {
			w.toggle(w.current)
			w.tellMoved() // to what it unfolded to
		}
		return
	case ev.Name == fyne.KeyUp:
		w.current--
	case ev.Name == fyne.KeyDown:
		w.current++
	case ev.Name == fyne.KeyHome:
		w.current = 0
	case ev.Name == fyne.KeyEnd:
		w.current = len(w.spans) - 1
	default:
		return
	}
	w.current = max(0, min(w.current, len(w.spans)-1))
	w.Refresh()
	w.tellMoved()
}

// tellMoved says where the current line lies.
func (w *Waterfall) tellMoved() {
	if w.keys.Moved != nil && len(w.spans) > 0 {
		top, height := w.span(w.current)
		w.keys.Moved(w, top, height)
	}
}

// Tapped unfolds the line under the pointer.
func (w *Waterfall) Tapped(ev *fyne.PointEvent) {
	if ev == nil {
		return
	}
	for i := range w.spans {
		if top, _ := w.span(i); ev.Position.Y >= top && ev.Position.Y < top+waterfallLine() && w.folds(i) {
			w.current = i
			w.toggle(i)
		}
	}
}

// span is where a line lies, its facts included.
func (w *Waterfall) span(line int) (top, height float32) {
	for i := range line + 1 {
		top += height
		height = waterfallLine() + w.open(i, w.Size().Width)
	}
	return top, height
}

// open is the height of the facts of a line at a width, zero if it is folded.
func (w *Waterfall) open(line int, width float32) float32 {
	if line >= len(w.spans) || !w.spans[line].Open || w.shown[line] == nil || !w.folds(line) {
		return 0
	}
	return heightAt(w.shown[line], fyne.Max(0, width-waterfallLeft())) + theme.Gap
}

// AccessibilityLabel says the lines, and which of them unfold.
func (w *Waterfall) AccessibilityLabel() string {
	if w.current < len(w.spans) {
		return w.spans[w.current].Text + ", " + w.spans[w.current].Time
	}
	return ""
}

// CreateRenderer is called by Fyne.
func (w *Waterfall) CreateRenderer() fyne.WidgetRenderer {
	r := &waterfallRenderer{fall: w, ring: newRing()}
	r.Refresh()
	return r
}

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
	waterfallText float32 = 0.42
	// waterfallWords is what they get at least while a bar can still be seen.
	waterfallWords float32 = 215
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
	return fyne.NewSize(signSize()+2*leastTextWidth+waterfallTime()+3*theme.Gap, height)
}

func (r *waterfallRenderer) Layout(size fyne.Size) {
	room := size.Width - waterfallLeft() - waterfallTime()
	words := fyne.Max(room*waterfallText, fyne.Min(waterfallWords*theme.TextScale(), room-waterfallTime()))
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

func (w *Waterfall) foldSign(line int) SignKind {
	switch {
	case !w.folds(line):
		return SignNone
	case w.spans[line].Open:
		return SignUnfolded
	}
	return SignFolded
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
