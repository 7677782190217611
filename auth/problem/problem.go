package problem

import (
	_ "embed"
	"sync"

	"github.com/BurntSushi/toml"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// Problem is an error in words for a person. The window and the command line
// both show it.
type Problem struct {
	// Kind groups problems for exit codes and icons.
	Kind Kind
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

// Kind groups problems.
type Kind string

// The kinds.
const (
	KindFailed      Kind = "failed"
	KindUsage       Kind = "usage"
	KindNeedsSignIn Kind = "needs_sign_in"
	KindOffline     Kind = "offline"
	KindLocked      Kind = "locked"
	KindRefused     Kind = "refused"
)

//go:embed problems.toml
var problemsTOML string

// words is one entry of problems.toml.
type words struct {
	Kind   Kind   `toml:"-"` // see kind.go
	Code   string `toml:"code"`
	Title  string `toml:"title"`
	Detail string `toml:"detail"`
	Next   string `toml:"next"`
	Copy   bool   `toml:"copy"`
	Link   bool   `toml:"link"`
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
	// Connection has the kinds of an [ask.Trouble], CAFile the codes of
	// [providers.CAFileError].
	Connection map[string]words `toml:"connection"`
	CAFile     map[string]words `toml:"ca_file"`
}

// problemWords reads problems.toml, once. The file is part of the program and
// a test reads it, so that an error here cannot reach a person.
var problemWords = sync.OnceValue(func() wordTable {
	var t wordTable
	if _, err := toml.Decode(problemsTOML, &t); err != nil {
		panic("problem: problems.toml: " + err.Error())
	}
	sentinelKinds().of(t.Sentinel)
	otherKinds().of(t.Other)
	oauthKinds().of(t.OAuth)
	for why, w := range t.Connection {
		// A server that answers and cannot be trusted is no reason to wait for the network.
		if w.Kind = KindFailed; ask.Why(why).Offline() {
			w.Kind = KindOffline
		}
		t.Connection[why] = w
	}
	storeKinds().of(t.Store)
	return t
})

// named is a sentinel and its key in problems.toml.
type named struct {
	name string
	err  error
}

// sentinels lists them in the order in which they are looked for: an error
// that wraps several is explained by the one that says most.
func sentinels() []named {
	return []named{
		{"ErrMoved", oauth.ErrMoved},
		{"ErrPlainHTTP", oauth.ErrPlainHTTP},
		{"ErrAmbiguous", key("ErrAmbiguous")},
		{"ErrNoAccount", key("ErrNoAccount")},
		{"ErrLabel", key("ErrLabel")},
		{"ErrTooLate", key("ErrTooLate")},
		{"ErrNoRefresh", key("ErrNoRefresh")},
		{"ErrOtherAccount", key("ErrOtherAccount")},
		{"ErrNeedsSignIn", oauth.ErrNeedsSignIn},
		{"ErrPasted", key("ErrPasted")},
		{"ErrPortForbidden", receive.ErrPortForbidden},
		{"ErrPortBusy", receive.ErrPortBusy},
		{"ErrNoBrowser", key("ErrNoBrowser")},
		{"ErrIssMismatch", oauth.ErrIssMismatch},
		{"ErrAnyCode", oauth.ErrAnyCode},
		{"ErrIDToken", idtoken.ErrFailed},
		{"ErrNoDevice", oauth.ErrNoDevice},
		{"ErrParameter", oauth.ErrParameter},
		{"ErrNoSecret", oauth.ErrNoSecret},
		{"ErrSecretUnused", key("ErrSecretUnused")},
		{"ErrDeviceExpired", oauth.ErrDeviceExpired},
		{"ErrNoRegistration", key("ErrNoRegistration")},
		{"ErrInitialToken", key("ErrInitialToken")},
		{"ErrNotThisApp", key("ErrNotThisApp")},
		{"ErrNotOpen", key("ErrNotOpen")},
		{"providers.ErrNoClientID", providers.ErrNoClientID},
		{"providers.ErrNoVariable", providers.ErrNoVariable},
		{"providers.ErrSharedRedirect", providers.ErrSharedRedirect},
		{"providers.ErrUnusable", providers.ErrUnusable},
		{"providers.ErrCAFile", providers.ErrCAFile},
		{"providers.ErrUnknown", providers.ErrUnknown},
		{"providers.ErrInUse", providers.ErrInUse},
		{"providers.ErrNotOwn", providers.ErrNotOwn},
		{"providers.ErrChanged", providers.ErrChanged},
		{"ErrRateLimited", oauth.ErrRateLimited},
		{"ErrOffline", oauth.ErrOffline},
		{"providers.ErrMapping", providers.ErrMapping},
		{"identity.ErrNoUser", identity.ErrNoUser},
		{"ErrAnswer", oauth.ErrAnswer},
		{"providers.ErrDiscovery", providers.ErrDiscovery},
		{"ErrTimeout", key("ErrTimeout")},
		{"ErrCanceled", key("ErrCanceled")},
		{"ErrNotStored", key("ErrNotStored")},
	}
}
