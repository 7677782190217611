package providers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const canary = "canary-access-token"

// world answers for every host of the internet from one local TLS server.
type world struct {
	t      testing.TB
	server *httptest.Server
	client *http.Client

	mu    sync.Mutex
	asked []string
}

// newWorld serves handlers by "host/path".
func newWorld(t testing.TB, handlers map[string]http.HandlerFunc) *world {
	t.Helper()
	w := &world{t: t}
	w.server = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		key := r.Host + r.URL.Path
		w.mu.Lock()
		w.asked = append(w.asked, key)
		w.mu.Unlock()
		h, ok := handlers[key]
		if !ok {
			http.NotFound(rw, r)
			return
		}
		h(rw, r)
	}))
	t.Cleanup(w.server.Close)
	target, err := url.Parse(w.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	inner := w.server.Client().Transport
	w.client = &http.Client{Transport: rewrite(func(r *http.Request) (*http.Response, error) {
		c := r.Clone(r.Context())
		c.Host, c.URL.Scheme, c.URL.Host = r.URL.Host, target.Scheme, target.Host
		return inner.RoundTrip(c)
	})}
	return w
}

type rewrite func(*http.Request) (*http.Response, error)

func (f rewrite) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func reply(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+canary {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	}
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte(`{"message":"body-canary"}`))
	}
}

func provider(t *testing.T, id string, environ ...string) *Provider {
	t.Helper()
	s, err := Load("", environ)
	if err != nil {
		t.Fatal(err)
	}
	p, ok := s.Lookup(id)
	if !ok {
		t.Fatalf("no provider %s", id)
	}
	return p
}

func (w *world) identity(p *Provider, r IdentityRequest) *Identity {
	w.t.Helper()
	r.HTTP, r.AccessToken, r.Groups = w.client, NewSecret(canary), true
	var mu sync.Mutex
	r.Observe = func(req Request) {
		mu.Lock()
		defer mu.Unlock()
		if s := fmt.Sprintf("%+v", req); strings.Contains(s, canary) || strings.Contains(s, "?") || strings.Contains(s, "body-canary") {
			w.t.Errorf("a request event tells too much: %s", s)
		}
	}
	id, err := p.Identity(w.t.Context(), r)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func names(groups []Group) []string {
	out := []string{}
	for _, g := range groups {
		out = append(out, g.Kind+" "+g.Name)
	}
	return out
}

const githubUser = `{"login":"mira-okonkwo","id":9007199254740993,"type":"User","avatar_url":"https://avatars.githubusercontent.com/u/1?v=4",
 "name":null,"email":null,"site_admin":false}`

func TestGitHub(t *testing.T) {
	pages := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			reply(`[{"id":78,"name":"Ops","slug":"ops","organization":{"login":"northwind","id":901},"parent":null}]`)(w, r)
			return
		}
		w.Header().Set("Link", `<https://api.github.com/user/teams?per_page=100&page=2>; rel="next", <https://api.github.com/user/teams?page=2>; rel="last"`)
		reply(`[{"id":77,"name":"Platform","slug":"platform","organization":{"login":"northwind","id":901},"parent":null}]`)(w, r)
	}
	w := newWorld(t, map[string]http.HandlerFunc{
		"api.github.com/user": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("User-Agent") == "" || r.Header.Get("X-GitHub-Api-Version") == "" {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			reply(githubUser)(w, r)
		},
		"api.github.com/user/emails": reply(`[{"email":"x@users.noreply.github.com","primary":false,"verified":true},
			{"email":"mira@example.org","primary":true,"verified":true,"visibility":"private"}]`),
		"api.github.com/user/teams": pages,
		"api.github.com/user/orgs": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-GitHub-SSO", "partial-results; organizations=1,2")
			reply(`[{"login":"northwind","id":901}]`)(w, r)
		},
	})
	got := w.identity(provider(t, "github"), IdentityRequest{Scopes: []string{"read:user", "user:email", "read:org"}})
	got.User.Claims = nil
	want := User{
		ID: "9007199254740993", Login: "mira-okonkwo", Name: "mira-okonkwo", Email: "mira@example.org", EmailVerified: true,
		Picture: "https://avatars.githubusercontent.com/u/1?v=4",
	}
	if d := cmp.Diff(want, got.User); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"organization northwind", "team northwind:ops", "team northwind:platform"}, names(got.Groups)); d != "" {
		t.Error(d)
	}
	if len(got.Missing) != 1 || !strings.Contains(got.Missing[0].Reason, "organisations hidden: 2") {
		t.Errorf("missing %+v", got.Missing)
	}
}

