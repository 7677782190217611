package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// both are x/oauth2 by itself and a client of this package, before the same server.
type both struct {
	ctx    context.Context // for config
	config *oauth2.Config
	client *Client
}

// before returns both before a server.
func before(t *testing.T, rt http.RoundTripper, client providers.Client) both {
	t.Helper()
	md := &providers.Metadata{TokenEndpoint: "https://as.example/token", DeviceAuthorizationEndpoint: "https://as.example/device"}
	config := &oauth2.Config{ClientID: client.ID, ClientSecret: client.Secret.Reveal(), Endpoint: oauth2.Endpoint{
		AuthURL: "https://as.example/authorize", TokenURL: md.TokenEndpoint, DeviceAuthURL: md.DeviceAuthorizationEndpoint, AuthStyle: oauth2.AuthStyleInParams,
	}}
	return both{
		ctx:    context.WithValue(t.Context(), oauth2.HTTPClient, &http.Client{Transport: rt}),
		config: config, client: clientOf(rt, &providers.Provider{Client: client}, md),
	}
}

// exchange is the exchange of a code by this package.
func (b both) exchange(t *testing.T, q AuthorizationRequest) (*TokenResponse, error) {
	return b.client.Exchange(t.Context(), &q, newBinding(false), providers.NewSecret(canaryCode), nil)
}

// public is a client without a secret (RFC 6749 §2.1).
func public() providers.Client { return providers.Client{ID: "app", Auth: providers.AuthNone} }

// What stays in this package although x/oauth2 writes the requests: each test fails if
// x/oauth2 has learnt it, so that ours can go.
func TestWhatXOAuth2CannotDo(t *testing.T) {
	for name, test := range map[string]func(*testing.T){
		"an error without the answer":         errorWithoutTheAnswer,
		"a lifetime that is a fraction":       fractionalLifetime,
		"several resources":                   severalResources,
		"a secret at the device endpoint":     secretAtTheDeviceEndpoint,
		"a poll after trouble":                pollAfterTrouble,
		"a device request ends with its call": deviceRequestThatEnds,
	} {
		t.Run(name, test)
	}
}

func errorWithoutTheAnswer(t *testing.T) {
	b := before(t, transport(func(*http.Request, url.Values) (int, string, error) { return 400, "<p>" + canaryCode, nil }), public())
	if _, err := b.config.Exchange(b.ctx, canaryCode); err == nil || !strings.Contains(err.Error(), canaryCode) {
		t.Errorf("x/oauth2 can: %v", err)
	}
	if _, err := b.exchange(t, AuthorizationRequest{}); !errors.Is(err, ErrAnswer) || strings.Contains(err.Error(), canaryCode) {
		t.Errorf("error is %v", err)
	}
}

func fractionalLifetime(t *testing.T) {
	b := before(t, transport(func(*http.Request, url.Values) (int, string, error) {
		return 200, `{"access_token":"AT","token_type":"Bearer","expires_in":3599.5}`, nil
	}), public())
	if _, err := b.config.Exchange(b.ctx, canaryCode); err == nil {
		t.Error("x/oauth2 can")
	}
	if r, err := b.exchange(t, AuthorizationRequest{}); err != nil || r.Expires.Sub(r.Issued) != 3599*time.Second {
		t.Errorf("%+v, %v", r, err)
	}
}

func severalResources(t *testing.T) {
	var sent []string
	b := before(t, transport(func(_ *http.Request, form url.Values) (int, string, error) {
		sent = form["resource"]
		return 200, `{"access_token":"AT","token_type":"Bearer"}`, nil
	}), public())
	apis := []string{"https://a.example/", "https://b.example/"}
	if _, err := b.config.Exchange(b.ctx, canaryCode, oauth2.SetAuthURLParam("resource", apis[0]), oauth2.SetAuthURLParam("resource", apis[1])); err != nil || len(sent) != 1 {
		t.Errorf("x/oauth2 can: %q, %v", sent, err)
	}
	if _, err := b.exchange(t, AuthorizationRequest{Grant: Grant{Resources: apis}}); err != nil || !slices.Equal(sent, apis) {
		t.Errorf("sent %q, %v", sent, err)
	}
}

