package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/world"
)

// good is the least of a provider file.
const good = `id = "mine"
issuer = "https://login.example.com"
`

func parsed(t *testing.T, text string) *providers.Provider {
	t.Helper()
	p, err := providers.Parse("f.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func provider(t *testing.T, id string, environ ...string) *providers.Provider {
	t.Helper()
	s, err := providers.Load("", environ)
	if err != nil {
		t.Fatal(err)
	}
	p, ok := s.Lookup(id)
	if !ok {
		t.Fatalf("no provider %s", id)
	}
	return p
}

// identityOf is who signs in to p as the world says.
func identityOf(t testing.TB, w *world.World, p *providers.Provider, r Request) *Identity {
	t.Helper()
	r.HTTP, r.AccessToken, r.Groups = w.Client, providers.NewSecret(world.Canary), true
	var mu sync.Mutex
	r.Observe = func(req Exchange) {
		mu.Lock()
		defer mu.Unlock()
		if s := fmt.Sprintf("%+v", req); strings.Contains(s, world.Canary) || strings.Contains(s, "?") || strings.Contains(s, "body-canary") {
			t.Errorf("a request event tells too much: %s", s)
		}
	}
	id, err := Ask(t.Context(), p, r)
	if err != nil {
		t.Fatal(err)
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
			world.Reply(`[{"id":78,"name":"Ops","slug":"ops","organization":{"login":"northwind","id":901},"parent":null}]`)(w, r)
			return
		}
		w.Header().Set("Link", `<https://api.github.com/user/teams?per_page=100&page=2>; rel="next", <https://api.github.com/user/teams?page=2>; rel="last"`)
		world.Reply(`[{"id":77,"name":"Platform","slug":"platform","organization":{"login":"northwind","id":901},"parent":null}]`)(w, r)
	}
	w := world.New(t, map[string]http.HandlerFunc{
		"api.github.com/user": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("User-Agent") == "" || r.Header.Get("X-GitHub-Api-Version") == "" {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			world.Reply(githubUser)(w, r)
		},
		"api.github.com/user/emails": world.Reply(`[{"email":"x@users.noreply.github.com","primary":false,"verified":true},
			{"email":"mira@example.org","primary":true,"verified":true,"visibility":"private"}]`),
		"api.github.com/user/teams": pages,
		"api.github.com/user/orgs": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-GitHub-SSO", "partial-results; organizations=1,2")
			world.Reply(`[{"login":"northwind","id":901}]`)(w, r)
		},
	})
	got := identityOf(t, w, provider(t, "github"), Request{Scopes: []string{"read:user", "user:email", "read:org"}})
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
	w := world.New(t, map[string]http.HandlerFunc{
		"api.github.com/user":        world.Reply(githubUser),
		"api.github.com/user/emails": world.Status(404),
		"api.github.com/user/teams":  world.Status(403, "X-GitHub-SSO", "required; url=https://github.com/orgs/x/sso?authorization_request=secret"),
		"api.github.com/user/orgs":   world.Status(503),
	})
	got := identityOf(t, w, provider(t, "github"), Request{})
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
	w := world.New(t, map[string]http.HandlerFunc{"api.github.com/user": world.Status(401)})
	_, err := Ask(t.Context(), provider(t, "github"), Request{HTTP: w.Client, AccessToken: providers.NewSecret(world.Canary)})
	var re *RequestError
	if !errors.As(err, &re) || re.Status != 401 || strings.Contains(err.Error(), world.Canary) || strings.Contains(err.Error(), "body-canary") {
		t.Errorf("got %v", err)
	}
}

func TestGitHubScopeNotGiven(t *testing.T) {
	w := world.New(t, map[string]http.HandlerFunc{"api.github.com/user": world.Reply(githubUser)})
	got := identityOf(t, w, provider(t, "github"), Request{Scopes: []string{"gist"}})
	want := []Missing{
		{What: "Email addresses", Reason: "the permission user:email was not granted"},
		{What: "Teams", Reason: "the permission read:org was not granted"},
		{What: "Organisations", Reason: "the permission read:org was not granted"},
	}
	if d := cmp.Diff(want, got.Missing); d != "" || len(w.Asked) != 1 || len(got.Unread) != 2 {
		t.Errorf("asked %v, unread %v, %s", w.Asked, got.Unread, d)
	}
}

