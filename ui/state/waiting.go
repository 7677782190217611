package state

import (
	"time"

	"github.com/claviger/claviger/ui/words"
)

// hintAfter is when the waiting page says where errors show.
const hintAfter = 20 * time.Second

// WaitingHint reports whether the person has waited long enough to be told
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
