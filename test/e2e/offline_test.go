//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"claviger/providers/demo"
	"claviger/test/e2e/desktop"
)

// The provider goes away and comes back: the window says what is still known and
// what still works, tries again by itself, and tells it all in the history.
func TestOfflineAndBack(t *testing.T) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	c.binary = need(t, "CLAVIGER_CHECKED")
	issuer, stop := c.startDemo()
	c.provider("studio", fmt.Sprintf("id = \"studio\"\nname = \"Studio\"\npreset = \"demo\"\nissuer = %q\n\n[client]\nid = %q\n", issuer, demo.ClientID))
	c.openWindow()
	d.See(window, "Where do you want to sign in?")
	d.Click(window, "Studio")
	d.See(window, "Sign in to Studio")
	d.Click(window, "Ask for my groups")
	d.Click(window, "Sign in with your browser")
	c.approve(issuer, "ola")
	d.See(window, "ola@demo.example")
	d.See(window, "As of just now")
	d.Click(window, "Copy token")
	d.See(window, "The clipboard is cleared in")

	stop()
	d.Click(window, "Refresh")
	d.See(window, "Shown as last seen")
	d.See(window, "Your token still works until")
	d.See(window, "Claviger tries again by itself")
	d.See(window, "As last seen")
	d.See(window, "Offline")
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

	again, _ := c.startDemoAt(strings.TrimPrefix(issuer, "http://"))
	if again != issuer {
		t.Fatalf("the provider was at %s and is at %s", issuer, again)
	}
	d.See(window, "Active, renews itself") // nobody pressed anything
	d.Click(window, "Refresh")
	d.See(window, "Refreshed")
	d.Keep("back")
}
