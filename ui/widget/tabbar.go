package widget

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// Tab is one title of a TabBar.
type Tab struct {
	Text string
	// Count stands after the text if it is not negative.
	Count int
}

// NewTab returns a tab without a count.
func NewTab(text string) Tab { return Tab{Text: text, Count: -1} }

// TabBar shows titles of which one is chosen. It is one stop of the Tab key;
// the arrow keys, Home and End choose.
type TabBar struct {
	control

	tabs    []Tab
	chosen  int
	hover   int
	changed func(tab int)
}

// NewTabBar returns a bar that reports each choice of a person.
func NewTabBar(changed func(tab int)) *TabBar {
	b := &TabBar{changed: changed, hover: -1}
	b.ExtendBaseWidget(b)
	return b
}

// Set changes everything and reports nothing.
func (b *TabBar) Set(tabs []Tab, chosen int) {
	if b.chosen == chosen && slices.Equal(b.tabs, tabs) {
		return
	}
	b.tabs, b.chosen = tabs, chosen
	b.Refresh()
}

// Chosen is the index of the chosen tab.
func (b *TabBar) Chosen() int { return b.chosen }

// TypedKey chooses with the arrows, Home and End.
func (b *TabBar) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyLeft:
		b.choose(b.chosen - 1)
	case fyne.KeyRight:
		b.choose(b.chosen + 1)
	case fyne.KeyHome:
		b.choose(0)
	case fyne.KeyEnd:
		b.choose(len(b.tabs) - 1)
	default:
	}
}

// Tapped chooses the tab under the pointer.
func (b *TabBar) Tapped(ev *fyne.PointEvent) {
	if ev != nil {
		b.choose(b.tabAt(ev.Position))
	}
}

// MouseMoved marks the tab under the pointer.
func (b *TabBar) MouseMoved(ev *desktop.MouseEvent) {
	if hover := b.tabAt(ev.Position); hover != b.hover {
		b.hover = hover
		b.Refresh()
	}
}

// MouseOut takes the mark away.
func (b *TabBar) MouseOut() {
	b.hover = -1
	b.Refresh()
}

