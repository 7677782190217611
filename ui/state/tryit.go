package state

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// Trier sends requests with accounts' tokens. *tryit.Desk is one.
type Trier interface {
	Page(ctx context.Context, id string) (*tryit.Page, error)
	Send(ctx context.Context, id string, r tryit.Request) (*tryit.Answer, error)
	Allow(ctx context.Context, id, origin string, yes bool) error
	Clear(ctx context.Context, id string) error
}

// Try is the Try it tab: it sends requests with an account's token.
type Try struct {
	*base

	// changes are what is done with allowed servers and with what was sent.
	changes line
}

// TryPage is what it shows.
type TryPage struct {
	Account string
	// Form counts the times that the fields were filled by something else than typing.
	Form uint64
	TryFields
	// Known is what is known before a request is sent; nil while it is read.
	Known *tryit.Page
	// Unread is one line of words if that cannot be read.
	Unread string
	// Missing are the headers whose values were not kept.
	Missing []string

	// Sending is set while an answer is waited for, since Since.
	Sending bool
	Since   time.Time
	// Mistake is what is wrong with the request, Ask a server that needs a yes before it
	// gets the token, and Problem one line of words about what went wrong else.
	Mistake *tryit.Mistake
	Ask     *tryit.ElsewhereError
	Problem string
	asked   tryit.Request // what Ask is about

	// Answers counts the answers.
	Answers uint64
	Answer  *tryit.Answer
	// Headers unfolds the answer's headers.
	Headers bool
	Save    TrySave
}

// load reads what is known for the Try it tab.
func (t *Try) load(st *State, id string) {
	if id == "" || t.sv.Try == nil {
		return
	}
	if st.Try.Account != id {
		t.end(st)
		st.Try = TryPage{Account: id, Form: t.nextForm(), TryFields: TryFields{Method: "GET"}}
	}
	t.run(slotTryPage, func(j *job) {
		known, err := t.sv.Try.Page(j, id)
		j.commit(func(st *State) {
			switch {
			case isLocked(err):
				t.lockedNow(st)
			case err != nil:
				st.Try.Unread = words.OneLine(t.explain(err, nil, ""))
			default:
				st.Try.Known, st.Try.Unread = known, ""
				if st.Try.URL == "" && st.Try.Answers == 0 && len(known.Suggestions) > 0 {
					t.suggest(st, known.Suggestions[0])
				}
			}
		})
	})
}

// end ends what the Try it tab does, and lets its answer go.
func (t *Try) end(st *State) {
	for _, in := range []slot{slotTry, slotTryPage, slotTrySave} {
		t.drop(in)
	}
	st.Try.Answer.Close()
	st.Try.Sending, st.Try.Answer, st.Try.Save = false, nil, TrySave{}
}

// forget forgets the request and its answer.
func (t *Try) forget(st *State) {
	t.end(st)
	st.Try = TryPage{}
}

// Send sends the request. A second one has to wait for the answer, or for
// [Try.Cancel].
func (t *Try) Send() {
	p := t.st.Try
	if t.sv.Try == nil || p.Account == "" || p.Sending || t.st.Route != RouteAccount || t.st.Selected != p.Account {
		return
	}
	r, err := p.request()
	if err != nil {
		t.update(func(st *State) { t.fail(st, err) })
		return
	}
	t.send(p.Account, r)
}

func (t *Try) send(account string, r tryit.Request) {
	t.update(func(st *State) {
		t.end(st)
		st.Try.Mistake, st.Try.Ask, st.Try.Problem, st.Try.Headers = nil, nil, "", false
		st.Try.Sending, st.Try.Since = true, st.Now
	})
	t.run(slotTry, func(j *job) {
		answer, err := t.sv.Try.Send(j, account, r)
		if j.Err() != nil {
			answer.Close()
			return
		}
		j.commit(func(st *State) {
			st.Try.Sending = false
			switch {
			case isLocked(err):
				t.lockedNow(st)
				return
			case err != nil:
				t.fail(st, err)
				st.Try.asked = r
			default:
				st.Try.Answer, st.Try.Answers = answer, st.Try.Answers+1
			}
			t.load(st, account)
		})
	})
}

