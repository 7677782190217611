package tour

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// demoID is the built-in provider that the tour signs in to.
const demoID = "demo"

// The two people who sign in: as the demo provider's pages name them.
const (
	firstPerson  = "tess"
	secondPerson = "ola"
)

// signInTimeout limits a sign-in; its person is quick.
const signInTimeout = 20 * time.Second

// provider shows the demo provider, which is running by now.
func (s *stage) provider(ctx context.Context) error {
	if !s.server.Alive(ctx) {
		return unlike("Response", "no proof that it comes from %s", s.server.Issuer())
	}
	if err := s.fact(ctx, "Started", "%s, on this computer only", s.server.Issuer()); err != nil {
		return err
	}
	known, ok := s.set.Lookup(demoID)
	if !ok {
		return unlike("Discovery", "there is no provider %q", demoID)
	}
	md, err := s.server.Provider(known).FreshMetadata(ctx, s.visitor.http)
	if err != nil {
		return failed("Discovery", err)
	}
	if md.Issuer != s.server.Issuer() || !slices.Contains(md.CodeChallengeMethods, "S256") {
		return unlike("Discovery", "issuer %s, PKCE methods %v", md.Issuer, md.CodeChallengeMethods)
	}
	return s.fact(ctx, "Discovery", "%s", offered(md))
}

// offered lists what a provider publishes that a sign-in uses.
func offered(md *providers.Metadata) string {
	list := []string{"PKCE " + strings.Join(md.CodeChallengeMethods, ", ")}
	for _, end := range []struct{ name, address string }{
		{"userinfo", md.UserinfoEndpoint},
		{"keys", md.JWKSURI},
		{"devices", md.DeviceAuthorizationEndpoint},
		{"revocation", md.RevocationEndpoint},
		{"sign-out", md.EndSessionEndpoint},
	} {
		if end.address != "" {
			list = append(list, end.name)
		}
	}
	return strings.Join(list, ", ")
}

// signIn signs the first person in, as "claviger login demo --groups" does.
func (s *stage) signIn(ctx context.Context) error {
	s.tell.doing("signing in")
	in, err := s.enter(ctx, auth.SignInRequest{}, firstPerson, nil)
	if err != nil {
		return err
	}
	s.account = in.account
	if err := s.showLink(ctx, in); err != nil {
		return err
	}
	if err := s.showReturn(ctx, in); err != nil {
		return err
	}
	if !in.account.HasIDToken || !in.account.CanRefresh {
		return unlike("Tokens", "ID token: %t, refresh token: %t", in.account.HasIDToken, in.account.CanRefresh)
	}
	return s.fact(ctx, "Tokens", "access (for %s), refresh and ID token, in %s",
		plain.Duration(in.account.ExpiresAt.Sub(in.account.IssuedAt)), in.completed())
}

// entered is a sign-in that is complete.
type entered struct {
	account *auth.Account
	link    url.Values // what the provider was asked
	back    string     // host and port of the callback
	seen    visit
	events  []trace.Event
}

// completed is how long everything after the person's part took.
func (in *entered) completed() string {
	var from, to time.Time
	for _, e := range in.events {
		if e.Step == trace.StepCallback && e.Phase == trace.Done {
			from = e.At
		}
		to = e.At
	}
	return plain.Took(to.Sub(from))
}

// enter signs a person in through the browser. meanwhile happens when the link is
// known, before the person comes back.
func (s *stage) enter(ctx context.Context, r auth.SignInRequest, person string, meanwhile func(ctx context.Context, link *url.URL)) (*entered, error) {
	in := &entered{}
	s.visitor.next(meanwhile, person, "allow")
	var log eventLog
	r.Provider, r.Groups, r.Remember, r.Timeout, r.Observe = demoID, true, true, signInTimeout, log.add
	flow, err := s.agent.Start(ctx, r)
	if err != nil {
		return nil, failed("Sign-in", err)
	}
	defer flow.Cancel()
	if in.account, err = flow.Wait(ctx); err != nil {
		return nil, failed("Sign-in", err)
	}
	in.events = log.all()
	if in.seen, err = s.visitor.seen(ctx); err != nil {
		return nil, failed("Browser", err)
	}
	link, err := url.Parse(flow.URL())
	if err != nil {
		return nil, failed("Link", err)
	}
	back, err := url.Parse(flow.RedirectURI())
	if err != nil {
		return nil, failed("Callback", err)
	}
	in.link, in.back = link.Query(), back.Host
	return in, nil
}

