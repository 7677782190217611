package register

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// leaveTimeout bounds the deletion of a registration.
const leaveTimeout = 20 * time.Second

// Leaving is what becomes of an app registration when its provider is removed here.
type Leaving struct {
	// Provider was removed; Others are those that are still here.
	Provider *providers.Provider
	Others   []*providers.Provider
	// Access is that to the registration; empty if there is none.
	Access Access
	// Deregister is [Registrar.Deregister].
	Deregister func(ctx context.Context, access Access) error
	// Save keeps the access of a provider; an empty one removes it.
	Save func(ctx context.Context, providerID string, access Access) error
}

// Leave deletes the registration (RFC 7592 §2.3), unless another provider uses it:
// that one gets the access to it. It says what came of it, a sentence a line,
// nothing if this program did not make the registration; done is false if
// something is left for the person to do. The provider is gone in any case.
func (l Leaving) Leave(ctx context.Context) (says []string, done bool) {
	p := l.Provider
	if l.Access.IsZero() && !p.Client.ByRequest {
		return nil, true
	}
	app := "Its app registration"
	if p.Client.ID != "" {
		app += " (client ID " + p.Client.ID + ")"
	}
	if other := l.sharing(); other != nil {
		says, done = []string{app + " was kept: " + other.Name + " uses it too."}, true
		if !l.Access.IsZero() && l.Save(ctx, other.ID, l.Access) != nil {
			return append(says, keyLeft), false
		}
	} else {
		var keep bool
		if says, done, keep = l.end(ctx, app); keep || l.Access.IsZero() {
			return says, done
		}
	}
	if !l.Access.IsZero() && l.Save(ctx, p.ID, Access{}) != nil {
		return append(says, keyLeft), false
	}
	return says, done
}

// keyLeft is said if the access to a registration could not be removed.
const keyLeft = "The key for deleting it is still in the vault."

// byHand is what to do about a registration that stays: a provider file is often
// shared, and with it the registration.
const byHand = "If no one else uses it, delete it at the provider manually."

// end deletes a registration that no other provider here uses. keep means that the
// access to it is still of use.
func (l Leaving) end(ctx context.Context, app string) (says []string, done, keep bool) {
	if l.Access.IsZero() {
		return []string{app + " cannot be deleted from here.", byHand}, false, false
	}
	ctx, cancel := context.WithTimeout(ctx, leaveTimeout)
	defer cancel()
	if err := l.Deregister(ctx, l.Access.Of(l.Provider)); err != nil {
		found := problem.Explain(err, l.Provider, "")
		says = []string{app + " could not be deleted at the provider: " + strings.TrimSpace(found.Title+". "+found.Detail)}
		if final(err) {
			return append(says, byHand), false, false
		}
		return append(says, "The key for deleting it stays in the vault. To try again, run `claviger providers remove "+l.Provider.ID+"`."), false, true
	}
	return []string{app + " was deleted at the provider."}, true, false
}

// final reports a refusal that another try would get too, so that the access is of no
// more use (RFC 7592 §2.3).
func final(err error) bool {
	if answer, ok := errors.AsType[*oauth.AnswerError](err); ok {
		switch answer.Status {
		case http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotImplemented:
			return true
		}
		return false
	}
	return errors.Is(err, oauth.ErrPlainHTTP)
}

// sharing is another provider that uses the same registration, or nil.
func (l Leaving) sharing() *providers.Provider {
	for _, o := range l.Others {
		if o.ID != l.Provider.ID && o.Client.ID != "" && o.Client.ID == l.Provider.Client.ID && o.Issuer == l.Provider.Issuer {
			return o
		}
	}
	return nil
}
