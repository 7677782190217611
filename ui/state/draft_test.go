package state

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

const onceSecret = "canary-shown-only-once"

// started is a rig with real provider files and some accounts.
func started(t *testing.T) (*rig, *providers.Set) {
	t.Helper()
	r := newRig(t, withAccounts("a", "b"), func(r *rig) { r.vault.status.Protection = vault.Both })
	set := realSet(t, r)
	r.Start()
	r.q.settle()
	return r, set
}

// Whatever leaves a half-filled form, what was typed is there again.
func TestLeavingKeepsWhatWasTyped(t *testing.T) {
	for name, leave := range map[string]func(r *rig){
		"Escape":          func(r *rig) { r.Cancel() },
		"another account": func(r *rig) { r.SelectAccount("b") },
		"the cards":       func(r *rig) { r.Home() },
		"the settings":    func(r *rig) { r.OpenSettings() },
		"another form":    func(r *rig) { r.Setup.Edit("gitlab") },
		"the lock":        func(r *rig) { r.Lock(); r.q.settle(); r.Unlock("correct horse"); r.q.settle() },
		"a lost close":    func(r *rig) { r.MayQuit(); r.KeepEditing(); r.Cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, _ := started(t)
				r.Setup.Edit("github")
				r.Typed(FieldClientID, "my-id", "")
				r.Typed(FieldSecret, onceSecret, "")
				leave(r)
				r.q.settle()
				if r.State().Route == RouteSetup && r.State().Setup.Provider.ID == "github" {
					t.Fatal("the page is not left")
				}
				if len(r.State().Draft()) > 0 {
					t.Error("another page has the draft")
				}
				st := r.State()
				github := st.Providers[slices.IndexFunc(st.Providers, func(p *providers.Provider) bool { return p.ID == "github" })]
				if word, ready := st.ProviderStatus(github); word != "Not saved yet" || ready {
					t.Errorf("the draft is told as %q, ready: %v", word, ready)
				}
				if !st.SetupDraft("github") || st.SetupDraft("gitlab") {
					t.Error("the wrong provider is shown as half filled")
				}
				r.SignIn.Choose("github")
				r.mustRoute(t, RouteSetup)
				d := r.State().Draft()
				if d.Value(FieldClientID, "") != "my-id" || d.Value(FieldSecret, "") != onceSecret {
					t.Error("what was typed is gone")
				}
			})
		})
	}
}

func TestDraftsShowNoSecretWhenPrinted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := started(t)
		r.Setup.Edit("github")
		r.Typed(FieldSecret, onceSecret, "")
		if s := fmt.Sprintf("%v %+v %#v", r.State().Drafts, r.State().Drafts, r.State().Drafts); strings.Contains(s, "canary") {
			t.Error("a draft prints its secret")
		}
	})
}

func TestSavingEndsADraft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, set := started(t)
		r.sv.SettingsPath = ""
		r.Setup.Edit("github")
		r.Typed(FieldClientID, "my-id", "")
		r.Typed(FieldSecret, onceSecret, "")
		r.Setup.Save("my-id", providers.NewSecret(onceSecret), nil)
		r.q.settle()
		r.mustRoute(t, RouteOptions)
		if len(r.State().Unsaved()) > 0 {
			t.Errorf("still unsaved: %q", r.State().Unsaved())
		}
		if p, _ := set.Lookup("github"); p.Client.ID != "my-id" {
			t.Errorf("client ID %q", p.Client.ID)
		}
	})
}

func TestTypingBackEndsADraft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := started(t)
		r.Setup.Edit("github")
		r.Typed(FieldClientID, "my-id", "was")
		r.Typed(FieldClientID, "was", "was")
		if len(r.State().Draft()) > 0 || !r.MayQuit() {
			t.Error("what is saved already counts as unsaved")
		}
	})
}

// Throwing away takes one yes; Escape answers no.
func TestDiscardAsksOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := started(t)
		r.Setup.Edit("github")
		r.AskDiscard()
		if r.State().Discarding {
			t.Error("there is nothing to discard")
		}
		r.Typed(FieldSecret, onceSecret, "")
		r.AskDiscard()
		r.Cancel()
		r.mustRoute(t, RouteSetup)
		if r.State().Discarding || len(r.State().Draft()) == 0 {
			t.Error("Escape is no")
		}
		form := r.State().Setup.Form
		r.AskDiscard()
		r.Discard()
		if r.State().Discarding || len(r.State().Draft()) > 0 || r.State().Setup.Form == form {
			t.Error("the form is not empty")
		}
	})
}

