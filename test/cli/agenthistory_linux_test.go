package cli

import (
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/history"
)

// The history says which tokens a command handed on, whoever got them for it: the
// agent's answer has more than most commands print.
func TestHistoryIsTheSameThroughTheAgent(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	w.loginOdd(p, authtest.Mira)
	for _, args := range [][]string{
		{"token", "odd"},
		{"token", "odd", "--header"},
		{"token", "odd", "--id-token"},
		{"token", "odd", "--json"},
		{"exec", "odd", "--", "true"},
	} {
		w.want(0, "history", "odd", "--clear")
		w.want(0, args...)
		want := w.kindsHanded()
		w.want(0, "history", "odd", "--clear")
		a := w.startAgent()
		w.keyless().want(0, args...)
		a.end(syscall.SIGTERM)
		if diff := cmp.Diff(want, w.kindsHanded()); diff != "" || len(want) == 0 {
			t.Errorf("%v: through the agent, the history says something else:\n%s", args, diff)
		}
	}
}

// kindsHanded are the programs of the history, with the kinds of tokens they got.
func (w *world) kindsHanded() []string {
	w.t.Helper()
	var out []string
	for _, e := range decode[[]history.Entry](w.t, w.want(0, "history", "odd", "--json").out) {
		if e.Kind == history.HandedOut {
			out = append(out, e.To+" "+string(e.TokenKind))
		}
	}
	slices.Sort(out)
	return out
}

// A program that asks by itself has the ID token only if it asks for it, and the history
// says so.
func TestHistoryOfAProgramThatAsks(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	w.loginOdd(p, authtest.Mira)
	w.want(0, "agent", "rule", "odd", "always")
	for body, both := range map[string]bool{`{}`: false, `{"form": "header"}`: false, `{"id_token": true}`: true} {
		w.want(0, "history", "odd", "--clear")
		a := w.startAgent()
		status, answer := send(t, a.socket, "POST", "/v1/token", body)
		a.end(syscall.SIGTERM)
		kinds := strings.Join(w.kindsHanded(), ", ")
		if status != 200 || strings.Contains(answer, "id_token") != both || strings.Contains(kinds, "id_token") != both || !strings.Contains(kinds, "access_token") {
			t.Errorf("%s: %d, and the history: %s", body, status, kinds)
		}
	}
}
