package auth

import (
	"crypto"
	_ "crypto/sha256" // for at_hash
	_ "crypto/sha512" // for at_hash
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// idTokenCheck makes the checks of claims.
type idTokenCheck struct {
	*idToken
	p    *providers.Provider
	md   *providers.Metadata
	want verifyWants
	now  time.Time
}

func passed(name, reason string) Check { return Check{Name: name, Outcome: Passed, Reason: reason} }

func failed(name, reason string) Check { return Check{Name: name, Outcome: Failed, Reason: reason} }

func skipped(name, reason string) Check { return Check{Name: name, Outcome: Skipped, Reason: reason} }

func (v idTokenCheck) issuer() Check {
	iss, ok := v.claims["iss"].(string)
	switch {
	case !ok || iss == "":
		return failed("iss", "missing")
	case v.want.Issuer != "" && iss != v.want.Issuer:
		return failed("iss", fmt.Sprintf("%q, previously %q", plain.Short(iss), plain.Short(v.want.Issuer)))
	case issuerPattern(v.p, v.md) != "":
		expected, ok := fillClaims(issuerPattern(v.p, v.md), v.claims)
		if ok && iss == expected {
			return passed("iss", iss)
		}
	case v.md.Issuer != "" && iss == v.md.Issuer:
		return passed("iss", "matches")
	}
	if slices.Contains(v.p.IDToken.AlsoIssuers, iss) {
		return passed("iss", iss+", an accepted spelling")
	}
	return failed("iss", fmt.Sprintf("%q is another issuer", plain.Short(iss)))
}

// issuerPattern is what issuers are compared with instead of the discovered
// one; "" is nothing. A pattern with {claims} is for metadata that names no
// tenant, such as that of Entra's "common": where it names one, tokens of
// other tenants are refused (OIDC Core §3.1.3.7 point 2).
func issuerPattern(p *providers.Provider, md *providers.Metadata) string {
	pattern := p.IDToken.Issuer
	if p.Discovery != "none" && strings.Contains(pattern, "{") && md.Issuer != "" && !strings.Contains(md.Issuer, "{") {
		return ""
	}
	return pattern
}

func (v idTokenCheck) audience() Check {
	aud, ok := audiences(v.claims["aud"])
	switch {
	case !ok || len(aud) == 0:
		return failed("aud", "missing")
	case !slices.Contains(aud, v.p.Client.ID):
		return failed("aud", "for another app: "+plain.Short(strings.Join(aud, ", ")))
	case len(aud) > 1:
		return passed("aud", fmt.Sprintf("this app, and %d more", len(aud)-1))
	}
	return passed("aud", "this app")
}

// authorizedParty is OIDC Core §3.1.3.7 points 4 and 5.
func (v idTokenCheck) authorizedParty() Check {
	aud, _ := audiences(v.claims["aud"])
	azp, present := v.claims["azp"]
	switch {
	case present && text(azp) != v.p.Client.ID:
		return failed("azp", "issued to another app")
	case present:
		return passed("azp", "this app")
	case len(aud) > 1 && slices.Contains(aud, v.p.Client.ID):
		// That it must be there then was a SHOULD of OIDC Core as first published;
		// errata set 2 took it out.
		return skipped("azp", fmt.Sprintf("not in the token, which is for this app and %d more", len(aud)-1))
	case len(aud) > 1:
		return skipped("azp", "not in the token")
	}
	return skipped("azp", "one audience only")
}

func (v idTokenCheck) nonce() Check {
	got, present := v.claims["nonce"]
	switch {
	case v.want.SkipNonce:
		return skipped("nonce", "not part of a refresh")
	case v.want.Nonce == "":
		return skipped("nonce", "none was sent")
	case !present:
		return failed("nonce", "missing")
	case subtle.ConstantTimeCompare([]byte(text(got)), []byte(v.want.Nonce)) != 1:
		return failed("nonce", "does not match this sign-in")
	}
	return passed("nonce", "matches")
}

func (v idTokenCheck) expiry() Check {
	exp, ok := numericDate(v.claims["exp"])
	switch {
	case !ok:
		return failed("exp", "missing, or not a time")
	case v.now.After(exp.Add(skewAllowed)):
		return failed("exp", "expired "+plain.Duration(v.now.Sub(exp))+" ago"+v.clockHint(exp))
	case v.now.After(exp):
		return passed("exp", "just expired, within clock tolerance")
	}
	return passed("exp", plain.Duration(exp.Sub(v.now))+" left")
}

func (v idTokenCheck) issuedAt() Check {
	iat, ok := numericDate(v.claims["iat"])
	switch {
	case !ok:
		return failed("iat", "missing, or not a time")
	case iat.After(v.now.Add(skewAllowed)):
		return failed("iat", "issued "+plain.Duration(iat.Sub(v.now))+" in the future"+v.clockHint(iat))
	}
	if exp, ok := numericDate(v.claims["exp"]); ok && iat.After(exp) {
		return failed("iat", "issued after its own expiry")
	}
	return passed("iat", plain.Duration(v.now.Sub(iat).Abs())+" ago")
}

func (v idTokenCheck) notBefore() Check {
	claim, present := v.claims["nbf"]
	if !present {
		return skipped("nbf", "not in the token")
	}
	nbf, ok := numericDate(claim)
	switch {
	case !ok:
		return failed("nbf", "not a time")
	case nbf.After(v.now.Add(skewAllowed)):
		return failed("nbf", "not valid for another "+plain.Duration(nbf.Sub(v.now))+v.clockHint(nbf))
	}
	return passed("nbf", "already valid")
}

// oddTimes reports whether the times of the token cannot be read or contradict
// each other.
func (v idTokenCheck) oddTimes() bool {
	exp, ends := numericDate(v.claims["exp"])
	iat, begins := numericDate(v.claims["iat"])
	_, readable := numericDate(v.claims["nbf"])
	return !ends || !begins || v.claims["nbf"] != nil && !readable || iat.After(exp)
}

// clockHint blames this computer's clock where it is measurably off: by the
// provider's own clock, or, where that is not known, by a token that comes
// from the near future.
func (v idTokenCheck) clockHint(at time.Time) string {
	off := v.want.Skew
	if off == 0 && at.After(v.now) && at.Sub(v.now) < 24*time.Hour {
		off = v.now.Sub(at)
	}
	if off.Abs() <= skewTold {
		return ""
	}
	direction := "ahead"
	if off < 0 {
		direction = "behind"
	}
	return fmt.Sprintf("; this computer's clock seems to be %s %s", plain.Duration(off.Abs()), direction)
}

// accessTokenHash is OIDC Core §3.1.3.6: the left half of the hash that the
// signature algorithm uses.
func (v idTokenCheck) accessTokenHash() Check {
	claim, present := v.claims["at_hash"]
	switch {
	case !present:
		return skipped("at_hash", "not in the token")
	case v.want.AccessToken.IsZero():
		return skipped("at_hash", "no access token to compare with")
	}
	hash, ok := hashOf(v.alg)
	if !ok {
		return skipped("at_hash", "the algorithm has no hash") // and fails as signature
	}
	h := hash.New()
	h.Write([]byte(v.want.AccessToken.Reveal()))
	sum := h.Sum(nil)
	if text(claim) != base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2]) {
		return failed("at_hash", "belongs to another access token")
	}
	return passed("at_hash", "matches")
}

