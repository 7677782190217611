package providers

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const good = `id = "mine"
issuer = "https://login.example.com"
`

func TestParseErrors(t *testing.T) {
	for name, tc := range map[string]struct{ file, want string }{
		"syntax":        {"id = \"own\"\nname = \n", "f.toml:2: name: "},
		"unknown key":   {good + "colour = \"red\"\n", "f.toml:3: colour: unknown key; allowed here: authorization, claims, client,"},
		"misspelt key":  {good + "\n[client]\nsecrt = \"none\"\ntipe = \"x\"\n", "f.toml:6: client.tipe: unknown key; did you mean type?"},
		"unknown below": {good + "\n[client]\nid = \"a\"\nident = \"b\"\n", "f.toml:6: client.ident: unknown key; allowed here: auth, by_request, help, id, secret, type, url"},
		"in a list":     {good + "[[groups]]\nfrom = \"id_token\"\nitems = \".\"\n[[groups]]\nfrom = \"id_token\"\nitem = \".\"\n", "f.toml:8: groups[1].item: unknown key"},
		"wrong type":    {good + "name = 3\n", "f.toml:3: name: must be text in quotes"},
		"wrong list":    {good + "[redirect]\nports = 51789\n", "f.toml:4: redirect.ports: must be a list of whole numbers: [51789, 51790]"},
		"wrong bool":    {good + "[[profile.source]]\nfrom = \"id_token\"\nmap = \".\"\nrequired = \"yes\"\n", "f.toml:6: profile.source[0].required: must be true or false"},
		"wrong table":   {good + "client = \"abc\"\n", "f.toml:3: client: must be a table: [client]"},
		"port":          {good + "[redirect]\nports = [\n  1,\n  70000,\n]\n", "f.toml:4: redirect.ports[1]: must be between 1 and 65535"},
		"no id":         {"issuer = \"https://a.example\"\n", "f.toml: id: is missing; allowed: lower-case letters"},
		"bad id":        {"id = \"My Provider\"\nissuer = \"https://a.example\"\n", "f.toml:1: id: must be lower-case letters"},
		"long name":     {good + "name = \"" + strings.Repeat("ü", 81) + "\"\n", "f.toml:3: name: is longer than 80 characters"},
		"schema":        {good + "schema = 2\n", "f.toml:3: schema: must be 1"},
		"discovery":     {good + "discovery = \"auto\"\n", `f.toml:3: discovery: must be one of "oidc", "oauth2", "none"`},
		"auth":          {good + "[client]\nsecret = \"required\"\nauth = \"jwt\"\n", `f.toml:5: client.auth: must be one of "auto", "none", "client_secret_post", "client_secret_basic"`},
		"auth no secret": {
			good + "[client]\nsecret = \"none\"\nauth = \"client_secret_post\"\n", `f.toml:5: client.auth: "client_secret_post" requires client.secret`,
		},
		"auth and secret": {
			good + "[client]\nsecret = \"required\"\nauth = \"none\"\n", `f.toml:5: client.auth: "none" contradicts client.secret = "required"`,
		},
		"host":           {good + "[redirect]\nhost = \"0.0.0.0\"\n", `f.toml:4: redirect.host: must be one of "127.0.0.1", "localhost", "[::1]"`},
		"path":           {good + "[redirect]\npath = \"callback\"\n", `f.toml:4: redirect.path: must start with "/"`},
		"response mode":  {good + "[redirect]\nresponse_mode = \"fragment\"\n", `f.toml:4: redirect.response_mode: must be one of`},
		"http":           {"id = \"own\"\nissuer = \"http://login.example.com\"\n", "f.toml:2: issuer: must be an https address"},
		"issuer query":   {"id = \"own\"\nissuer = \"https://login.example.com?a=b\"\n", "f.toml:2: issuer: must have no \"?\""},
		"userinfo in it": {"id = \"own\"\nissuer = \"https://u:p@login.example.com\"\n", "f.toml:2: issuer: must be an https address"},
		"placeholder":    {"id = \"own\"\nissuer = \"https://{realm}.example.com\"\n", "f.toml:2: issuer: {realm} is not one of the variables"},
		"claim in host": {
			good + "[[groups]]\nurl = \"https://{sub}.example.com/\"\nitems = \".\"\n", "f.toml:4: groups[0].url: {sub} is not one of the variables",
		},
		"no endpoints": {"id = \"own\"\n", "f.toml: endpoints.authorization: is missing"},
		"jq":           {good + "[[groups]]\nfrom = \"id_token\"\nitems = \".[\"\n", "f.toml:5: groups[0].items: is not a jq expression"},
		"jq function":  {good + "[[groups]]\nfrom = \"id_token\"\nitems = \"nope(.)\"\n", "f.toml:5: groups[0].items: is not a jq expression"},
		"no items":     {good + "[[groups]]\nfrom = \"id_token\"\n", "f.toml:3: groups[0].items: is missing"},
		"paging":       {good + "[[groups]]\nurl = \"https://a.example/g\"\nitems = \".\"\npaging = \"cursor\"\n", `f.toml:6: groups[0].paging: must be one of "", "link", "odata", "token", "next"`},
		"paging token": {good + "[[groups]]\nurl = \"https://a.example/g\"\nitems = \".\"\npaging = \"token\"\n", "groups[0].next_token: is missing"},
		"from":         {good + "[[groups]]\nfrom = \"access_token\"\nitems = \".\"\n", `f.toml:4: groups[0].from: must be one of "id_token", "userinfo"`},
		"bearer": {
			good + "[[groups]]\nurl = \"https://a.example/g\"\nitems = \".\"\nheaders = { authorization = \"x\" }\n", "f.toml:6: groups[0].headers.authorization: is not allowed",
		},
		"header blank": {
			good + "[[groups]]\nurl = \"https://a.example/g\"\nitems = \".\"\nheaders = { Client-Id = \"{client}\" }\n", "f.toml:6: groups[0].headers.Client-Id: {client} is neither {client_id} nor",
		},
		"own device parameter": {good + "[authorization.device_params]\nscope = \"x\"\n", "f.toml:4: authorization.device_params.scope: is set by the sign-in itself"},
		"request object":       {good + "[authorization.params]\nrequest = \"x\"\n", "f.toml:4: authorization.params.request: is set by the sign-in itself"},
		"any code parameter":   {good + "[authorization.token_params]\ncode_x = \"x\"\n", "f.toml:4: authorization.token_params.code_x: is set by the sign-in itself"},
		"another device code":  {good + "[authorization.token_params]\ndevice_code = \"x\"\n", "f.toml:4: authorization.token_params.device_code: is set by the sign-in itself"},
		"another assertion":    {good + "[authorization.token_params]\nclient_assertion = \"x\"\n", "f.toml:4: authorization.token_params.client_assertion: is set by the sign-in itself"},
		"hint of that name":    {good + "[authorization]\nlogin_hint = \"request_uri\"\n", `f.toml:4: authorization.login_hint: "request_uri" is set by the sign-in itself`},
		"own parameter":        {good + "[authorization.params]\nstate = \"x\"\n", "f.toml:4: authorization.params.state: is set by the sign-in itself"},
		"pushed requests":      {good + "[authorization]\npar = \"offered\"\n", `f.toml:4: authorization.par: must be one of "auto", "required", "never"`},
		"bound tokens":         {good + "[authorization]\ndpop = \"yes\"\n", `f.toml:4: authorization.dpop: must be one of "never", "auto", "required"`},
		"no lifetime":          {good + "[authorization]\ntoken_lifetime = \"soon\"\n", `f.toml:4: authorization.token_lifetime: must be a time from 1m to 87600h (10 years)`},
		"lifetime in seconds":  {good + "[authorization]\ntoken_lifetime = 7200\n", `f.toml:4: authorization.token_lifetime: must be text in quotes`},
		"lifetime too long":    {good + "[authorization]\ntoken_lifetime = \"87601h\"\n", `f.toml:4: authorization.token_lifetime: must be a time from 1m to 87600h (10 years)`},
		"lifetime of seconds":  {good + "[authorization]\ntoken_lifetime = \"5s\"\n", `f.toml:4: authorization.token_lifetime: must be a time from 1m to 87600h (10 years)`},
		"endless lifetime":     {good + "[authorization]\ntoken_lifetime = \"99999h\"\n", `f.toml:4: authorization.token_lifetime: must be a time`},
		"limit of no time":     {good + "[[refresh_limits]]\nafter = \"soon\"\nwhy = \"x\"\n", `f.toml:4: refresh_limits[0].after: must be a time from 1m to 3650d, such as "90d" or "12h"`},
		"limit of half a day":  {good + "[[refresh_limits]]\nafter = \"0.5d\"\nwhy = \"x\"\n", `f.toml:4: refresh_limits[0].after: must be a time`},
		"limit since ever":     {good + "[[refresh_limits]]\nafter = \"90d\"\nsince = \"use\"\nwhy = \"x\"\n", `f.toml:5: refresh_limits[0].since: must be one of "", "refresh", "sign_in"`},
		"limit for sure":       {good + "[[refresh_limits]]\nafter = \"90d\"\nsure = \"yes\"\nwhy = \"x\"\n", `f.toml:5: refresh_limits[0].sure: must be one of "", "documented", "possible"`},
		"limit without reason": {good + "[[refresh_limits]]\nafter = \"90d\"\n", "f.toml:3: refresh_limits[0].why: is missing"},
		"bound as bearer":      {good + "[authorization]\nbearer_types = [\"dpop\"]\n", `f.toml:4: authorization.bearer_types[0]: must be a word for Bearer`},
		"unknown name":         {good + "[authorization.names]\nlogin = \"x\"\n", "f.toml:4: authorization.names.login: is not one of prompt, acr_values, max_age"},
		"name of ours":         {good + "[authorization.names]\nprompt = \"state\"\n", `f.toml:4: authorization.names.prompt: "state" is set by the sign-in itself`},
		"resource":             {good + "[authorization]\nresource = [\"https://a.example\", \"api\"]\n", "f.toml:4: authorization.resource[1]: must be a full URL"},
		"resource not taken":   {good + "[authorization]\nresource = [\"https://a.example\"]\nnames = { resource = \"\" }\n", "f.toml:4: authorization.resource: is not supported by this provider"},
		"resource twice":       {good + "[authorization]\nresource = [\"https://a.example\"]\nparams = { resource = \"https://b.example\" }\n", "f.toml:5: authorization.params.resource: is set by authorization.resource"},
		"scope":                {good + "[scopes]\nbase = [\"a b\"]\n", "f.toml:4: scopes.base[0]: must be one scope"},
		"sign out":             {good + "[sign_out]\nmethod = \"magic\"\n", "f.toml:4: sign_out.method: must be one of"},
		"preset":               {"id = \"own\"\npreset = \"nowhere\"\n", "f.toml:2: preset: unknown; allowed: apple, auth0, authentik, azure, bitbucket"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("f.toml", []byte(tc.file))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got  %v\nwant %s", err, tc.want)
			}
			var fe *FileError
			if !errors.As(err, &fe) || fe.File != "f.toml" {
				t.Errorf("%T is no FileError", err)
			}
		})
	}
}

