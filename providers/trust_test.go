package providers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// makeCA makes a certificate authority that is valid from and until then.
func makeCA(t *testing.T, name string, from, until time.Time) (der, key []byte) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	if der, err = x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k); err != nil {
		t.Fatal(err)
	}
	if key, err = x509.MarshalPKCS8PrivateKey(k); err != nil {
		t.Fatal(err)
	}
	return der, key
}

func asPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestReadCAs(t *testing.T) {
	now := time.Now()
	der, key := makeCA(t, "one", now.Add(-time.Hour), now.Add(time.Hour))
	oldDER, _ := makeCA(t, "old", now.Add(-48*time.Hour), now.Add(-24*time.Hour))
	newDER, _ := makeCA(t, "new", now.Add(24*time.Hour), now.Add(48*time.Hour))
	one, old, next := asPEM("CERTIFICATE", der), asPEM("CERTIFICATE", oldDER), asPEM("CERTIFICATE", newDER)
	private := asPEM("PRIVATE KEY", key)
	for name, c := range map[string]struct {
		text string
		n    int
		code string
	}{
		"one":            {one, 1, ""},
		"with words":     {"# the CA of ACME\r\n" + strings.ReplaceAll(one, "\n", "\r\n") + "\nand another\n" + one, 2, ""},
		"one of two old": {old + one, 2, ""},
		"old":            {old, 0, "expired"},
		"not yet":        {next, 0, "not-yet-valid"},
		"empty":          {" \n\t", 0, "empty"},
		"text":           {"-- no certificate --", 0, "no-certificate"},
		"binary":         {string(der), 0, "binary"},
		"key behind":     {one + private, 0, "private-key"},
		"key before":     {private + one, 0, "private-key"},
		"cut key":        {one + private[:len(private)-30] + "\n", 0, "private-key"},
		"cut":            {one + one[:len(one)-40], 0, "damaged"},
		"no certificate": {asPEM("CERTIFICATE", []byte("x")), 0, "damaged"},
		"request":        {one + asPEM("CERTIFICATE REQUEST", der), 0, "foreign"},
		"too large":      {one + strings.Repeat("#", 1<<20), 0, "too-large"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "ca.pem")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			cas, err := ReadCAs(file)
			if err == nil {
				err = cas.Valid(now)
			}
			wantCAError(t, err, file, c.code)
			if err == nil && len(cas.Certificates) != c.n {
				t.Errorf("%d certificates, want %d", len(cas.Certificates), c.n)
			}
		})
	}
}

func wantCAError(t *testing.T, err error, file, code string) {
	t.Helper()
	if code == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	var bad *CAFileError
	if !errors.Is(err, ErrCAFile) || !errors.As(err, &bad) || bad.Code != code || bad.File != file {
		t.Errorf("%v, want %s", err, code)
	}
}

func TestReadCAsTakesPlainFilesOnly(t *testing.T) {
	dir := t.TempDir()
	_, err := ReadCAs(filepath.Join(dir, "none.pem"))
	wantCAError(t, err, filepath.Join(dir, "none.pem"), "missing")
	_, err = ReadCAs(dir)
	wantCAError(t, err, dir, "no-file")
	if runtime.GOOS != "windows" { // which has no such bits
		open := filepath.Join(dir, "open.pem")
		if err := errors.Join(os.WriteFile(open, []byte("x"), 0o600), os.Chmod(open, 0o666)); err != nil {
			t.Fatal(err)
		}
		_, err = ReadCAs(open)
		wantCAError(t, err, open, "others-can-write")
	}
	if os.Getuid() == 0 {
		return // who may read everything
	}
	locked := filepath.Join(dir, "locked.pem")
	if err := os.WriteFile(locked, []byte("x"), 0); err != nil {
		t.Fatal(err)
	}
	_, err = ReadCAs(locked)
	wantCAError(t, err, locked, "unreadable")
}

// TestWhereTheCAFileIs: beside the provider's file, at an absolute path,
// or where the environment says.
func TestWhereTheCAFileIs(t *testing.T) {
	dir, work := t.TempDir(), t.TempDir()
	t.Chdir(work)
	absolute := filepath.Join(dir, "elsewhere", "ca.pem")
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const head = "issuer = \"https://id.example\"\n"
	write("providers.d/one.toml", "id = \"one\"\n"+head+"[trust]\nca_file = \"corp-ca.pem\"\n")
	write("providers.d/two.toml", "id = \"two\"\n"+head+"[trust]\nca_file = "+tomlString(absolute)+"\n")
	write("providers.toml", "[[provider]]\nid = \"three\"\n"+head+"[provider.trust]\nca_file = \"sub/ca.pem\"\n[[provider]]\nid = \"four\"\n"+head)
	s, err := Load(dir, []string{"CLAVIGER_FOUR_CA_FILE=env.pem", "CLAVIGER_GITHUB_CA_FILE=" + absolute})
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs("env.pem")
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"one": filepath.Join(dir, "providers.d", "corp-ca.pem"), "two": absolute,
		"three": filepath.Join(dir, "sub", "ca.pem"), "four": here, "github": absolute, "google": "",
	} {
		p, ok := s.Lookup(id)
		if !ok || p.Trust.CAFile != want {
			t.Errorf("%s: %q, want %q; %v", id, p.Trust.CAFile, want, s.Problems())
		}
	}
}

