package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// Provider is what a ProviderCard shows.
type Provider struct {
	Monogram string
	Mark     []byte // in place of the monogram; see [Monogram.SetMark]
	Name     string
	Status   string
	// Sign stands before the status, for example SignWarn if something is
	// missing.
	Sign SignKind
	// Own marks the program's own provider, in brass.
	Own bool
}

// ProviderCard is a card that chooses a provider.
type ProviderCard struct {
	control

	provider Provider
}

// NewProviderCard returns a card for a provider.
func NewProviderCard(provider Provider, tapped func()) *ProviderCard {
	c := &ProviderCard{provider: provider}
	c.tapped = tapped
	c.ExtendBaseWidget(c)
	return c
}

// Set changes everything.
func (c *ProviderCard) Set(provider Provider, tapped func()) {
	c.provider, c.tapped = provider, tapped
	c.Refresh()
}

// AccessibilityLabel says the name and the status.
func (c *ProviderCard) AccessibilityLabel() string { return c.provider.Name + ", " + c.provider.Status }

// CreateRenderer is called by Fyne.
func (c *ProviderCard) CreateRenderer() fyne.WidgetRenderer {
	r := &providerCardRenderer{
		card: c, back: canvas.NewRectangle(nil), glow: canvas.NewRectangle(nil), ring: newRing(),
		tile: NewMonogram("", false), name: NewText("", TextStyle{Size: fynetheme.SizeNameSubHeadingText, Bold: true, Fit: FitWrap, MaxLines: 2}), sign: NewSign(SignNone), status: NewCaption(""),
	}
	r.Refresh()
	return r
}

type providerCardRenderer struct {
	card       *ProviderCard
	back, glow *canvas.Rectangle
	ring       ring
	tile       *Monogram
	name       *Text
	sign       *Sign
	status     *Text
}

func (r *providerCardRenderer) Destroy() {}

func (r *providerCardRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.glow, r.tile, r.name, r.sign, r.status, r.ring.rect}
}

func (r *providerCardRenderer) textHeight() float32 {
	return r.name.MinSize().Height + r.status.MinSize().Height
}

func (r *providerCardRenderer) MinSize() fyne.Size {
	height := fyne.Max(monogramSize, r.textHeight()) + 2*theme.CardPadding
	return fyne.NewSize(2*theme.CardPadding+monogramSize+theme.Gap+2*leastTextWidth, height)
}

func (r *providerCardRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.glow.Resize(size)
	r.ring.place(fyne.Position{}, size, theme.RadiusCard)
	pad := theme.CardPadding
	r.tile.Move(fyne.NewPos(pad, (size.Height-monogramSize)/2))
	r.tile.Resize(fyne.NewSquareSize(monogramSize))
	x := pad + monogramSize + theme.Gap
	width := fyne.Max(0, size.Width-x-pad)
	// Its width first: a long name takes two lines.
	r.name.Resize(fyne.NewSize(width, r.name.MinSize().Height))
	y := (size.Height - r.textHeight()) / 2
	r.name.Move(fyne.NewPos(x, y))
	r.name.Resize(fyne.NewSize(width, r.name.MinSize().Height))
	y += r.name.MinSize().Height
	height := r.status.MinSize().Height
	if r.card.provider.Sign != SignNone {
		r.sign.Move(fyne.NewPos(x, y+(height-chipSign())/2))
		r.sign.Resize(fyne.NewSquareSize(chipSign()))
		x += chipSign() + chipSignGap
		width -= chipSign() + chipSignGap
	}
	r.status.Move(fyne.NewPos(x, y))
	r.status.Resize(fyne.NewSize(fyne.Max(0, width), height))
}

func (r *providerCardRenderer) Refresh() {
	c := r.card
	r.back.FillColor = colorOf(c, theme.ColorSurface)
	r.back.CornerRadius, r.glow.CornerRadius = theme.RadiusCard, theme.RadiusCard
	raised(c, r.back)
	if c.hovered && !c.Disabled() {
		r.back.StrokeWidth, r.back.StrokeColor = 1, colorOf(c, theme.ColorAccent)
	}
	r.glow.FillColor = colorOf(c, fynetheme.ColorNameHover)
	setVisible(r.glow, c.hovered && !c.Disabled())
	r.tile.Set(c.provider.Monogram, c.provider.Own)
	r.tile.SetMark(c.provider.Mark)
	r.name.SetText(c.provider.Name)
	r.sign.Set(c.provider.Sign, "")
	r.status.SetText(c.provider.Status)
	r.ring.show(c, c.focused)
	r.Layout(c.Size())
	r.back.Refresh()
	r.glow.Refresh()
	canvas.Refresh(c)
}