func TestSecretInAFileIsRefusedAndNotRepeated(t *testing.T) {
	for _, line := range []string{
		`secret = "hunter2"`, `secret_value = "hunter2"`, `client_secret = "hunter2"`, `secret = hunter2`, `secret = "hunter2`, `secret = ["hunter2"]`,
	} {
		_, err := Parse("f.toml", []byte(good+"[client]\n"+line+"\n"))
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", line, err)
		}
		if err != nil && !strings.Contains(line, "[") && !strings.Contains(err.Error(), "CLAVIGER_") {
			t.Errorf("%s: no hint in %v", line, err)
		}
	}
}

func TestSeveralErrorsInTheOrderOfTheFile(t *testing.T) {
	_, err := Parse("f.toml", []byte("id = \"own\"\nissuer = \"ftp://x\"\n[redirect]\nhost = \"a\"\npath = \"b\"\n"))
	want := "f.toml:2: issuer: must be an https address (http only for 127.0.0.1, [::1] and localhost)\n" +
		"f.toml:4: redirect.host: must be one of \"127.0.0.1\", \"localhost\", \"[::1]\"\n" +
		"f.toml:5: redirect.path: must start with \"/\" and contain no \"?\", \"#\" or space"
	if d := cmp.Diff(want, err.Error()); d != "" {
		t.Error(d)
	}
}