func TestGitHubRefusals(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{
		"api.github.com/user":        reply(githubUser),
		"api.github.com/user/emails": status(404),
		"api.github.com/user/teams":  status(403, "X-GitHub-SSO", "required; url=https://github.com/orgs/x/sso?authorization_request=secret"),
		"api.github.com/user/orgs":   status(503),
	})
	got := w.identity(provider(t, "github"), IdentityRequest{})
	reasons := map[string]string{}
	for _, m := range got.Missing {
		reasons[m.What] = m.Reason
	}
	for what, part := range map[string]string{"Email addresses": "404", "Teams": "single sign-on", "Organisations": "503"} {
		if !strings.Contains(reasons[what], part) || strings.Contains(reasons[what], "secret") {
			t.Errorf("%s: %q, want %q in it", what, reasons[what], part)
		}
	}
	if got.User.Login != "mira-okonkwo" || len(got.Groups) != 0 {
		t.Errorf("user %+v groups %v", got.User, got.Groups)
	}
}

func TestGitHubRequiredProfile(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"api.github.com/user": status(401)})
	_, err := provider(t, "github").Identity(t.Context(), IdentityRequest{HTTP: w.client, AccessToken: NewSecret(canary)})
	var re *RequestError
	if !errors.As(err, &re) || re.Status != 401 || strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), "body-canary") {
		t.Errorf("got %v", err)
	}
}

func TestGitHubScopeNotGiven(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"api.github.com/user": reply(githubUser)})
	got := w.identity(provider(t, "github"), IdentityRequest{Scopes: []string{"gist"}})
	want := []Missing{
		{What: "Email addresses", Reason: "the permission user:email was not granted"},
		{What: "Teams", Reason: "the permission read:org was not granted"},
		{What: "Organisations", Reason: "the permission read:org was not granted"},
	}
	if d := cmp.Diff(want, got.Missing); d != "" || len(w.asked) != 1 || len(got.Unread) != 2 {
		t.Errorf("asked %v, unread %v, %s", w.asked, got.Unread, d)
	}
}

func TestGoogle(t *testing.T) {
	query := ""
	w := newWorld(t, map[string]http.HandlerFunc{
		"openidconnect.googleapis.com/v1/userinfo":                                    reply(`{"sub":"113400928817364550921","name":"Tomas O'Neil","email":"tomas.o'neil@example.com","email_verified":"true","hd":"example.com"}`),
		"cloudidentity.googleapis.com/v1/groups/-/memberships:searchTransitiveGroups": status(403),
		"cloudidentity.googleapis.com/v1/groups/-/memberships:searchDirectGroups": func(w http.ResponseWriter, r *http.Request) {
			query = r.URL.Query().Get("query")
			if r.URL.Query().Get("pageToken") == "tok2" {
				reply(`{"memberships":[{"group":"groups/2","groupKey":{"id":"ops@example.com"},"displayName":null}]}`)(w, r)
				return
			}
			reply(`{"memberships":[{"group":"groups/1","groupKey":{"id":"engineering@example.com"},"displayName":"Engineering","relationType":"DIRECT"}],"nextPageToken":"tok2"}`)(w, r)
		},
	})
	got := w.identity(provider(t, "google"), IdentityRequest{
		Metadata: &Metadata{UserinfoEndpoint: "https://openidconnect.googleapis.com/v1/userinfo"},
		IDTokenClaims: map[string]any{
			"sub": "113400928817364550921", "email": "tomas.o'neil@example.com", "email_verified": true, "hd": "example.com", "picture": "https://p/x",
		},
		Scopes: []string{
			"openid", "https://www.googleapis.com/auth/userinfo.email", "https://www.googleapis.com/auth/cloud-identity.groups.readonly",
		},
	})
	if want := `member_key_id == 'tomas.o\'neil@example.com' && 'cloudidentity.googleapis.com/groups.discussion_forum' in labels`; query != want {
		t.Errorf("query %s\nwant  %s", query, want)
	}
	if d := cmp.Diff([]string{"group Engineering", "group ops@example.com"}, names(got.Groups)); d != "" {
		t.Error(d)
	}
	if u := got.User; u.ID != "113400928817364550921" || u.Name != "Tomas O'Neil" || !u.EmailVerified || u.Picture != "https://p/x" || u.Login != "tomas.o'neil@example.com" {
		t.Errorf("user %+v", u)
	}
	if len(got.Missing) != 0 || got.Userinfo["hd"] != "example.com" {
		t.Errorf("missing %v userinfo %v", got.Missing, got.Userinfo)
	}
}

