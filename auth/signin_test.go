package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

func TestSignIn(t *testing.T) {
	op := newFakeOP(t)
	account, page, err := signInWith(t, op, nil, SignInRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if account.User.ID != "user-1" || account.Issuer != op.server.URL || len(account.Checks) != 10 {
		t.Errorf("account is %+v", account)
	}
	if i := slices.IndexFunc(account.Checks, func(c idtoken.Check) bool { return c.Outcome == idtoken.Failed }); i >= 0 {
		t.Errorf("check %+v", account.Checks[i])
	}
	if page.err != nil || page.status != http.StatusOK || !strings.Contains(page.body, "You can close this tab") {
		t.Errorf("page: %v %d\n%s", page.err, page.status, page.body)
	}
	if strings.Contains(page.final, "?") {
		t.Error("the query stays in the address bar")
	}
	csp := page.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy is %q", csp)
	}
	for k, v := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"} {
		if page.header.Get(k) != v {
			t.Errorf("%s is %q", k, page.header.Get(k))
		}
	}
}

// A provider whose ID tokens never have a nonce is sent none.
func TestSignInWithoutNonce(t *testing.T) {
	for without, want := range map[bool]error{true: nil, false: ErrIDToken} {
		op := newFakeOP(t)
		op.claims = func(c map[string]any) { delete(c, "nonce") }
		account, _, err := signInWith(t, op, func(p *providers.Provider) { p.IDToken.WithoutNonce = without }, SignInRequest{})
		if !errors.Is(err, want) {
			t.Fatalf("without %v: %v", without, err)
		}
		if (op.nonce == "") != without || without && checkOf(t, account.Checks, "nonce").Outcome != idtoken.Skipped {
			t.Errorf("without %v: nonce %q sent", without, op.nonce)
		}
	}
}

// Between the callback and the account lie two steps: the token request, then
// the rest.
func TestRoundTripsAndEvents(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	keys := make(chan struct{})
	var events []trace.Event
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true, Observe: func(e trace.Event) {
		if events = append(events, e); e.Name == "Keys" && e.Phase == trace.Done {
			close(keys)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	<-keys // the person is still typing
	visit(t.Context(), op.authorize(f.URL()))
	if _, err := f.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	op.mu.Lock()
	defer op.mu.Unlock()
	i := slices.Index(op.requests, "/token")
	if got := op.requests[i+1:]; !slices.Equal(got, []string{"/userinfo"}) {
		t.Errorf("requests after the token request: %v", got)
	}
	var order []trace.Step
	for _, e := range events {
		if e.Phase == trace.Done && !slices.Contains(order, e.Step) {
			order = append(order, e.Step)
		}
	}
	want := []trace.Step{trace.StepListen, trace.StepDiscover, trace.StepWait, trace.StepCallback, trace.StepExchange, trace.StepVerify, trace.StepProfile}
	if !slices.Equal(order, want) {
		t.Errorf("steps are %v, want %v", order, want)
	}
}

func TestAuthorizationRequest(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, func(p *providers.Provider) {
		p.Authorization.Params = map[string]string{"prompt": "consent", "state": "mine", "code_challenge_method": "plain"}
		p.Scopes.Groups = []string{"groups"}
	}, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true, Groups: true, LoginHint: "ada@example.org", ExtraScopes: []string{"extra", "openid"}})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Cancel()
	u, err := url.Parse(f.URL())
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	want := map[string]string{
		"response_type": "code", "client_id": "client-1", "code_challenge_method": "S256", "prompt": "consent",
		"login_hint": "ada@example.org", "scope": "openid profile email offline_access groups extra",
		"redirect_uri": f.RedirectURI(), "kept": "1",
	}
	for k, v := range want {
		if q.Get(k) != v || len(q[k]) != 1 {
			t.Errorf("%s is %q, want %q", k, q[k], v)
		}
	}
	for _, k := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(k)) != 43 { // 256 bits
			t.Errorf("%s has %d characters", k, len(q.Get(k)))
		}
	}
	if strings.Contains(f.URL(), f.front.binding.Verifier().Reveal()) || strings.Contains(f.URL(), canarySecret) {
		t.Error("a secret in the link")
	}
	// The port is ours before the link is known.
	conn, err := net.Dial("tcp", u.Query().Get("redirect_uri")[len("http://"):len("http://")+len(addressOf(f))])
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}

