package widget

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// Page scrolls its content upright, with the margins that all pages share.
type Page struct {
	fynewidget.BaseWidget

	holder *fyne.Container
	scroll *Scroll
	height float32 // of the content when it was laid out
}

// NewPage returns a page; its objects stand below each other.
func NewPage(objects ...fyne.CanvasObject) *Page { return newPage(theme.PageTop, objects) }

// NewSubpage returns a page that stands below something else, such as tabs.
func NewSubpage(objects ...fyne.CanvasObject) *Page { return newPage(theme.GapLarge, objects) }

func newPage(top float32, objects []fyne.CanvasObject) *Page {
	p := &Page{holder: NewColumn(theme.GapLarge, objects...)}
	padded := &fyne.Container{Layout: pageLayout{top: top}, Objects: []fyne.CanvasObject{newPageArea(p.holder), p.holder}}
	p.scroll = NewScroll(padded)
	p.ExtendBaseWidget(p)
	return p
}

// SetObjects changes what the page shows and goes to its top.
func (p *Page) SetObjects(objects ...fyne.CanvasObject) {
	p.holder.Objects = objects
	p.holder.Refresh()
	p.scroll.ScrollToTop()
	p.Refresh()
}

// Fill changes what the page shows, and stays where it is if it can.
func (p *Page) Fill(o fyne.CanvasObject) {
	p.holder.Objects = []fyne.CanvasObject{o}
	p.Refresh()
}

// Scrolled turns the page with the wheel.
func (p *Page) Scrolled(ev *fyne.ScrollEvent) { p.scroll.Scrolled(ev) }

// ScrollToTop shows the beginning of the page.
func (p *Page) ScrollToTop() { p.scroll.ScrollToTop() }

// ScrollTo shows one of the page's objects at its top, or as near to it as the page
// goes.
func (p *Page) ScrollTo(o fyne.CanvasObject) {
	most := p.scroll.Content.Size().Height - p.scroll.Size().Height
	at := p.holder.Position().Y + o.Position().Y - theme.GapLarge
	p.scroll.ScrollToOffset(fyne.NewPos(0, fyne.Max(0, fyne.Min(at, most))))
}

// ScrollToBottom shows the end of the page.
func (p *Page) ScrollToBottom() { p.scroll.ScrollToBottom() }

// BringIntoView scrolls until what lies between top and bottom is to be seen; both
// count from the upper edge of the page as it is shown now.
func (p *Page) BringIntoView(top, bottom float32) { p.scroll.bring(top, bottom) }

// Need is the height at which the page shows everything, for the width that it has.
func (p *Page) Need() float32 { return p.scroll.Content.MinSize().Height }

// Settle lays the page out again if its parts ask for another height than before.
// Parts that changed draw themselves; the others are left alone.
func (p *Page) Settle() {
	if p.Need() != p.height {
		p.Refresh()
	}
}

// CreateRenderer is called by Fyne.
func (p *Page) CreateRenderer() fyne.WidgetRenderer { return &pageRenderer{page: p} }

type pageRenderer struct{ page *Page }

func (r *pageRenderer) Destroy()                     {}
func (r *pageRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.page.scroll} }
func (r *pageRenderer) MinSize() fyne.Size           { return r.page.scroll.MinSize() }

func (r *pageRenderer) Layout(size fyne.Size) {
	// The content learns its width first: the scroll asks for its height.
	r.page.height = heightAt(r.page.scroll.Content, size.Width)
	r.page.scroll.Resize(size)
}

func (r *pageRenderer) Refresh() {
	r.page.height = heightAt(r.page.scroll.Content, r.page.Size().Width)
	r.page.scroll.Refresh()
}

// pageLayout is the margin of a page.
type pageLayout struct{ top float32 }

func (l pageLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size.AddWidthHeight(2*theme.GapLarge, l.top+theme.PageTop)
}

func (l pageLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, width := theme.Margins(size.Width)
	for _, o := range objects {
		o.Move(fyne.NewPos(left, l.top))
		o.Resize(fyne.NewSize(width, size.Height-l.top-theme.PageTop))
	}
}