func TestGoogleConsumerHasNoGroups(t *testing.T) {
	w := newWorld(t, nil)
	got := w.identity(provider(t, "google"), IdentityRequest{IDTokenClaims: map[string]any{"sub": "1", "email": "a@gmail.com"}})
	if len(w.asked) != 0 || len(got.Missing) != 0 || len(got.Groups) != 0 {
		t.Errorf("asked %v missing %v groups %v", w.asked, got.Missing, got.Groups)
	}
}

func azureClaims(extra string) map[string]any {
	m := map[string]any{}
	err := json.Unmarshal([]byte(`{"iss":"https://login.microsoftonline.com/3d0c8e1a-5b1f-4a77-9b0e-6a2f6c1d4e90/v2.0",
	 "tid":"3d0c8e1a-5b1f-4a77-9b0e-6a2f6c1d4e90","oid":"8f2a","sub":"pairwise","name":"Ines Ferreira",
	 "preferred_username":"ines@contoso.example","email":"ines@contoso.example"`+extra+`}`), &m)
	if err != nil {
		panic(err)
	}
	return m
}

const (
	graphMe     = `{"id":"8f2a","displayName":"Ines Ferreira","userPrincipalName":"ines@contoso.example","mail":null,"officeLocation":null}`
	graphGroups = "graph.microsoft.com/v1.0/me/transitiveMemberOf/microsoft.graph.group"
)

func TestAzure(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{
		"graph.microsoft.com/v1.0/me": reply(graphMe),
		graphGroups: func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("ConsistencyLevel") != "eventual" || r.URL.Query().Get("$count") != "true" {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			reply(`{"@odata.nextLink":"https://graph.microsoft.com/v1.0/me/transitiveMemberOf?$skiptoken=X","value":[
			 {"@odata.type":"#microsoft.graph.group","id":"6c1f","displayName":"Platform","securityEnabled":true,"mail":null}]}`)(w, r)
		},
		"graph.microsoft.com/v1.0/me/transitiveMemberOf": reply(`{"value":[
			 {"@odata.type":"#microsoft.graph.group","id":"7d2e","displayName":null},
			 {"@odata.type":"#microsoft.graph.directoryRole","id":"dead","displayName":"Reader"}]}`),
	})
	p := provider(t, "azure")
	got := w.identity(p, IdentityRequest{IDTokenClaims: azureClaims(
		`,"groups":["6c1f"],"roles":"Task.Write","wids":["62e9","62e90394-69f5-4237-9190-012177145e10"]`)})
	claim, graph := Origin{FromIDToken, "Groups in the ID token"}, Origin{FromAPI, "Microsoft Graph groups"}
	want := []Group{ // a claim has the id, Graph the name, and both are told
		{ID: "62e9", Name: "62e9", Kind: "directory role", Sources: []Origin{{FromIDToken, "Directory roles"}}},
		{ID: "7d2e", Name: "7d2e", Kind: "group", Sources: []Origin{graph}},
		{ID: "62e90394-69f5-4237-9190-012177145e10", Name: "Global Administrator", Kind: "directory role", Sources: []Origin{{FromIDToken, "Directory roles"}}},
		{ID: "6c1f", Name: "Platform", Kind: "group", Sources: []Origin{claim, graph}},
		{ID: "Task.Write", Name: "Task.Write", Kind: "role", Sources: []Origin{{FromIDToken, "App roles"}}},
	}
	if d := cmp.Diff(want, got.Groups); d != "" {
		t.Error(d)
	}
	if u := got.User; u.ID != "8f2a" || u.Email != "ines@contoso.example" || u.EmailVerified || u.Picture != "https://graph.microsoft.com/v1.0/me/photos/48x48/$value" {
		t.Errorf("user %+v", u)
	}
	if len(got.Missing) != 0 {
		t.Errorf("missing %v", got.Missing)
	}
}

