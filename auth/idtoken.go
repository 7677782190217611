package auth

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
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

const (
	// skewAllowed is the difference of clocks that is forgiven (OIDC Core
	// §3.1.3.7 point 9 leaves it to us).
	skewAllowed = 90 * time.Second
	// maxIDToken bounds an encoded ID token.
	maxIDToken = 256 << 10
)

// signingAlgs are accepted (RFC 8725 §3.1): never "none", and no HMAC, whose
// key would be a client secret that is none in a desktop app.
var signingAlgs = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512,
	oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
}

// verifyWants is what an ID token is compared with.
type verifyWants struct {
	// Nonce is the one of the request (OIDC Core §3.1.3.7 point 11);
	// SkipNonce is for a refreshed token, which normally has none (§12.2).
	Nonce     string
	SkipNonce bool
	// AccessToken is what at_hash is compared with (§3.1.3.8); zero skips.
	AccessToken Secret
	// Known, where set, is what said who signed in, which a refreshed token must
	// keep (§12.2): sub and the claim that the provider's file names. Issuer is
	// that of the earlier ID token.
	Known  map[string]any
	Issuer string
	// MaxAge, where set, is the age that auth_time may have (§3.1.3.7 point 13),
	// ACR the levels that were wished for (point 12).
	MaxAge *time.Duration
	ACR    []string
	// Skew is how far this clock is known to be ahead of the provider's; it
	// changes words, not outcomes.
	Skew time.Duration
}

// verifyIDToken checks an ID token (OIDC Core §3.1.3.7). It always returns the
// list of checks it could make and, where the token could be decoded, its
// claims; the error is an [*IDTokenError] where any check failed, or wraps
// [ErrOffline] or [ErrAnswer] where the keys could not be had. Claims that
// come with an error must be shown only, never trusted.
func (a *Agent) verifyIDToken(ctx context.Context, p *providers.Provider, md *providers.Metadata, raw Secret, want verifyWants) ([]Check, map[string]any, error) {
	t, err := parseIDToken(raw)
	if err != nil {
		checks := []Check{{Name: "signature", Outcome: Failed, Reason: err.Error()}}
		return checks, nil, &IDTokenError{Checks: checks}
	}
	signature, err := a.checkSignature(ctx, p, md, raw, t)
	if err != nil {
		return nil, t.claims, err
	}
	v := idTokenCheck{p: p, md: md, want: want, now: a.o.Now(), idToken: t}
	checks := []Check{
		signature, v.issuer(), v.audience(), v.authorizedParty(), v.nonce(),
		v.expiry(), v.issuedAt(), v.notBefore(), v.accessTokenHash(), v.subject(),
	}
	if want.MaxAge != nil {
		checks = append(checks, v.freshness())
	}
	if len(want.ACR) > 0 {
		checks = append(checks, v.level())
	}
	for _, c := range checks {
		if c.Outcome == Failed {
			return checks, t.claims, &IDTokenError{Checks: checks, OddTimes: v.oddTimes()}
		}
	}
	return checks, t.claims, nil
}

// idToken is a decoded token, not yet verified.
type idToken struct {
	header map[string]any
	alg    string
	kid    string
	claims map[string]any
}

// parseIDToken decodes a compact JWS (RFC 7515 §7.1). Its errors are short
// plain phrases.
func parseIDToken(raw Secret) (*idToken, error) {
	s := raw.Reveal()
	if len(s) > maxIDToken {
		return nil, errors.New("the token is larger than 256 KiB")
	}
	if fault := compactFault(s); fault != "" {
		return nil, errors.New(fault)
	}
	parts := strings.Split(s, ".")
	switch len(parts) {
	case 3:
	case 5:
		return nil, errors.New("the token is encrypted, which is not supported")
	default:
		return nil, errors.New("it is not a signed token")
	}
	t := &idToken{}
	var err error
	if t.header, err = decodeObject(parts[0]); err != nil {
		return nil, errors.New("the token's header cannot be read")
	}
	if t.claims, err = decodeObject(parts[1]); err != nil {
		return nil, errors.New("the token's claims cannot be read")
	}
	t.alg, t.kid = text(t.header["alg"]), text(t.header["kid"])
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

// checkSignature lets go-oidc verify the signature, and looks before at what
// it leaves to its caller. Headers that name keys (jku, x5u, jwk, x5c) are never
// looked at (RFC 8725 §3.10). The error means that there are no keys.
func (a *Agent) checkSignature(ctx context.Context, p *providers.Provider, md *providers.Metadata, raw Secret, t *idToken) (Check, error) {
	c := Check{Name: "signature", Outcome: Failed}
	if c.Reason = t.headerFault(md); c.Reason != "" {
		return c, nil
	}
	if md.JWKSURI == "" {
		c.Reason = "the provider publishes no keys"
		return c, nil
	}
	keys, err := a.keysFor(ctx, p, md.JWKSURI, t.kid)
	if err != nil {
		return c, fmt.Errorf("keys of the provider: %w", err)
	}
	if err := keys.usable(t.kid, t.alg); err != nil {
		c.Reason = err.Error()
		return c, nil
	}
	verifier := oidc.NewVerifier(md.Issuer, keys.verifier(ctx, md.JWKSURI), &oidc.Config{
		ClientID:             p.Client.ID,
		SupportedSigningAlgs: []string{t.alg},
		// The rest of its checks stops at the first failure and knows neither
		// issuer patterns nor this package's words: idTokenCheck makes them.
		SkipClientIDCheck: true,
		SkipExpiryCheck:   true,
		SkipIssuerCheck:   true,
	})
	if _, err := verifier.Verify(ctx, raw.Reveal()); err != nil {
		if ctx.Err() != nil {
			return c, ctx.Err()
		}
		c.Reason = "it does not match the provider's keys"
		if !strings.Contains(err.Error(), "signature") {
			c.Reason = "the token cannot be read"
		}
		return c, nil
	}
	c.Outcome = Passed
	c.Reason = t.alg
	if t.kid != "" {
		c.Reason += ", key " + plain.Short(t.kid)
	}
	return c, nil
}

// headerFault says what is wrong with the header; "" is nothing.
func (t *idToken) headerFault(md *providers.Metadata) string {
	switch {
	case t.alg == "":
		return "the token names no algorithm"
	case !slices.Contains(signingAlgs, t.alg):
		return fmt.Sprintf("algorithm %q is not accepted", plain.Short(t.alg))
	}
	if offered := accepted(md.IDTokenSigningAlgs); len(offered) > 0 && !slices.Contains(offered, t.alg) {
		return fmt.Sprintf("the provider does not announce algorithm %s", t.alg)
	}
	if _, ok := t.header["crit"]; ok {
		return "the token requires an unknown extension" // RFC 7515 §4.1.11
	}
	// An access, logout or proof token must not pass as an ID token (RFC 8725
	// §3.11).
	if typ := strings.ToLower(text(t.header["typ"])); strings.HasSuffix(typ, "+jwt") {
		return fmt.Sprintf("the token is of type %q", plain.Short(typ))
	}
	return ""
}

// accepted are those of offered that we accept too.
func accepted(offered []string) []string {
	return slices.DeleteFunc(slices.Clone(offered), func(a string) bool { return !slices.Contains(signingAlgs, a) })
}
