//go:build unix

package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// oddProvider starts an OpenID provider that answers as b says, and writes
// its file, with more lines at the end, into the world's home.
func (w *world) oddProvider(b authtest.Behaviour, more string) *authtest.Provider {
	w.t.Helper()
	p := authtest.NewProvider(w.t)
	p.Behave(b)
	w.providerFile("odd", fmt.Sprintf(`id = "odd"
name = "Odd"
issuer = "%[1]s"

[client]
id = "%[2]s"
type = "Desktop app"
url = "https://odd.example/apps"

[scopes]
base = ["openid"]
profile = ["profile"]

[[profile.source]]
name = "ID token"
from = "id_token"
map = "{id: .sub, login: .preferred_username, name}"

[[profile.source]]
name = "User details"
from = "userinfo"
map = "{id: .sub, name}"

%[3]s
`, p.URL, authtest.ClientID, strings.ReplaceAll(more, "BASE", p.URL)))
	return p
}

// providerFile writes a provider's file.
func (w *world) providerFile(name, text string) {
	w.t.Helper()
	dir := filepath.Join(w.home, "providers.d")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".toml"), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// secrets are what the provider's tokens and codes look like, and what would
// come with them. A random state, which is one word, may have any of it inside.
var secrets = regexp.MustCompile(`\b(at|rt|dc)-[A-Za-z0-9_-]{22}|\beyJ[A-Za-z0-9_-]{8}|[?&]code=|code_verifier=|client_secret=`)

// says fails unless the person reads each of these and no secret.
func (r result) says(t *testing.T, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(r.stderr, word) {
			t.Errorf("%q is not said:\n%s", word, r.stderr)
		}
	}
	if s := secrets.FindString(r.stderr + r.out); s != "" {
		t.Errorf("a secret is shown (%.4s…):\n%s", s, r.stderr)
	}
	t.Logf("standard error:\n%s", r.stderr)
}

// hidden stands in answers that no one must see.
const hidden = canary + "-in-the-body"

