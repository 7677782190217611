package register

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// readRegistration reads a client information response (RFC 7591 §3.2.1). The
// provider may have replaced whatever was asked for; what it leaves out stands
// as asked.
func readRegistration(asked clientMetadata, fields map[string]any, home oauth.Home) (*Registration, []providers.Redirect, error) {
	unusable := func(reason phrase.Text) (*Registration, []providers.Redirect, error) {
		return nil, nil, &oauth.AnswerError{Step: stepRegister, Reason: reason}
	}
	r := &Registration{
		Secret: providers.NewSecret(foreign.String(fields["client_secret"])),
		Access: readAccess(fields, home),
	}
	r.ClientID = foreign.String(fields["client_id"])
	if r.ClientID == "" || len(r.ClientID) > 1024 || trace.NewScrubber().Text(r.ClientID, 1024) != r.ClientID {
		return unusable("no usable client ID in the response")
	}
	redirects := registeredRedirects(asked, fields)
	if len(redirects) == 0 {
		return unusable("it registered a redirect URI that is not on this computer")
	}
	if !r.readAuth(asked, foreign.String(fields["token_endpoint_auth_method"])) {
		return unusable("it registered a client authentication method that is not supported")
	}
	grants := texts(fields["grant_types"])
	if grants == nil {
		grants = asked.GrantTypes
	}
	if !slices.Contains(grants, "authorization_code") {
		return unusable("it registered the app without the authorization code flow, which signing in requires")
	}
	r.NoRefresh = !slices.Contains(grants, "refresh_token")
	if end := numberOf(fields["client_secret_expires_at"]); end > 0 && !r.Secret.IsZero() {
		r.SecretExpires = time.Unix(end, 0)
	}
	if len(redirects[0].Ports) == 0 && !slices.ContainsFunc(asked.redirects, func(a providers.Redirect) bool { return slices.Equal(a.URIs(), redirects[0].URIs()) }) {
		r.say("It changed the redirect URI to {redirect}.", redirects[0].Register)
	}
	r.tell(asked, grants, foreign.String(fields["scope"]))
	return r, redirects, nil
}

// readAccess reads the way to manage a registration (RFC 7592 §3). An address at
// another server than the one that answers is none: a foreign answer does not say
// to whom this computer sends requests.
func readAccess(fields map[string]any, home oauth.Home) Access {
	access := Access{URI: foreign.String(fields["registration_client_uri"]), Token: providers.NewSecret(foreign.String(fields["registration_access_token"])), Home: home}
	if u, err := url.Parse(access.URI); err != nil || !ask.Encrypted(u) || access.IsZero() || !home.Server(ask.Origin(u)) {
		return Access{}
	}
	return access
}

// readAuth finds how the client proves itself. Servers that say nothing mean
// what was asked for, unless they gave a secret.
func (r *Registration) readAuth(asked clientMetadata, method string) bool {
	switch {
	case method == "" && asked.Auth == "none" && !r.Secret.IsZero():
		method = "client_secret_basic" // the default of RFC 7591 §2
	case method == "":
		method = asked.Auth
	}
	switch method {
	case "none":
		r.Secret, r.SecretUse = providers.Secret{}, "none" // it would never be sent
	case "client_secret_basic", "client_secret_post":
		r.SecretUse = "required"
		if r.Secret.IsZero() {
			return false
		}
	default:
		return false
	}
	r.Auth = method
	return true
}

// tell puts into words what a person should know of the outcome.
func (r *Registration) tell(asked clientMetadata, grants []string, scope string) {
	if r.SecretUse == "required" {
		r.say("It issued a client secret, which is sent with each token request ({method}).", r.Auth)
	}
	if !r.SecretExpires.IsZero() {
		r.say("The client secret expires on {day}: register the app again by then.", r.SecretExpires.Format(time.DateOnly))
	}
	if r.NoRefresh {
		r.say("It issues no refresh tokens to this app: a session ends with its first token.")
	}
	if slices.Contains(asked.GrantTypes, oauth.DeviceGrant) && !slices.Contains(grants, oauth.DeviceGrant) {
		r.say("It does not allow signing in with a code on another device.")
	}
	if missing := notIn(strings.Fields(asked.Scope), strings.Fields(scope)); scope != "" && len(missing) > 0 {
		r.say("It did not register these permissions: {scopes}.", strings.Join(missing, ", "))
	}
	if r.Access.IsZero() {
		r.say("The registration cannot be deleted from here.")
	}
}

func (r *Registration) say(text phrase.Text, values ...string) {
	r.Changes = append(r.Changes, phrase.Say(text, values...))
}

// notIn are the words of want that has lacks.
func notIn(want, has []string) []string {
	return slices.DeleteFunc(slices.Clone(want), func(w string) bool { return slices.Contains(has, w) })
}

// texts is a field that should be a list of strings; nil if it is not.
func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	out := []string{}
	for _, item := range list {
		if s := foreign.String(item); s != "" {
			out = append(out, plain.Phrase(s, 300))
		}
	}
	return out
}

// numberOf is a field that should be a whole number; 0 if it is not.
func numberOf(v any) int64 {
	n, ok := v.(json.Number)
	if !ok {
		return 0
	}
	i, err := n.Int64()
	if err != nil {
		return 0
	}
	return i
}
