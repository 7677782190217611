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
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"claviger/auth"
	"claviger/auth/authtest"
	"claviger/providers"
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

// op is what the four providers have in common: codes that are good once, and
// tokens that live or not. What differs is with each provider.
type op struct {
	*internet

	mu     sync.Mutex
	serial int
	grants map[string]*grant // by code
	live   map[string]*grant // by access or refresh token
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

// failing answers with an error where one was ordered.
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
		"nonce":                 slices.Contains(strings.Fields(q.Get("scope")), "openid") == (len(q.Get("nonce")) >= 22),
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

// idToken signs claims, with times of now where they have none.
func idToken(claims map[string]any) string {
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
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: signingKey(), KeyID: keyID}}, nil)
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

// desk is a person at this computer.
type desk struct {
	t       *testing.T
	op      *op
	set     *providers.Set
	agent   *auth.Agent
	browser *authtest.Browser

	mu     sync.Mutex
	events []auth.Event
}

// newDesk sits somebody down whose provider files and environment are those.
func newDesk(t *testing.T, o *op, rt http.RoundTripper, file string, environ ...string) *desk {
	t.Helper()
	dir := ""
	if file != "" {
		dir = t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "providers.d"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "providers.d", "own.toml"), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set, err := providers.Load(dir, environ)
	if err != nil || len(set.Problems()) > 0 {
		t.Fatal(err, set.Problems())
	}
	d := &desk{t: t, op: o, set: set, browser: &authtest.Browser{Transport: rt}}
	d.agent, err = auth.New(auth.Options{Lookup: set.Lookup, Browser: d.browser.Open, Transport: rt})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.agent.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// signIn signs in and looks at what was told of it.
func (d *desk) signIn(r auth.SignInRequest) (*auth.Account, error) {
	d.t.Helper()
	r.Observe = func(ev auth.Event) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.events = append(d.events, ev)
	}
	acc, err := d.agent.SignIn(d.t.Context(), r)
	told, jsonErr := json.Marshal(struct {
		Events  []auth.Event
		Account *auth.Account
	}{d.events, acc})
	if jsonErr != nil {
		d.t.Fatal(jsonErr)
	}
	for _, canary := range []string{"accesstok-", "refreshtok-", clientSecret} {
		if strings.Contains(string(told), canary) {
			d.t.Errorf("events or account hold a secret (%s…)", canary)
		}
	}
	return acc, err
}

// must is a sign-in that works.
func (d *desk) must(r auth.SignInRequest) *auth.Account {
	d.t.Helper()
	acc, err := d.signIn(r)
	if err != nil {
		d.t.Fatalf("sign-in: %v", err)
	}
	return acc
}

// token is the account's access token.
func (d *desk) token(acc *auth.Account) string {
	d.t.Helper()
	tok, err := d.agent.Token(d.t.Context(), acc.ID, 0)
	if err != nil {
		d.t.Fatalf("token: %v", err)
	}
	return tok.AccessToken.Reveal()
}

// refresh gets new tokens.
func (d *desk) refresh(acc *auth.Account) {
	d.t.Helper()
	if _, err := d.agent.Refresh(d.t.Context(), acc.ID); err != nil {
		d.t.Fatalf("refresh: %v", err)
	}
}

// words is an error as a person reads it.
func (d *desk) words(id string, err error) auth.Problem {
	d.t.Helper()
	if err == nil {
		d.t.Fatal("no error")
	}
	p, ok := d.set.Lookup(id)
	if !ok {
		d.t.Fatalf("no provider %s", id)
	}
	return auth.Explain(err, p, "http://127.0.0.1:51789/callback")
}

// says checks that a problem has all parts in its words.
func says(t *testing.T, p auth.Problem, parts ...string) {
	t.Helper()
	whole := p.Title + "\n" + p.Detail + "\n" + p.Next + "\n" + p.Copy + "\n" + p.Link
	for _, part := range parts {
		if !strings.Contains(whole, part) {
			t.Errorf("%q is not in: %s", part, whole)
		}
	}
	if p.Next == "" {
		t.Errorf("no next step: %+v", p)
	}
}

// groupNames are "kind name", sorted.
func groupNames(groups []providers.Group) []string {
	out := []string{}
	for _, g := range groups {
		out = append(out, g.Kind+" "+g.Name)
	}
	slices.Sort(out)
	return out
}

// sorted is a sorted copy.
func sorted(in []string) []string { return slices.Sorted(slices.Values(in)) }

// passed reports whether a check of the ID token did.
func passed(acc *auth.Account, name string) bool {
	return slices.ContainsFunc(acc.Checks, func(c auth.Check) bool { return c.Name == name && c.Outcome == auth.Passed })
}

// loopback checks the redirect URI of an authorization request.
func loopback(t *testing.T, authorize request, host string, ports ...string) *url.URL {
	t.Helper()
	u, err := url.Parse(authorize.query.Get("redirect_uri"))
	if err != nil || u.Scheme != "http" || u.Hostname() != host || u.Path != "/callback" || u.RawQuery != "" {
		t.Fatalf("redirect URI %v, %v", u, err)
	}
	if u.Port() == "" || len(ports) > 0 && !slices.Contains(ports, u.Port()) {
		t.Errorf("redirect port %q", u.Port())
	}
	return u
}
