package widget

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// Account is what an AccountRow shows.
type Account struct {
	Name string
	// Provider is the line below the name.
	Provider string
	Picture  []byte
	// Letters stand on a provider's tile, in place of a picture.
	Letters string
	Drawing []byte // in place of the letters; see [Monogram.SetMark]
	// State is a word or two, for example "Active" or "52 minutes".
	State string
	Tone  Tone
	Sign  SignKind
	// Mark is the colour of the account, and MarkName what it is called; "" is none.
	Mark     fyne.ThemeColorName
	MarkName string
	// Selected marks the account whose page is open.
	Selected bool
}

// AccountRow is one account in the rail.
type AccountRow struct {
	control

	account Account
	// OnMove is called with -1 or +1 when an arrow key asks for the row above
	// or below.
	OnMove func(rows int)
}

// NewAccountRow returns an empty row.
func NewAccountRow(tapped func()) *AccountRow {
	r := &AccountRow{}
	r.tapped = tapped
	r.ExtendBaseWidget(r)
	return r
}

// Set changes everything.
func (a *AccountRow) Set(account Account) {
	if reflect.DeepEqual(a.account, account) {
		return
	}
	a.account = account
	a.Refresh()
}

// TypedKey taps with Enter or Space and moves with the arrows.
func (a *AccountRow) TypedKey(ev *fyne.KeyEvent) {
	if a.OnMove != nil && ev.Name == fyne.KeyUp {
		a.OnMove(-1)
		return
	}
	if a.OnMove != nil && ev.Name == fyne.KeyDown {
		a.OnMove(1)
		return
	}
	a.control.TypedKey(ev)
}

// AccessibilityLabel says the name, the provider and the state.
func (a *AccountRow) AccessibilityLabel() string {
	label := a.account.Name + ", " + a.account.Provider + ", " + a.account.State
	if a.account.MarkName != "" {
		label += ", " + a.account.MarkName
	}
	return label
}

// CreateRenderer is called by Fyne.
func (a *AccountRow) CreateRenderer() fyne.WidgetRenderer {
	r := &accountRowRenderer{
		row: a, back: canvas.NewRectangle(nil), ring: newRing(), avatar: NewAvatar(AvatarSmall), tile: NewMonogram("", false),
		name:     NewText("", TextStyle{Bold: true, Fit: FitEllipsis}),
		provider: NewCaption(""), sign: NewSign(SignNone), state: NewText("", TextStyle{}),
	}
	r.tile.raised = true
	r.Refresh()
	return r
}

const (
	rowSide   float32 = 10
	rowTop    float32 = 9
	rowRadius float32 = 10
	// rowState is the most that the state takes of the line below the name.
	rowState float32 = 0.6
)

type accountRowRenderer struct {
	row            *AccountRow
	back           *canvas.Rectangle
	ring           ring
	avatar         *Avatar
	tile           *Monogram
	name, provider *Text
	sign           *Sign
	state          *Text
}

func (r *accountRowRenderer) Destroy() {}

func (r *accountRowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.avatar, r.tile, r.name, r.provider, r.sign, r.state, r.ring.rect}
}

func (r *accountRowRenderer) MinSize() fyne.Size {
	text := r.name.MinSize().Height + r.provider.MinSize().Height
	width := 2*rowSide + AvatarSmall + rowSide + 2*leastTextWidth
	return fyne.NewSize(width, fyne.Max(AvatarSmall, text)+2*rowTop)
}

func (r *accountRowRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	// The rail is narrow: the ring lies inside the row.
	r.ring.place(fyne.NewPos(4, 4), size.SubtractWidthHeight(8, 8), rowRadius-4)
	r.avatar.Move(fyne.NewPos(rowSide, (size.Height-AvatarSmall)/2))
	r.avatar.Resize(fyne.NewSquareSize(AvatarSmall))
	place(r.tile, rowSide, (size.Height-AvatarSmall)/2, AvatarSmall, AvatarSmall)

	left, right := 2*rowSide+AvatarSmall, size.Width-rowSide
	nameHeight, providerHeight := r.name.MinSize().Height, r.provider.MinSize().Height
	y := (size.Height - nameHeight - providerHeight) / 2
	// The name has its line for itself: it says who it is.
	x := r.placeState(right, y+nameHeight+providerHeight/2, (right-left)*rowState)
	place(r.name, left, y, right-left, nameHeight)
	place(r.provider, left, y+nameHeight, x-theme.GapTiny-left, providerHeight)
}

// placeState lays the state out to the left of an edge and returns where it
// begins.
func (r *accountRowRenderer) placeState(right, middle, most float32) float32 {
	width := fyne.Min(r.state.measure().width(r.row.account.State)+0.5, most)
	height := r.state.MinSize().Height
	x := right - width
	place(r.state, x, middle-height/2, width, height)
	if r.row.account.Sign == SignNone {
		return x
	}
	x -= chipSign() + 3
	place(r.sign, x, middle-chipSign()/2, chipSign(), chipSign())
	return x
}

func place(o fyne.CanvasObject, x, y, width, height float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(fyne.Max(0, width), height))
}

func (r *accountRowRenderer) Refresh() {
	row, account := r.row, r.row.account
	r.back.CornerRadius = rowRadius
	r.back.Shadow, r.back.StrokeColor, r.back.StrokeWidth = canvas.Shadow{}, nil, 0
	switch {
	case account.Selected:
		r.back.FillColor = colorOf(row, theme.ColorSurface)
		raised(row, r.back)
	case row.hovered:
		r.back.FillColor = colorOf(row, fynetheme.ColorNameHover)
	default:
		r.back.FillColor = colorOf(row, "")
	}
	r.avatar.Set(account.Name, account.Picture)
	r.avatar.SetMark(account.Mark)
	r.tile.Set(account.Letters, false)
	r.tile.SetMark(account.Drawing)
	setVisible(r.avatar, account.Letters == "")
	setVisible(r.tile, account.Letters != "")
	r.name.SetText(account.Name)
	r.provider.SetText(account.Provider)
	r.sign.Set(account.Sign, account.Tone.Foreground())
	r.state.Set(account.State, TextStyle{
		Color: account.Tone.Foreground(), Size: fynetheme.SizeNameCaptionText, Fit: FitEllipsis,
	})
	r.ring.show(row, row.focused)
	r.Layout(row.Size())
	r.back.Refresh()
	canvas.Refresh(row)
}
