package auth

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
)

// SignInRequest says who should sign in and for what.
type SignInRequest struct {
	// Provider is a provider id.
	Provider string
	// Scopes replaces the default ones if not nil.
	Scopes []string
	// ExtraScopes are added.
	ExtraScopes []string
	Groups      bool
	// Remember keeps the account in the store.
	Remember  bool
	LoginHint string
	// Account, if set, is the account that signs in again: a sign-in with
	// a different account makes a second one and leaves this one.
	Account string
	// Alone opens a browser of its own even if another sign-in of that account is
	// under way: it waits for none, and none waits for it.
	Alone bool
	// Moved says that the person was shown where the provider is now and agreed:
	// without it, signing in again to one that is not where the account is from is
	// a [*oauth.MovedError]. An account of the same subject goes on there under its id;
	// nothing of its old tokens does. No login hint is sent.
	Moved bool
	// Device uses the device flow (RFC 8628).
	Device bool
	// NoBrowser does not open a browser.
	NoBrowser bool
	// Port is the loopback port that the browser comes back to, such as the end
	// of a tunnel; zero is one of the provider's file, or any free one. A
	// provider that compares ports takes only those of its file.
	Port int
	// Receiver is how the response comes back; nil is a loopback listener. The caller
	// has registered its redirect URI with the provider. It is closed at the end, and
	// serves one sign-in.
	Receiver receive.Receiver
	// Attempt, if set, is one that was begun before, perhaps by another process: its
	// response is waited for, with the same Receiver and wishes, and no browser is
	// opened.
	Attempt *oauth.Attempt
	// Timeout bounds the wait for the person; zero is five minutes.
	Timeout time.Duration

	// Prompt says which pages the provider shows (OIDC Core §3.1.2.1): "login",
	// "consent", "select_account", several of them separated by spaces, or
	// "none", which fails if any would be needed.
	Prompt string
	// ACRValues are the wanted levels of authentication, best first. They are
	// a wish (§5.5.1.1): a sign-in of another level succeeds, and says so in
	// its check "acr" and in [Account.Missing].
	ACRValues []string
	// MaxAge is how long ago the person may have signed in to the provider, in
	// whole seconds; zero wants it now. If set, an ID token that does not
	// prove it (auth_time) is refused.
	MaxAge *time.Duration
	// Resources are the APIs that the tokens are for, by their addresses (RFC
	// 8707); nil asks for those of the provider's file. They are asked for
	// again at each refresh.
	Resources []string
	// Audience names the API if a provider wants that instead; no standard
	// has it.
	Audience string
	// DomainHint names the organisation that the person belongs to.
	DomainHint string
	// UILocales are the languages for the provider's pages, best first (BCP 47).
	UILocales []string

	// Observe gets each event, one at a time, in order.
	Observe func(trace.Event)
}

// parameters are the wishes that go into the authorization request.
func (r SignInRequest) parameters() oauth.Parameters {
	return oauth.Parameters{
		LoginHint: r.LoginHint, Prompt: r.Prompt, ACRValues: r.ACRValues, MaxAge: r.MaxAge, UILocales: r.UILocales,
		Resources: r.Resources, Audience: r.Audience, DomainHint: r.DomainHint,
	}
}

// possible says, before anything is sent, why a request cannot be made.
func (r SignInRequest) possible(p *providers.Provider, scopes []string) error {
	if r.Attempt != nil && r.Device {
		return &oauth.ParameterError{Reason: "A sign-in with a code has no attempt to go on with"}
	}
	if err := r.parameters().Possible(p, scopes, r.Device); err != nil {
		return err
	}
	return r.portPossible(p)
}

// portPossible says why the browser cannot come back to the wanted port (RFC
// 8252 §7.3: any port is fine, unless the provider compares it).
func (r SignInRequest) portPossible(p *providers.Provider) error {
	fail := func(text phrase.Text, values ...string) error {
		return &oauth.ParameterError{Reason: phrase.Say(text, values...)}
	}
	switch known := p.Redirect.Ports; {
	case r.Port == 0:
		return nil
	case r.Port < 0 || r.Port > 65535:
		return fail("{n} is no port; they go from 1 to 65535", strconv.Itoa(r.Port))
	case r.Device:
		return fail("A sign-in with a code has no port to come back to")
	case len(known) > 0 && !slices.Contains(known, r.Port):
		ports := make([]string, len(known))
		for i, port := range known {
			ports[i] = strconv.Itoa(port)
		}
		return fail("{provider} sends the browser back to the registered ports only: {ports}", p.Name, strings.Join(ports, ", "))
	}
	return nil
}

// wantedScopes are the scopes to ask for.
func wantedScopes(p *providers.Provider, r SignInRequest) []string {
	var s []string
	if r.Scopes != nil {
		s = append(s, r.Scopes...)
	} else {
		s = p.Scopes.SignIn()
	}
	if r.Groups {
		s = append(s, p.Scopes.Groups...)
	}
	return oauth.Scopes(append(s, r.ExtraScopes...))
}