func TestInheritance(t *testing.T) {
	p, err := Parse("f.toml", []byte(`
id = "work"
preset = "azure"
name = "Contoso"
[variables.tenant]
value = "contoso.example"
[client]
id = "abc"
[scopes.meaning]
"User.Read" = "mine"
`))
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "Contoso" || p.Redirect.Host != "localhost" || len(p.Groups) != 4 || p.Variables["tenant"].Label != "Tenant" ||
		p.Variables["tenant"].Value != "contoso.example" || p.Scopes.Meaning["User.Read"] != "mine" || p.Scopes.Meaning["openid"] == "" {
		t.Errorf("%+v", p)
	}
	if err := p.Ready(); err != nil {
		t.Error(err)
	}
}

func TestInheritedListIsReplaced(t *testing.T) {
	// A list replaces, and the preset itself does not change.
	p, err := Parse("f.toml", []byte("id = \"azure\"\ngroups = []\n"))
	if err != nil || len(p.Groups) != 0 || p.Client.Type == "" {
		t.Errorf("%v %+v", err, p)
	}
	if other, err := preset("azure"); err != nil || len(other.Groups) != 4 || other.Variables["tenant"].Value != "common" {
		t.Errorf("the preset changed: %v %+v", err, other)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, dir string, environ ...string) *Set {
	t.Helper()
	s, err := Load(dir, environ)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A name stands in sentences: it is one line, without characters that turn or hide words.
func TestANameIsOneLine(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "providers.toml"), "[[provider]]\nid = \"one\"\nname = \" One\\nand \\u202eowt\\u202c \"\nissuer = \"https://one.example\"\n")
	if one, ok := load(t, dir).Lookup("one"); !ok || one.Name != "One and owt" {
		t.Errorf("%v, %q", ok, one.Name)
	}
}

func TestLoadFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "providers.toml"), "[[provider]]\nid = \"one\"\nissuer = \"https://one.example\"\n\n[[provider]]\nid = \"two\"\nissuer = 2\n\n[[provider]]\nid = \"three\"\nissuer = \"https://three.example\"\n")
	write(t, filepath.Join(dir, "providers.d", "broken.toml"), "id = \"broken\n")
	write(t, filepath.Join(dir, "providers.d", "again.toml"), "id = \"one\"\nissuer = \"https://other.example\"\n")
	write(t, filepath.Join(dir, "providers.d", "github.toml"), "id = \"github\"\n[client]\nid = \"gh\"\n")
	write(t, filepath.Join(dir, "providers.d", "readme.txt"), "not a provider")
	s := load(t, dir)
	problems := ""
	for _, err := range s.Problems() {
		problems += err.Error() + "\n"
	}
	for _, want := range []string{
		"providers.toml:7: issuer: must be text", "broken.toml:1: ", `again.toml: id: "one" is already defined in ` + filepath.Join(dir, "providers.toml"),
	} {
		if !strings.Contains(problems, want) {
			t.Errorf("no %q in\n%s", want, problems)
		}
	}
	if len(s.Problems()) != 3 {
		t.Errorf("%d problems:\n%s", len(s.Problems()), problems)
	}
	one, _ := s.Lookup("one")
	three, ok := s.Lookup("three")
	github, _ := s.Lookup("github")
	if one.Issuer != "https://one.example" || !ok || three.Redirect.Register != "http://127.0.0.1/callback/three" || github.Client.ID != "gh" || len(github.Groups) != 2 {
		t.Errorf("one %+v three %+v github %+v", one, three, github)
	}
	if _, ok := s.Lookup("two"); ok {
		t.Error("a broken provider is there")
	}
}

func TestEnvironment(t *testing.T) {
	s := load(t, "", "CLAVIGER_AZURE_CLIENT_ID=abc", "CLAVIGER_AZURE_TENANT=t1", "CLAVIGER_GITHUB_CLIENT_SECRET=hush")
	azure, _ := s.Lookup("azure")
	if azure.Issuer != "https://login.microsoftonline.com/t1/v2.0" || azure.Ready() != nil || azure.IDToken.Issuer != "https://login.microsoftonline.com/{tid}/v2.0" {
		t.Errorf("%+v", azure)
	}
	github, _ := s.Lookup("github")
	if github.Client.Secret.Reveal() != "hush" || !errors.Is(github.Ready(), ErrNoClientID) {
		t.Errorf("%v", github.Ready())
	}
}

func TestProviderFromTheEnvironment(t *testing.T) {
	s := load(t, "", "CLAVIGER_MY_WORK_ISSUER=https://work.example", "CLAVIGER_MY_WORK_CLIENT_ID=w", "CLAVIGER_BAD_ISSUER=http://x.example", "CLAVIGER_HOME=/x")
	work, ok := s.Lookup("my-work")
	if !ok || work.Issuer != "https://work.example" || work.Client.ID != "w" || work.Origin != "environment" || work.Ready() != nil {
		t.Errorf("%+v", work)
	}
	if p := s.Problems(); len(p) != 1 || !strings.Contains(p[0].Error(), "CLAVIGER_BAD_ISSUER") {
		t.Errorf("problems %v", p)
	}
}

