package widget

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"
)

// List is Fyne's list at the wheel's speed of the rest, with a menu for each row.
type List struct {
	fynewidget.List

	// OnMenu is what the menu of a row offers.
	OnMenu func(row int) []*fyne.MenuItem
	made   []*listRow
	marked int
}

// NewList returns a list that draws only the rows that are visible.
func NewList(length func() int, create func() fyne.CanvasObject, update func(int, fyne.CanvasObject)) *List {
	l := &List{}
	l.init(l, length, create, update)
	return l
}

// init is called before anything else; self is the widget that embeds the list, or the list.
func (l *List) init(self fyne.Widget, length func() int, create func() fyne.CanvasObject, update func(int, fyne.CanvasObject)) {
	l.Length = length
	l.CreateItem = func() fyne.CanvasObject {
		row := &listRow{content: create(), list: l, self: self}
		row.ExtendBaseWidget(row)
		l.made = append(l.made, row)
		return row
	}
	l.UpdateItem = func(i int, o fyne.CanvasObject) {
		if row, ok := o.(*listRow); ok {
			row.at = i
			update(i, row.content)
		}
	}
	l.OnHighlighted = func(i int) { l.marked = i }
	l.ExtendBaseWidget(self)
}

// CreateRenderer is called by Fyne.
func (l *List) CreateRenderer() fyne.WidgetRenderer {
	return underWheel(l.List.CreateRenderer(), l.Scrolled)
}

// Scrolled turns the list with the wheel.
func (l *List) Scrolled(ev *fyne.ScrollEvent) {
	l.ScrollToOffset(l.GetScrollOffset() - faster(ev).Scrolled.DY)
}

// TypedKey opens the menu of the row that the keyboard is on, or moves through the rows.
func (l *List) TypedKey(ev *fyne.KeyEvent) {
	if opensMenu(ev.Name) {
		l.menu(l.marked)
		return
	}
	l.List.TypedKey(ev)
}

// menu opens the menu of a row that is seen.
func (l *List) menu(at int) {
	for _, row := range l.made {
		if row.at == at && app().Driver().CanvasForObject(row) != nil {
			row.menu(fyne.NewPos(0, row.Size().Height))
			return
		}
	}
}

// listRow is a row, which is used for another one later. It takes the taps of both buttons:
// Fyne gives both to the innermost part that takes one.
type listRow struct {
	fynewidget.BaseWidget
	content fyne.CanvasObject
	list    *List
	self    fyne.Widget
	at      int
}

// Tapped chooses the row.
func (r *listRow) Tapped(*fyne.PointEvent) {
	if f, ok := r.self.(fyne.Focusable); ok {
		if c := app().Driver().CanvasForObject(r.self); c != nil {
			c.Focus(f)
		}
	}
	r.list.Highlight(r.at)
	r.list.Select(r.at)
}

// TappedSecondary opens the menu of the row.
func (r *listRow) TappedSecondary(ev *fyne.PointEvent) { r.menu(ev.Position) }

func (r *listRow) menu(at fyne.Position) {
	if r.list.OnMenu != nil {
		showMenu(r, at, r.list.OnMenu(r.at))
	}
}

// CreateRenderer is called by Fyne.
func (r *listRow) CreateRenderer() fyne.WidgetRenderer {
	return fynewidget.NewSimpleRenderer(r.content)
}
