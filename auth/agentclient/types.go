package agentclient

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode"
)

// ErrNoAgent means that no agent runs, or that it did not answer.
var ErrNoAgent = errors.New("no Claviger agent answers")

// Error is an answer of the agent that says why there is no token.
type Error struct {
	// Code is a short technical name that stays, such as "denied" or "no-account".
	Code string `json:"code"`
	// Kind groups errors: "failed", "usage", "needs_sign_in", "offline", "locked" or
	// "refused".
	Kind string `json:"kind"`
	// ExitCode is that of the claviger command with this error (docs/cli.md).
	ExitCode int `json:"exit_code"`
	// Title is one line for a person; Detail says why, Next what to do. Both may be
	// empty.
	Title  string `json:"title"`
	Detail string `json:"detail,omitempty"`
	Next   string `json:"next,omitempty"`
	// Message is all of it, as the claviger command prints it.
	Message string `json:"message,omitempty"`
}

// Error implements error. It is one line of printable text: the agent may be on another
// computer.
func (e *Error) Error() string {
	return "Claviger agent: " + strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return ' '
	}, e.Title)
}

// ForCommand reports whether the claviger command can do more about an error than the
// agent that reported it: the command is another version, or its terminal can ask for a
// passphrase. It goes on as without an agent.
func (e *Error) ForCommand() bool {
	return e.Code == CodeOtherProgram || e.Code == CodeBadRequest || e.Kind == "locked"
}

// The codes of errors that are the agent's own.
const (
	// CodeDenied means that the person did not allow it.
	CodeDenied = "denied"
	// CodeUnanswered means that nobody answered in time.
	CodeUnanswered = "unanswered"
	// CodeNobodyToAsk means that the agent has no window and no terminal.
	CodeNobodyToAsk = "nobody-to-ask"
	// CodeCrowd means that too many programs wait for an answer.
	CodeCrowd = "crowd"
	// CodeBadRequest means that the agent does not understand the request: it can be
	// another version.
	CodeBadRequest = "bad-request"
	// CodeOtherProgram means that the asker is not the agent's own program, which it
	// said it was: see [Client.Home].
	CodeOtherProgram = "other-program"
	// CodeAskerGone means that the asker became another program while it waited.
	CodeAskerGone = "asker-gone"
)

// Status is the state of the agent.
type Status struct {
	// Protocol is 1.
	Protocol int `json:"protocol"`
	// Version is that of the program, for people.
	Version string `json:"version"`
	PID     int    `json:"pid"`
	// Locked means that it gives no token until the vault is unlocked.
	Locked bool `json:"locked"`
	// Window means that Claviger's open window is the agent.
	Window bool `json:"window"`
}

// AccountList is what the agent knows of accounts.
type AccountList struct {
	Accounts []Account `json:"accounts"`
	// Warnings are for a person.
	Warnings []string `json:"warnings"`
	// Incomplete says why accounts are missing, such as one that cannot be read; nil if
	// none are.
	Incomplete *Error `json:"incomplete"`
}

