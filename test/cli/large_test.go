//go:build unix

package cli

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/claviger/claviger/auth/authtest"
)

// long is a length that tokens with many groups or roles in them have.
const long = 20 << 10

// longTokens answers with tokens of 20 KB, each of the three.
func longTokens() authtest.Behaviour {
	return authtest.Behaviour{
		TokenLength: long,
		IDToken:     func(c map[string]any) { c["padding"] = strings.Repeat("p", long) },
	}
}

// TestLongTokens has tokens of 20 KB in every command.
func TestLongTokens(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(longTokens(), "[sign_out]\nmethod = \"rfc7009\"\n")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	token := strings.TrimSpace(w.want(0, "token", "odd").out)
	if !p.Good(token) || len(token) != long {
		t.Fatalf("a token of %d characters, good: %v", len(token), p.Good(token))
	}
	if got := w.want(0, "token", id, "--header").out; got != "Authorization: Bearer "+token+"\n" {
		t.Errorf("header of %d characters", len(got))
	}
	object := decode[struct {
		Access string `json:"access_token"`
		ID     string `json:"id_token"`
	}](t, w.want(0, "token", "--json").out)
	idToken := strings.TrimSpace(w.want(0, "token", "--id-token").out)
	if object.Access != token || object.ID != idToken || len(idToken) < long {
		t.Errorf("token object: access token %d, ID token %d characters", len(object.Access), len(object.ID))
	}
	if out := w.want(0, "inspect").out; !strings.Contains(out, "opaque") {
		t.Errorf("inspect: %.200q", out)
	}
	claims := decode[struct{ Claims map[string]any }](t, w.want(0, "inspect", "--id-token", "--json").out).Claims
	if s, _ := claims["padding"].(string); len(s) != long {
		t.Errorf("inspect --id-token: a claim of %d characters", len(s))
	}
	if r := w.runInput(idToken, "inspect", "-"); r.code != 0 || !strings.Contains(r.out, "padding") {
		t.Errorf("inspect -: exit code %d\n%s", r.code, r.stderr)
	}
	if out := w.want(0, "whoami", "odd").out; !strings.HasPrefix(out, "Mira Okonkwo\n") {
		t.Errorf("whoami: %.200q", out)
	}
	if out := w.want(0, "exec", "odd", "--", "sh", "-c", `printf %s "$CLAVIGER_TOKEN"`).out; out != token {
		t.Errorf("exec: a token of %d characters", len(out))
	}
	w.longTokensRotate(p, id, token)
	w.longTokensMove(p, id)
	w.want(0, "logout", id)
	if p.Count(authtest.Revoke) == 0 || w.want(0, "accounts", "--json").out != "[]\n" {
		t.Error("not signed out, or nothing revoked")
	}
	w.noSecretInClear()
}

// longTokensRotate refreshes twice: the second needs what the first one gave.
func (w *world) longTokensRotate(p *authtest.Provider, id, token string) {
	w.t.Helper()
	for range 2 {
		next := strings.TrimSpace(w.want(0, "token", id, "--force").out)
		if !p.Good(next) || next == token || len(next) != long {
			w.t.Fatalf("refreshed: %d characters, good: %v", len(next), p.Good(next))
		}
		token = next
	}
	w.want(0, "whoami", id, "--refresh")
}

func (w *world) longTokensMove(p *authtest.Provider, id string) {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "export.age")
	if r := w.runInput("moving house\n", "vault", "export", file); r.code != 0 {
		w.t.Fatalf("export: %d\n%s", r.code, r.stderr)
	}
	other := newcomer(w.t, w)
	if r := other.runInput("moving house\n", "vault", "import", file); r.code != 0 {
		w.t.Fatalf("import: %d\n%s", r.code, r.stderr)
	}
	if got := strings.TrimSpace(other.want(0, "token", id).out); !p.Good(got) || len(got) != long {
		w.t.Errorf("imported: a token of %d characters", len(got))
	}
}

// TestTokenLongerThanAVariable: exec says so, and token gives it.
func TestTokenLongerThanAVariable(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	p := w.oddProvider(authtest.Behaviour{TokenLength: 200 << 10}, "")
	w.loginOdd(p, authtest.Mira)
	r := w.want(1, "exec", "odd", "--", "sh", "-c", "echo it ran")
	if r.out != "" {
		t.Errorf("the command ran: %q", r.out)
	}
	r.says(t, "does not fit into the command's environment", "204800 characters", "claviger token ACCOUNT | COMMAND")
	if token := strings.TrimSpace(w.want(0, "token").out); !p.Good(token) {
		t.Error("token gives no good one")
	}
}

