package widget

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/theme"
)

// NewFlow puts objects beside each other and goes on in the next line if
// the width ends, as words do.
func NewFlow(gapX, gapY float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &flowLayout{gapX: gapX, gapY: gapY, grow: noGrow}, Objects: objects}
}

// NewRow is a flow whose object with the index grow takes the width that is left in its
// line, or gives way as long as a few words of it can still be read.
func NewRow(gap float32, grow int, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &flowLayout{gapX: gap, gapY: theme.GapSmall, grow: grow}, Objects: objects}
}

// NewTopRow is NewRow with all objects at the top, such as a number before a paragraph.
func NewTopRow(gap float32, grow int, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &flowLayout{gapX: gap, gapY: theme.GapSmall, grow: grow, top: true}, Objects: objects}
}

// NewSpace is an empty object that can grow in a row.
func NewSpace() fyne.CanvasObject { return &fyne.Container{} }

const noGrow = -1

type flowLayout struct {
	gapX, gapY float32
	grow       int
	top        bool
	// width is that of the last layout: the height hangs on it.
	width float32
}

// fewWords is the width that what gives way keeps beside others, longWord what it keeps
// for its longest word at most, for text of the usual size.
const fewWords, longWord float32 = 100, 170

// wants is the least width of an object within a line.
func (l *flowLayout) wants(i int, o fyne.CanvasObject) float32 {
	width := naturalWidth(o)
	if i != l.grow || width < leastTextWidth {
		return width
	}
	return fyne.Max(width, fyne.Min(readable(o), longWord*theme.TextScale()))
}

// readable is the width at which no word of an object is broken, and a text has a few.
func readable(o fyne.CanvasObject) float32 {
	few := fewWords * theme.TextScale()
	switch o := o.(type) {
	case *Text:
		m := o.measure()
		few = fyne.Min(few, m.width(oneLine(o.text)))
		if o.style.Fit == FitWrap {
			few = fyne.Max(few, o.longestWord())
		}
	case *CopyArea:
		return readable(o.content)
	case *fyne.Container:
		few = 0
		for _, o := range o.Objects {
			if o.Visible() {
				few = fyne.Max(few, readable(o))
			}
		}
	}
	return few
}

// longestWord is how wide it is.
func (t *Text) longestWord() float32 {
	m, width := t.measure(), float32(0)
	for _, word := range strings.Fields(cut(t.text, 512)) {
		width = fyne.Max(width, m.width(word))
	}
	return width
}

// naturalWidth is the width at which an object needs one line.
func naturalWidth(o fyne.CanvasObject) float32 {
	c, ok := o.(*fyne.Container)
	if !ok {
		return o.MinSize().Width
	}
	l, ok := c.Layout.(*flowLayout)
	if !ok {
		return o.MinSize().Width
	}
	width := -l.gapX
	for i, o := range c.Objects {
		if o.Visible() {
			width += l.gapX + l.wants(i, o)
		}
	}
	return fyne.Max(0, width)
}

func (l *flowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var least float32
	for _, o := range objects {
		if o.Visible() {
			least = fyne.Max(least, fyne.Min(o.MinSize().Width, 2*leastTextWidth))
		}
	}
	return fyne.NewSize(least, l.flow(objects, l.width, false))
}

func (l *flowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.flow(objects, size.Width, true)
}

// flow walks the objects through the lines and returns the height. A width of
// nothing is not known yet and takes one line. What is lower than its line is centred.
func (l *flowLayout) flow(objects []fyne.CanvasObject, width float32, place bool) float32 {
	var x, y float32
	var line []flowing
	end := func() {
		rest := fyne.Max(0, width-x+l.gapX)
		var high float32
		for i := range line {
			o := &line[i]
			if o.i == l.grow {
				o.width += rest
			}
			o.height = o.MinSize().Height
			if place {
				o.height = heightAt(o.CanvasObject, o.width)
			}
			high = fyne.Max(high, o.height)
		}
		x = 0
		for _, o := range line {
			if place {
				at := y
				if !l.top {
					at += (high - o.height) / 2
				}
				o.Move(fyne.NewPos(x, at))
				o.Resize(fyne.NewSize(o.width, o.height))
			}
			x += o.width + l.gapX
		}
		x, y, line = 0, y+high+l.gapY, line[:0]
	}
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		wants := l.wants(i, o)
		if width > 0 {
			wants = fyne.Min(wants, width)
			if len(line) > 0 && x+wants > width {
				end()
			}
		}
		line = append(line, flowing{CanvasObject: o, i: i, width: wants})
		x += wants + l.gapX
	}
	if len(line) > 0 {
		end()
	}
	return fyne.Max(0, y-l.gapY)
}

// flowing is an object in its line.
type flowing struct {
	fyne.CanvasObject
	i             int
	width, height float32
}
