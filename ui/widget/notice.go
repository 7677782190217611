package widget

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// Notice says something that a person should know, and what they can do.
type Notice struct {
	fynewidget.BaseWidget

	set     bool
	tone    Tone
	sign    *Sign
	title   *Text
	text    *Text
	actions *fyne.Container
	column  *fyne.Container
	area    *selectArea
}

// NewNotice returns a notice in a tone; the actions are its buttons.
func NewNotice(tone Tone, title, text string, actions ...*Button) *Notice {
	n := &Notice{
		sign:  NewSign(SignInfo),
		title: NewText("", TextStyle{Bold: true, Fit: FitWrap}), text: NewBody(""),
		actions: NewFlow(theme.GapSmall, theme.GapSmall),
	}
	n.column = NewColumn(theme.GapTiny, n.title, &fyne.Container{Layout: &actionsLayout{notice: n}, Objects: []fyne.CanvasObject{n.text, n.actions}})
	n.area = newSelectArea(func() []*Text { return []*Text{n.title, n.text} }, n.open)
	n.ExtendBaseWidget(n)
	n.Set(tone, title, text, actions...)
	return n
}

// Set changes everything.
func (n *Notice) Set(tone Tone, title, text string, actions ...*Button) {
	same := slices.EqualFunc(n.actions.Objects, actions, func(o fyne.CanvasObject, b *Button) bool { return o == fyne.CanvasObject(b) })
	if n.set && same && n.tone == tone && n.title.Text() == title && n.text.Text() == text {
		return
	}
	n.set, n.tone = true, tone
	n.sign.Set(noticeSign(tone), noticeColor(tone))
	n.title.SetText(title)
	n.text.SetText(text)
	setVisible(n.title, title != "")
	setVisible(n.text, text != "")
	setVisible(n.actions, len(actions) > 0)
	n.actions.Objects = nil
	for _, action := range actions {
		n.actions.Objects = append(n.actions.Objects, action)
	}
	n.Refresh()
}

func noticeSign(tone Tone) SignKind {
	switch tone {
	case ToneOK:
		return SignDone
	case ToneWarn:
		return SignWarn
	case ToneBad:
		return SignFailed
	case ToneSoft, ToneOn:
		return SignInfo
	default:
		return SignInfo
	}
}

func noticeColor(tone Tone) fyne.ThemeColorName {
	if tone == ToneSoft {
		return theme.ColorAccent
	}
	return tone.Foreground()
}

// open offers to copy what the notice says, or what is selected of it.
func (n *Notice) open(ev *fyne.PointEvent) {
	text := n.area.chosen()
	if text == "" {
		text = strings.TrimSpace(n.title.text + "\n" + n.text.text)
	}
	showMenu(n, ev.Position, copyItems(func() { copyTo(text) }, nil))
}

// CreateRenderer is called by Fyne.
func (n *Notice) CreateRenderer() fyne.WidgetRenderer {
	r := &noticeRenderer{notice: n, bar: canvas.NewRectangle(nil), back: canvas.NewRectangle(nil)}
	r.paint()
	return r
}

type noticeRenderer struct {
	notice    *Notice
	bar, back *canvas.Rectangle
}

func (r *noticeRenderer) Destroy() {}

func (r *noticeRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.bar, r.back, r.notice.area, r.notice.sign, r.notice.column}
}

const noticeTop float32 = 12

// noticeText is where the words begin.
func noticeText() float32 { return cardBar + theme.Gap + signSize() + 10 }

func (r *noticeRenderer) MinSize() fyne.Size {
	return r.notice.column.MinSize().AddWidthHeight(noticeText()+theme.CardPadding, 2*noticeTop)
}

func (r *noticeRenderer) Layout(size fyne.Size) {
	// Only the left edge is to be seen; the rest would shine through the rim.
	r.bar.Resize(fyne.NewSize(2*theme.RadiusCard, size.Height))
	r.back.Move(fyne.NewPos(cardBar, 0))
	r.back.Resize(size.SubtractWidthHeight(cardBar, 0))
	r.notice.area.Resize(size)
	r.notice.column.Move(fyne.NewPos(noticeText(), noticeTop))
	r.notice.column.Resize(size.SubtractWidthHeight(noticeText()+theme.CardPadding, 2*noticeTop))
	line := noticeTop + r.notice.text.measure().lineHeight()/2
	if !r.notice.title.Visible() {
		line += r.notice.text.Position().Y // lower beside a button
	}
	r.notice.sign.Move(fyne.NewPos(cardBar+theme.Gap, line-signSize()/2))
	r.notice.sign.Resize(fyne.NewSquareSize(signSize()))
}

func (r *noticeRenderer) paint() {
	n := r.notice
	r.bar.FillColor = colorOf(n, noticeColor(n.tone))
	r.back.FillColor = colorOf(n, n.tone.Background())
	if n.tone == ToneSoft {
		r.back.FillColor = colorOf(n, theme.ColorSurface)
	}
	rimmed(n, r.back)
	r.bar.CornerRadius, r.back.CornerRadius = theme.RadiusCard, theme.RadiusCard
	r.bar.Refresh()
	r.back.Refresh()
}

func (r *noticeRenderer) Refresh() {
	r.paint()
	r.notice.column.Refresh()
	r.Layout(r.notice.Size())
	canvas.Refresh(r.notice)
}
