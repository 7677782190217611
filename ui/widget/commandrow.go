package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// Command is what a CommandRow shows.
type Command struct {
	Title string
	// Detail tells those of one title apart.
	Detail string
	// Note stands at the right edge: a shortcut, or what kind of thing it is.
	Note string
	// Chosen marks the one that Enter takes.
	Chosen bool
}

// CommandRow is a line of a list to choose from, while the keyboard is in a field above.
type CommandRow struct {
	control

	command Command
}

// NewCommandRow returns an empty row.
func NewCommandRow(tapped func()) *CommandRow {
	r := &CommandRow{}
	r.tapped = tapped
	r.ExtendBaseWidget(r)
	return r
}

// Set changes everything.
func (r *CommandRow) Set(command Command) {
	if r.command == command {
		return
	}
	r.command = command
	r.Refresh()
}

// AccessibilityLabel says all that the row shows.
func (r *CommandRow) AccessibilityLabel() string {
	c := r.command
	if c.Detail == "" {
		return c.Title + ", " + c.Note
	}
	return c.Title + ", " + c.Detail + ", " + c.Note
}

// CreateRenderer is called by Fyne.
func (r *CommandRow) CreateRenderer() fyne.WidgetRenderer {
	out := &commandRowRenderer{
		row: r, back: canvas.NewRectangle(nil), bar: canvas.NewRectangle(nil), ring: newRing(),
		title:  NewText("", TextStyle{Fit: FitEllipsis}),
		detail: NewText("", TextStyle{Color: theme.ColorMuted, Fit: FitEllipsis}),
		note:   NewCaption(""),
	}
	out.Refresh()
	return out
}

const (
	commandSide float32 = 14
	commandTop  float32 = 9
	// commandBar marks the chosen row, beside its colour.
	commandBar float32 = 3
	// commandTitle is the most that a title takes of what the note leaves.
	commandTitle float32 = 0.62
)

type commandRowRenderer struct {
	row                 *CommandRow
	back, bar           *canvas.Rectangle
	ring                ring
	title, detail, note *Text
}

func (r *commandRowRenderer) Destroy() {}

func (r *commandRowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.bar, r.title, r.detail, r.note, r.ring.rect}
}

func (r *commandRowRenderer) MinSize() fyne.Size {
	return fyne.NewSize(2*commandSide+3*leastTextWidth, r.title.MinSize().Height+2*commandTop)
}

func (r *commandRowRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	place(r.bar, 0, commandTop, commandBar, size.Height-2*commandTop)
	r.ring.place(fyne.NewPos(4, 4), size.SubtractWidthHeight(8, 8), theme.RadiusInput-4)
	c := r.row.command
	noteHeight := r.note.MinSize().Height
	noteWidth := fyne.Min(r.note.measure().width(c.Note)+0.5, size.Width*0.3)
	right := size.Width - commandSide - noteWidth
	place(r.note, right, (size.Height-noteHeight)/2, noteWidth, noteHeight)
	room := fyne.Max(0, right-theme.Gap-commandSide)
	titleWidth := fyne.Min(r.title.measure().width(c.Title)+0.5, room)
	if c.Detail != "" && titleWidth > room*commandTitle {
		titleWidth = fyne.Max(room*commandTitle, room-theme.Gap-r.detail.measure().width(c.Detail)-0.5)
		titleWidth = fyne.Min(titleWidth, r.title.measure().width(c.Title)+0.5)
	}
	height := r.title.MinSize().Height
	place(r.title, commandSide, commandTop, titleWidth, height)
	place(r.detail, commandSide+titleWidth+theme.Gap, commandTop, room-titleWidth-theme.Gap, height)
}

func (r *commandRowRenderer) Refresh() {
	row, c := r.row, r.row.command
	r.back.CornerRadius = theme.RadiusInput
	switch {
	case c.Chosen:
		r.back.FillColor = colorOf(row, theme.ColorSurface)
	case row.hovered:
		r.back.FillColor = colorOf(row, fynetheme.ColorNameHover)
	default:
		r.back.FillColor = colorOf(row, "")
	}
	r.bar.CornerRadius = commandBar / 2
	r.bar.FillColor = colorOf(row, theme.ColorAccent)
	setVisible(r.bar, c.Chosen)
	r.title.Set(c.Title, TextStyle{Bold: c.Chosen, Fit: FitEllipsis})
	r.detail.SetText(c.Detail)
	r.note.SetText(c.Note)
	r.ring.show(row, row.focused)
	r.Layout(row.Size())
	r.back.Refresh()
	r.bar.Refresh()
	canvas.Refresh(row)
}