func TestPushedRequest(t *testing.T) {
	op := newFakeOP(t)
	op.metadata = func(md map[string]any) {
		md["pushed_authorization_request_endpoint"] = op.server.URL + "/par"
		md["require_pushed_authorization_requests"] = true
	}
	a := newTestAgent(t, op, nil, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Cancel()
	u, _ := url.Parse(f.URL())
	if q := u.Query(); q.Get("request_uri") != "urn:example:1" || q.Has("state") || q.Get("client_id") != "client-1" {
		t.Errorf("link is %s", f.URL())
	}
	if op.forms[0].Get("code_challenge_method") != "S256" {
		t.Errorf("announced: %v", op.forms[0])
	}
}

func TestProviderRefuses(t *testing.T) {
	for _, code := range []string{"access_denied", "redirect_uri_mismatch", "invalid_scope", "unauthorized_client"} {
		t.Run(code, func(t *testing.T) {
			op := newFakeOP(t)
			op.redirect = func(v url.Values) {
				v.Del("code")
				v.Set("error", code)
				v.Set("error_description", "no <b>way</b>\u202e "+v.Get("state"))
			}
			_, page, err := signInWith(t, op, nil, SignInRequest{})
			var pe *oauth.ProviderError
			if !errors.As(err, &pe) || pe.Code != code || pe.Step != trace.StepCallback || strings.Contains(pe.Description, "\u202e") {
				t.Fatalf("error is %v", err)
			}
			if !strings.Contains(page.body, code) || strings.Contains(page.body, "<b>") {
				t.Errorf("page: %s", page.body)
			}
			if len(op.forms) != 0 {
				t.Error("a token request all the same")
			}
		})
	}
}

func TestUserinfoAboutSomebodyElse(t *testing.T) {
	op := newFakeOP(t)
	op.userinfo = map[string]any{"sub": "user-2"}
	account, _, err := signInWith(t, op, nil, SignInRequest{})
	if account != nil || !errors.Is(err, ErrIDToken) || !strings.Contains(err.Error(), "sub: userinfo is about someone else") {
		t.Errorf("%v, %v", account, err)
	}
}

func TestOpenIDWithoutIDToken(t *testing.T) {
	op := newFakeOP(t)
	op.token = func(w http.ResponseWriter, _ *http.Request, answer map[string]any) {
		delete(answer, "id_token")
		writeJSON(w, answer)
	}
	if _, _, err := signInWith(t, op, nil, SignInRequest{}); !errors.Is(err, oauth.ErrAnswer) {
		t.Errorf("error is %v", err)
	}
}

func TestOffline(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	op.server.Close()
	if _, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true}); !errors.Is(err, oauth.ErrOffline) {
		t.Errorf("error is %v", err)
	}
}

func TestNoSecretIsTold(t *testing.T) {
	for _, failing := range []string{"nothing", "grant", "500", "echo", "id token"} {
		t.Run(failing, func(t *testing.T) {
			op := newFakeOP(t)
			op.token = func(w http.ResponseWriter, r *http.Request, answer map[string]any) {
				idToken, _ := answer["id_token"].(string)
				echo := strings.Join([]string{r.PostForm.Encode(), canaryAccess, canaryRefresh, idToken}, " ")
				switch failing {
				case "grant":
					w.WriteHeader(http.StatusBadRequest)
					writeJSON(w, map[string]any{"error": "invalid_grant", "error_description": echo, "access_token": canaryAccess, "refresh_token": canaryRefresh, "id_token": idToken, "error_uri": "http://x/?" + r.PostForm.Get("code")})
				case "500":
					w.WriteHeader(http.StatusInternalServerError)
					_, _ = io.WriteString(w, echo)
				case "echo":
					answer["scope"], answer["note"], answer["token_type"] = echo, echo, "Bearer"
					writeJSON(w, answer)
				case "id token":
					answer["id_token"] = idToken + "x"
					writeJSON(w, answer)
				default:
					writeJSON(w, answer)
				}
			}
			var log bytes.Buffer
			var events []trace.Event
			pages := make(chan tab, 1)
			a := newTestAgent(t, op, nil, func(ctx context.Context, link string) error {
				address := op.authorize(link)
				go func() { pages <- visit(context.WithoutCancel(ctx), address) }()
				return nil
			}, func(o *Options) {
				o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			})
			f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", Observe: func(e trace.Event) { events = append(events, e) }})
			if err != nil {
				t.Fatal(err)
			}
			account, err := f.Wait(t.Context())
			page := <-pages
			seen, jerr := json.Marshal(events)
			if jerr != nil {
				t.Fatal(jerr)
			}
			text := strings.Join([]string{string(seen), fmt.Sprint(err), fmt.Sprintf("%+v %#v", err, account), log.String(), page.body, f.URL()}, "\n")
			for _, secret := range []string{canaryAccess, canaryRefresh, canaryCode, canarySecret, f.front.binding.Verifier().Reveal()} {
				if i := strings.Index(text, secret); i >= 0 {
					t.Errorf("%s appears: …%s", secret, text[max(0, i-200):i+len(secret)])
				}
			}
			if strings.Contains(string(seen)+fmt.Sprint(err), f.front.binding.State()) {
				t.Error("the state appears")
			}
			if !strings.Contains(string(seen), providers.Redacted) {
				t.Error("nothing was redacted: the test proves nothing")
			}
		})
	}
}
