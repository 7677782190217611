//go:build foreign

package foreign

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/claviger/claviger/test/ports"
)

// glewlwyd is a Glewlwyd of its own, with its own database in a temporary
// folder and everything set up through its administration API.
type glewlwyd struct {
	*server
	base  string
	admin *http.Client
}

// startGlewlwyd starts one with one user, and one public client that may come
// back to that port. plugin changes parameters of its OpenID plugin.
func startGlewlwyd(t *testing.T, redirectPort string, plugin object) *glewlwyd {
	t.Helper()
	base := "http://127.0.0.1:" + ports.Free(t)
	g := &glewlwyd{server: &server{t: t, issuer: base + "/api/oidc"}, base: base, admin: &http.Client{Timeout: patience}}
	config := g.configure(need(t, "CLAVIGER_GLEWLWYD"))
	cmd := exec.Command(filepath.Join(need(t, "CLAVIGER_GLEWLWYD"), "usr/bin/glewlwyd"), "--config-file="+config)
	cmd.Stdout = &g.log
	g.run(cmd)
	g.waitFor("Glewlwyd started")
	g.listens(strings.TrimPrefix(base, "http://")) // which it says before it does
	var err error
	if g.admin.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	g.setUp(redirectPort, plugin)
	return g
}

// configure makes the database of the package's schema and the configuration
// of the package's sample.
func (g *glewlwyd) configure(root string) string {
	g.t.Helper()
	dir := g.t.TempDir()
	schema, err := os.Open(filepath.Join(root, "usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"))
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = schema.Close() }()
	database := filepath.Join(dir, "glewlwyd.db")
	create := exec.Command("sqlite3", database)
	create.Stdin = io.MultiReader(strings.NewReader("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; BEGIN;\n"), schema, strings.NewReader("\nCOMMIT;"))
	if out, err := create.CombinedOutput(); err != nil {
		g.t.Fatalf("sqlite3: %v: %s", err, out)
	}
	text := sample(g.t, root)
	_, port, _ := strings.Cut(strings.TrimPrefix(g.base, "http://"), ":")
	for pattern, line := range map[string]string{
		`port=`: "port=" + port + "\nbind_address=\"127.0.0.1\"", `external_url=`: `external_url="` + g.base + `"`,
		`cookie_domain=`: "", `cookie_secure=`: "cookie_secure=0", `user_middleware_module_path=`: "",
		`log_level=`: `log_level="INFO"`,
	} {
		text = regexp.MustCompile(`(?m)^`+pattern+`.*$`).ReplaceAllLiteralString(text, line)
	}
	text = strings.ReplaceAll(text, `"/usr/`, `"`+root+`/usr/`)
	text = strings.ReplaceAll(text, "/var/cache/glewlwyd/glewlwyd.db", database)
	config := filepath.Join(dir, "glewlwyd.conf")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		g.t.Fatal(err)
	}
	return config
}

