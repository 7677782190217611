package state

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth/oauth"
)

const foreign = "id = \"acme\"\npreset = \"oidc\"\nname = \"Acme\"\nissuer = \"https://login.acme.example\"\n\n[client]\nid = \"a\"\n\n[[groups]]\nname = \"Teams\"\nurl = \"https://elsewhere.example/teams\"\nkind = \"team\"\nitems = \".[]\"\n"

// A file that sends tokens to another server than its issuer's is added once the
// person agreed to that server, and not before.
func TestImportAsksAboutServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		set := realSet(t, r)
		path := filepath.Join(t.TempDir(), "acme.toml")
		if err := os.WriteFile(path, []byte(foreign), 0o600); err != nil {
			t.Fatal(err)
		}
		r.Start()
		r.q.settle()
		known := func() bool { _, ok := set.Lookup("acme"); return ok }
		r.Add.ImportFile(path)
		r.q.settle()
		ask := r.State().Add.Agree
		if ask == nil || ask.Text() != "elsewhere.example gets access tokens" || !strings.HasPrefix(ask.Question, "Acme uses servers") || known() {
			t.Fatalf("asked %+v, added %v", ask, known())
		}
		r.Disagree()
		r.Add.Agree() // too late
		r.q.settle()
		if known() || r.State().Add.Agree != nil {
			t.Fatal("added without a yes")
		}
		r.Add.ImportFile(path)
		r.q.settle()
		// What was shown is what is added, whatever became of the file.
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(foreign, "elsewhere", "evil")), 0o600); err != nil {
			t.Fatal(err)
		}
		r.Add.Agree()
		r.q.settle()
		if p, ok := set.Lookup("acme"); !ok || p.Groups[0].URL != "https://elsewhere.example/teams" {
			t.Errorf("not added as shown: %q", r.State().Add.Error)
		}
	})
}

// A change of a file that adds a server is asked about; one that adds none is not.
func TestSavingAsksAboutNewServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, set := editing(t)
		saved := func() bool {
			p, _ := set.Lookup("mine")
			return p.Groups[len(p.Groups)-1].Name == "More"
		}
		r.File.Type(mineWithTeams + "\n[[groups]]\nname = \"More\"\nurl = \"https://elsewhere.example/teams\"\nitems = \".[]\"\n")
		r.File.Save()
		r.q.settle()
		if ask := r.State().File.Agree; ask == nil || !strings.Contains(ask.Text(), "elsewhere.example gets access tokens") || saved() {
			t.Fatalf("asked %+v, saved %v", ask, saved())
		}
		r.File.Type(r.State().File.Text + "# changed since\n")
		r.File.Agree()
		r.q.settle()
		if saved() {
			t.Fatal("another text than the one that was asked about is saved")
		}
		r.File.Save()
		r.q.settle()
		r.File.Agree()
		r.q.settle()
		if !saved() || r.State().File.Agree != nil {
			t.Fatalf("not saved: %q", r.State().File.Error)
		}
		r.File.Type(r.State().File.Text + "# once more\n")
		r.File.Save()
		r.q.settle()
		if r.State().File.Agree != nil || r.State().File.Changed() {
			t.Error("asked again about the same server")
		}
	})
}

// A sign-in at a provider that moved stops, says so, and goes on there only when
// the person says that it did.
func TestConfirmMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		var moved []string
		r.sv.MoveSecret = func(_ context.Context, id string) error { moved = append(moved, id); return nil }
		a := signingIn(t, r)
		a.end <- fmt.Errorf("signing in: %w", &oauth.MovedError{Provider: "Demo", Was: "https://a.example", Now: "https://b.example"})
		r.q.settle()
		r.mustRoute(t, RouteProblem)
		if !r.State().Problem.Moved || r.requests[0].Moved || len(moved) > 0 {
			t.Fatalf("%+v, %v", r.State().Problem, moved)
		}
		r.attempts <- newAttempt(account("new"))
		r.SignIn.ConfirmMove()
		r.q.settle()
		if len(r.requests) != 2 || !r.requests[1].Moved || len(moved) != 1 {
			t.Errorf("%d requests, secrets moved: %v", len(r.requests), moved)
		}
	})
}

// An export that brings client secrets and the like comes in after a yes to just
// these; what it brings is named.
func TestImportAsksAboutSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "accounts.age")
	if err := os.WriteFile(file, []byte("an export"), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		r := moving(t)
		asks := []string{"The client secret of work, from https://work.example"}
		r.brings = func() ([]string, []string) { return []string{"Account: Ada at Work"}, asks }
		r.Move.Import(file, "correct horse", false)
		r.q.settle()
		m := r.State().Move
		if m.Agree == nil || m.Agree.Text() != asks[0] || m.Imported != "" || m.ImportError != "" || m.Importing {
			t.Fatalf("%+v", m)
		}
		r.Disagree()
		r.Move.Agree("correct horse") // too late
		r.q.settle()
		if m := r.State().Move; m.Imported != "" || m.Agree != nil {
			t.Fatalf("imported without a yes: %+v", m)
		}
		r.Move.Import(file, "correct horse", false)
		r.q.settle()
		asks = []string{"The client secret of work, from https://evil.example"}
		r.Move.Agree("correct horse")
		r.q.settle()
		if m := r.State().Move; m.Imported != "" || m.Agree == nil || m.Agree.Text() != asks[0] {
			t.Fatalf("a yes to something else: %+v", m)
		}
		r.Move.Agree("correct horse")
		r.q.settle()
		if m := r.State().Move; m.Agree != nil || !strings.Contains(m.Imported, "2 records added") || !strings.Contains(m.Imported, "Account: Ada at Work") {
			t.Fatalf("%+v", m)
		}
	})
}
