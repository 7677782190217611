package state

import (
	"context"
	"errors"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// issuedBy finds the provider of the token: that of its account, or one that is set up
// and has its issuer.
func (x *Inspector) issuedBy(st *State) {
	p := &st.Inspector
	if a := st.AccountByID(p.Account); a != nil {
		p.Provider = st.Provider(a.Provider)
		return
	}
	iss, _ := p.Token.Claims["iss"].(string)
	if iss == "" {
		return
	}
	for _, a := range st.Accounts {
		if a.Issuer == iss {
			p.Provider = st.Provider(a.Provider)
			return
		}
	}
	for _, known := range st.Providers {
		if known.Ready() == nil && known.AcceptsIssuer(iss) {
			p.Provider = known
			return
		}
	}
	issuer, err := p.Token.Read.Issuer()
	if p.LookUp = issuer; err != nil && p.Token.JWT {
		p.NoLookUp = err.Error()
	}
}

// issuerID is what names the issuer to the agent: the account that the token is of, the
// provider, or nobody.
func (x *Inspector) issuerID() string {
	switch p := x.st.Inspector; {
	case p.Account != "":
		return p.Account
	case p.Provider != nil:
		return p.Provider.ID
	}
	return ""
}

// check checks the token with the keys of its provider, if that is known.
func (x *Inspector) check(raw providers.Secret, id string) {
	provider := ""
	if a := x.st.AccountByID(x.st.Inspector.Account); a != nil {
		provider = a.Provider
	}
	x.run(slotInspect, func(j *job) {
		in, err := x.sv.Examiner.Examine(j, id, raw)
		canAsk := x.offersIntrospection(j, provider)
		j.do(func() {
			if isLocked(err) {
				x.update(x.lockedNow)
				return
			}
			x.update(func(st *State) {
				st.Inspector.CanAsk = canAsk
				x.checked(st, in, err)
			})
		})
	})
}

// checked puts checks to the token.
func (x *Inspector) checked(st *State, in *auth.Inspection, err error) {
	p := &st.Inspector
	p.Checking = false
	if p.Token == nil {
		return
	}
	if in != nil {
		v := *p.Token
		v.Checks = in.Checks
		p.Token = &v
	}
	if err != nil {
		p.Problem = words.OneLine(x.explain(err, p.Provider, ""))
	}
}

// offersIntrospection reports whether a provider can be asked about tokens.
func (x *Inspector) offersIntrospection(ctx context.Context, provider string) bool {
	if provider == "" || x.sv.Metadata == nil {
		return false
	}
	m, err := x.sv.Metadata(ctx, provider)
	return err == nil && m != nil && m.IntrospectionEndpoint != ""
}

// LookUpKeys asks the token's issuer for its keys, because the person said so.
func (x *Inspector) LookUpKeys() {
	p := x.st.Inspector
	if p.LookUp == "" || p.Token == nil || p.Checking {
		return
	}
	raw := p.Token.Raw
	x.update(func(st *State) { st.Inspector.Checking, st.Inspector.Problem = true, "" })
	x.run(slotInspect, func(j *job) {
		in, err := x.sv.Examiner.LookUp(j, raw)
		j.commit(func(st *State) {
			x.checked(st, in, err)
			if err == nil {
				st.Inspector.LookUp = ""
			}
		})
	})
}

// Ask asks the account's provider what the token is good for.
func (x *Inspector) Ask() {
	p := x.st.Inspector
	if !p.CanAsk || p.Asking || p.Token == nil {
		return
	}
	account, raw, provider := p.Account, p.Token.Raw, p.Provider
	x.update(func(st *State) { st.Inspector.Asking, st.Inspector.Problem = true, "" })
	x.run(slotIntrospect, func(j *job) {
		said, err := x.sv.Examiner.Introspect(j, account, raw)
		j.do(func() {
			if isLocked(err) {
				x.update(x.lockedNow)
				return
			}
			x.update(func(st *State) {
				page := &st.Inspector
				page.Asking, page.Said = false, said
				switch {
				case errors.Is(err, oauth.ErrNotOffered):
					page.Problem = lang.L("The provider does not answer questions about this token.")
				case err != nil:
					page.Problem = words.OneLine(x.explain(err, provider, ""))
				}
			})
		})
	})
}
