package identity

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/world"
)

// TestGroupsThatAreNone: whatever a provider puts where a group should be, the
// others are read and the rest is reported.
func TestGroupsThatAreNone(t *testing.T) {
	long := strings.Repeat("n", 10<<10)
	for name, tc := range map[string]struct {
		items string
		want  []string // id|name
		told  string
	}{
		"null names":     {`[{"id":"1","name":null},{"id":2,"name":null},{"id":null,"name":null}]`, []string{"1|1", "2|2"}, "1 entry has neither a name nor an ID"},
		"numbers":        {`[7, {"id":9007199254740993,"name":12}, {"name":3}]`, []string{"9007199254740993|12", "3|3", "7|7"}, ""},
		"booleans":       {`[true, false, {"id":true,"name":"a"}, {"id":"b","name":false}]`, []string{"a|a", "b|b"}, "2 entries have neither"},
		"objects":        {`[{}, {"id":{"x":1},"name":{"y":2}}, [["a"]], "z"]`, []string{"z|z"}, "3 entries have neither"},
		"duplicates":     {`["a","a",{"id":"a","name":"A"},"a"]`, []string{"a|A"}, ""},
		"control":        {`["a\u0007b\nc", {"id":"1","name":"\u001b[31mred\u0000"}]`, []string{"1|[31mred", "ab c~f69c0a3f|ab c"}, "2 names are too long or contained characters"},
		"direction":      {`["\u202eadmin", {"id":"1","name":"x\u2066y"}, "admin"]`, []string{"admin|admin", "admin~8c2c6c6f|admin", "1|xy"}, "2 names"},
		"long":           {`["` + long + `", {"id":"1","name":"` + long + `"}]`, nil, "2 names are too long"},
		"only unseen":    {`[{"id":"1","name":"\u202e\u0000"}, "\u200b"]`, nil, "2 names"},
		"spaces and nul": {`[" a ", {"id":"1","name":"  b "}]`, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := world.New(t, map[string]http.HandlerFunc{"a.example.com/me": world.Reply(`{"id":7}`), "a.example.com/groups": world.Reply(`{"items":` + tc.items + `}`)})
			got := identityOf(t, w, custom(t, ""), Request{})
			var list []string
			for _, g := range got.Groups {
				list = append(list, g.ID+"|"+g.Name)
				if s := g.ID + g.Name + g.Kind; g.ID == "" || g.Name == "" || strings.ContainsAny(s, "\n\x00\x07\x1b\u202e\u2066\u200b") ||
					utf8.RuneCountInString(g.ID) > maxID+10 || utf8.RuneCountInString(g.Name) > maxName+1 {
					t.Errorf("group %+v", g)
				}
			}
			if tc.want != nil && !cmp.Equal(shape(tc.want), shape(list)) {
				t.Errorf("groups %q, want %q", list, tc.want)
			}
			if told := fmt.Sprint(got.Missing); !strings.Contains(told, tc.told) || tc.told == "" && name != "spaces and nul" && len(got.Missing) > 0 {
				t.Errorf("told %q, want %q", told, tc.told)
			}
		})
	}
}

// shape replaces the marks of changed ids, which are sums.
func shape(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		id, name, _ := strings.Cut(s, "|")
		if at := strings.IndexByte(id, '~'); at >= 0 {
			id = id[:at] + "~"
		}
		out[i] = id + "|" + name
	}
	return out
}

// An id that had to be cleaned is not the id that it looks like.
func TestCleanedIDsStayApart(t *testing.T) {
	seen := map[string]string{}
	for _, s := range []string{"admin", "\u202eadmin", "admin\u200b", "ad\x00min", " admin", strings.Repeat("a", 400), strings.Repeat("a", 401)} {
		id, changed := cleanID(s)
		if was, ok := seen[id]; ok {
			t.Errorf("%q and %q are both %q", was, s, id)
		}
		if seen[id] = s; changed != (id != s) {
			t.Errorf("%q: changed is %v", s, changed)
		}
	}
}

