package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/internal/notify/notifytest"
)

// settings writes settings.toml.
func (w *world) settings(text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.home, "settings.toml"), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// attended is a world with an account and an agent that shows notifications on a
// desktop.
func attended(t *testing.T, settings string, caps ...string) (*world, *authtest.Provider, *notifytest.Server, *agent) {
	t.Helper()
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	w.loginOdd(p, authtest.Mira)
	w.settings(settings)
	bus := notifytest.Bus(t)
	desktop := notifytest.Serve(t, bus, caps...)
	w.set("DBUS_SESSION_BUS_ADDRESS", bus)
	return w, p, desktop, w.startAgent()
}

// hookFacts waits for what a hook wrote that writes its environment.
func hookFacts(t *testing.T, path string) []string {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if data, err := os.ReadFile(path); err == nil {
			lines := strings.Split(strings.TrimSpace(string(data)), "\n")
			return slices.DeleteFunc(lines, func(s string) bool { return !strings.HasPrefix(s, "CLAVIGER_") })
		}
	}
	t.Fatal("no hook ran")
	return nil
}

// A refresh that the provider refuses is said on the desktop, without names, and to the
// person's hook with its facts; a click signs in again, and then it is taken away.
func TestAgentSaysThatASignInIsNeeded(t *testing.T) {
	out := filepath.Join(t.TempDir(), "facts")
	w, p, desktop, _ := attended(t, `[hooks]
sign_in_needed = ["sh", "-c", "env > \"$1.tmp\"; mv \"$1.tmp\" \"$1\"", "sh", "`+out+`"]
`, "body", "actions")
	p.RevokeAll()
	w.want(3, "token", "odd", "--force")
	note := notifytest.Get(t, "the notification", desktop.Notes)
	if note.Title != "A new sign-in is needed" || note.App != "Claviger" || !slices.Contains(note.Actions, "sign-in") {
		t.Errorf("shown: %+v", note)
	}
	for _, name := range []string{"Odd", "odd", "Mira", "mira"} {
		if strings.Contains(note.Title+note.Body, name) {
			t.Errorf("it names %q: %+v", name, note)
		}
	}
	facts := hookFacts(t, out)
	id := decode[account](t, w.want(0, "whoami", "--json").out).ID
	for _, want := range []string{
		"CLAVIGER_EVENT=sign_in_needed", "CLAVIGER_ACCOUNT=" + id, "CLAVIGER_PROVIDER=odd", "CLAVIGER_USER=Mira Okonkwo",
		"CLAVIGER_REASON=the provider ended the session (invalid_grant)", "CLAVIGER_HOME=" + w.home,
	} {
		if !slices.Contains(facts, want) {
			t.Errorf("the hook lacks %s:\n%s", want, strings.Join(facts, "\n"))
		}
	}
	desktop.Emit(t, "ActionInvoked", note.ID, "sign-in")
	if closed := notifytest.Get(t, "its end", desktop.Closed); closed != note.ID {
		t.Errorf("closed %d, not %d", closed, note.ID)
	}
	w.want(0, "token", "odd")
	if len(desktop.Notes) > 0 {
		t.Errorf("another notification: %+v", <-desktop.Notes)
	}
}

// Who wants names gets them; an agent that ends takes its notifications with it, and the
// next one does not repeat them.
func TestAgentNotificationsWithNames(t *testing.T) {
	w, p, desktop, a := attended(t, "notifications = \"names\"\n", "body")
	p.RevokeAll()
	w.want(3, "token", "odd", "--force")
	note := notifytest.Get(t, "the notification", desktop.Notes)
	if note.Title != "Sign in to Odd again" || note.Body != "Mira Okonkwo at Odd: the provider ended the session (invalid_grant)" {
		t.Errorf("shown: %+v", note)
	}
	if code := a.end(os.Interrupt); code != 0 {
		t.Errorf("exit code %d", code)
	}
	notifytest.Get(t, "its end", desktop.Closed)
	w.startAgent()
	w.loginOdd(p, authtest.Mira)
	p.RevokeAll()
	w.want(3, "token", "odd", "--force") // another sign-in has ended: that is news
	notifytest.Get(t, "the next one", desktop.Notes)
	if len(desktop.Notes) > 0 {
		t.Errorf("it is repeated: %+v", <-desktop.Notes)
	}
}

// Settings with a mistake run nothing and show nothing secret, and the agent says which
// line it is.
func TestAgentSaysWhatIsWrongWithTheSettings(t *testing.T) {
	w, p, desktop, a := attended(t, "\n[hooks]\nsign_in_needed = \"touch "+filepath.Join(t.TempDir(), "x")+"\"\n", "body")
	p.RevokeAll()
	w.want(3, "token", "odd", "--force")
	notifytest.Get(t, "the notification", desktop.Notes)
	a.hear(`settings.toml:3: hooks.sign_in_needed: must be a list of a program and its arguments`)
}

// A notification service that hangs holds neither tokens nor the end of the agent up.
func TestAgentAndADesktopThatHangs(t *testing.T) {
	w, p, desktop, a := attended(t, "")
	defer desktop.Hang()()
	p.RevokeAll()
	w.want(3, "token", "odd", "--force")
	w.loginOdd(p, authtest.Mira)
	w.want(0, "token", "odd")
	if code := a.end(os.Interrupt); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
