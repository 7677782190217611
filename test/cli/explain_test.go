//go:build unix

package cli

import (
	"strings"
	"testing"
)

// TestExplain asks what an error means that the provider shows in the browser,
// without a provider, a vault or a network.
func TestExplain(t *testing.T) {
	w := newWorld(t)
	type explained struct {
		Kind, Code, Title, Detail, Next, Link string
		RedirectURI                           string `json:"redirect_uri"`
	}
	got := decode[explained](t, w.want(0, "explain", "azure", "AADSTS50011: The redirect URI does not match", "--json").out)
	if got.Code != "AADSTS50011" || got.RedirectURI != "http://localhost/callback/azure" || got.Link == "" || got.Kind != "failed" {
		t.Errorf("%+v", got)
	}
	// The text may come without quotes, from a pipe, and without a provider.
	if r := w.want(0, "explain", "Error", "400:", "redirect_uri_mismatch"); !strings.Contains(r.out, "redirect URI is not registered") {
		t.Error(r.out)
	}
	if r := w.runInput("Client not found.\n", "explain", "keycloak", "-"); r.code != 0 || !strings.Contains(r.out, "client") {
		t.Errorf("%d: %s%s", r.code, r.out, r.stderr)
	}
	// Of an address, what may be secret is not repeated.
	address := "https://id.example/authorize?client_id=x&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fx&state=" + canary
	if r := w.want(0, "explain", address); strings.Contains(r.out, canary) || !strings.Contains(r.out, "http://127.0.0.1:9/x") {
		t.Error(r.out)
	}
	if r := w.runInput(" \n", "explain"); r.code != 2 || !strings.Contains(r.stderr, "what the page says, or its address") {
		t.Errorf("%d: %s", r.code, r.stderr)
	}
}