func TestHalfFilledNewProviders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := started(t)
		r.sv.Discover = func(context.Context, string, string) (*providers.Metadata, error) { return found(), nil }
		r.Add.Open()
		r.Add.ChoosePreset("gitlab")
		r.Typed("name", "Ours", r.State().Add.Name)
		r.Typed(FieldSecret, onceSecret, "")
		r.Cancel() // a step back
		if r.State().Add.Chosen() || !r.State().AddDraft() {
			t.Fatalf("%+v", r.State().Add)
		}
		r.Add.LookUp("https://login.forge.example")
		r.q.settle()
		r.Typed(FieldClientID, "forge-id", "")
		r.SelectAccount("a")
		r.Add.Open() // the one that was shown last
		if a := r.State().Add; a.Found == nil || a.ID != "forge" || r.State().Draft().Value(FieldClientID, "") != "forge-id" {
			t.Fatalf("%+v", a)
		}
		r.Cancel()
		r.Add.ChoosePreset("gitlab")
		if d := r.State().Draft(); d.Value("name", "") != "Ours" || d.Value(FieldSecret, "") != onceSecret {
			t.Error("the other one is gone")
		}
		want := []string{"New provider, https://login.forge.example", "New provider, based on GitLab"}
		if got := r.State().Unsaved(); !slices.Equal(got, want) {
			t.Errorf("unsaved: %q", got)
		}
		r.Add.Save(NewProvider{ID: "ours", Name: "Ours", ClientID: "x"})
		r.q.settle()
		if got := r.State().Unsaved(); len(got) != 1 {
			t.Errorf("unsaved after adding one: %q", got)
		}
	})
}

func TestIssuerThatWasTyped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := started(t)
		r.Add.Open()
		r.Typed("issuer", "https://login.fo", "")
		r.Cancel()
		if !r.MayQuit() {
			t.Error("an address alone is no reason to ask")
		}
		r.Add.Open()
		if a := r.State().Add; a.Issuer != "https://login.fo" {
			t.Errorf("%+v", a)
		}
	})
}

func TestEditedFileIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, set := editing(t)
		typed := mine + "# typed\n"
		r.File.Type(typed)
		r.q.settle()
		r.SelectAccount("x")
		r.q.settle()
		// Meanwhile an editor changed it.
		p, _ := set.Lookup("mine")
		if err := os.WriteFile(p.Origin, []byte(mine+"# elsewhere\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r.File.Edit("mine")
		r.q.settle()
		if f := r.State().File; f.Text != typed || !f.Changed() {
			t.Fatalf("%q", f.Text)
		}
		r.File.Save()
		r.q.settle()
		if r.State().File.Error == "" || len(r.State().Unsaved()) != 1 {
			t.Error("the other change is overwritten")
		}
		r.AskDiscard()
		r.Discard()
		r.q.settle()
		if f := r.State().File; f.Text != mine+"# elsewhere\n" || f.Changed() || len(r.State().Unsaved()) > 0 {
			t.Errorf("%q", f.Text)
		}
		r.File.Type(typed)
		r.File.Save()
		r.q.settle()
		if got, _ := os.ReadFile(p.Origin); string(got) != typed || len(r.State().Unsaved()) > 0 {
			t.Errorf("saved %q, unsaved %q", got, r.State().Unsaved())
		}
	})
}

func TestTheEndAsksForDrafts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := started(t)
		quits := 0
		r.sv.Quit = func() { quits++ }
		if !r.MayQuit() {
			t.Error("it asks for nothing")
		}
		r.Setup.Edit("github")
		r.Typed(FieldSecret, onceSecret, "")
		r.SelectAccount("a")
		if r.MayQuit() || r.State().Quit == nil || !slices.Equal(r.State().Quit.Lost, []string{"Setup of GitHub"}) {
			t.Fatalf("%+v", r.State().Quit)
		}
		r.Cancel()
		if r.State().Quit != nil {
			t.Fatal("Escape is no")
		}
		r.mustRoute(t, RouteAccount)
		if r.MayQuit() {
			t.Fatal("it asks once only")
		}
		r.DiscardAndQuit()
		r.DiscardAndQuit()
		r.q.settle()
		if quits != 1 {
			t.Errorf("ended %d times", quits)
		}
	})
}

// Under the lock, the question opens nothing else.
func TestTheEndAsksUnderTheLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := started(t)
		r.Setup.Edit("github")
		r.Typed(FieldSecret, onceSecret, "")
		r.Lock()
		r.q.settle()
		if r.MayQuit() {
			t.Fatal("the draft is lost")
		}
		r.OpenSettings()
		r.KeepEditing()
		r.mustRoute(t, RouteLocked)
	})
}

func TestPassphrasesAreKeptUntilTheLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := started(t)
		r.Protect.Open()
		r.Typed("pass", "correct horse", "")
		r.Cancel()
		r.Protect.Open()
		if r.State().Draft().Value("pass", "") != "correct horse" {
			t.Error("it is gone")
		}
		if !r.MayQuit() {
			t.Error("a passphrase alone is no reason to ask")
		}
		r.Lock()
		r.q.settle()
		r.Unlock("correct horse")
		r.q.settle()
		r.Protect.Open()
		if len(r.State().Draft()) > 0 {
			t.Error("it outlives the lock")
		}
		r.Typed("pass", "correct horse", "")
		r.Protect.Choose(vault.Passphrase)
		r.Protect.Save("", "correct horse", "correct horse")
		r.q.settle()
		if len(r.State().Drafts) > 0 {
			t.Error("it outlives its use")
		}
	})
}

func TestChoicesOfASignInAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.Start()
		r.q.settle()
		r.SignIn.Choose("demo")
		first := r.State().Options
		r.Options.SetGroups(true)
		r.Options.SetRemember(false)
		r.Options.ToggleScope("email")
		r.Options.ToggleScope("profile")
		r.Options.ToggleScope("profile") // on again
		r.Options.AddScope("extra")
		r.Options.AddScope("gone")
		r.Options.ToggleScope("gone")
		r.Options.SetPrompt("login")
		r.Typed("hint", "mira", "")
		want := r.State().Options
		r.Cancel()
		r.SignIn.Choose("demo")
		got := r.State().Options
		if !slices.Equal(got.Scopes, want.Scopes) || got.Groups != want.Groups || got.Remember != want.Remember || got.Prompt != "login" || !got.MoreOpen {
			t.Errorf("%+v\n%+v", got, want)
		}
		if r.State().Draft().Value("hint", "") != "mira" || !r.MayQuit() {
			t.Error("the hint is gone, or the choices are worth a question")
		}
		r.Discard()
		if got := r.State().Options; !slices.Equal(got.Scopes, first.Scopes) || got.Groups || !got.Remember || got.Prompt != "" || len(r.State().Draft()) > 0 {
			t.Errorf("%+v", got)
		}
		r.Options.SetGroups(true)
		a := newAttempt(account("new"))
		r.attempts <- a
		r.SignIn.Start("", nil, false)
		r.q.settle()
		a.end <- nil
		r.q.settle()
		r.SignIn.Choose("demo")
		if r.State().Options.Groups {
			t.Error("the choices outlive the sign-in")
		}
	})
}

// An error goes with the field that it is about, and points at it.
func TestErrorsOfFields(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := started(t)
		r.Setup.Edit("keycloak")
		r.Setup.Save("", providers.Secret{}, nil)
		s := r.State().Setup
		if s.Error == "" || !strings.HasPrefix(s.ErrorAt.Field, VariableField("")) || s.ErrorAt.N == 0 {
			t.Fatalf("%+v", s)
		}
		r.Setup.Save("", providers.Secret{}, nil)
		if again := r.State().Setup.ErrorAt; again.N == s.ErrorAt.N {
			t.Error("the second time it is not brought into view")
		}
		r.Typed(FieldClientID, "x", "")
		if r.State().Setup.Error == "" {
			t.Error("another field takes it away")
		}
		r.Typed(s.ErrorAt.Field, "x", "")
		if r.State().Setup.Error != "" {
			t.Error("it stays after the field was changed")
		}
		r.Add.Open()
		r.Add.ChoosePreset("keycloak")
		r.Add.Save(NewProvider{ID: "Not An Id", ClientID: "x"})
		r.q.settle()
		if a := r.State().Add; a.ErrorAt.Field != "id" {
			t.Errorf("%+v", a.ErrorAt)
		}
		r.Typed("id", "fine", "keycloak-2")
		if r.State().Add.Error != "" {
			t.Error("it stays after the field was changed")
		}
	})
}

// Nothing of a draft reaches the disk before it is saved.
func TestDraftsStayInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := started(t)
		dir := t.TempDir()
		r.file.path = filepath.Join(dir, "settings.toml")
		r.Setup.Edit("github")
		r.Typed(FieldSecret, onceSecret, "")
		n := r.State().Settings
		n.Theme = ThemeDark
		r.SetSettings(n)
		r.Cancel()
		r.q.settle()
		err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if strings.Contains(string(data), "canary") {
				t.Errorf("%s has it", e.Name())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