func TestBlanksMakeAProviderNotReady(t *testing.T) {
	s := load(t, "")
	oidc, _ := s.Lookup("oidc")
	auth0, _ := s.Lookup("auth0")
	if !errors.Is(oidc.Ready(), ErrNoVariable) || !errors.Is(auth0.Ready(), ErrNoVariable) || !strings.Contains(auth0.Ready().Error(), "Domain") {
		t.Errorf("%v %v", oidc.Ready(), auth0.Ready())
	}
}

func TestLookupReturnsCopies(t *testing.T) {
	s := load(t, "")
	a, _ := s.Lookup("azure")
	a.Scopes.Base[0], a.Variables["tenant"], a.Groups[3].Headers["ConsistencyLevel"] = "x", Variable{}, "x"
	b, _ := s.Lookup("azure")
	if b.Scopes.Base[0] != "openid" || b.Variables["tenant"].Value != "common" || b.Groups[3].Headers["ConsistencyLevel"] != "eventual" {
		t.Error("a change of a copy changed the set")
	}
}

func TestConfigure(t *testing.T) {
	dir := t.TempDir()
	s := load(t, dir)
	if err := s.Configure("auth0", "abc", map[string]string{"domain": "t.eu.auth0.com"}); err != nil {
		t.Fatal(err)
	}
	p, _ := s.Lookup("auth0")
	again, _ := load(t, dir).Lookup("auth0")
	for _, p := range []*Provider{p, again} {
		if p.Client.ID != "abc" || p.Issuer != "https://t.eu.auth0.com/" || p.Ready() != nil || len(p.Redirect.Ports) != 3 {
			t.Errorf("%+v", p)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "providers.d", "auth0.toml"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	for name, vars := range map[string]map[string]string{"unknown": {"realm": "x"}, "no host": {"domain": "not a host"}} {
		if err := s.Configure("auth0", "abc", vars); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if err := s.Configure("nobody", "abc", nil); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	if p, _ := load(t, dir).Lookup("auth0"); p.Issuer != "https://t.eu.auth0.com/" {
		t.Error("a refused change was stored")
	}
}

func TestConfigureKeepsTheRestOfAFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "providers.d", "mine.toml")
	write(t, path, "# my own\nid = \"azure\" # here\n\n[client]\n# the old one\nid = \"old\"\n\n[scopes]\nbase = [\n  \"openid\",\n]\n")
	if err := load(t, dir).Configure("azure", `ne"w`, map[string]string{"tenant": "t1"}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := "# my own\nid = \"azure\" # here\n\n[client]\n# the old one\nid = \"ne\\\"w\"\n\n[scopes]\nbase = [\n  \"openid\",\n]\n\n[variables.tenant]\nvalue = \"t1\"\n"
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
}

func TestConfigureInAList(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "providers.toml")
	write(t, path, "[[provider]]\nid = \"one\"\npreset = \"azure\"\n\n[[provider]]\nid = \"two\"\npreset = \"azure\"\n[provider.client]\nid = \"x\"\n")
	s := load(t, dir)
	for _, id := range []string{"one", "two"} {
		if err := s.Configure(id, "id-"+id, map[string]string{"tenant": id}); err != nil {
			t.Fatal(err)
		}
	}
	s = load(t, dir)
	for _, id := range []string{"one", "two"} {
		if p, ok := s.Lookup(id); !ok || p.Client.ID != "id-"+id || p.Variables["tenant"].Value != id {
			t.Errorf("%s: %+v %v", id, p, s.Problems())
		}
	}
}

func TestPut(t *testing.T) {
	s := load(t, "")
	p, _ := s.Lookup("demo")
	p.Issuer = "http://127.0.0.1:1234"
	s.Put(p)
	if q, _ := s.Lookup("demo"); q.Issuer != p.Issuer || q.Ready() != nil {
		t.Errorf("%+v", q)
	}
}

func FuzzParse(f *testing.F) {
	for _, id := range presetIDs() {
		data, err := presetFiles.ReadFile("presets/" + id + ".toml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(good + "[client]\nsecret = \"\"\"\n[x]\n\"\"\"\n"))
	f.Add([]byte("[[provider]]\nid = 'a'\nvariables.\"a.b\".value = { x = [1,\n2] }\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Parse("f.toml", data)
		if (p == nil) == (err == nil) {
			t.Fatalf("provider %v, error %v", p, err)
		}
		if err == nil {
			c := p.Clone()
			c.addresses(func(_ string, a *string) { *a = c.Expand(*a) })
			_ = c.Ready()
		}
		_, _ = parseList("f.toml", data)
		if text := setKey(string(data), "", "client.id", "new"); err == nil {
			if q, err := Parse("f.toml", []byte(text)); err == nil && q.Client.ID != "new" {
				t.Errorf("client.id is %q in\n%s", q.Client.ID, text)
			}
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	dir := b.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "providers.d"), 0o700); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "providers.d", "azure.toml"), []byte("id = \"azure\"\n[client]\nid = \"x\"\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	for name, dir := range map[string]string{"presets": "", "one file": dir} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s, err := Load(dir, nil)
				if err != nil {
					b.Fatal(err)
				}
				if _, ok := s.Lookup("azure"); !ok {
					b.Fatal("no azure")
				}
			}
		})
	}
}

