package providers

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Set is the providers known to this process. It is safe for concurrent use.
type Set struct{}

// Load reads the built-in presets, then dir/providers.toml, dir/providers.d/*.toml
// and CLAVIGER_<ID>_CLIENT_ID / _CLIENT_SECRET / _ISSUER of environ
// ("key=value" pairs). A file that cannot be read as a provider does not stop
// the others: it is told by [Set.Problems]. dir may be absent.
func Load(dir string, environ []string) (*Set, error) { return nil, errors.ErrUnsupported }

// Lookup returns a copy of the provider with that id.
func (s *Set) Lookup(id string) (*Provider, bool) { return nil, false }

// All returns copies of all providers, the demo first, then by name.
func (s *Set) All() []*Provider { return nil }

// Problems lists the files and keys that could not be used.
func (s *Set) Problems() []error { return nil }

// Configure stores a client id and variables for a provider in
// dir/providers.d/<id>.toml (atomically, 0600) and in the set. It never
// stores a secret.
func (s *Set) Configure(id, clientID string, variables map[string]string) error {
	return errors.ErrUnsupported
}

// Put adds or replaces a provider in this set only.
func (s *Set) Put(p *Provider) {}

// Parse reads one provider file. Errors name the file, the line, the key and
// what is allowed there.
func Parse(name string, data []byte) (*Provider, error) { return nil, errors.ErrUnsupported }

// Ready reports what is still needed before a sign-in can start: an error
// wrapping [ErrNoClientID] or [ErrNoVariable], or nil.
func (p *Provider) Ready() error { return errors.ErrUnsupported }

// Metadata returns the provider's endpoints, from discovery where it has any,
// completed and overridden by its file. Answers are cached per [Set] for an
// hour; client's timeouts apply, sizes and redirects are limited.
func (p *Provider) Metadata(ctx context.Context, client *http.Client) (*Metadata, error) {
	return nil, errors.ErrUnsupported
}

// Discover reads the metadata an issuer publishes (OIDC Discovery 1.0 §4,
// then RFC 8414 §3). The document's issuer must be the one asked for.
func Discover(ctx context.Context, client *http.Client, issuer string) (*Metadata, error) {
	return nil, errors.ErrUnsupported
}

// IdentityRequest is what [Provider.Identity] needs.
type IdentityRequest struct {
	// HTTP makes the requests. It must not add credentials.
	HTTP     *http.Client
	Metadata *Metadata
	// AccessToken goes, as a Bearer header (RFC 6750 §2.1), to the hosts named
	// in the provider's file and metadata and to no other.
	AccessToken Secret
	// IDTokenClaims are verified claims; nil where there is no ID token.
	IDTokenClaims map[string]any
	// Scopes are the granted ones.
	Scopes []string
	Groups bool
	// Observe, where set, is told of each request, from several goroutines.
	Observe func(Request)
}

// Request is one finished request for user details, free of secrets.
type Request struct {
	Name   string
	Method string
	// URL has no query.
	URL    string
	Status int
	Start  time.Time
	End    time.Time
	Err    error
}

// Identity asks for profile and groups, everything at the same time, and maps
// the answers. Only a failed required profile source is an error.
func (p *Provider) Identity(ctx context.Context, r IdentityRequest) (*Identity, error) {
	return nil, errors.ErrUnsupported
}

// Sentinels. Each has its words in auth.Explain.
var (
	// ErrNoClientID means that no client id is configured.
	ErrNoClientID = errors.New("no client id configured")
	// ErrNoVariable means that a blank such as the tenant is not filled.
	ErrNoVariable = errors.New("a provider setting is missing")
	// ErrUnknown means that no provider has that id.
	ErrUnknown = errors.New("unknown provider")
	// ErrDiscovery means that metadata could not be had or is not acceptable.
	ErrDiscovery = errors.New("discovery failed")
	// ErrMapping means that a jq expression failed on an answer.
	ErrMapping = errors.New("answer could not be read")
)
