package screen

import (
	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/widget"
)

// choices are chips of which one is chosen.
type choices[T comparable] struct {
	row   *fyne.Container
	chips map[T]*widget.ToggleChip
	at    T
}

// newChoices returns chips for values, in the words of a function.
func newChoices[T comparable](k *kit, values []T, words func(T) string, choose func(T)) *choices[T] {
	c := &choices[T]{row: widget.NewFlow(6, 6), chips: map[T]*widget.ToggleChip{}}
	for _, v := range values {
		chip := k.chip(words(v), false, func(bool) {
			choose(v)
			c.set(c.at) // a chip that was chosen already switches itself off
		})
		c.chips[v] = chip
		c.row.Add(chip)
	}
	widget.LinkArrows(c.row, k.focus, nil)
	return c
}

// set shows which value is chosen.
func (c *choices[T]) set(chosen T) {
	c.at = chosen
	for v, chip := range c.chips {
		chip.Set(chip.Text(), v == chosen)
	}
}
