//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/claviger/claviger/providers/demo"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// studio signs Ola in, in the window, at a demo provider that can be stopped.
func studio(t *testing.T) (c *claviger, issuer string, stop func()) {
	t.Helper()
	d := desktop.Start(t, 1760, 720)
	c = newClaviger(t, d)
	c.binary = need(t, "CLAVIGER_CHECKED")
	issuer, stop = c.startDemo()
	c.provider("studio", fmt.Sprintf("id = \"studio\"\nname = \"Studio\"\npreset = \"demo\"\nissuer = %q\n\n[client]\nid = %q\n", issuer, demo.ClientID))
	c.openWindow()
	d.See(window, "Where do you want to sign in?")
	d.Click(window, "Studio")
	d.See(window, "Sign in to Studio")
	d.Click(window, "Ask for my groups")
	d.Click(window, "Sign in with your browser")
	c.approve(issuer, "ola")
	d.See(window, "ola@demo.example")
	return c, issuer, stop
}

// restart brings a provider back to where it was.
func (c *claviger) restart(issuer string) {
	c.t.Helper()
	if again, _ := c.startDemoAt(strings.TrimPrefix(issuer, "http://")); again != issuer {
		c.t.Fatalf("the provider was at %s and is at %s", issuer, again)
	}
}

// The provider goes away and comes back: the window says what is still known and
// what still works, retries automatically, and records it all in the history.
func TestOfflineAndBack(t *testing.T) {
	c, issuer, stop := studio(t)
	d := c.d
	d.See(window, "As of")
	d.Click(window, "Copy token")
	d.Eventually("the copy is noted", func() error {
		if out := c.run("history"); !strings.Contains(out, "the clipboard") {
			return fmt.Errorf("the history: %s", out)
		}
		return nil
	})

	stop()
	d.Click(window, "Refresh")
	d.See(window, "Shown as last seen")
	d.See(window, "Your token still works until")
	d.See(window, "Claviger retries automatically")
	d.See(window, "As last seen")
	d.See(window, "Offline. 1 task")
	d.Keep("offline")
	if out := c.run("token"); strings.TrimSpace(out) == "" {
		t.Error("the token that still works is not served")
	}
	d.Click(window, "Groups")
	d.See(window, "As last seen")
	d.Keep("offline-groups")
	small := desktop.Region{W: 720, H: 520}
	d.Place("Claviger", small)
	d.Settle(small)
	d.Keep("offline-narrow")
	d.Place("Claviger", window)
	d.Settle(window)

	d.Click(window, "Activity")
	d.Scroll(window, 40)
	d.See(window, "Refresh failed: offline")
	d.See(window, "Token copied to the clipboard")
	d.See(window, "Signed in")
	d.Keep("history")

	c.restart(issuer)
	d.See(window, "Active, refreshes") // nobody pressed anything
	d.Click(window, "Refresh")
	d.See(window, "Refreshed")
	d.Keep("back")
}

// A sign-out without the provider waits, and is proved once it is back.
func TestSignOutWaits(t *testing.T) {
	c, issuer, stop := studio(t)
	d := c.d
	stop()
	d.Click(window, "Refresh")
	d.See(window, "Shown as last seen")
	d.Click(window, "Sign out")
	d.See(window, "as soon as it can")
	d.Keep("asked")
	d.Key("Tab", "Return")
	d.See(window, "Signed out")
	d.See(window, "Not revoked yet")
	d.Click(window, "Don't undo")
	d.See(window, "Waiting for the network")
	d.See(window, "1 task pending")
	d.Keep("waits")
	if left := c.accounts(); len(left) != 0 {
		t.Errorf("accounts after the sign-out: %+v", left)
	}

	d.Click(window, "1 task pending")
	d.See(window, "Waiting for the network")
	d.See(window, "Revoke access of")
	d.See(window, "Sign-outs")
	d.Settle(desktop.Region{W: 260, H: 680}) // the time to the next try counts
	d.Keep("queue")
	d.Key("Return") // Try now, in vain
	d.See(window, "Revoke access of")
	c.restart(issuer)
	d.Key("Return")
	d.See(window, "Nothing pending")
	d.See(window, "access revoked, verified")
	d.Keep("proved")
	d.Click(window, "Receipt")
	d.See(window, "The provider now rejects the refresh token")
	d.Keep("receipt")
	if out := c.run("receipts"); !strings.Contains(out, "invalid_grant") {
		t.Errorf("the receipts: %s", out)
	}
	d.Click(window, "Clear")
	d.See(window, "The receipts were cleared")
	d.See(window, "Receipts of sign-outs are kept here")
	if left := c.records(); len(left) != 0 {
		t.Errorf("records after all is cleared: %q", left)
	}
}
