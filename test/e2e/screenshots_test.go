//go:build e2e && screenshots

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/claviger/claviger/providers/demo"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// TestScreenshots takes the pictures of docs/screenshots from the real window,
// in light and dark, at both sizes that the design names.
// script/screenshots runs it.
func TestScreenshots(t *testing.T) {
	dir := need(t, "CLAVIGER_SCREENSHOTS")
	for _, theme := range []string{"light", "dark"} {
		for _, size := range []desktop.Region{{W: 1000, H: 680}, {W: 720, H: 520}} {
			name := theme
			if size.W != 1000 {
				name += "-narrow"
			}
			t.Run(name, func(t *testing.T) { shoot(t, dir, theme, name, size) })
		}
	}
}

func shoot(t *testing.T, dir, theme, name string, size desktop.Region) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	c.settings(fmt.Sprintf("theme = %q", theme))
	issuer, stopDemo := c.startDemo()
	c.provider("atelier", fmt.Sprintf("id = \"atelier\"\nname = \"Atelier\"\nmonogram = \"AT\"\npreset = \"demo\"\nissuer = %q\n\n[client]\nid = %q\n", issuer, demo.ClientID))
	window = size
	counting := []string{"waiting", "receipt", "queue"} // something moves there, always
	picture := func(what string) {
		t.Helper()
		if !slices.Contains(counting, what) {
			d.Settle(size)
		}
		if err := d.Picture(filepath.Join(dir, what+"-"+name+".png"), size); err != nil {
			t.Fatal(err)
		}
	}
	// A message that stays would hide the lower part of the page.
	closeMessage := func(text string) {
		t.Helper()
		d.See(size, text)
		d.Click(size, "OK")
		d.Gone(size, text)
	}

	process := c.openWindow()
	d.See(size, "Where do you want to") // the rest may be on the next line
	picture("welcome")
	d.Click(size, "Add a provider")
	picture("add")
	d.Type(issuer)
	d.Key("Return")
	d.See(size, "Register this redirect URI")
	picture("add-details")
	d.Scroll(size, 40)
	picture("add-offers")
	d.Type("claviger")
	d.Key("Return")
	d.See(size, "Sign in to Mine")
	d.Click(size, "Registration")
	d.Click(size, "Provider file")
	d.See(size, "Mine: provider file")
	picture("file")
	d.Key("ctrl+n")
	d.Key("Return")
	d.See(size, "Sign in to Demo")
	d.Click(size, "Ask for my groups")
	picture("sign-in")
	d.Click(size, "More")
	d.See(size, "Choose account")
	picture("sign-in-more")
	d.Click(size, "Less")
	d.Click(size, "Sign in with your browser")
	d.See(size, "Continue in your browser")
	picture("waiting")
	c.approve("http://127.0.0.1:", "tess")
	d.See(size, "tess@demo.example")
	closeMessage("Signed in as Tess Demo.")
	picture("profile")
	for _, tab := range []struct{ name, loaded string }{
		{"Groups", "Release captains"}, {"Tokens", "Access token"}, {"Activity", "after your browser came back"},
	} {
		d.Click(size, tab.name)
		d.See(size, tab.loaded)
		d.Gone(size, "One moment")
		picture(strings.ToLower(tab.name))
	}
	d.Key("ctrl+comma")
	picture("settings")

	// A provider that refuses, because the person presses Deny.
	d.Key("ctrl+n")
	d.Click(size, "Atelier")
	d.See(size, "Sign in to Atelier")
	d.Click(size, "Ask for my groups")
	d.Click(size, "Sign in with your browser")
	d.See(size, "Continue in your browser")
	d.Do(d.Tab(issuer), "deny", chromedp.Click(chromedp.ID("user-sam")), chromedp.Click(chromedp.ID("deny")))
	d.See(size, "Where it stopped")
	picture("error")

	// The same person again, at a provider that then goes away.
	d.Click(size, "Try again")
	d.See(size, "Continue in your browser")
	c.allow(d.Tab(issuer))
	d.See(size, "sam@demo.example")
	closeMessage("Signed in as Sam Okoro.")
	stopDemo()
	desktop.Stop(process)
	c.openWindow()
	d.Click(size, "Atelier")
	d.See(size, "Shown as last seen")
	picture("offline")
	d.Click(size, "Groups")
	picture("offline-groups")
	d.Click(size, "Activity")
	d.Key("Tab", "End") // the page follows the keyboard
	picture("history")
	d.Click(size, "Sign out")
	d.See(size, "cannot be reached now") // the rest may be on the next line
	picture("sign-out")
	d.Key("Tab", "Return")
	d.See(size, "Waiting for the network")
	picture("receipt")
	d.Click(size, "task pending")
	d.See(size, "Waiting for the network")
	d.Click(size, "Receipt")
	picture("queue")
	if _, err := os.Stat(filepath.Join(dir, "offline-"+name+".png")); err != nil {
		t.Fatal(err)
	}
}