func TestCAFileKey(t *testing.T) {
	for value, want := range map[string]string{
		"-----BEGIN CERTIFICATE-----": "the name of a PEM file", "https://a.example/ca.pem": "not a URL", "a\nb": "without line breaks",
	} {
		_, err := Parse("x.toml", []byte("id = \"x\"\nissuer = \"https://id.example\"\n[trust]\nca_file = "+tomlString(value)+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "x.toml:4: trust.ca_file") {
			t.Errorf("%q: %v", value, err)
		}
	}
	text, err := WithCAFile([]byte("id = \"x\"\nissuer = \"https://id.example\" # kept\n"), `C:\certs\ca.pem`)
	if err != nil || !strings.Contains(string(text), "# kept") {
		t.Fatalf("%v\n%s", err, text)
	}
	if p, err := Parse("x.toml", text); err != nil || p.Trust.CAFile != `C:\certs\ca.pem` {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestUnencryptedAddresses: what a variable or the environment fills in must be
// https as well, loopback apart.
func TestUnencryptedAddresses(t *testing.T) {
	for name, c := range map[string]struct {
		env string
		ok  bool
	}{
		"https":            {"https://a.example", true},
		"http":             {"http://a.example", false},
		"127.0.0.1":        {"http://127.0.0.1:81", true},
		"127.9.9.9":        {"http://127.9.9.9", true},
		"::1":              {"http://[::1]:81", true},
		"localhost":        {"http://localhost", true},
		"looks like it":    {"http://127.0.0.1.example", false},
		"localhost.x":      {"http://localhost.example", false},
		"private address":  {"http://10.0.0.1", false},
		"all addresses":    {"http://0.0.0.0", false},
		"with a name":      {"https://127.0.0.1@a.example", false},
		"another protocol": {"ftp://127.0.0.1", false},
	} {
		s, err := Load("", []string{
			"CLAVIGER_OAUTH2_CLIENT_ID=x", "CLAVIGER_OAUTH2_AUTHORIZATION=https://a.example/a",
			"CLAVIGER_OAUTH2_TOKEN=" + c.env + "/token", "CLAVIGER_OAUTH2_PROFILE=https://a.example/me",
		})
		if err != nil {
			t.Fatal(err)
		}
		p, _ := s.Lookup("oauth2")
		if err := p.Ready(); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMetadataAddresses: whatever a provider elsewhere publishes is https; one
// on this computer may name servers on it.
func TestMetadataAddresses(t *testing.T) {
	const local = "http://127.0.0.1:4711"
	for _, key := range []string{
		"authorization_endpoint", "token_endpoint", "device_authorization_endpoint", "userinfo_endpoint", "jwks_uri",
		"revocation_endpoint", "end_session_endpoint", "introspection_endpoint", "registration_endpoint", "pushed_authorization_request_endpoint",
	} {
		for address, c := range map[string]struct{ elsewhere, here bool }{
			"https://other.example/x":     {true, true}, // as Google's and many others' are
			"http://a.example/x":          {false, false},
			"http://10.0.0.1/x":           {false, false},
			"http://localhost.evil/x":     {false, false},
			"//a.example/x":               {false, false},
			"https://user@other.example/": {false, false},
			local:                         {false, true},
			"http://localhost:1/x":        {false, true},
			"http://[::1]:1/x":            {false, true},
		} {
			data := []byte(`{"issuer":"https://a.example","` + key + `":"` + address + `"}`)
			for host, good := range map[string]bool{"login.example.com": c.elsewhere, "127.0.0.1": c.here} {
				m, err := parseMetadata(data, host)
				taken := err == nil && *m.endpoints()[key] == address && len(m.published) == 1
				named := err != nil || slices.Equal(m.Dropped(), []string{key}) && *m.endpoints()[key] == "" && len(m.published) == 0
				if taken != good || named == good {
					t.Errorf("%s = %s, at %s: %+v, %v", key, address, host, m, err)
				}
			}
		}
	}
}
