package auth

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/internal/coded"
	"github.com/claviger/claviger/providers"
)

func TestSignOut(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	browser := &authtest.Browser{}
	a := storeAgent(t, p, store, func(o *Options) { o.Browser = browser.Open })
	acc := enroll(t, a, p, time.Hour)
	rec, _ := a.accounts.load(t.Context(), acc.ID)
	if pic, err := a.Picture(t.Context(), acc.ID); err != nil || len(pic) == 0 {
		t.Fatalf("Picture = %d bytes, %v", len(pic), err)
	}
	if len(store.records) != 2 {
		t.Fatalf("%d records, want account and picture", len(store.records))
	}
	receipt, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true, EndSession: true})
	if err != nil {
		t.Fatal(err)
	}
	for what, r := range map[string]Result{"forgotten": receipt.Forgotten, "revoked": receipt.Revoked, "proof": receipt.Proof, "session": receipt.Session} {
		if r.Outcome != OutcomeDone || r.Detail == "" {
			t.Errorf("%s: %+v", what, r)
		}
	}
	if names, _ := store.List(t.Context()); len(names) != 1 || names[0] != acc.ID+signOutSuffix {
		t.Errorf("left are %v, want the receipt", names)
	}
	if p.Good(rec.Tokens.Access.Reveal()) || p.Count(authtest.Revoke) != 2 {
		t.Errorf("%d revocations, access token good: %v", p.Count(authtest.Revoke), p.Good(rec.Tokens.Access.Reveal()))
	}
	visits := browser.Wait()
	checkEndSession(t, visits[len(visits)-1].URL, rec)
	if p.Count(authtest.EndSession) != 1 {
		t.Errorf("%d visits of the sign-out page", p.Count(authtest.EndSession))
	}
	if _, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{}); !errors.Is(err, ErrNoAccount) {
		t.Errorf("twice: %v", err)
	}
}

func checkEndSession(t *testing.T, address string, rec *record) {
	t.Helper()
	opened, err := url.Parse(address)
	if err != nil || opened.Query().Get("id_token_hint") != rec.Tokens.ID.Reveal() || opened.Query().Get("client_id") != authtest.ClientID {
		t.Errorf("end session address is wrong: %v", err)
	}
	if opened.Query().Has("post_logout_redirect_uri") {
		t.Error("a return address that nobody configured")
	}
}

func TestSignOutForgetsWithoutANetwork(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store, func(o *Options) {
		o.Browser = func(context.Context, string) error { return ErrNoBrowser }
	})
	acc := enroll(t, a, p, time.Hour)
	p.Close()
	receipt, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true, EndSession: true})
	if err != nil || receipt.Forgotten.Outcome != OutcomeDone || store.records[acc.ID] != nil {
		t.Errorf("receipt = %+v, %v", receipt, err)
	}
	if receipt.Revoked.Outcome != OutcomePending || receipt.Revoked.Detail == "" || receipt.Session.Outcome != OutcomeFailed {
		t.Errorf("receipt = %+v", receipt)
	}
}

func TestSignOutOfADamagedAccount(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	store.records["damaged00000"] = []byte("?")
	if receipt, err := a.SignOut(t.Context(), "damaged00000", SignOutOptions{Revoke: true}); err != nil || receipt.Forgotten.Outcome != OutcomeDone {
		t.Errorf("receipt = %+v, %v", receipt, err)
	}
	if len(store.records) != 0 {
		t.Error("it is still there")
	}
}

func TestSignOutOfALockedStore(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	store.getErr = codedErr{"locked"}
	if _, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{}); coded.Of(err) != "locked" {
		t.Errorf("err = %v", err)
	}
	if len(store.records) != 1 {
		t.Error("what cannot be opened was thrown away")
	}
}

