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
	"github.com/claviger/claviger/internal/foreign"
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
		return bad("Enter the issuer or the endpoints.", "The provider has no address.")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.Scheme+"://"+u.Host+"/", nil)
	if err != nil {
		b.ended = "its address is not valid"
		return bad("Correct the issuer or the endpoints.", "The provider's address is not valid.")
	}
	client, err := b.t.Network.Strict(b.p)
	if err != nil {
		b.ended = "no request could be sent"
		return b.explained(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		err = oauth.RequestError(trace.StepDiscover, err)
		b.ended, b.offline = "it could not be reached", errors.Is(err, oauth.ErrOffline)
		return b.explained(err)
	}
	_ = resp.Body.Close() // its words are of no interest
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		b.skew, b.dated = b.t.Now().Sub(date), true
	}
	if resp.TLS == nil {
		return good("%s answers, without encryption.", u.Host)
	}
	return good("%s answers, %s%s.", u.Host, tls.VersionName(resp.TLS.Version), validUntil(resp.TLS))
}

// validUntil says when the certificate ends.
func validUntil(s *tls.ConnectionState) string {
	if len(s.PeerCertificates) == 0 {
		return ""
	}
	return ", certificate valid until " + s.PeerCertificates[0].NotAfter.Format(time.DateOnly)
}

// clock compares clocks by the answer's Date (RFC 9110 §6.6.1).
func (b *prober) clock(context.Context) finding {
	switch {
	case !b.dated:
		return untold("Its responses have no date.")
	case b.skew.Abs() <= clockAllowed:
		return good("This computer and the provider agree on the time.")
	}
	side := "ahead of"
	if b.skew < 0 {
		side = "behind"
	}
	return bad("Set this computer's clock: tokens are checked against it.", "This computer's clock is %s %s the provider's.", plain.Duration(b.skew.Abs()), side)
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
		return untold("The endpoints come from the provider's file.")
	}
	if odd := foreign.LeftOut(md.Dropped()); odd != "" {
		return good("Found, and it names the right issuer; %s.", odd)
	}
	return good("Found, and it names the right issuer.")
}

// endpoints are the addresses that a sign-in needs.
func (b *prober) endpoints(context.Context) finding {
	m := b.md
	var missing, open, there []string
	for _, e := range []struct {
		name, address string
		needed        bool
	}{
		{"sign-in", m.AuthorizationEndpoint, true},
		{"token", m.TokenEndpoint, true},
		{"keys", m.JWKSURI, b.openID()},
		{"userinfo", m.UserinfoEndpoint, false},
		{"device code", m.DeviceAuthorizationEndpoint, false},
		{"revocation", m.RevocationEndpoint, false},
		{"end session", m.EndSessionEndpoint, false},
	} {
		u, err := url.Parse(e.address)
		switch {
		case e.address == "" && e.needed:
			missing = append(missing, e.name)
		case e.address == "":
		case err != nil || !ask.Encrypted(u):
			open = append(open, e.name)
		default:
			there = append(there, e.name)
		}
	}
	switch {
	case len(missing) > 0:
		return bad("Add it to the provider's file, under [endpoints].", "Missing: %s.", strings.Join(missing, ", "))
	case len(open) > 0:
		return bad("Use https addresses.", "Not encrypted: %s.", strings.Join(open, ", "))
	}
	return good("%s.", plain.Upper(strings.Join(there, ", ")))
}

// servers marks those that get codes, secrets or tokens and are not the
// provider's own.
func (b *prober) servers(context.Context) finding {
	var hosts, foreign []string
	for _, to := range b.p.Recipients(b.md) {
		hosts = append(hosts, plain.Short(to.Host()))
		if !to.Own {
			foreign = append(foreign, plain.Short(to.Host())+" gets "+to.Words())
		}
	}
	if len(foreign) > 0 {
		f := untold("Not the provider's own: %s.", strings.Join(foreign, ". "))
		f.next = "Make sure that you know these servers: the provider's file names them."
		return f
	}
	return good("Codes, secrets and tokens go to %s only.", strings.Join(hosts, ", "))
}

// openID reports whether a sign-in gets an ID token.
func (b *prober) openID() bool {
	return slices.Contains(oauth.Scopes(b.p.Scopes.SignIn()), "openid")
}

// pkce looks for S256 (RFC 8414 §2, code_challenge_methods_supported).
func (b *prober) pkce(context.Context) finding {
	switch methods := b.md.CodeChallengeMethods; {
	case slices.Contains(methods, "S256"):
		return good("S256 is supported.")
	case len(methods) > 0:
		return bad("Ask the operator to enable S256: “plain” protects nothing.", "S256 is not supported, only %s.", plain.Short(strings.Join(methods, ", ")))
	}
	return untold("It does not say whether it checks PKCE; PKCE is sent anyway.")
}

// keys fetches the keys and looks for one that an ID token can be signed with.
func (b *prober) keys(ctx context.Context) finding {
	if !b.openID() || b.md.JWKSURI == "" {
		return untold("There is no ID token to verify.")
	}
	set, err := b.t.Network.Keys(ctx, b.p, b.md.JWKSURI)
	if err != nil {
		return b.explained(err)
	}
	announced := b.md.IDTokenSigningAlgs
	usable, why := set.UsableFor(announced)
	switch {
	case len(usable) > 0 && len(announced) == 0:
		return good("%s", plain.Sentences(plain.Count(set.Len(), "key")+" can be used", set.LeftOut()))
	case len(usable) > 0:
		return good("%s", plain.Sentences(plain.Count(set.Len(), "key")+", for "+strings.Join(usable, ", "), set.LeftOut()))
	case why == nil:
		return bad("Choose another ID token signature in the app registration, such as RS256.",
			"ID tokens are signed with %s, which proves nothing to a desktop app.", plain.Short(strings.Join(announced, ", ")))
	}
	return bad("Contact the provider.", "No published key can verify an ID token: %s.", why)
}

// device asks for a code as a sign-in does, shows it to nobody and lets it
// lapse. A client that may not have one is no failure: few need it.
func (b *prober) device(ctx context.Context) finding {
	switch {
	case b.md.DeviceAuthorizationEndpoint == "":
		return untold("Not supported.")
	case b.p.Client.ID == "", b.secretErr != nil:
		return b.deviceEndpoint(ctx)
	}
	c, q := b.request("")
	_, err := c.StartDevice(ctx, q, trace.NewLog(b.t.Now, nil))
	var refused *oauth.ProviderError
	var answer *oauth.AnswerError
	switch {
	case err == nil:
		return good("A code was issued; it expires unused.")
	case oauth.Busy(oauth.StatusOf(err)):
		return untold("Unknown: the device endpoint is temporarily unavailable.")
	case errors.As(err, &refused) && notForClient(refused):
		f := b.explained(err)
		f.outcome, f.reason = idtoken.Skipped, "Not available to this app. "+f.reason
		return f
	case errors.As(err, &answer) && (answer.Status == http.StatusBadRequest || answer.Status == http.StatusUnauthorized):
		return untold("Unknown: the device endpoint gave no OAuth response (%s).", answer.Reason)
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
		return good("The device endpoint answers.")
	case oauth.Busy(status):
		return untold("Unknown: the device endpoint is temporarily unavailable.")
	case status == http.StatusBadRequest, status == http.StatusUnauthorized:
		return good("The device endpoint answers.")
	case err == nil:
		return untold("The device endpoint issues codes without a client ID.")
	}
	return b.explained(err)
}
