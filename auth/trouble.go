package auth

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/plain"
)

// trouble is why there is no connection that can be trusted.
type trouble struct {
	// key names the words in problems.toml, reason fills their {reason}.
	key, reason string
}

// troubleOf finds out what an error of a request says about its connection.
// It is not ok where the reason is none of these, such as a cut connection.
func troubleOf(err error) (t trouble, ok bool) {
	for _, try := range []func(error) trouble{proxyTrouble, certificateTrouble, tlsTrouble, networkTrouble} {
		if t = try(err); t.key != "" {
			return t, true
		}
	}
	return trouble{}, false
}

// proxyTrouble is what lies at the proxy and not at the provider.
func proxyTrouble(err error) trouble {
	var proxy *proxyError
	var op *net.OpError
	switch {
	case errors.As(err, &proxy) && proxy.host == "":
		return trouble{"proxy-setting", ""}
	case errors.As(err, &proxy) && proxy.status == http.StatusProxyAuthRequired:
		return trouble{"proxy-login", plain.Short(proxy.host)}
	case errors.As(err, &proxy):
		return trouble{"proxy-refused", plain.Short(proxy.host + ": " + statusText(proxy.status))}
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return trouble{"proxy-down", plain.Phrase(op.Err.Error(), 120)}
	}
	return trouble{}
}

// certificateTrouble is what x509 has against the server's certificate.
func certificateTrouble(err error) trouble {
	var (
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		unknown x509.UnknownAuthorityError
		verify  *tls.CertificateVerificationError
		roots   x509.SystemRootsError
	)
	errors.As(err, &verify)
	switch {
	case errors.As(err, &name):
		return trouble{"other-name", namesOf(name.Certificate)}
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return timeTrouble(invalid.Cert, time.Now()) // the clock that TLS goes by
	case errors.As(err, &roots):
		return trouble{"no-authorities", ""}
	case errors.As(err, &unknown):
		cert := unknown.Cert
		if verify != nil && len(verify.UnverifiedCertificates) > 0 {
			cert = verify.UnverifiedCertificates[0]
		}
		return signerTrouble(cert)
	case verify != nil:
		return trouble{"certificate", plain.Phrase(verify.Err.Error(), 200)}
	case errors.As(err, &invalid):
		return trouble{"certificate", plain.Phrase(invalid.Error(), 200)}
	}
	return trouble{}
}

// namesOf lists for whom a certificate is, "" where it does not say.
func namesOf(cert *x509.Certificate) string {
	const most = 4
	var names []string
	if cert == nil {
		return ""
	}
	for _, n := range cert.DNSNames {
		names = append(names, plain.Short(n))
	}
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	more := len(names) - most
	if more > 0 {
		names = append(names[:most], fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

// timeTrouble tells how far a certificate and the clock are apart.
func timeTrouble(cert *x509.Certificate, now time.Time) trouble {
	const form = "2006-01-02 15:04"
	switch {
	case cert == nil:
		return trouble{"expired", ""}
	case now.Before(cert.NotBefore):
		return trouble{"not-yet-valid", cert.NotBefore.Local().Format(form) + ", in " + plain.Duration(cert.NotBefore.Sub(now))}
	}
	return trouble{"expired", cert.NotAfter.Local().Format(form) + ", " + plain.Duration(now.Sub(cert.NotAfter)) + " ago"}
}

// signerTrouble tells a certificate that vouches for itself from one that
// somebody unknown signed.
func signerTrouble(cert *x509.Certificate) trouble {
	if cert == nil {
		return trouble{"unknown-authority", ""}
	}
	own := string(cert.RawIssuer) == string(cert.RawSubject) &&
		cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature) == nil
	if own {
		return trouble{"self-signed", fingerprint(cert)}
	}
	return trouble{"unknown-authority", signer(cert)}
}

// signer is whom a certificate names as its issuer.
func signer(cert *x509.Certificate) string {
	name := plain.Short(cert.Issuer.CommonName)
	org := plain.Short(strings.Join(cert.Issuer.Organization, ", "))
	switch {
	case name == "" && org == "":
		return "an unnamed authority"
	case name == "":
		return org
	case org == "" || org == name:
		return name
	}
	return name + " (" + org + ")"
}

// fingerprint is what people compare with the certificate on their server.
func fingerprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":")
}

// tlsTrouble is a server with which TLS cannot be spoken.
func tlsTrouble(err error) trouble {
	var (
		record tls.RecordHeaderError
		op     *net.OpError
	)
	switch {
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return trouble{"no-tls", ""}
	case errors.As(err, &op) && op.Op == "remote error": // an alert (RFC 8446 §6.2)
		return trouble{"tls-refused", plain.Phrase(op.Err.Error(), 80)}
	}
	return trouble{}
}

// networkTrouble is what names and ports say.
func networkTrouble(err error) trouble {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return trouble{"no-such-host", plain.Short(dns.Name)}
	case errors.As(err, &dns):
		return trouble{"no-names", ""}
	case errors.Is(err, syscall.ECONNREFUSED):
		return trouble{"refused", ""}
	}
	return trouble{}
}

// offline reports that nobody was reached. Whoever answered and cannot be trusted
// was: there the network is no reason to wait.
func (t trouble) offline() bool { return connectionKinds().kind(t.key) == KindOffline }

// words are those of the trouble.
func (t trouble) words() words { return problemWords().Connection[t.key] }

// phrase is the trouble as a short phrase for errors and events.
func (t trouble) phrase() string {
	phrase := t.words().Phrase
	if t.reason != "" && (t.key == "unknown-authority" || t.key == "other-name") {
		phrase += " (" + t.reason + ")"
	}
	return phrase
}

// hostOf is the host that a failed request was for, "" where nothing says it.
func hostOf(err error) string {
	var connection *ask.ConnectionError
	var request *url.Error
	switch {
	case errors.As(err, &connection):
		return connection.Host
	case errors.As(err, &request):
		if u, err := url.Parse(request.URL); err == nil {
			return u.Host
		}
	}
	return ""
}

// statusText is an HTTP status for people.
func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}
