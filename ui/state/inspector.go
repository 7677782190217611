package state

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// InspectorPage shows a token that was pasted, or one of an account. All of it goes when
// the page is left.
type InspectorPage struct {
	// Form numbers the openings of the page.
	Form uint64
	// Found are where the tokens stood in what was pasted, Chosen is the one that is
	// shown.
	Found  []string
	Chosen int
	// Token is nil until there is one.
	Token *TokenView
	// Account is the account that it is of, "" for one that was pasted; Provider is the
	// provider that has its issuer, nil if none is known.
	Account  string
	Provider *providers.Provider
	// Problem is one line of words about what was asked for last.
	Problem string
	// Checking reports that keys are being fetched.
	Checking bool
	// LookUp is the issuer whose keys can be looked up if the person wants that, ""
	// for none; NoLookUp says why not.
	LookUp   string
	NoLookUp string
	// CanAsk reports whether the provider can be asked about the token (RFC 7662), Asking
	// that it is being asked, and Said is what it says.
	CanAsk bool
	Asking bool
	Said   map[string]any
	// Filter narrows the claims; Most is how many of them are shown, and Whole whether
	// all letters of the token are.
	Filter string
	Most   int
	Whole  bool
	// Before is what the token is compared with, nil for nothing.
	Before    *TokenView
	Compared  *inspect.Comparison
	CompareBy string // why it cannot be compared, in words
}

// claimsAtOnce is how many claims are shown, and by how many more a person asks for.
const claimsAtOnce = 100

// OpenInspector shows the page that a token can be pasted into.
func (s *Store) OpenInspector() {
	if s.st.Locked() {
		return
	}
	s.leave()
	s.update(func(st *State) {
		s.goTo(st, RouteInspector)
		s.forgetInspected(st)
		st.Inspector.Form = s.nextForm()
	})
}

// forgetInspected drops what was pasted.
func (s *Store) forgetInspected(st *State) {
	s.drop(slotInspect)
	s.drop(slotIntrospect)
	s.drop(slotCompare)
	s.pasted = nil
	st.Inspector = InspectorPage{}
}

// InspectToken shows a token of the Tokens tab in the inspector.
func (s *Store) InspectToken(kind TokenKind) {
	v := s.tokenOf(kind)
	if v == nil {
		return
	}
	id, raw, title := s.st.TokenPage.Account, v.Raw, v.Title
	s.OpenInspector()
	if s.st.Route == RouteInspector {
		s.inspect([]inspect.Found{{Name: title, Token: raw}}, 0, id)
	}
}

func (s *Store) tokenOf(kind TokenKind) *TokenView {
	if kind == IDToken {
		return s.st.TokenPage.ID
	}
	return s.st.TokenPage.Access
}

// InspectText looks for tokens in what was pasted, and shows the first.
func (s *Store) InspectText(text string) {
	if s.st.Route != RouteInspector {
		return
	}
	s.run(slotInspect, func(j *job) {
		found := inspect.Find(text)
		j.do(func() { s.inspect(found, 0, "") })
	})
}

// PasteToken is InspectText of the clipboard.
func (s *Store) PasteToken() { s.InspectText(s.sv.Clipboard.Content()) }

// InspectFile is InspectText of a file.
func (s *Store) InspectFile(path string) {
	if s.st.Locked() || s.st.Route == RouteStart {
		return
	}
	if s.st.Route != RouteInspector {
		s.OpenInspector()
	}
	s.run(slotInspect, func(j *job) {
		data, err := readSmall(path, inspect.MaxText)
		if err != nil {
			j.commit(func(st *State) {
				st.Inspector.Problem = lang.L("The file cannot be read, or is no text file: {{.Path}}", map[string]any{"Path": path})
			})
			return
		}
		found := inspect.Find(string(data))
		j.do(func() { s.inspect(found, 0, "") })
	})
}

// ChooseFound shows another one of the tokens that were found.
func (s *Store) ChooseFound(i int) {
	if i >= 0 && i < len(s.pasted) {
		s.inspect(s.pasted, i, s.st.Inspector.Account)
	}
}

// inspect shows one of the tokens; account is the account that they are of.
func (s *Store) inspect(found []inspect.Found, i int, account string) {
	s.drop(slotIntrospect) // it was asked about another token
	before := s.st.Inspector.Before
	s.pasted = found
	s.update(func(st *State) {
		st.Inspector = InspectorPage{Form: st.Inspector.Form, Account: account, Chosen: i, Most: claimsAtOnce, Before: before}
		p := &st.Inspector
		if len(found) == 0 {
			p.Problem = lang.L("There is no token in this text.")
			return
		}
		if len(found) > 1 {
			for _, f := range found {
				p.Found = append(p.Found, f.Name)
			}
		}
		p.Token = readView(found[i].Token)
		s.issuedBy(st)
		p.Checking = p.Token.JWT
		compareInspected(p)
	})
	if s.st.Inspector.Token != nil {
		s.checkInspected(s.st.Inspector.Token.Raw, s.issuerID())
	}
}

// readView is a token as far as it can be read.
func readView(raw providers.Secret) *TokenView {
	t := inspect.Read(raw)
	name, _ := words.KindWords(t.Kind)
	v := &TokenView{Title: name, Raw: raw, Read: t, JWT: t.IsJWT(), Header: t.Header, Claims: t.Claims}
	v.IssuedAt, _ = idtoken.ClaimTime(t.Claims["iat"])
	v.ExpiresAt, _ = idtoken.ClaimTime(t.Claims["exp"])
	return v
}

// ShowInspected shows the token in clear or hides it again.
func (s *Store) ShowInspected() {
	s.update(func(st *State) {
		if v := st.Inspector.Token; v != nil {
			c := *v
			c.Shown = !c.Shown
			st.Inspector.Token = &c
		}
	})
}

// ShowWholeToken shows all letters of a long token.
func (s *Store) ShowWholeToken() { s.update(func(st *State) { st.Inspector.Whole = true }) }

// FilterClaims narrows the claims.
func (s *Store) FilterClaims(filter string) {
	s.update(func(st *State) { st.Inspector.Filter, st.Inspector.Most = filter, claimsAtOnce })
}

// MoreClaims shows more of the claims.
func (s *Store) MoreClaims() {
	s.update(func(st *State) { st.Inspector.Most += claimsAtOnce })
}

// nextOfInspected is when a word about the token changes next.
func nextOfInspected(st State) time.Time {
	next := nextOfAccounts(st)
	if v := st.Inspector.Token; v != nil {
		next = sooner(next, st.Now, v.ExpiresAt, v.IssuedAt)
	}
	return next
}
