package state

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

func TestWhatIsDroppedIsRecognised(t *testing.T) {
	for name, c := range map[string]struct {
		file, data string
		want       dropKind
	}{
		"export":            {"x.bin", "age-encryption.org/v1\n-> scrypt", dropExport},
		"large export":      {"x", "age-encryption.org/v1\n" + strings.Repeat("x", maxImport), dropExport},
		"armoured export":   {"x.txt", "-----BEGIN AGE ENCRYPTED FILE-----\n", dropExport},
		"provider":          {"x.txt", "id = \"mine\"\nissuer = \"https://x.example\"\n", dropProvider},
		"broken provider":   {"x.txt", "id = \"mine\nissuer = \"https://x.example\"\n", dropProvider},
		"toml":              {"x.TOML", "nothing", dropProvider},
		"token":             {"x", " Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.\n", dropToken},
		"encrypted token":   {"x", "eyJhbGciOiJkaXIifQ..a.b.c", dropToken},
		"token answer":      {"x.json", `{"access_token":"a","token_type":"Bearer"}`, dropToken},
		"a JWT in JSON":     {"x.json", `{"my_jwt":"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."}`, dropToken},
		"broken lines":      {"x", "eyJhbGciOiJub25lIn0.\n  eyJzdWIiOiIxIn0.\n", dropToken},
		"a header":          {"x", "Authorization: Bearer opaque", dropToken},
		"a log":             {"x.log", "12:04 INFO got eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0. and more", dropToken},
		"words":             {"x.txt", "my token is gho_abc", dropUnknown},
		"provider with one": {"x.txt", "preset = \"oidc\"\nhelp = \"Authorization: Bearer x\"", dropProvider},
		"other JSON":        {"x.json", `{"a":1}`, dropUnknown},
		"picture":           {"x.png", "\x89PNG\r\n\x1a\n\x00", dropUnknown},
		"empty":             {"x", "", dropUnknown},
		"large":             {"x.toml", strings.Repeat("x", maxImport+1), dropBig},
		"nested 1000 deep":  {"x.json", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), dropUnknown},
	} {
		path := filepath.Join(t.TempDir(), c.file)
		if err := os.WriteFile(path, []byte(c.data), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := recognise(path); got != c.want {
			t.Errorf("%s: %d, not %d", name, got, c.want)
		}
	}
	for path, want := range map[string]dropKind{t.TempDir(): dropFolder, "/nowhere/at/all": dropUnreadable, os.DevNull: dropUnknown} {
		if got := recognise(path); got != want {
			t.Errorf("%s: %d, not %d", path, got, want)
		}
	}
}

func TestWhatIsDroppedLeadsSomewhere(t *testing.T) {
	dir := t.TempDir()
	write := func(name, data string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	token := write("c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.")
	export, picture := write("a", "age-encryption.org/v1\n"), write("b.png", "\x89PNG")
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), withPassphrase)
		r.Start()
		r.q.settle()
		drop := func(paths ...string) string {
			t.Helper()
			r.DismissNotice()
			r.Dropped(paths)
			r.q.settle()
			return r.State().Notice.Text
		}
		if text := drop(picture); !strings.Contains(text, "b.png is not a provider file") {
			t.Errorf("%q", text)
		}
		if text := drop(dir); !strings.Contains(text, "is a folder") {
			t.Errorf("%q", text)
		}
		if text := drop(picture, export); !strings.Contains(text, "one file") {
			t.Errorf("%q", text)
		}
		if text := drop(); text == "" {
			t.Error("what is no file is ignored without a word")
		}
		drop(token)
		r.mustRoute(t, RouteInspector)
		drop(export)
		r.mustRoute(t, RouteMove)
		if r.State().Move.Dropped != export {
			t.Errorf("%+v", r.State().Move)
		}
		r.Lock()
		r.q.settle()
		drop(export)
		r.mustRoute(t, RouteLocked)
	})
}