// TestRefusedSignIn has what a provider can refuse or answer wrongly, and what
// the person reads. Nothing is stored, and the next sign-in works.
func TestRefusedSignIn(t *testing.T) {
	claim := func(name string, value any) authtest.Behaviour {
		return authtest.Behaviour{IDToken: func(c map[string]any) { c[name] = value }}
	}
	at := func(endpoint string, f authtest.Fault) authtest.Behaviour {
		return authtest.Behaviour{Faults: map[string]authtest.Fault{endpoint: f}}
	}
	html := authtest.Fault{Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>" + hidden}
	const register = "http://127.0.0.1/callback/odd"
	for name, c := range map[string]struct {
		b     authtest.Behaviour
		code  int
		says  []string
		store bool // would be remembered
	}{
		"access_denied":         {authtest.Behaviour{AuthorizeError: "access_denied"}, 6, []string{"Access denied", "If that was a mistake, try again"}, true},
		"redirect_uri_mismatch": {authtest.Behaviour{AuthorizeError: "redirect_uri_mismatch"}, 1, []string{"redirect URI is not registered", "Add the URI below", register, "https://odd.example/apps"}, false},
		"invalid_scope":         {authtest.Behaviour{AuthorizeError: "invalid_scope"}, 1, []string{"Odd does not know a requested permission", "try again"}, false},
		"invalid_scope, late":   {authtest.Behaviour{TokenError: "invalid_scope", TokenDescription: "no scope x"}, 1, []string{"Odd does not know a requested permission", "no scope x"}, false},
		"invalid_client":        {authtest.Behaviour{ClientSecret: "s3cret"}, 1, []string{"Wrong client ID or secret", "app registration at Odd"}, false},
		"200 with an error":     {authtest.Behaviour{TokenError: "bad_verification_code", TokenError200: true}, 1, []string{"expired or was already used", "Start again"}, false},

		"500":         {at(authtest.Token, authtest.Fault{Status: 500, Body: hidden}), 4, []string{"Odd is temporarily unavailable", "Try again in a moment"}, true},
		"html":        {at(authtest.Token, html), 1, []string{"unusable response", "HTML instead of JSON"}, false},
		"empty":       {at(authtest.Token, authtest.Empty), 1, []string{"the response is empty"}, false},
		"20 MB":       {at(authtest.Token, authtest.Huge), 1, []string{"larger than 1 MiB"}, false},
		"cut":         {at(authtest.Token, authtest.CutOff), 1, []string{"cut off"}, false},
		"no ID token": {authtest.Behaviour{NeverIDToken: true}, 1, []string{"no ID token in the response"}, false},

		"discovery 500":   {at(authtest.Discovery, authtest.Fault{Status: 500, Body: hidden}), 4, []string{"Odd is temporarily unavailable", "Try again in a moment"}, false},
		"discovery html":  {at(authtest.Discovery, html), 1, []string{"Odd's endpoints could not be found", "Check the issuer URL"}, false},
		"discovery empty": {at(authtest.Discovery, authtest.Empty), 1, []string{"Odd's endpoints could not be found"}, false},
		"discovery 20 MB": {at(authtest.Discovery, authtest.Huge), 1, []string{"Odd's endpoints could not be found"}, false},
		"discovery cut":   {at(authtest.Discovery, authtest.CutOff), 4, []string{"Odd could not be reached", "then try again"}, false},
		"keys html":       {at(authtest.Keys, html), 1, []string{"Odd sent an unusable response", "the keys are not a key set"}, false},

		"iss":     {claim("iss", "https://evil.example"), 1, []string{"identity could not be verified", "iss: ", "another issuer", "You were not signed in"}, false},
		"aud":     {claim("aud", "another-app"), 1, []string{"identity could not be verified", "aud: for another app"}, false},
		"azp":     {claim("azp", "another-app"), 1, []string{"identity could not be verified", "azp: issued to another app"}, false},
		"nonce":   {claim("nonce", "another"), 1, []string{"identity could not be verified", "nonce: does not match this sign-in"}, true},
		"at_hash": {claim("at_hash", "AAAA"), 1, []string{"identity could not be verified", "at_hash: belongs to another access token"}, false},
		"expired": {authtest.Behaviour{IDToken: func(c map[string]any) {
			end := time.Now().Add(-6 * time.Minute)
			c["iat"], c["exp"] = end.Add(-time.Hour).Unix(), end.Unix()
		}}, 1, []string{"clock", "exp: expired 6 minutes ago", "Set the correct time"}, false},
		"expired before it was issued": {authtest.Behaviour{IDToken: func(c map[string]any) { c["exp"] = time.Now().Add(-6 * time.Minute).Unix() }}, 1, []string{"identity could not be verified", "exp: expired 6 minutes ago", "iat: issued after its own expiry"}, false},
		"signature":                    {authtest.Behaviour{Sign: authtest.SignOtherKey}, 1, []string{"identity could not be verified", "signature: it does not match the provider's keys"}, false},
		"unknown key":                  {authtest.Behaviour{Sign: authtest.SignUnknownKid}, 1, []string{"identity could not be verified", "signature: "}, false},
		"alg none":                     {authtest.Behaviour{Sign: authtest.SignNone}, 1, []string{"identity could not be verified", `algorithm "none" is not accepted`}, false},
		"alg HS256":                    {authtest.Behaviour{Sign: authtest.SignHS256}, 1, []string{"identity could not be verified", `algorithm "HS256" is not accepted`}, false},
		"userinfo's sub":               {authtest.Behaviour{UserinfoSubject: "u-666"}, 1, []string{"identity could not be verified", "sub: userinfo is about someone else"}, false},
		"another iss back":             {authtest.Behaviour{WrongIss: "https://evil.example"}, 1, []string{"response came from another provider", "stopped before anything was sent"}, false},
		"clock behind": {authtest.Behaviour{IDToken: func(c map[string]any) {
			now := time.Now().Add(5 * time.Minute)
			c["iat"], c["exp"] = now.Unix(), now.Add(time.Hour).Unix()
		}}, 1, []string{"Your computer's clock seems wrong", "5 minutes behind", "Set the correct time"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.oddProvider(c.b, "")
			w.cheapKey()
			login := []string{"login", "odd", "--timeout", "20s"}
			if !c.store {
				login = append(login, "--no-remember") // a vault takes its time
			}
			r := w.want(c.code, login...)
			r.says(t, c.says...)
			if r.out != "" {
				t.Errorf("standard output %q", r.out)
			}
			if got := w.want(0, "accounts", "--json").out; got != "[]\n" {
				t.Errorf("accounts: %q", got)
			}
			p.Behave(authtest.Behaviour{})
			w.want(0, login...)
		})
	}
}

// TestOddAnswers has what is odd and good all the same.
func TestOddAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		b    authtest.Behaviour
		ends bool // the token's end is known
	}{
		"form-encoded":         {authtest.Behaviour{FormAnswers: true}, true},
		"expires_in as string": {authtest.Behaviour{StringExpiresIn: true}, true},
		"no expires_in":        {authtest.Behaviour{NoExpiresIn: true}, false},
		"commas":               {authtest.Behaviour{CommaScope: true}, true},
		"no refresh token":     {authtest.Behaviour{NoRefresh: true}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.oddProvider(c.b, "")
			w.cheapKey()
			r := w.want(0, "login", "odd", "--json", "--timeout", "20s")
			r.says(t)
			a := decode[account](t, r.out)
			if a.User.Login != "mira" || a.State != "active" || (a.ExpiresAt != nil) != c.ends {
				t.Errorf("account %+v", a)
			}
			if got := strings.Join(a.Scopes, " "); got != "openid profile" {
				t.Errorf("scopes %q", got)
			}
			w.want(0, "token")
		})
	}
}