func TestGoogle(t *testing.T) {
	query := ""
	w := world.New(t, map[string]http.HandlerFunc{
		"openidconnect.googleapis.com/v1/userinfo":                                    world.Reply(`{"sub":"113400928817364550921","name":"Tomas O'Neil","email":"tomas.o'neil@example.com","email_verified":"true","hd":"example.com"}`),
		"cloudidentity.googleapis.com/v1/groups/-/memberships:searchTransitiveGroups": world.Status(403),
		"cloudidentity.googleapis.com/v1/groups/-/memberships:searchDirectGroups": func(w http.ResponseWriter, r *http.Request) {
			query = r.URL.Query().Get("query")
			if r.URL.Query().Get("pageToken") == "tok2" {
				world.Reply(`{"memberships":[{"group":"groups/2","groupKey":{"id":"ops@example.com"},"displayName":null}]}`)(w, r)
				return
			}
			world.Reply(`{"memberships":[{"group":"groups/1","groupKey":{"id":"engineering@example.com"},"displayName":"Engineering","relationType":"DIRECT"}],"nextPageToken":"tok2"}`)(w, r)
		},
	})
	got := identityOf(t, w, provider(t, "google"), Request{
		Metadata: &providers.Metadata{UserinfoEndpoint: "https://openidconnect.googleapis.com/v1/userinfo"},
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
	w := world.New(t, nil)
	got := identityOf(t, w, provider(t, "google"), Request{IDTokenClaims: map[string]any{"sub": "1", "email": "a@gmail.com"}})
	if len(w.Asked) != 0 || len(got.Missing) != 0 || len(got.Groups) != 0 {
		t.Errorf("asked %v missing %v groups %v", w.Asked, got.Missing, got.Groups)
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
	w := world.New(t, map[string]http.HandlerFunc{
		"graph.microsoft.com/v1.0/me": world.Reply(graphMe),
		graphGroups: func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("ConsistencyLevel") != "eventual" || r.URL.Query().Get("$count") != "true" {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			world.Reply(`{"@odata.nextLink":"https://graph.microsoft.com/v1.0/me/transitiveMemberOf?$skiptoken=X","value":[
			 {"@odata.type":"#microsoft.graph.group","id":"6c1f","displayName":"Platform","securityEnabled":true,"mail":null}]}`)(w, r)
		},
		"graph.microsoft.com/v1.0/me/transitiveMemberOf": world.Reply(`{"value":[
			 {"@odata.type":"#microsoft.graph.group","id":"7d2e","displayName":null},
			 {"@odata.type":"#microsoft.graph.directoryRole","id":"dead","displayName":"Reader"}]}`),
	})
	p := provider(t, "azure")
	got := identityOf(t, w, p, Request{IDTokenClaims: azureClaims(
		`,"groups":["6c1f"],"roles":"Task.Write","wids":["62e9","62e90394-69f5-4237-9190-012177145e10"]`)})
	claim, graph := Origin{FromIDToken, "Groups in the ID token"}, Origin{FromAPI, "Microsoft Graph groups"}
	want := []Group{ // a claim has the id, Graph the name, and both are shown
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
		w := world.New(t, map[string]http.HandlerFunc{"graph.microsoft.com/v1.0/me": world.Reply(graphMe), graphGroups: world.Status(403)})
		got := identityOf(t, w, provider(t, "azure"), Request{IDTokenClaims: azureClaims(extra)})
		if len(got.Missing) != 2 || !strings.Contains(got.Missing[1].Reason, "too many") {
			t.Errorf("missing %+v", got.Missing)
		}
		if d := cmp.Diff([]Origin{{FromIDToken, "Groups in the ID token"}, {FromAPI, "Microsoft Graph groups"}}, got.Unread); d != "" {
			t.Error(d)
		}
		if slices.ContainsFunc(w.Asked, func(s string) bool { return strings.Contains(s, "windows.net") }) {
			t.Errorf("asked %v", w.Asked)
		}
	}
}

func TestAzurePersonalAccount(t *testing.T) {
	w := world.New(t, map[string]http.HandlerFunc{"graph.microsoft.com/v1.0/me": world.Reply(graphMe)})
	claims := azureClaims("")
	claims["tid"] = "9188040d-6c67-4c5b-b112-36a304b66dad"
	got := identityOf(t, w, provider(t, "azure"), Request{IDTokenClaims: claims})
	if len(w.Asked) != 1 || len(got.Missing) != 0 {
		t.Errorf("asked %v missing %v", w.Asked, got.Missing)
	}
}

func TestAuth0(t *testing.T) {
	w := world.New(t, map[string]http.HandlerFunc{
		"t.eu.auth0.com/userinfo": world.Reply(`{"sub":"auth0|66b1","nickname":"jonas.weber","name":"Jonas Weber","email":"jonas@example.net",
		 "email_verified":true,"updated_at":"2026-04-03T09:12:44.101Z","https://other.example.com/roles":["outsider"],"https://app.example.com/groups":["emea"]}`),
	})
	claims := map[string]any{
		"sub": "auth0|66b1", "nickname": "jonas.weber", "email": "jonas@example.net", "email_verified": true,
		"https://app.example.com/roles": []any{"editor", "auditor"}, "org_id": "org_9fK2", "org_name": "northwind",
	}
	r := Request{IDTokenClaims: claims, Metadata: &providers.Metadata{UserinfoEndpoint: "https://t.eu.auth0.com/userinfo"}}

	got := identityOf(t, w, provider(t, "auth0", "CLAVIGER_AUTH0_DOMAIN=t.eu.auth0.com"), r)
	if d := cmp.Diff([]string{"role auditor", "role editor", "group emea", "organization northwind", "role outsider"}, names(got.Groups)); d != "" {
		t.Error(d)
	}
	if u := got.User; u.ID != "auth0|66b1" || u.Login != "jonas.weber" || u.Name != "Jonas Weber" || !u.EmailVerified {
		t.Errorf("user %+v", u)
	}
	got = identityOf(t, w, provider(t, "auth0", "CLAVIGER_AUTH0_DOMAIN=t.eu.auth0.com", "CLAVIGER_AUTH0_NAMESPACE=https://app.example.com/"), r)
	if d := cmp.Diff([]string{"role auditor", "role editor", "group emea", "organization northwind"}, names(got.Groups)); d != "" {
		t.Error(d)
	}
}

func TestUserinfoOfSomebodyElseIsNotUsed(t *testing.T) {
	w := world.New(t, map[string]http.HandlerFunc{"login.example.com/userinfo": world.Reply(`{"sub":"other","name":"Mallory","groups":["admins"]}`)})
	got := identityOf(t, w, provider(t, "oidc", "CLAVIGER_OIDC_ISSUER=https://login.example.com"), Request{
		IDTokenClaims: map[string]any{"sub": "me", "name": "Me"}, Metadata: &providers.Metadata{UserinfoEndpoint: "https://login.example.com/userinfo"},
	})
	if got.User.Name != "Me" || len(got.Groups) != 0 || got.Userinfo["sub"] != "other" || len(got.Missing) == 0 {
		t.Errorf("%+v", got)
	}
}

// custom is a provider with one paged group source.
func custom(t testing.TB, paging string) *providers.Provider {
	t.Helper()
	p, err := providers.Parse("custom.toml", []byte(`
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
	me := world.Reply(`{"id":7,"name":"N"}`)
	n := 0
	for name, tc := range map[string]struct {
		page http.HandlerFunc
		want string
		got  int
	}{
		"other host": {world.Reply(`{"items":["a"],"next":"https://evil.example.com/groups?p=2"}`), "another host", 1},
		"itself":     {world.Reply(`{"items":["a"],"next":"/groups"}`), "loop", 1},
		"circle": {func(w http.ResponseWriter, r *http.Request) {
			world.Reply(`{"items":["a"],"next":"/groups?p=`+strings.Repeat("1", (len(r.URL.RawQuery)+1)%6)+`"}`)(w, r)
		}, "loop", 1},
		"another scheme": {world.Reply(`{"items":["a"],"next":"http://a.example.com/groups?p=2"}`), "another host", 1},
		"another user":   {world.Reply(`{"items":["a"],"next":"https://x@a.example.com/groups?p=2"}`), "another host", 1},
		"a yes":          {world.Reply(`{"items":["a"],"next":true}`), "gives a boolean instead of the next page", 1},
		"no more":        {world.Reply(`{"items":["a"],"next":false}`), "", 1},
		"endless": {func(w http.ResponseWriter, r *http.Request) {
			n++
			world.Reply(fmt.Sprintf(`{"items":["g%d"],"next":"/groups?p=%d"}`, n, n))(w, r)
		}, "stopped after 100 pages", 100},
		"too many": {func(w http.ResponseWriter, r *http.Request) {
			items := make([]string, 12_000)
			for i := range items {
				items[i] = fmt.Sprintf("%q", fmt.Sprint(i))
			}
			world.Reply(`{"items":[`+strings.Join(items, ",")+`]}`)(w, r)
		}, "stopped after 10000 groups", 10_000},
		"huge":     {world.Reply(`{"items":["` + strings.Repeat("a", 3<<20) + `"]}`), "larger than 2 MiB", 0},
		"html":     {world.Reply(`<html>body-canary</html>`), "not valid JSON", 0},
		"empty":    {world.Reply(``), "empty", 0},
		"redirect": {world.Status(302, "Location", "https://evil.example.com/"), "redirects to another host", 0},
		"limited":  {world.Status(429, "Retry-After", "3600"), "try again in 1 hour", 0},
		"form":     {world.Reply(`{"items":["a"],"next":{"x":1}}`), "gives an object instead of the next page, in the expression .next (groups[0].next_token)", 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := world.New(t, map[string]http.HandlerFunc{"a.example.com/me": me, "a.example.com/groups": tc.page})
			got := identityOf(t, w, custom(t, "paging = \"next\"\nnext_token = \".next\"\n"), Request{})
			if len(got.Groups) != tc.got {
				t.Errorf("%d groups, want %d", len(got.Groups), tc.got)
			}
			if reasons := fmt.Sprint(got.Missing); !strings.Contains(reasons, tc.want) || strings.Contains(reasons, "body-canary") {
				t.Errorf("missing %s, want %q", reasons, tc.want)
			}
			if slices.ContainsFunc(w.Asked, func(s string) bool { return strings.HasPrefix(s, "evil") }) {
				t.Error("the token went to another host")
			}
		})
	}
}

func TestRetryAfterIsHonouredOnce(t *testing.T) {
	n := 0
	w := world.New(t, map[string]http.HandlerFunc{
		"a.example.com/me": world.Reply(`{"id":7}`),
		"a.example.com/groups": func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				world.Status(429, "Retry-After", "0")(w, r)
				return
			}
			world.Reply(`{"items":["a"]}`)(w, r)
		},
	})
	got := identityOf(t, w, custom(t, ""), Request{})
	if n != 2 || len(got.Groups) != 1 || len(got.Missing) != 0 {
		t.Errorf("asked %d times, groups %v, missing %v", n, got.Groups, got.Missing)
	}
}

// TestOneRound fails if a request waits for another one's answer.
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
	w := world.New(t, map[string]http.HandlerFunc{
		"api.github.com/user":        together(world.Reply(githubUser)),
		"api.github.com/user/emails": together(world.Reply(`[]`)),
		"api.github.com/user/teams":  together(world.Reply(`[]`)),
		"api.github.com/user/orgs":   together(world.Reply(`[]`)),
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := Ask(ctx, provider(t, "github"), Request{HTTP: w.Client, AccessToken: providers.NewSecret(world.Canary), Groups: true})
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
		p, err := providers.Parse("f.toml", []byte(good+claimsOnly+"[[profile.source]]\n"+tc.source))
		if err != nil {
			t.Fatal(err)
		}
		w := world.New(t, map[string]http.HandlerFunc{"a.example.com/me": world.Reply(`{"name":"N"}`)})
		_, err = Ask(t.Context(), p, Request{HTTP: w.Client, AccessToken: providers.NewSecret(world.Canary), IDTokenClaims: map[string]any{"sub": "1"}})
		if (err == nil) != tc.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVerifiedBelongsToTheAddress(t *testing.T) {
	p, err := providers.Parse("f.toml", []byte(good+`
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
		w := world.New(t, map[string]http.HandlerFunc{"a.example.com/me": world.Reply(fmt.Sprintf(`{"mail":%q}`, mail))})
		got := identityOf(t, w, p, Request{IDTokenClaims: map[string]any{"sub": "1", "email": "me@example.org", "email_verified": "true"}})
		if got.User.Email != mail || got.User.EmailVerified != verified {
			t.Errorf("%s: %+v", mail, got.User)
		}
	}
}

func TestBestName(t *testing.T) {
	for _, tt := range []struct {
		user User
		want string
	}{
		{User{ID: "1", Login: "ada", Name: "Ada", Email: "ada@example.test"}, "Ada"},
		{User{ID: "1", Login: "ada", Name: " \u200b", Email: "ada@example.test"}, "ada"},
		{User{ID: "1", Email: "ada@example.test"}, "ada@example.test"},
		{User{ID: "1"}, "1"},
		{User{ID: "\u202e"}, ""},
	} {
		if got := tt.user.BestName(); got != tt.want {
			t.Errorf("%+v: %q, not %q", tt.user, got, tt.want)
		}
	}
}
