package providers

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestIssuerOf(t *testing.T) {
	for text, want := range map[string]string{
		"https://id.example":                                                 "https://id.example",
		"https://id.example/":                                                "https://id.example/",
		"\ufeff https://id.example\r\n":                                      "https://id.example",
		"https://id.example/.well-known/openid-configuration":                "https://id.example",
		"https://id.example/realms/a/.well-known/openid-configuration":       "https://id.example/realms/a",
		"https://id.example/.well-known/openid-configuration?appid=1#x":      "https://id.example",
		"https://id.example/.well-known/openid-configuration/":               "https://id.example",
		"https://id.example/.well-known/oauth-authorization-server/realms/a": "https://id.example/realms/a",
		"https://id.example/.well-known/oauth-authorization-server":          "https://id.example",
		"https://{domain}/.well-known/openid-configuration":                  "https://{domain}",
		"https://id.example/.well-known/other":                               "https://id.example/.well-known/other",
		"https://id.example/.well-known/openid-configuration.txt":            "https://id.example/.well-known/openid-configuration.txt",
	} {
		if got, _ := issuerOf(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// The address of the metadata document says which issuer is meant, in every place
// that takes one. Only an issuer that is typed must be exact.
func TestPastedMetadataAddress(t *testing.T) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	for path, issuer := range map[string]string{"": server.URL + "/", "/realms/a": server.URL + "/realms/a"} {
		mux.HandleFunc("GET "+path+"/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"issuer":"` + issuer + `","authorization_endpoint":"` + server.URL + `/a","token_endpoint":"` + server.URL + `/t","jwks_uri":"` + server.URL + `/k"}`))
		})
		m, err := Discover(t.Context(), server.Client(), " "+server.URL+path+"/.well-known/openid-configuration\n")
		if err != nil || m.Issuer != issuer {
			t.Errorf("%q: %+v, %v", path, m, err)
		}
	}
	if _, err := Discover(t.Context(), server.Client(), server.URL); err == nil {
		t.Error("an issuer without its slash is taken")
	}
	const pasted, want = "https://id.example/realms/a/.well-known/openid-configuration", "https://id.example/realms/a"
	p, err := Parse("f.toml", []byte("id = \"own\"\nissuer = \""+pasted+"\"\n"))
	if err != nil || p.Issuer != want {
		t.Errorf("in a file: %+v, %v", p, err)
	}
	set, err := Load(t.TempDir(), []string{"CLAVIGER_OWN_ISSUER=" + pasted, "CLAVIGER_KEYCLOAK_ISSUER=" + pasted})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"own", "keycloak"} {
		if p, ok := set.Lookup(id); !ok || p.Issuer != want {
			t.Errorf("in the environment, %s: %+v", id, p)
		}
	}
}

// What editors leave around a value is no part of it, in a file as elsewhere.
func TestUnseenEndsInAFile(t *testing.T) {
	p, err := Parse("f.toml", []byte("\ufeffid = \"own\"\r\nname = \" Own\\n\"\r\nissuer = \"\u200bhttps://id.example \"\r\n[client]\r\nid = \"app\\r\\n\"\r\n[scopes]\r\nbase = [\"openid \"]\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "Own" || p.Issuer != "https://id.example" || p.Client.ID != "app" || p.Scopes.Base[0] != "openid" {
		t.Errorf("%q %q %q %q", p.Name, p.Issuer, p.Client.ID, p.Scopes.Base)
	}
	data, err := FromIssuer("own", "\ufeffOwn", "\ufeffapp\n", &Metadata{Issuer: "https://id.example"})
	if err != nil {
		t.Fatal(err)
	}
	if p, err = Parse("f.toml", data); err != nil || p.Client.ID != "app" || p.Name != "Own" {
		t.Errorf("%s: %v", data, err)
	}
}