// Cursor is a hand over a tab.
func (b *TabBar) Cursor() desktop.Cursor {
	if b.hover >= 0 {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// AccessibilityLabel says the chosen tab.
func (b *TabBar) AccessibilityLabel() string {
	if b.chosen < 0 || b.chosen >= len(b.tabs) {
		return ""
	}
	return b.tabs[b.chosen].Text
}

func (b *TabBar) choose(tab int) {
	if tab < 0 || tab >= len(b.tabs) || tab == b.chosen {
		return
	}
	b.chosen = tab
	b.Refresh()
	if b.changed != nil {
		b.changed(tab)
	}
}

const (
	tabGap       float32 = 22
	tabLeastGap  float32 = 10
	tabTop       float32 = 8
	tabUnderline float32 = 3
)

// span is the place of a tab: its left edge, its width and the line that it stands in.
type span struct {
	left, width float32
	line        int
}

// spans are the places of the tabs at the present width: in one line if they fit in it, or
// in as many as they need.
func (b *TabBar) spans() []span {
	m := measure{size: sizeOf(b, fynetheme.SizeNameText), style: fyne.TextStyle{Bold: true}}
	var out []span
	var sum float32
	for _, tab := range b.tabs {
		width := m.width(tab.Text) + 1
		if tab.Count >= 0 {
			width += theme.GapSmall + measure{size: m.size}.width(strconv.Itoa(tab.Count))
		}
		out = append(out, span{width: width})
		sum += width
	}
	all, gap := b.Size().Width, tabGap
	if n := float32(len(b.tabs) - 1); n > 0 && sum+n*gap > all {
		gap = fyne.Max(tabLeastGap, (all-sum)/n)
	}
	var x float32
	line := 0
	for i := range out {
		if x > 0 && all > 0 && x+out[i].width > all+0.5 {
			x, line = 0, line+1
		}
		out[i].left, out[i].line = x, line
		x += out[i].width + gap
	}
	return out
}

// lineHeight is the height of a line of tabs.
func (b *TabBar) lineHeight() float32 {
	return measure{size: sizeOf(b, fynetheme.SizeNameText)}.lineHeight() + 2*tabTop + tabUnderline
}

func (b *TabBar) tabAt(at fyne.Position) int {
	line := int(at.Y / b.lineHeight())
	for i, s := range b.spans() {
		if s.line == line && at.X >= s.left-tabLeastGap/2 && at.X <= s.left+s.width+tabLeastGap/2 {
			return i
		}
	}
	return -1
}

// CreateRenderer is called by Fyne.
func (b *TabBar) CreateRenderer() fyne.WidgetRenderer {
	r := &tabBarRenderer{
		bar: b, line: canvas.NewRectangle(nil), mark: canvas.NewRectangle(nil), ring: newRing(),
	}
	r.Refresh()
	return r
}

type tabBarRenderer struct {
	bar        *TabBar
	line, mark *canvas.Rectangle
	ring       ring
	texts      []*Text
	counts     []*Text
}

func (r *tabBarRenderer) Destroy() {}

func (r *tabBarRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.line, r.mark}
	for i := range r.texts {
		objects = append(objects, r.texts[i], r.counts[i])
	}
	return append(objects, r.ring.rect)
}

func (r *tabBarRenderer) MinSize() fyne.Size {
	var width float32
	lines := 1
	for _, s := range r.bar.spans() {
		width, lines = fyne.Max(width, s.width), s.line+1
	}
	return fyne.NewSize(width, float32(lines)*r.bar.lineHeight())
}

func (r *tabBarRenderer) Layout(size fyne.Size) {
	r.line.Move(fyne.NewPos(0, size.Height-1))
	r.line.Resize(fyne.NewSize(size.Width, 1))
	spans, high := r.bar.spans(), r.bar.lineHeight()
	for i, text := range r.texts {
		s, y := spans[i], float32(spans[i].line)*high
		width := fyne.Min(text.measure().width(text.Text())+1, s.width)
		height := text.MinSize().Height
		text.Move(fyne.NewPos(s.left, y+tabTop))
		text.Resize(fyne.NewSize(width, height))
		r.counts[i].Move(fyne.NewPos(s.left+width+theme.GapSmall-1, y+tabTop))
		r.counts[i].Resize(fyne.NewSize(s.width, height))
		if i == r.bar.chosen {
			r.mark.Move(fyne.NewPos(s.left, y+high-tabUnderline))
			r.mark.Resize(fyne.NewSize(s.width, tabUnderline))
			r.ring.place(fyne.NewPos(s.left-2, y+3), fyne.NewSize(s.width+4, high-8), 4)
		}
	}
}

func (r *tabBarRenderer) Refresh() {
	b := r.bar
	for len(r.texts) < len(b.tabs) {
		r.texts, r.counts = append(r.texts, NewLabel("")), append(r.counts, NewLabel(""))
	}
	r.texts, r.counts = r.texts[:len(b.tabs)], r.counts[:len(b.tabs)]
	for i, tab := range b.tabs {
		style := TextStyle{Color: theme.ColorMuted}
		switch i {
		case b.chosen:
			style = TextStyle{Bold: true}
		case b.hover:
			style = TextStyle{}
		}
		r.texts[i].Set(tab.Text, style)
		count := ""
		if tab.Count >= 0 {
			count = strconv.Itoa(tab.Count)
		}
		r.counts[i].Set(count, TextStyle{Color: theme.ColorMuted})
	}
	r.line.FillColor = colorOf(b, theme.ColorLine)
	r.mark.FillColor = colorOf(b, theme.ColorAccent)
	r.mark.CornerRadius = 1
	setVisible(r.mark, b.chosen >= 0 && b.chosen < len(b.tabs))
	r.ring.show(b, b.focused)
	r.Layout(b.Size())
	r.line.Refresh()
	r.mark.Refresh()
	canvas.Refresh(b)
}
