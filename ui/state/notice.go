package state

import (
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/words"
)

// NoticeKind is the tone of a notice.
type NoticeKind string

// The tones.
const (
	NoticeInfo NoticeKind = "info"
	NoticeGood NoticeKind = "good"
	NoticeWarn NoticeKind = "warn"
	NoticeBad  NoticeKind = "bad"
)

// Notice is a short message; empty Text means no message.
type Notice struct {
	Kind NoticeKind
	Text string
	// Stays is whether it stays until it is closed or replaced.
	Stays bool
	// Choose offers to sign in again and choose the account.
	Choose bool
	// Again offers to try again what did not work.
	Again Again
}

// Again is what can be tried again.
type Again int

// What can be: nothing, to list the accounts, or to save what could not be saved.
const (
	AgainNothing Again = iota
	AgainRead
	AgainSave
)

// notify shows a short message for a while.
func (b *base) notify(kind NoticeKind, text string) {
	b.update(func(st *State) { b.setNotice(st, kind, text) })
}

// about is a text about an account, which names the account unless its page is shown.
func (s State) about(id, text string) string {
	a := s.AccountByID(id)
	if a == nil || s.Route == RouteAccount && s.Selected == id {
		return text
	}
	return lang.L("{{.Name}}: {{.Text}}", map[string]any{"Name": words.DisplayName(a), "Text": text})
}

// Explain shows a short sentence about what the person just tried.
func (b *base) Explain(why string) { b.notify(NoticeInfo, why) }

// noticeFor is how long a message stays that asks for nothing: as long as it takes
// to notice and read it.
func noticeFor(text string) time.Duration {
	const least, perLetter = 6 * time.Second, 100 * time.Millisecond
	return max(least, time.Duration(utf8.RuneCountInString(text))*perLetter)
}

func (b *base) setNotice(st *State, kind NoticeKind, text string) {
	// What a person should act on stays until they move on; so does all else if they
	// need the time (WCAG 2.2.1).
	stays := kind == NoticeBad || kind == NoticeWarn || st.Settings.KeepMessages
	st.Notice = Notice{Kind: kind, Text: text, Stays: stays}
	if stays {
		b.drop(slotNotice)
		return
	}
	b.later(slotNotice, noticeFor(text), func() {
		b.update(func(st *State) { st.Notice = Notice{} })
	})
}

// DismissNotice takes the short message away.
func (b *base) DismissNotice() {
	b.drop(slotNotice)
	b.update(func(st *State) { st.Notice = Notice{} })
}

// retract takes a message away that is no longer true, if it is still there.
func (b *base) retract(text string) {
	if b.st.Notice.Text == text {
		b.DismissNotice()
	}
}
