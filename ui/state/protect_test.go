package state

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/internal/appearance"
	"github.com/claviger/claviger/ui/words"
	"github.com/claviger/claviger/vault"
)

func TestChangingTheProtection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		fails := func(words string) {
			t.Helper()
			r.q.settle()
			r.mustRoute(t, RouteProtect)
			if got := r.State().Protect; !strings.Contains(got.Error, words) || got.Busy {
				t.Fatalf("%+v, want %q", got, words)
			}
		}
		works := func(p vault.Protection, words string) {
			t.Helper()
			r.q.settle()
			r.mustRoute(t, RouteSettings)
			if st := r.State(); st.Vault.Protection != p || !strings.Contains(st.Notice.Text, words) {
				t.Fatalf("%q, notice %q", st.Vault.Protection, st.Notice.Text)
			}
		}
		r.Protect.Open()
		r.Protect.Choose(vault.Both)
		r.Protect.Save("", "short", "short")
		fails("8 characters")
		r.Protect.Save("", "correct horse", "correct cow")
		fails("do not match")
		r.Protect.Save("", "correct horse", "correct horse")
		works(vault.Both, "Your passphrase and the keyring")

		// From here on the present passphrase is asked for.
		r.Protect.Open()
		r.Protect.Save("", "battery staple", "battery staple")
		fails("current passphrase")
		r.Protect.Save("wrong", "battery staple", "battery staple")
		fails("wrong passphrase")
		r.Protect.Save("correct horse", "battery staple", "battery staple")
		works(vault.Both, "Your passphrase and the keyring")
		if r.vault.passphrase != "battery staple" {
			t.Fatal("the passphrase is as before")
		}
		r.Protect.Open()
		r.Protect.Choose(vault.Keyring)
		r.vault.status.KeyringProblem = "keyring is locked"
		r.Protect.Save("battery staple", "", "")
		fails("no usable keyring")
		r.vault.status.KeyringProblem = ""
		r.Protect.Save("battery staple", "left over", "")
		works(vault.Keyring, "without a passphrase")
		if r.vault.passphrase != "" {
			t.Error("a passphrase was set")
		}
		r.Protect.Open()
		r.Cancel()
		r.mustRoute(t, RouteSettings)
	})
}

// A vault that a key file opens needs no passphrase and no keyring: it opens, a
// first sign-in asks for nothing, and its page offers what there is to change.
func TestTheWindowWithAKeyFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), func(r *rig) {
			r.vault.status = vault.Status{Protection: vault.File, KeyFile: "/home/ada/key", KeyringProblem: "no usable keyring: none"}
		})
		r.Start()
		r.q.settle()
		if len(r.State().Accounts) != 1 {
			t.Fatal("the accounts are not there")
		}
		facts := fmt.Sprint(words.VaultPairs(r.State().Vault))
		if !strings.Contains(facts, "in the key file /home/ada/key") || strings.Contains(facts, "no usable keyring") {
			t.Error(facts)
		}
		r.Protect.Open()
		for _, c := range r.State().Protect.Protections() {
			if !c.Offered || c.Chosen != (c.Value == vault.File) {
				t.Errorf("%+v", c)
			}
		}
		r.Protect.Choose(vault.Passphrase)
		r.Protect.Save("", "correct horse", "correct horse")
		r.q.settle()
		if st := r.State(); st.Vault.Protection != vault.Passphrase || !strings.Contains(st.Notice.Text, "Delete it if nothing else needs it: /home/ada/key") {
			t.Errorf("%+v, %q", st.Vault, st.Notice.Text)
		}
		r.Protect.Open()
		for _, c := range r.State().Protect.Protections() {
			if c.Offered != (c.Value != vault.File) {
				t.Errorf("%+v", c)
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(r *rig) { r.vault.status = vault.Status{KeyFile: "/home/ada/key", KeyringProblem: "none found"} })
		r.Start()
		r.q.settle()
		r.SignIn.Choose("demo")
		r.attempts <- newAttempt(account("x"))
		r.SignIn.Start("", nil, false)
		r.mustRoute(t, RouteWaiting)
		if text := fmt.Sprint(words.VaultPairs(r.State().Vault)); !strings.Contains(text, "will be stored in /home/ada/key") {
			t.Error(text)
		}
		r.Cancel()
	})
	for words, v := range map[string]vault.Status{
		"passphrase": {Protection: vault.Both}, "key file": {Protection: vault.File}, "keyring": {Protection: vault.Keyring},
	} {
		if text := (State{Vault: v}).LockedText(); !strings.Contains(text, words) {
			t.Errorf("%+v: %q", v, text)
		}
	}
}

