package providers

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryProviderHasItsOwnRedirect: a code that comes back to the path of one
// provider was not meant for another (RFC 9700 §4.4.2.2).
func TestEveryProviderHasItsOwnRedirect(t *testing.T) {
	s, err := Load("", []string{"CLAVIGER_COMPANY_ISSUER=https://id.example"})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, p := range s.All() {
		if want := "/callback/" + p.ID; p.Redirect.Path != want {
			t.Errorf("%s: path %q, want %q", p.ID, p.Redirect.Path, want)
		}
		if other := seen[p.Redirect.Path]; other != "" {
			t.Errorf("%s and %s share %s", p.ID, other, p.Redirect.Path)
		}
		seen[p.Redirect.Path] = p.ID
		if r := p.Redirect.Register; r != "" && !strings.Contains(r, p.Redirect.Path) {
			t.Errorf("%s: what to register, %q, does not hold its path", p.ID, r)
		}
		if r := p.Redirect.Register; r != "" && p.Client.Help != "" && !strings.Contains(p.Client.Help, strings.Split(r, ", ")[0]) {
			t.Errorf("%s: the steps do not name the address to register, %q:\n%s", p.ID, r, p.Client.Help)
		}
	}
}

// TestStepsNameTheAddressOfTheFile: whoever extends a preset registers another
// address than the preset does.
func TestStepsNameTheAddressOfTheFile(t *testing.T) {
	for file, want := range map[string]string{
		"id = 'x2'\npreset = 'github'":                                       "http://127.0.0.1/callback/x2 ",
		"id = 'x2'\npreset = 'x'":                                            "http://127.0.0.1:51789/callback/x2,",
		"id = 'x2'\npreset = 'github'\n[redirect]\npath = '/callback'":       "http://127.0.0.1/callback ",
		"id = 'github'\n[redirect]\npath = '/callback'":                      "http://127.0.0.1/callback ",
		"id = 'x2'\npreset = 'github'\n[client]\nhelp = 'See /callback/x2.'": "See /callback/x2.",
	} {
		p, err := Parse("x2.toml", []byte(file))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if !strings.Contains(p.Client.Help, want) {
			t.Errorf("%s: steps without %q:\n%s", file, want, p.Client.Help)
		}
	}
}

// A file with a path of its own is added, replaced and listed like any other.
func TestAddWithAPathOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	s, err := Load(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	file := []byte("id = 'mine'\nissuer = 'https://id.example'\n[redirect]\npath = '/x'\n")
	p, err := s.Add(file)
	if err != nil || p.OwnRedirect() != nil {
		t.Fatalf("%v, %v", p, err)
	}
	if p, err = s.Replace("mine", file, append(file, "\n"...)); err != nil || p.OwnRedirect() != nil {
		t.Fatalf("%v, %v", p, err)
	}
	if _, err := s.Add([]byte("id = 'other'\nissuer = 'https://id.example'\n[redirect]\npath = '/x'\n")); err != nil {
		t.Fatal(err)
	}
	// A newcomer that would take another's path stays out, whoever it is.
	for _, file := range []string{
		"id = 'new'\nissuer = 'https://new.example'\n[redirect]\npath = '/x'\n",
		"id = 'new'\nissuer = 'https://new.example'\n[redirect]\npath = '/callback/github'\n",
	} {
		if _, err := s.Add([]byte(file)); !errors.Is(err, ErrSharedRedirect) {
			t.Errorf("%q: %v", file, err)
		}
	}
	// The environment makes another party of it than a file beside it.
	if s, err = Load(dir, []string{"CLAVIGER_MINE_ISSUER=https://moved.example"}); err != nil {
		t.Fatal(err)
	}
	if p, _ := s.Lookup("mine"); !errors.Is(p.OwnRedirect(), ErrSharedRedirect) {
		t.Error("the environment lets two parties share a path")
	}
	if len(s.All()) < 2 {
		t.Error("the list is short")
	}
}

