//go:build foreign

package foreign

import (
	"fmt"
	"slices"
	"testing"

	"github.com/claviger/claviger/test/ports"
)

// explained is the explanation object as documented.
type explained struct {
	Kind, Code, Title, Detail, Next, Link string
	RedirectURI                           string `json:"redirect_uri"`
}

// emptyPage is what Chromium shows of a refusal without a page.
const emptyPage = "Access to 127.0.0.1 was denied\nYou don't have authorization to view this page.\nHTTP ERROR %d"

// stays signs in at a server that shows an error in the browser and sends
// nobody back: the person reads it, gives up with Ctrl-C and asks what it
// means.
func (w *world) stays(provider string) (page, explained) {
	w.t.Helper()
	w.browser.begin()
	p := w.start("login", provider)
	shown := w.browser.last()
	p.interrupt()
	p.ends(6)
	if shown.text == "" {
		shown.text = fmt.Sprintf(emptyPage, shown.status)
	}
	return shown, decode[explained](w.t, w.want(0, "explain", provider, shown.text, "--json").out)
}

func TestUnknownClient(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, nil), newWorld(t)
	w.harbour(s)
	w.setenv("CLAVIGER_HARBOUR_CLIENT_ID", "claviger-forein")
	shown, got := w.stays("harbour")
	says(t, shown.text, "invalid_client")
	if got.Kind != "failed" || got.Code != "invalid_client" || got.Next == "" {
		t.Errorf("%+v", got)
	}
}

func TestUnregisteredRedirect(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, object{"client": object{"redirect_uris": []string{"http://127.0.0.1/elsewhere"}}}), newWorld(t)
	w.harbour(s)
	shown, got := w.stays("harbour")
	says(t, shown.text, "redirect_uri")
	says(t, got.Title, "redirect URI is not registered")
	if got.Kind != "failed" || got.RedirectURI != "http://127.0.0.1/callback/harbour" {
		t.Errorf("%+v", got)
	}
	// With the address that explain names, the sign-in works.
	w.harbour(startOIDCProvider(t, object{"client": object{"redirect_uris": []string{got.RedirectURI}}}))
	w.login("harbour")
}

// The person says no, at the login and at the consent.
func TestDenied(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, nil), newWorld(t)
	w.harbour(s)
	w.browser.presses("[ Cancel ]")
	says(t, w.want(6, "login", "harbour").stderr, "Access denied", "Nothing was changed")
	if got := w.want(0, "accounts", "--json").out; got != "[]\n" {
		t.Errorf("accounts %q", got)
	}
}

// A scope that the server does not know is left out by it, and that is said.
func TestScopeLeftOut(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, nil), newWorld(t)
	w.harbour(s)
	a := w.login("harbour", "--scope", "submarine")
	if slices.Contains(a.Scopes, "submarine") || !slices.Contains(a.Scopes, "email") {
		t.Errorf("scopes %q", a.Scopes)
	}
	says(t, w.said, "Missing: scope submarine")
}

// A scope that the server does not have for this client.
func TestScopeRefused(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, object{"client": object{"scope": "openid profile email offline_access"}}), newWorld(t)
	w.harbour(s)
	says(t, w.want(1, "login", "harbour", "--groups").stderr, "does not know a requested permission")
	w.login("harbour")
}

// prompt=none shows nothing: without a session in the browser, the person is
// told to sign in.
func TestSilent(t *testing.T) {
	port := ports.Free(t)
	s, w := startOIDCProvider(t, object{"client": object{
		"application_type": "web", "redirect_uris": []string{"http://127.0.0.1:" + port + "/callback/harbour"},
	}}), newWorld(t)
	onPort := fmt.Sprintf("[redirect]\nports = [%s]\n", port)
	silent := "[authorization.params]\nprompt = \"none\"\n"
	w.harbour(s, onPort, silent)
	says(t, w.want(3, "login", "harbour").stderr, "login_required", "claviger login harbour")
	if got := w.browser.asked(); got != "" {
		t.Errorf("the person was asked %q", got)
	}
	w.harbour(s, onPort)
	w.login("harbour")
	w.harbour(s, onPort, silent)
	w.login("harbour")
	if got := w.browser.asked(); got != "" {
		t.Errorf("the person was asked %q", got)
	}
}
