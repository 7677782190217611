package probe

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// clockAllowed is the difference of clocks that is not worth telling.
const clockAllowed = 30 * time.Second

// reachable asks the provider's own host for anything: whatever it answers, it
// is there, and its certificate is trusted.
func (b *prober) reachable(ctx context.Context) finding {
	u, err := url.Parse(cmp.Or(b.p.Issuer, b.p.Endpoints.Token))
	if err != nil || u.Host == "" {
		b.ended = "it has no address yet"
		return b.bad("Enter the issuer or the endpoints.", "The provider has no address.")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.Scheme+"://"+u.Host+"/", nil)
	if err != nil {
		b.ended = "its address is not valid"
		return b.bad("Correct the issuer or the endpoints.", "The provider's address is not valid.")
	}
	client, err := b.t.Network.Strict(b.p)
	if err != nil {
		b.ended = "no request could be sent"
		return b.explained(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		err = oauth.RequestError(trace.StepDiscover, err)
		b.ended = "it could not be reached"
		b.offline = errors.Is(err, oauth.ErrOffline)
		return b.explained(err)
	}
	_ = resp.Body.Close() // its words are of no interest
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		b.skew, b.dated = b.t.Now().Sub(date), true
	}
	if resp.TLS == nil {
		return b.good("{host} answers, without encryption.", u.Host)
	}
	version := tls.VersionName(resp.TLS.Version)
	if len(resp.TLS.PeerCertificates) == 0 {
		return b.good("{host} answers, {version}.", u.Host, version)
	}
	return b.good("{host} answers, {version}, certificate valid until {day}.", u.Host, version, resp.TLS.PeerCertificates[0].NotAfter.Format(time.DateOnly))
}

// clock compares clocks by the answer's Date (RFC 9110 §6.6.1).
func (b *prober) clock(context.Context) finding {
	switch {
	case !b.dated:
		return b.untold("Its responses have no date.")
	case b.skew.Abs() <= clockAllowed:
		return b.good("This computer and the provider agree on the time.")
	}
	var said phrase.Text = "This computer's clock is {time} ahead of the provider's."
	if b.skew < 0 {
		said = "This computer's clock is {time} behind the provider's."
	}
	return b.bad("Set this computer's clock: tokens are checked against it.", said, plain.Duration(b.skew.Abs()))
}

// discovery reads the metadata as it is published now.
func (b *prober) discovery(ctx context.Context) finding {
	md, err := b.t.Network.FreshMetadata(ctx, b.p)
	if err != nil {
		err = oauth.Offline(err)
		b.ended = "its endpoints are not known"
		b.offline = b.offline || errors.Is(err, oauth.ErrOffline)
		return b.explained(err)
	}
	b.md = md
	if b.p.Discovery == "none" {
		return b.untold("The endpoints come from the provider's file.")
	}
	if odd := strings.Join(md.Dropped(), ", "); odd != "" {
		return b.good("Found, and it names the right issuer. Left out, not usable: {members}.", odd)
	}
	return b.good("Found, and it names the right issuer.")
}

// endpoints are the addresses that a sign-in needs.
func (b *prober) endpoints(context.Context) finding {
	m := b.md
	var missing, open, there []string
	for _, e := range []struct {
		title   phrase.Text
		address string
		needed  bool
	}{
		{title: "sign-in", address: m.AuthorizationEndpoint, needed: true},
		{title: "token", address: m.TokenEndpoint, needed: true},
		{title: "keys", address: m.JWKSURI, needed: b.openID()},
		{title: "userinfo", address: m.UserinfoEndpoint},
		{title: "device code", address: m.DeviceAuthorizationEndpoint},
		{title: "revocation", address: m.RevocationEndpoint},
		{title: "end session", address: m.EndSessionEndpoint},
	} {
		u, err := url.Parse(e.address)
		switch {
		case e.address == "" && e.needed:
			missing = append(missing, e.title)
		case e.address == "":
		case err != nil || !ask.Encrypted(u):
			open = append(open, e.title)
		default:
			there = append(there, e.title)
		}
	}
	switch {
	case len(missing) > 0:
		return b.bad("Add it to the provider's file, under [endpoints].", "Missing: {endpoints}.", b.list(missing, ", "))
	case len(open) > 0:
		return b.bad("Use https addresses.", "Not encrypted: {endpoints}.", b.list(open, ", "))
	}
	return b.good("Available: {endpoints}.", b.list(there, ", "))
}

// servers marks those that get codes, secrets or tokens and are not the
// provider's own.
func (b *prober) servers(context.Context) finding {
	var hosts, foreign []string
	for _, to := range b.p.Recipients(b.md) {
		hosts = append(hosts, plain.Short(to.Host()))
		if !to.Own {
			foreign = append(foreign, b.in(phrase.Say("{host} gets {secrets}", plain.Short(to.Host()), b.list(strings.Split(to.Words(), "; "), "; "))))
		}
	}
	if len(foreign) > 0 {
		f := b.untold("Not the provider's own: {servers}.", strings.Join(foreign, ". "))
		f.next = b.in("Make sure that you know these servers: the provider's file names them.")
		return f
	}
	return b.good("Codes, secrets and tokens go to {servers} only.", strings.Join(hosts, ", "))
}