// sample is the configuration that comes with the package.
func sample(t *testing.T, root string) string {
	t.Helper()
	file, err := os.Open(filepath.Join(root, "usr/share/doc/glewlwyd/glewlwyd.conf.sample.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	plain, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// setUp adds what a sign-in needs, as an administrator does it in the browser.
func (g *glewlwyd) setUp(redirectPort string, changes object) {
	g.t.Helper()
	g.call(http.MethodPost, "/api/auth/", object{"username": "admin", "password": "password"}, nil)
	var users struct {
		Name       string         `json:"name"`
		Module     string         `json:"module"`
		Display    string         `json:"display_name"`
		Order      int            `json:"order_rank"`
		Readonly   bool           `json:"readonly"`
		Parameters map[string]any `json:"parameters"`
	}
	g.call(http.MethodGet, "/api/mod/user/database", nil, &users)
	list := object{"multiple": true, "read": true, "write": true, "profile-read": true, "profile-write": false}
	users.Parameters["data-format"].(map[string]any)["groups"] = list
	g.call(http.MethodPut, "/api/mod/user/database", users, nil)
	g.call(http.MethodPut, "/api/mod/user/database/reset", nil, nil)
	for _, scope := range []string{"profile", "email", "groups", "offline_access"} {
		g.call(http.MethodPost, "/api/scope/", object{
			"name": scope, "display_name": scope, "description": scope, "password_required": true, "password_max_age": 0, "scheme": object{},
		}, nil)
	}
	plugin := g.plugin()
	maps.Copy(plugin, changes)
	g.call(http.MethodPost, "/api/mod/plugin/", object{
		"module": "oidc", "name": "oidc", "display_name": "OpenID Connect", "enabled": true, "parameters": plugin,
	}, nil)
	g.call(http.MethodPost, "/api/user/", object{
		"username": "nadia", "password": "anything", "name": "Nadia Foreign", "email": "nadia@foreign.example",
		"groups": []string{"harbour", "lighthouse"}, "enabled": true,
		"scope": []string{"openid", "profile", "email", "groups", "offline_access", "g_profile"},
	}, nil)
	client := clientOn(redirectPort)
	client["client_id"] = clientID
	g.call(http.MethodPost, "/api/client/", client, nil)
}

const clientID = "claviger-foreign"

// clientOn is the registration of a public client that comes back to a port.
func clientOn(port string) object {
	return object{
		"name": "Claviger", "confidential": false, "enabled": true, "scope": []string{},
		"redirect_uri":               []string{"http://127.0.0.1:" + port + "/callback/lagoon"},
		"authorization_type":         []string{"code", "refresh_token", "device_authorization"},
		"token_endpoint_auth_method": []string{"none"},
	}
}

// client changes the registration.
func (g *glewlwyd) client(port string, changes object) {
	g.t.Helper()
	client := clientOn(port)
	maps.Copy(client, changes)
	g.call(http.MethodPut, "/api/client/"+clientID, client, nil)
}

// plugin are the parameters of the OpenID plugin.
func (g *glewlwyd) plugin() object {
	g.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		g.t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		g.t.Fatal(err)
	}
	return object{
		"iss": g.issuer, "jwt-type": "rsa", "jwt-key-size": "256", "jwks-show": true, "jwks-x5c": []string{},
		"key":                   string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})),
		"cert":                  string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})),
		"access-token-duration": 3600, "refresh-token-duration": 1209600, "code-duration": 600,
		"refresh-token-rolling": true, "refresh-token-one-use": "always", "allow-non-oidc": false,
		"auth-type-code-enabled": true, "auth-type-code-revoke-replayed": true, "auth-type-token-enabled": false,
		"auth-type-id-token-enabled": true, "auth-type-password-enabled": false, "auth-type-client-enabled": false,
		"auth-type-device-enabled": true, "auth-type-refresh-enabled": true,
		"scope": []string{}, "additional-parameters": []string{}, "request-parameter-allow": false, "secret-type": "public",
		"address-claim": object{"type": "no"}, "name-claim": "mandatory", "email-claim": "mandatory", "scope-claim": "no",
		"allowed-scope": []string{"openid", "profile", "email", "groups", "offline_access"},
		"claims": []object{{
			"name": "groups", "user-property": "groups", "type": "string", "mandatory": true, "on-demand": false, "scope": []string{},
		}},
		"pkce-allowed": true, "pkce-method-plain-allowed": false, "pkce-required": true, "pkce-scopes": []string{},
		"introspection-revocation-allowed": true, "introspection-revocation-auth-scope": []string{},
		"introspection-revocation-allow-target-client": true, "register-client-allowed": false,
		"session-management-allowed": true, "session-cookie-name": "GLEWLWYD2_OIDC_SID", "session-cookie-expiration": 2419200,
		"device-authorization-expiration": 600, "device-authorization-interval": 1,
	}
}

// call asks the administration API, which must agree.
func (g *glewlwyd) call(method, path string, body, answer any) {
	g.t.Helper()
	if err := api(g.admin, method, g.base+path, body, answer); err != nil {
		g.t.Fatalf("%s %s: %v", method, path, err)
	}
}

// api sends JSON and reads JSON.
func api(client *http.Client, method, address string, body, answer any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(method, address, bytes.NewReader(data))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode/100 != 2:
		return errors.New(resp.Status + " " + string(text))
	case answer == nil:
		return nil
	}
	return json.Unmarshal(text, answer)
}