func hashOf(alg string) (crypto.Hash, bool) {
	switch {
	case alg == oidc.EdDSA, strings.HasSuffix(alg, "512"):
		return crypto.SHA512, true
	case strings.HasSuffix(alg, "384"):
		return crypto.SHA384, true
	case strings.HasSuffix(alg, "256"):
		return crypto.SHA256, true
	}
	return 0, false
}

func (v idTokenCheck) subject() Check {
	sub, ok := v.claims["sub"].(string)
	switch {
	case !ok || sub == "":
		return failed("sub", "missing")
	case len(sub) > 255:
		return failed("sub", "longer than 255 characters")
	}
	for _, name := range []string{"sub", v.p.IDToken.Subject} {
		was, is := identifier(v.want.Known[name]), identifier(v.claims[name])
		if was != "" && is != "" && was != is {
			return failed("sub", "a different person than before")
		}
	}
	return passed("sub", "present")
}

// withUserinfo completes the check of sub: that of userinfo must be the same
// (OIDC Core §5.3.2), else its answer is about somebody else.
func withUserinfo(checks []Check, claims, userinfo map[string]any) ([]Check, error) {
	if claims == nil || userinfo == nil {
		return checks, nil
	}
	c := passed("sub", "same as userinfo")
	if sub, ok := userinfo["sub"].(string); !ok {
		c = failed("sub", "userinfo names none")
	} else if sub != text(claims["sub"]) {
		c = failed("sub", "userinfo is about someone else")
	}
	checks = slices.Clone(checks)
	for i := range checks {
		if checks[i].Name == "sub" {
			checks[i] = c
		}
	}
	if c.Outcome == Failed {
		return checks, &IDTokenError{Checks: checks}
	}
	return checks, nil
}
