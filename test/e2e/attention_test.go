//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/internal/notify/notifytest"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// TestMinimisedWindowSaysThatASignInIsNeeded: nobody sees the window, so the desktop says
// it; a click shows the account, and nothing is said that the person sees anyhow.
func TestMinimisedWindowSaysThatASignInIsNeeded(t *testing.T) {
	p := authtest.NewProvider(t)
	d := desktop.Start(t, 1020, 700)
	c := newClaviger(t, d)
	c.provider("odd", fmt.Sprintf("id = \"odd\"\nname = \"Odd\"\npreset = \"oidc\"\nissuer = %q\nclient.id = %q\n", p.URL, authtest.ClientID))
	c.run("login", "odd", "--json")
	bus := ""
	for _, kv := range d.Env() {
		if address, ok := strings.CutPrefix(kv, "DBUS_SESSION_BUS_ADDRESS="); ok {
			bus = address
		}
	}
	service := notifytest.Serve(t, bus, "body", "actions")
	c.openWindow()
	d.See(window, "Mira Okonkwo")
	d.Minimise("Claviger")
	p.RevokeAll()
	if err := c.command("token", "odd", "--force").Run(); err == nil {
		t.Fatal("a token of a session that has ended")
	}
	note := notifytest.Get(t, "the notification", service.Notes)
	if note.Title != "A new sign-in is needed" || fmt.Sprint(note.Actions) != "[default Show sign-in Sign in]" {
		t.Errorf("shown: %+v", note)
	}
	service.Emit(t, "ActionInvoked", note.ID, "sign-in")
	d.See(window, "Sign in with your browser")
	d.Click(window, "Sign in with your browser")
	if closed := notifytest.Get(t, "its end", service.Closed); closed != note.ID {
		t.Errorf("closed %d, not %d", closed, note.ID)
	}
	if len(service.Notes) > 0 {
		t.Errorf("another one: %+v", <-service.Notes)
	}
}
