package authtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Authority is a certificate authority that nobody knows until told.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewAuthority makes an authority of that name, good for an hour.
func NewAuthority(tb testing.TB, name string) *Authority {
	tb.Helper()
	now := time.Now()
	a := &Authority{key: newKey(tb)}
	a.cert = sign(tb, &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil, a.key, a.key)
	return a
}

// PEM is the authority's certificate.
func (a *Authority) PEM() []byte { return toPEM(a.cert.Raw) }

// File writes the authority's certificate into a file.
func (a *Authority) File(tb testing.TB) string {
	tb.Helper()
	name := filepath.Join(tb.TempDir(), "ca.pem")
	if err := os.WriteFile(name, a.PEM(), 0o600); err != nil {
		tb.Fatal(err)
	}
	return name
}

// Pool holds the authority and nobody else.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// Certificate is one for a server, good from an hour ago for an hour, for these
// names and addresses. change, where set, alters it before it is signed.
func (a *Authority) Certificate(tb testing.TB, change func(*x509.Certificate), names ...string) tls.Certificate {
	tb.Helper()
	template := serverTemplate(names)
	if change != nil {
		change(template)
	}
	key := newKey(tb)
	return tls.Certificate{Certificate: [][]byte{sign(tb, template, a.cert, key, a.key).Raw}, PrivateKey: key}
}

// SelfSigned is a certificate that only its own server vouches for, and the
// file that it would be in.
func SelfSigned(tb testing.TB, names ...string) (cert tls.Certificate, pemText []byte) {
	tb.Helper()
	key := newKey(tb)
	raw := sign(tb, serverTemplate(names), nil, key, key).Raw
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, toPEM(raw)
}

func serverTemplate(names []string) *x509.Certificate {
	now := time.Now()
	t := &x509.Certificate{
		Subject: pkix.Name{Organization: []string{"Test server"}}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, n)
		}
	}
	return t
}

func newKey(tb testing.TB) *ecdsa.PrivateKey {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// sign signs a certificate for key; without a parent with itself.
func sign(tb testing.TB, template, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) *x509.Certificate {
	tb.Helper()
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		tb.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return cert
}

func toPEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// ServeTLS serves h on loopback with a certificate until the test ends.
func ServeTLS(tb testing.TB, cert tls.Certificate, h http.Handler) *httptest.Server {
	tb.Helper()
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // clients that turn away are expected
	s.StartTLS()
	tb.Cleanup(s.Close)
	return s
}

// OverTLS moves the provider to an https address of that host, which the
// returned server answers; it is for a provider that nobody asked anything yet.
func (p *Provider) OverTLS(tb testing.TB, cert tls.Certificate, host string) *httptest.Server {
	tb.Helper()
	s := ServeTLS(tb, cert, p.server.Config.Handler)
	u, err := url.Parse(s.URL)
	if err != nil {
		tb.Fatal(err)
	}
	p.URL = "https://" + net.JoinHostPort(host, u.Port())
	return s
}
