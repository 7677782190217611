package identity

import (
	"errors"

	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// ErrNoUser means that no source of the profile says who the user is.
var ErrNoUser = errors.New("no source gives the user's ID")

// User is who signed in, as far as the provider says.
type User struct {
	// ID is stable at the provider; Login and Email can change.
	ID            string `json:"id"`
	Login         string `json:"login"`
	Name          string `json:"name"`
	Email         string `json:"email"`
	EmailVerified bool   `json:"email_verified"`
	Picture       string `json:"picture"`
	// Claims is everything the provider sent about the user.
	Claims map[string]any `json:"claims"`
}

// BestName is what people call the user: the first of name, login, e-mail address and
// ID that has something to see; "" if none has.
func (u *User) BestName() string {
	for _, s := range []string{u.Name, u.Login, u.Email, u.ID} {
		if plain.Phrase(s, 0) != "" {
			return s
		}
	}
	return ""
}

// Missing is something that was asked for and not given: a refused
// request, a limit reached. The sign-in succeeds all the same.
type Missing struct {
	What   phrase.Text `json:"what"`
	Reason phrase.Text `json:"reason"`
	// Link is a page of the provider, always https, on which the person can solve
	// it; else "".
	Link string `json:"link,omitempty"`
}

// Identity is a user with groups.
type Identity struct {
	User    User
	Groups  []Group
	Missing []Missing
	// Unread are the sources of groups that did not give everything this time:
	// what is missing from them is not gone.
	Unread []Origin
	// Userinfo is the raw userinfo answer, nil if there was none. The
	// caller compares its sub with the ID token's (OIDC Core §5.3.2).
	Userinfo map[string]any
}
