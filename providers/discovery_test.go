package providers

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/claviger/claviger/providers/internal/world"
)

func document(issuer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":"https://a.example/auth","token_endpoint":"https://a.example/token"}`, issuer)
	}
}

const oidcPath = "/.well-known/openid-configuration"

func TestDiscover(t *testing.T) {
	text := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(s)) }
	}
	for name, tc := range map[string]struct {
		issuer, at string
		h          http.HandlerFunc
		want       string // "" is success
	}{
		"plain":          {"https://a.example", "a.example" + oidcPath, document("https://a.example"), ""},
		"path":           {"https://a.example/realms/x", "a.example/realms/x" + oidcPath, document("https://a.example/realms/x"), ""},
		"trailing slash": {"https://a.example/", "a.example" + oidcPath, document("https://a.example/"), ""},
		"rfc8414":        {"https://a.example/x", "a.example/.well-known/oauth-authorization-server/x", document("https://a.example/x"), ""},
		"slash missing":  {"https://a.example", "a.example" + oidcPath, document("https://a.example/"), `the trailing "/" counts`},
		"other issuer":   {"https://a.example", "a.example" + oidcPath, document("https://b.example"), "another issuer"},
		"http":           {"http://a.example", "", nil, "https address"},
		"query":          {"https://a.example?x=1", "", nil, `no "?"`},
		"absent":         {"https://a.example", "", nil, "publishes no metadata"},
		"html":           {"https://a.example", "a.example" + oidcPath, text("<!doctype html>body-canary"), "a web page instead of metadata"},
		"not json":       {"https://a.example", "a.example" + oidcPath, text("body-canary"), "valid JSON"},
		"huge":           {"https://a.example", "a.example" + oidcPath, text(`{"issuer":"` + strings.Repeat("a", 5<<20) + `"}`), "larger than 1 MiB"},
		"500":            {"https://a.example", "a.example" + oidcPath, world.Status(500), "answered 500; try again later"},
		"redirect":       {"https://a.example", "a.example" + oidcPath, world.Status(302, "Location", "https://evil.example/"), "another host"},
		"loop":           {"https://a.example", "a.example" + oidcPath, world.Status(302, "Location", oidcPath), "redirects"},
		"http endpoint":  {"https://a.example", "a.example" + oidcPath, text(`{"issuer":"https://a.example","token_endpoint":"http://a.example/t"}`), "token_endpoint is not an https address"},
	} {
		t.Run(name, func(t *testing.T) {
			w := world.New(t, map[string]http.HandlerFunc{tc.at: tc.h})
			m, err := Discover(t.Context(), w.Client, tc.issuer)
			if tc.want == "" {
				if err != nil || m.Issuer != tc.issuer || m.TokenEndpoint == "" {
					t.Fatalf("%+v %v", m, err)
				}
				return
			}
			if !errors.Is(err, ErrDiscovery) || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

// Only an absent document sends us to the next place: whoever can make the first
// one fail does not choose the second.
func TestOnlyAnAbsentDocumentSendsToTheNextPlace(t *testing.T) {
	const issuer = "https://a.example/x"
	for first, goesOn := range map[int]bool{
		400: true, 401: true, 403: true, 404: true, 405: true, 410: true,
		302: false, 429: false, 500: false, 502: false, 503: false,
	} {
		w := world.New(t, map[string]http.HandlerFunc{
			"a.example/x" + oidcPath:                             world.Status(first, "Location", "https://b.example/"),
			"a.example/.well-known/oauth-authorization-server/x": document(issuer),
		})
		m, err := Discover(t.Context(), w.Client, issuer)
		if goesOn != (err == nil) || goesOn != (len(w.Asked) == 2) || !goesOn && m != nil {
			t.Errorf("after %d: %+v, %v; asked %v", first, m, err, w.Asked)
		}
	}
}

func TestEntraIssuer(t *testing.T) {
	const v2 = "/v2.0" + oidcPath
	for tenant, tc := range map[string]struct {
		issuer string
		ok     bool
	}{
		"common":          {"https://login.microsoftonline.com/{tenantid}/v2.0", true},
		"contoso.example": {"https://login.microsoftonline.com/3d0c8e1a-5b1f-4a77-9b0e-6a2f6c1d4e90/v2.0", true},
		"organizations":   {"https://evil.example/{tenantid}/v2.0", false},
		"consumers":       {"https://login.microsoftonline.com/a/b/v2.0", false},
	} {
		w := world.New(t, map[string]http.HandlerFunc{"login.microsoftonline.com/" + tenant + v2: document(tc.issuer)})
		m, err := provider(t, "azure", "CLAVIGER_AZURE_TENANT="+tenant).Metadata(t.Context(), w.Client)
		if (err == nil) != tc.ok {
			t.Errorf("%s: %+v %v", tenant, m, err)
		}
	}
}

func FuzzDiscovery(f *testing.F) {
	f.Add([]byte(`{"issuer":"https://a.example","token_endpoint":"https://a.example/t","scopes_supported":["a"]}`))
	f.Add([]byte(`<html>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseMetadata(data, "login.example.com")
		if (m == nil) == (err == nil) {
			t.Fatalf("%v %v", m, err)
		}
		if m != nil {
			_ = fitsPattern("https://login.microsoftonline.com/{tid}/v2.0", m.Issuer)
			_ = fitsPattern(m.Issuer, "https://a.example")
		}
	})
}
