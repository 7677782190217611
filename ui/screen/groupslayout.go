package screen

import (
	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/words"
)

// From leastForColumns in width each place has a column; below enough in height
// what is missing is one line, and what changed stands in its own views.
const (
	leastForColumns float32 = 560
	enough          float32 = 420 // for text of the usual size
)

// fit decides what is shown at a size.
func (g *groups) fit(size fyne.Size) {
	if size.Height <= 0 {
		return // laid out on the way to its size: the list has no rows to set
	}
	low := size.Height < enough*theme.TextScale() && len(g.st.Groups) > 0
	show(g.missing, g.lacks && (!low || g.whole))
	show(g.brief, g.lacks && low && !g.whole)
	inView := g.st.GroupView == words.GroupsGained || g.st.GroupView == words.GroupsLost
	show(g.changed, g.changed.Text() != "" && (!low || inView))
	places := g.st.GroupTable.Places
	columns := len(places) > 1 && size.Width >= leastForColumns*theme.TextScale()
	g.head.head(places)
	show(g.headRow, columns)
	g.columns = columns
}

// groupsLayout has the filter above and the list in the rest.
type groupsLayout struct{ g *groups }

func (groupsLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(240, 40) }

func (l groupsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, width := theme.Margins(size.Width)
	columns := l.g.columns
	l.g.fit(size)
	y := theme.GapLarge
	if top := objects[0]; top.Visible() {
		top.Resize(fyne.NewSize(width, top.MinSize().Height))
		top.Resize(fyne.NewSize(width, top.MinSize().Height))
		top.Move(fyne.NewPos(left, y))
		y += top.Size().Height + theme.Gap
	}
	for _, o := range objects[1:] {
		o.Move(fyne.NewPos(left, y))
		o.Resize(fyne.NewSize(width, fyne.Max(0, size.Height-y-theme.PageTop)))
	}
	if l.g.columns != columns {
		l.g.list.Refresh()
	}
}

// tableLayout has the head above the list, in line with its rows.
type tableLayout struct{}

func (tableLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := objects[1].MinSize()
	if objects[0].Visible() {
		size.Height += objects[0].MinSize().Height + theme.GapTiny
	}
	return size
}

func (tableLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head, list := objects[0], objects[1]
	var y float32
	if head.Visible() {
		y = head.MinSize().Height
		head.Move(fyne.Position{})
		head.Resize(fyne.NewSize(size.Width, y))
		y += theme.GapTiny
	}
	list.Move(fyne.NewPos(0, y))
	list.Resize(fyne.NewSize(size.Width, fyne.Max(0, size.Height-y)))
}
