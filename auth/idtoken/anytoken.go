package idtoken

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// Any checks a JWT of a provider that is no ID token: who signed it, and when it is
// good. Whether it is good for what it is used for is for its audience to say. The error
// is that of [Fetch]: the checks that need no keys come with it.
func (v *Verifier) Any(ctx context.Context, p *providers.Provider, md *providers.Metadata, raw providers.Secret) ([]Check, error) {
	t, err := Parse(raw)
	if err != nil {
		return []Check{failed("signature", err.Error())}, nil
	}
	signature := failed("signature", t.signatureFault())
	if signature.Reason == "" {
		// The announced algorithms are those of ID tokens.
		if signature, err = v.signedBy(ctx, p, md, raw, t); err != nil {
			return Unkeyed(t, v.now(), "the keys could not be had"), err
		}
	} else if hmac(t.alg) {
		signature = t.unkeyedSignature("")
	}
	on := claimChecks{Token: t, p: p, md: md, now: v.now()}
	return append([]Check{signature, t.algorithm(), t.typ(), on.issuer(), on.anyAudience()}, on.anyTimes()...), nil
}

// Unkeyed makes the checks of a JWT that need no keys; why says why there are none.
func Unkeyed(t *Token, now time.Time, why phrase.Text) []Check {
	on := claimChecks{Token: t, p: &providers.Provider{}, now: now}
	iss := skipped("iss", why)
	if foreign.String(t.Claims["iss"]) == "" {
		iss = skipped("iss", "not in the token")
	}
	return append([]Check{t.unkeyedSignature(why), t.algorithm(), t.typ(), iss, on.anyAudience()}, on.anyTimes()...)
}

// unkeyedSignature is the check of the signature without the issuer's keys.
func (t *Token) unkeyedSignature(why string) Check {
	switch {
	case t.unsigned():
		return failed("signature", "not signed: anyone can have written it")
	case hmac(t.alg):
		return skipped("signature", "{alg}: only who has the secret can check it", t.alg)
	}
	return skipped("signature", why)
}

func (t *Token) unsigned() bool { return strings.EqualFold(t.alg, "none") }

// hmac reports whether whoever can check a signature can make it too (RFC 7518 §3.2).
func hmac(alg string) bool { return slices.Contains([]string{"HS256", "HS384", "HS512"}, alg) }

// signatureFault says why no key of the issuer makes the signature good; "" is nothing.
func (t *Token) signatureFault() phrase.Text {
	switch {
	case t.unsigned():
		return "not signed: anyone can have written it"
	case t.alg == "":
		return "the token names no algorithm"
	case !slices.Contains(signingAlgs(), t.alg):
		return say("algorithm {quoted} is not accepted", quoted(t.alg))
	case t.Header["crit"] != nil:
		return "the token requires an unknown extension" // RFC 7515 §4.1.11
	}
	return ""
}

// algorithm says whether an algorithm is one to trust (RFC 8725 §3.1, §3.2).
func (t *Token) algorithm() Check {
	switch {
	case t.alg == "":
		return failed("alg", "the token names no algorithm")
	case t.unsigned():
		return failed("alg", "none, which is no signature")
	case hmac(t.alg):
		return skipped("alg", "{alg}: who can check it can make it too", t.alg)
	case !slices.Contains(signingAlgs(), t.alg):
		return failed("alg", "{quoted} is not accepted", quoted(t.alg))
	}
	return passed("alg", t.alg)
}

// typ says of which type a token says to be (RFC 8725 §3.11).
func (t *Token) typ() Check {
	v, given := t.Header["typ"]
	switch typ := plain.Short(foreign.String(v)); {
	case !given:
		return skipped("typ", "not in the token")
	case typ == "":
		return failed("typ", "not a type")
	case strings.EqualFold(typ, "JWT"):
		return skipped("typ", "{type}, which any token can be", typ)
	default:
		return passed("typ", typ)
	}
}

// anyAudience says for whom a token is that need not be for this app.
func (c claimChecks) anyAudience() Check {
	claim, given := c.Claims["aud"]
	aud, ok := audiences(claim)
	switch {
	case !given:
		return skipped("aud", "not in the token")
	case !ok || len(aud) == 0:
		return failed("aud", "neither a text nor a list of texts")
	case c.p.Client.ID != "" && slices.Contains(aud, c.p.Client.ID):
		return passed("aud", "this app")
	}
	return skipped("aud", "for {apps}, not for this app", plain.Short(strings.Join(aud, ", ")))
}

// anyTimes are the checks of times, of which any JWT may lack each (RFC 7519 §4.1).
func (c claimChecks) anyTimes() []Check {
	out := []Check{c.expiry(), c.issuedAt(), c.notBefore()}
	for i, name := range []string{"exp", "iat"} {
		if _, given := c.Claims[name]; !given {
			out[i] = skipped(name, "not in the token")
		}
	}
	return out
}
