package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/internal/jsontree"
)

// Tree shows a tree of values, of which it draws only the rows that are seen. It is one
// stop of the Tab key: the arrows move, open and fold, and Ctrl+C copies a value.
type Tree struct {
	List

	view    *jsontree.View
	keys    Keys
	current int // a row
	focused bool

	// OnMoved is called when another row is the current one, OnCopy for Ctrl+C.
	OnMoved func()
	OnCopy  func()
}

// NewTree returns an empty tree.
func NewTree() *Tree {
	t := &Tree{view: jsontree.NewView(&jsontree.Tree{})}
	t.init(t, func() int { return t.view.Len() }, func() fyne.CanvasObject { return newTreeRow() }, func(i int, o fyne.CanvasObject) {
		if row, ok := o.(*treeRow); ok && i < t.view.Len() {
			row.set(t.rowAt(i))
		}
	})
	t.OnSelected = func(i int) {
		t.UnselectAll()
		t.tapped(i)
	}
	t.HideSeparators = true
	return t
}

// SetTree shows another tree.
func (t *Tree) SetTree(tree *jsontree.Tree) {
	if tree == nil {
		tree = &jsontree.Tree{}
	}
	if t.view.Tree() == tree {
		return
	}
	t.view, t.current = jsontree.NewView(tree), 0
	t.Refresh()
	t.MinSize() // a list that was never drawn cannot scroll
	t.ScrollToTop()
}

// Current is the node of the current row and its place in the tree; -1 if there is none.
func (t *Tree) Current() (*jsontree.Tree, int) {
	if t.current >= t.view.Len() {
		return t.view.Tree(), -1
	}
	_, at := t.view.At(t.current)
	return t.view.Tree(), at
}

// Search looks for a text and goes to the first row that fits.
func (t *Tree) Search(query string) {
	t.view.Search(query)
	t.Next(1)
}

// Hit is the number of the current one of what fits, from 1, and how many fit.
func (t *Tree) Hit() (at, of int) { return t.view.Hit(), t.view.Hits() }

// Next goes by so many of what fits.
func (t *Tree) Next(by int) {
	if row := t.view.Next(by); row >= 0 {
		t.move(row)
	}
	t.Refresh()
}

// OpenAll opens or folds everything.
func (t *Tree) OpenAll(open bool) {
	for i := 0; i < len(t.view.Tree().Nodes); i = t.view.Tree().Nodes[i].End {
		t.view.SetAll(i, open)
	}
	t.current = 0
	t.changed()
}

// Toggle opens or folds a row.
func (t *Tree) Toggle(row int) {
	if row >= t.view.Len() {
		return
	}
	n, at := t.view.At(row)
	if n.Folds() {
		t.view.SetOpen(at, !t.view.Open(at))
		t.changed()
	}
}

// Point makes a row the current one.
func (t *Tree) Point(row int) { t.move(row) }

func (t *Tree) tapped(row int) {
	t.Toggle(row)
	t.move(row)
}

func (t *Tree) changed() {
	t.current = min(t.current, max(0, t.view.Len()-1))
	t.Refresh()
}

// move makes another row the current one, and brings it into view.
func (t *Tree) move(row int) {
	row = max(0, min(row, t.view.Len()-1))
	if row >= t.view.Len() || row < 0 {
		return
	}
	before := t.current
	t.current = row
	t.ScrollTo(row)
	if before != row {
		t.RefreshItem(before)
	}
	t.RefreshItem(row)
	if t.OnMoved != nil {
		t.OnMoved()
	}
}

// SetKeys says what becomes of keys that mean nothing here.
func (t *Tree) SetKeys(k Keys) { t.keys = k }

// treePage is how many rows the page keys go.
const treePage = 12

// TypedKey moves, opens and folds.
func (t *Tree) TypedKey(ev *fyne.KeyEvent) {
	if t.view.Len() == 0 {
		return
	}
	if row, goes := t.rowBy(ev.Name); goes {
		t.move(row)
		return
	}
	switch {
	case opensMenu(ev.Name):
		t.menu(t.current)
	case activates(ev.Name):
		t.Toggle(t.current)
	case ev.Name == fyne.KeyRight:
		t.goIn()
	case ev.Name == fyne.KeyLeft:
		t.goOut()
	}
}

