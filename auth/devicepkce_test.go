package auth

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// codeServer is a provider with a device flow and user info. What it says is
// changed by tests.
type codeServer struct {
	refuse   func(path string, form url.Values) (status int, body string) // "" goes on
	tokens   string
	userinfo string
	openID   bool

	device []url.Values // requests for a code
	polls  []url.Values
}

// RoundTrip implements [http.RoundTripper].
func (s *codeServer) RoundTrip(r *http.Request) (*http.Response, error) {
	return transport(func(r *http.Request, form url.Values) (int, string, error) {
		switch r.URL.Path {
		case "/device":
			s.device = append(s.device, form)
		case "/token":
			s.polls = append(s.polls, form)
		}
		if s.refuse != nil {
			if status, body := s.refuse(r.URL.Path, form); body != "" {
				return status, body, nil
			}
		}
		switch r.URL.Path {
		case "/device":
			return http.StatusOK, deviceAnswer, nil
		case "/user":
			return http.StatusOK, s.userinfo, nil
		}
		return http.StatusOK, s.tokens, nil
	}).RoundTrip(r)
}

func (s *codeServer) provider() *providers.Provider {
	p := &providers.Provider{
		Schema: 1, ID: "fake", Name: "Fake", Discovery: "none",
		Endpoints: providers.Endpoints{
			Authorization: "https://fake.example/authorize", Token: "https://fake.example/token",
			DeviceAuthorization: "https://fake.example/device", Userinfo: "https://fake.example/user", JWKS: "https://fake.example/keys",
		},
		Client: providers.Client{ID: "client-1", SecretUse: "none", Auth: "none"},
		Scopes: providers.Scopes{Base: []string{"read:user"}},
		Profile: providers.Profile{Sources: []providers.ProfileSource{
			{Source: providers.Source{Name: "Profile", From: "userinfo"}, Map: "{id: .sub, name: .name}"},
		}},
	}
	if s.openID {
		p.Issuer, p.Scopes.Base = "https://fake.example", []string{"openid"}
	}
	return p
}

// signIn signs in with a code.
func (s *codeServer) signIn(t *testing.T, r SignInRequest) (*Account, error) {
	t.Helper()
	if s.tokens == "" {
		s.tokens = deviceTokens
	}
	if s.userinfo == "" {
		s.userinfo = `{"sub":"user-1","name":"Mira"}`
	}
	a, err := New(Options{Lookup: func(string) (*providers.Provider, bool) { return s.provider(), true }, Transport: s})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	r.Provider, r.Device = "fake", true
	return a.SignIn(t.Context(), r)
}

func refusedAs(code, why string) string {
	return `{"error":"` + code + `","error_description":"` + why + `"}`
}

// proves reports whether a poll has the verifier of the latest request.
func (s *codeServer) proves(poll url.Values) bool {
	last := s.device[len(s.device)-1]
	return last.Get("code_challenge_method") == "S256" && last.Get("code_challenge") == oauth2.S256ChallengeFromVerifier(poll.Get("code_verifier"))
}

// demandsPKCE is what Keycloak does for a client whose PKCE is S256.
func (s *codeServer) demandsPKCE(path string, form url.Values) (int, string) {
	switch {
	case path == "/device" && !form.Has("code_challenge_method"):
		return 400, refusedAs("invalid_request", "Missing parameter: code_challenge_method")
	case path == "/token" && !s.proves(form):
		return 400, refusedAs("invalid_grant", "PKCE verification failed: Code mismatch")
	}
	return 0, ""
}

// knowsNoPKCE refuses parameters that it does not know.
func (s *codeServer) knowsNoPKCE(_ string, form url.Values) (int, string) {
	if form.Has("code_challenge") || form.Has("code_challenge_method") || form.Has("code_verifier") {
		return 400, refusedAs("invalid_request", "Parameter not allowed for this message type")
	}
	return 0, ""
}

// forgetsPKCE ignores the challenge, and refuses a verifier.
func (s *codeServer) forgetsPKCE(_ string, form url.Values) (int, string) {
	if form.Has("code_verifier") {
		return 400, refusedAs("invalid_grant", "code_verifier or verifier is not needed.")
	}
	return 0, ""
}

// refusesScope demands PKCE, and refuses the request for something else.
func (s *codeServer) refusesScope(path string, form url.Values) (int, string) {
	if path == "/device" && form.Has("code_challenge") {
		return 400, refusedAs("invalid_request", "no scope of yours")
	}
	return s.demandsPKCE(path, form)
}

