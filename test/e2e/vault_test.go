//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/providers/demo"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// The vault in a real window with a real keyring: a passphrase beside the
// keyring, locking when nobody is there, and the accounts as a file.
func TestVaultInTheWindow(t *testing.T) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	issuer, _ := c.startDemo()
	c.provider("studio", fmt.Sprintf("id = \"studio\"\nname = \"Studio\"\npreset = \"demo\"\nissuer = %q\n\n[client]\nid = %q\n", issuer, demo.ClientID))
	c.openWindow()
	d.See(window, "Where do you want to sign in?")
	d.Click(window, "Studio")
	d.Click(window, "Sign in with your browser")
	c.approve(issuer, "ola")
	d.See(window, "ola@demo.example")

	d.Click(window, "Settings") // the browser has the keyboard
	d.See(window, "Size of text")
	d.Click(window, "Vault")
	d.Click(window, "Passphrase and keyring")
	d.Click(window, "Keyring and passphrase")
	d.Type("correct horse")
	d.Key("Return")
	d.Type("correct horse")
	d.Keep("protect")
	d.Key("Return")
	d.See(window, "are now both required")
	d.Scroll(window, 40)
	d.See(window, "wrapped with your passphrase")
	if out := c.run("vault", "status"); !strings.Contains(out, "keyring together with a passphrase") {
		t.Fatal(out)
	}

	d.Click(window, "OK") // the message stays until then
	d.Scroll(window, 40)
	d.Click(window, "1 hour")
	d.Eventually("the vault knows when to lock", func() error {
		if out := c.run("vault", "status", "--json"); !strings.Contains(out, `"lock_after": 3600`) {
			return fmt.Errorf("status: %s", out)
		}
		return nil
	})
	// Nobody was there for two hours: the next program that comes locks
	// the vault, in the window too.
	past := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(filepath.Join(c.home, "vault", "used"), past, past); err != nil {
		t.Fatal(err)
	}
	cmd := c.command("token")
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != 5 {
		t.Fatalf("token of an idle vault: %v", err)
	}
	d.See(window, "Claviger is locked")
	d.Type("wrong horse")
	d.Key("Return")
	d.See(window, "Wrong passphrase")
	d.Key("ctrl+a")
	d.Type("correct horse")
	d.Key("Return")
	d.See(window, "ola@demo.example")

	d.Key("ctrl+comma")
	d.See(window, "Lock after inactivity") // the section that was open last
	d.Click(window, "Export and import")
	d.See(window, "Passphrase for the file")
	d.Type("battery staple")
	d.Key("Return")
	d.Type("battery staple")
	d.Key("Return")
	d.See(window, "Save File")
	d.Keep("export")
	d.Key("Return")
	d.See(window, "written to")
	files, err := filepath.Glob(filepath.Join(d.Dir, "home", "claviger-accounts.age"))
	if err != nil || len(files) != 1 {
		t.Fatal("no export:", files, err)
	}
	passphrase := filepath.Join(d.Dir, "export-passphrase")
	if err := os.WriteFile(passphrase, []byte("battery staple\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := c.command("vault", "import", "--passphrase-file", passphrase, files[0])
	other.Env = append(other.Env, "CLAVIGER_HOME="+filepath.Join(d.Dir, "other"))
	if out, err := other.CombinedOutput(); err != nil || !strings.Contains(string(out), "added") {
		t.Fatalf("import elsewhere: %v: %s", err, out)
	}
}
