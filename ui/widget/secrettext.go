package widget

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"claviger/ui/theme"
)

// SecretText shows dots until a person asks for the secret. It asks for the
// secret only then and forgets it when it is hidden again.
type SecretText struct {
	fynewidget.BaseWidget

	reveal func() string
	shown  bool
	text   *Text
	show   *Button
	copy   *Button
	row    *fyne.Container
}

// NewSecretText returns a hidden secret. Reveal is called when it is to be
// shown, copied when it is to be copied; it is copied without being shown.
func NewSecretText(reveal func() string, copied func()) *SecretText {
	s := &SecretText{text: NewText(hiddenDots, TextStyle{Mono: true, Fit: FitWrap, MaxLines: 8})}
	s.show = NewSmallButton("Show", ButtonQuiet, s.toggle)
	s.copy = NewSmallButton("Copy", ButtonQuiet, copied)
	s.row = NewRow(theme.GapSmall, 0, s.text, s.show, s.copy)
	s.ExtendBaseWidget(s)
	s.Set(reveal, copied)
	return s
}

// Set changes the secret and hides it. Without a copied function there is no
// button for it.
func (s *SecretText) Set(reveal func() string, copied func()) {
	s.reveal = reveal
	s.copy.SetOnTapped(copied)
	setVisible(s.copy, copied != nil)
	s.setShown(false)
}

// Shown says whether the secret is to be read.
func (s *SecretText) Shown() bool { return s.shown }

// HideSecret shows the dots again.
func (s *SecretText) HideSecret() { s.setShown(false) }

func (s *SecretText) toggle() { s.setShown(!s.shown) }

func (s *SecretText) setShown(shown bool) {
	s.shown = shown && s.reveal != nil
	text, word := hiddenDots, "Show"
	if s.shown {
		text, word = s.reveal(), "Hide"
	}
	s.text.SetText(text)
	s.show.SetText(word)
	s.Refresh()
}

// CreateRenderer is called by Fyne.
func (s *SecretText) CreateRenderer() fyne.WidgetRenderer { return fynewidget.NewSimpleRenderer(s.row) }
