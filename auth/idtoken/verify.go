package idtoken

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

const (
	// skewAllowed is the difference of clocks that is forgiven (OIDC Core
	// §3.1.3.7 point 9 leaves it to us).
	skewAllowed = 90 * time.Second
	// clockTold is the difference of clocks from which on a failed check names it.
	clockTold = 30 * time.Second
	// maxSize bounds an encoded ID token.
	maxSize = 256 << 10
)

// signingAlgs are accepted (RFC 8725 §3.1): never "none", and no HMAC, whose
// key would be a client secret that is none in a desktop app.
func signingAlgs() []string {
	return []string{
		oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512,
		oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
	}
}

// Wants is what an ID token is compared with.
type Wants struct {
	// Nonce is the one of the request (OIDC Core §3.1.3.7 point 11);
	// SkipNonce is for a refreshed token, which normally has none (§12.2).
	Nonce     string
	SkipNonce bool
	// AccessToken is what at_hash is compared with (§3.1.3.8); zero skips.
	AccessToken providers.Secret
	// Known, if set, is what said who signed in, which a refreshed token must
	// keep (§12.2): sub and the claim that the provider's file names. Issuer is
	// that of the earlier ID token.
	Known  map[string]any
	Issuer string
	// MaxAge, if set, is the age that auth_time may have (§3.1.3.7 point 13),
	// ACR the levels that were wished for (point 12).
	MaxAge *time.Duration
	ACR    []string
	// Skew is how far this clock is known to be ahead of the provider's; it
	// changes words, not outcomes.
	Skew time.Duration
}

// Verifier checks the ID tokens of providers, and keeps the keys that it does it
// with. It is safe for concurrent use.
type Verifier struct {
	keys keyCache
	now  func() time.Time
}

// New returns a verifier that gets keys by fetch, which outlives its caller
// and is to end by itself. now is the clock.
func New(fetch Fetch, now func() time.Time) *Verifier {
	return &Verifier{keys: keyCache{fetch: fetch, now: now}, now: now}
}

// Verify checks an ID token (OIDC Core §3.1.3.7). It always returns the list of
// checks it could make and, if the token could be decoded, its claims; the error
// is an [*Error] if any check failed, or that of [Fetch] if the keys could not
// be had. Claims that come with an error must be shown only, never trusted.
func (v *Verifier) Verify(ctx context.Context, p *providers.Provider, md *providers.Metadata, raw providers.Secret, want Wants) ([]Check, map[string]any, error) {
	t, err := Parse(raw)
	if err != nil {
		checks := []Check{{Name: "signature", Outcome: Failed, Reason: err.Error()}}
		return checks, nil, &Error{Checks: checks}
	}
	signature, err := v.checkSignature(ctx, p, md, raw, t)
	if err != nil {
		return nil, t.Claims, err
	}
	on := claimChecks{p: p, md: md, want: want, now: v.now(), Token: t}
	checks := []Check{
		signature, on.issuer(), on.audience(), on.authorizedParty(), on.nonce(),
		on.expiry(), on.issuedAt(), on.notBefore(), on.accessTokenHash(), on.subject(),
	}
	if want.MaxAge != nil {
		checks = append(checks, on.freshness())
	}
	if len(want.ACR) > 0 {
		checks = append(checks, on.level())
	}
	for _, c := range checks {
		if c.Outcome == Failed {
			return checks, t.Claims, &Error{Checks: checks, OddTimes: on.oddTimes()}
		}
	}
	return checks, t.Claims, nil
}

// Token is a decoded token, not yet verified.
type Token struct {
	Header map[string]any
	alg    string
	kid    string
	Claims map[string]any
}

// Parse decodes a compact JWS (RFC 7515 §7.1). Its errors are short
// plain phrases.
func Parse(raw providers.Secret) (*Token, error) {
	s := raw.Reveal()
	if len(s) > maxSize {
		return nil, phrase.Error("the token is larger than 256 KiB")
	}
	if fault := CompactFault(s); fault != "" {
		return nil, errors.New(fault)
	}
	parts := strings.Split(s, ".")
	switch len(parts) {
	case 3:
	case 5:
		return nil, phrase.Error("the token is encrypted, which is not supported")
	default:
		return nil, phrase.Error("it is not a signed token")
	}
	t := &Token{}
	var err error
	if t.Header, err = decodeObject(parts[0]); err != nil {
		return nil, phrase.Error("the token's header cannot be read")
	}
	if t.Claims, err = decodeObject(parts[1]); err != nil {
		return nil, phrase.Error("the token's claims cannot be read")
	}
	t.alg, t.kid = foreign.String(t.Header["alg"]), foreign.String(t.Header["kid"])
	return t, nil
}