// Servers that demand PKCE of a client demand it of its device flow too; the
// others ignore it, or get none.
func TestDeviceFlowHasPKCE(t *testing.T) {
	for name, c := range map[string]struct {
		refuse        func(*codeServer, string, url.Values) (int, string)
		device, polls int
		verifier      bool // in the poll that gets the tokens
		err           string
	}{
		"checked":                    {refuse: (*codeServer).demandsPKCE, device: 1, polls: 1, verifier: true},
		"ignored":                    {device: 1, polls: 1, verifier: true},
		"refused in the request":     {refuse: (*codeServer).knowsNoPKCE, device: 2, polls: 1},
		"refused in the poll":        {refuse: (*codeServer).forgetsPKCE, device: 1, polls: 2},
		"refused for something else": {refuse: (*codeServer).refusesScope, device: 2, err: "no scope of yours"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &codeServer{}
				if c.refuse != nil {
					s.refuse = func(path string, form url.Values) (int, string) { return c.refuse(s, path, form) }
				}
				account, err := s.signIn(t, SignInRequest{})
				switch {
				case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)),
					c.err == "" && (err != nil || account.User.ID != "user-1"):
					t.Errorf("%v, %v", account, err)
				}
				if len(s.device) != c.device || len(s.polls) != c.polls {
					t.Errorf("%d requests for a code, %d polls", len(s.device), len(s.polls))
				}
				if n := len(s.polls); n > 0 && s.polls[n-1].Has("code_verifier") != c.verifier {
					t.Errorf("a verifier came: %v", !c.verifier)
				}
			})
		})
	}
}

// Some servers give no ID token to a device code. User info says who it is then.
func TestDeviceFlowWithoutIDToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &codeServer{openID: true}
		account, err := s.signIn(t, SignInRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if account.User.ID != "user-1" || account.User.Name != "Mira" || account.State != StateActive {
			t.Errorf("account %+v", account)
		}
		at := slices.IndexFunc(account.Steps, func(e trace.Event) bool { return e.Step == trace.StepVerify && e.Phase == trace.Bypassed })
		if at < 0 || !strings.Contains(account.Steps[at].Detail, "no ID token") {
			t.Errorf("steps %+v", account.Steps)
		}
		s = &codeServer{openID: true, userinfo: `{"name":"Mira"}`}
		_, err = s.signIn(t, SignInRequest{})
		if !errors.Is(err, identity.ErrNoUser) {
			t.Fatalf("error is %v", err)
		}
		if p := problem.Explain(err, s.provider(), ""); !strings.Contains(p.Title, "does not say who signed in") || !strings.Contains(p.Next, "use the browser") {
			t.Errorf("%+v", p)
		}
	})
}

// A wait for a code that ends tells of the code, and of what the provider could
// not do at its end.
func TestDeviceFlowEndsInWords(t *testing.T) {
	pending := func(path string, _ url.Values) (int, string) {
		if path == "/token" {
			return 400, refusedAs("authorization_pending", "")
		}
		return 0, ""
	}
	broken := func(path string, _ url.Values) (int, string) {
		if path == "/token" {
			return 500, "<html>Internal Server Error</html>"
		}
		return 0, ""
	}
	for name, c := range map[string]struct {
		refuse  func(string, url.Values) (int, string)
		timeout time.Duration
		is      error
		want    problem.Problem
	}{
		"expired":           {pending, 0, oauth.ErrDeviceExpired, problem.Problem{Kind: problem.KindFailed, Title: "The code has expired", Detail: "", Next: "Start again to get a new code.", Code: "code-expired"}},
		"expired, broken":   {broken, 0, oauth.ErrDeviceExpired, problem.Problem{Kind: problem.KindOffline, Title: "The code has expired", Detail: "The last attempt to reach Fake failed: the server has a problem (status 500).", Next: "Start again to get a new code.", Code: "code-expired"}},
		"timed out":         {pending, time.Minute, ErrTimeout, problem.Problem{Kind: problem.KindFailed, Title: "The code was not entered in time", Detail: "", Next: "Start again to get a new code, and allow more time.", Code: "code-timeout"}},
		"timed out, broken": {broken, time.Minute, ErrTimeout, problem.Problem{Kind: problem.KindOffline, Title: "The code was not entered in time", Detail: "The last attempt to reach Fake failed: the server has a problem (status 500).", Next: "Start again to get a new code, and allow more time.", Code: "code-timeout"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &codeServer{refuse: c.refuse}
				_, err := s.signIn(t, SignInRequest{Timeout: c.timeout})
				if !errors.Is(err, c.is) {
					t.Fatalf("error is %v", err)
				}
				if got := problem.Explain(err, s.provider(), ""); got != c.want {
					t.Errorf("%+v", got)
				}
			})
		})
	}
}

// The advice after a wait for the browser names only ways that the provider has.
func TestTimeoutAdvisesWhatThereIs(t *testing.T) {
	for _, can := range []bool{false, true} {
		p := problem.Explain(&TimeoutError{CanDevice: can}, nil, "")
		if p.Code != "timeout" || !strings.Contains(p.Title, "browser") || strings.Contains(p.Next, "code") != can {
			t.Errorf("%v: %+v", can, p)
		}
		p = problem.Explain(&TimeoutError{CanDevice: can, Link: true}, nil, "")
		if p.Code != "timeout" || !strings.Contains(p.Next, "paste its address") || strings.Contains(p.Next, "code") != can {
			t.Errorf("a link, %v: %+v", can, p)
		}
	}
}
