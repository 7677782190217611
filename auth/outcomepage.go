package auth

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/receive"
)

// outcomePage is the page for an ended flow.
func (f *Flow) outcomePage() receive.Page {
	var pe *oauth.ProviderError
	switch {
	case f.account != nil:
		who := f.account.title()
		contact := cmp.Or(f.account.User.Email, f.account.User.Login)
		if contact == who {
			contact = ""
		}
		return receive.Page{
			Mark: "ok", Title: "You are signed in", Who: who, Contact: contact,
			Text: fmt.Sprintf("%s confirmed who you are. You can close this tab and return to Claviger.", f.req.client.Provider.Name),
		}
	case errors.Is(f.err, ErrCanceled):
		return receive.Page{Mark: "bad", Title: "Sign-in cancelled", Text: "Nothing was stored. You can close this tab."}
	case errors.As(f.err, &pe) && refusal(pe.Code):
		return receive.Page{Mark: "bad", Title: "Access was not granted", Text: "Nothing was stored. You can close this tab. To try again, return to Claviger.", Code: pe.Code, Detail: pe.Description}
	case errors.As(f.err, &pe):
		w := problem.Explain(f.err, f.req.client.Provider, f.req.RedirectURI)
		return receive.Page{Mark: "bad", Title: w.Title, Text: w.Next + " Return to Claviger for the details. You can close this tab.", Code: w.Code, Detail: pe.Description}
	case errors.Is(f.err, oauth.ErrOffline):
		return receive.Page{Mark: "bad", Title: "Sign-in failed", Text: fmt.Sprintf("%s could not be reached. You can close this tab and try again in Claviger.", f.req.client.Provider.Name)}
	case errors.Is(f.err, ErrIDToken), errors.Is(f.err, oauth.ErrIssMismatch):
		return receive.Page{Mark: "bad", Title: "Your identity could not be verified", Text: "Nothing was stored. Claviger shows which check failed. You can close this tab."}
	}
	return receive.Page{Mark: "bad", Title: "Sign-in failed", Text: "Claviger shows why and what to do. You can close this tab."}
}

// refusal reports whether an error code means that the person said no.
func refusal(code string) bool {
	switch code {
	case "access_denied", "authorization_declined", "consent_required", "user_cancelled_login", "user_cancelled_authorize":
		return true
	}
	return false
}
