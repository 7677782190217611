package widget

import (
	"reflect"

	"fyne.io/fyne/v2"

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

func (w *Waterfall) foldSign(line int) SignKind {
	switch {
	case !w.folds(line):
		return SignNone
	case w.spans[line].Open:
		return SignUnfolded
	}
	return SignFolded
}
