package idtoken

import (
	"crypto"
	_ "crypto/sha256" // for the thumbprint
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// proofAlgs are those of [signingAlgs], as go-jose names them: a proof is signed with a
// private key (RFC 9449 §4.2).
func proofAlgs() []jose.SignatureAlgorithm {
	out := make([]jose.SignatureAlgorithm, 0, len(signingAlgs()))
	for _, alg := range signingAlgs() {
		out = append(out, jose.SignatureAlgorithm(alg))
	}
	return out
}

// Proof makes the checks of a DPoP proof that need no request (RFC 9449 §4.3): it brings
// its key along, so that nobody is asked for it.
func Proof(t *Token, raw providers.Secret, now time.Time) []Check {
	on := claimChecks{Token: t, p: &providers.Provider{}, now: now}
	out := []Check{t.proofSignature(raw), t.algorithm(), t.typ(), on.issuedAt()}
	for _, name := range []string{"htm", "htu", "jti"} {
		if foreign.String(t.Claims[name]) == "" {
			out = append(out, failed(name, "missing"))
		} else {
			out = append(out, passed(name, "present"))
		}
	}
	return out
}

func (t *Token) proofSignature(raw providers.Secret) Check {
	jwk, err := t.embeddedKey()
	if err != nil || !jwk.Valid() {
		return failed("signature", "the key in the header cannot be read")
	}
	if !jwk.IsPublic() {
		return failed("signature", "the header has a private key")
	}
	if !slices.Contains(signingAlgs(), t.alg) {
		return failed("signature", "the algorithm is not accepted")
	}
	signed, err := jose.ParseSignedCompact(raw.Reveal(), proofAlgs())
	if err == nil {
		_, err = signed.Verify(jwk)
	}
	if err != nil {
		return failed("signature", "it does not match the key in the header")
	}
	thumbprint, err := jwk.Thumbprint(crypto.SHA256)
	if err != nil {
		return failed("signature", "the key in the header cannot be read")
	}
	// A token that is bound to the key has this in cnf.jkt (RFC 9449 §6.1).
	return passed("signature", "{alg}, key {key}", t.alg, base64.RawURLEncoding.EncodeToString(thumbprint))
}

// embeddedKey is the key in the header (RFC 7515 §4.1.3).
func (t *Token) embeddedKey() (*jose.JSONWebKey, error) {
	data, err := json.Marshal(t.Header["jwk"])
	if err != nil {
		return nil, err
	}
	jwk := &jose.JSONWebKey{}
	return jwk, jwk.UnmarshalJSON(data)
}
