package oauth

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// askToken makes one token request to a server that answers with handler.
func askToken(t *testing.T, p *providers.Provider, handler http.HandlerFunc) (*TokenResponse, error) {
	t.Helper()
	s := httptest.NewServer(handler)
	defer s.Close()
	c := clientOf(nil, p, &providers.Metadata{TokenEndpoint: s.URL + "/token?x=1"})
	limit(t, c, 5*time.Second)
	var told []trace.Event
	ans, err := c.Exchange(t.Context(), &AuthorizationRequest{}, newBinding(false), providers.NewSecret(canaryCode), func(e trace.Event) { told = append(told, e) })
	if len(told) != 1 || (err == nil) != (told[0].Phase == trace.Done) || told[0].Exchange == nil || strings.Contains(told[0].Exchange.URL, "?") {
		t.Errorf("events: %+v", told)
	}
	return ans, err
}

// limit bounds the requests of a client.
func limit(t *testing.T, c *Client, timeout time.Duration) {
	t.Helper()
	client, err := c.HTTP()
	if err != nil {
		t.Fatal(err)
	}
	client.Timeout = timeout
}

func answering(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestGoodTokenAnswers(t *testing.T) {
	type want struct {
		ttl    time.Duration
		scopes []string
		given  bool
		fresh  string
	}
	tests := map[string]struct {
		kind, body string
		want       want
	}{
		"json":             {"application/json", `{"access_token":"AT","token_type":"bearer","expires_in":3600,"scope":"a b","refresh_token":"RT"}`, want{time.Hour, []string{"a", "b"}, true, "RT"}},
		"string lifetime":  {"application/json", `{"access_token":"AT","token_type":"BEARER","expires_in":"3600"}`, want{ttl: time.Hour}},
		"fraction":         {"application/json", `{"access_token":"AT","expires_in":3599.9}`, want{ttl: 3599 * time.Second}},
		"no lifetime":      {"application/json", `{"access_token":"AT","token_type":"Bearer"}`, want{}},
		"null fields":      {"application/json", `{"access_token":"AT","expires_in":null,"scope":null,"refresh_token":null,"error":null}`, want{}},
		"rubbish lifetime": {"application/json", `{"access_token":"AT","expires_in":"soon"}`, want{}},
		"NaN lifetime":     {"application/json", `{"access_token":"AT","expires_in":"NaN"}`, want{}},
		"huge lifetime":    {"application/json", `{"access_token":"AT","expires_in":1e300}`, want{}},
		"below zero":       {"application/json", `{"access_token":"AT","expires_in":-5}`, want{}},
		"commas":           {"application/json", `{"access_token":"AT","scope":"read:user,user:email"}`, want{scopes: []string{"read:user", "user:email"}, given: true}},
		"commas, blanks":   {"application/json", `{"access_token":"AT","scope":"a, b"}`, want{scopes: []string{"a", "b"}, given: true}},
		"array":            {"application/json", `{"access_token":"AT","scope":["a","b","a",7]}`, want{scopes: []string{"a", "b"}, given: true}},
		"empty scope":      {"application/json", `{"access_token":"AT","scope":""}`, want{given: true}},
		"other name":       {"application/json", `{"access_token":"AT","scope":"https://x/email email"}`, want{scopes: []string{"email"}, given: true}},
		"form":             {"application/x-www-form-urlencoded; charset=utf-8", `access_token=AT&expires_in=28800&scope=read%3Auser%2Cuser%3Aemail&token_type=bearer&refresh_token=RT`, want{8 * time.Hour, []string{"read:user", "user:email"}, true, "RT"}},
		"form as text":     {"text/plain", `access_token=AT&expires=60`, want{ttl: time.Minute}},
		"form, no type":    {"", `token_type=bearer&access_token=AT`, want{}},
		"json as html":     {"text/html", `{"access_token":"AT"}`, want{}},
		"byte order mark":  {"application/json", "\ufeff {\"access_token\":\"AT\"}\n", want{}},
	}
	p := &providers.Provider{Client: providers.Client{ID: "c"}, Scopes: providers.Scopes{Same: map[string]string{"https://x/email": "email"}}}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ans, err := askToken(t, p, answering(http.StatusOK, tt.kind, tt.body))
			if err != nil {
				t.Fatal(err)
			}
			ttl := time.Duration(0)
			if !ans.Expires.IsZero() {
				ttl = ans.Expires.Sub(ans.Issued)
			}
			if ans.Access.Reveal() != "AT" || ans.Type != "Bearer" || ans.Refresh.Reveal() != tt.want.fresh ||
				ttl != tt.want.ttl || ans.ScopeGiven != tt.want.given || !slices.Equal(ans.Scopes, tt.want.scopes) {
				t.Errorf("ttl %v, answer %+v", ttl, ans)
			}
		})
	}
}

