package state

import (
	"context"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// Tokens is the Tokens tab, and what copies tokens.
type Tokens struct {
	*base
	history *History
	// reload lists the accounts again.
	reload func(then func(*State))
	// copying is the account whose token is being copied.
	copying string
}

// TokenPage is what the tab shows.
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

// load reads and decodes the tokens of an account for the Tokens tab.
func (x *Tokens) load(st *State, id string) {
	if id == "" {
		return
	}
	if st.TokenPage.Account != id {
		st.TokenPage = TokenPage{Account: id, Loading: true}
	}
	a := st.AccountByID(id)
	x.run(slotTokens, func(j *job) {
		page := x.read(j, a, id)
		j.do(func() {
			if page.Problem == lockedProblem {
				x.update(x.lockedNow)
				return
			}
			x.update(func(st *State) {
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

func (x *Tokens) read(ctx context.Context, a *auth.Account, id string) TokenPage {
	page := TokenPage{Account: id}
	t, err := x.sv.Tokens.Stored(ctx, id)
	switch {
	case isLocked(err):
		page.Problem = lockedProblem
		return page
	case err != nil:
		page.Problem = words.OneLine(x.explain(err, nil, ""))
		return page
	}
	if !t.IDToken.IsZero() {
		page.ID = x.readOne(ctx, lang.L("ID token"), id, t.IDToken)
		if a != nil && len(page.ID.Checks) == 0 {
			page.ID.Checks = a.Checks
		}
	}
	if !t.AccessToken.IsZero() {
		page.Access = x.readOne(ctx, lang.L("Access token"), id, t.AccessToken)
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

func (x *Tokens) readOne(ctx context.Context, title, id string, raw providers.Secret) *TokenView {
	v := &TokenView{Title: title, Raw: raw}
	in, _ := x.sv.Tokens.Inspect(ctx, id, raw) // what cannot be checked now can still be read
	if in == nil || in.Format != "jwt" {
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

// Show shows a token in clear or hides it again.
func (x *Tokens) Show(kind TokenKind) {
	x.update(func(st *State) {
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

// CopyShown copies a token of the Tokens tab as it stands there.
func (x *Tokens) CopyShown(kind TokenKind) {
	t := &auth.Token{AccountID: x.st.TokenPage.Account}
	if v := x.st.TokenPage.ID; kind == IDToken && v != nil {
		t.IDToken = v.Raw
		x.copySecret(v.Raw, v.Title)
		x.note(t, history.IDToken)
	}
	if v := x.st.TokenPage.Access; kind == AccessToken && v != nil {
		t.AccessToken = v.Raw
		x.copySecret(v.Raw, v.Title)
		x.note(t, history.AccessToken)
	}
}

// CopySelected copies what a person selected of a token that is shown. A part of a
// token is taken from the clipboard as the whole is.
func (x *Tokens) CopySelected(kind TokenKind, text string) {
	switch v := x.st.tokenOf(kind); {
	case v == nil || !v.Shown || text == "":
	case text == v.Raw.Reveal():
		x.CopyShown(kind)
	default:
		x.copySecret(providers.NewSecret(text), lang.L("Selection"))
	}
}

// note notes in the account's history that a token was copied.
func (x *Tokens) note(t *auth.Token, kind history.TokenKind) {
	x.sv.Tokens.Handed(t, kind, words.ToClipboard)
	if x.st.Route == RouteAccount && x.st.Selected == t.AccountID && x.st.Tab == TabActivity {
		x.update(func(st *State) { x.history.load(st, t.AccountID) })
	}
}

// Copy copies an access token of the chosen account that is good now,
// without showing it.
func (x *Tokens) Copy() { x.CopyOf(x.st.Selected) }

// CopyOf is Copy for any account.
func (x *Tokens) CopyOf(id string) { x.copy(id, func(error) {}) }

// copy copies an access token; then is told how that ended.
func (x *Tokens) copy(id string, then func(err error)) {
	a := x.st.AccountByID(id)
	if a == nil || x.copying == id {
		return
	}
	was := a.State
	p := x.st.Provider(a.Provider)
	x.update(func(st *State) {
		// One copy is under way at a time: the clipboard holds one.
		st.Busy = with(with(st.Busy, x.copying, ""), id, lang.L("Getting a token…"))
		x.copying = id
	})
	x.run(slotCopy, func(j *job) {
		t, err := x.sv.Tokens.Token(j, id, 0)
		j.do(func() {
			x.copying = ""
			x.update(func(st *State) { st.Busy = with(st.Busy, id, "") })
			switch {
			case isLocked(err):
				x.update(x.lockedNow)
			case err != nil:
				x.reload(func(st *State) {
					x.failed(st, id, failure{err: err, p: p, was: was, still: lang.L("No token was copied.")})
				})
			default:
				x.copySecret(t.AccessToken, x.st.about(id, lang.L("Access token")))
				x.note(t, history.AccessToken)
			}
			then(err)
		})
	})
}

// signedOut ends the copying of the token of an account that is gone.
func (x *Tokens) signedOut(account string) {
	if x.copying == account {
		x.drop(slotCopy)
		x.copying = ""
		x.st.Busy = with(x.st.Busy, account, "")
	}
}

// forget drops the tokens.
func (x *Tokens) forget(st *State) {
	x.drop(slotTokens)
	x.drop(slotCopy)
	x.copying = ""
	st.TokenPage = TokenPage{}
}