// multiply makes n accounts of the one there is: person-0001@odd and so on. They
// come as an export, made as docs/vault-format.md has it, and imported.
func (w *world) multiply(id string, n int) {
	w.t.Helper()
	data, err := w.stored(id).vault.Get(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	record := decode[map[string]any](w.t, string(data))
	to, err := age.NewScryptRecipient("by hand")
	if err != nil {
		w.t.Fatal(err)
	}
	to.SetWorkFactor(2)
	var export bytes.Buffer
	sealed, err := age.Encrypt(&export, to)
	if err != nil {
		w.t.Fatal(err)
	}
	archive := tar.NewWriter(sealed)
	add := func(name string, data []byte) {
		err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(data)), Mode: 0o600})
		if err == nil {
			_, err = archive.Write(data)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	add("claviger-export.json", []byte(`{"format":1,"created":"2026-01-02T15:04:05Z"}`))
	user, _ := record["user"].(map[string]any)
	for i := 1; i < n; i++ {
		record["id"], record["subject"] = fmt.Sprintf("copy%08d", i), fmt.Sprintf("u-%d", i)
		user["login"], user["id"] = fmt.Sprintf("person-%04d", i), record["subject"]
		data, err := json.Marshal(record)
		if err != nil {
			w.t.Fatal(err)
		}
		add("records/"+fmt.Sprint(record["id"]), data)
	}
	if err := errors.Join(archive.Close(), sealed.Close()); err != nil {
		w.t.Fatal(err)
	}
	secret := filepath.Join(w.t.TempDir(), "passphrase")
	if err := os.WriteFile(secret, []byte("by hand\n"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	r := w.runInput(export.String(), "vault", "import", "-", "--passphrase-file", secret)
	if want := fmt.Sprintf("%d records added.", n-1); r.code != 0 || !strings.Contains(r.out, want) {
		w.t.Fatalf("import: %d, %s%s", r.code, r.out, r.stderr)
	}
}

// TestThousandAccounts: lists, names, completion and what is said of a name that
// fits all of them.
func TestThousandAccounts(t *testing.T) {
	w := newWorld(t)
	n := cut(1000, 100)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	w.multiply(id, n)
	if lines := strings.Count(w.want(0, "accounts").out, "\n"); lines != n+1 {
		t.Errorf("%d lines, want a heading and %d", lines, n)
	}
	if list := decode[[]account](t, w.want(0, "accounts", "--json").out); len(list) != n {
		t.Errorf("%d accounts", len(list))
	}
	last := fmt.Sprintf("person-%04d@odd", n-1)
	if a := decode[account](t, w.want(0, "whoami", last, "--json").out); a.ID != fmt.Sprintf("copy%08d", n-1) {
		t.Errorf("%s is %s", last, a.ID)
	}
	for _, name := range []string{last, id, "mira@odd"} {
		if r := w.want(0, "token", name); !p.Good(strings.TrimSpace(r.out)) {
			t.Errorf("%s: no good token", name)
		}
	}
	for _, args := range [][]string{{"token"}, {"token", "odd"}, {"whoami", "odd"}, {"logout", "odd"}, {"exec", "odd", "--", "true"}} {
		r := w.want(2, args...)
		r.says(t, "Several accounts match", "person-00", fmt.Sprintf("and %d more", n-10), "claviger accounts")
		if len(r.stderr) > 600 {
			t.Errorf("%v: %d characters are said", args, len(r.stderr))
		}
	}
	offered := w.want(0, "__complete", "token", "person-00").out
	if !strings.Contains(offered, "person-0042@odd") || strings.Count(offered, "@odd") < n-1 {
		t.Errorf("completion offers %d accounts", strings.Count(offered, "@odd"))
	}
	w.want(0, "logout", last, "--local")
	if list := decode[[]account](t, w.want(0, "accounts", "--json").out); len(list) != n-1 {
		t.Errorf("%d accounts after one is forgotten", len(list))
	}
	w.want(0, "logout", "--all", "--local")
	if out := w.want(0, "accounts", "--json").out; out != "[]\n" {
		t.Errorf("left: %.200s", out)
	}
}
