package identity

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
)

// assemble maps the answers and puts user, groups and claims together.
func (id *identifier) assemble(ctx context.Context, sources []providers.ProfileSource, groupSources []providers.GroupSource,
	answers []any, groups [][]Group, failed []error,
) (*Identity, error) {
	out := &Identity{Userinfo: id.userinfo}
	if id.userinfoErr != nil {
		id.missed("Userinfo", id.userinfoErr)
	}
	trusted := id.trustedUserinfo()
	var first error
	for i := range sources {
		s := &sources[i]
		err := failed[i]
		if err == nil {
			var input any
			input, err = id.input(ctx, &s.Source, answers[i], trusted)
			switch {
			case err != nil:
			case input != nil:
				err = id.mapUser(ctx, s, input, &out.User)
			case s.Required:
				err = cmp.Or(id.userinfoErr, error(&RequestError{Name: s.Name, Reason: "the provider did not send it"}))
			}
		}
		if err != nil && s.Required && !errors.Is(err, errSkipped) {
			return nil, err
		}
		id.missed(s.Name, err)
		first = cmp.Or(first, err)
	}
	out.User.EmailVerified = out.User.EmailVerified && out.User.Email != ""
	out.User.Claims = id.claims(sources, answers, trusted)
	if out.User.ID == "" {
		out.User.ID = asText(out.User.Claims["sub"])
	}
	if out.User.ID == "" {
		return nil, cmp.Or(id.userinfoErr, first, ErrNoUser)
	}
	if id.p.Profile.Picture.URL != "" {
		out.User.Picture = id.p.Expand(id.p.Profile.Picture.URL)
	}
	id.bound(&out.User)
	out.Groups, out.Unread = id.groups(ctx, groupSources, groups, failed[len(sources):], trusted)
	out.Missing = id.missing
	return out, nil
}

// bound makes what was said about the user safe to keep, and reports the losses.
func (id *identifier) bound(u *User) {
	if u.plain() {
		id.miss(Missing{What: "Profile", Reason: "a field is too long or contained characters that cannot be shown; these were removed"})
	}
	if u.boundClaims() {
		id.miss(Missing{What: "Claims", Reason: "the largest claims were left out, because all of them together are larger than 256 KiB"})
	}
}

// trustedUserinfo is the userinfo answer, nil if it is about someone else than
// the ID token: it must then not be used (OIDC Core §5.3.2).
func (id *identifier) trustedUserinfo() map[string]any {
	if id.userinfo == nil {
		return nil
	}
	if sub := asText(id.r.IDTokenClaims["sub"]); sub != "" && asText(id.userinfo["sub"]) != sub {
		id.miss(Missing{What: "Userinfo", Reason: "it is about a different user than the ID token, so it was not used"})
		return nil
	}
	return id.userinfo
}

// input is what a source's expression reads; nil if there is nothing.
func (id *identifier) input(ctx context.Context, s *providers.Source, answer any, userinfo map[string]any) (any, error) {
	if s.URL != "" {
		return answer, nil
	}
	if err := id.applies(ctx, s); err != nil {
		return nil, err
	}
	claims := id.r.IDTokenClaims
	if s.From == "userinfo" {
		claims = userinfo
	}
	if len(claims) == 0 {
		return nil, nil
	}
	return claims, nil
}

// mapUser reads one answer into the user; null values change nothing.
func (id *identifier) mapUser(ctx context.Context, s *providers.ProfileSource, input any, u *User) error {
	var m map[string]any
	if s.Read != nil {
		var err error
		if m, err = s.Read(input); err != nil {
			return fmt.Errorf("%s: %w: %w", s.Name, providers.ErrMapping, err)
		}
	} else {
		key := id.key(&s.Source, "map")
		values, err := id.jq(ctx, s.Name, key, s.Map, input)
		if err != nil {
			return err
		}
		if len(values) == 0 || values[0] == nil {
			return nil
		}
		var ok bool
		if m, ok = values[0].(map[string]any); !ok {
			return id.unfit(s.Name, key, s.Map, phrase.Say("gives {found} instead of an object", typeName(values[0])), input, nil)
		}
	}
	for key, field := range map[string]*string{"id": &u.ID, "login": &u.Login, "name": &u.Name, "picture": &u.Picture} {
		*field = cmp.Or(asText(m[key]), *field)
	}
	if email := asText(m["email"]); email != "" {
		// The provider vouched for the address, not the field.
		if !strings.EqualFold(email, u.Email) {
			u.EmailVerified = false
		}
		u.Email = email
	}
	if m["email_verified"] != nil {
		u.EmailVerified = asBool(m["email_verified"])
	}
	return nil
}

// claims is everything that was sent about the user. The ID token, which was
// verified, comes first.
func (id *identifier) claims(sources []providers.ProfileSource, answers []any, userinfo map[string]any) map[string]any {
	out := map[string]any{}
	add := func(m map[string]any) {
		for k, v := range m {
			if _, ok := out[k]; !ok {
				out[k] = v
			}
		}
	}
	add(id.r.IDTokenClaims)
	add(userinfo)
	for i, a := range answers {
		switch a := a.(type) {
		case map[string]any:
			add(a)
		case []any:
			add(map[string]any{sources[i].Name: a})
		}
	}
	return out
}

// asText reads a string or a number, as providers mix them for ids; anything
// else is "".
func asText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case *big.Int:
		return v.String()
	}
	return ""
}

// asBool reads true or "true".
func asBool(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		return strings.EqualFold(v, "true")
	}
	return false
}
