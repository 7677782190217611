package widget

import "github.com/claviger/claviger/ui/theme"

// Check is a line of a ChecksList.
type Check struct {
	Sign   SignKind // SignDone, SignFailed, SignWarn or SignPending
	Name   string
	Reason string
}

// ChecksList shows what was checked and how it came out.
type ChecksList struct {
	grid
}

// NewChecksList returns an empty list.
func NewChecksList() *ChecksList {
	c := &ChecksList{}
	c.init(c, theme.GapSmall, 6, track{width: signUnit}, track{share: 2}, track{share: 3})
	return c
}

// Set changes everything.
func (c *ChecksList) Set(checks []Check) {
	rows := make([][]cell, len(checks))
	for i, check := range checks {
		name := TextStyle{Fit: FitWrap}
		if check.Sign == SignFailed {
			name.Color, name.Bold = theme.ColorBad, true
		}
		rows[i] = []cell{
			{sign: check.Sign},
			{text: check.Name, style: name},
			{text: check.Reason, style: TextStyle{Color: theme.ColorMuted, Fit: FitWrap}},
		}
	}
	c.set(rows)
}
