package screen

import (
	"claviger/auth"
	"claviger/ui/state"
	"claviger/ui/widget"
)

// probe is the card that tests a provider without signing anybody in.
type probe struct {
	*widget.Card
	button  *widget.Button
	summary *widget.Notice
	list    *widget.ChecksList
}

func newProbe(k *kit) *probe {
	p := &probe{
		button:  k.button("Test", widget.ButtonQuiet, k.store.TestProvider),
		summary: widget.NewNotice(widget.ToneSoft, "", ""),
		list:    widget.NewChecksList(),
	}
	p.list.SetKeys(k.keys)
	p.Card = titled("Test it",
		widget.NewMuted("Tries what is saved: addresses, keys, client id and return address. No browser opens and nobody is signed in."),
		widget.NewFlow(10, 10, p.button), p.summary, p.list)
	return p
}

func (p *probe) render(t state.Test) {
	setBusy(p.button, t.Busy, "Test", "Testing…")
	text := firstOf(t.Error, t.Summary())
	switch {
	case t.Error != "", t.Failed > 0:
		p.summary.Set(widget.ToneBad, "", text)
	case t.Untold > 0:
		p.summary.Set(widget.ToneSoft, "", text)
	default:
		p.summary.Set(widget.ToneOK, "", text)
	}
	show(p.summary, text != "")
	lines := make([]widget.Check, len(t.Checks))
	for i, c := range t.Checks {
		lines[i] = widget.Check{Sign: probeSign(c.Outcome), Name: c.Title, Reason: c.Reason}
		if c.Next != "" {
			lines[i].Reason += " " + c.Next
		}
	}
	p.list.Set(lines)
	show(p.list, len(lines) > 0)
}

func probeSign(o auth.Outcome) widget.SignKind {
	switch o {
	case auth.Passed:
		return widget.SignDone
	case auth.Failed:
		return widget.SignFailed
	case auth.Skipped:
		return widget.SignPending
	}
	return widget.SignPending
}
