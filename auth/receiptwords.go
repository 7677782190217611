package auth

import (
	"time"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// fact is what a [Result] says, as the store keeps it: a code, and what it is about.
// The sentence is made of it whenever the receipt is read, so that better words are
// good for old receipts too.
type fact struct {
	Code factCode `json:"code,omitempty"`
	// Cause names a failure in a few words: those that were known of it then.
	Cause string `json:"cause,omitempty"`
	// Status and Words are a provider's answer: an HTTP status, its own words.
	Status int    `json:"status,omitempty"`
	Words  string `json:"words,omitempty"`
	// Error is an OAuth error code (RFC 6749 §5.2).
	Error string `json:"error,omitempty"`
	// Server is an issuer that tokens are from.
	Server string `json:"server,omitempty"`
	// Page is where the person can revoke tokens.
	Page string `json:"page,omitempty"`
	// Retried is until when it is tried again; zero is as long as the program runs.
	Retried time.Time `json:"retried,omitzero"`
	// Former is an issuer that was asked because the provider has moved.
	Former string `json:"former,omitempty"`
	// Elsewhere says that APIs that ask nobody may accept the token until its end.
	Elsewhere bool `json:"elsewhere,omitempty"`
}

// factCode is which sentence it is.
type factCode string

// The facts.
const (
	factForgotten     factCode = "forgotten"
	factForgotDamaged factCode = "forgot_damaged"
	factNotForgotten  factCode = "not_forgotten"

	factHeldBack      factCode = "held_back"
	factRevoked       factCode = "revoked"
	factNoRevocation  factCode = "no_revocation"
	factNotRevoked    factCode = "not_revoked"
	factRefused       factCode = "refused"
	factNotAsked      factCode = "not_asked"
	factMoved         factCode = "moved"
	factRetried       factCode = "retried"
	factSignedInAgain factCode = "signed_in_again"
	factExpiredFirst  factCode = "expired_first"
	factGivenUp       factCode = "given_up"
	factStillAccepted factCode = "still_accepted"

	factExpired         factCode = "expired"
	factRejectsRefresh  factCode = "rejects_refresh_token"
	factGivesTokens     factCode = "gives_tokens"
	factRejectsAccess   factCode = "rejects_access_token"
	factAcceptsAccess   factCode = "accepts_access_token"
	factSelfContained   factCode = "self_contained"
	factProvesNothing   factCode = "proves_nothing"
	factSilent          factCode = "silent"
	factNotVerifiable   factCode = "not_verifiable"
	factOpened          factCode = "opened"
	factNoSignOutPage   factCode = "no_sign_out_page"
	factForeignPage     factCode = "foreign_page"
	factNotLoaded       factCode = "not_loaded"
	factBrowserNotThere factCode = "no_browser"
)

// factSentences are the facts in words. One without a full stop goes on with where the
// person can revoke the tokens.
var factSentences = map[factCode]string{
	factForgotten:     "The account and its tokens were removed from this computer.",
	factForgotDamaged: "The account could not be read; its record was removed from this computer.",
	factNotForgotten:  "The account could not be removed from this computer.",

	factHeldBack:      "Nothing was sent to the provider yet, so the sign-out can still be undone.",
	factRevoked:       "Tokens revoked.",
	factNoRevocation:  "The provider does not let apps revoke tokens",
	factNotRevoked:    "The tokens were not revoked: {cause}.",
	factRefused:       "The tokens could not be revoked: {cause}{answer}",
	factNotAsked:      "The provider could not be asked: {cause}.",
	factMoved:         "{cause}. The tokens were not sent there; revoke them at {server}.",
	factRetried:       "{cause}. It is retried {retried}",
	factSignedInAgain: "You signed in again before the provider could be reached, and revoking the old tokens would end the new session too",
	factExpiredFirst:  "The token expired before the provider could be reached",
	factGivenUp:       "The provider could not be reached for 30 days, so this is no longer retried",
	factStillAccepted: "The provider reported success but still accepts the tokens",

	factExpired:         "The token has expired.",
	factRejectsRefresh:  "The provider now rejects the refresh token ({error}).",
	factGivesTokens:     "The provider said the refresh token was revoked, but it still returned a new token.",
	factRejectsAccess:   "The provider now rejects the access token (401).",
	factAcceptsAccess:   "The provider still accepts the access token.",
	factSelfContained:   "The access token is self-contained and is accepted until it expires, {end}.",
	factProvesNothing:   "The provider answered {status}, which proves nothing.",
	factSilent:          "The provider did not say whether it still accepts the tokens: {cause}.",
	factNotVerifiable:   "The provider offers no way to verify it.",
	factOpened:          "The browser was opened to sign out there.",
	factNoSignOutPage:   "The provider has no sign-out page for the browser.",
	factForeignPage:     "The provider's sign-out page is at a server that this account is not from; it was not opened.",
	factNotLoaded:       "The browser was opened but did not load the provider's sign-out page.",
	factBrowserNotThere: "The browser could not be opened.",
}

// The causes that are of no error with a title of its own.
const (
	causeInterrupted = "It was interrupted"
	causeNotSetUp    = "{provider} is no longer set up here"
	causeNotTried    = "Not tried yet"
)

// bound is [record.bound] of a fact.
func (f *fact) bound() {
	f.Code = factCode(plain.Line(string(f.Code), maxImportedName))
	for _, text := range []*string{&f.Cause, &f.Words, &f.Error, &f.Server, &f.Page, &f.Former} {
		*text = plain.Line(*text, maxImportedText)
	}
}

// came is a result that says a fact.
func came(outcome string, f fact) Result {
	return Result{Outcome: outcome, fact: f}.inWords()
}

// inWords is a result with its sentence. One that an older version kept has no fact
// and keeps its sentence.
func (r Result) inWords() Result {
	if r.fact.Code != "" {
		r.Detail = r.In(nil, endTime)
	}
	return r
}

// storedResult is a [Result] in the store.
type storedResult struct {
	Outcome string `json:"outcome"`
	// Detail is the sentence of one that an older version kept.
	Detail string    `json:"detail,omitempty"`
	Until  time.Time `json:"until,omitzero"`
	fact
}

func (r Result) stored() storedResult {
	s := storedResult{Outcome: r.Outcome, Until: r.Until, fact: r.fact}
	if r.fact.Code == "" {
		s.Detail = r.Detail
	}
	return s
}

func (s storedResult) result() Result {
	return Result{Outcome: s.Outcome, Detail: s.Detail, Until: s.Until, fact: s.fact}.inWords()
}

// storedReceipt is a [Receipt] in the store, with facts for sentences.
type storedReceipt struct {
	Receipt
	Forgotten storedResult `json:"forgotten"`
	Revoked   storedResult `json:"revoked"`
	Proof     storedResult `json:"proof"`
	Session   storedResult `json:"session"`
}

func (r *Receipt) stored() storedReceipt {
	return storedReceipt{*r, r.Forgotten.stored(), r.Revoked.stored(), r.Proof.stored(), r.Session.stored()}
}

func (s storedReceipt) receipt() Receipt {
	r := s.Receipt
	r.Forgotten, r.Revoked, r.Proof, r.Session = s.Forgotten.result(), s.Revoked.result(), s.Proof.result(), s.Session.result()
	return r
}

// pageOf is where the person can revoke tokens; p may be nil.
func pageOf(p *providers.Provider) string {
	if p == nil {
		return ""
	}
	return p.SignOutPage()
}

// endTime is a time for people, of a day that need not be today.
func endTime(t time.Time) string { return t.Local().Format("2 January, 15:04") }
