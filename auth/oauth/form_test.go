package oauth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// Id and secret are form-encoded in the header (RFC 6749 §2.3.1), unless the file
// says that the server does not decode them.
func TestBasicIsFormEncoded(t *testing.T) {
	for way, want := range map[string]string{
		"client_secret_basic":       "https%3A%2F%2Fapp.example:canary%2F%2Bc%3Dret",
		"client_secret_basic_plain": "https://app.example:" + oddSecret,
	} {
		req, err := formRequest(t.Context(), "https://as.example/token", nil, credentials{"https://app.example", providers.NewSecret(oddSecret), way}, trace.StepExchange)
		if err != nil {
			t.Fatal(err)
		}
		got, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(req.Header.Get("Authorization"), "Basic "))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", way, got, err)
		}
	}
}

// A server that repeats the headers of a request in its error makes nobody tell
// them: a Basic header is the secret, in base64 (RFC 7617 §2).
func TestHeadersOfARequestAreNotTold(t *testing.T) {
	key, err := newProofKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, way := range []string{providers.AuthBasic, providers.AuthBasicPlain} {
		for name, send := range map[string]func(c *Client) (any, error){
			"token":  posting("https://as.example/token", key, trace.StepExchange),
			"device": posting("https://as.example/device", nil, trace.StepDevice),
			"PAR":    posting("https://as.example/par", key, trace.StepPush),
			"revocation": func(c *Client) (any, error) {
				err := c.Revoke(t.Context(), Tokens{Refresh: providers.NewSecret("RT-canary")}, unfilled)
				return nil, err
			},
			"revocation of its own": func(c *Client) (any, error) {
				c.Provider.SignOut = providers.SignOut{Method: "requests", URL: "https://as.example", Requests: []providers.SignOutRequest{{Method: "DELETE", Path: "/grant", Auth: "basic", Body: "{}"}}}
				err := c.Revoke(t.Context(), Tokens{Access: providers.NewSecret("AT-canary")}, unfilled)
				return nil, err
			},
		} {
			p := &providers.Provider{
				ID: "x", Name: "Acme", Client: providers.Client{ID: "app", Secret: providers.NewSecret(oddSecret), Auth: way},
				SignOut: providers.SignOut{Method: "rfc7009", URL: "https://as.example/revoke"},
			}
			var sent []string
			rt := transport(func(r *http.Request, _ url.Values) (int, string, error) {
				_, basic, _ := strings.Cut(r.Header.Get("Authorization"), " ")
				sent = append(sent, strings.TrimRight(basic, "="))
				if proof := r.Header.Get("DPoP"); proof != "" {
					sent = append(sent, proof)
				}
				said := basic + " " + strings.TrimRight(basic, "=") + " " + r.Header.Get("Authorization") + " " + url.QueryEscape(basic) + " DPoP " + r.Header.Get("DPoP")
				return http.StatusBadRequest, `{"error":"` + basic + `","error_description":"` + said + `"}`, nil
			})
			told, err := send(clientOf(rt, p, &providers.Metadata{}))
			var refused *ProviderError
			if !errors.As(err, &refused) || !strings.Contains(refused.Description, "DPoP") || len(sent) == 0 {
				t.Errorf("%s, %s: %v, sent %d", name, way, err, len(sent))
			}
			all := fmt.Sprintf("%+v %v %+v", told, err, refused)
			for _, s := range sent {
				if s == "" || strings.Contains(all, s) || strings.Contains(all, url.QueryEscape(s)) {
					t.Errorf("%s, %s: a header is told", name, way)
				}
			}
		}
	}
}

// posting posts a form, and returns what the window shows of it.
func posting(endpoint string, key *ProofKey, step trace.Step) func(c *Client) (any, error) {
	return func(c *Client) (any, error) {
		rep, err := c.postProved(context.Background(), key, endpoint, url.Values{"code": {canaryCode}}, step)
		return fmt.Sprintf("%+v %+v", rep.event(step, err), *rep.x), err
	}
}

// unfilled is for addresses without placeholders.
func unfilled(address string) string { return address }
