package cli_test

import (
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/cli"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// session is a command line whose commands share one agent: what is not
// remembered lasts from one command to the next.
type session struct {
	t        *testing.T
	provider *authtest.Provider
	browser  *authtest.Browser
	agent    *auth.Agent
	config   func(*providers.Provider) // changes the provider's file
	cli.Services
}

func newSession(t *testing.T) *session {
	t.Helper()
	s := &session{t: t, provider: authtest.NewProvider(t), browser: &authtest.Browser{}}
	set, err := providers.Load(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	set.Put(s.provider.Config())
	lookup := func(id string) (*providers.Provider, bool) {
		p, ok := set.Lookup(id)
		if ok && s.config != nil {
			s.config(p)
		}
		return p, ok
	}
	s.agent, err = auth.New(auth.Options{Lookup: lookup, Browser: s.browser.Open})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.browser.Wait()
		if err := s.agent.Close(); err != nil {
			t.Error(err)
		}
	})
	s.Services = cli.Services{
		Agent:     func() (*auth.Agent, error) { return s.agent, nil },
		Providers: func() (*providers.Set, error) { return set, nil },
		Vault:     func() (*vault.Vault, error) { return vault.Open(filepath.Join(t.TempDir(), "vault"), vault.Options{}) },
		LogLevel:  nil,
		Version:   "test",
	}
	return s
}

// run runs a command and looks for tokens where none belong.
func (s *session) run(code int, args ...string) (stdout, stderr string) {
	s.t.Helper()
	got, stdout, stderr := line(s.t, s.Services, args...)
	if got != code {
		s.t.Fatalf("claviger %v: exit code %d, want %d\n%s", args, got, code, stderr)
	}
	accounts, err := s.agent.Accounts(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, a := range accounts {
		tok, err := s.agent.Stored(s.t.Context(), a.ID)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, secret := range []string{tok.AccessToken.Reveal(), tok.IDToken.Reveal()} {
			if secret == "" {
				continue
			}
			if strings.Contains(stderr, secret) {
				s.t.Errorf("claviger %v: a token on standard error", args)
			}
			if strings.Contains(stdout, secret) && args[0] != "token" {
				s.t.Errorf("claviger %v: a token on standard output", args)
			}
		}
	}
	return stdout, stderr
}

func (s *session) login(args ...string) map[string]any {
	s.t.Helper()
	out, _ := s.run(cli.ExitDone, append([]string{"login", "authtest", "--no-remember", "--json", "--verbose", "--timeout", "20s"}, args...)...)
	return object(s.t, out)
}

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}

func TestLogin(t *testing.T) {
	s := newSession(t)
	a := s.login("--groups", "--scope", "read:things")
	user, _ := a["user"].(map[string]any)
	if a["provider"] != "authtest" || a["issuer"] != s.provider.URL || a["remembered"] != false || user["login"] != "mira" {
		t.Errorf("account %v", a)
	}
	if groups, _ := a["groups"].([]any); len(groups) != 2 {
		t.Errorf("groups %v", a["groups"])
	}
	if link := s.browser.Opened()[0]; !strings.Contains(link, "read%3Athings") && !strings.Contains(link, "read:things") {
		t.Errorf("--scope is not in %s", link)
	}
	out, _ := s.run(cli.ExitDone, "whoami")
	for _, want := range []string{"Mira Okonkwo\n", "platform", "mira@example.org", "signed in"} {
		if !strings.Contains(out, want) {
			t.Errorf("whoami lacks %q:\n%s", want, out)
		}
	}
}

