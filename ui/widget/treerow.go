package widget

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/internal/jsontree"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/ui/theme"
)

// treeLine is what a row of a [Tree] shows.
type treeLine struct {
	name, text string
	color      fyne.ThemeColorName
	mono       bool
	depth      int
	sign       SignKind
	current    bool
	focused    bool
	fits       bool
}

const (
	// treeStep is how far each level stands in, mostSteps how many do: deeper ones say
	// their depth.
	treeStep  = 16
	mostSteps = 12
	// treeText bounds what a row shows, in characters; the whole value stands below.
	treeText = 300
	treeName = 80
)

// rowAt is a row as it is drawn.
func (t *Tree) rowAt(i int) treeLine {
	n, at := t.view.At(i)
	l := treeLine{depth: n.Depth, current: i == t.current, fits: t.view.Fits(at), mono: true, color: fynetheme.ColorNameForeground}
	l.focused = l.current && t.focused
	switch {
	case n.Kind == jsontree.Line:
		l.name = strconv.Itoa(n.Index + 1)
	case n.Named:
		l.name = cutLine(n.Name, treeName)
	case n.Parent >= 0:
		l.name = strconv.Itoa(n.Index)
	}
	switch n.Kind {
	case jsontree.Object, jsontree.Array:
		l.text, l.color, l.mono = countOf(n), theme.ColorMuted, false
		if n.Folds() {
			l.sign = SignFolded
			if t.view.Open(at) {
				l.sign = SignUnfolded
			}
		}
	case jsontree.String:
		l.text = "“" + cutLine(n.Text, treeText) + "”"
	case jsontree.Number:
		l.text, l.color = cutLine(n.Text, treeText), theme.ColorJWTPayload
	case jsontree.Word:
		l.text, l.color = n.Text, theme.ColorJWTSignature
	case jsontree.Line:
		l.text = cutLine(n.Text, treeText)
	}
	return l
}

// cutLine bounds what is looked at of a text before it is made harmless.
func cutLine(s string, most int) string { return plain.Line(s[:min(len(s), 8*most)], most) }

// countOf says what is inside, as JSON marks it.
func countOf(n *jsontree.Node) string {
	if n.Kind == jsontree.Array {
		return "[" + strconv.Itoa(n.Count) + "]"
	}
	return "{" + strconv.Itoa(n.Count) + "}"
}

// words is a row for people who do not see it.
func (l treeLine) words() string {
	return strings.TrimSpace(l.name + " " + l.text + " " + l.sign.words())
}

// treeRow is one row, which is used for another one later.
type treeRow struct {
	fynewidget.BaseWidget
	line treeLine
}

func newTreeRow() *treeRow {
	r := &treeRow{}
	r.ExtendBaseWidget(r)
	return r
}

func (r *treeRow) set(l treeLine) {
	if r.line == l {
		return
	}
	r.line = l
	r.Refresh()
}

// CreateRenderer is called by Fyne.
func (r *treeRow) CreateRenderer() fyne.WidgetRenderer {
	x := &treeRowRenderer{
		row: r, back: canvas.NewRectangle(nil), sign: NewSign(SignNone), depth: NewText("", TextStyle{}),
		name: NewText("", TextStyle{}), text: NewText("", TextStyle{}),
	}
	x.Refresh()
	return x
}

type treeRowRenderer struct {
	row               *treeRow
	back              *canvas.Rectangle
	sign              *Sign
	depth, name, text *Text
}

func (r *treeRowRenderer) Destroy() {}

func (r *treeRowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.sign, r.depth, r.name, r.text}
}

// MinSize is the same for all rows: the list asks one of them.
func (r *treeRowRenderer) MinSize() fyne.Size {
	return fyne.NewSize(120, fyne.Max(r.name.MinSize().Height, signSize())+6)
}

func (r *treeRowRenderer) Layout(size fyne.Size) {
	l := r.row.line
	r.back.Resize(size)
	x := 4 + treeStep*float32(min(l.depth, mostSteps))
	put := func(o fyne.CanvasObject, width float32) {
		height := fyne.Min(o.MinSize().Height, size.Height)
		o.Move(fyne.NewPos(x, (size.Height-height)/2))
		o.Resize(fyne.NewSize(fyne.Max(0, fyne.Min(width, size.Width-x-4)), height))
	}
	put(r.sign, signSize())
	x += signSize() + 4
	if r.depth.Visible() {
		width := r.depth.measure().width(r.depth.text) + 1
		put(r.depth, width)
		x += width + 6
	}
	if r.name.Visible() {
		width := fyne.Min(r.name.measure().width(r.name.text)+1, fyne.Max(40, (size.Width-x)*0.6))
		put(r.name, width)
		x += width + 10
	}
	put(r.text, size.Width)
}

func (r *treeRowRenderer) Refresh() {
	l := r.row.line
	r.sign.Set(l.sign, l.sign.color())
	deep := ""
	if l.depth > mostSteps {
		deep = strconv.Itoa(l.depth)
	}
	r.depth.Set(deep, TextStyle{Color: theme.ColorMuted, Size: fynetheme.SizeNameCaptionText})
	setVisible(r.depth, deep != "")
	r.name.Set(l.name, TextStyle{Mono: true, Color: theme.ColorMuted, Fit: FitEllipsis})
	setVisible(r.name, l.name != "")
	r.text.Set(l.text, TextStyle{Mono: l.mono, Color: l.color, Bold: l.fits, Fit: FitEllipsis})
	r.back.FillColor = colorOf(r.row, "")
	r.back.StrokeWidth = 0
	r.back.CornerRadius = 4
	switch {
	case l.current:
		r.back.FillColor = colorOf(r.row, theme.ColorSoft)
	case l.fits:
		r.back.FillColor = colorOf(r.row, theme.ColorWarnSoft)
	}
	if l.focused {
		r.back.StrokeColor, r.back.StrokeWidth = colorOf(r.row, theme.ColorAccent), 2
	}
	r.back.Refresh()
	r.Layout(r.row.Size())
	canvas.Refresh(r.row)
}
