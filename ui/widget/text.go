package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/ui/theme"
)

// Fit says what a text does in a width that is too small for it.
type Fit int

// The fits. FitNatural asks for its full width, FitEllipsis shortens to one
// line that ends in an ellipsis, FitWrap takes more lines.
const (
	FitNatural Fit = iota
	FitEllipsis
	FitWrap
)

// TextStyle is how a text looks.
type TextStyle struct {
	Color    fyne.ThemeColorName
	Size     fyne.ThemeSizeName
	Bold     bool
	Mono     bool
	Align    fyne.TextAlign
	Fit      Fit
	MaxLines int // with FitWrap: the last line ends in an ellipsis; 0 is no bound
}

// maxText bounds what one text lays out, in characters.
const maxText = 20_000

// plainText is a text as the window may show it. Much of what is shown came from
// a provider: it must not turn, hide or draw over the words around it.
func plainText(text string) string {
	if text = plain.Text(text[:min(len(text), 8*maxText)]); len(text) > maxText {
		text = cut(text, maxText)
	}
	return text
}

// Text shows a text without the margins of Fyne's label, in a named colour. It
// is the one way of words into the window, but for tokens ([TokenView]) and what
// the person edits ([Entry]): see [plain.Text].
type Text struct {
	fynewidget.BaseWidget

	text    string
	style   TextStyle
	wrapped []string
	width   float32 // the width that wrapped was made for
	// from and to bound what is selected, in bytes.
	from, to int
}

// NewText returns a text in a style.
func NewText(text string, style TextStyle) *Text {
	t := &Text{text: plainText(text), style: style, width: -1}
	t.ExtendBaseWidget(t)
	return t
}

// NewHeading returns the title of a page.
func NewHeading(text string) *Text {
	return NewText(text, TextStyle{Size: fynetheme.SizeNameHeadingText, Bold: true, Fit: FitWrap, MaxLines: 2})
}

// NewSubtitle returns the title of a card.
func NewSubtitle(text string) *Text {
	return NewText(text, TextStyle{Size: fynetheme.SizeNameSubHeadingText, Bold: true, Fit: FitWrap, MaxLines: 3})
}

// NewBody returns text that wraps.
func NewBody(text string) *Text { return NewText(text, TextStyle{Fit: FitWrap}) }

// NewMuted returns text that comes second and wraps.
func NewMuted(text string) *Text {
	return NewText(text, TextStyle{Color: theme.ColorMuted, Fit: FitWrap})
}

// NewCaption returns small muted text on one line.
func NewCaption(text string) *Text {
	return NewText(text, TextStyle{Color: theme.ColorMuted, Size: fynetheme.SizeNameCaptionText, Fit: FitEllipsis})
}

// NewMono returns monospaced text that wraps at any letter.
func NewMono(text string) *Text { return NewText(text, TextStyle{Mono: true, Fit: FitWrap}) }

// NewLine returns text on one line that ends in an ellipsis if it must.
func NewLine(text string) *Text { return NewText(text, TextStyle{Fit: FitEllipsis}) }

// NewLabel returns text on one line that is never shortened.
func NewLabel(text string) *Text { return NewText(text, TextStyle{}) }

// NewLabelMuted returns muted text on one line that is never shortened.
func NewLabelMuted(text string) *Text { return NewText(text, TextStyle{Color: theme.ColorMuted}) }

// Text returns what is shown, in full.
func (t *Text) Text() string { return t.text }

// SetText changes what is shown.
func (t *Text) SetText(text string) { t.Set(text, t.style) }

// SetColor changes the colour; the empty name is that of usual text.
func (t *Text) SetColor(name fyne.ThemeColorName) {
	style := t.style
	style.Color = name
	t.Set(t.text, style)
}

// Set changes everything at once.
func (t *Text) Set(text string, style TextStyle) {
	if text = plainText(text); t.text == text && t.style == style {
		return
	}
	if t.text != text {
		t.from, t.to = 0, 0
	}
	t.text, t.style = text, style
	t.Refresh()
}

// Refresh measures and paints again.
func (t *Text) Refresh() {
	t.width = -1
	t.BaseWidget.Refresh()
}

// AccessibilityLabel is the text.
func (t *Text) AccessibilityLabel() string { return t.text }

// AccessibilityRole is that of text.
func (t *Text) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is called by Fyne.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	r := &textRenderer{text: t}
	r.Refresh()
	return r
}

func (t *Text) measure() measure {
	name := t.style.Size
	if name == "" {
		name = fynetheme.SizeNameText
		if t.style.Mono {
			name = theme.SizeMono
		}
	}
	return measure{size: sizeOf(t, name), style: fyne.TextStyle{Bold: t.style.Bold, Monospace: t.style.Mono}}
}

// lines are the lines at a width; a width of nothing is not known yet.
func (t *Text) lines(width float32) []string {
	if t.width == width && t.wrapped != nil {
		return t.wrapped
	}
	m := t.measure()
	switch {
	case width <= 0 || t.style.Fit == FitNatural:
		t.wrapped = paragraphs(t.text)
	case t.style.Fit == FitEllipsis:
		t.wrapped = []string{m.ellipsis(oneLine(t.text), width)}
	default:
		t.wrapped = m.wrap(t.text, width, t.style.MaxLines)
	}
	t.width = width
	return t.wrapped
}

// The least width that a text that may be shortened or wrapped asks for.
const leastTextWidth float32 = 40

type textRenderer struct {
	text  *Text
	marks []fyne.CanvasObject // behind what is selected
	lines []*canvas.Text
}

func (r *textRenderer) Destroy() {}

func (r *textRenderer) Objects() []fyne.CanvasObject {
	objects := append(make([]fyne.CanvasObject, 0, len(r.marks)+len(r.lines)), r.marks...)
	for _, line := range r.lines {
		objects = append(objects, line)
	}
	return objects
}

func (r *textRenderer) MinSize() fyne.Size {
	m := r.text.measure()
	lines := r.text.lines(r.text.Size().Width)
	size := fyne.NewSize(0, m.lineHeight()*float32(len(lines)))
	if r.text.style.Fit == FitNatural {
		for _, line := range lines {
			size.Width = fyne.Max(size.Width, m.width(line))
		}
		return size
	}
	size.Width = fyne.Min(m.width(oneLine(r.text.text)), leastTextWidth)
	return size
}

func (r *textRenderer) Layout(size fyne.Size) {
	m := r.text.measure()
	lines := r.text.lines(size.Width)
	for len(r.lines) < len(lines) {
		r.lines = append(r.lines, canvas.NewText("", nil))
	}
	r.lines = r.lines[:len(lines)]
	name := r.text.style.Color
	if name == "" {
		name = fynetheme.ColorNameForeground
	}
	paint := colorOf(r.text, name)
	r.layoutMarks(m, lines)
	for i, line := range r.lines {
		m.draw(line, lines[i])
		line.Color, line.Alignment = paint, r.text.style.Align
		line.Move(fyne.NewPos(0, float32(i)*m.lineHeight()))
		line.Resize(fyne.NewSize(size.Width, m.lineHeight()))
		line.Refresh()
	}
}

func (r *textRenderer) Refresh() {
	r.Layout(r.text.Size())
	canvas.Refresh(r.text)
}
