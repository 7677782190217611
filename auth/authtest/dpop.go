package authtest

import (
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// proofAge is how far a proof's time may be off.
const proofAge = time.Minute

// proofClaims are those of RFC 9449 §4.2.
type proofClaims struct {
	ID     string `json:"jti"`
	Method string `json:"htm"`
	URL    string `json:"htu"`
	Issued int64  `json:"iat"`
	Token  string `json:"ath"`
	Nonce  string `json:"nonce"`
}

// proofNow is the clock that proofs are compared with.
func (p *Provider) proofNow() time.Time { return p.now().Add(p.behaviour.ClockAhead) }

// proofOf checks the proof of a request (RFC 9449 §4.3) and returns the
// thumbprint of its key: "" where there is no proof, as long as none is
// needed. fail is an error code. access is the token that the proof has to
// name; "" where the request gets one. The caller holds the lock.
func (p *Provider) proofOf(w http.ResponseWriter, r *http.Request, access string) (thumbprint, fail string) {
	b := p.behaviour
	if b.NonceLoop {
		p.behaviour.DPoPNonce = "nonce-" + random()
		b.DPoPNonce = "another-" + random()
	}
	header := r.Header.Values("DPoP")
	switch {
	case len(header) == 0 && access == "" && !b.RequireDPoP:
		return "", ""
	case !b.DPoP && !b.RequireDPoP && len(header) == 1:
		return "", "" // a server that knows nothing of it
	case len(header) != 1:
		return "", "invalid_dpop_proof"
	}
	if b.DPoPNonce != "" {
		w.Header().Set("DPoP-Nonce", p.behaviour.DPoPNonce)
	}
	key, claims, ok := readProof(header[0])
	switch {
	case !ok:
		return "", "invalid_dpop_proof"
	case b.DPoPNonce != "" && claims.Nonce != b.DPoPNonce:
		return "", "use_dpop_nonce"
	case !p.fits(claims, r, access):
		return "", "invalid_dpop_proof"
	}
	return key, ""
}

// fits reports whether a proof is for this request, and new.
func (p *Provider) fits(claims proofClaims, r *http.Request, access string) bool {
	ath := ""
	if access != "" {
		sum := sha256.Sum256([]byte(access))
		ath = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	off := p.proofNow().Sub(time.Unix(claims.Issued, 0)).Abs()
	if claims.Method != r.Method || claims.URL != "http://"+r.Host+r.URL.EscapedPath() || off > proofAge ||
		claims.ID == "" || p.proofs[claims.ID] || claims.Token != ath {
		return false
	}
	p.proofs[claims.ID] = true
	return true
}

// readProof verifies a proof's signature with the key in it.
func readProof(proof string) (thumbprint string, claims proofClaims, ok bool) {
	jws, err := jose.ParseSignedCompact(proof, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(jws.Signatures) != 1 {
		return "", claims, false
	}
	h := jws.Signatures[0].Protected
	if h.ExtraHeaders[jose.HeaderType] != "dpop+jwt" || h.JSONWebKey == nil || !h.JSONWebKey.IsPublic() {
		return "", claims, false
	}
	payload, err := jws.Verify(h.JSONWebKey)
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return "", claims, false
	}
	sum, err := h.JSONWebKey.Thumbprint(crypto.SHA256)
	return base64.RawURLEncoding.EncodeToString(sum), claims, err == nil
}

// boundRequest checks a request to an API with a token that is bound to a key
// (RFC 9449 §7.1). The caller holds the lock.
func (p *Provider) boundRequest(w http.ResponseWriter, r *http.Request, g *grant) bool {
	key, fail := p.proofOf(w, r, g.access)
	if fail == "" && key != g.key {
		fail = "invalid_token"
	}
	if fail == "" {
		return true
	}
	w.Header().Set("WWW-Authenticate", `DPoP algs="ES256", error="`+fail+`"`)
	answer(w, http.StatusUnauthorized, map[string]any{"error": fail})
	return false
}
