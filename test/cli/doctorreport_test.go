//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A report holds no secret of the vault, of the environment and of the settings, and no
// name of the person, their computer and their providers, wherever these are.
func TestDoctorReport(t *testing.T) {
	w, _ := signedIn(t, 3600)
	w.want(0, "token", "--force")
	secrets := []string{strings.TrimSpace(w.want(0, "token").out), worldPassphrase}
	mine := []string{"mira", "acme", "48211937", w.home, filepath.Dir(w.home), decode[[]account](t, w.want(0, "accounts", "--json").out)[0].ID}
	if host, err := os.Hostname(); err == nil && len(host) > 3 {
		mine = append(mine, host)
	}
	w.set("HTTPS_PROXY", "http://me:"+canary+"@proxy.northwind.example:3128")
	w.set("CLAVIGER_ACME_CLIENT_SECRET", canary)
	mine = append(mine, "northwind")
	if err := os.WriteFile(filepath.Join(w.home, "settings.toml"), []byte("theme = \"dark\"\n[hooks]\nx = \"curl -H "+canary+"\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.txt")
	w.want(0, "doctor", "--report", file, "--offline").says(t, "Read it before you send it")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, part := range []string{"It contains:", "== Checks ==", "1 account\n", "== Recent activity ==", "signed_in", "refreshed", "theme: dark", "[claviger]"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q", part)
		}
	}
	hasNone(t, text, append(secrets, canary), mine)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}

	w.want(1, "doctor", "--report", file).says(t, "already exists")
	if again, err := os.ReadFile(file); err != nil || string(again) != text {
		t.Error("it was overwritten")
	}
	if r := w.want(0, "doctor", "--report", "-", "--offline"); !strings.HasPrefix(r.out, "Claviger: report of ") {
		t.Errorf("%s", r.out)
	}
	w.want(2, "doctor", "--report", "--json")
	w.want(2, "doctor", file)
}

// hasNone wants no secret and no name in a report.
func hasNone(t *testing.T, text string, secrets, names []string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Error("a secret is in it")
		}
	}
	for _, name := range names {
		if strings.Contains(strings.ToLower(text), strings.ToLower(name)) {
			t.Errorf("%q is in it", name)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// A secret that got into what is looked at: nothing is written, and the message says
// which part it was.
func TestDoctorReportWithASecret(t *testing.T) {
	w, _ := signedIn(t, 3600)
	token := strings.TrimSpace(w.want(0, "token").out)
	w.set("BROWSER", "/opt/"+token)
	file := filepath.Join(t.TempDir(), "report.txt")
	r := w.want(1, "doctor", "--report", file, "--offline")
	r.says(t, "would contain a secret", "Checks")
	if strings.Contains(r.stderr+r.out, token) {
		t.Error("the message shows the secret")
	}
	if _, err := os.Lstat(file); err == nil {
		t.Error("it was written")
	}
}
