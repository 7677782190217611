package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// TickBox is a box to tick with words beside it, which wrap if they must: Fyne's own is as
// wide as its words.
type TickBox struct {
	control

	// Checked is whether the box is ticked; use Set to change it.
	Checked bool
	text    string
	changed func(on bool)
}

// NewTickBox returns a box that reports each change by a person.
func NewTickBox(text string, changed func(on bool)) *TickBox {
	c := &TickBox{text: plainText(text), changed: changed}
	c.tapped = func() {
		if c.keys.Focus != nil {
			c.keys.Focus(c) // who clicked it can go on with the keyboard
		}
		c.Set(!c.Checked)
		if c.changed != nil {
			c.changed(c.Checked)
		}
	}
	c.ExtendBaseWidget(c)
	return c
}

// Text returns the words.
func (c *TickBox) Text() string { return c.text }

// Set ticks the box or not, and reports nothing.
func (c *TickBox) Set(on bool) {
	if c.Checked == on {
		return
	}
	c.Checked = on
	c.Refresh()
}

// AccessibilityLabel says the words and whether the box is ticked.
func (c *TickBox) AccessibilityLabel() string {
	if c.Checked {
		return lang.L("{{.Text}}, on", map[string]any{"Text": c.text})
	}
	return lang.L("{{.Text}}, off", map[string]any{"Text": c.text})
}

// CreateRenderer is called by Fyne.
func (c *TickBox) CreateRenderer() fyne.WidgetRenderer {
	r := &tickBoxRenderer{
		check: c, box: canvas.NewRectangle(nil), short: canvas.NewLine(nil), long: canvas.NewLine(nil), ring: newRing(),
		text: NewText(c.text, TextStyle{Fit: FitWrap}),
	}
	r.Refresh()
	return r
}

type tickBoxRenderer struct {
	check       *TickBox
	box         *canvas.Rectangle
	short, long *canvas.Line
	ring        ring
	text        *Text
}

const (
	checkBox    float32 = 18
	checkRadius float32 = 4
	checkTop    float32 = 5
)

func (r *tickBoxRenderer) Destroy() {}

func (r *tickBoxRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.box, r.short, r.long, r.text, r.ring.rect}
}

func (r *tickBoxRenderer) side() float32 { return checkBox * theme.TextScale() }

func (r *tickBoxRenderer) MinSize() fyne.Size {
	words := r.text.MinSize()
	return fyne.NewSize(r.side()+theme.GapSmall+words.Width, fyne.Max(r.side(), words.Height)+2*checkTop)
}

func (r *tickBoxRenderer) Layout(size fyne.Size) {
	side, line := r.side(), r.text.measure().lineHeight()
	r.text.Move(fyne.NewPos(side+theme.GapSmall, checkTop))
	r.text.Resize(fyne.NewSize(fyne.Max(0, size.Width-side-theme.GapSmall), r.text.MinSize().Height))
	// The box stands at the first line.
	pos := fyne.NewPos(0, checkTop+(line-side)/2)
	r.box.Move(pos)
	r.box.Resize(fyne.NewSquareSize(side))
	at := func(x, y float32) fyne.Position { return pos.AddXY(x*side, y*side) }
	r.short.Position1, r.short.Position2 = at(0.24, 0.53), at(0.42, 0.71)
	r.long.Position1, r.long.Position2 = at(0.42, 0.71), at(0.77, 0.31)
	r.ring.place(pos, fyne.NewSquareSize(side), checkRadius)
}

func (r *tickBoxRenderer) Refresh() {
	c := r.check
	fill, line, text := theme.ColorSurface, fynetheme.ColorNameInputBorder, fynetheme.ColorNameForeground
	if c.Checked {
		fill, line = theme.ColorAccent, theme.ColorAccent
	}
	if c.Disabled() {
		fill, line, text = theme.ColorRail, theme.ColorLine, fynetheme.ColorNameDisabled
	} else if c.hovered {
		line = theme.ColorAccent
	}
	r.box.FillColor, r.box.StrokeColor, r.box.StrokeWidth = colorOf(c, fill), colorOf(c, line), 1.5
	r.box.CornerRadius = checkRadius
	for _, l := range []*canvas.Line{r.short, r.long} {
		l.StrokeColor, l.StrokeWidth = colorOf(c, theme.ColorOnAccent), 2
		if c.Disabled() {
			l.StrokeColor = colorOf(c, fynetheme.ColorNameDisabled)
		}
		setVisible(l, c.Checked)
	}
	r.text.Set(c.text, TextStyle{Color: text, Fit: FitWrap})
	r.ring.show(c, c.focused && !c.Disabled())
	r.Layout(c.Size())
	canvas.Refresh(c)
}
