//go:build unix

package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// A name of one's own is one that commands take, that lists show, and that an export has.
func TestRename(t *testing.T) {
	w, _ := signedIn(t, 3600)
	odd := w.oddProvider(authtest.Behaviour{}, "")
	jonas := w.loginOdd(odd, authtest.Jonas)
	if out := w.want(0, "accounts", "rename", "acme", " My\twork ").out; !strings.Contains(out, "is now called My work.") {
		t.Errorf("it says %q", out)
	}
	if out := w.want(0, "accounts").out; !strings.Contains(out, "LABEL") || !strings.Contains(out, "My work") {
		t.Errorf("the list:\n%s", out)
	}
	mira := decode[struct{ ID, Label string }](t, w.want(0, "whoami", "My work", "--json").out)
	if mira.Label != "My work" || mira.ID == jonas {
		t.Errorf("%+v", mira)
	}
	if w.want(0, "token", "My work").out != w.want(0, "token", "acme").out {
		t.Error("its name gives another token")
	}
	w.want(2, "token", "my work")
	w.want(0, "accounts", "rename", jonas, "My work")
	w.want(2, "token", "My work").says(t, "mira@acme", "jonas@odd")
	w.want(0, "accounts", "rename", jonas, "acme")
	w.want(2, "token", "acme").says(t, "Several accounts match")
	w.want(0, "accounts", "rename", jonas, "")
	w.want(0, "token", "acme")
	w.want(2, "accounts", "rename", "acme", strings.Repeat("x", 81)).says(t, "80 characters")
	w.want(2, "accounts", "rename", "acme").says(t, "label")
	w.want(2, "accounts", "rename", "nobody", "x")

	file := filepath.Join(t.TempDir(), "export.age")
	if r := w.runInput("moving house\n", "vault", "export", file); r.code != 0 {
		t.Fatalf("export: %+v", r)
	}
	other := newcomer(t, w)
	if r := other.runInput("moving house\n", "vault", "import", file); r.code != 0 {
		t.Fatalf("import: %+v", r)
	}
	if got := decode[struct{ ID, Label string }](t, other.want(0, "whoami", "My work", "--json").out); got != mira {
		t.Errorf("elsewhere it is %+v, was %+v", got, mira)
	}
	w.noSecretInClear()
}
