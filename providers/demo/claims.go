package demo

import (
	"errors"

	"golang.org/x/text/language"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// describe fills in what the scopes allow (OIDC Core 1.0 §5.4).
func (s storage) describe(u *oidc.UserInfo, userID string, scopes []string) error {
	p, ok := findPerson(userID)
	if !ok {
		return errors.New("nobody has that id")
	}
	u.Subject = p.ID
	for _, scope := range scopes {
		switch scope {
		case oidc.ScopeProfile:
			u.Name, u.GivenName, u.FamilyName = p.Name, p.Given, p.Family
			u.PreferredUsername = p.ID
			u.Picture = s.issuer + picturePath(p.ID)
			u.Locale = oidc.NewLocale(language.Make(p.Locale))
		case oidc.ScopeEmail:
			u.Email = p.Email
			// Not the library's field, which leaves out a false.
			u.AppendClaims("email_verified", p.EmailVerified)
		case scopeGroups:
			u.AppendClaims(scopeGroups, orEmpty(p.Groups))
		case scopeRoles:
			u.AppendClaims(scopeRoles, orEmpty(p.Roles))
		}
	}
	return nil
}

// orEmpty makes a list that JSON shows as [], not null.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