func TestSharedRedirect(t *testing.T) {
	at := func(id, issuer, more string) string {
		return "id = '" + id + "'\nissuer = '" + issuer + "'\n[client]\nid = 'c'\n[redirect]\n" + more + "\n"
	}
	gitlab := func(id, host string) string {
		return "id = '" + id + "'\npreset = 'gitlab'\nvariables.host.value = '" + host + "'\nclient.id = 'c'\nredirect.path = '/x'\n"
	}
	for name, c := range map[string]struct {
		files  map[string]string
		refuse map[string]bool
	}{
		"two with an old path": {
			map[string]string{"a": at("a", "https://a.example", "path = '/callback'"), "b": at("b", "https://b.example", "path = '/callback'")},
			map[string]bool{"a": true, "b": true, "github": false},
		},
		"one with an old path": {
			map[string]string{"a": at("a", "https://a.example", "path = '/callback'"), "b": at("b", "https://b.example", "")},
			map[string]bool{"a": false, "b": false},
		},
		"one that takes another's": {
			map[string]string{"a": at("a", "https://a.example", "path = '/callback/b'"), "b": at("b", "https://b.example", "")},
			map[string]bool{"a": true, "b": true},
		},
		"one whose id is another's path": {
			map[string]string{"a": at("a", "https://a.example", "path = '/callback/b'"), "b": at("b", "https://a.example", "")},
			map[string]bool{"a": false, "b": false},
		},
		"one that takes a built-in one's": {
			map[string]string{"a": at("a", "https://a.example", "path = '/callback/github'")},
			map[string]bool{"a": true, "github": false},
		},
		"spellings and places below that a server may take for another's": {
			map[string]string{
				"a": at("a", "https://a.example", "path = '/callback/b/'"), "b": at("b", "https://b.example", ""),
				"c": at("c", "https://c.example", "path = '/callback/%62'"), "d": at("d", "https://d.example", "path = '/Callback/B'"),
				"e": at("e", "https://e.example", "path = '//callback/x/../b'"), "f": at("f", "https://f.example", "path = '/callback/github/x'"),
				"g": at("g", "https://g.example", "path = '/callback/g/x'"), "h": at("h", "https://h.example", "path = '/callback/bb'"),
				"i": at("i", "https://i.example", "path = '/callback/%2562/..%2fb'"),
			},
			map[string]bool{"a": true, "b": true, "c": true, "d": true, "e": true, "f": true, "g": false, "h": false, "i": true, "github": false},
		},
		"two registrations at one issuer": {
			map[string]string{"a": at("a", "https://a.example", "path = '/x'"), "b": at("b", "https://a.example", "path = '/x'")},
			map[string]bool{"a": false, "b": false},
		},
		"one server of a kind that anybody can run": {
			map[string]string{"a": gitlab("a", "git.example"), "b": gitlab("b", "git.example")},
			map[string]bool{"a": false, "b": false},
		},
		"two servers of one kind": {
			map[string]string{"a": gitlab("a", "git.example"), "b": gitlab("b", "evil.example")},
			map[string]bool{"a": true, "b": true},
		},
		"the issuer of another with an authority of its own": {
			map[string]string{"a": at("a", "https://a.example", "path = '/x'"), "b": at("b", "https://a.example", "path = '/x'\n[trust]\nca_file = '/evil.pem'")},
			map[string]bool{"a": true, "b": true},
		},
		"the issuer of another with a token endpoint of its own": {
			map[string]string{"a": at("a", "https://a.example", "path = '/x'"), "b": at("b", "https://a.example", "path = '/x'\n[endpoints]\ntoken = 'https://evil.example/token'")},
			map[string]bool{"a": true, "b": true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "providers.d"), 0o700); err != nil {
				t.Fatal(err)
			}
			for id, text := range c.files {
				if err := os.WriteFile(filepath.Join(dir, "providers.d", id+".toml"), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s, err := Load(dir, nil)
			if err != nil || len(s.Problems()) > 0 {
				t.Fatal(err, s.Problems())
			}
			for id, refuse := range c.refuse {
				p, ok := s.Lookup(id)
				if !ok {
					t.Fatalf("no %s", id)
				}
				if err := p.OwnRedirect(); errors.Is(err, ErrSharedRedirect) != refuse {
					t.Errorf("%s: %v, refused should be %v", id, err, refuse)
				}
			}
		})
	}
}

// What people are asked to register is what is requested.
func TestBuiltInRedirects(t *testing.T) {
	for _, id := range presetIDs() {
		p := provider(t, id)
		if len(p.Redirect.Ports) == 0 {
			if strings.Count(p.Redirect.Register, ":") > 1 && id != "authentik" {
				t.Errorf("%s: a port in %q, but any is used", id, p.Redirect.Register)
			}
			continue
		}
		var want []string
		for _, port := range p.Redirect.Ports {
			want = append(want, fmt.Sprintf("http://%s:%d%s", p.Redirect.Host, port, p.Redirect.Path))
		}
		if p.Redirect.Register != strings.Join(want, ", ") || !strings.Contains(p.Client.Help, strings.Join(want, ", ")) {
			t.Errorf("%s: %q, and help %q, want %q", id, p.Redirect.Register, p.Client.Help, want)
		}
	}
}
