package oauth

import (
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// troublePhrase is a trouble of a server that was reached, as a short phrase for errors.
func troublePhrase(t ask.Trouble) phrase.Text {
	reason := TroubleReason(t, time.Now())
	switch {
	case reason != "" && t.Why == ask.UnknownAuthority:
		return phrase.Say("the server's certificate is not trusted ({detail})", reason)
	case reason != "" && t.Why == ask.OtherName:
		return phrase.Say("the server's certificate is for another host ({detail})", reason)
	}
	return map[ask.Why]phrase.Text{
		ask.UnknownAuthority: "the server's certificate is not trusted",
		ask.SelfSigned:       "the server's certificate is self-signed",
		ask.OtherName:        "the server's certificate is for another host",
		ask.Expired:          "the server's certificate has expired",
		ask.NotYetValid:      "the server's certificate is not valid yet",
		ask.BadCertificate:   "the server's certificate is not valid",
		ask.NoAuthorities:    "there are no certificate authorities on this computer",
		ask.NoTLS:            "the server does not speak TLS",
		ask.TLSRefused:       "the server closed the encrypted connection",
		ask.ProxySetting:     "the proxy address is not valid",
	}[t.Why]
}

// TroubleReason is what is known of a trouble, for people; "" if that is nothing.
func TroubleReason(t ask.Trouble, now time.Time) string {
	const form = "2006-01-02 15:04"
	switch t.Why {
	case ask.ProxyLogin, ask.NoSuchHost:
		return plain.Short(t.Host)
	case ask.ProxyRefused:
		return plain.Short(t.Host + ": " + plain.Status(t.Status))
	case ask.ProxyDown:
		return plain.Phrase(t.Cause.Error(), 120)
	case ask.BadCertificate:
		return plain.Phrase(t.Cause.Error(), 200)
	case ask.TLSRefused:
		return plain.Phrase(t.Cause.Error(), 80)
	default:
	}
	if t.Certificate == nil {
		return ""
	}
	switch c := t.Certificate; t.Why {
	case ask.OtherName:
		return namesOf(c)
	case ask.Expired:
		return phrase.Say("it expired on {day}, {ago}", c.NotAfter.Local().Format(form), plain.Duration(now.Sub(c.NotAfter))+" ago")
	case ask.NotYetValid:
		return phrase.Say("it becomes valid on {day}, in {time}", c.NotBefore.Local().Format(form), plain.Duration(c.NotBefore.Sub(now)))
	case ask.SelfSigned:
		return fingerprint(c)
	case ask.UnknownAuthority:
		return signer(c)
	default:
		return ""
	}
}

// namesOf lists for whom a certificate is, "" if it does not say.
func namesOf(cert *x509.Certificate) string {
	const most = 4
	var names []string
	for _, n := range cert.DNSNames {
		names = append(names, plain.Short(n))
	}
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	if more := len(names) - most; more > 0 {
		return phrase.Say("{names} and {count} more", strings.Join(names[:most], ", "), strconv.Itoa(more))
	}
	return strings.Join(names, ", ")
}

// signer is whom a certificate names as its issuer.
func signer(cert *x509.Certificate) phrase.Text {
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