// TestRevocationMethods checks the exact requests of each way.
func TestRevocationMethods(t *testing.T) {
	var got []string
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		user, _, basic := r.BasicAuth()
		line := r.Method + " " + r.URL.Path + " " + string(body)
		if basic {
			line += " basic:" + user
		}
		got = append(got, line)
		w.WriteHeader(status)
		if status == http.StatusBadRequest {
			_, _ = w.Write([]byte(`{"error":"unsupported_token_type"}`))
		}
	}))
	t.Cleanup(server.Close)
	a := storeAgent(t, authtest.NewProvider(t), nil)
	rec := &record{Tokens: oauth.Tokens{Access: providers.NewSecret("AT"), Refresh: providers.NewSecret("RT"), Expires: time.Now().Add(time.Hour)}}
	secret := providers.Client{ID: "app", Secret: providers.NewSecret("s"), SecretUse: "required", Auth: "client_secret_basic"}
	public := providers.Client{ID: "app", Auth: "none"}
	for name, c := range map[string]struct {
		client providers.Client
		method string
		status int
		want   []string
		done   string
	}{
		"rfc7009": {public, "rfc7009", 200, []string{
			"POST / client_id=app&token=RT&token_type_hint=refresh_token",
			"POST / client_id=app&token=AT&token_type_hint=access_token",
		}, OutcomeDone},
		"rfc7009, basic": {secret, "rfc7009", 200, []string{
			"POST / token=RT&token_type_hint=refresh_token basic:app",
			"POST / token=AT&token_type_hint=access_token basic:app",
		}, OutcomeDone},
		"google":                 {public, "form", 200, []string{"POST / token=RT"}, OutcomeDone},
		"github":                 {secret, "github", 204, []string{`DELETE /applications/app/token {"access_token":"AT"} basic:app`}, OutcomeDone},
		"github, without secret": {public, "github", 202, []string{`POST /credentials/revoke {"credentials":["AT","RT"]}`}, OutcomeDone},
		"own":                    {secret, "requests", 200, []string{`PUT /end/app {"a":{"t":"AT"},"l":["AT","RT","x"],"r":"RT"} basic:app`}, OutcomeDone},
		"own, without secret":    {public, "requests", 200, nil, OutcomeNotOffered},
		"own, refused":           {secret, "requests", 400, []string{`PUT /end/app {"a":{"t":"AT"},"l":["AT","RT","x"],"r":"RT"} basic:app`}, OutcomeFailed},
		"server error":           {public, "form", 503, []string{"POST / token=RT"}, OutcomeFailed},
		"refused":                {public, "rfc7009", 400, []string{"POST / client_id=app&token=RT&token_type_hint=refresh_token"}, OutcomeFailed},
		"without a word":         {public, "rfc7009", 401, []string{"POST / client_id=app&token=RT&token_type_hint=refresh_token"}, OutcomeFailed},
		"none":                   {public, "", 200, nil, OutcomeNotOffered},
	} {
		got, status = nil, c.status
		p := &providers.Provider{ID: "x", Client: c.client, SignOut: providers.SignOut{
			Method: c.method, URL: server.URL + "/", Page: "https://example.org/apps/{client_id}",
		}}
		if c.method == "requests" {
			p.SignOut.Requests = []providers.SignOutRequest{{
				Method: "PUT", Path: "/end/{client_id}", Auth: "basic",
				Body: `{"r":"{refresh_token}","a":{"t":"{access_token}"},"l":["{access_token}","{refresh_token}","x"]}`,
			}}
		}
		err := revokeTokens(t.Context(), clientOf(a, p), rec)
		if comesBack(err) != (c.status == http.StatusServiceUnavailable) {
			t.Errorf("%s: %v, tried again: %v", name, err, comesBack(err))
		}
		r := a.upkeep.signOuts.revokedResult(p, err)
		if r.Outcome != c.done || strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: %+v\ngot  %q\nwant %q", name, r, got, c.want)
		}
		if c.done == OutcomeFailed && !strings.Contains(r.Detail, "status "+strconv.Itoa(c.status)) {
			t.Errorf("%s: %q does not say the status", name, r.Detail)
		}
		if c.status == http.StatusUnauthorized && !strings.Contains(r.Detail, "Wrong client ID or secret") {
			t.Errorf("%s: %q does not say that it is the client", name, r.Detail)
		}
		if c.done != OutcomeDone && !strings.Contains(r.Detail, "https://example.org/apps/app") {
			t.Errorf("%s: %q does not name the page to do it by hand", name, r.Detail)
		}
	}
}

// An answer to a revocation is read like every other: a byte order mark, odd members
// and forms cost nothing, and the provider's own words are told.
func TestRevocationAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		kind, body, detail string
		done               string
	}{
		"byte order mark": {"application/json", "\xef\xbb\xbf{\"error\":\"invalid_token\"}", "", OutcomeDone},
		"odd member":      {"application/json", `{"error":"invalid_token","error_uri":{"a":1}}`, "", OutcomeDone},
		"a form":          {"application/x-www-form-urlencoded", "error=invalid_token", "", OutcomeDone},
		"its words":       {"application/json", `{"error":"invalid_request","error_description":"The token RT-canary is of another app."}`, "(status 400: The token [redacted] is of another app.)", OutcomeFailed},
		"a web page":      {"text/html", "<html>no", "(status 400)", OutcomeFailed},
		"an odd error":    {"application/json", `{"error":{"code":7}}`, "(status 400)", OutcomeFailed},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, c.body)
		}))
		a := storeAgent(t, authtest.NewProvider(t), nil)
		p := &providers.Provider{ID: "x", Name: "Acme", Client: providers.Client{ID: "app"}, SignOut: providers.SignOut{Method: "rfc7009", URL: server.URL}}
		rec := &record{Tokens: oauth.Tokens{Access: providers.NewSecret("AT-canary"), Refresh: providers.NewSecret("RT-canary"), Expires: time.Now().Add(time.Hour)}}
		r := a.upkeep.signOuts.revokedResult(p, revokeTokens(t.Context(), clientOf(a, p), rec))
		if r.Outcome != c.done || !strings.Contains(r.Detail, c.detail) {
			t.Errorf("%s: %+v", name, r)
		}
		server.Close()
	}
}

