//go:build unix

package cli

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// trusting is the transport of a browser that trusts one authority, behind the
// proxy of the environment.
func trusting(file string) (http.RoundTripper, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, errors.New("no certificate in " + file)
	}
	return &http.Transport{
		Proxy:             http.ProxyFromEnvironment,
		TLSClientConfig:   &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
		DisableKeepAlives: true,
	}, nil
}

// acme is an authority that this machine does not know, and a provider with a
// certificate of it.
type acme struct {
	*authtest.Provider
	ca     *authtest.Authority
	file   string
	server *httptest.Server
}

// acmeProvider makes the provider odd one at https://HOST:PORT, whose certificate
// is for name. The browser knows the authority, the command does not.
func (w *world) acmeProvider(host, name, more string) *acme {
	w.t.Helper()
	a := &acme{ca: authtest.NewAuthority(w.t, "ACME Security Proxy")}
	a.file = a.ca.File(w.t)
	a.Provider = w.oddProvider(authtest.Behaviour{}, more)
	plain := a.URL
	a.server = a.OverTLS(w.t, a.ca.Certificate(w.t, nil, name), host)
	path := filepath.Join(w.home, "providers.d", "odd.toml")
	text, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	w.providerFile("odd", strings.ReplaceAll(string(text), plain, a.URL))
	w.set(browserCA, a.file)
	return a
}

// inHome copies the authority's file beside the providers' files.
func (a *acme) inHome(t *testing.T, w *world) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.home, "providers.d", "corp-ca.pem"), a.ca.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
}

const corpCA = "[trust]\nca_file = \"corp-ca.pem\"\n"