// fail says what went wrong.
func (t *Try) fail(st *State, err error) {
	p := &st.Try
	var mistake *tryit.Mistake
	var elsewhere *tryit.ElsewhereError
	var unreached *tryit.UnreachedError
	switch {
	case errors.As(err, &mistake):
		p.Mistake = mistake
	case errors.As(err, &elsewhere):
		p.Ask = elsewhere
	case errors.As(err, &unreached):
		p.Problem = words.OneLine(t.explain(err, &providers.Provider{Name: plain.Short(unreached.Host)}, ""))
	default:
		p.Problem = words.OneLine(t.explain(err, nil, ""))
	}
}

// Cancel stops waiting for an answer, or for the end of one that is saved.
func (t *Try) Cancel() {
	if !t.st.Try.Sending && !t.st.Try.Save.Saving {
		return
	}
	t.update(func(st *State) {
		if st.Try.Save.Saving {
			t.drop(slotTrySave)
			st.Try.Save = TrySave{}
			return
		}
		t.end(st)
		t.load(st, st.Try.Account)
	})
}

// Allow answers the question whether a server may get the token. With a yes, the
// request that it was asked for is sent, whatever the fields say by then.
func (t *Try) Allow(yes bool) {
	ask, asked, id := t.st.Try.Ask, t.st.Try.asked, t.st.Try.Account
	if ask == nil || t.st.Try.Sending {
		return
	}
	t.update(func(st *State) { st.Try.Ask, st.Try.Sending = nil, yes })
	if !yes {
		return
	}
	t.run(slotTry, func(j *job) {
		err := t.sv.Try.Allow(j, id, ask.Origin, true)
		j.do(func() {
			t.update(func(st *State) {
				st.Try.Sending = false
				if isLocked(err) {
					t.lockedNow(st)
				} else if err != nil {
					t.fail(st, err)
				}
			})
			if err == nil {
				t.send(id, asked)
			}
		})
	})
}

// TakeBack lets a server have the token no more.
func (t *Try) TakeBack(origin string) {
	t.change(func(ctx context.Context, id string) error { return t.sv.Try.Allow(ctx, id, origin, false) })
}

// Clear forgets the requests that were sent with the account's token.
func (t *Try) Clear() { t.change(t.sv.Try.Clear) }

func (t *Try) change(change func(ctx context.Context, id string) error) {
	id := t.st.Try.Account
	if id == "" {
		return
	}
	t.queue(&t.changes, func(ctx context.Context, last func() bool) {
		err := change(ctx, id)
		t.post(func() {
			if t.st.Locked() || t.st.Try.Account != id {
				return
			}
			t.update(func(st *State) {
				if isLocked(err) {
					t.lockedNow(st)
					return
				}
				if err != nil {
					t.fail(st, err)
				}
				if last() {
					t.load(st, id)
				}
			})
		})
	})
}

// Show draws the tab again.
func (t *Try) Show() { t.update(func(*State) {}) }

// ToggleHeaders unfolds or folds the answer's headers.
func (t *Try) ToggleHeaders() { t.update(func(st *State) { st.Try.Headers = !st.Try.Headers }) }

// Copy copies the request as a program, which gets the token itself: only for a server
// that may have it. what is that program in words.
func (t *Try) Copy(form tryit.Form, what string) {
	r, err := t.st.Try.request()
	if err != nil {
		t.update(func(st *State) { t.fail(st, err) })
		return
	}
	if k := t.st.Try.Known; k == nil || !k.Gets(r.URL) {
		t.update(func(st *State) {
			st.Try.Problem = lang.L("Nothing was copied: the command would send the token to a server that is not allowed yet. Send the request first.")
		})
		return
	}
	t.CopyText(tryit.CopyAs(form, t.st.Try.Account, r), what)
}
