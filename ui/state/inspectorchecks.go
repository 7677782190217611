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
func (s *Store) issuedBy(st *State) {
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
func (s *Store) issuerID() string {
	switch p := s.st.Inspector; {
	case p.Account != "":
		return p.Account
	case p.Provider != nil:
		return p.Provider.ID
	}
	return ""
}

// checkInspected checks the token with the keys of its provider, if that is known.
func (s *Store) checkInspected(raw providers.Secret, id string) {
	provider := ""
	if a := s.st.AccountByID(s.st.Inspector.Account); a != nil {
		provider = a.Provider
	}
	s.run(slotInspect, func(j *job) {
		in, err := s.sv.Inspector.Examine(j, id, raw)
		canAsk := s.offersIntrospection(j, provider)
		j.do(func() {
			if isLocked(err) {
				s.update(func(st *State) { s.lockedNow(st) })
				return
			}
			s.update(func(st *State) {
				st.Inspector.CanAsk = canAsk
				s.checked(st, in, err)
			})
		})
	})
}

// checked puts checks to the token.
func (s *Store) checked(st *State, in *auth.Inspection, err error) {
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
		p.Problem = words.OneLine(s.explain(err, p.Provider, ""))
	}
}

// offersIntrospection reports whether a provider can be asked about tokens.
func (s *Store) offersIntrospection(ctx context.Context, provider string) bool {
	if provider == "" || s.sv.Metadata == nil {
		return false
	}
	m, err := s.sv.Metadata(ctx, provider)
	return err == nil && m != nil && m.IntrospectionEndpoint != ""
}

// LookUpKeys asks the token's issuer for its keys, because the person said so.
func (s *Store) LookUpKeys() {
	p := s.st.Inspector
	if p.LookUp == "" || p.Token == nil || p.Checking {
		return
	}
	raw := p.Token.Raw
	s.update(func(st *State) { st.Inspector.Checking, st.Inspector.Problem = true, "" })
	s.run(slotInspect, func(j *job) {
		in, err := s.sv.Inspector.LookUp(j, raw)
		j.commit(func(st *State) {
			s.checked(st, in, err)
			if err == nil {
				st.Inspector.LookUp = ""
			}
		})
	})
}

// AskAboutToken asks the account's provider what the token is good for.
func (s *Store) AskAboutToken() {
	p := s.st.Inspector
	if !p.CanAsk || p.Asking || p.Token == nil {
		return
	}
	account, raw, provider := p.Account, p.Token.Raw, p.Provider
	s.update(func(st *State) { st.Inspector.Asking, st.Inspector.Problem = true, "" })
	s.run(slotIntrospect, func(j *job) {
		said, err := s.sv.Inspector.Introspect(j, account, raw)
		j.do(func() {
			if isLocked(err) {
				s.update(func(st *State) { s.lockedNow(st) })
				return
			}
			s.update(func(st *State) {
				page := &st.Inspector
				page.Asking, page.Said = false, said
				switch {
				case errors.Is(err, oauth.ErrNotOffered):
					page.Problem = lang.L("The provider does not answer questions about this token.")
				case err != nil:
					page.Problem = words.OneLine(s.explain(err, provider, ""))
				}
			})
		})
	})
}
