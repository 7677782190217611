package oauth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// TypeDPoP is the type of a token that is bound to a key (RFC 9449 §5).
const TypeDPoP = "DPoP"

// proofAlg signs proofs. It is the one that every server with DPoP is sure to
// have met.
const proofAlg = jose.ES256

// ProofKey is the key pair that tokens are bound to: a token that is stolen
// without it is of no use. Each sign-in makes its own.
type ProofKey struct {
	secret     providers.Secret // the whole pair, as JWK (RFC 7517)
	thumbprint string           // of the public one (RFC 7638)
	signer     jose.Signer
}

// newProofKey makes a key.
func newProofKey() (*ProofKey, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	data, err := json.Marshal(jose.JSONWebKey{Key: private})
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	return readProofKey(providers.NewSecret(string(data)))
}

// private is the whole pair; nothing of no key.
func (k *ProofKey) private() providers.Secret {
	if k == nil {
		return providers.Secret{}
	}
	return k.secret
}

// ErrProofKey means that the key of tokens cannot be read, so that they are of no use.
// It never quotes what it is about.
var ErrProofKey = fmt.Errorf("%w: the key of its tokens cannot be read", ErrNeedsSignIn)

// readProofKey reads a key from a record.
func readProofKey(s providers.Secret) (*ProofKey, error) {
	var jwk jose.JSONWebKey
	if json.Unmarshal([]byte(s.Reveal()), &jwk) != nil {
		return nil, ErrProofKey
	}
	private, ok := jwk.Key.(*ecdsa.PrivateKey)
	if !ok || private.Curve != elliptic.P256() {
		return nil, ErrProofKey
	}
	sum, err := jwk.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, ErrProofKey
	}
	// The public key goes along in each proof (RFC 9449 §4.2).
	options := (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: proofAlg, Key: private}, options)
	if err != nil {
		return nil, ErrProofKey
	}
	return &ProofKey{secret: s, thumbprint: base64.RawURLEncoding.EncodeToString(sum), signer: signer}, nil
}

// proofClaims are those of RFC 9449 §4.2.
type proofClaims struct {
	ID     string `json:"jti"`
	Method string `json:"htm"`
	URL    string `json:"htu"`
	Issued int64  `json:"iat"`
	Token  string `json:"ath,omitempty"`
	Nonce  string `json:"nonce,omitempty"`
}

// proof signs a proof for one request. token is zero if the request gets
// one; at is the time by the server's clock.
func (k *ProofKey) proof(method string, u *url.URL, token providers.Secret, nonce string, at time.Time) (providers.Secret, error) {
	claims := proofClaims{ID: randomText(), Method: method, URL: proofURL(u), Issued: at.Unix(), Nonce: nonce}
	if !token.IsZero() {
		sum := sha256.Sum256([]byte(token.Reveal()))
		claims.Token = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return providers.Secret{}, err
	}
	signed, err := k.signer.Sign(payload)
	if err != nil {
		return providers.Secret{}, fmt.Errorf("signing a proof: %w", err)
	}
	s, err := signed.CompactSerialize()
	return providers.NewSecret(s), err
}

// proofURL is an address without query and fragment (RFC 9449 §4.2), in the
// form that servers bring it to (§4.3).
func proofURL(u *url.URL) string {
	out := url.URL{Scheme: strings.ToLower(u.Scheme), Host: strings.ToLower(u.Host), Path: u.Path, RawPath: u.RawPath}
	if out.Path == "" {
		out.Path = "/"
	}
	return out.String()
}

// NewKey makes the key of a sign-in, if tokens are to be bound to one; else nil. Unless
// the provider's file says so they are not: a bound token serves only programs that
// make proofs, and many servers announce DPoP whose APIs take Bearer tokens alone.
func (c *Client) NewKey() (*ProofKey, error) {
	offered := c.Metadata.DPoPSigningAlgs
	able := slices.Contains(offered, string(proofAlg))
	switch c.Provider.Authorization.DPoP {
	case "required":
		if len(offered) > 0 && !able {
			return nil, &AnswerError{Step: trace.StepDiscover, Reason: "the provider binds tokens (DPoP), but not to ES256 keys"}
		}
	case "auto":
		if !able {
			return nil, nil
		}
	default:
		return nil, nil
	}
	return newProofKey()
}

// addProof proves key, if there is one, to a server that gives tokens (RFC 9449 §5).
func (n *Network) addProof(req *http.Request, key *ProofKey) error {
	if key == nil {
		return nil
	}
	nonce, ahead := n.origins.known(serverOf(req.URL, false))
	proof, err := key.proof(req.Method, req.URL, providers.Secret{}, nonce, n.clock().Add(-ahead))
	if err != nil {
		return err
	}
	req.Header.Set("DPoP", proof.Reveal())
	return nil
}

// Unbound is the error of a token that is not bound to a key although the
// provider's file requires it; else nil.
func Unbound(p *providers.Provider, t Tokens, step trace.Step) error {
	if p.Authorization.DPoP == "required" && t.Type != TypeDPoP {
		return &AnswerError{Step: step, Reason: "the token is not bound to a key (DPoP), which the provider's file requires"}
	}
	return nil
}

// boundText says in an event what became of the key.
func boundText(t Tokens) string {
	if t.Type == TypeDPoP {
		return "bound to a key of this sign-in (DPoP)"
	}
	return "a Bearer token, not bound to the key of this sign-in (DPoP)"
}
