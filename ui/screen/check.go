package screen

import "github.com/claviger/claviger/ui/widget"

type check = widget.TickBox

// check is a box to tick that hands on the window's keys.
func (k *kit) check(text string, changed func(bool)) *check {
	c := widget.NewTickBox(text, changed)
	c.SetKeys(k.keys)
	return c
}
