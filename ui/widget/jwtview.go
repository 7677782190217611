package widget

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"claviger/ui/theme"
)

// JWTPart is one of the three parts of a token. A hidden part needs no text.
type JWTPart struct {
	Text   string
	Hidden bool
}

// hiddenDots stand for a hidden part. Their number says nothing of its length.
const hiddenDots = "••••••••••••"

func (p JWTPart) shown() string {
	if p.Hidden {
		return hiddenDots
	}
	return p.Text
}

// JWTView shows a token in the compact form of RFC 7515 section 3.1 with its
// parts in three colours, which the points between them keep apart as well.
type JWTView struct {
	fynewidget.BaseWidget

	parts    []JWTPart
	maxLines int
}

// NewJWTView returns an empty view of at most so many lines, 0 for eight.
func NewJWTView(maxLines int) *JWTView {
	if maxLines <= 0 {
		maxLines = 8
	}
	v := &JWTView{maxLines: maxLines}
	v.ExtendBaseWidget(v)
	return v
}

// Set changes everything.
func (v *JWTView) Set(header, payload, signature JWTPart) {
	v.parts = []JWTPart{header, payload, signature}
	v.Refresh()
}

// jwtRun is a stretch of one colour on one line.
type jwtRun struct {
	text  string
	color fyne.ThemeColorName
	line  int
	start int // in letters from the left
}

func (v *JWTView) measure() measure {
	return measure{size: sizeOf(v, theme.SizeMono), style: fyne.TextStyle{Monospace: true}}
}

// letter is the width of a letter of the monospaced font.
func (v *JWTView) letter() float32 { return v.measure().width(strings.Repeat("0", 64)) / 64 }

func (v *JWTView) columns(width float32) int {
	if width <= 0 {
		return 1 << 20
	}
	return max(8, int(width/v.letter()))
}

// runs lay the parts out in lines of so many letters. What is beyond the last
// line is cut, and an ellipsis says so.
func (v *JWTView) runs(columns int) (runs []jwtRun, lines int) {
	colors := []fyne.ThemeColorName{theme.ColorJWTHeader, theme.ColorJWTPayload, theme.ColorJWTSignature}
	room := columns * v.maxLines
	used := 0
	add := func(text string, color fyne.ThemeColorName) {
		letters := []rune(text)
		if used+len(letters) > room {
			letters = append(letters[:max(0, room-used-1):max(0, room-used-1)], '…')
			if used >= room {
				return
			}
		}
		for len(letters) > 0 {
			line, start := used/columns, used%columns
			n := min(len(letters), columns-start)
			runs = append(runs, jwtRun{text: string(letters[:n]), color: color, line: line, start: start})
			letters = letters[n:]
			used += n
		}
	}
	for i, part := range v.parts {
		if i > 0 {
			add(".", fynetheme.ColorNameForeground)
		}
		add(part.shown(), colors[i])
	}
	return runs, max(1, (used+columns-1)/columns)
}

// CreateRenderer is called by Fyne.
func (v *JWTView) CreateRenderer() fyne.WidgetRenderer {
	r := &jwtRenderer{view: v}
	r.Refresh()
	return r
}

type jwtRenderer struct {
	view  *JWTView
	texts []*canvas.Text
}

func (r *jwtRenderer) Destroy() {}

func (r *jwtRenderer) Objects() []fyne.CanvasObject {
	objects := make([]fyne.CanvasObject, len(r.texts))
	for i, text := range r.texts {
		objects[i] = text
	}
	return objects
}

// lineHeight leaves some air between the lines of letters and digits.
func (r *jwtRenderer) lineHeight() float32 { return r.view.measure().lineHeight() + 3 }

func (r *jwtRenderer) MinSize() fyne.Size {
	_, lines := r.view.runs(r.view.columns(r.view.Size().Width))
	return fyne.NewSize(8*r.view.letter(), float32(lines)*r.lineHeight())
}

func (r *jwtRenderer) Layout(size fyne.Size) {
	v := r.view
	runs, _ := v.runs(v.columns(size.Width))
	for len(r.texts) < len(runs) {
		r.texts = append(r.texts, canvas.NewText("", nil))
	}
	r.texts = r.texts[:len(runs)]
	m, letter := v.measure(), v.letter()
	for i, run := range runs {
		text := r.texts[i]
		text.Text, text.Color, text.TextSize, text.TextStyle = run.text, colorOf(v, run.color), m.size, m.style
		text.Move(fyne.NewPos(float32(run.start)*letter, float32(run.line)*r.lineHeight()))
		text.Resize(fyne.NewSize(float32(len([]rune(run.text)))*letter, m.lineHeight()))
		text.Refresh()
	}
}

func (r *jwtRenderer) Refresh() {
	r.Layout(r.view.Size())
	canvas.Refresh(r.view)
}
