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

// TryPage is the Try it tab.
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

// loadTry reads what is known for the Try it tab.
func (s *Store) loadTry(st *State, id string) {
	if id == "" || s.sv.Try == nil {
		return
	}
	if st.Try.Account != id {
		s.endTry(st)
		st.Try = TryPage{Account: id, Form: s.nextForm(), TryFields: TryFields{Method: "GET"}}
	}
	s.run(slotTryPage, func(j *job) {
		known, err := s.sv.Try.Page(j, id)
		j.commit(func(st *State) {
			switch {
			case isLocked(err):
				s.lockedNow(st)
			case err != nil:
				st.Try.Unread = words.OneLine(s.explain(err, nil, ""))
			default:
				st.Try.Known, st.Try.Unread = known, ""
				if st.Try.URL == "" && st.Try.Answers == 0 && len(known.Suggestions) > 0 {
					st.Try.suggest(s, known.Suggestions[0])
				}
			}
		})
	})
}

// endTry ends what the Try it tab does, and lets its answer go.
func (s *Store) endTry(st *State) {
	for _, in := range []slot{slotTry, slotTryPage, slotTrySave} {
		s.drop(in)
	}
	st.Try.Answer.Close()
	st.Try.Sending, st.Try.Answer, st.Try.Save = false, nil, TrySave{}
}

// forgetTry forgets the request and its answer.
func (s *Store) forgetTry(st *State) {
	s.endTry(st)
	st.Try = TryPage{}
}

// SendTry sends the request. A second one has to wait for the answer, or for
// [Store.CancelTry].
func (s *Store) SendTry() {
	p := s.st.Try
	if s.sv.Try == nil || p.Account == "" || p.Sending || s.st.Route != RouteAccount || s.st.Selected != p.Account {
		return
	}
	r, err := p.request()
	if err != nil {
		s.update(func(st *State) { st.Try.fail(s, err) })
		return
	}
	s.sendTry(p.Account, r)
}

func (s *Store) sendTry(account string, r tryit.Request) {
	s.update(func(st *State) {
		s.endTry(st)
		st.Try.Mistake, st.Try.Ask, st.Try.Problem, st.Try.Headers = nil, nil, "", false
		st.Try.Sending, st.Try.Since = true, st.Now
	})
	s.run(slotTry, func(j *job) {
		answer, err := s.sv.Try.Send(j, account, r)
		if j.Err() != nil {
			answer.Close()
			return
		}
		j.commit(func(st *State) {
			st.Try.Sending = false
			switch {
			case isLocked(err):
				s.lockedNow(st)
				return
			case err != nil:
				st.Try.fail(s, err)
				st.Try.asked = r
			default:
				st.Try.Answer, st.Try.Answers = answer, st.Try.Answers+1
			}
			s.loadTry(st, account)
		})
	})
}

// fail says what went wrong.
func (p *TryPage) fail(s *Store, err error) {
	var mistake *tryit.Mistake
	var elsewhere *tryit.ElsewhereError
	var unreached *tryit.UnreachedError
	switch {
	case errors.As(err, &mistake):
		p.Mistake = mistake
	case errors.As(err, &elsewhere):
		p.Ask = elsewhere
	case errors.As(err, &unreached):
		p.Problem = words.OneLine(s.explain(err, &providers.Provider{Name: plain.Short(unreached.Host)}, ""))
	default:
		p.Problem = words.OneLine(s.explain(err, nil, ""))
	}
}

// CancelTry stops waiting for an answer, or for the end of one that is saved.
func (s *Store) CancelTry() {
	if !s.st.Try.Sending && !s.st.Try.Save.Saving {
		return
	}
	s.update(func(st *State) {
		if st.Try.Save.Saving {
			s.drop(slotTrySave)
			st.Try.Save = TrySave{}
			return
		}
		s.endTry(st)
		s.loadTry(st, st.Try.Account)
	})
}

// AllowTry answers the question whether a server may get the token. With a yes, the
// request that it was asked for is sent, whatever the fields say by then.
func (s *Store) AllowTry(yes bool) {
	ask, asked, id := s.st.Try.Ask, s.st.Try.asked, s.st.Try.Account
	if ask == nil || s.st.Try.Sending {
		return
	}
	s.update(func(st *State) { st.Try.Ask, st.Try.Sending = nil, yes })
	if !yes {
		return
	}
	s.run(slotTry, func(j *job) {
		err := s.sv.Try.Allow(j, id, ask.Origin, true)
		j.do(func() {
			s.update(func(st *State) {
				st.Try.Sending = false
				if isLocked(err) {
					s.lockedNow(st)
				} else if err != nil {
					st.Try.fail(s, err)
				}
			})
			if err == nil {
				s.sendTry(id, asked)
			}
		})
	})
}

// TakeBackTry lets a server have the token no more.
func (s *Store) TakeBackTry(origin string) {
	s.changeTry(func(ctx context.Context, id string) error { return s.sv.Try.Allow(ctx, id, origin, false) })
}

// ClearTry forgets the requests that were sent with the account's token.
func (s *Store) ClearTry() { s.changeTry(s.sv.Try.Clear) }

func (s *Store) changeTry(change func(ctx context.Context, id string) error) {
	id := s.st.Try.Account
	if id == "" {
		return
	}
	s.run(slotTryPage, func(j *job) {
		err := change(j, id)
		j.commit(func(st *State) {
			if isLocked(err) {
				s.lockedNow(st)
				return
			}
			if err != nil {
				st.Try.fail(s, err)
			}
			s.loadTry(st, id)
		})
	})
}

// ShowTry draws the tab again.
func (s *Store) ShowTry() { s.update(func(*State) {}) }

// ToggleTryHeaders unfolds or folds the answer's headers.
func (s *Store) ToggleTryHeaders() { s.update(func(st *State) { st.Try.Headers = !st.Try.Headers }) }

// CopyTry copies the request as a program, which gets the token itself: only for a server
// that may have it. what is that program in words.
func (s *Store) CopyTry(form tryit.Form, what string) {
	r, err := s.st.Try.request()
	if err != nil {
		s.update(func(st *State) { st.Try.fail(s, err) })
		return
	}
	if k := s.st.Try.Known; k == nil || !k.Gets(r.URL) {
		s.update(func(st *State) {
			st.Try.Problem = lang.L("Nothing was copied: the command would send the token to a server that is not allowed yet. Send the request first.")
		})
		return
	}
	s.CopyText(tryit.CopyAs(form, s.st.Try.Account, r), what)
}