// The words that a provider has for Bearer are its file's to say.
func TestBearerInOtherWords(t *testing.T) {
	for _, c := range []struct {
		kind  string
		words []string
		good  bool
	}{
		{"user", nil, false},
		{"user", []string{"bot", "user"}, true},
		{"USER", []string{"user"}, true},
		{"mac", []string{"user"}, false},
		{"DPoP", []string{"user"}, false},
		{"", []string{"user"}, true},
		{"bearer", []string{"user"}, true},
	} {
		p := &providers.Provider{Client: providers.Client{ID: "c"}, Authorization: providers.Authorization{BearerTypes: c.words}}
		ans, err := askToken(t, p, answering(http.StatusOK, "application/json", `{"access_token":"AT","token_type":"`+c.kind+`"}`))
		if (err == nil) != c.good || c.good && ans.Type != "Bearer" {
			t.Errorf("%q with %q: %+v, %v", c.kind, c.words, ans, err)
		}
	}
}

func TestBadTokenAnswers(t *testing.T) {
	tests := map[string]struct {
		handler http.HandlerFunc
		reason  string // of an AnswerError
		code    string // of a ProviderError
		offline bool
	}{
		"500":            {handler: answering(500, "text/html", "<html>oh"), reason: "the server has a problem"},
		"503, json":      {handler: answering(503, "application/json", `{"message":"x"}`), reason: "the server has a problem"},
		"429":            {handler: answering(429, "text/plain", `slow down`), reason: "too many requests"},
		"html":           {handler: answering(200, "text/html", "<!doctype html><p>log in to the hotel"), reason: "HTML instead of JSON"},
		"empty":          {handler: answering(200, "application/json", " \n"), reason: "the response is empty"},
		"no content":     {handler: answering(204, "", ""), reason: "the response is empty"},
		"20 MB":          {handler: answering(200, "application/json", `{"access_token":"`+strings.Repeat("x", 20<<20)+`"}`), reason: "the response is larger than 1 MiB"},
		"cut json":       {handler: answering(200, "application/json", `{"access_token":"AT`), reason: "the response was cut off"},
		"rubbish":        {handler: answering(200, "application/json", `{"access_token":AT}`), reason: "the response is not valid JSON"},
		"two objects":    {handler: answering(200, "application/json", `{"access_token":"AT"}{}`), reason: "extra data after the JSON"},
		"array":          {handler: answering(200, "application/json", `["AT"]`), reason: "neither JSON nor a form"},
		"null":           {handler: answering(200, "application/json", `null`), reason: "neither JSON nor a form"},
		"text":           {handler: answering(200, "text/plain", `hello`), reason: "neither JSON nor a form"},
		"no token":       {handler: answering(200, "application/json", `{"token_type":"bearer"}`), reason: "no access token in the response"},
		"number":         {handler: answering(200, "application/json", `{"access_token":5}`), reason: "no access token in the response"},
		"mac":            {handler: answering(200, "application/json", `{"access_token":"AT","token_type":"mac"}`), reason: "the token's type is not Bearer"},
		"dpop":           {handler: answering(200, "application/json", `{"access_token":"AT","token_type":"DPoP"}`), reason: "the token is bound to a key, and none was sent (DPoP)"},
		"header in it":   {handler: answering(200, "application/json", `{"access_token":"AT\r\nX: y"}`), reason: "the access token contains invalid characters"},
		"404":            {handler: answering(404, "application/json", `{}`), reason: "not an OAuth response"},
		"invalid_client": {handler: answering(401, "application/json", `{"error":"invalid_client","error_description":"no"}`), code: "invalid_client"},
		"code as message": {
			handler: answering(400, "application/json", `{"status":400,"message":"authorization_pending"}`), code: "authorization_pending",
		},
		"words as message": {handler: answering(400, "application/json", `{"status":400,"message":"invalid device code"}`), reason: "not an OAuth response"},
		"known words as message": {
			handler: answering(403, "application/json", `{"status":403,"message":"Invalid client secret"}`), code: "Invalid client secret",
		},
		"known words and trouble": {handler: answering(502, "application/json", `{"message":"invalid client secret"}`), reason: "the server has a problem"},
		"good with message":       {handler: answering(200, "application/json", `{"message":"authorization_pending"}`), reason: "no access token in the response"},
		"invalid_scope":           {handler: answering(400, "application/json", `{"error":"invalid_scope"}`), code: "invalid_scope"},
		"200 with error":          {handler: answering(200, "application/json", `{"error":"bad_verification_code","error_description":"x","error_uri":"https://y"}`), code: "bad_verification_code"},
		"error and token": {
			handler: answering(200, "application/json", `{"access_token":"AT","error":"invalid_grant"}`), code: "invalid_grant",
		},
		"form with error": {handler: answering(200, "application/x-www-form-urlencoded", `error=incorrect_client_credentials&error_description=x`), code: "incorrect_client_credentials"},
		"redirect": {
			handler: func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/token" {
					panic("followed with the code in hand")
				}
				http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
			}, reason: "the server redirects elsewhere",
		},
		"cut line": {handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"access_token":"AT"`)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, reason: "the response was cut off"},
		"hung up": {handler: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, offline: true},
	}
	p := &providers.Provider{
		Client: providers.Client{ID: "c"},
		Errors: []providers.ErrorHelp{{Match: "invalid client secret", Title: "The secret is wrong", Next: "Copy it again."}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ans, err := askToken(t, p, tt.handler)
			if err == nil {
				t.Fatalf("answer is %+v", ans)
			}
			var ae *AnswerError
			reason := ""
			if errors.As(err, &ae) {
				reason = ae.Reason
			}
			if errors.Is(err, ErrOffline) != tt.offline || reason != tt.reason || Code(err) != tt.code {
				t.Errorf("error is %v, want %q %q", err, tt.reason, tt.code)
			}
			if strings.Contains(err.Error(), "?") || strings.Contains(err.Error(), canaryCode) || strings.Contains(err.Error(), "hotel") {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
}

func TestTokenRequestThatNeverEnds(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	c := clientOf(nil, &providers.Provider{}, &providers.Metadata{TokenEndpoint: "http://" + ln.Addr().String()})
	limit(t, c, 50*time.Millisecond)
	if _, err := c.Exchange(t.Context(), &AuthorizationRequest{}, Binding{}, providers.Secret{}, nil); !errors.Is(err, ErrOffline) {
		t.Errorf("error is %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Exchange(ctx, &AuthorizationRequest{}, Binding{}, providers.Secret{}, nil); !errors.Is(err, context.Canceled) || errors.Is(err, ErrOffline) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestUntrustedCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(answering(200, "application/json", `{"access_token":"AT"}`))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	c := clientOf(nil, &providers.Provider{}, &providers.Metadata{TokenEndpoint: s.URL})
	_, err := c.Exchange(t.Context(), &AuthorizationRequest{}, Binding{}, providers.Secret{}, nil)
	if !errors.Is(err, ErrAnswer) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("error is %v", err)
	}
}

func TestClientAuthentication(t *testing.T) {
	tests := map[string]struct {
		client      providers.Client
		body, basic bool
	}{
		"public":           {client: providers.Client{ID: "c id", Auth: "none"}},
		"post":             {client: providers.Client{ID: "c id", Auth: "client_secret_post", Secret: providers.NewSecret("s/1")}, body: true},
		"basic":            {client: providers.Client{ID: "c id", Auth: "client_secret_basic", Secret: providers.NewSecret("s/1")}, basic: true},
		"basic, no secret": {client: providers.Client{ID: "c id", Auth: "client_secret_basic"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := &providers.Provider{Client: tt.client, Authorization: providers.Authorization{TokenParams: map[string]string{"audience": "x", "code": "mine"}}}
			n := 0
			_, err := askToken(t, p, func(w http.ResponseWriter, r *http.Request) {
				n++
				_ = r.ParseForm()
				user, pass, basic := r.BasicAuth()
				if basic != tt.basic || basic && (user != "c+id" || pass != "s%2F1") {
					t.Errorf("basic %v %q", basic, user)
				}
				if (r.PostForm.Get("client_secret") == "s/1") != tt.body || r.PostForm.Has("client_id") == tt.basic {
					t.Errorf("body %v", r.PostForm)
				}
				if r.PostForm.Get("audience") != "x" || r.PostForm.Get("code") != canaryCode {
					t.Errorf("parameters %v", r.PostForm)
				}
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = io.WriteString(w, `{"error":"invalid_client"}`)
			})
			if Code(err) != "invalid_client" || n != 1 {
				t.Errorf("%d requests, %v", n, err)
			}
		})
	}
}

func FuzzTokenAnswer(f *testing.F) {
	for _, s := range []string{
		`{"access_token":"AT","expires_in":"3600","scope":["a"]}`, "access_token=AT&scope=a%2Cb", "<html>", "",
		`{"error":"x","error_description":{}}`, `{"expires_in":1e999}`, "error=", "{\"access_token\":\"\xff\"}",
	} {
		f.Add("application/json", []byte(s))
		f.Add("text/plain", []byte(s))
	}
	p := &providers.Provider{}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r := &reply{status: 200, start: time.Unix(1e9, 0), x: &trace.Exchange{}}
		if err := r.read(kind, body, trace.StepExchange); err != nil {
			return
		}
		ans, err := clientOf(nil, p, nil).tokenResponse(nil, r, trace.StepExchange)
		if err != nil {
			return
		}
		if ans.Access.IsZero() || !ans.Expires.IsZero() && (ans.Expires.Before(ans.Issued) || ans.Expires.Sub(ans.Issued) > maxLifetime) {
			t.Errorf("answer is %+v", ans)
		}
		for k, v := range r.x.Received {
			if len(ans.Access.Reveal()) >= 6 && strings.Contains(k+v, ans.Access.Reveal()) {
				t.Errorf("the access token is shown in %q", k)
			}
		}
	})
}

// Scopes have the names that they were asked by, each once.
func TestScopesUnderTheirUsualNames(t *testing.T) {
	p := &providers.Provider{Scopes: providers.Scopes{Same: map[string]string{"https://x.example/email": "email"}}}
	got := usualScopes(p, []string{"openid", "https://x.example/email", "email", "openid", "https://x.example/more"}, trace.Scrubber{})
	if want := []string{"openid", "email", "https://x.example/more"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
