package idtoken

import (
	"crypto"
	_ "crypto/sha256" // for at_hash
	_ "crypto/sha512" // for at_hash
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// claimChecks makes the checks of claims.
type claimChecks struct {
	*Token
	p    *providers.Provider
	md   *providers.Metadata
	want Wants
	now  time.Time
}

func passed(name string, reason phrase.Text, values ...string) Check {
	return Check{Name: name, Outcome: Passed, Reason: say(reason, values...)}
}

func failed(name string, reason phrase.Text, values ...string) Check {
	return Check{Name: name, Outcome: Failed, Reason: say(reason, values...)}
}

func skipped(name string, reason phrase.Text, values ...string) Check {
	return Check{Name: name, Outcome: Skipped, Reason: say(reason, values...)}
}

func (c claimChecks) issuer() Check {
	iss, ok := c.Claims["iss"].(string)
	switch {
	case !ok || iss == "":
		return failed("iss", "missing")
	case c.want.Issuer != "" && iss != c.want.Issuer:
		return failed("iss", "{quoted}, previously {before}", quoted(iss), quoted(c.want.Issuer))
	case issuerPattern(c.p, c.md) != "":
		expected, ok := fillClaims(issuerPattern(c.p, c.md), c.Claims)
		if ok && iss == expected {
			return passed("iss", iss)
		}
	case c.md.Issuer != "" && iss == c.md.Issuer:
		return passed("iss", "matches")
	}
	if slices.Contains(c.p.IDToken.AlsoIssuers, iss) {
		return passed("iss", "{issuer}, an accepted spelling", iss)
	}
	return failed("iss", "{quoted} is another issuer", quoted(iss))
}

func (c claimChecks) audience() Check {
	aud, ok := audiences(c.Claims["aud"])
	switch {
	case !ok || len(aud) == 0:
		return failed("aud", "missing")
	case !slices.Contains(aud, c.p.Client.ID):
		return failed("aud", "for another app: {apps}", plain.Short(strings.Join(aud, ", ")))
	case len(aud) > 1:
		return passed("aud", "this app, and {count} more", strconv.Itoa(len(aud)-1))
	}
	return passed("aud", "this app")
}

// authorizedParty is OIDC Core §3.1.3.7 points 4 and 5.
func (c claimChecks) authorizedParty() Check {
	aud, _ := audiences(c.Claims["aud"])
	azp, present := c.Claims["azp"]
	switch {
	case present && foreign.String(azp) != c.p.Client.ID:
		return failed("azp", "issued to another app")
	case present:
		return passed("azp", "this app")
	case len(aud) > 1 && slices.Contains(aud, c.p.Client.ID):
		// That it must be there then was a SHOULD of OIDC Core as first published;
		// errata set 2 took it out.
		return skipped("azp", "not in the token, which is for this app and {count} more", strconv.Itoa(len(aud)-1))
	case len(aud) > 1:
		return skipped("azp", "not in the token")
	}
	return skipped("azp", "one audience only")
}

func (c claimChecks) nonce() Check {
	got, present := c.Claims["nonce"]
	switch {
	case c.want.SkipNonce:
		return skipped("nonce", "not part of a refresh")
	case c.want.Nonce == "":
		return skipped("nonce", "none was sent")
	case !present:
		return failed("nonce", "missing")
	case subtle.ConstantTimeCompare([]byte(foreign.String(got)), []byte(c.want.Nonce)) != 1:
		return failed("nonce", "does not match this sign-in")
	}
	return passed("nonce", "matches")
}

func (c claimChecks) expiry() Check {
	exp, ok := numericDate(c.Claims["exp"])
	switch {
	case !ok:
		return failed("exp", "missing, or not a time")
	case c.now.After(exp.Add(skewAllowed)):
		return failed("exp", c.clockHint(exp, say("expired {ago}", ago(c.now.Sub(exp)))))
	case c.now.After(exp):
		return passed("exp", "just expired, within clock tolerance")
	}
	return passed("exp", "{time} left at the check", plain.Duration(exp.Sub(c.now)))
}

func (c claimChecks) issuedAt() Check {
	iat, ok := numericDate(c.Claims["iat"])
	switch {
	case !ok:
		return failed("iat", "missing, or not a time")
	case iat.After(c.now.Add(skewAllowed)):
		return failed("iat", c.clockHint(iat, say("issued {time} in the future", plain.Duration(iat.Sub(c.now)))))
	}
	if exp, ok := numericDate(c.Claims["exp"]); ok && iat.After(exp) {
		return failed("iat", "issued after its own expiry")
	}
	return passed("iat", "{time} before the check", plain.Duration(c.now.Sub(iat).Abs()))
}

func (c claimChecks) notBefore() Check {
	claim, present := c.Claims["nbf"]
	if !present {
		return skipped("nbf", "not in the token")
	}
	nbf, ok := numericDate(claim)
	switch {
	case !ok:
		return failed("nbf", "not a time")
	case nbf.After(c.now.Add(skewAllowed)):
		return failed("nbf", c.clockHint(nbf, say("not valid for another {time}", plain.Duration(nbf.Sub(c.now)))))
	}
	return passed("nbf", "already valid")
}

// oddTimes reports whether the times of the token cannot be read or contradict
// each other.
func (c claimChecks) oddTimes() bool {
	exp, ends := numericDate(c.Claims["exp"])
	iat, begins := numericDate(c.Claims["iat"])
	_, readable := numericDate(c.Claims["nbf"])
	return !ends || !begins || c.Claims["nbf"] != nil && !readable || iat.After(exp)
}

// clockHint blames this computer's clock for a fault if it is measurably off: by the
// provider's own clock, or, if that is not known, by a token that comes
// from the near future.
func (c claimChecks) clockHint(at time.Time, fault string) string {
	off := c.want.Skew
	if off == 0 && at.After(c.now) && at.Sub(c.now) < 24*time.Hour {
		off = c.now.Sub(at)
	}
	if off.Abs() <= clockTold {
		return fault
	}
	if off < 0 {
		return say("{fault}; this computer's clock seems to be {time} behind", fault, plain.Duration(off.Abs()))
	}
	return say("{fault}; this computer's clock seems to be {time} ahead", fault, plain.Duration(off.Abs()))
}

// accessTokenHash is OIDC Core §3.1.3.6: the left half of the hash that the
// signature algorithm uses.
func (c claimChecks) accessTokenHash() Check {
	claim, present := c.Claims["at_hash"]
	switch {
	case !present:
		return skipped("at_hash", "not in the token")
	case c.want.AccessToken.IsZero():
		return skipped("at_hash", "no access token to compare with")
	}
	hash, ok := hashOf(c.alg)
	if !ok {
		return skipped("at_hash", "the algorithm has no hash") // and fails as signature
	}
	h := hash.New()
	h.Write([]byte(c.want.AccessToken.Reveal()))
	sum := h.Sum(nil)
	if foreign.String(claim) != base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2]) {
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

func (c claimChecks) subject() Check {
	sub, ok := c.Claims["sub"].(string)
	switch {
	case !ok || sub == "":
		return failed("sub", "missing")
	case len(sub) > 255:
		return failed("sub", "longer than 255 characters")
	}
	for _, name := range []string{"sub", c.p.IDToken.Subject} {
		was, is := Identifier(c.want.Known[name]), Identifier(c.Claims[name])
		if was != "" && is != "" && was != is {
			return failed("sub", "a different person than before")
		}
	}
	return passed("sub", "present")
}

// WithUserinfo completes the check of sub: that of userinfo must be the same
// (OIDC Core §5.3.2), else its answer is about another user.
func WithUserinfo(checks []Check, claims, userinfo map[string]any) ([]Check, error) {
	if claims == nil || userinfo == nil {
		return checks, nil
	}
	c := passed("sub", "same as userinfo")
	if sub, ok := userinfo["sub"].(string); !ok {
		c = failed("sub", "userinfo names none")
	} else if sub != foreign.String(claims["sub"]) {
		c = failed("sub", "userinfo is about someone else")
	}
	checks = slices.Clone(checks)
	for i := range checks {
		if checks[i].Name == "sub" {
			checks[i] = c
		}
	}
	if c.Outcome == Failed {
		return checks, &Error{Checks: checks}
	}
	return checks, nil
}

// Identifier is a claim that says who the user is; "" if it does not.
func Identifier(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64: // no string, but stable all the same
		return strconv.FormatFloat(v, 'f', -1, 64)
	case json.Number:
		return v.String()
	}
	return ""
}
