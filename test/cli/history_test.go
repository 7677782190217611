//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/history"
)

// TestHistory: each command leaves its mark, another one reads it.
func TestHistory(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	first := strings.TrimSpace(w.want(0, "token", "odd").out)
	w.want(0, "token", "odd", "--header")
	w.want(0, "token", "odd", "--id-token")
	w.want(0, "exec", "odd", "--", "true")
	second := strings.TrimSpace(w.want(0, "token", "odd", "--force").out)
	p.RevokeAll()
	w.want(3, "token", "odd", "--force")

	self, err := os.Executable() // which asks, and which no shell stands above
	if err != nil {
		t.Fatal(err)
	}
	me := filepath.Base(self)
	if len(me) > 15 { // as much of a name as Linux keeps
		me = me[:15]
	}
	text := w.want(0, "history", "odd", "--json").out
	list := decode[[]history.Entry](t, text)
	got := inShort(t, list)
	want := []string{
		"failed   rejected",
		"handed_out " + me + " access_token of refreshed",
		"refreshed",
		"handed_out true access_token of signed_in",
		"handed_out " + me + " id_token",
		"handed_out " + me + " access_token of signed_in",
		"signed_in",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	shown := w.want(0, "history", "odd").out
	for _, part := range []string{"Mira Okonkwo at Odd", "Signed in, token ", " given to " + me, " given to true", "refresh token replaced", "Refresh failed: "} {
		if !strings.Contains(shown, part) {
			t.Errorf("no %q in\n%s", part, shown)
		}
	}
	for _, token := range []string{first, second} {
		if strings.Contains(text+shown, token) {
			t.Error("the history tells a token")
		}
	}
	w.noSecretInClear()

	isCleared(t, w)
	w.want(0, "logout", id, "--local")
	if files, _ := filepath.Glob(filepath.Join(w.home, "vault", "records", "*")); len(files) != 1 || !strings.HasSuffix(files[0], "-signout.age") {
		t.Errorf("a signed-out account leaves %v, want its receipt", files)
	}
}

// inShort is a line an entry; a token that was handed out is named by where it
// came from.
func inShort(t *testing.T, list []history.Entry) []string {
	t.Helper()
	from := map[string]history.Kind{}
	for _, e := range list {
		if e.Kind == history.Refreshed || e.Kind == history.SignedIn {
			from[e.Token] = e.Kind
		}
	}
	var out []string
	for _, e := range list {
		if e.At.IsZero() || e.At.Nanosecond() != 0 {
			t.Errorf("time %v", e.At)
		}
		line := strings.Join([]string{string(e.Kind), e.To, string(e.TokenKind), string(e.Failure)}, " ")
		if e.TokenKind == history.AccessToken {
			line += "of " + string(from[e.Token])
		}
		out = append(out, strings.TrimSpace(line))
	}
	return out
}

func isCleared(t *testing.T, w *world) {
	t.Helper()
	w.want(2, "history", "--clear", "--json")
	w.want(0, "history", "--clear")
	if got := w.want(0, "history", "--json").out; got != "[]\n" {
		t.Errorf("after it was cleared: %s", got)
	}
	if got := w.want(0, "history").out; !strings.HasPrefix(got, "No history for") {
		t.Errorf("after it was cleared: %s", got)
	}
}
