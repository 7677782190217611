package screen

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// lifetime is the life of a token as a bar, or what is known of it in words.
type lifetime struct {
	object *fyne.Container
	bar    *widget.LifetimeBar
	left   *widget.Text
}

func newLifetime() *lifetime {
	l := &lifetime{bar: widget.NewLifetimeBar(), left: widget.NewMuted("")}
	l.object = widget.NewColumn(theme.Gap, l.bar, l.left)
	return l
}

func (l *lifetime) render(v *state.TokenView, now time.Time) {
	part, known := words.Lifetime(v.IssuedAt, v.ExpiresAt, now)
	show(l.bar, known)
	show(l.left, !known)
	left := words.LifetimeText(v.ExpiresAt, now)
	l.left.SetText(left)
	if !known {
		return
	}
	life := widget.Lifetime{
		Issued: lang.L("issued {{.When}}", map[string]any{"When": words.ClockOnly(now, v.IssuedAt)}), Expires: lang.L("expires {{.When}}", map[string]any{"When": words.ClockOnly(now, v.ExpiresAt)}),
		Left: left, Part: part, Tone: widget.ToneOn,
	}
	switch {
	case !v.ExpiresAt.After(now):
		life.Tone = widget.ToneBad
	case v.ExpiresAt.Sub(now) < time.Minute:
		life.Tone = widget.ToneWarn
	}
	l.bar.Set(life)
}

// setCheckChip counts checks.
func setCheckChip(c *widget.Chip, list []idtoken.Check) {
	text, ok := words.CheckSummary(list)
	if ok {
		c.Set(text, widget.ToneOK, widget.SignDone)
	} else {
		c.Set(text, widget.ToneBad, widget.SignFailed)
	}
	show(c, text != "")
}

// showOrHide is what the button at a token does.
func showOrHide(shown bool) string {
	if shown {
		return lang.L("Hide")
	}
	return lang.L("Show")
}