func TestAzureOverageWithoutGraph(t *testing.T) {
	for _, extra := range []string{`,"_claim_names":{"groups":"src1"},"_claim_sources":{"src1":{"endpoint":"https://graph.windows.net/x"}}`, `,"hasgroups":"true"`} {
		w := newWorld(t, map[string]http.HandlerFunc{"graph.microsoft.com/v1.0/me": reply(graphMe), graphGroups: status(403)})
		got := w.identity(provider(t, "azure"), IdentityRequest{IDTokenClaims: azureClaims(extra)})
		if len(got.Missing) != 2 || !strings.Contains(got.Missing[1].Reason, "too many") {
			t.Errorf("missing %+v", got.Missing)
		}
		if d := cmp.Diff([]Origin{{FromIDToken, "Groups in the ID token"}, {FromAPI, "Microsoft Graph groups"}}, got.Unread); d != "" {
			t.Error(d)
		}
		if slices.ContainsFunc(w.asked, func(s string) bool { return strings.Contains(s, "windows.net") }) {
			t.Errorf("asked %v", w.asked)
		}
	}
}

func TestAzurePersonalAccount(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"graph.microsoft.com/v1.0/me": reply(graphMe)})
	claims := azureClaims("")
	claims["tid"] = "9188040d-6c67-4c5b-b112-36a304b66dad"
	got := w.identity(provider(t, "azure"), IdentityRequest{IDTokenClaims: claims})
	if len(w.asked) != 1 || len(got.Missing) != 0 {
		t.Errorf("asked %v missing %v", w.asked, got.Missing)
	}
}

func TestAuth0(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{
		"t.eu.auth0.com/userinfo": reply(`{"sub":"auth0|66b1","nickname":"jonas.weber","name":"Jonas Weber","email":"jonas@example.net",
		 "email_verified":true,"updated_at":"2026-04-03T09:12:44.101Z","https://other.example.com/roles":["outsider"],"https://app.example.com/groups":["emea"]}`),
	})
	claims := map[string]any{
		"sub": "auth0|66b1", "nickname": "jonas.weber", "email": "jonas@example.net", "email_verified": true,
		"https://app.example.com/roles": []any{"editor", "auditor"}, "org_id": "org_9fK2", "org_name": "northwind",
	}
	r := IdentityRequest{IDTokenClaims: claims, Metadata: &Metadata{UserinfoEndpoint: "https://t.eu.auth0.com/userinfo"}}

	got := w.identity(provider(t, "auth0", "CLAVIGER_AUTH0_DOMAIN=t.eu.auth0.com"), r)
	if d := cmp.Diff([]string{"role auditor", "role editor", "group emea", "organization northwind", "role outsider"}, names(got.Groups)); d != "" {
		t.Error(d)
	}
	if u := got.User; u.ID != "auth0|66b1" || u.Login != "jonas.weber" || u.Name != "Jonas Weber" || !u.EmailVerified {
		t.Errorf("user %+v", u)
	}
	got = w.identity(provider(t, "auth0", "CLAVIGER_AUTH0_DOMAIN=t.eu.auth0.com", "CLAVIGER_AUTH0_NAMESPACE=https://app.example.com/"), r)
	if d := cmp.Diff([]string{"role auditor", "role editor", "group emea", "organization northwind"}, names(got.Groups)); d != "" {
		t.Error(d)
	}
}

