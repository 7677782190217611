package screen

import (
	"fyne.io/fyne/v2/lang"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// testCard is the card that tests a provider without a sign-in.
type testCard struct {
	*widget.Card
	button  *widget.Button
	summary *widget.Notice
	list    *widget.ChecksList
	lines   int
}

func newProbe(k *kit) *testCard {
	p := &testCard{
		button:  k.button(lang.L("Test now"), widget.ButtonQuiet, k.store.Setup.Test),
		summary: widget.NewNotice(widget.ToneSoft, "", ""),
		list:    widget.NewChecksList(),
	}
	p.list.SetKeys(k.keys)
	p.Card = titled(lang.L("Test"),
		widget.NewMuted(lang.L("Checks the saved addresses, keys, client ID and redirect URI. No browser opens, and no one is signed in.")),
		widget.NewFlow(10, 10, p.button), p.summary, p.list)
	return p
}

// render sets everything and reports whether there is more to be seen than
// before.
func (p *testCard) render(t state.Test) (grew bool) {
	setBusy(p.button, t.Busy, lang.L("Test now"), lang.L("Testing…"))
	text := firstOf(t.Error, t.Summary())
	switch {
	case t.Error != "", t.Failed > 0:
		p.summary.Set(widget.ToneBad, "", text)
	case t.Untold > 0:
		p.summary.Set(widget.ToneSoft, "", text)
	default:
		p.summary.Set(widget.ToneOK, "", text)
	}
	grew = text != "" && !p.summary.Visible() || len(t.Checks) > p.lines
	p.lines = len(t.Checks)
	show(p.summary, text != "")
	lines := make([]widget.Check, len(t.Checks))
	for i, c := range t.Checks {
		lines[i] = widget.Check{Sign: probeSign(c.Outcome), Name: c.Title, Reason: plain.Sentences(c.Reason, c.Next)}
	}
	p.list.Set(lines)
	show(p.list, len(lines) > 0)
	return grew
}

func probeSign(o idtoken.Outcome) widget.SignKind {
	switch o {
	case idtoken.Passed:
		return widget.SignDone
	case idtoken.Failed:
		return widget.SignFailed
	case idtoken.Skipped:
		return widget.SignPending
	}
	return widget.SignPending
}
