package cli

import (
	"os"
	"strings"
	"testing"
)

// A damaged account is told of to the person, also if the agent read it first: on the
// agent's terminal or log, and by the commands.
func TestAgentFindsADamagedAccount(t *testing.T) {
	w, _ := signedIn(t, 3600)
	path := records(t, w.home)[0]
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-20] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	a := w.startAgent()
	a.hear("1 account is damaged")
	tells := func(by *world) {
		t.Helper()
		if r := by.want(0, "accounts"); !strings.Contains(r.stderr, "1 account is damaged and set aside, not deleted. Sign in again") {
			t.Error(r.stderr)
		}
	}
	tells(w.keyless()) // who asks the agent
	a.end(os.Interrupt)
	tells(w)
	w.want(0, "login", "acme", "--timeout", "20s")
	w.want(0, "token")
}
