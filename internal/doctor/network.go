package doctor

import (
	"cmp"
	"context"
	"crypto/x509"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/internal/shell"
	"github.com/claviger/claviger/providers"
)

// proxy says which variables name a proxy, and which providers are asked through it.
func (e *examination) proxy(context.Context) finding {
	set := e.named(runtime.GOOS, "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")
	other := e.named(runtime.GOOS, "ALL_PROXY")
	if len(set) == 0 && len(other) > 0 {
		return odd("%s is set. Claviger does not use it: only HTTPS_PROXY and NO_PROXY.", strings.Join(other, " and ")).
			mend("If providers are reached through that proxy only:", shell.Here.SetLike("HTTPS_PROXY", other[0]))
	}
	if len(set) == 0 {
		return good("None is set.")
	}
	proxies := map[string][]string{}
	for _, p := range e.use().providers {
		u, err := ask.ProxyFor(cmp.Or(p.Issuer, p.Endpoints.Token))
		switch {
		case err != nil:
			return explained(Fail, err).mend("Correct the variable.", shell.Here.Unset(set[0]))
		case u != nil:
			proxies[u.Host] = append(proxies[u.Host], p.ID)
		default:
			proxies[""] = append(proxies[""], p.ID)
		}
	}
	var out []string
	for host, ids := range proxies {
		slices.Sort(ids)
		if host == "" {
			out = append(out, strings.Join(ids, ", ")+" without a proxy")
			continue
		}
		out = append(out, strings.Join(ids, ", ")+" through "+clean(host))
	}
	slices.Sort(out)
	if len(out) == 0 {
		return good("%s is set; no provider is in use yet.", strings.Join(set, ", "))
	}
	return good("%s is set: %s.", strings.Join(set, ", "), strings.Join(out, "; "))
}

// named are those variables that have a value, also in lower case, where that is another
// one: on Windows it is not.
func (e *examination) named(goos string, names ...string) []string {
	var out []string
	for _, name := range names {
		if e.Getenv(name) != "" {
			out = append(out, name)
		}
		if lower := strings.ToLower(name); goos != "windows" && e.Getenv(lower) != "" {
			out = append(out, lower)
		}
	}
	return out
}

// authorities looks at the certificate authorities of the system, and at those that the
// environment and the files of providers name.
func (e *examination) authorities(context.Context) []finding {
	out := []finding{e.systemAuthorities(runtime.GOOS)}
	for _, p := range e.use().providers {
		if p.Trust.CAFile == "" {
			continue
		}
		cas, err := providers.ReadCAs(p.Trust.CAFile)
		if err == nil {
			err = cas.Valid(time.Now())
		}
		f := explained(Fail, err)
		if err == nil {
			f = good("%s in %s.", plain.Count(len(cas.Certificates), "certificate"), p.Trust.CAFile)
		}
		f.about = "CAs of " + p.ID
		out = append(out, f)
	}
	return out
}

func (e *examination) systemAuthorities(goos string) finding {
	if goos == "windows" || goos == "darwin" {
		return good("The system's are used.") // crypto/x509 asks it, and reads no variable
	}
	if file := e.Getenv("SSL_CERT_FILE"); file != "" {
		data, err := os.ReadFile(file)
		switch {
		case err != nil:
			return bad("SSL_CERT_FILE names %s: %s.", file, reason(err)).mend("Correct the variable, or remove it to trust the system's authorities.", shell.Here.Unset("SSL_CERT_FILE"))
		case !x509.NewCertPool().AppendCertsFromPEM(data):
			return bad("SSL_CERT_FILE names %s, which has no certificate in PEM form.", file).mend("Correct the variable, or remove it to trust the system's authorities.", shell.Here.Unset("SSL_CERT_FILE"))
		}
	}
	for _, dir := range filepath.SplitList(e.Getenv("SSL_CERT_DIR")) {
		if _, err := os.ReadDir(dir); err != nil {
			return odd("SSL_CERT_DIR names %s: %s.", dir, reason(err)).mend("Correct the variable, or remove it.", shell.Here.Unset("SSL_CERT_DIR"))
		}
	}
	pool, err := x509.SystemCertPool()
	switch {
	case err != nil:
		return bad("The system's certificate authorities cannot be read: %s.", reason(err)).mend("Install them.", "sudo apt install ca-certificates")
	case goos == "linux" && pool.Equal(x509.NewCertPool()):
		return bad("This system has no certificate authorities: no server on the internet can be trusted.").mend("Install them.", "sudo apt install ca-certificates")
	}
	if set := e.named(goos, "SSL_CERT_FILE", "SSL_CERT_DIR"); len(set) > 0 {
		return good("They are read from where the environment says (%s).", strings.Join(set, " and "))
	}
	return good("The system's are used.")
}
