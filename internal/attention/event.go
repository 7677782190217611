package attention

import (
	"time"

	"github.com/claviger/claviger/auth"
)

// Kind names why a person is needed.
type Kind string

// The kinds.
const (
	// SignIn means that only a new sign-in helps an account.
	SignIn Kind = "sign_in_needed"
	// Consent means that a program waits for an answer.
	Consent Kind = "consent_needed"
	// Ending means that an account will soon need a sign-in.
	Ending Kind = "sign_in_ending"
	// SignOut means that a sign-out which waited has failed for good.
	SignOut Kind = "sign_out_failed"
)

// Kinds are all of them.
func Kinds() []Kind { return []Kind{SignIn, Consent, Ending, SignOut} }

// Event is one thing that a person is needed for. What is shown of it is plain text.
type Event struct {
	Kind Kind
	// Account is its ID; of a sign-out, the one that it had.
	Account string
	// Provider is its ID; ProviderName and Who are names for the person.
	Provider, ProviderName, Who string
	// Program is who waits for an answer.
	Program string
	// Reason says why, without a full stop; Revoked is it of a sign-out.
	Reason  string
	Revoked auth.Result
	// Until is when it is over: a sign-in that ends, a question that counts as denied.
	// Zero if nothing ends.
	Until time.Time
	// Cause tells one from the next of the same account and kind: with another cause it
	// is said although the one before was said just now.
	Cause string
}

// key is what there is one event of.
type key struct {
	kind    Kind
	account string
}

func (e Event) key() key { return key{e.Kind, e.Account} }