// What a person does in the window puts off the lock; what comes by itself
// does not.
func TestTheVaultIsToldOfUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		r.OpenSettings()
		r.q.settle()
		if r.vault.uses() != 0 {
			t.Fatal("told although nothing locks by itself")
		}
		r.Protect.LockAfter(15 * time.Minute)
		r.q.settle()
		if r.State().Vault.LockAfter != 900 {
			t.Fatalf("%+v", r.State().Vault)
		}
		before := r.vault.uses()
		waits(r, 30*time.Second)
		r.agent.changes <- struct{}{}
		waits(r, 30*time.Second)
		r.SetDesktop(appearance.Wishes{Contrast: true}) // such as in the evening
		r.q.settle()
		if got := r.vault.uses(); got != before {
			t.Fatalf("told %d times while nobody was there", got-before)
		}
		for range 5 {
			r.SetSearch("x")
			r.q.settle()
		}
		if got := r.vault.uses(); got != before+1 {
			t.Fatalf("told %d times of clicks at once", got-before)
		}
		waits(r, time.Minute)
		r.SelectAccount("a")
		r.q.settle()
		if got := r.vault.uses(); got != before+2 {
			t.Fatalf("told %d times", got-before)
		}
	})
}

// moving is a store on the page for export and import.
func moving(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, withAccounts("a"))
	r.vault.moved, r.vault.movedWith = "an export", "correct horse"
	r.Start()
	r.q.settle()
	r.Move.Open()
	return r
}

func TestExportVault(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r := moving(t)
		for _, c := range [][2]string{{"", ""}, {"short", "short"}, {"correct horse", "correct cow"}} {
			if r.Move.CanExport(c[0], c[1]) || r.State().Move.ExportError == "" {
				t.Errorf("%q was taken", c)
			}
		}
		if !r.Move.CanExport("correct horse", "correct horse") || r.State().Move.ExportError != "" {
			t.Fatalf("%+v", r.State().Move)
		}
		file := filepath.Join(dir, "accounts.age")
		r.st.Drafts[Form(RouteMove)] = Draft{}
		r.Move.Export(file, "correct horse")
		if r.Move.CanExport("correct horse", "correct horse") || r.Move.CanImport("correct horse") {
			t.Error("another one can begin meanwhile")
		}
		r.q.settle()
		if _, typed := r.State().Drafts[Form(RouteMove)]; typed {
			t.Error("the passphrases that were typed are kept")
		}
		data, err := os.ReadFile(file)
		if err != nil || string(data) != "an export" || !strings.Contains(r.State().Move.Exported, "2 records written to "+file) {
			t.Fatalf("%q, %v, %+v", data, err, r.State().Move)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Fatal(info, err)
		}
		r.Move.Export(filepath.Join(dir, "missing", "x"), "correct horse")
		r.q.settle()
		if r.State().Move.ExportError == "" {
			t.Error("a file that cannot be written is not told")
		}
		r.Cancel()
		r.mustRoute(t, RouteSettings)
	})
}

func TestImportVault(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "accounts.age")
	if err := os.WriteFile(file, []byte("an export"), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		r := moving(t)
		imports := func(file, passphrase string, replace bool) MovePage {
			t.Helper()
			if !r.Move.CanImport(passphrase) {
				t.Fatalf("%+v", r.State().Move)
			}
			r.Move.Import(file, passphrase, replace)
			r.q.settle()
			return r.State().Move
		}
		if r.Move.CanImport("") || r.State().Move.ImportError == "" {
			t.Error("an import without a passphrase")
		}
		for _, c := range []struct{ file, passphrase, want string }{
			{filepath.Join(dir, "nothing"), "correct horse", "could not be read"},
			{dir, "correct horse", "could not be read"},
			{file, "wrong", "wrong passphrase"},
		} {
			if m := imports(c.file, c.passphrase, false); !strings.Contains(m.ImportError, c.want) || m.Imported != "" || m.Importing {
				t.Errorf("%+v, want %q", m, c.want)
			}
		}
		r.vault.status.Protection = vault.None
		for replace, want := range map[bool]string{false: "2 records added. 1 record already here with different contents", true: "2 records added, 1 record replaced."} {
			if m := imports(file, "correct horse", replace); !strings.Contains(m.Imported, want) || m.ImportError != "" {
				t.Errorf("%+v, want %q", m, want)
			}
		}
		if r.vault.status.Protection == vault.None {
			t.Error("a new vault was not set up")
		}
	})
}

// stuck is a guard whose changes end only when they may, whoever gives them up.
type stuck struct {
	*fakeVault
	may chan struct{}
}

func (s stuck) Protect(context.Context, vault.Protection, string) error {
	<-s.may
	return nil
}

// A lock does not wait for a change of the protection that hangs, and locks once more after
// it: the passphrase that the change proved opened the vault.
func TestALockDoesNotWaitForAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withPassphrase, func(r *rig) { r.vault.passphrase = "correct horse" })
		hangs := stuck{r.vault, make(chan struct{})}
		r.sv.Guard = hangs
		r.Start()
		r.q.settle()
		r.Protect.Open()
		r.Protect.Save("correct horse", "another horse battery", "another horse battery")
		r.q.settle()
		r.Lock()
		r.q.settle()
		if !r.vault.status.Locked {
			t.Error("the vault stays open while the change hangs")
		}
		r.vault.status.Locked = false // as by what the change does last
		close(hangs.may)
		r.q.settle()
		if !r.vault.status.Locked {
			t.Error("the change opened it again")
		}
	})
}