func secretAtTheDeviceEndpoint(t *testing.T) {
	var proved bool
	b := before(t, transport(func(r *http.Request, form url.Values) (int, string, error) {
		_, _, basic := r.BasicAuth()
		proved = basic || form.Get("client_secret") == oddSecret
		return 200, `{"device_code":"DC","user_code":"UC","verification_uri":"https://as.example/go","expires_in":600}`, nil
	}), providers.Client{ID: "app", Secret: providers.NewSecret(oddSecret), Auth: providers.AuthPost})
	if _, err := b.config.DeviceAuth(b.ctx); err != nil || proved {
		t.Errorf("x/oauth2 can: %v", err)
	}
	if _, err := b.client.StartDevice(t.Context(), &AuthorizationRequest{}, trace.NewLog(time.Now, nil)); err != nil || !proved {
		t.Errorf("the client did not prove itself, %v", err)
	}
}

func pollAfterTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		b := before(t, transport(func(r *http.Request, _ url.Values) (int, string, error) {
			switch polls++; {
			case strings.HasSuffix(r.URL.Path, "/device"):
				polls = 0
				return 200, `{"device_code":"DC","user_code":"UC","verification_uri":"https://as.example/go","expires_in":600}`, nil
			case polls == 1:
				return 0, "", errors.New("the network is down")
			}
			return 200, `{"access_token":"AT","token_type":"Bearer"}`, nil
		}), public())
		code, err := b.config.DeviceAuth(b.ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.config.DeviceAccessToken(b.ctx, code); err == nil {
			t.Error("x/oauth2 can")
		}
		log := trace.NewLog(time.Now, nil)
		d, err := b.client.StartDevice(t.Context(), &AuthorizationRequest{}, log)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := d.Poll(t.Context(), log); err != nil || r.Access.Reveal() != "AT" || polls != 2 {
			t.Errorf("%+v, %v after %d polls", r, err, polls)
		}
	})
}

func deviceRequestThatEnds(t *testing.T) {
	sent := 0
	b := before(t, transport(func(r *http.Request, _ url.Values) (int, string, error) {
		if err := r.Context().Err(); err != nil {
			return 0, "", err
		}
		sent++
		return 200, `{"device_code":"DC","user_code":"UC","verification_uri":"https://as.example/go"}`, nil
	}), public())
	gone, cancel := context.WithCancel(b.ctx)
	cancel()
	if _, err := b.config.DeviceAuth(gone); err != nil || sent != 1 {
		t.Errorf("x/oauth2 can: %v", err)
	}
	if _, err := b.client.StartDevice(gone, &AuthorizationRequest{}, trace.NewLog(time.Now, nil)); !errors.Is(err, context.Canceled) || sent != 1 {
		t.Errorf("%v after %d requests", err, sent)
	}
}

// A redirect of the token endpoint gets no code: x/oauth2 leaves that to the client that
// it is given, and the usual one follows with the form in hand.
func TestCodeIsNotRedirected(t *testing.T) {
	got := 0
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("code") == canaryCode {
			got++
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"access_token": "AT"})
	}))
	defer there.Close()
	here := httptest.NewServer(http.RedirectHandler(there.URL, http.StatusTemporaryRedirect))
	defer here.Close()
	config := oauth2.Config{ClientID: "app", Endpoint: oauth2.Endpoint{TokenURL: here.URL, AuthStyle: oauth2.AuthStyleInParams}}
	if _, err := config.Exchange(t.Context(), canaryCode); err != nil || got != 1 {
		t.Errorf("x/oauth2 does not: %v", err)
	}
	c := clientOf(nil, &providers.Provider{Client: public()}, &providers.Metadata{TokenEndpoint: here.URL})
	c.Home.AddServer(providers.OriginOf(there.URL)) // else its home would stop it
	if _, err := c.Exchange(t.Context(), &AuthorizationRequest{}, newBinding(false), providers.NewSecret(canaryCode), nil); !errors.Is(err, ErrAnswer) || got != 1 {
		t.Errorf("%v, and the code went on", err)
	}
}
