package state

import (
	"context"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/internal/settings"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// TokenPage is the Tokens tab.
type TokenPage struct {
	Account string
	Loading bool
	// Problem is one line of words if the tokens cannot be shown.
	Problem string
	ID      *TokenView
	Access  *TokenView
}

// TokenView is one token, decoded if it can be.
type TokenView struct {
	Title string
	// Raw is the token itself.
	Raw providers.Secret
	// JWT reports whether the token could be decoded.
	JWT bool
	// Read is all that could be read; nil in the Tokens tab.
	Read   *inspect.Token
	Header map[string]any
	Claims map[string]any
	Checks []idtoken.Check
	// IssuedAt and ExpiresAt are zero if they are not known.
	IssuedAt  time.Time
	ExpiresAt time.Time
	// Shown reports whether the person asked to see it in clear.
	Shown bool
}

// loadTokens reads and decodes the tokens of an account for the Tokens tab.
func (s *Store) loadTokens(st *State, id string) {
	if id == "" {
		return
	}
	if st.TokenPage.Account != id {
		st.TokenPage = TokenPage{Account: id, Loading: true}
	}
	a := st.AccountByID(id)
	s.run(slotTokens, func(j *job) {
		page := s.readTokens(j, a, id)
		j.do(func() {
			if page.Problem == lockedProblem {
				s.update(func(st *State) { s.lockedNow(st) })
				return
			}
			s.update(func(st *State) {
				keepShown(page.ID, st.TokenPage.ID)
				keepShown(page.Access, st.TokenPage.Access)
				st.TokenPage = page
			})
		})
	})
}

const lockedProblem = "locked"

// keepShown leaves a token visible that is still the same.
func keepShown(now, before *TokenView) {
	if now != nil && before != nil {
		now.Shown = before.Shown && now.Raw == before.Raw
	}
}

func (s *Store) readTokens(ctx context.Context, a *auth.Account, id string) TokenPage {
	page := TokenPage{Account: id}
	t, err := s.sv.Tokens.Stored(ctx, id)
	switch {
	case isLocked(err):
		page.Problem = lockedProblem
		return page
	case err != nil:
		page.Problem = words.OneLine(s.explain(err, nil, ""))
		return page
	}
	if !t.IDToken.IsZero() {
		page.ID = s.readToken(ctx, lang.L("ID token"), id, t.IDToken)
		if a != nil && len(page.ID.Checks) == 0 {
			page.ID.Checks = a.Checks
		}
	}
	if !t.AccessToken.IsZero() {
		page.Access = s.readToken(ctx, lang.L("Access token"), id, t.AccessToken)
		// What the token answer said counts more than what is inside.
		if !t.ExpiresAt.IsZero() {
			page.Access.ExpiresAt = t.ExpiresAt
		}
		if a != nil && page.Access.IssuedAt.IsZero() {
			page.Access.IssuedAt = a.IssuedAt
		}
	}
	return page
}

func (s *Store) readToken(ctx context.Context, title, id string, raw providers.Secret) *TokenView {
	v := &TokenView{Title: title, Raw: raw}
	in, err := s.sv.Tokens.Inspect(ctx, id, raw)
	if err != nil || in == nil || in.Format != "jwt" {
		return v
	}
	v.JWT = true
	v.Header, v.Claims, v.Checks = in.Header, in.Claims, in.Checks
	v.IssuedAt, _ = idtoken.ClaimTime(in.Claims["iat"])
	v.ExpiresAt, _ = idtoken.ClaimTime(in.Claims["exp"])
	return v
}

// TokenKind names one of an account's tokens.
type TokenKind string

// The kinds.
const (
	IDToken     TokenKind = "id"
	AccessToken TokenKind = "access"
)

// tokenOf is a token of the Tokens tab, nil if there is none.
func (s State) tokenOf(kind TokenKind) *TokenView {
	if kind == IDToken {
		return s.TokenPage.ID
	}
	return s.TokenPage.Access
}

// ShowToken shows a token in clear or hides it again.
func (s *Store) ShowToken(kind TokenKind) {
	s.update(func(st *State) {
		flip := func(v *TokenView) *TokenView {
			if v == nil {
				return nil
			}
			c := *v
			c.Shown = !c.Shown
			return &c
		}
		if kind == IDToken {
			st.TokenPage.ID = flip(st.TokenPage.ID)
		} else {
			st.TokenPage.Access = flip(st.TokenPage.Access)
		}
	})
}

// CopyShownToken copies a token of the Tokens tab as it stands there.
func (s *Store) CopyShownToken(kind TokenKind) {
	t := &auth.Token{AccountID: s.st.TokenPage.Account}
	if v := s.st.TokenPage.ID; kind == IDToken && v != nil {
		t.IDToken = v.Raw
		s.copySecret(v.Raw, v.Title)
		s.copiedToken(t, history.IDToken)
	}
	if v := s.st.TokenPage.Access; kind == AccessToken && v != nil {
		t.AccessToken = v.Raw
		s.copySecret(v.Raw, v.Title)
		s.copiedToken(t, history.AccessToken)
	}
}

// CopyTokenText copies what a person selected of a token that is shown. A part of a
// token is taken from the clipboard as the whole is.
func (s *Store) CopyTokenText(kind TokenKind, text string) {
	switch v := s.st.tokenOf(kind); {
	case v == nil || !v.Shown || text == "":
	case text == v.Raw.Reveal():
		s.CopyShownToken(kind)
	default:
		s.copySecret(providers.NewSecret(text), lang.L("Selection"))
	}
}

// copiedToken notes in the account's history that a token was copied.
func (s *Store) copiedToken(t *auth.Token, kind history.TokenKind) {
	s.sv.Tokens.Handed(t, kind, words.ToClipboard)
	if s.st.Route == RouteAccount && s.st.Selected == t.AccountID && s.st.Tab == TabActivity {
		s.update(func(st *State) { s.loadHistory(st, t.AccountID) })
	}
}

// CopyToken copies an access token of the chosen account that is good now,
// without showing it.
func (s *Store) CopyToken() { s.CopyTokenOf(s.st.Selected) }

// CopyTokenOf is CopyToken for any account.
func (s *Store) CopyTokenOf(id string) { s.copyToken(id, func(error) {}) }

// copyToken copies an access token; then is told how that ended.
func (s *Store) copyToken(id string, then func(err error)) {
	a := s.st.AccountByID(id)
	if a == nil {
		return
	}
	was := a.State
	p := s.st.Provider(a.Provider)
	s.update(func(st *State) {
		// One copy is under way at a time: the clipboard holds one.
		st.Busy = with(with(st.Busy, s.copying, ""), id, lang.L("Getting a token…"))
		s.copying = id
	})
	s.run(slotCopy, func(j *job) {
		t, err := s.sv.Tokens.Token(j, id, 0)
		j.do(func() {
			s.copying = ""
			s.update(func(st *State) { st.Busy = with(st.Busy, id, "") })
			switch {
			case isLocked(err):
				s.update(func(st *State) { s.lockedNow(st) })
			case err != nil:
				s.reload(func(st *State) {
					s.failed(st, id, failure{err: err, p: p, was: was, still: lang.L("No token was copied.")})
				})
			default:
				s.copySecret(t.AccessToken, lang.L("Access token"))
				s.copiedToken(t, history.AccessToken)
			}
			then(err)
		})
	})
}

// CopyTokenFromTray is CopyTokenOf for who does not see the window: the desktop says what
// came of it.
func (s *Store) CopyTokenFromTray(id string) {
	s.copyToken(id, func(err error) {
		switch {
		case err != nil:
			s.ShowAccount(id)
			s.callBack(lang.L("No token was copied"), lang.L("Claviger says why."))
		case s.st.Hidden && s.st.Settings.Notifications != settings.Off && s.sv.Notify != nil:
			s.sv.Notify(lang.L("Access token copied"), s.st.Notice.Text)
		}
	})
}
