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

// Inspector is the page that says what a token is and what its claims mean.
type Inspector struct {
	*base
	tokens *Tokens
	// pasted are the tokens that were found.
	pasted []inspect.Found
}

// claimsAtOnce is how many claims are shown, and by how many more a person asks for.
const claimsAtOnce = 100

// Open shows the page that a token can be pasted into.
func (x *Inspector) Open() {
	if x.st.Locked() {
		return
	}
	x.leave()
	x.update(func(st *State) {
		x.goTo(st, RouteInspector)
		x.forget(st)
		st.Inspector.Form = x.nextForm()
	})
}

// went drops what was pasted if the page is left for another one.
func (x *Inspector) went(st *State, to Route) {
	if st.Route == RouteInspector && to != RouteInspector {
		x.forget(st)
	}
}

// forget drops what was pasted.
func (x *Inspector) forget(st *State) {
	x.drop(slotInspect)
	x.drop(slotIntrospect)
	x.drop(slotCompare)
	x.pasted = nil
	st.Inspector = InspectorPage{}
}

// OpenToken shows a token of the Tokens tab in the inspector.
func (x *Inspector) OpenToken(kind TokenKind) {
	v := x.st.tokenOf(kind)
	if v == nil {
		return
	}
	id, raw, title := x.st.TokenPage.Account, v.Raw, v.Title
	x.Open()
	if x.st.Route == RouteInspector {
		x.choose([]inspect.Found{{Name: title, Token: raw}}, 0, id)
	}
}

// Inspect looks for tokens in what was pasted, and shows the first.
func (x *Inspector) Inspect(text string) {
	if x.st.Route != RouteInspector {
		return
	}
	x.run(slotInspect, func(j *job) {
		found := inspect.Find(text)
		j.do(func() { x.choose(found, 0, "") })
	})
}

// Paste is Inspect of the clipboard.
func (x *Inspector) Paste() { x.Inspect(x.sv.Clipboard.Content()) }

// OpenFile is Inspect of a file.
func (x *Inspector) OpenFile(path string) {
	if x.st.Locked() || x.st.Route == RouteStart {
		return
	}
	if x.st.Route != RouteInspector {
		x.Open()
	}
	x.run(slotInspect, func(j *job) {
		data, err := readSmall(path, inspect.MaxText)
		if err != nil {
			j.commit(func(st *State) {
				st.Inspector.Problem = lang.L("The file cannot be read, or is not a text file: {{.Path}}", map[string]any{"Path": path})
			})
			return
		}
		found := inspect.Find(string(data))
		j.do(func() { x.choose(found, 0, "") })
	})
}

// Choose shows another one of the tokens that were found.
func (x *Inspector) Choose(i int) {
	if i >= 0 && i < len(x.pasted) {
		x.choose(x.pasted, i, x.st.Inspector.Account)
	}
}

// choose shows one of the tokens; account is the account that they are of.
func (x *Inspector) choose(found []inspect.Found, i int, account string) {
	x.drop(slotIntrospect) // it was asked about another token
	before := x.st.Inspector.Before
	x.pasted = found
	x.update(func(st *State) {
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
		x.issuedBy(st)
		p.Checking = p.Token.JWT
		compareInspected(p)
	})
	if x.st.Inspector.Token != nil {
		x.check(x.st.Inspector.Token.Raw, x.issuerID())
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

// Show shows the token in clear or hides it again.
func (x *Inspector) Show() {
	x.update(func(st *State) {
		if v := st.Inspector.Token; v != nil {
			c := *v
			c.Shown = !c.Shown
			st.Inspector.Token = &c
		}
	})
}

// ShowWhole shows all letters of a long token.
func (x *Inspector) ShowWhole() { x.update(func(st *State) { st.Inspector.Whole = true }) }

// Filter narrows the claims.
func (x *Inspector) Filter(filter string) {
	x.update(func(st *State) { st.Inspector.Filter, st.Inspector.Most = filter, claimsAtOnce })
}

// More shows more of the claims.
func (x *Inspector) More() {
	x.update(func(st *State) { st.Inspector.Most += claimsAtOnce })
}

// nextOfInspected is when a word about the token changes next.
func nextOfInspected(st State) time.Time {
	next := nextOfAccounts(st)
	if v := st.Inspector.Token; v != nil {
		next = sooner(next, st.Now, v.ExpiresAt, v.IssuedAt)
	}
	return next
}
