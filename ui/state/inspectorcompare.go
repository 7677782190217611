package state

import (
	"encoding/json"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/providers"
)

// CompareWith compares the token with the first one in a text, which counts as the
// earlier one.
func (x *Inspector) CompareWith(text string) {
	if x.st.Route != RouteInspector || x.st.Inspector.Token == nil {
		return
	}
	x.run(slotCompare, func(j *job) {
		found := inspect.Find(text)
		j.commit(func(st *State) {
			st.Inspector.Before, st.Inspector.Compared = nil, nil
			if len(found) == 0 {
				st.Inspector.CompareBy = lang.L("There is no token in this text.")
				return
			}
			st.Inspector.Before = readView(found[0].Token)
			compareInspected(&st.Inspector)
		})
	})
}

// PasteToCompare is CompareWith of the clipboard.
func (x *Inspector) PasteToCompare() { x.CompareWith(x.sv.Clipboard.Content()) }

// CompareWithOther compares the token of an account with its other one: the ID token
// with the access token, or the reverse.
func (x *Inspector) CompareWithOther() {
	x.compareWithStored(func(t *auth.Token, idToken bool) *TokenView {
		if idToken {
			return readView(t.AccessToken)
		}
		return readView(t.IDToken)
	})
}

// CompareWithFormer compares the token of an account with the one before the last
// refresh, of which the claims are kept.
func (x *Inspector) CompareWithFormer() {
	x.compareWithStored(func(t *auth.Token, idToken bool) *TokenView {
		claims := t.FormerClaims
		if idToken {
			claims = t.FormerIDClaims
		}
		if claims == nil {
			return nil
		}
		return &TokenView{Read: inspect.Claimed(claims)}
	})
}

// compareWithStored compares the token with what an account's stored ones give; nil if
// there was none before.
func (x *Inspector) compareWithStored(choose func(t *auth.Token, idToken bool) *TokenView) {
	p := x.st.Inspector
	if p.Account == "" || p.Token == nil {
		return
	}
	account, raw := p.Account, p.Token.Raw
	x.run(slotCompare, func(j *job) {
		t, err := x.sv.Tokens.Stored(j, account)
		j.do(func() {
			if isLocked(err) {
				x.update(x.lockedNow)
				return
			}
			if err != nil {
				return
			}
			before := choose(t, raw == t.IDToken)
			x.update(func(st *State) {
				st.Inspector.Before = before
				compareInspected(&st.Inspector)
				if before == nil {
					st.Inspector.CompareBy = lang.L("There is no earlier token to compare with. Claims are kept when a refresh or a sign-in brings a new token, if the old one was a JWT.")
				}
			})
		})
	})
}

// StopComparing takes the comparison away.
func (x *Inspector) StopComparing() {
	x.drop(slotCompare)
	x.update(func(st *State) {
		st.Inspector.Before, st.Inspector.Compared, st.Inspector.CompareBy = nil, nil, ""
	})
}

// compareInspected compares what is there.
func compareInspected(p *InspectorPage) {
	p.Compared, p.CompareBy = nil, ""
	if p.Before == nil || p.Token == nil {
		return
	}
	c, err := inspect.Compare(p.Before.Read, p.Token.Read)
	if err != nil {
		p.CompareBy = lang.L("Only the claims of two JWTs can be compared, and one of these tokens is not a JWT.")
		return
	}
	p.Compared = c
}

// Copy copies the token.
func (x *Inspector) Copy() {
	p := x.st.Inspector
	if p.Token == nil {
		return
	}
	for _, kind := range []TokenKind{IDToken, AccessToken} {
		if v := x.st.tokenOf(kind); v != nil && x.st.TokenPage.Account == p.Account && v.Raw == p.Token.Raw {
			x.tokens.CopyShown(kind) // which is noted in the account's history
			return
		}
	}
	x.copySecret(p.Token.Raw, p.Token.Title)
}

// CopySelected copies what a person selected of a token that is shown.
func (x *Inspector) CopySelected(text string) {
	switch v := x.st.Inspector.Token; {
	case v == nil || !v.Shown || text == "":
	case text == v.Raw.Reveal():
		x.Copy()
	default:
		x.copySecret(providers.NewSecret(text), lang.L("Selection"))
	}
}

// CopyClaim copies a claim's value, whole.
func (x *Inspector) CopyClaim(name string) {
	v := x.st.Inspector.Token
	if v == nil {
		return
	}
	if value, ok := v.Claims[name]; ok {
		x.CopyText(inspect.ValueText(value, 0), name)
	}
}

// SaveClaims writes header, claims and checks into a file as JSON, in the form of
// `claviger inspect --json`. The token itself is not in it.
func (x *Inspector) SaveClaims(path string) {
	v := x.st.Inspector.Token
	if v == nil || path == "" {
		return
	}
	form := map[string]any{"format": "jwt", "kind": v.Read.Kind, "header": v.Header, "claims": v.Claims}
	if len(v.Checks) > 0 {
		form["checks"] = v.Checks
	}
	x.run(slotSaveClaims, func(j *job) {
		data, err := json.MarshalIndent(form, "", "  ")
		if err == nil {
			err = durable.Replace(path, append(data, '\n'))
		}
		j.commit(func(st *State) {
			if err != nil {
				x.setNotice(st, NoticeBad, lang.L("The file could not be written: {{.Path}}", map[string]any{"Path": path}))
				return
			}
			x.setNotice(st, NoticeGood, lang.L("The claims were saved in {{.Path}}. The token is not in the file.", map[string]any{"Path": path}))
		})
	})
}