func TestUserinfoOfSomebodyElseIsNotUsed(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"login.example.com/userinfo": reply(`{"sub":"other","name":"Mallory","groups":["admins"]}`)})
	got := w.identity(provider(t, "oidc", "CLAVIGER_OIDC_ISSUER=https://login.example.com"), IdentityRequest{
		IDTokenClaims: map[string]any{"sub": "me", "name": "Me"}, Metadata: &Metadata{UserinfoEndpoint: "https://login.example.com/userinfo"},
	})
	if got.User.Name != "Me" || len(got.Groups) != 0 || got.Userinfo["sub"] != "other" || len(got.Missing) == 0 {
		t.Errorf("%+v", got)
	}
}

// custom is a provider with one paged group source.
func custom(t testing.TB, paging string) *Provider {
	t.Helper()
	p, err := Parse("custom.toml", []byte(`
id = "custom"
[endpoints]
authorization = "https://a.example.com/authorize"
token = "https://a.example.com/token"
[[profile.source]]
url = "https://a.example.com/me"
required = true
map = "{id, name}"
[[groups]]
url = "https://a.example.com/groups"
items = ".items[]?"
`+paging))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPagingBounds(t *testing.T) {
	me := reply(`{"id":7,"name":"N"}`)
	n := 0
	for name, tc := range map[string]struct {
		page http.HandlerFunc
		want string
		got  int
	}{
		"other host": {reply(`{"items":["a"],"next":"https://evil.example.com/groups?p=2"}`), "another host", 1},
		"itself":     {reply(`{"items":["a"],"next":"/groups"}`), "loop", 1},
		"circle": {func(w http.ResponseWriter, r *http.Request) {
			reply(`{"items":["a"],"next":"/groups?p=`+strings.Repeat("1", (len(r.URL.RawQuery)+1)%6)+`"}`)(w, r)
		}, "loop", 1},
		"another scheme": {reply(`{"items":["a"],"next":"http://a.example.com/groups?p=2"}`), "another host", 1},
		"another user":   {reply(`{"items":["a"],"next":"https://x@a.example.com/groups?p=2"}`), "another host", 1},
		"a yes":          {reply(`{"items":["a"],"next":true}`), "gives a boolean instead of the next page", 1},
		"no more":        {reply(`{"items":["a"],"next":false}`), "", 1},
		"endless": {func(w http.ResponseWriter, r *http.Request) {
			n++
			reply(fmt.Sprintf(`{"items":["g%d"],"next":"/groups?p=%d"}`, n, n))(w, r)
		}, "stopped after 100 pages", 100},
		"too many": {func(w http.ResponseWriter, r *http.Request) {
			items := make([]string, 12_000)
			for i := range items {
				items[i] = fmt.Sprintf("%q", fmt.Sprint(i))
			}
			reply(`{"items":[`+strings.Join(items, ",")+`]}`)(w, r)
		}, "stopped after 10000 groups", 10_000},
		"huge":     {reply(`{"items":["` + strings.Repeat("a", 3<<20) + `"]}`), "larger than 2 MiB", 0},
		"html":     {reply(`<html>body-canary</html>`), "not valid JSON", 0},
		"empty":    {reply(``), "empty", 0},
		"redirect": {status(302, "Location", "https://evil.example.com/"), "redirects to another host", 0},
		"limited":  {status(429, "Retry-After", "3600"), "try again in 60 minutes", 0},
		"form":     {reply(`{"items":["a"],"next":{"x":1}}`), "groups[0].next_token (.next): gives an object instead of the next page", 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, map[string]http.HandlerFunc{"a.example.com/me": me, "a.example.com/groups": tc.page})
			got := w.identity(custom(t, "paging = \"next\"\nnext_token = \".next\"\n"), IdentityRequest{})
			if len(got.Groups) != tc.got {
				t.Errorf("%d groups, want %d", len(got.Groups), tc.got)
			}
			if reasons := fmt.Sprint(got.Missing); !strings.Contains(reasons, tc.want) || strings.Contains(reasons, "body-canary") {
				t.Errorf("missing %s, want %q", reasons, tc.want)
			}
			if slices.ContainsFunc(w.asked, func(s string) bool { return strings.HasPrefix(s, "evil") }) {
				t.Error("the token went to another host")
			}
		})
	}
}