// decodeObject decodes one part of a token.
func decodeObject(part string) (map[string]any, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return nil, err
	}
	return foreign.Object(b)
}

// MadeFor distinguishes an ID token, which is for the client of that ID, from an access token,
// which is for an API.
func (t *Token) MadeFor(clientID string) bool {
	if strings.HasSuffix(strings.ToLower(foreign.String(t.Header["typ"])), "at+jwt") {
		return false
	}
	if _, scoped := t.Claims["scope"]; scoped {
		return false
	}
	aud, ok := audiences(t.Claims["aud"])
	if !ok {
		return false
	}
	if slices.Contains(aud, clientID) {
		return true
	}
	// Of another app, perhaps; but only an ID token has these.
	_, nonce := t.Claims["nonce"]
	_, hash := t.Claims["at_hash"]
	return nonce || hash
}

// checkSignature lets go-oidc verify the signature, and looks before at what
// it leaves to its caller. Headers that name keys (jku, x5u, jwk, x5c) are never
// looked at (RFC 8725 §3.10). The error means that there are no keys.
func (v *Verifier) checkSignature(ctx context.Context, p *providers.Provider, md *providers.Metadata, raw providers.Secret, t *Token) (Check, error) {
	if fault := t.headerFault(md); fault != "" {
		return failed("signature", fault), nil
	}
	return v.signedBy(ctx, p, md, raw, t)
}

// signedBy checks a signature of which the header is good.
func (v *Verifier) signedBy(ctx context.Context, p *providers.Provider, md *providers.Metadata, raw providers.Secret, t *Token) (Check, error) {
	c := Check{Name: "signature", Outcome: Failed}
	if md.JWKSURI == "" {
		c.Reason = "the provider publishes no keys"
		return c, nil
	}
	keys, err := v.keys.keysFor(ctx, p, md.JWKSURI, t.kid)
	if err != nil {
		return c, fmt.Errorf("keys of the provider: %w", err)
	}
	signers, err := keys.signers(t.kid, t.alg)
	if err != nil {
		c.Reason = err.Error()
		return c, nil
	}
	library := oidc.NewVerifier(md.Issuer, &oidc.StaticKeySet{PublicKeys: signers}, &oidc.Config{
		ClientID:             p.Client.ID,
		SupportedSigningAlgs: []string{t.alg},
		// The rest of its checks stops at the first failure and knows neither
		// issuer patterns nor this package's words: claimChecks makes them.
		SkipClientIDCheck: true,
		SkipExpiryCheck:   true,
		SkipIssuerCheck:   true,
	})
	if _, err := library.Verify(ctx, raw.Reveal()); err != nil {
		if ctx.Err() != nil {
			return c, ctx.Err()
		}
		c.Reason = "it does not match the provider's keys"
		if !strings.Contains(err.Error(), "signature") {
			c.Reason = "the token cannot be read"
		}
		return c, nil
	}
	if t.kid == "" {
		return passed("signature", t.alg), nil
	}
	return passed("signature", "{alg}, key {key}", t.alg, plain.Short(t.kid)), nil
}

// headerFault says what is wrong with the header; "" is nothing.
func (t *Token) headerFault(md *providers.Metadata) phrase.Text {
	switch {
	case t.alg == "":
		return "the token names no algorithm"
	case !slices.Contains(signingAlgs(), t.alg):
		return say("algorithm {quoted} is not accepted", quoted(t.alg))
	}
	if offered := accepted(md.IDTokenSigningAlgs); len(offered) > 0 && !slices.Contains(offered, t.alg) {
		return say("the provider does not announce algorithm {alg}", t.alg)
	}
	if _, ok := t.Header["crit"]; ok {
		return "the token requires an unknown extension" // RFC 7515 §4.1.11
	}
	// An access, logout or proof token must not pass as an ID token (RFC 8725
	// §3.11).
	if typ := strings.ToLower(foreign.String(t.Header["typ"])); strings.HasSuffix(typ, "+jwt") {
		return say("the token is of type {quoted}", quoted(typ))
	}
	return ""
}

// accepted are those of offered that we accept too.
func accepted(offered []string) []string {
	return slices.DeleteFunc(slices.Clone(offered), func(a string) bool { return !slices.Contains(signingAlgs(), a) })
}

// CompactFault says what is not the compact form of a JWS (RFC 7515 §7.1): Go's
// base64 decoder overlooks line breaks, which are no part of it.
func CompactFault(token string) phrase.Text {
	odd := func(c rune) bool {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		return !letter && c != '-' && c != '_' && c != '.'
	}
	if strings.ContainsFunc(token, odd) {
		return "the token contains invalid characters"
	}
	return ""
}
