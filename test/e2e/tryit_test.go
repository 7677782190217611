//go:build e2e

package e2e

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// With the keys alone: a request is sent with the account's token, its answer is a tree,
// and a redirect to another server is shown and not followed.
func TestTryIt(t *testing.T) {
	d := desktop.Start(t, 1000, 680)
	c := newClaviger(t, d)
	p := authtest.NewProvider(t)
	var thief atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { thief.Add(1) }))
	t.Cleanup(elsewhere.Close)
	p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.API: {Status: 302, Header: map[string]string{"Location": elsewhere.URL + "/x"}}}})
	c.signIn(p)
	c.settings("theme = \"light\"")
	c.openWindow()
	d.See(window, "Active")
	d.Key("ctrl+4")
	d.See(window, "Userinfo")
	d.Keep("request")
	for range 1 + len(tryit.Methods()) + 1 { // past the suggestion and the methods
		d.Key("Tab")
	}
	d.Key("Return") // in the address
	d.See(window, "application/json")
	d.See(window, authtest.Mira.Name)
	d.Settle(window)
	d.Keep("answer")
	d.Key("ctrl+a")
	d.Type(p.URL + "/api/x")
	d.Key("Return")
	d.See(window, "302 Found")
	d.See(window, "redirects to another one")
	d.Settle(window)
	d.Keep("redirect")
	if thief.Load() != 0 {
		t.Error("the redirect was followed")
	}
	d.Key("ctrl+a")
	d.Type(elsewhere.URL + "/y")
	d.Key("Return")
	d.See(window, "Send the token to")
	d.Settle(window)
	d.Keep("question")
	d.Key("Return") // Cancel has the keyboard
	d.Gone(window, "Send the token to")
	if thief.Load() != 0 {
		t.Error("another server was asked without a yes")
	}
	if text := c.run("history", "local"); strings.Contains(text, elsewhere.URL) {
		t.Error("the history names the other server")
	}
}
