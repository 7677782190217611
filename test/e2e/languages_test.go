//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// A sign-in in another language, by keyboard: the keys and their order are the same. The
// reader of the screen knows Latin letters only, which German and all names have.
func TestSignInInEveryLanguage(t *testing.T) {
	for tag, says := range map[string]struct{ welcome, options, waiting, signedIn, groups []string }{
		"de": {
			welcome: []string{"Funktioniert sofort", "Token untersuchen"}, options: []string{"Bei Demo anmelden"}, waiting: []string{"Weiter in Ihrem Browser"},
			signedIn: []string{"Angemeldet als Tess Demo", "Berechtigungen"}, groups: []string{"Gruppen nicht angefordert"},
		},
		"ja": {welcome: []string{"GitHub"}, options: []string{"email"}},
	} {
		t.Run(tag, func(t *testing.T) {
			d := desktop.Start(t, 1760, 720)
			c := newClaviger(t, d)
			c.settings("theme = \"light\"\nlanguage = \"" + tag + "\"")
			see := func(phrases []string, english string) {
				t.Helper()
				for _, p := range phrases {
					d.See(window, p)
				}
				d.Gone(window, english)
			}
			c.openWindow()
			see(says.welcome, "Inspect a token")
			d.Keep("welcome")
			d.Key("Return")
			see(says.options, "Use a code instead")
			d.Key("Return")
			see(says.waiting, "Open browser again")
			c.approve("http://127.0.0.1:", "tess")
			see(append(says.signedIn, "tess@demo.example"), "Signed in as Tess Demo")
			d.Keep("account")
			d.Key("ctrl+2")
			see(says.groups, "Groups not requested")
			if list := c.accounts(); len(list) != 1 || list[0].User.Login != "tess" || list[0].State != "active" {
				t.Errorf("accounts: %+v", list)
			}
			if past := c.run("history", "demo"); !strings.Contains(past, "signed in") && !strings.Contains(past, "Signed in") {
				t.Errorf("history: %s", past)
			}
		})
	}
}

// An account gets a name of its own, is signed out, and is there again: all by keyboard.
func TestNameAndUndoByKeyboard(t *testing.T) {
	d := desktop.Start(t, 1000, 680)
	c := newClaviger(t, d)
	// Built without the migration tag, Fyne reports calls on wrong goroutines.
	c.binary = need(t, "CLAVIGER_CHECKED")
	p := authtest.NewProvider(t)
	c.signIn(p)
	c.openWindow()
	d.See(window, authtest.Mira.Name)
	d.Key("F2")
	d.See(window, "Name and colour")
	d.Type("Harbour")
	d.Key("Return")
	d.See(window, "Harbour")
	d.Gone(window, "Name and colour")
	d.Keep("named")
	token := c.run("token", "Harbour") // commands take the name

	d.Key("ctrl+k")
	d.See(window, "Go to anything")
	d.Type("Sign out")
	d.Turn()
	d.Key("Return")
	d.See(window, "Also revoke access")
	d.Key("Tab", "Return")
	d.See(window, "Signed out")
	d.See(window, "Undo")
	d.Keep("signed-out")
	if list := c.accounts(); len(list) != 0 {
		t.Errorf("accounts after the sign-out: %+v", list)
	}
	d.Key("ctrl+u")
	d.Gone(window, "Signed out")
	d.See(window, "Harbour")
	if again := c.run("token", "Harbour"); again != token {
		t.Error("the account came back with another token: the sign-out reached the provider")
	}
}