// rowBy is the row that a key goes to, whatever the rows are.
func (t *Tree) rowBy(key fyne.KeyName) (row int, goes bool) {
	row, goes = map[fyne.KeyName]int{
		fyne.KeyUp:       t.current - 1,
		fyne.KeyDown:     t.current + 1,
		fyne.KeyPageUp:   t.current - treePage,
		fyne.KeyPageDown: t.current + treePage,
		fyne.KeyHome:     0,
		fyne.KeyEnd:      t.view.Len() - 1,
	}[key]
	return row, goes
}

// goIn opens the current row, or goes to the next one.
func (t *Tree) goIn() {
	if n, at := t.currentNode(); n.Folds() && !t.view.Open(at) {
		t.Toggle(t.current)
		return
	}
	t.move(t.current + 1)
}

// goOut folds the current row, or goes to what it is in.
func (t *Tree) goOut() {
	n, at := t.currentNode()
	if n.Folds() && t.view.Open(at) {
		t.Toggle(t.current)
		return
	}
	if n.Parent >= 0 {
		t.move(t.view.RowOf(n.Parent))
	}
}

// currentNode is what the current row shows of a tree that has rows.
func (t *Tree) currentNode() (n *jsontree.Node, at int) {
	return t.view.At(min(t.current, t.view.Len()-1))
}

// TypedRune does nothing: runes are for entries.
func (t *Tree) TypedRune(rune) {}

// FocusGained marks the current row.
func (t *Tree) FocusGained() {
	t.focused = true
	t.RefreshItem(t.current)
	if t.keys.Focused != nil {
		t.keys.Focused()
	}
}

// FocusLost takes the mark away.
func (t *Tree) FocusLost() {
	t.focused = false
	t.RefreshItem(t.current)
}

// HasFocus reports whether the keyboard acts on the tree.
func (t *Tree) HasFocus() bool { return t.focused }

// TypedShortcut copies the current value and hands the rest on.
func (t *Tree) TypedShortcut(s fyne.Shortcut) {
	if _, copies := s.(*fyne.ShortcutCopy); copies && t.OnCopy != nil {
		t.OnCopy()
		return
	}
	if t.keys.Shortcut != nil {
		t.keys.Shortcut(s)
	}
}

// KeyDown hands Escape on.
func (t *Tree) KeyDown(ev *fyne.KeyEvent) {
	if ev.Name == fyne.KeyEscape && t.keys.Escape != nil {
		t.keys.Escape()
	}
}

// KeyUp does nothing.
func (t *Tree) KeyUp(*fyne.KeyEvent) {}

// Scrolled turns the tree with the wheel, or the page at its ends.
func (t *Tree) Scrolled(ev *fyne.ScrollEvent) {
	before := t.GetScrollOffset()
	t.List.Scrolled(ev)
	if t.GetScrollOffset() == before && t.keys.Scrolled != nil {
		t.keys.Scrolled(ev)
	}
}

// CreateRenderer is called by Fyne.
func (t *Tree) CreateRenderer() fyne.WidgetRenderer {
	return underWheel(t.List.List.CreateRenderer(), t.Scrolled)
}

// Need is the height at which all rows are seen.
func (t *Tree) Need() float32 {
	row := newTreeRow().MinSize().Height
	return float32(t.view.Len()) * (row + sizeOf(t, fynetheme.SizeNamePadding))
}

// AccessibilityLabel says what the current row is.
func (t *Tree) AccessibilityLabel() string {
	if t.current >= t.view.Len() {
		return ""
	}
	return t.rowAt(t.current).words()
}

// AccessibilityRole is that of text.
func (t *Tree) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

var (
	_ desktop.Keyable     = (*Tree)(nil)
	_ fyne.Shortcutable   = (*Tree)(nil)
	_ fyne.Focusable      = (*Tree)(nil)
	_ fyne.WidgetRenderer = (*treeRowRenderer)(nil)
)
