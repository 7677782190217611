package doctor

import (
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// at is a provider of one's own at an address.
func (p *patient) at(id, issuer, more string) {
	p.t.Helper()
	p.ownProvider(id, "issuer = \""+issuer+"\"\n"+more+"[client]\nid = \"x\"\n")
}

func TestAProviderThatAnswers(t *testing.T) {
	p, op := newPatient(t), authtest.NewProvider(t)
	p.at("work", op.URL, "")
	p.is("provider", OK, "work", "answers", "right issuer", "It took")
	p.is("clock", OK, "seconds off, by 1 provider")
	p.is("provider-files", OK, "1 provider")
	p.Offline = true
	p.is("provider", Skipped, "Left out")
	p.is("clock", Skipped, "Left out")
}

func TestNoProviderInUse(t *testing.T) {
	p := newPatient(t)
	p.setUp()
	p.is("provider", Skipped, "No provider is in use")
	p.PassphraseAtHand = false
	p.is("provider", Skipped, "the vault is locked")
}

func TestAProviderWithAnotherClock(t *testing.T) {
	p := newPatient(t)
	off := -time.Hour
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(off).UTC().Format(http.TimeFormat))
		_, _ = fmt.Fprintf(w, `{"issuer": %q, "authorization_endpoint": "%[1]s/a", "token_endpoint": "%[1]s/t", "jwks_uri": "%[1]s/k"}`, server.URL)
	}))
	t.Cleanup(server.Close)
	p.at("work", server.URL, "")
	p.is("clock", Fail, "work by 3", "seconds")
	op := authtest.NewProvider(t)
	p.at("right", op.URL, "")
	p.is("clock", Warn, "agrees with right", "work by 3")
}

func TestAProviderWhoseCertificateHasExpired(t *testing.T) {
	p, op := newPatient(t), authtest.NewProvider(t)
	authority := authtest.NewAuthority(t, "Northwind CA")
	ca := authority.File(t)
	expired := authority.Certificate(t, func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour)
	}, "127.0.0.1")
	server := authtest.ServeTLS(t, expired, http.NotFoundHandler())
	p.at("work", server.URL, "[trust]\nca_file = \""+ca+"\"\n")
	p.is("provider", Fail, "expired", "claviger providers test work")
	p.is("authorities", OK, "1 certificate", ca)
	_ = op
	if err := os.Chmod(ca, 0o666); err != nil {
		t.Fatal(err)
	}
	p.is("authorities", Fail, ca)
}

// A server that takes the connection and says nothing holds up nothing.
func TestAProviderThatHangs(t *testing.T) {
	p := newPatient(t)
	p.Patience = time.Second
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p.at("work", "http://"+l.Addr().String(), "")
	all := p.examine()
	for _, r := range all {
		switch {
		case r.Name == "provider" && (r.Verdict != Fail || r.Title != "work" && !strings.Contains(r.Found, "No answer")),
			r.Name == "loopback-ipv4" && r.Verdict != OK, r.Name == "disk" && r.Verdict == Fail:
			t.Errorf("%+v", r)
		}
	}
	if !slices.ContainsFunc(all, func(r Result) bool { return r.Name == "terminal" }) {
		t.Error("it did not come to its end")
	}
}

func TestAFileThatIsNoProvider(t *testing.T) {
	p := newPatient(t)
	p.ownProvider("bad", "oops")
	p.is("provider-files", Fail, "bad.toml")
	if err := os.Remove(filepath.Join(p.Home, "providers.d", "bad.toml")); err != nil {
		t.Fatal(err)
	}
	p.ownProvider("work", "issuer = \"https://login.example.org\"\n")
	p.is("provider-files", Warn, "claviger providers show work")
}

func TestCertificateAuthoritiesThatAreNamed(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("no variable names authorities here")
	}
	p := newPatient(t)
	file := filepath.Join(t.TempDir(), "ca.pem")
	p.env["SSL_CERT_FILE"] = file
	p.is("authorities", Fail, file, "no such file", "unset SSL_CERT_FILE")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.is("authorities", Fail, file, "no certificate in PEM form")
	if err := os.WriteFile(file, authtest.NewAuthority(t, "CA").PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	p.is("authorities", OK, "SSL_CERT_FILE")
	p.env["SSL_CERT_DIR"] = file + "/none"
	p.is("authorities", Warn, "SSL_CERT_DIR")
}

// Windows and macOS are asked for their authorities, whatever the environment says.
func TestAuthoritiesThatNobodyReads(t *testing.T) {
	e := &examination{Options: Options{Getenv: func(string) string { return "/nowhere/ca.pem" }}}
	for _, goos := range []string{"windows", "darwin"} {
		if f := e.systemAuthorities(goos); f.verdict != OK || !strings.Contains(f.found, "The system's are used") {
			t.Errorf("%s: %+v", goos, f)
		}
	}
	if f := e.systemAuthorities("linux"); f.verdict != Fail {
		t.Errorf("linux: %+v", f)
	}
}

func TestVariablesOfAProxy(t *testing.T) {
	p := newPatient(t)
	p.is("proxy", OK, "None is set")
	p.env["ALL_PROXY"] = "socks5://proxy.example:1080"
	p.is("proxy", Warn, "ALL_PROXY", "HTTPS_PROXY")
	p.env["https_proxy"] = "http://me:hidden@proxy.example:3128"
	if r := p.is("proxy", OK, "https_proxy is set"); strings.Contains(r.Found, "hidden") {
		t.Errorf("its password is told: %s", r.Found)
	}
}
