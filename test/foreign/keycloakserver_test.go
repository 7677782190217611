//go:build foreign

package foreign

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/oauth2/clientcredentials"

	"github.com/claviger/claviger/test/ports"
)

// keycloak is a Keycloak with its database in memory. Everything is set up
// through its administration API.
type keycloak struct {
	*server
	base  string
	admin *http.Client
}

// startKeycloak takes a minute or more: all tests share one, and each has a
// realm of its own.
func startKeycloak(t *testing.T) *keycloak {
	t.Helper()
	root, secret, port := keycloakFolder(t), rand.Text(), ports.Free(t)
	k := &keycloak{server: &server{t: t}, base: "http://127.0.0.1:" + port}
	cmd := exec.Command("sh", "-c", asGroup, "keycloak", filepath.Join(root, "bin/kc.sh"), "start-dev",
		"--db=dev-mem", "--cache=local", "--http-host=127.0.0.1", "--http-port="+port)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var err error
	if k.in, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(os.Environ(), "JAVA_OPTS_KC_HEAP=-Xms64m -Xmx384m",
		"KC_BOOTSTRAP_ADMIN_CLIENT_ID=setup", "KC_BOOTSTRAP_ADMIN_CLIENT_SECRET="+secret)
	cmd.Stdout = &k.log
	k.run(cmd)
	k.waitFor("Listening on")
	setup := clientcredentials.Config{
		ClientID: "setup", ClientSecret: secret, TokenURL: k.base + "/realms/master/protocol/openid-connect/token",
	}
	k.admin = setup.Client(context.Background())
	return k
}

// asGroup runs a command that starts others, and ends them all with itself or
// when its standard input ends, so that none outlives the test.
const asGroup = `trap 'trap - TERM; kill 0' EXIT TERM; "$@" </dev/null & read -r _`

// keycloakFolder is the distribution. Only script/foreign fetches it.
func keycloakFolder(t *testing.T) string {
	t.Helper()
	root := os.Getenv("CLAVIGER_KEYCLOAK")
	if root == "" {
		t.Skip("CLAVIGER_KEYCLOAK is not set: script/foreign keycloak fetches it (150 MB) and runs this")
	}
	return root
}

// realm is one realm, with one person, and one public client that may come back
// to any port.
type realm struct {
	*keycloak
	t            *testing.T
	name, issuer string
	nadia        string // the person's id
}

// keycloakClient is the registration that the preset's steps lead to.
func keycloakClient() object {
	return object{
		"clientId": clientID, "publicClient": true, "standardFlowEnabled": true, "consentRequired": true,
		"redirectUris": []string{"http://127.0.0.1/callback/acme"},
		"attributes": object{
			"pkce.code.challenge.method": "S256", "oauth2.device.authorization.grant.enabled": "true",
			"post.logout.redirect.uris": "+",
		},
		"protocolMappers": []object{{
			"name": "groups", "protocol": "openid-connect", "protocolMapper": "oidc-group-membership-mapper",
			"config": object{
				"claim.name": "groups", "full.path": "true",
				"id.token.claim": "true", "access.token.claim": "true", "userinfo.token.claim": "true",
			},
		}},
	}
}

// newRealm makes a realm. The changes are to the realm and to the client.
func (k *keycloak) newRealm(t *testing.T, changes, client object) *realm {
	t.Helper()
	r := &realm{keycloak: k, t: t, name: "acme-" + strings.ToLower(rand.Text()[:8])}
	r.issuer = k.base + "/realms/" + r.name
	registered := keycloakClient()
	if more, ok := client["attributes"].(object); ok {
		maps.Copy(registered["attributes"].(object), more)
		client = maps.Clone(client)
		delete(client, "attributes")
	}
	maps.Copy(registered, client)
	config := object{
		"realm": r.name, "enabled": true, "sslRequired": "none", "accessTokenLifespan": 60,
		"groups":  []object{{"name": "harbour", "subGroups": []object{{"name": "lighthouse"}}}},
		"clients": []object{registered},
	}
	maps.Copy(config, changes)
	r.call(http.MethodPost, "/admin/realms", config, nil)
	// Not a part of the realm above: then she would lack the roles that all have.
	r.call(http.MethodPost, r.path("/users"), object{
		"username": "nadia", "enabled": true, "email": "nadia@foreign.example", "emailVerified": true,
		"firstName": "Nadia", "lastName": "Foreign", "groups": []string{"/harbour", "/harbour/lighthouse"},
		"credentials": []object{{"type": "password", "value": "anything"}},
	}, nil)
	var people []struct{ ID string }
	r.call(http.MethodGet, r.path("/users?username=nadia"), nil, &people)
	if len(people) != 1 {
		t.Fatalf("%d people", len(people))
	}
	r.nadia = people[0].ID
	return r
}

// path is an address of this realm in the administration API.
func (r *realm) path(rest string) string { return "/admin/realms/" + r.name + rest }

// call asks the administration API, which must agree.
func (r *realm) call(method, path string, body, answer any) {
	r.t.Helper()
	if err := api(r.admin, method, r.base+path, body, answer); err != nil {
		r.t.Fatalf("%s %s: %s", method, path, scrub(err.Error()))
	}
}

// initialToken is an initial access token (RFC 7591 §1.2), good once.
func (r *realm) initialToken() string {
	r.t.Helper()
	var made struct{ Token string }
	r.call(http.MethodPost, r.path("/clients-initial-access"), object{"count": 1, "expiration": 600}, &made)
	return made.Token
}

// acme is the provider file for a realm, made from the preset, with more lines.
func (w *world) acme(r *realm, more string) {
	w.t.Helper()
	host := strings.TrimPrefix(r.base, "http://")
	w.provider("acme", fmt.Sprintf(`name = "Acme"
preset = "keycloak"
issuer = %q
variables.host.value = %q
variables.realm.value = %q
client.id = %q
%s`, r.issuer, host, r.name, clientID, more))
}