// TestCAFile: a server whose authority only the provider's file names.
func TestCAFile(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	a := w.acmeProvider("127.0.0.1", "127.0.0.1", corpCA+"[sign_out]\nmethod = \"rfc7009\"\n")
	login := []string{"login", "odd", "--timeout", "20s"}
	path := filepath.Join(w.home, "providers.d", "corp-ca.pem")
	w.want(2, login...).says(t, "The certificate file for Odd does not exist", path, "ca_file under [trust]")
	if err := os.WriteFile(path, []byte("-----BEGIN CERTIFICATE-----\nMII"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.want(2, login...).says(t, "is damaged", path)
	if n := len(a.Requests()); n != 0 {
		t.Errorf("%d requests before the file was good", n)
	}
	a.inHome(t, w)
	w.want(0, login...)
	w.want(0, "token", "--force")
	w.want(0, "whoami", "--refresh")
	if out := w.want(0, "providers", "show", "odd").out; !strings.Contains(out, path) {
		t.Errorf("show does not name the file:\n%s", out)
	}

	// The network begins to re-sign with another authority: nothing is lost.
	if err := os.WriteFile(path, authtest.NewAuthority(t, "Somebody Else").PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	w.want(4, "token", "--force").says(t, "cannot be trusted", "signed by “ACME Security Proxy”", "do not match either", path)
	if acc := decode[account](t, w.want(0, "whoami", "--json").out); acc.State != "offline" || acc.User.Login != "mira" {
		t.Errorf("account %+v", acc)
	}
	w.set("CLAVIGER_ODD_CA_FILE", a.file) // the environment comes first
	w.want(0, "token", "--force")
	w.want(0, "logout", "odd").says(t)
	if a.Count(authtest.Revoke) == 0 {
		t.Error("nothing was revoked")
	}
}

// TestAddWithCAFile: discovery and the new provider trust the file.
func TestAddWithCAFile(t *testing.T) {
	w := newWorld(t)
	a := w.acmeProvider("127.0.0.1", "127.0.0.1", "")
	w.want(1, "providers", "discover", a.URL).says(t, "signed by “ACME Security Proxy”", "--ca-file FILE")
	if out := w.want(0, "providers", "discover", a.URL, "--ca-file", a.file).out; !strings.Contains(out, "--ca-file '"+a.file+"'") || !strings.Contains(out, "[trust]") {
		t.Errorf("the file is not in what is proposed:\n%s", out)
	}
	add := []string{"providers", "add", "work", "--issuer", a.URL, "--client-id", authtest.ClientID}
	w.want(1, add...).says(t, "cannot be trusted")
	w.want(2, append(add, "--ca-file", "/no/such/file.pem")...).says(t, "does not exist", "/no/such/file.pem")
	if out := w.want(0, "providers", "list").out; strings.Contains(out, "work") {
		t.Errorf("it was added:\n%s", out)
	}
	w.want(0, append(add, "--ca-file", a.file)...)
	w.want(0, "login", "work", "--no-remember", "--timeout", "20s")

	// A file that is added from elsewhere names its neighbour.
	there := t.TempDir()
	for name, text := range map[string]string{
		"corp-ca.pem": string(a.ca.PEM()),
		"forge.toml":  "id = \"forge\"\nissuer = \"" + a.URL + "\"\n[client]\nid = \"" + authtest.ClientID + "\"\n[scopes]\nbase = [\"openid\"]\n" + corpCA,
	} {
		if err := os.WriteFile(filepath.Join(there, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.want(0, "providers", "add", "--file", filepath.Join(there, "forge.toml"))
	w.want(0, "login", "forge", "--no-remember", "--timeout", "20s")
}

// TestUntrustedConnections: whoever stands in between, and a wrong address.
func TestUntrustedConnections(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	a := w.acmeProvider("127.0.0.1", "127.0.0.1", "")
	w.want(1, "login", "odd", "--timeout", "20s").says(t, "The connection to 127.0.0.1:", "signed by “ACME Security Proxy”",
		"If that is your company", "do not sign in on this network", "CLAVIGER_ODD_CA_FILE=FILE claviger login odd")
	if n := len(a.Requests()); n != 0 {
		t.Errorf("%d requests over a connection that is not trusted", n)
	}

	other := bareWorld(t)
	other.cheapKey()
	b := other.acmeProvider("127.0.0.1", "login.acme.example", corpCA)
	b.inHome(t, other)
	other.want(1, "login", "odd", "--timeout", "20s").says(t, "The server that answered is not 127.0.0.1:",
		"Its certificate is for: login.acme.example", "Check the spelling")
}

// TestProxy: the environment's proxy is asked for all but this machine and what
// NO_PROXY names, and the name is the proxy's to look up.
func TestProxy(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	a := w.acmeProvider("id.acme.test", "id.acme.test", corpCA)
	a.inHome(t, w)
	proxy := authtest.NewProxy(t, a.server.Listener.Addr().String())
	login := []string{"login", "odd", "--no-remember", "--timeout", "20s"}
	w.want(4, login...).says(t, "Odd could not be reached") // there is no such host
	w.set("HTTPS_PROXY", proxy.URL)
	w.set("HTTP_PROXY", "http://127.0.0.1:1") // for what is not encrypted, which is this machine's
	w.want(0, login...)
	host := strings.TrimPrefix(a.URL, "https://")
	if asked := proxy.Asked(); !slices.Contains(asked, host) || slices.ContainsFunc(asked, func(h string) bool { return h != host }) {
		t.Errorf("the proxy was asked for %v, want only %s", asked, host)
	}
	before := len(proxy.Asked())
	w.set("NO_PROXY", ".acme.test")
	w.want(4, login...).says(t, "Odd could not be reached")
	if n := len(proxy.Asked()); n != before {
		t.Errorf("the proxy was asked %d times more", n-before)
	}
	w.set("NO_PROXY", "")

	w.set("HTTPS_PROXY", "http://127.0.0.1:1")
	w.want(4, login...).says(t, "The proxy could not be reached", "HTTPS_PROXY")
	w.set("HTTPS_PROXY", "http://me:"+canary+" %zz@proxy.example") // want fails if it is repeated
	w.want(1, append(login, "--verbose")...).says(t, "The proxy address is not valid", "HTTPS_PROXY")
	w.set("HTTPS_PROXY", "http://127.0.0.1:1")
	b := bareWorld(t)
	b.cheapKey()
	b.set("HTTPS_PROXY", "http://127.0.0.1:1")
	b.acmeProvider("127.0.0.1", "127.0.0.1", corpCA).inHome(t, b)
	b.want(0, login...) // this machine, with an invalid proxy
}

// TestProxyLogin: name and password are in the address of the proxy.
func TestProxyLogin(t *testing.T) {
	w := newWorld(t)
	a := w.acmeProvider("id.acme.test", "id.acme.test", corpCA)
	a.inHome(t, w)
	proxy := authtest.NewProxy(t, a.server.Listener.Addr().String())
	proxy.Demand("me:"+canary, 0)
	w.set("HTTPS_PROXY", proxy.URL)
	w.want(4, "login", "odd", "--no-remember", "--timeout", "20s").says(t,
		"The proxy requires a user name and password", strings.TrimPrefix(proxy.URL, "http://"), "http://NAME:PASSWORD@HOST:PORT")
	w.set("HTTPS_PROXY", strings.Replace(proxy.URL, "//", "//me:"+canary+"@", 1))
	w.want(0, "login", "odd", "--no-remember", "--verbose", "--timeout", "20s")
}