func TestFiftyThousandGroupsInAClaim(t *testing.T) {
	p, err := providers.Parse("f.toml", []byte(good+"[[groups]]\nname=\"Claim\"\nfrom=\"id_token\"\nitems=\".groups[]\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	groups := make([]any, 50_000)
	for i := range groups {
		groups[i] = fmt.Sprint(i)
	}
	got := identityOf(t, world.New(t, nil), p, Request{IDTokenClaims: map[string]any{"sub": "1", "groups": groups}})
	if len(got.Groups) != maxGroups || len(got.Missing) != 2 || got.Missing[0].What != "Claims" || got.Missing[1].Reason != "stopped after 10000 groups; the rest was skipped" {
		t.Errorf("%d groups, missing %v", len(got.Groups), got.Missing)
	}
	if d := cmp.Diff([]Origin{{FromIDToken, "Claim"}}, got.Unread); d != "" {
		t.Error(d)
	}
}

// TestExpressionsThatFail: the message names the request, the key and what did
// not fit, and shows the start of the answer without secrets.
func TestExpressionsThatFail(t *testing.T) {
	const secret = "s3cr3t-Value_0123456789abcdef"
	answer := `{"access":"eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.sig","client_secret":"short","echo":"` + world.Canary + `",
		"items":"none","key":"` + secret + `","mail":"mira.o@example.org","n":12,"title":"Core team"}`
	for name, tc := range map[string]struct{ items, want string }{
		"error":      {".items[]", "cannot iterate over string, in the expression .items[] (groups[0].items); the response starts with {"},
		"own error":  {`error(.key)`, "the expression stopped with its own error"},
		"endless":    {"def f: f; f", "the expression did not finish and was stopped, in the expression def f: f; f (groups[0].items)"},
		"wrong type": {".n | keys", "keys cannot be applied to number"},
		"index":      {".items.x", "needs an object and got string"},
		"wrapped":    {".title | fromjson", "fromjson cannot be applied to the value"},
		"add":        {".title + .n", "cannot add string"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := providers.Parse("custom.toml", []byte(good+"[[profile.source]]\nurl=\"https://a.example.com/me\"\nmap=\"{id}\"\n[[groups]]\nname=\"Teams\"\nurl=\"https://a.example.com/groups\"\nitems='''"+tc.items+"'''\n"))
			if err != nil {
				t.Fatal(err)
			}
			w := world.New(t, map[string]http.HandlerFunc{"a.example.com/me": world.Reply(`{"id":7}`), "a.example.com/groups": world.Reply(answer)})
			got := identityOf(t, w, p, Request{})
			if len(got.Missing) != 1 || got.Missing[0].What != "Teams" || !strings.Contains(got.Missing[0].Reason, tc.want) {
				t.Fatalf("missing %q, want %q", got.Missing, tc.want)
			}
			reason := got.Missing[0].Reason
			for _, hidden := range []string{"eyJ", secret, "s3cr3t", "mira", "short", world.Canary} {
				if strings.Contains(reason, hidden) {
					t.Errorf("%q shows %q", reason, hidden)
				}
			}
			if !strings.Contains(reason, `"title":"Core team"`) || !strings.Contains(reason, `"n":12`) {
				t.Errorf("%q shows nothing of use", reason)
			}
		})
	}
}

func TestExcerpt(t *testing.T) {
	for in, want := range map[string]string{
		`[{"id":77,"name":"Platform"}]`:                           `[{"id":77,"name":"Platform"}]`,
		`"3d0c8e1a-5b1f-4a77-9b0e-6a2f6c1d4e90"`:                  `"…"`,
		`"https://api.example.com/user/teams?page=2"`:             `"https://api.example.com/user/teams?page=2"`,
		`"https://x.example/cb?code=4/0AX4XfWh_abcDEF12345678"`:   `"https://x.example/cb?…"`,
		`{"refresh_token":"short","Password":1,"code":"1234"}`:    `{"Password":"…","code":"…","refresh_token":"…"}`,
		`{"xoxp-1234567890-abcdefghij":true}`:                     `{"…":true}`,
		`"Bearer AbCdEfGhIjKlMnOpQrStUvWxYz"`:                     `"Bearer …"`,
		`"line\nbreak\u202e"`:                                     `"line\nbreak"`,
		`[[[[[[[[[[1]]]]]]]]]]`:                                   `[[[[[[[[[[…]]]]]]]]]]`,
		`"hand-written words, with a comma"`:                      `"hand-written words, with a comma"`,
		`{"groups":["engineering","ops"],"mail":"a@example.org"}`: `{"groups":["engineering","ops"],"mail":"…"}`,
	} {
		v, err := foreign.Value([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		if got := excerpt(v); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
	var many []any
	for range 1000 {
		many = append(many, "word")
	}
	if got := excerpt(many); utf8.RuneCountInString(got) != maxExcerpt+1 || !strings.HasSuffix(got, "…") {
		t.Errorf("%d runes: %s", utf8.RuneCountInString(got), got)
	}
}

// FuzzExcerpt: no token of 32 random letters and digits gets through, wherever
// it stands.
func FuzzExcerpt(f *testing.F) {
	f.Add(`{"a":"%s"}`, "k")
	f.Add(`["x %s",{"%s":1}]`, "k")
	f.Add(`"prefix.%s/suffix"`, "k")
	const token = "9aK2mQ7xT4bV1cZ8nR5wY3eU6iO0pL2s"
	f.Fuzz(func(t *testing.T, form, key string) {
		v, err := foreign.Value([]byte(strings.ReplaceAll(form, "%s", token)))
		if err != nil {
			return
		}
		got := excerpt(map[string]any{key: v}, providers.NewSecret("known"))
		if strings.Contains(got, token) || utf8.RuneCountInString(got) > maxExcerpt+1 || !utf8.ValidString(got) {
			t.Errorf("%q", got)
		}
		var back any
		_ = json.Unmarshal([]byte(got), &back)
	})
}

// TestHostileProfile: what is said of the person is bounded and cleaned as
// groups are, and an address that was changed is not the one vouched for.
func TestHostileProfile(t *testing.T) {
	long := strings.Repeat("n", 500<<10)
	answer, err := json.Marshal(map[string]any{
		"id": "7\u202e8", "login": "bob\u200b\x1b[2J", "name": "ecila\u202e\n" + long, "email": "a\u2066@b.example", "email_verified": true,
		"avatar_url": "https://a.example.com/\u202e" + long, "more": []any{map[string]any{"deep": long}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := world.New(t, map[string]http.HandlerFunc{"a.example.com/me": world.Reply(string(answer)), "a.example.com/groups": world.Reply(`{"items":[]}`)})
	p := custom(t, "")
	p.Profile.Sources[0].Map = `{id, login, name, email, email_verified, picture: .avatar_url}`
	got := identityOf(t, w, p, Request{})
	u := got.User
	for field, s := range map[string]string{"id": u.ID, "login": u.Login, "name": u.Name, "email": u.Email, "picture": u.Picture} {
		if utf8.RuneCountInString(s) > 400 || strings.ContainsAny(s, "\n\x1b\u202e\u2066\u200b") {
			t.Errorf("%s: %.500q", field, s)
		}
	}
	if u.Login != "bob[2J" || !strings.HasPrefix(u.ID, "78~") || u.Email != "a@b.example" || u.EmailVerified || u.Picture != "" {
		t.Errorf("user %.500q", fmt.Sprint(u.ID, u.Login, u.Email, u.EmailVerified, u.Picture))
	}
	data, err := json.Marshal(got)
	if err != nil || len(data) > 100<<10 {
		t.Errorf("%d bytes of a person, %v", len(data), err)
	}
	if told := fmt.Sprint(got.Missing); !strings.Contains(told, "too long or contained characters that cannot be shown") {
		t.Errorf("told %q", told)
	}
}

// TestClaimsHaveABudget: many claims, or deep ones, are no more than one that is too
// long. The small ones stay, whatever comes before them.
func TestClaimsHaveABudget(t *testing.T) {
	for name, more := range map[string]func(answer map[string]any){
		"many": func(answer map[string]any) {
			for i := range 150 {
				answer[fmt.Sprintf("claim%d", i)] = strings.Repeat("v", 9_000)
			}
		},
		"one list": func(answer map[string]any) {
			list := make([]any, 150)
			for i := range list {
				list[i] = map[string]any{"deep": strings.Repeat("v", 9_000)}
			}
			answer["a"] = list
		},
		"many names": func(answer map[string]any) {
			for i := range 100_000 {
				answer[fmt.Sprintf("n%d", i)] = nil
			}
		},
	} {
		answer := map[string]any{"id": "78", "login": "bob", "zoneinfo": "Europe/Paris"}
		more(answer)
		data, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		w := world.New(t, map[string]http.HandlerFunc{"a.example.com/me": world.Reply(string(data)), "a.example.com/groups": world.Reply(`{"items":[]}`)})
		p := custom(t, "")
		p.Profile.Sources[0].Map = `{id, login}`
		got := identityOf(t, w, p, Request{})
		if data, err = json.Marshal(got.User.Claims); err != nil || len(data) > 2*maxClaims {
			t.Errorf("%s: %d bytes of claims, %v", name, len(data), err)
		}
		// Of very many names the longer ones lose.
		if got.User.ID != "78" || name != "many names" && (got.User.Claims["zoneinfo"] != "Europe/Paris" || got.User.Claims["login"] != "bob") {
			t.Errorf("%s: %q, %v", name, got.User.ID, got.User.Claims["zoneinfo"])
		}
		if told := fmt.Sprint(got.Missing); !strings.Contains(told, "claims were left out") {
			t.Errorf("%s: told %q", name, told)
		}
	}
}
