package register

import (
	"context"
	"net/http"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
)

// Access is the client configuration endpoint of a registration
// and its registration access token (RFC 7592 §3). Keep it like a secret.
type Access struct {
	URI   string
	Token providers.Secret
	// Home is who registered the app: the address must be there. A zero home is
	// that of the address itself, for which the caller vouches.
	Home oauth.Home
	// CAFile is as [providers.Trust] has it. It is no part of what is to be
	// kept: the provider's file says it.
	CAFile string
}

// IsZero reports whether there is no such access.
func (r Access) IsZero() bool { return r.URI == "" || r.Token.IsZero() }

// Of completes the access with what the provider that it belongs to says now: its
// certificates, and its issuer if the access was kept before there were homes.
func (r Access) Of(p *providers.Provider) Access {
	r.CAFile = p.Trust.CAFile
	if r.Home.Empty() {
		r.Home = oauth.Home{Issuer: p.Issuer}
	}
	if r.Home.Claimed {
		_, elsewhere := r.Home.Imported(p)
		if r.Home = r.Home.At(p); elsewhere != "" {
			r.Home = oauth.Nowhere()
		}
	}
	return r
}

// Deregister deletes a registration at the provider (RFC 7592 §2.3); without
// access it does nothing. A registration that is surely gone already is no
// error.
func (r *Registrar) Deregister(ctx context.Context, access Access) error {
	if access.IsZero() {
		return nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, access.URI, nil)
	if err != nil {
		return &oauth.AnswerError{Step: stepRegister, Reason: "the registration's address is not usable"}
	}
	if !ask.Encrypted(req.URL) {
		return oauth.ErrPlainHTTP
	}
	home := access.Home
	if home.IsZero() {
		home = oauth.ServerHome(access.URI)
	}
	req = req.WithContext(oauth.Reaching(ctx, &providers.Provider{Issuer: home.Issuer}, home, nil))
	status, fields, err := r.do(req, access.Token, access.CAFile)
	switch {
	case err != nil:
		return err
	case status >= 200 && status < 300, status == http.StatusNotFound, status == http.StatusGone:
		return nil
	case status == http.StatusUnauthorized: // §2.3 says so of both
		return &oauth.AnswerError{Step: stepRegister, Status: status, Reason: "the registration no longer exists, or its key is no longer accepted"}
	case status == http.StatusForbidden, status == http.StatusMethodNotAllowed, status == http.StatusNotImplemented:
		return &oauth.AnswerError{Step: stepRegister, Status: status, Reason: "it does not allow registrations to be deleted by request"}
	}
	return registrationRefused(status, fields, access.Token)
}