// TestNoRefreshToken: it is said when the token has ended.
func TestNoRefreshToken(t *testing.T) {
	w := newWorld(t)
	w.oddProvider(authtest.Behaviour{NoRefresh: true, AccessTTL: time.Second}, "")
	w.cheapKey()
	w.want(0, "login", "odd", "--timeout", "20s")
	expired(w)
	a := decode[account](t, w.want(0, "whoami", "--json").out)
	w.want(3, "token").says(t, "cannot be renewed", "Odd issued no refresh token", "Sign in again", "claviger login "+a.ID)
	if a.User.Login != "mira" {
		t.Errorf("account %+v", a)
	}
}

// TestForceWithoutRefreshToken: the token is good, and nothing says otherwise.
func TestForceWithoutRefreshToken(t *testing.T) {
	w := newWorld(t)
	w.oddProvider(authtest.Behaviour{NoRefresh: true}, "")
	w.cheapKey()
	w.want(0, "login", "odd", "--timeout", "20s")
	r := w.want(3, "token", "--force")
	r.says(t, "Odd issued no refresh token", "good until", "sign in again")
	if strings.Contains(r.stderr, "session ended") {
		t.Error(r.stderr)
	}
	w.want(0, "token")
}

// TestRefusedDetails: a refused e-mail or groups request, or an expression
// that never ends, costs what it would have given and no more.
func TestRefusedDetails(t *testing.T) {
	const email = `
[[profile.source]]
name = "E-mail"
url = "BASE/api/emails"
map = "{email: .[0].email}"
`
	const groups = `
[[groups]]
name = "Teams"
url = "BASE/groups"
kind = "team"
items = ".[]"
`
	endless := strings.Replace(groups, `".[]"`, `"def f: f; f"`, 1)
	growing := strings.Replace(groups, `".[]"`, `"range(infinite)"`, 1)
	for name, c := range map[string]struct {
		file     string
		endpoint string
		fault    authtest.Fault
		says     string
		store    bool // would be remembered
	}{
		"e-mail 403":   {email, authtest.API, authtest.Fault{Status: 403, Body: hidden}, "Missing: E-mail: not permitted (403)", true},
		"groups 403":   {groups, authtest.Groups, authtest.Fault{Status: 403, Body: hidden}, "Missing: Teams: not permitted (403)", false},
		"groups 500":   {groups, authtest.Groups, authtest.Fault{Status: 500, Body: hidden}, "Missing: Teams: the provider has a problem (500)", false},
		"groups html":  {groups, authtest.Groups, authtest.Fault{Body: "<html>" + hidden}, "Missing: Teams: ", false},
		"groups cut":   {groups, authtest.Groups, authtest.CutOff, "Missing: Teams: ", false},
		"groups 20 MB": {groups, authtest.Groups, authtest.Huge, "Missing: Teams: ", false},
		"endless jq":   {endless, "", authtest.Fault{}, "Missing: Teams: ", false},
		"growing jq":   {growing, "", authtest.Fault{}, "Missing: Teams: ", false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.oddProvider(authtest.Behaviour{Faults: map[string]authtest.Fault{c.endpoint: c.fault}}, c.file)
			w.cheapKey()
			login := []string{"login", "odd", "--groups", "--json", "--timeout", "20s"}
			if !c.store {
				login = append(login, "--no-remember") // a vault takes its time
			}
			r := w.want(0, login...)
			r.says(t, c.says)
			if a := decode[account](t, r.out); a.User.Name != "Mira Okonkwo" || a.State != "active" {
				t.Errorf("account %+v", a)
			}
			if c.store && !strings.Contains(w.want(0, "whoami").out, "Missing") {
				t.Error("whoami does not say it")
			}
		})
	}
}

// TestProviderThatNeverAnswers is given up after a while by itself.
func TestProviderThatNeverAnswers(t *testing.T) {
	for _, endpoint := range []string{authtest.Discovery, authtest.Token} {
		t.Run(endpoint, func(t *testing.T) {
			w := newWorld(t)
			p := w.oddProvider(authtest.Behaviour{Faults: map[string]authtest.Fault{endpoint: authtest.Never}}, "")
			w.want(4, "login", "odd", "--no-remember").says(t, "Odd could not be reached", "Check the network connection")
			p.Behave(authtest.Behaviour{})
			w.want(0, "login", "odd", "--no-remember", "--timeout", "20s")
		})
	}
}