func TestLoginAsksForMore(t *testing.T) {
	s := newSession(t)
	s.login("--prompt", "login consent", "--acr-values", "gold silver", "--acr-values", "bronze", "--max-age", "0s", "--audience", "aud",
		"--resource", "https://a.example", "--resource", "https://b.example/x", "--domain-hint", "example.org")
	got := s.provider.Last(authtest.Authorize).Form
	for name, want := range map[string][]string{
		"prompt": {"login consent"}, "acr_values": {"gold silver bronze"}, "max_age": {"0"}, "audience": {"aud"},
		"resource": {"https://a.example", "https://b.example/x"}, "domain_hint": {"example.org"},
	} {
		if !slices.Equal(got[name], want) {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	_, stderr := s.run(cli.ExitDone, "login", "authtest", "--no-remember", "--acr-values", "gold")
	if !strings.Contains(stderr, "Missing: Sign-in level (acr): not as requested") {
		t.Errorf("the level that was not reached is not told:\n%s", stderr)
	}
	s.login()
	if got := s.provider.Last(authtest.Authorize).Form; got.Has("max_age") || got.Has("prompt") || got.Has("resource") {
		t.Errorf("asked for unasked: %v", got)
	}
	s.provider.Behave(authtest.Behaviour{NeedsPage: "login_required"})
	if _, stderr := s.run(cli.ExitNeedsSignIn, "login", "authtest", "--no-remember", "--prompt", "none"); !strings.Contains(stderr, "without showing a page") {
		t.Errorf("prompt none: %s", stderr)
	}
	s.run(cli.ExitUsage, "login", "authtest", "--no-remember", "--resource", "files")
	s.run(cli.ExitUsage, "login", "authtest", "--no-remember", "--max-age", "-1m")
}

// TestLoginTellsAScopeThatWasNotGranted asks for two scopes more, of which the
// provider grants one.
func TestLoginTellsAScopeThatWasNotGranted(t *testing.T) {
	s := newSession(t)
	s.provider.Behave(authtest.Behaviour{GrantScopes: []string{"openid", "profile", "email", "read:things"}})
	_, told := s.run(cli.ExitDone, "login", "authtest", "--no-remember", "--scope", "read:things", "--scope", "submarine", "--timeout", "20s")
	if !strings.Contains(told, "Missing: scope submarine") || strings.Contains(told, "scope read:things") || strings.Contains(told, "scope offline_access") {
		t.Error(told)
	}
	s.provider.Behave(authtest.Behaviour{})
	if _, told := s.run(cli.ExitDone, "login", "authtest", "--no-remember", "--scope", "submarine", "--timeout", "20s"); strings.Contains(told, "Missing") {
		t.Error(told)
	}
}

func TestLoginDenied(t *testing.T) {
	s := newSession(t)
	s.browser.Deny = true
	out, stderr := s.run(cli.ExitRefused, "login", "authtest", "--no-remember", "--timeout", "20s")
	if out != "" || !strings.Contains(stderr, "✗") && !strings.Contains(stderr, "claviger: ") {
		t.Errorf("%q, %q", out, stderr)
	}
}

func TestLoginWithNobodyAtTheBrowser(t *testing.T) {
	s := newSession(t)
	s.browser.Away = true
	_, stderr := s.run(cli.ExitFailed, "login", "authtest", "--no-remember", "--timeout", "1s")
	if !strings.Contains(stderr, "--device") {
		t.Errorf("no way out is told: %q", stderr)
	}
}

func TestLoginCancelled(t *testing.T) {
	s := newSession(t)
	s.browser.Away = true
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	code, _, stderr := lineContext(ctx, s.Services, "login", "authtest", "--no-remember")
	if code != cli.ExitRefused {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

func TestLoginWithADevice(t *testing.T) {
	s := newSession(t)
	_, stderr := s.run(cli.ExitDone, "login", "authtest", "--no-remember", "--device", "--timeout", "30s")
	if !strings.Contains(stderr, s.provider.URL) || !strings.Contains(stderr, "enter the code") {
		t.Errorf("device login tells %q", stderr)
	}
	if len(s.browser.Opened()) > 0 {
		t.Error("a device login opened the browser")
	}
}

func TestToken(t *testing.T) {
	s := newSession(t)
	s.login()
	token, _ := s.run(cli.ExitDone, "token")
	header, _ := s.run(cli.ExitDone, "token", "--header")
	if header != "Authorization: Bearer "+token {
		t.Errorf("header %q, token %q", header, token)
	}
	idToken, _ := s.run(cli.ExitDone, "token", "--id-token")
	if strings.Count(idToken, ".") != 2 {
		t.Errorf("ID token %q", idToken)
	}
	full, _ := s.run(cli.ExitDone, "token", "--json")
	if o := object(t, full); o["access_token"] != strings.TrimSpace(token) || o["id_token"] != strings.TrimSpace(idToken) {
		t.Errorf("token object %v", o)
	}
	forced, _ := s.run(cli.ExitDone, "token", "--force", "--verbose")
	if forced == token || s.provider.Refreshes() != 1 {
		t.Errorf("--force: %d refreshes", s.provider.Refreshes())
	}
}

func TestInspect(t *testing.T) {
	s := newSession(t)
	s.login()
	out, _ := s.run(cli.ExitDone, "inspect", "--id-token", "--json")
	ins := object(t, out)
	claims, _ := ins["claims"].(map[string]any)
	if ins["format"] != "jwt" || claims["sub"] != authtest.Mira.Subject {
		t.Errorf("inspection %v", ins)
	}
	out, _ = s.run(cli.ExitDone, "inspect", "--id-token")
	for _, want := range []string{"Header", "Claims", "Checks", "✓ passed", authtest.Mira.Subject} {
		if !strings.Contains(out, want) {
			t.Errorf("inspect lacks %q:\n%s", want, out)
		}
	}
	// A foreign token is decoded, and nothing more is promised.
	s.In = strings.NewReader("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.\n")
	out, _ = s.run(cli.ExitDone, "inspect", "-", "--json")
	if claims, _ := object(t, out)["claims"].(map[string]any); claims["sub"] != "x" {
		t.Errorf("inspect -: %s", out)
	}
}

func TestATokenThatIsTypedIsRepeatedNowhere(t *testing.T) {
	s := newSession(t)
	s.login()
	const typed = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ."
	for _, args := range [][]string{{"inspect", typed}, {"inspect", "Bearer " + typed}, {"inspect", strings.Repeat("canary", 40)}, {"whoami", typed}, {"inspect", "--id-token", "--compare", typed}} {
		out, errOut := s.run(cli.ExitUsage, args...)
		for _, part := range []string{typed, "eyJzdWIi", "canarycanary"} {
			if strings.Contains(out+errOut, part) {
				t.Errorf("%s: the token is in %q", args[0], out+errOut)
			}
		}
		if !strings.Contains(errOut, "claviger inspect -") {
			t.Errorf("%s: it is not said what to do: %q", args[0], errOut)
		}
	}
}

// If a provider's tokens are shorter than requested, the command says so.
func TestTokenShorterThanAskedFor(t *testing.T) {
	s := newSession(t)
	s.login()
	if _, said := s.run(cli.ExitDone, "token", "--min-ttl", "10m"); said != "" {
		t.Errorf("of an hour: %q", said)
	}
	s.provider.Behave(authtest.Behaviour{AccessTTL: 5 * time.Minute})
	if _, said := s.run(cli.ExitDone, "token", "--force", "--min-ttl", "10m"); !strings.Contains(said, "--min-ttl 10m0s") {
		t.Errorf("of five minutes: %q", said)
	}
}

// The history says which of the tokens went out, and only those.
func TestHistorySaysWhichTokensWentOut(t *testing.T) {
	for flags, want := range map[string][]history.TokenKind{
		"": {history.AccessToken}, "--header": {history.AccessToken}, "--id-token": {history.IDToken},
		"--json": {history.AccessToken, history.IDToken}, "--json --id-token": {history.AccessToken, history.IDToken},
	} {
		s := newSession(t)
		s.login()
		s.run(cli.ExitDone, append([]string{"token"}, strings.Fields(flags)...)...)
		list, err := s.agent.Accounts(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		entries, err := s.agent.History(t.Context(), list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		var got []history.TokenKind
		for _, e := range entries {
			if e.Kind == history.HandedOut {
				got = append(got, e.TokenKind)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("token %s: %q, want %q", flags, got, want)
		}
	}
}

// An ID token can end before the access token does: it is as good as was asked for.
func TestIDTokenIsGoodForAsLongAsAsked(t *testing.T) {
	s := newSession(t)
	s.provider.Behave(authtest.Behaviour{IDToken: func(c map[string]any) { c["exp"] = time.Now().Add(5 * time.Minute).Unix() }})
	s.login()
	s.provider.Behave(authtest.Behaviour{})
	for _, c := range []struct {
		minTTL    string
		refreshes int
	}{{"1m", 0}, {"10m", 1}, {"11m", 1}} {
		s.run(cli.ExitDone, "token", "--id-token", "--min-ttl", c.minTTL)
		if n := s.provider.Refreshes(); n != c.refreshes {
			t.Errorf("--min-ttl %s: %d refreshes in all, want %d", c.minTTL, n, c.refreshes)
		}
	}
}

// callAPI makes a request with the headers that were printed.
func callAPI(t *testing.T, method, address, headers string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(headers) {
		name, value, _ := strings.Cut(strings.TrimSpace(l), ": ")
		req.Header.Add(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func TestTokenBoundToAKey(t *testing.T) {
	s := newSession(t)
	s.config = func(p *providers.Provider) { p.Authorization.DPoP = "auto" }
	s.provider.Behave(authtest.Behaviour{RequireDPoP: true})
	id, _ := s.login()["id"].(string)
	api := s.provider.URL + "/api/me"
	call := func(method, headers string) int { return callAPI(t, method, api+"?page=2", headers) }
	out, stderr := s.run(cli.ExitDone, "token", "--for", api)
	if status := call("GET", out); status != http.StatusOK || stderr != "" || strings.Count(out, "\n") != 2 {
		t.Errorf("%d, %q", status, stderr)
	}
	if status := call("GET", out); status != http.StatusUnauthorized {
		t.Errorf("a proof was good twice: %d", status)
	}
	s.provider.Behave(authtest.Behaviour{RequireDPoP: true, DPoPNonce: "n1"})
	out, _ = s.run(cli.ExitDone, "token", id, "--header", "--for", api, "--method", "POST", "--nonce", "n1")
	if status := call("POST", out); status != http.StatusOK {
		t.Errorf("POST with a nonce: %d", status)
	}
	out, _ = s.run(cli.ExitDone, "token", "--json", "--for", api)
	if o := object(t, out); o["token_type"] != "DPoP" || o["dpop"] == "" {
		t.Errorf("token object %v", o)
	}
	out, stderr = s.run(cli.ExitUsage, "token", "--header")
	if out != "" || !strings.Contains(stderr, "claviger token "+id+" --for") {
		t.Errorf("%q, %q", out, stderr)
	}
	if out, stderr = s.run(cli.ExitDone, "token"); strings.Count(out, "\n") != 1 || !strings.Contains(stderr, "--for URL") {
		t.Errorf("%q", stderr)
	}
	s.run(cli.ExitUsage, "token", "--for", "http://api.example.org/")
	for _, args := range [][]string{{"--nonce", "n"}, {"--method", "POST"}, {"--for", "me"}, {"--for", api, "--id-token"}} {
		s.run(cli.ExitUsage, append([]string{"token"}, args...)...)
	}
}

// --for works with an ordinary token too.
func TestTokenForARequest(t *testing.T) {
	s := newSession(t)
	s.login()
	want, _ := s.run(cli.ExitDone, "token", "--header")
	if got, stderr := s.run(cli.ExitDone, "token", "--for", s.provider.URL+"/api/me"); got != want || stderr != "" {
		t.Errorf("%q", stderr)
	}
}

func TestAccountsTableAndLogout(t *testing.T) {
	s := newSession(t)
	if out, stderr := s.run(cli.ExitDone, "accounts"); out != "" || !strings.Contains(stderr, "claviger login") {
		t.Errorf("no accounts: %q, %q", out, stderr)
	}
	s.run(cli.ExitNeedsSignIn, "token")
	s.run(cli.ExitNeedsSignIn, "token", "authtest")
	s.run(cli.ExitUsage, "token", "nobody@nowhere")
	s.login()
	s.provider.SignsIn(authtest.Jonas)
	s.login()
	if out, _ := s.run(cli.ExitDone, "accounts"); strings.Count(out, "\n") != 3 {
		t.Errorf("accounts:\n%s", out)
	}
	_, stderr := s.run(cli.ExitUsage, "token")
	for _, want := range []string{"mira@authtest", "jonas@authtest"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("the candidates lack %q: %s", want, stderr)
		}
	}
	out, _ := s.run(cli.ExitDone, "logout", "jonas@authtest", "--local")
	if !strings.Contains(out, "not requested") || s.provider.Count(authtest.Revoke) != 0 {
		t.Errorf("logout --local: %q", out)
	}
	s.provider.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Revoke: authtest.ServerError}})
	out, _ = s.run(cli.ExitDone, "logout", "--all")
	if !strings.Contains(out, "pending: Authtest is temporarily unavailable") || !strings.Contains(out, "tried once so far") {
		t.Errorf("a revocation that waits is not told: %q", out)
	}
	if out, _ := s.run(cli.ExitDone, "accounts", "--json"); out != "[]\n" {
		t.Errorf("accounts after all signed out: %q", out)
	}
}

func TestWhoamiRefreshOffline(t *testing.T) {
	s := newSession(t)
	s.login()
	s.provider.Close()
	out, _ := s.run(cli.ExitOffline, "whoami", "--refresh", "--json")
	if o := object(t, out); o["state"] != "offline" {
		t.Errorf("account %v", o)
	}
}
