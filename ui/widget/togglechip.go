package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

// ToggleChip is a chip to switch on and off. A tick says that it is on.
type ToggleChip struct {
	control

	face    chipFace
	changed func(on bool)
}

// NewToggleChip returns a chip that reports each switch by a person.
func NewToggleChip(text string, on bool, changed func(on bool)) *ToggleChip {
	c := &ToggleChip{changed: changed}
	c.tapped = c.toggle
	c.ExtendBaseWidget(c)
	c.Set(text, on)
	return c
}

// On says whether the chip is switched on.
func (c *ToggleChip) On() bool { return c.face.tone == ToneOn }

// Text returns the words on the chip.
func (c *ToggleChip) Text() string { return c.face.text }

// Set changes everything and reports nothing.
func (c *ToggleChip) Set(text string, on bool) {
	c.face.text, c.face.tone, c.face.sign = text, ToneSoft, SignPending
	if on {
		c.face.tone, c.face.sign = ToneOn, SignDone
	}
	c.Refresh()
}

// SetMark puts a disc of a colour before the words; "" is none. The words say the colour
// too.
func (c *ToggleChip) SetMark(color fyne.ThemeColorName) {
	c.face.mark = color
	c.Refresh()
}

func (c *ToggleChip) toggle() {
	c.Set(c.face.text, !c.On())
	if c.changed != nil {
		c.changed(c.On())
	}
}

// AccessibilityLabel says the words and whether the chip is on.
func (c *ToggleChip) AccessibilityLabel() string {
	if c.On() {
		return lang.L("{{.Text}}, on", map[string]any{"Text": c.face.text})
	}
	return lang.L("{{.Text}}, off", map[string]any{"Text": c.face.text})
}

// CreateRenderer is called by Fyne.
func (c *ToggleChip) CreateRenderer() fyne.WidgetRenderer {
	return newChipRenderer(c, &c.face, &c.control)
}
