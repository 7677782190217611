package ask

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"time"
)

// Trouble is why there is no connection that can be trusted.
type Trouble struct {
	Why Why
	// Host is the proxy's of [ProxyLogin] and [ProxyRefused], and the name that
	// [NoSuchHost] is about. It is foreign text.
	Host string
	// Status is what the proxy of [ProxyRefused] answered.
	Status int
	// Certificate is the server's; nil if it is not known.
	Certificate *x509.Certificate
	// Cause is the error of package x509, tls or net that says so. Its text is foreign.
	Cause error
}

// Why is the kind of a [Trouble].
type Why string

// The kinds.
const (
	// ProxySetting is a setting of the proxy that is not an address.
	ProxySetting Why = "proxy-setting"
	// ProxyLogin is a proxy that requires a user name and password.
	ProxyLogin Why = "proxy-login"
	// ProxyRefused is a proxy that does not connect to the server.
	ProxyRefused Why = "proxy-refused"
	// ProxyDown is a proxy that is not reached.
	ProxyDown Why = "proxy-down"
	// OtherName is a certificate for another host.
	OtherName Why = "other-name"
	// NoAuthorities is a computer without certificate authorities.
	NoAuthorities Why = "no-authorities"
	// Expired is a certificate whose time is over.
	Expired Why = "expired"
	// NotYetValid is a certificate whose time has not begun.
	NotYetValid Why = "not-yet-valid"
	// SelfSigned is a certificate that vouches for itself.
	SelfSigned Why = "self-signed"
	// UnknownAuthority is a certificate that an authority signed that is not trusted.
	UnknownAuthority Why = "unknown-authority"
	// BadCertificate is one with another fault.
	BadCertificate Why = "certificate"
	// NoTLS is a server that does not speak TLS.
	NoTLS Why = "no-tls"
	// TLSRefused is a server that ends the handshake (RFC 8446 §6.2).
	TLSRefused Why = "tls-refused"
	// NoSuchHost is a name that does not exist.
	NoSuchHost Why = "no-such-host"
	// NoNames means that names cannot be resolved.
	NoNames Why = "no-names"
	// Refused is a port at which nothing listens.
	Refused Why = "refused"
)

// Offline reports that no server was reached. Whoever answered and cannot be trusted
// was: there the network is no reason to wait.
func (w Why) Offline() bool {
	switch w {
	case ProxyLogin, ProxyRefused, ProxyDown, NoSuchHost, NoNames, Refused:
		return true
	default:
		return false
	}
}

// TroubleOf finds out what an error of a request says about its connection.
// It is not ok if the reason is none of these, such as a cut connection.
func TroubleOf(err error) (t Trouble, ok bool) {
	for _, try := range []func(error) Trouble{proxyTrouble, certificateTrouble, tlsTrouble, networkTrouble} {
		if t = try(err); t.Why != "" {
			return t, true
		}
	}
	return Trouble{}, false
}

// proxyTrouble is what lies at the proxy and not at the provider.
func proxyTrouble(err error) Trouble {
	var proxy *ProxyError
	var op *net.OpError
	switch {
	case errors.As(err, &proxy) && proxy.Host == "":
		return Trouble{Why: ProxySetting}
	case errors.As(err, &proxy) && proxy.Status == http.StatusProxyAuthRequired:
		return Trouble{Why: ProxyLogin, Host: proxy.Host}
	case errors.As(err, &proxy):
		return Trouble{Why: ProxyRefused, Host: proxy.Host, Status: proxy.Status}
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return Trouble{Why: ProxyDown, Cause: op.Err}
	}
	return Trouble{}
}

// certificateTrouble is what x509 has against the server's certificate.
func certificateTrouble(err error) Trouble {
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
		return Trouble{Why: OtherName, Certificate: name.Certificate}
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return timeTrouble(invalid.Cert, time.Now()) // the clock that TLS goes by
	case errors.As(err, &roots):
		return Trouble{Why: NoAuthorities}
	case errors.As(err, &unknown):
		cert := unknown.Cert
		if verify != nil && len(verify.UnverifiedCertificates) > 0 {
			cert = verify.UnverifiedCertificates[0]
		}
		return signerTrouble(cert)
	case verify != nil:
		return Trouble{Why: BadCertificate, Cause: verify.Err}
	case errors.As(err, &invalid):
		return Trouble{Why: BadCertificate, Cause: invalid}
	}
	return Trouble{}
}

// timeTrouble says on which side of a certificate's time now is.
func timeTrouble(cert *x509.Certificate, now time.Time) Trouble {
	if cert != nil && now.Before(cert.NotBefore) {
		return Trouble{Why: NotYetValid, Certificate: cert}
	}
	return Trouble{Why: Expired, Certificate: cert}
}

// signerTrouble distinguishes a certificate that vouches for itself from one that
// an unknown authority signed.
func signerTrouble(cert *x509.Certificate) Trouble {
	own := cert != nil && string(cert.RawIssuer) == string(cert.RawSubject) &&
		cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature) == nil
	if own {
		return Trouble{Why: SelfSigned, Certificate: cert}
	}
	return Trouble{Why: UnknownAuthority, Certificate: cert}
}

// tlsTrouble is a server with which TLS cannot be spoken.
func tlsTrouble(err error) Trouble {
	var (
		record tls.RecordHeaderError
		op     *net.OpError
	)
	switch {
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return Trouble{Why: NoTLS}
	case errors.As(err, &op) && op.Op == "remote error": // an alert (RFC 8446 §6.2)
		return Trouble{Why: TLSRefused, Cause: op.Err}
	}
	return Trouble{}
}

// networkTrouble is what names and ports say.
func networkTrouble(err error) Trouble {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return Trouble{Why: NoSuchHost, Host: dns.Name}
	case errors.As(err, &dns):
		return Trouble{Why: NoNames}
	case errors.Is(err, syscall.ECONNREFUSED):
		return Trouble{Why: Refused}
	}
	return Trouble{}
}

// Unreached reports whether err means that a server was not reached, or not
// long enough.
func Unreached(err error) bool {
	if t, ok := TroubleOf(err); ok {
		return t.Why.Offline()
	}
	var (
		ne  net.Error
		ope *net.OpError
		dns *net.DNSError
	)
	return errors.As(err, &dns) || errors.As(err, &ope) ||
		errors.As(err, &ne) && ne.Timeout() ||
		errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNREFUSED)
}

// HostOf is the host that a failed request was for, "" if nothing says it.
func HostOf(err error) string {
	var connection *ConnectionError
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
