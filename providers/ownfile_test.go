package providers

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const forge = `# Our forge.
id = "forge"
preset = "oidc"
name = "Forge" # ours

issuer = "https://forge.example.com"

[client]
id = "abc"
`

func TestReplaceKeepsWhatIsTyped(t *testing.T) {
	dir := t.TempDir()
	s := load(t, dir)
	if _, err := s.Add([]byte(forge)); err != nil {
		t.Fatal(err)
	}
	was, err := s.Text("forge")
	if err != nil || string(was) != forge {
		t.Fatalf("%q, %v", was, err)
	}
	next := strings.Replace(forge, `"abc"`, `"def"`, 1)
	p, err := s.Replace("forge", was, []byte(next))
	if err != nil || p.Client.ID != "def" {
		t.Fatalf("%+v, %v", p, err)
	}
	for name, set := range map[string]*Set{"this set": s, "read again": load(t, dir)} {
		if p, _ := set.Lookup("forge"); p == nil || p.Client.ID != "def" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestReplaceOfABuiltInOneStandsOnIt(t *testing.T) {
	dir := t.TempDir()
	s := load(t, dir)
	was, err := s.Text("gitlab")
	if err != nil {
		t.Fatal(err)
	}
	if p, _ := s.Lookup("gitlab"); p.Own() {
		t.Error("a built-in provider has no file of its own yet")
	}
	p, err := s.Replace("gitlab", was, append(was, "name = \"Our GitLab\"\n"...))
	if err != nil || p.Name != "Our GitLab" || len(p.Groups) == 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	if !p.Own() {
		t.Error("the file is its own now")
	}
	if err := s.Remove("gitlab"); err != nil {
		t.Fatal(err)
	}
	if p, _ := s.Lookup("gitlab"); p == nil || p.Name == "Our GitLab" {
		t.Errorf("the built-in one is not back: %+v", p)
	}
}

func TestReplaceChangesNothingWhereItCannot(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "providers.toml"), []byte("[[provider]]\nid = \"listed\"\npreset = \"oidc\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := load(t, dir)
	if _, err := s.Add([]byte(forge)); err != nil {
		t.Fatal(err)
	}
	file := &FileError{}
	for name, c := range map[string]struct {
		id, was, text string
		want          func(error) bool
	}{
		"an unusable text":    {"forge", forge, "id = \"forge\"\npreset = \"oidc\"\ncolour = 1\n", func(err error) bool { return errors.As(err, &file) && file.Line == 3 }},
		"another id":          {"forge", forge, strings.Replace(forge, `"forge"`, `"other"`, 1), func(err error) bool { return errors.As(err, &file) && file.Line == 2 && file.Key == "id" }},
		"a changed file":      {"forge", "id = \"forge\"", forge, func(err error) bool { return errors.Is(err, ErrChanged) }},
		"one of several":      {"listed", "", "id = \"listed\"\npreset = \"oidc\"\n", func(err error) bool { return errors.Is(err, ErrNotOwn) }},
		"an unknown provider": {"nobody", "", "id = \"nobody\"\npreset = \"oidc\"\n", func(err error) bool { return errors.Is(err, ErrUnknown) }},
	} {
		if _, err := s.Replace(c.id, []byte(c.was), []byte(c.text)); !c.want(err) {
			t.Errorf("%s: %v", name, err)
		}
		if now, _ := os.ReadFile(filepath.Join(dir, "providers.d", "forge.toml")); string(now) != forge {
			t.Fatalf("%s: the file is %q now", name, now)
		}
	}
	if _, err := s.Text("listed"); !errors.Is(err, ErrNotOwn) {
		t.Errorf("text of one of several: %v", err)
	}
}

// A file that was taken away meanwhile was removed on purpose: what the person
// typed is reported as in the way, and not written.
func TestReplaceOfAFileThatIsGone(t *testing.T) {
	dir := t.TempDir()
	s := load(t, dir)
	if _, err := s.Add([]byte(forge)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "providers.d", "forge.toml")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := s.Replace("forge", []byte(forge), []byte(forge)); !errors.Is(err, ErrChanged) {
			t.Errorf("err = %v", err)
		}
		s.Lookup("forge") // now it knows that the file is gone
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file is back")
	}
}

func TestCopyKeepsAllButIDAndName(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a file":                  {forge, strings.NewReplacer(`id = "forge"`, `id = "two"`, `name = "Forge" # ours`, `name = "Two"`).Replace(forge)},
		"by the id of a built-in": {"id = \"gitlab\"\n", "name = \"Two\"\npreset = \"gitlab\"\nid = \"two\"\n"},
	} {
		got, err := Copy([]byte(c.text), "two", "Two")
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n%s\nwant:\n%s", name, err, got, c.want)
		}
	}
	if _, err := Copy([]byte(forge), "Not An Id", ""); err == nil {
		t.Error("an id that cannot be is taken")
	}
}
