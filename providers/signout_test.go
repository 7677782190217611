package providers

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func provider(t *testing.T, id string, environ ...string) *Provider {
	t.Helper()
	s, err := Load("", environ)
	if err != nil {
		t.Fatal(err)
	}
	p, ok := s.Lookup(id)
	if !ok {
		t.Fatalf("no provider %s", id)
	}
	return p
}

func parsed(t *testing.T, text string) *Provider {
	t.Helper()
	p, err := Parse("f.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSignOutRequestsOfAFile(t *testing.T) {
	const ok = "[sign_out]\nmethod = \"requests\"\nurl = \"https://a.example.com\"\n[[sign_out.request]]\n"
	for text, want := range map[string]string{
		"[sign_out]\nmethod = \"requests\"\nurl = \"https://a.example.com\"\n":                             `sign_out.method: "requests" needs [[sign_out.request]]`,
		"[sign_out]\nmethod = \"requests\"\n[[sign_out.request]]\nmethod=\"POST\"\npath=\"/x\"\nbody='{}'": `sign_out.url: is missing`,
		"[sign_out]\nmethod = \"gitlab\"\n":                                                                `sign_out.method: must be one of "", "rfc7009", "form", "requests"`,
		ok + "method = \"GET\"\npath = \"/x\"\nbody = '{}'":                                                `sign_out.request[0].method: must be one of "POST", "DELETE", "PUT"`,
		ok + "method = \"POST\"\npath = \"x\"\nbody = '{}'":                                                `sign_out.request[0].path: must start with "/"`,
		ok + "method = \"POST\"\npath = \"/{access_token}\"\nbody = '{}'":                                  `sign_out.request[0].path: {access_token} is not allowed there, only {client_id}`,
		ok + "method = \"POST\"\npath = \"/x\"\nbody = '[]'":                                               `sign_out.request[0].body: must be a JSON object`,
		ok + "method = \"POST\"\npath = \"/x\"":                                                            `sign_out.request[0].body: must be JSON text`,
		ok + "method = \"POST\"\npath = \"/x\"\nbody='{}'\nauth=\"bearer\"":                                `sign_out.request[0].auth: must be one of "", "basic"`,
		ok + "method = \"POST\"\npath = \"/x\"\nbody='{}'\nheaders={Cookie=\"a\"}":                         `sign_out.request[0].headers.Cookie: is not allowed`,
	} {
		if _, err := Parse("f.toml", []byte(good+text+"\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", text, err, want)
		}
	}
}

// A file that says method = "github", as the built-in provider did, means the
// same as before: with an address of its own, and without.
func TestSignOutInTheWayOfABuiltInProvider(t *testing.T) {
	builtIn, list := provider(t, "github").SignOutRequests()
	if builtIn != "https://api.github.com" || len(list) != 2 || list[0].Auth != "basic" {
		t.Fatalf("%s %+v", builtIn, list)
	}
	for text, want := range map[string]string{
		good + "[sign_out]\nmethod = \"github\"\n":                                                     "https://api.github.com",
		good + "[sign_out]\nmethod = \"github\"\nurl = \"https://git.example.com/api/v3/\"\n":          "https://git.example.com/api/v3",
		"id = \"work\"\npreset = \"github\"\n[variables.api]\nvalue = \"git.example.com/api/v3\"\n":    "https://git.example.com/api/v3",
		"id = \"work\"\npreset = \"github\"\n[sign_out]\nmethod = \"github\"\nurl = \"https://{api}\"": "https://api.github.com",
	} {
		if base, got := parsed(t, text).SignOutRequests(); base != want || !cmp.Equal(got, list) {
			t.Errorf("%s\n%s %+v", text, base, got)
		}
	}
	if base, got := provider(t, "gitlab", "CLAVIGER_GITLAB_HOST=x.example").SignOutRequests(); base != "" || got != nil {
		t.Errorf("%s %v", base, got)
	}
}
