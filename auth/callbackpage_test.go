package auth

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// drawPage is the page that a browser gets at the end.
func drawPage(t *testing.T, f *Flow) (body, policy string) {
	t.Helper()
	w := httptest.NewRecorder()
	receive.WritePage(w, 200, f.outcomePage())
	return w.Body.String(), w.Header().Get("Content-Security-Policy")
}

// The page says who signed in, in words that the provider chose and that are text
// here, whatever they are.
func TestTheLastPageSaysWhoSignedIn(t *testing.T) {
	p := &providers.Provider{Name: "Studio"}
	for _, test := range []struct {
		user       identity.User
		want, lack string
	}{
		{identity.User{ID: "7", Name: "Mira Osei", Login: "mira", Email: "mira@studio.example"}, "<b><bdi>Mira Osei</bdi></b><bdi>mira@studio.example</bdi>", ""},
		{identity.User{ID: "7", Name: "Mira Osei", Login: "mira"}, "<b><bdi>Mira Osei</bdi></b><bdi>mira</bdi>", ""},
		{identity.User{ID: "7", Email: "mira@studio.example"}, "<b><bdi>mira@studio.example</bdi></b></span>", ""},
		{identity.User{ID: "7", Name: `<script src="//x.example">`, Email: `"><img src=x>`}, "&lt;script", "<script"},
	} {
		body, policy := drawPage(t, &Flow{req: &authorizationRequest{client: &oauth.Client{Provider: p}}, account: &Account{User: test.user}})
		if !strings.Contains(body, test.want) || test.lack != "" && strings.Contains(body, test.lack) {
			t.Errorf("%+v: the page is %s", test.user, body[strings.Index(body, "<main>"):])
		}
		if strings.Contains(body, "<img") {
			t.Error("the page has a picture that was not ours")
		}
		checkPage(t, body, policy)
	}
}

// What a provider says of an error is text, too, and no page names anybody who did
// not sign in.
func TestTheLastPageOfAFailure(t *testing.T) {
	p := &providers.Provider{Name: "Studio"}
	body, policy := drawPage(t, &Flow{req: &authorizationRequest{client: &oauth.Client{Provider: p}}, err: &oauth.ProviderError{Code: "access_denied", Description: "<b>You</b> denied access."}})
	if !strings.Contains(body, "&lt;b&gt;You&lt;/b&gt; denied access.") || strings.Contains(body, `class="who"`) {
		t.Errorf("the page is %s", body[strings.Index(body, "<main>"):])
	}
	checkPage(t, body, policy)
}

// checkPage wants an icon inside the page, and nothing from outside or that runs.
func checkPage(t *testing.T, body, policy string) {
	t.Helper()
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'nonce-") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "img-src") {
		t.Errorf("policy %q", policy)
	}
	if !regexp.MustCompile(`<span class="mark \w+"><svg [^>]*role="img"`).MatchString(body) {
		t.Error("the page has no icon")
	}
	if found := regexp.MustCompile(`(?i)<(script|link|img|iframe|form)\b|<[^>]*\s(src|href|style|on\w+)=`).FindString(body); found != "" {
		t.Errorf("the page holds %q", found)
	}
}
