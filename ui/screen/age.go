package screen

import (
	"fyne.io/fyne/v2"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// age says how old what a tab shows is. Refresh, above the tabs, renews it.
type age struct {
	object *fyne.Container
	sign   *widget.Sign
	text   *widget.Text
}

func newAge() *age {
	a := &age{sign: widget.NewSign(widget.SignNone), text: widget.NewText("", widget.TextStyle{Color: theme.ColorMuted, Fit: widget.FitWrap})}
	a.object = widget.NewRow(theme.GapSmall, 1, a.sign, a.text)
	return a
}

func (a *age) render(how words.Age) {
	show(a.object, how.Text != "")
	a.text.SetText(how.Text)
	tn, sign := tone(how.Tone)
	if how.Tone == words.ToneOK {
		sign = widget.SignDone // a full dot means that an account is active
	}
	a.sign.Set(sign, tn.Foreground())
	a.text.SetColor(theme.ColorMuted)
	if how.Tone == words.ToneWarn {
		a.text.SetColor(theme.ColorWarn)
	}
}

// clock says that this computer's clock is off.
type clock struct{ notice *widget.Notice }

func newClock() *clock { return &clock{widget.NewNotice(widget.ToneWarn, "", "")} }

func (c *clock) render(a *auth.Account) {
	title, text := words.ClockText(a)
	c.notice.Set(widget.ToneWarn, title, text)
	show(c.notice, title != "")
}
