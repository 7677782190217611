package doctor

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// reported is a patient with an account of which everything has a name of its own.
func reported(t *testing.T) *patient {
	t.Helper()
	p := newPatient(t)
	p.setUp()
	p.env["USER"], p.env["LOGNAME"] = "okonkwo", "okonkwo"
	p.ownProvider("northwind", "issuer = \"https://login.northwind-traders.test/realms/staff\"\n[client]\nid = \"northwind-desktop-7\"\n")
	p.Offline = true
	account := &auth.Account{
		ID: "k3v9x2m7q1ab", Provider: "northwind", State: auth.StateOffline,
		User:   identity.User{ID: "48211937", Login: "mira", Name: "Mira Okonkwo", Email: "mira@northwind-traders.test"},
		Groups: []identity.Group{{ID: "77", Name: "northwind:platform"}},
	}
	p.Accounts = func(context.Context) ([]*auth.Account, error) { return []*auth.Account{account}, nil }
	p.History = func(context.Context, string) ([]history.Entry, error) {
		at := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
		return []history.Entry{
			{Kind: history.HandedOut, At: at.Add(time.Minute), To: "deploy-to-mars, in kitty"},
			{Kind: history.Failed, At: at, During: "refresh", Failure: "offline", Count: 3, Reason: "login.northwind-traders.test could not be reached: dial tcp 192.0.2.7:443, mira@northwind-traders.test of MIRA"},
			{Kind: history.SignedIn, At: at.Add(-time.Hour)},
		}, nil
	}
	return p
}

// report makes a report of what is found.
func (p *patient) report() (string, error) {
	return Report(p.t.Context(), p.Options, slices.Collect(Examine(p.t.Context(), p.Options)), time.Date(2026, 1, 2, 16, 0, 0, 0, time.UTC))
}