// Account is an account as claviger accounts --json prints it (docs/json.md).
type Account struct {
	ID       string `json:"id"`
	Provider string `json:"provider"`
	// Label is the person's own name of it, "" if it has none.
	Label string `json:"label"`
	State string `json:"state"`
	User  struct {
		Login string `json:"login"`
		Name  string `json:"name"`
		Email string `json:"email"`
	} `json:"user"`
	// Raw is the whole object.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON implements [json.Unmarshaler].
func (a *Account) UnmarshalJSON(data []byte) error {
	type fields Account // without this method
	if err := json.Unmarshal(data, (*fields)(a)); err != nil {
		return err
	}
	a.Raw = append(json.RawMessage(nil), data...)
	return nil
}

// TokenRequest says which token is wanted.
type TokenRequest struct {
	// Account is an account's ID, a provider's ID, login@provider, a verified email
	// address, or its label. It may be empty if there is one account.
	Account string
	// MinTTL is how long the token must be valid at least; zero is a minute.
	MinTTL time.Duration
	// Force refreshes a token that is still valid.
	Force bool
	// IDToken wants an ID token that is valid, beside the access token. Without it, the
	// answer has none.
	IDToken bool
	// Header wants the headers of a request: see [Token.Header].
	Header bool
	// Request is what the token is for, if it may be bound to a key (DPoP, RFC 9449).
	Request *Request
	// Wait is how long to wait for a sign-in if one is needed; zero is not to.
	Wait time.Duration
	// Program is for the account's history: what a claviger command starts. It is
	// ignored if another program says so.
	Program string
	// Alone says, for the history too, that a claviger command hands on the token that
	// was asked for, and nothing else of the answer.
	Alone bool
}

// Request is an HTTP request that a proof is for.
type Request struct {
	URL    string `json:"url"`
	Method string `json:"method,omitempty"`
	Nonce  string `json:"nonce,omitempty"`
}

// tokenRequest is its form on the wire.
type tokenRequest struct {
	Account string   `json:"account,omitempty"`
	MinTTL  string   `json:"min_ttl,omitempty"`
	Force   bool     `json:"force,omitempty"`
	IDToken bool     `json:"id_token,omitempty"`
	Form    string   `json:"form,omitempty"`
	Request *Request `json:"request,omitempty"`
	Wait    string   `json:"wait,omitempty"`
	Program string   `json:"program,omitempty"`
}

// MarshalJSON implements [json.Marshaler].
func (r TokenRequest) MarshalJSON() ([]byte, error) { return json.Marshal(r.onWire()) }

func (r TokenRequest) onWire() tokenRequest {
	out := tokenRequest{
		Account: r.Account, Force: r.Force, IDToken: r.IDToken, Request: r.Request, Program: r.Program,
	}
	if r.MinTTL != 0 {
		out.MinTTL = r.MinTTL.String()
	}
	if r.Wait != 0 {
		out.Wait = r.Wait.String()
	}
	switch {
	case r.Header:
		out.Form = "header"
	case r.Alone:
		out.Form = "token"
	}
	return out
}

// Token is a token, as claviger token --json prints it (docs/json.md).
type Token struct {
	AccessToken Secret `json:"access_token"`
	// TokenType is "Bearer", or "DPoP" for a token that is bound to a key.
	TokenType string `json:"token_type"`
	// ExpiresAt and IssuedAt are zero if they are unknown.
	ExpiresAt time.Time `json:"expires_at"`
	IssuedAt  time.Time `json:"issued_at"`
	Scopes    []string  `json:"scopes"`
	Account   string    `json:"account"`
	IDToken   Secret    `json:"id_token"`
	// Proof is for the one request that was named.
	Proof Secret `json:"dpop"`
	// Header has the lines of a request's header, such as "Authorization: Bearer …",
	// if they were asked for.
	Header []Secret `json:"header"`
	// Warnings are for a person: that a token ends sooner than was asked, for example.
	Warnings []string `json:"warnings"`
}

// sound reports whether everything that goes into a header, an environment or onto a
// terminal is what it seems: RFC 6750 §2.1 allows far less in a token. The agent may be
// on another computer.
func (t *Token) sound() bool {
	odd := func(c rune) bool { return c < ' ' || c >= 0x7f }
	for _, line := range t.Header {
		if strings.ContainsFunc(line.Reveal(), odd) {
			return false
		}
	}
	words := t.AccessToken.Reveal() + t.IDToken.Reveal() + t.Proof.Reveal() + t.TokenType
	return !t.AccessToken.IsZero() && !strings.Contains(words, " ") && !strings.ContainsFunc(words, odd)
}

// Authorization is the value of the Authorization header with this token.
func (t *Token) Authorization() string {
	scheme := t.TokenType
	if scheme == "" || strings.EqualFold(scheme, "bearer") {
		scheme = "Bearer" // RFC 6750 §2.1
	}
	return scheme + " " + t.AccessToken.Reveal()
}
