package providers_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	clientID     = "client-4711"
	clientSecret = "secret-of-the-app"
	keyID        = "key-1"
)

var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// op is what all providers have in common: codes that are good once, and
// tokens that live or not. What differs is with each provider.
type op struct {
	*internet

	mu     sync.Mutex
	serial int
	grants map[string]*grant // by code
	live   map[string]*grant // by access or refresh token
	// noNonce says that the provider's ID tokens have none.
	noNonce bool
	// refuse is redirected back instead of a code.
	refuse url.Values
	// tokenError is answered by the token endpoint.
	tokenError func(w http.ResponseWriter) bool
}

// grant is what one consent gave.
type grant struct {
	redirect, challenge, nonce, scope string
	device                            bool
}

func newOP(t *testing.T) *op {
	return &op{internet: newInternet(t), grants: map[string]*grant{}, live: map[string]*grant{}}
}

// issue makes a token that lives.
func (o *op) issue(prefix string, g *grant) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.serial++
	token := fmt.Sprintf("%s%04d-%s", prefix, o.serial, rand.Text())
	o.live[token] = g
	return token
}

// alive returns a token's grant, or nil.
func (o *op) alive(token string) *grant {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.live[token]
}

// kill ends the tokens of a grant that which picks.
func (o *op) kill(g *grant, which func(token string) bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for token, of := range o.live {
		if of == g && which(token) {
			delete(o.live, token)
		}
	}
}

func all(string) bool { return true }

// fail lets the token endpoint answer that, until it is nil.
func (o *op) fail(f func(w http.ResponseWriter) bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tokenError = f
}

// failing answers with an error if one was ordered.
func (o *op) failing(w http.ResponseWriter) bool {
	o.mu.Lock()
	f := o.tokenError
	o.mu.Unlock()
	return f != nil && f(w)
}

// authorize checks an authorization request and sends the browser back. The
// provider's own parameters are in extra.
func (o *op) authorize(w http.ResponseWriter, r *http.Request, extra url.Values) {
	q := r.URL.Query()
	for name, ok := range map[string]bool{
		"response_type":         q.Get("response_type") == "code",
		"client_id":             q.Get("client_id") == clientID,
		"code_challenge_method": q.Get("code_challenge_method") == "S256",
		"code_challenge":        len(q.Get("code_challenge")) == 43,
		"state":                 len(q.Get("state")) >= 22,
		"client_secret":         !q.Has("client_secret"),
		"nonce":                 (!o.noNonce && slices.Contains(strings.Fields(q.Get("scope")), "openid")) == (len(q.Get("nonce")) >= 22),
	} {
		if !ok {
			o.t.Errorf("authorization request: %s is %q", name, q.Get(name))
		}
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		o.t.Errorf("redirect URI: %v", err)
		return
	}
	answer := url.Values{"state": {q.Get("state")}}
	o.mu.Lock()
	refuse := o.refuse
	o.mu.Unlock()
	if refuse != nil {
		extra = refuse
	} else {
		g := &grant{redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"), nonce: q.Get("nonce"), scope: q.Get("scope")}
		code := rand.Text()
		o.mu.Lock()
		o.grants[code] = g
		o.mu.Unlock()
		answer.Set("code", code)
	}
	for k, v := range extra {
		answer[k] = v
	}
	back.RawQuery = answer.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// redeem is a code for its grant, once, with the right verifier (RFC 7636
// §4.6) and the same redirect URI (RFC 6749 §4.1.3).
func (o *op) redeem(form url.Values) *grant {
	o.mu.Lock()
	defer o.mu.Unlock()
	g := o.grants[form.Get("code")]
	delete(o.grants, form.Get("code"))
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	if g == nil || base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge || form.Get("redirect_uri") != g.redirect || form.Get("client_id") != clientID {
		return nil
	}
	return g
}

// bearer wraps what only a living access token may see.
func (o *op) bearer(refusal string, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !strings.Contains(token, "accesstok-") || o.alive(token) == nil {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			answer(w, http.StatusUnauthorized, refusal)
			return
		}
		h(w, r)
	}
}

func fixed(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, body) }
}

// keys serves the key set.
func keys(w http.ResponseWriter, _ *http.Request) {
	object(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: signingKey().Public(), KeyID: keyID, Algorithm: "RS256", Use: "sig"}}})
}

// idToken signs claims, with times of now if they have none.
func idToken(claims map[string]any) string {
	return signed(claims, jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: signingKey(), KeyID: keyID}})
}

func signed(claims map[string]any, key jose.SigningKey) string {
	now := time.Now()
	full := map[string]any{"aud": clientID, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}
	for k, v := range claims {
		if full[k] = v; v == nil || v == "" {
			delete(full, k)
		}
	}
	payload, err := json.Marshal(full)
	if err != nil {
		panic(err)
	}
	signer, err := jose.NewSigner(key, nil)
	if err != nil {
		panic(err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		panic(err)
	}
	s, err := jws.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return s
}

func atHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
