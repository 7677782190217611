package auth

import (
	_ "embed"
	"sync"

	"github.com/BurntSushi/toml"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// Problem is an error in words for a person. The window and the command line
// both show it.
type Problem struct {
	// Kind groups problems for exit codes and icons.
	Kind ProblemKind
	// Title is one short line; Detail says why; Next says what to do.
	Title  string
	Detail string
	Next   string
	// Copy is an exact text to register somewhere, such as a redirect URI.
	Copy string
	// Link is a page to open, from the provider's file, never from an answer.
	Link string
	// Code is the technical name, such as "redirect_uri_mismatch".
	Code string
}

// ProblemKind groups problems.
type ProblemKind string

// The kinds.
const (
	KindFailed      ProblemKind = "failed"
	KindUsage       ProblemKind = "usage"
	KindNeedsSignIn ProblemKind = "needs_sign_in"
	KindOffline     ProblemKind = "offline"
	KindLocked      ProblemKind = "locked"
	KindRefused     ProblemKind = "refused"
)

//go:embed problems.toml
var problemsTOML string

// words is one entry of problems.toml.
type words struct {
	Kind   ProblemKind `toml:"-"` // see problemkind.go
	Code   string      `toml:"code"`
	Title  string      `toml:"title"`
	Detail string      `toml:"detail"`
	Next   string      `toml:"next"`
	Copy   bool        `toml:"copy"`
	Link   bool        `toml:"link"`
	// Phrase is a connection's trouble in a few words, for errors and events.
	Phrase string `toml:"phrase"`
}

// pageWords finds the words of a page in the browser by its text.
type pageWords struct {
	Match string `toml:"match"`
	// As is the key of the words among those of OAuth error codes.
	As string `toml:"as"`
}

// wordTable is problems.toml.
type wordTable struct {
	Sentinel map[string]words `toml:"sentinel"`
	Other    map[string]words `toml:"other"`
	OAuth    map[string]words `toml:"oauth"`
	Page     []pageWords      `toml:"page"`
	Store    map[string]words `toml:"store"`
	// Connection has the reasons of [trouble], CAFile the codes of
	// [providers.CAFileError].
	Connection map[string]words `toml:"connection"`
	CAFile     map[string]words `toml:"ca_file"`
}

// problemWords reads problems.toml, once. The file is part of the program and
// a test reads it, so that an error here cannot reach a person.
var problemWords = sync.OnceValue(func() wordTable {
	var t wordTable
	if _, err := toml.Decode(problemsTOML, &t); err != nil {
		panic("auth: problems.toml: " + err.Error())
	}
	sentinelKinds().of(t.Sentinel)
	otherKinds().of(t.Other)
	oauthKinds().of(t.OAuth)
	connectionKinds().of(t.Connection)
	storeKinds().of(t.Store)
	return t
})

// named is a sentinel and its key in problems.toml.
type named struct {
	name string
	err  error
}

// sentinels lists them in the order in which they are looked for: an error
// that wraps several is told by the one that says most.
func sentinels() []named {
	return []named{
		{"ErrMoved", ErrMoved},
		{"ErrPlainHTTP", ErrPlainHTTP},
		{"ErrAmbiguous", ErrAmbiguous},
		{"ErrNoAccount", ErrNoAccount},
		{"ErrNoRefresh", ErrNoRefresh},
		{"ErrOtherAccount", ErrOtherAccount},
		{"ErrNeedsSignIn", ErrNeedsSignIn},
		{"ErrPasted", ErrPasted},
		{"ErrPortForbidden", ErrPortForbidden},
		{"ErrPortBusy", ErrPortBusy},
		{"ErrNoBrowser", ErrNoBrowser},
		{"ErrIssMismatch", ErrIssMismatch},
		{"ErrAnyCode", ErrAnyCode},
		{"ErrIDToken", ErrIDToken},
		{"ErrNoDevice", ErrNoDevice},
		{"ErrParameter", ErrParameter},
		{"ErrNoSecret", ErrNoSecret},
		{"ErrSecretUnused", ErrSecretUnused},
		{"ErrDeviceExpired", ErrDeviceExpired},
		{"ErrNoRegistration", ErrNoRegistration},
		{"ErrInitialToken", ErrInitialToken},
		{"ErrNotThisApp", ErrNotThisApp},
		{"ErrNotOpen", ErrNotOpen},
		{"providers.ErrNoClientID", providers.ErrNoClientID},
		{"providers.ErrNoVariable", providers.ErrNoVariable},
		{"providers.ErrSharedRedirect", providers.ErrSharedRedirect},
		{"providers.ErrUnusable", providers.ErrUnusable},
		{"providers.ErrCAFile", providers.ErrCAFile},
		{"providers.ErrUnknown", providers.ErrUnknown},
		{"providers.ErrInUse", providers.ErrInUse},
		{"providers.ErrNotOwn", providers.ErrNotOwn},
		{"providers.ErrChanged", providers.ErrChanged},
		{"ErrRateLimited", ErrRateLimited},
		{"ErrOffline", ErrOffline},
		{"providers.ErrMapping", providers.ErrMapping},
		{"identity.ErrNoUser", identity.ErrNoUser},
		{"ErrAnswer", ErrAnswer},
		{"providers.ErrDiscovery", providers.ErrDiscovery},
		{"ErrTimeout", ErrTimeout},
		{"ErrCanceled", ErrCanceled},
		{"ErrNotStored", ErrNotStored},
	}
}