func TestRetryAfterIsHonouredOnce(t *testing.T) {
	n := 0
	w := newWorld(t, map[string]http.HandlerFunc{
		"a.example.com/me": reply(`{"id":7}`),
		"a.example.com/groups": func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				status(429, "Retry-After", "0")(w, r)
				return
			}
			reply(`{"items":["a"]}`)(w, r)
		},
	})
	got := w.identity(custom(t, ""), IdentityRequest{})
	if n != 2 || len(got.Groups) != 1 || len(got.Missing) != 0 {
		t.Errorf("asked %d times, groups %v, missing %v", n, got.Groups, got.Missing)
	}
}

// TestOneRound fails where a request waits for another one's answer.
func TestOneRound(t *testing.T) {
	var all sync.WaitGroup
	all.Add(4)
	together := func(h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			all.Done()
			all.Wait()
			h(w, r)
		}
	}
	w := newWorld(t, map[string]http.HandlerFunc{
		"api.github.com/user":        together(reply(githubUser)),
		"api.github.com/user/emails": together(reply(`[]`)),
		"api.github.com/user/teams":  together(reply(`[]`)),
		"api.github.com/user/orgs":   together(reply(`[]`)),
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := provider(t, "github").Identity(ctx, IdentityRequest{HTTP: w.client, AccessToken: NewSecret(canary), Groups: true})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRequiredSources(t *testing.T) {
	const claimsOnly = "[[profile.source]]\nfrom = \"id_token\"\nmap = \"{id: .sub}\"\n"
	for name, tc := range map[string]struct {
		source string
		ok     bool
	}{
		"does not apply":   {"url = \"https://a.example.com/me\"\nwhen = \".admin\"\nmap = \"{name}\"\nrequired = true\n", true},
		"refused":          {"url = \"https://a.example.com/gone\"\nmap = \"{name}\"\nrequired = true\n", false},
		"refused optional": {"url = \"https://a.example.com/gone\"\nmap = \"{name}\"\n", true},
		"no user info":     {"from = \"userinfo\"\nmap = \"{name}\"\nrequired = true\n", false},
		"bad form":         {"url = \"https://a.example.com/me\"\nmap = \".name | keys\"\nrequired = true\n", false},
	} {
		p, err := Parse("f.toml", []byte(good+claimsOnly+"[[profile.source]]\n"+tc.source))
		if err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, map[string]http.HandlerFunc{"a.example.com/me": reply(`{"name":"N"}`)})
		_, err = p.Identity(t.Context(), IdentityRequest{HTTP: w.client, AccessToken: NewSecret(canary), IDTokenClaims: map[string]any{"sub": "1"}})
		if (err == nil) != tc.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVerifiedBelongsToTheAddress(t *testing.T) {
	p, err := Parse("f.toml", []byte(good+`
[[profile.source]]
from = "id_token"
map = "{id: .sub, email, email_verified}"
[[profile.source]]
url = "https://a.example.com/me"
map = "{email: .mail}"
`))
	if err != nil {
		t.Fatal(err)
	}
	for mail, verified := range map[string]bool{"me@example.org": true, "other@example.org": false} {
		w := newWorld(t, map[string]http.HandlerFunc{"a.example.com/me": reply(fmt.Sprintf(`{"mail":%q}`, mail))})
		got := w.identity(p, IdentityRequest{IDTokenClaims: map[string]any{"sub": "1", "email": "me@example.org", "email_verified": "true"}})
		if got.User.Email != mail || got.User.EmailVerified != verified {
			t.Errorf("%s: %+v", mail, got.User)
		}
	}
}