func TestReport(t *testing.T) {
	p := reported(t)
	if err := os.WriteFile(filepath.Join(p.Home, "settings.toml"), []byte("theme = \"dark\"\nremember = true\nclipboard_seconds = 30\nodd = \"deploy-to-mars\"\n[hooks]\nexpired = \"deploy-to-mars\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := p.report()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"report of 2026-01-02T16:00:00Z", "- Accounts: ", "== Program and system ==", "Claviger: test",
		"[provider-1]: OpenID, of your own", "1 account\n[provider-1], offline: 1",
		"2026-01-02T15:04:05Z  failed     [account-1] at [provider-1], during refresh: offline, 3 times: [host-1] could not be reached: dial tcp [address-1]:443, [email-1] of [person-",
		"theme: dark", "remember: true", "clipboard_seconds: 30", "2 other settings",
		"[claviger] is yours", "searched for", "[host…]",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, private := range []string{"northwind", "mira", "okonkwo", "48211937", "k3v9x2m7q1ab", "192.0.2.7", p.Home, p.env["HOME"], "deploy-to-mars"} {
		if strings.Contains(strings.ToLower(text), strings.ToLower(private)) {
			t.Errorf("%q is in it", private)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// A vault that is not open is said so, and nothing of it is in the report.
func TestReportOfALockedVault(t *testing.T) {
	p := reported(t)
	p.PassphraseAtHand = false
	text, err := p.report()
	if err != nil || !strings.Contains(text, "They were not looked at: the vault is locked") || !strings.Contains(text, "not for those in your vault") {
		t.Errorf("%v\n%s", err, text)
	}
}

// Whatever holds a secret: nothing is made, and the part is named.
func TestReportWithASecretIsNotMade(t *testing.T) {
	const secret = "canary-5d1f0c77e2"
	for name, c := range map[string]struct {
		plant func(p *patient)
		part  string
	}{
		"a client secret of the vault": {func(p *patient) {
			if err := p.open(false).Put(t.Context(), "clients", []byte(`{"work": {"secret": "`+secret+`"}}`)); err != nil {
				t.Fatal(err)
			}
			p.env["BROWSER"] = "/opt/" + secret
		}, "Checks"},
		"a token of the vault, in an address": {func(p *patient) {
			if err := p.open(false).Put(t.Context(), "k3v9x2m7q1ab", []byte(`{"tokens": {"refresh_token": "`+secret+`/+="}}`)); err != nil {
				t.Fatal(err)
			}
			p.env["BROWSER"] = "/opt/canary-5d1f0c77e2%2F%2B%3D"
		}, "Checks"},
		"a JWT":           {func(p *patient) { p.env["BROWSER"] = "/opt/eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0." }, "Checks"},
		"a key of age":    {func(p *patient) { p.env["TERM"] = "AGE-SECRET-KEY-PQ-1QQQQ" }, "Program and system"},
		"a private key":   {func(p *patient) { p.env["LANG"] = "-----BEGIN EC PRIVATE KEY-----" }, "Program and system"},
		"a header":        {func(p *patient) { p.env["LANG"] = "Bearer abc123def456" }, "Program and system"},
		"a parameter":     {func(p *patient) { p.env["LANG"] = "client_secret=" + secret }, "Program and system"},
		"a login":         {func(p *patient) { p.env["LANG"] = "http://me:hunter22@[::1]/" }, "Program and system"},
		"a long text":     {func(p *patient) { p.env["LANG"] = strings.Repeat("a1B2", 12) }, "Program and system"},
		"of the history":  {func(p *patient) { p.History = saying("refused: refresh_token=" + secret) }, "Recent activity"},
		"of the settings": {func(p *patient) { p.settingsFile("theme = \"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.\"\n") }, "Settings"},
		"of a provider": {func(p *patient) {
			set, err := providers.Load(p.Home, []string{"CLAVIGER_NORTHWIND_CLIENT_SECRET=" + secret})
			if err != nil {
				t.Fatal(err)
			}
			p.Providers = func() (*providers.Set, error) { return set, nil }
			p.env["LANG"] = secret
		}, "Program and system"},
	} {
		t.Run(name, func(t *testing.T) {
			p := reported(t)
			if _, err := p.report(); err != nil {
				t.Fatalf("before: %v", err)
			}
			c.plant(p)
			text, err := p.report()
			leak, ok := errors.AsType[*LeakError](err)
			if !ok || leak.Part != c.part || text != "" || strings.Contains(err.Error(), secret) {
				t.Errorf("%v, want a leak in %q\n%s", err, c.part, text)
			}
		})
	}
}

func saying(reason string) func(context.Context, string) ([]history.Entry, error) {
	return func(context.Context, string) ([]history.Entry, error) {
		return []history.Entry{{Kind: history.Failed, At: time.Unix(1, 0), Reason: reason}}, nil
	}
}

func (p *patient) settingsFile(text string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.Home, "settings.toml"), []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func TestRedact(t *testing.T) {
	n := &names{known: map[string]string{}, count: map[string]int{}, public: map[string]bool{"accounts.example.com": true}}
	n.add(kindHome, "/home/mira")
	n.add(kindUser, "mira")
	n.add(kindUser, "root") // says nothing
	n.add(kindPerson, "Li")
	n.compile()
	for in, want := range map[string]string{
		"/home/mira/x of mira, not of admiral":                                         "[home]/x of [user], not of admiral",
		"MIRA_1 and Li, but no link":                                                   "[user]_1 and [person-1], but no link",
		"/home/other/y and C:\\Users\\other\\z":                                        "/home/[user]/y and C:\\Users\\[user]\\z",
		"a@b.test, A@b.test, c@b.test":                                                 "[email-1], [email-1], [email-2]",
		"https://x.test/a and x.test:443":                                              "https://[host-1]/a and [host-1]:443",
		"https://accounts.example.com/ at 127.0.0.1:80 and [::1]:80":                   "https://accounts.example.com/ at 127.0.0.1:80 and [::1]:80",
		"vault.json, agent.sock of org.freedesktop.secrets v1.2.3, go1.26.1, 14:04:05": "vault.json, agent.sock of org.freedesktop.secrets v1.2.3, go1.26.1, 14:04:05",
		"192.0.2.1 and 2001:db8::1, 192.0.2.1":                                         "[address-1] and [address-2], [address-1]",
	} {
		if got := n.redact(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