func TestEndSessionURL(t *testing.T) {
	rec := &record{IDClaims: map[string]any{"sub": "a b"}}
	p := &providers.Provider{
		Client:    providers.Client{ID: "app"},
		Variables: map[string]providers.Variable{"domain": {Value: "acme.example"}},
		SignOut:   providers.SignOut{EndSession: "https://{domain}/v2/logout?client_id={client_id}&who={sub}"},
	}
	if got, ok := endSessionURL(p, nil, rec); !ok || got != "https://acme.example/v2/logout?client_id=app&who=a+b" {
		t.Errorf("got %q", got)
	}
	p.SignOut.EndSession = "oidc"
	if _, ok := endSessionURL(p, &providers.Metadata{}, rec); ok {
		t.Error("an address where the provider names none")
	}
}

// Only a record that is itself damaged is forgotten unread: whatever else keeps
// it from being read may be over the next time, and its tokens are not revoked.
func TestSignOutOfWhatCannotBeReadNow(t *testing.T) {
	for name, why := range map[string]error{
		"wrong passphrase": codedErr{"wrong-passphrase"}, "key missing": codedErr{"key-missing"},
		"no keyring": codedErr{"keyring-unavailable"}, "newer version": codedErr{"newer-version"},
		"interrupted": context.Canceled, "broken disk": errors.New("input/output error"),
	} {
		t.Run(name, func(t *testing.T) {
			p, store := authtest.NewProvider(t), newMemStore()
			a := storeAgent(t, p, store)
			acc := enroll(t, a, p, time.Hour)
			store.mu.Lock()
			store.getErr = why
			store.mu.Unlock()
			receipt, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true})
			if !errors.Is(err, why) || receipt == nil || receipt.Forgotten.Outcome != OutcomeFailed {
				t.Errorf("receipt %+v, %v", receipt, err)
			}
			store.mu.Lock()
			store.getErr = nil
			store.mu.Unlock()
			if _, err := a.Token(t.Context(), acc.ID, 0); err != nil {
				t.Errorf("the account is gone: %v", err)
			}
		})
	}
}

// An access token that has ended needs no revocation; the refresh token does.
func TestEndedAccessTokenIsNotRevoked(t *testing.T) {
	for ttl, requests := range map[time.Duration]int{time.Hour: 2, -time.Minute: 1} {
		p := authtest.NewProvider(t)
		a := storeAgent(t, p, newMemStore())
		acc := enroll(t, a, p, ttl)
		rec, err := a.accounts.load(t.Context(), acc.ID)
		if err != nil {
			t.Fatal(err)
		}
		r, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true})
		if err != nil || r.Revoked.Outcome != OutcomeDone {
			t.Errorf("%+v, %v", r, err)
		}
		if n := p.Count(authtest.Revoke); n != requests || p.Renewable(rec.Tokens.Refresh.Reveal()) {
			t.Errorf("of tokens that end in %v: %d revocations, want %d", ttl, n, requests)
		}
	}
}

// refreshTokensOnly is a server that revokes no access tokens (RFC 7009 §2.2.1).
type refreshTokensOnly struct{}

func (refreshTokensOnly) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path != "/revoke" {
		return http.DefaultTransport.RoundTrip(r)
	}
	form, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if strings.Contains(string(form), "token_type_hint=access_token") {
		return &http.Response{
			StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(strings.NewReader(`{"error":"unsupported_token_type"}`)), Request: r,
		}, nil
	}
	r.Body = io.NopCloser(strings.NewReader(string(form)))
	return http.DefaultTransport.RoundTrip(r)
}

// Such a server has done what it can.
func TestServerThatRevokesRefreshTokensOnly(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore(), func(o *Options) { o.Transport = refreshTokensOnly{} })
	for refreshable, want := range map[bool]string{true: OutcomeDone, false: OutcomeFailed} {
		acc := enroll(t, a, p, time.Hour, func(res *signInResult, _ *SignInRequest) {
			if !refreshable {
				res.Tokens.Refresh = providers.Secret{}
			}
		})
		r, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true})
		if err != nil || r.Revoked.Outcome != want {
			t.Errorf("with a refresh token %v: %+v, %v", refreshable, r.Revoked, err)
		}
	}
}
