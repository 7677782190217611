package oauth

import (
	"context"
	"net/url"
	"time"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// stepIntrospect names the step in errors; it is no part of a sign-in.
const stepIntrospect trace.Step = "introspection"

// StepLookUp names in errors that the keys of a token's issuer were looked up.
const StepLookUp trace.Step = "look-up"

// introspectPatience bounds the request.
const introspectPatience = 15 * time.Second

// Introspect asks the provider what a token that it issued is good for (RFC 7662 §2).
// The answer has "active" at least; its values are as the provider sent them. Errors
// are [ErrNotOffered], [*ProviderError], [*AnswerError], a [*MovedError] or wrap
// [ErrOffline].
func (c *Client) Introspect(ctx context.Context, token providers.Secret, hint string) (map[string]any, error) {
	endpoint := c.Metadata.IntrospectionEndpoint
	if endpoint == "" {
		return nil, ErrNotOffered
	}
	ctx, cancel := context.WithTimeout(ctx, introspectPatience)
	defer cancel()
	form := url.Values{"token": {token.Reveal()}}
	if hint != "" {
		form.Set("token_type_hint", hint)
	}
	reply, err := c.post(ctx, endpoint, form, stepIntrospect)
	if err != nil {
		return nil, err
	}
	if _, ok := reply.fields["active"].(bool); !ok {
		return nil, &AnswerError{Step: stepIntrospect, Status: reply.status, Reason: "the response does not say whether the token is active"}
	}
	about, _ := withoutSecrets(reply.fields, reply.scrub).(map[string]any)
	return about, nil
}

// maxSaid bounds a text of the answer, in characters.
const maxSaid = 4000

// withoutSecrets is an answer without the secrets of the request: a server can repeat
// the token, or the client's secret.
func withoutSecrets(v any, scrub trace.Scrubber) any {
	switch v := v.(type) {
	case string:
		return scrub.Text(v, maxSaid)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = withoutSecrets(v[i], scrub)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[scrub.Text(name, maxSaid)] = withoutSecrets(value, scrub)
		}
		return out
	}
	return v
}
