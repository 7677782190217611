package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// Claim is a line of a ClaimsTable.
type Claim struct {
	Name    string
	Value   string
	Meaning string
	// Plain shows the value in the text font, for example a time.
	Plain bool
}

// ClaimsTable shows the claims of a token with what they mean. Beyond its
// height it scrolls.
type ClaimsTable struct {
	fynewidget.BaseWidget

	claims []Claim
	grid   *grid
	scroll *container.Scroll
	height float32
}

// NewClaimsTable returns an empty table that is at most so high, 0 for as high
// as its content. The onCopy function may be nil.
func NewClaimsTable(height float32, onCopy func(Claim)) *ClaimsTable {
	t := &ClaimsTable{height: height}
	t.grid = newGrid(theme.Gap, 9, track{width: claimLeast, most: 0.38}, track{share: 4}, track{share: 3})
	t.grid.stack = 220
	if onCopy != nil {
		t.grid.copied = func(row int) { onCopy(t.claims[row]) }
		t.grid.onRow(t.grid.copied)
	}
	t.grid.moved = t.reveal
	// The mark of the current row stands out by so much.
	content := container.New(insetLayout{side: 8, top: 6}, t.grid)
	t.scroll = container.NewVScroll(content)
	t.ExtendBaseWidget(t)
	return t
}

// Set changes everything.
func (t *ClaimsTable) Set(claims []Claim) {
	t.claims = claims
	t.grid.tracks[0].width = t.nameWidth()
	rows := make([][]cell, len(claims))
	for i, claim := range claims {
		rows[i] = []cell{
			{text: claim.Name, style: TextStyle{Mono: true, Bold: true, Fit: FitWrap}},
			{text: claim.Value, style: TextStyle{Mono: !claim.Plain, Fit: FitWrap, MaxLines: 4}},
			{text: claim.Meaning, style: TextStyle{Color: theme.ColorMuted, Fit: FitWrap}},
		}
	}
	if t.grid.set(rows) {
		t.Refresh()
	}
}

// The column of names is as wide as the names, within bounds.
const (
	claimLeast float32 = 44
	claimMost  float32 = 140
)

func (t *ClaimsTable) nameWidth() float32 {
	m := measure{size: sizeOf(t, theme.SizeMono), style: fyne.TextStyle{Monospace: true, Bold: true}}
	width := claimLeast
	for _, claim := range t.claims {
		width = fyne.Max(width, m.width(claim.Name)+1)
	}
	return fyne.Min(width, claimMost)
}

// reveal scrolls so far that a row is seen.
func (t *ClaimsTable) reveal(top, height float32) {
	offset, shown := t.scroll.Offset.Y, t.scroll.Size().Height-12
	switch {
	case top < offset:
		offset = top
	case top+height > offset+shown:
		offset = top + height - shown
	default:
		return
	}
	t.scroll.ScrollToOffset(fyne.NewPos(0, offset))
}

// body is what is drawn. A table without a height has no scroll of its own: it
// would swallow the wheel that is meant for the page.
func (t *ClaimsTable) body() fyne.CanvasObject {
	if t.height == 0 {
		return t.scroll.Content
	}
	return t.scroll
}

// SetKeys says what becomes of keys that mean nothing here.
func (t *ClaimsTable) SetKeys(k Keys) { t.grid.SetKeys(k) }

// CreateRenderer is called by Fyne.
func (t *ClaimsTable) CreateRenderer() fyne.WidgetRenderer { return &claimsRenderer{table: t} }

type claimsRenderer struct{ table *ClaimsTable }

func (r *claimsRenderer) Destroy()                     {}
func (r *claimsRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.table.body()} }

func (r *claimsRenderer) MinSize() fyne.Size {
	size := r.table.scroll.Content.MinSize().SubtractWidthHeight(16, 12)
	if r.table.height > 0 {
		size.Height = fyne.Min(size.Height, r.table.height)
	}
	return size
}

func (r *claimsRenderer) Layout(size fyne.Size) {
	// The scroll clips; it is larger by what the mark stands out.
	size = size.AddWidthHeight(16, 12)
	heightAt(r.table.scroll.Content, size.Width)
	r.table.body().Move(fyne.NewPos(-8, -6))
	r.table.body().Resize(size)
}

func (r *claimsRenderer) Refresh() {
	r.Layout(r.table.Size())
	r.table.body().Refresh()
}

// insetLayout leaves a margin.
type insetLayout struct{ side, top float32 }

func (l insetLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size.AddWidthHeight(2*l.side, 2*l.top)
}

func (l insetLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(l.side, l.top))
		o.Resize(size.SubtractWidthHeight(2*l.side, 2*l.top))
	}
}
