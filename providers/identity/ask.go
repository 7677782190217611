package identity

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/jq"
	"github.com/claviger/claviger/providers/internal/placeholder"
)

// identifier is one [Ask] call.
type identifier struct {
	p           *providers.Provider
	r           Request
	fetch       fetcher
	expressions *jq.Expressions
	vars        map[string]any

	userinfo    map[string]any
	userinfoErr error

	mu      sync.Mutex
	missing []Missing
	partial map[*providers.GroupSource]bool // good answers that leave something out
}

// Ask asks for profile and groups, everything at the same time, and maps
// the answers. Only a failed required profile source, or no source that says
// who the user is, is an error: a [*RequestError], or one wrapping
// [providers.ErrMapping] or [ErrNoUser]. Everything else that failed is in [Identity.Missing].
func Ask(ctx context.Context, p *providers.Provider, r Request) (*Identity, error) {
	id := newIdentifier(p, r)
	sources := profileSources(p)
	var groupSources []providers.GroupSource
	if r.Groups {
		groupSources = p.Groups
	}
	answers := make([]any, len(sources))
	groups := make([][]Group, len(groupSources))
	failed := make([]error, len(sources)+len(groupSources))

	g, gctx := errgroup.WithContext(ctx)
	if id.wantsUserinfo(gctx, sources, groupSources) {
		g.Go(func() error { id.askUserinfo(gctx); return nil })
	}
	for i := range sources {
		if s := &sources[i]; s.URL != "" {
			g.Go(func() error {
				answers[i], failed[i] = id.ask(gctx, &s.Source)
				if s.Required && !errors.Is(failed[i], errSkipped) {
					return failed[i]
				}
				return nil
			})
		}
	}
	for i := range groupSources {
		if s := &groupSources[i]; s.URL != "" {
			g.Go(func() error {
				groups[i], failed[len(sources)+i] = id.askGroups(gctx, s)
				return nil
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return id.assemble(ctx, sources, groupSources, answers, groups, failed)
}

func newIdentifier(p *providers.Provider, r Request) *identifier {
	id := &identifier{p: p, r: r, vars: map[string]any{}, expressions: p.Expressions(), partial: map[*providers.GroupSource]bool{}}
	for name, v := range p.Variables {
		id.vars[name] = v.Value
	}
	if id.r.Metadata == nil {
		id.r.Metadata = &providers.Metadata{UserinfoEndpoint: p.Expand(p.Endpoints.Userinfo)}
	}
	if id.r.IDTokenClaims == nil {
		id.r.IDTokenClaims = map[string]any{}
	}
	id.fetch = fetcher{
		client: ask.SameHost(r.HTTP), token: r.AccessToken, observe: r.Observe, progress: r.Progress,
		notice: newNoticer(p, id.r.Metadata).read, patience: patience{left: maxWaiting},
	}
	if r.Authorized != nil {
		id.fetch.client, id.fetch.token = ask.SameHost(r.Authorized), providers.Secret{}
	}
	return id
}

// standardMap reads the standard claims (OIDC Core §5.1).
const standardMap = `{id: .sub, login: (.preferred_username // .nickname), name, email, email_verified, picture}`

// standardProfile reads the standard claims (OIDC Core §5.1).
func standardProfile() []providers.ProfileSource {
	return []providers.ProfileSource{
		{Source: providers.Source{Name: "ID token", From: "id_token"}, Map: standardMap},
		{Source: providers.Source{Name: "Userinfo", From: "userinfo"}, Map: standardMap},
	}
}

func (id *identifier) miss(m Missing) {
	id.mu.Lock()
	defer id.mu.Unlock()
	if !slices.Contains(id.missing, m) {
		id.missing = append(id.missing, m)
	}
}

// missed notes a failed optional source.
func (id *identifier) missed(what string, err error) {
	var re *RequestError
	var unfit *MappingError
	switch {
	case err == nil, errors.Is(err, errSkipped):
	case errors.As(err, &re):
		id.miss(Missing{What: what, Reason: re.Reason, Link: re.Link})
	case errors.As(err, &unfit):
		id.miss(Missing{What: what, Reason: phrase.Say("the response could not be read: {detail}", unfit.Words())})
	default:
		id.miss(Missing{What: what, Reason: "the response could not be read: it does not have the expected format"})
	}
}

// errSkipped means that a source does not apply to this user.
var errSkipped = errors.New("does not apply")

// applies checks a source's condition and scope.
func (id *identifier) applies(ctx context.Context, s *providers.Source) error {
	if s.When != "" {
		v, err := id.truth(ctx, s.Name, id.key(s, "when"), s.When)
		if err != nil {
			return err
		}
		if v == nil || v == false {
			return errSkipped
		}
	}
	if s.Scope != "" && len(id.r.Scopes) > 0 && !id.granted(s.Scope) {
		return &RequestError{Name: s.Name, Reason: phrase.Say("the permission {scope} was not granted", strings.Fields(s.Scope)[0])}
	}
	return nil
}

// granted reports whether one of the scopes was granted, as it was asked for
// or under the name that the provider gives it.
func (id *identifier) granted(scopes string) bool {
	for _, want := range strings.Fields(scopes) {
		for _, got := range id.r.Scopes {
			if strings.EqualFold(got, want) || strings.EqualFold(id.p.Scopes.Same[got], want) {
				return true
			}
		}
	}
	return false
}

func (id *identifier) wantsUserinfo(ctx context.Context, sources []providers.ProfileSource, groups []providers.GroupSource) bool {
	if id.r.Metadata.UserinfoEndpoint == "" {
		return false
	}
	wants := func(s *providers.Source) bool { return s.From == "userinfo" && id.applies(ctx, s) == nil }
	return slices.ContainsFunc(sources, func(s providers.ProfileSource) bool { return wants(&s.Source) }) ||
		slices.ContainsFunc(groups, func(s providers.GroupSource) bool { return wants(&s.Source) })
}

func (id *identifier) askUserinfo(ctx context.Context) {
	a, err := id.fetch.get(ctx, question{name: "Userinfo", address: id.r.Metadata.UserinfoEndpoint, verify: id.r.Verify})
	if err != nil {
		id.userinfoErr = err
		return
	}
	m, ok := a.body.(map[string]any)
	if !ok {
		id.userinfoErr = &RequestError{Name: "Userinfo", Status: http.StatusOK, Reason: "the response is not a JSON object"}
		return
	}
	if _, ok := m["sub"].(string); !ok && asText(id.r.IDTokenClaims["sub"]) != "" || m["sub"] == "" {
		// OIDC Core §5.3.2: nothing says that it is about the person of the ID
		// token, or about someone else.
		id.userinfoErr = &RequestError{Name: "Userinfo", Status: http.StatusOK, Reason: "it does not say in text whom it is about (sub), so it was not used"}
		return
	}
	id.userinfo = m
}

// ask makes the request of one profile source.
func (id *identifier) ask(ctx context.Context, s *providers.Source) (any, error) {
	if err := id.applies(ctx, s); err != nil {
		return nil, err
	}
	address, err := id.fill(s.Name, s.URL)
	if err != nil {
		return nil, err
	}
	a, err := id.fetch.get(ctx, question{name: s.Name, address: address, headers: id.headers(s)})
	if err != nil {
		return nil, err
	}
	id.told(s.Name, a)
	return a.body, nil
}

func (id *identifier) askGroups(ctx context.Context, g *providers.GroupSource) ([]Group, error) {
	if err := id.applies(ctx, &g.Source); err != nil {
		return nil, err
	}
	address, err := id.fill(g.Name, g.URL)
	if err != nil {
		return nil, err
	}
	list, page, err := id.pages(ctx, g, address)
	id.fetch.tell(Progress{Name: g.Name, Page: page, Groups: len(list), Last: true})
	return list, err
}

// headers fills the blanks in a source's headers.
func (id *identifier) headers(s *providers.Source) map[string]string {
	out := make(map[string]string, len(s.Headers))
	for name, value := range s.Headers {
		out[name] = placeholder.Each(value, func(blank string, _ int) string {
			if v, ok := id.p.Variables[blank]; ok {
				return v.Value
			}
			return id.p.Client.ID // {client_id}: the file's check lets nothing else pass
		})
	}
	return out
}

// told notes what a good answer leaves out according to its headers.
func (id *identifier) told(name string, a *answer) bool {
	n, ok := id.fetch.notice(a.header)
	if ok {
		id.miss(Missing{What: name, Reason: n.text, Link: n.link})
	}
	return ok
}

// inPart notes that a good answer leaves groups out.
func (id *identifier) inPart(g *providers.GroupSource) {
	id.mu.Lock()
	defer id.mu.Unlock()
	id.partial[g] = true
}

// fill puts variables and claims into an address. Claims are escaped for their
// place; they never reach the host, as the file's check ensures.
func (id *identifier) fill(name, address string) (string, error) {
	address = id.p.Expand(address)
	query := strings.IndexByte(address, '?')
	host := placeholder.HostEnd(address)
	var problem error
	out := placeholder.Each(address, func(key string, at int) string {
		claim, form, _ := strings.Cut(key, ":")
		value := asText(id.r.IDTokenClaims[claim])
		if value == "" || at < host {
			problem = &RequestError{Name: name, Reason: phrase.Say("the provider did not send {claim}, which the request needs", claim)}
			return ""
		}
		if form == "quoted" {
			value = strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value)
		}
		if query >= 0 && at > query {
			return url.QueryEscape(value)
		}
		return url.PathEscape(value)
	})
	return out, problem
}
