package idtoken

import (
	"strconv"
	"sync"
	"time"

	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// Phrases are all that a [Check] says in its reason, with {blanks} for what is only
// known then. One with a free text at its end stands before those that could be read
// out of that text.
func Phrases() []string {
	return []string{
		// who
		"for another app: {apps}",
		"for {apps}, not for this app",
		"issued to another app",
		"this app",
		"this app, and {count} more",
		"one audience only",
		"neither a text nor a list of texts",
		"not in the token, which is for this app and {count} more",
		"{issuer}, an accepted spelling",
		"{quoted} is another issuer",
		"{quoted}, previously {before}",
		"a different person than before",
		"longer than 255 characters",
		"same as userinfo",
		"userinfo is about someone else",
		"userinfo names none",
		// what is there
		"matches",
		"missing",
		"not in the token",
		"present",
		// of this sign-in
		"belongs to another access token",
		"does not match this sign-in",
		"known only at sign-in",
		"no access token to compare with",
		"none was sent",
		"not as requested; the level is {level}",
		"not as requested; the provider does not say which level was used",
		"not part of a refresh",
		"the access token was refreshed since, without a new ID token",
		"the algorithm has no hash",
		// when
		"already valid",
		"expired {ago}",
		"in the future",
		"issued after its own expiry",
		"issued {time} in the future",
		"just expired, within clock tolerance",
		"missing, although max_age was requested",
		"missing, or not a time",
		"not a time",
		"not valid for another {time}",
		"signed in {ago}, at most {time} requested",
		"signed in {time} before the check",
		"{time} before the check",
		"{time} left at the check",
		// signature, algorithm and type
		"algorithm {quoted} is not accepted",
		"it does not match the key in the header",
		"it does not match the provider's keys",
		"it is not a signed token",
		"none, which is no signature",
		"not a type",
		"not signed: anyone can have written it",
		"the RSA key has {count} bits, too few",
		"the algorithm is not accepted",
		"the header has a private key",
		"the key cannot be read",
		"the key in the header cannot be read",
		"the key is not for signatures",
		"the key is not for the algorithm {alg}",
		"the key is not for {alg}",
		"the keys could not be had",
		UnknownIssuer,
		"the provider does not announce algorithm {alg}",
		"the provider has no such key",
		"the provider publishes no keys",
		"the token cannot be read",
		"the token contains invalid characters",
		"the token is encrypted, which is not supported",
		"the token is larger than 256 KiB",
		"the token is of type {quoted}",
		"the token names no algorithm",
		"the token requires an unknown extension",
		"the token's claims cannot be read",
		"the token's header cannot be read",
		"{alg}, key {key}",
		"{alg}: only who has the secret can check it",
		"{alg}: who can check it can make it too",
		"{quoted} is not accepted",
		"{type}, which any token can be",
		// after a phrase about a time
		"{fault}; this computer's clock seems to be {time} ahead",
		"{fault}; this computer's clock seems to be {time} behind",
	}
}

// UnknownIssuer is why [Unkeyed] has no keys if nobody was asked for them.
const UnknownIssuer = "the keys of this issuer are not known here"

// say fills the blanks of a phrase.
func say(text string, values ...string) string { return phrase.Say(text, values...) }

func quoted(s string) string { return strconv.Quote(plain.Short(s)) }

func ago(d time.Duration) string { return plain.Duration(d) + " ago" }

// Phrase reads the reason back, which may be of a record of long ago: of which of the
// [Phrases] it was made, and with what. known is false if it is of none: a value of the
// token alone.
func (c Check) Phrase() (text string, blanks map[string]string, known bool) {
	if c.Outcome == Passed && (c.Name == "acr" || c.Name == "alg" || c.Name == "typ") {
		return "", nil, false // whatever the token says
	}
	return book().Find(c.Reason)
}

var book = sync.OnceValue(func() *phrase.Book { return phrase.NewBook(Phrases()) })