// TestAddressToRegister looks at what people are asked to register if a file
// changes the redirect address of its preset and says nothing of it.
func TestAddressToRegister(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"ports":                   {"preset = 'oidc'\nissuer = 'https://id.example'\n[redirect]\nports = [4711, 4712]", "http://127.0.0.1:4711/callback/work, http://127.0.0.1:4712/callback/work"},
		"path":                    {"preset = 'oidc'\nissuer = 'https://id.example'\n[redirect]\npath = '/back'", "http://127.0.0.1/back"},
		"another host":            {"preset = 'gitlab'\n[redirect]\nhost = 'localhost'", "http://127.0.0.1/callback/work"},
		"another host, ports":     {"preset = 'gitlab'\n[redirect]\nhost = 'localhost'\nports = [4711]", "http://localhost:4711/callback/work"},
		"ports taken away":        {"preset = 'bitbucket'\n[redirect]\nports = []", "http://127.0.0.1/callback/work"},
		"nothing":                 {"preset = 'oidc'\nissuer = 'https://id.example'", "http://127.0.0.1/callback/work"},
		"the file's own word":     {"preset = 'oidc'\nissuer = 'https://id.example'\n[redirect]\nports = [4711]\nregister = 'see the wiki'", "see the wiki"},
		"without a preset":        {"issuer = 'https://id.example'\n[redirect]\nports = [4711]", "http://127.0.0.1:4711/callback/work"},
		"an expression":           {"preset = 'authentik'", `http://127\.0\.0\.1:\d+/callback/work`},
		"an expression, ports":    {"preset = 'authentik'\n[redirect]\nports = [4711]", "http://127.0.0.1:4711/callback/work"},
		"nothing to be listed":    {"preset = 'google'\n[redirect]\nports = [4711]", ""},
		"a preset with its ports": {"preset = 'okta'\n[redirect]\nports = [4711]", "http://127.0.0.1:4711/callback/work"},
		"earlier registration":    {"preset = 'azure'\n[redirect]\npath = '/callback'", "http://localhost/callback"},
	} {
		p, err := Parse("work.toml", []byte("id = 'work'\n"+c.file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Redirect.Register != c.want {
			t.Errorf("%s: %q, want %q", name, p.Redirect.Register, c.want)
		}
	}
}

// A provider's own claims are phrases that a table of claims has room for, and come with
// the preset.
func TestClaimsOfAProvider(t *testing.T) {
	p, err := Parse("own.toml", []byte("id = \"own\"\npreset = \"okta\"\nissuer = \"https://own.example\"\nclient.id = \"c\"\n[claims]\nteam = \"your team\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Claims["team"] != "your team" || p.Claims["cid"] == "" {
		t.Errorf("claims %v", p.Claims)
	}
	if c := p.Clone(); c.Claims["team"] != "your team" {
		t.Error("a clone has none")
	} else if c.Claims["team"] = "x"; p.Claims["team"] == "x" {
		t.Error("a clone shares them")
	}
	for text, want := range map[string]string{
		"team = \"\"":          "claims.team: must be a phrase",
		"team = \"one\\ntwo\"": "claims.team: must be a phrase",
		"team = \"" + strings.Repeat("x", 201) + "\"":  "claims.team: must be a phrase",
		"\"" + strings.Repeat("x", 201) + "\" = \"x\"": "has a name that is empty or longer",
		"team = 1":           "claims.team: must be text",
		"team = {a = \"b\"}": "claims.team: must be text",
	} {
		_, err := Parse("own.toml", []byte("id = \"own\"\npreset = \"oidc\"\nissuer = \"https://own.example\"\nclient.id = \"c\"\n[claims]\n"+text+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