// showLink says what the browser took to the provider.
func (s *stage) showLink(ctx context.Context, in *entered) error {
	for _, name := range []string{"code_challenge", "state", "nonce"} {
		if in.link.Get(name) == "" {
			return unlike("Link", "no %s", name)
		}
	}
	if method := in.link.Get("code_challenge_method"); method != "S256" {
		return unlike("Link", "PKCE by %q", method)
	}
	return s.fact(ctx, "Link", "with PKCE (S256), state and nonce")
}

// showReturn says what the person did, and where the browser came back to.
func (s *stage) showReturn(ctx context.Context, in *entered) error {
	if len(in.seen.Pressed) == 0 || in.seen.Pressed[0] != in.account.User.Name {
		return unlike("Browser", "it pressed %s, and %s signed in", quotedList(in.seen.Pressed), in.account.User.Name)
	}
	if err := s.fact(ctx, "Browser", "pressed %s, in %s", quotedList(in.seen.Pressed), plain.Took(in.seen.Took)); err != nil {
		return err
	}
	if in.seen.Status != http.StatusOK {
		return unlike("Callback", "%s: %d “%s”", in.back, in.seen.Status, in.seen.Title)
	}
	return s.fact(ctx, "Callback", "%s: “%s”", in.back, in.seen.Title)
}

// profile shows who signed in.
func (s *stage) profile(ctx context.Context) error {
	u := s.account.User
	if u.ID == "" || u.Name == "" || u.Email == "" {
		return unlike("Profile", "ID %q, name %q, email %q", u.ID, u.Name, u.Email)
	}
	verified := "not verified"
	if u.EmailVerified {
		verified = "verified"
	}
	for _, f := range [][2]string{
		{"Name", u.Name},
		{"Login", cmp.Or(u.Login, "none")},
		{"Email", u.Email + ", " + verified},
		{"Subject", u.ID + " at " + s.account.Issuer},
	} {
		if err := s.fact(ctx, f[0], "%s", f[1]); err != nil {
			return err
		}
	}
	if len(s.account.Missing) > 0 {
		return unlike("Missing", "%s: %s", s.account.Missing[0].What, s.account.Missing[0].Reason)
	}
	return nil
}

// groups shows the groups, by kind, and their sources.
func (s *stage) groups(ctx context.Context) error {
	names, sources := map[string][]string{}, []string{}
	for _, g := range s.account.Groups {
		names[g.Kind] = append(names[g.Kind], g.Name)
		for _, from := range g.Sources {
			sources = append(sources, fromWords(from.From))
		}
	}
	if len(names["group"]) == 0 || len(names["role"]) == 0 {
		return unlike("Groups", "%d groups and %d roles came", len(names["group"]), len(names["role"]))
	}
	for _, kind := range []string{"group", "role"} {
		if err := s.fact(ctx, plain.Count(len(names[kind]), kind), "%s", strings.Join(names[kind], ", ")); err != nil {
			return err
		}
	}
	slices.Sort(sources)
	return s.fact(ctx, "Read from", "%s", strings.Join(slices.Compact(sources), " and "))
}

// membership counts groups and roles: "3 groups and 1 role".
func membership(a *auth.Account) string {
	groups, roles := 0, 0
	for _, g := range a.Groups {
		if g.Kind == "role" {
			roles++
		} else {
			groups++
		}
	}
	return plain.Count(groups, "group") + " and " + plain.Count(roles, "role")
}

func fromWords(from string) string {
	switch from {
	case identity.FromIDToken:
		return "the ID token"
	case identity.FromUserinfo:
		return "userinfo"
	}
	return "the API"
}

// checks shows the checks of the ID token, which are those of the sign-in.
func (s *stage) checks(ctx context.Context) error {
	if len(s.account.Checks) == 0 {
		return unlike("Checks", "none")
	}
	n := 0
	for _, c := range s.account.Checks {
		switch c.Outcome {
		case idtoken.Failed:
			return unlike(c.Name, "%s", c.Reason)
		case idtoken.Passed:
			n++
			if err := s.fact(ctx, c.Name, "%s", c.Reason); err != nil {
				return err
			}
		case idtoken.Skipped: // there was nothing to compare
		}
	}
	if n == 0 {
		return unlike("Checks", "none of %d passed", len(s.account.Checks))
	}
	return nil
}

// quotedList quotes words: “Tess Demo”, then “Allow”.
func quotedList(list []string) string { return "“" + strings.Join(list, "”, then “") + "”" }