// list are names in the language of the person.
func (b *prober) list(names []string, between string) string {
	for i, name := range names {
		names[i] = b.in(name)
	}
	return strings.Join(names, between)
}

// openID reports whether a sign-in gets an ID token.
func (b *prober) openID() bool {
	return slices.Contains(oauth.Scopes(b.p.Scopes.SignIn()), "openid")
}

// pkce looks for S256 (RFC 8414 §2, code_challenge_methods_supported).
func (b *prober) pkce(context.Context) finding {
	switch methods := b.md.CodeChallengeMethods; {
	case slices.Contains(methods, "S256"):
		return b.good("S256 is supported.")
	case len(methods) > 0:
		return b.bad("Ask the operator to enable S256: “plain” protects nothing.", "S256 is not supported, only {methods}.", plain.Short(strings.Join(methods, ", ")))
	}
	return b.untold("It does not say whether it checks PKCE; PKCE is sent anyway.")
}

// keys fetches the keys and looks for one that an ID token can be signed with.
func (b *prober) keys(ctx context.Context) finding {
	if !b.openID() || b.md.JWKSURI == "" {
		return b.untold("There is no ID token to verify.")
	}
	set, err := b.t.Network.Keys(ctx, b.p, b.md.JWKSURI)
	if err != nil {
		return b.explained(err)
	}
	announced := b.md.IDTokenSigningAlgs
	usable, why := set.UsableFor(announced)
	switch {
	case len(usable) > 0 && len(announced) == 0:
		return b.usable(set, phrase.Count(set.Len(), "1 key can be used", "{count} keys can be used"))
	case len(usable) > 0:
		return b.usable(set, phrase.Count(set.Len(), "1 key, for {algorithms}", "{count} keys, for {algorithms}", strings.Join(usable, ", ")))
	case why == nil:
		return b.bad("Choose another ID token signature in the app registration, such as RS256.",
			"ID tokens are signed with {algorithms}, which proves nothing to a desktop app.", plain.Short(strings.Join(announced, ", ")))
	}
	return b.bad("Contact the provider.", "No published key can verify an ID token: {why}.", why.Error())
}

// usable says that keys can be used, and what of the set cannot.
func (b *prober) usable(set *idtoken.KeySet, text string) finding {
	return finding{outcome: idtoken.Passed, reason: plain.Sentences(b.in(text), b.in(set.LeftOut()))}
}

// device asks for a code as a sign-in does, shows it to nobody and lets it
// lapse. A client that may not have one is no failure: few need it.
func (b *prober) device(ctx context.Context) finding {
	switch {
	case b.md.DeviceAuthorizationEndpoint == "":
		return b.untold("Not supported.")
	case b.p.Client.ID == "", b.secretErr != nil:
		return b.deviceEndpoint(ctx)
	}
	c, q := b.request("")
	_, err := c.StartDevice(ctx, q, trace.NewLog(b.t.Now, nil))
	var refused *oauth.ProviderError
	var answer *oauth.AnswerError
	switch {
	case err == nil:
		return b.good("A code was issued; it expires unused.")
	case oauth.Busy(oauth.StatusOf(err)):
		return b.untold("Unknown: the device endpoint is temporarily unavailable.")
	case errors.As(err, &refused) && notForClient(refused):
		f := b.explained(err)
		f.outcome, f.reason = idtoken.Skipped, plain.Sentences(b.in("Not available to this app."), f.reason)
		return f
	case errors.As(err, &answer) && (answer.Status == http.StatusBadRequest || answer.Status == http.StatusUnauthorized):
		return b.untold("Unknown: the device endpoint gave no OAuth response ({reason}).", answer.Reason)
	}
	return b.explained(err)
}

// notForClient reports whether a device request was refused to this client, not
// for what was asked.
func notForClient(refused *oauth.ProviderError) bool {
	switch refused.Code {
	case "unauthorized_client", "invalid_client", "access_denied", "unsupported_grant_type", "invalid_grant", "device_flow_disabled":
		return true
	}
	return refused.Status == http.StatusUnauthorized || refused.Status == http.StatusForbidden
}

// deviceEndpoint asks the device authorization endpoint for nothing: without a
// client no code is started (RFC 8628 §3.1), and the refusal shows that it is
// there.
func (b *prober) deviceEndpoint(ctx context.Context) finding {
	status, err := b.asClient().TestDevice(ctx)
	var refused *oauth.ProviderError
	switch {
	case errors.As(err, &refused) && !oauth.Busy(refused.Status):
		return b.good("The device endpoint answers.")
	case oauth.Busy(status):
		return b.untold("Unknown: the device endpoint is temporarily unavailable.")
	case status == http.StatusBadRequest, status == http.StatusUnauthorized:
		return b.good("The device endpoint answers.")
	case err == nil:
		return b.untold("The device endpoint issues codes without a client ID.")
	}
	return b.explained(err)
}
