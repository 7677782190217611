package auth

import "errors"

// timeout says what was waited for, and what the provider's last trouble was. It
// names no other way to sign in than the provider has.
func (e explainer) timeout() (Problem, bool) {
	late, ok := errors.AsType[*TimeoutError](e.err)
	if !ok {
		return Problem{}, false
	}
	w := e.table.Sentinel["ErrTimeout"]
	switch {
	case late.Expired:
		w = e.table.Sentinel["ErrDeviceExpired"]
	case late.Device:
		w = e.table.Other["timeout:device"]
	case late.Link && late.CanDevice:
		w = e.table.Other["timeout:link-or-code"]
	case late.Link:
		w = e.table.Other["timeout:link"]
	case late.CanDevice:
		w = e.table.Other["timeout:or-code"]
	}
	reason := ""
	if late.Trouble != nil {
		reason = explainer{err: late.Trouble}.reason()
		w.Kind = Explain(late.Trouble, e.p, "").Kind
	}
	return e.say(w, reason, ""), true
}
