package state

import (
	"slices"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// FlowPage is a sign-in under way.
type FlowPage struct {
	Provider *providers.Provider
	Request  auth.SignInRequest
	// URL and RedirectURI are empty until they are known.
	URL         string
	RedirectURI string
	Device      *oauth.DeviceCode
	StartedAt   time.Time
	Deadline    time.Time
	Events      []trace.Event
	CanDevice   bool
	// LinkCopied reports that the link was taken elsewhere.
	LinkCopied bool
	// PasteOpen unfolds the field for a pasted address.
	PasteOpen  bool
	PasteError string
	PasteBusy  bool
	// Explained are the words for what the person pasted of a page that shows
	// an error; without a title there are none.
	Explained problem.Problem
}

// Joining reports whether another window or shell is signing the account in,
// which this one waits for instead of opening a second browser.
func (f FlowPage) Joining() bool {
	for _, e := range slices.Backward(f.Events) {
		if e.Step == trace.StepJoin {
			return e.Phase == trace.Started
		}
	}
	return false
}

// NoBrowser reports that no browser could be opened for the sign-in.
func (f FlowPage) NoBrowser() bool {
	for _, e := range slices.Backward(f.Events) {
		if e.Step == trace.StepBrowser {
			return e.Phase == trace.Broken
		}
	}
	return false
}

// ToRegister is the redirect URI as the provider must know it, which can
// differ from the one in use by its port (RFC 8252 §7.3).
func (f FlowPage) ToRegister() string {
	if f.Provider != nil && f.Provider.Redirect.Register != "" {
		return f.Provider.Redirect.Register
	}
	return f.RedirectURI
}

// hintAfter is when the waiting page says where errors show.
const hintAfter = 20 * time.Second

// WaitingHint reports whether the person has waited long enough to be shown
// that an error may be shown in the browser, beside the exact redirect URI.
func WaitingHint(f FlowPage, now time.Time) bool {
	if f.NoBrowser() && !f.LinkCopied {
		return false // no page can show one yet
	}
	return f.RedirectURI != "" && !f.StartedAt.IsZero() && now.Sub(f.StartedAt) >= hintAfter
}

// Rows are the lines of the waiting page.
func (f FlowPage) Rows(now time.Time) []words.StepRow {
	return words.WaitingRows(f.Events, f.Deadline, f.Request.Device, now)
}
