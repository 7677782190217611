package inspect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func found(text string) []string {
	var out []string
	for _, f := range Find(text) {
		out = append(out, f.Name+" "+f.Token.Reveal())
	}
	return out
}

func TestTokensAreFoundInWhatIsPasted(t *testing.T) {
	token := jwt(`{"alg":"RS256"}`, `{"sub":"a person at a provider with a long name"}`)
	other := jwt(`{"alg":"RS256"}`, `{"sub":"another one"}`)
	half := len(token) / 2
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"alone":                {token, []string{"token " + token}},
		"with blanks":          {" \n\t" + token + "\r\n", []string{"token " + token}},
		"with quotes":          {`"` + token + `",`, []string{"token " + token}},
		"after Bearer":         {"bearer " + token, []string{"token " + token}},
		"in broken lines":      {token[:half] + "\r\n  " + token[half:], []string{"token " + token}},
		"with unseen letters":  {"\ufeff" + token[:half] + "\u200b" + token[half:], []string{"token " + token}},
		"opaque after Bearer":  {"Bearer gho_abc", []string{"token gho_abc"}},
		"the last word":        {"my token is gho_abc", []string{"token gho_abc"}},
		"a header":             {"Authorization: Bearer " + token, []string{"Authorization " + token}},
		"an opaque one in one": {"authorization: DPoP abc.def", []string{"Authorization abc.def"}},
		"a request": {
			"GET /me HTTP/1.1\r\nHost: api.example\r\nAuthorization: DPoP " + token + "\r\nDPoP: " + other + "\r\n",
			[]string{"Authorization " + token, "DPoP " + other},
		},
		"a command for curl": {
			"curl -s -H 'Accept: application/json' -H 'Authorization: Bearer " + token + "' https://api.example/me",
			[]string{"Authorization " + token},
		},
		"code": {`headers = {"Authorization": "Bearer ` + token + `"}`, []string{"Authorization " + token}},
		"a token response": {
			`{"token_type":"Bearer","expires_in":3600,"id_token":"` + other + `","access_token":"` + token + `","refresh_token":"rt"}`,
			[]string{"access_token " + token, "id_token " + other, "refresh_token rt"},
		},
		"one inside of another object": {
			`{"kind":"ExecCredential","status":{"token":"` + token + `"}}`, []string{"token " + token},
		},
		"a member of another name": {`{"my_jwt":"` + token + `","note":"x"}`, []string{"my_jwt " + token}},
		"the flattened form": {
			`{"payload":"` + strings.Split(token, ".")[1] + `","protected":"` + strings.Split(token, ".")[0] + `","signature":"` + strings.Split(token, ".")[2] + `"}`,
			[]string{"token " + token},
		},
		"an address":        {"http://127.0.0.1/callback#access_token=at&id_token=" + token + "&state=x", []string{"access_token at", "id_token " + token}},
		"a form":            {"grant_type=refresh_token&refresh_token=a%2Bb", []string{"refresh_token a+b"}},
		"a line of a log":   {"12:04 INFO got " + token + ", then " + other, []string{"token " + token, "token " + other}},
		"the same twice":    {token + "\n" + token, []string{"token " + token}},
		"nothing":           {" \n ", nil},
		"quotes only":       {`""`, nil},
		"JSON without any":  {`{"error":"invalid_grant"}`, nil},
		"more than is read": {strings.Repeat("a", MaxText+1), nil},
	} {
		if d := cmp.Diff(c.want, found(c.text)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestWhatIsOnlyGuessed(t *testing.T) {
	token := jwt(`{"alg":"none"}`, `{"sub":"1"}`)
	for text, guess := range map[string]bool{
		"gho_abc": true, "my token is gho_abc": true, "Bearer gho_abc": false, token: false, token[:9] + "\n" + token[9:]: false,
		`{"access_token":"a"}`: false, "?access_token=a": false, "Authorization: Bearer a": false, "got " + token + " here": false,
	} {
		if got := Find(text); len(got) != 1 || got[0].Guess != guess {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

// FuzzRead is that no text breaks the reader, and that what it finds is bounded.
func FuzzRead(f *testing.F) {
	token := jwt(`{"alg":"RS256","typ":"at+jwt"}`, `{"sub":"1","aud":["a"],"exp":1}`)
	for _, seed := range []string{
		token, "Bearer " + token, `{"access_token":"` + token + `"}`, token + "~" + b64(`["s","n","v"]`) + "~", "v4.public.x",
		"eyJ.eyJ.", "..", "....", b64(`{"cty":"JWT"}`) + "." + b64(token) + ".x", "curl -H 'Authorization: Bearer x'", "\xff\xfe.\x00.", "eyJhbGciOiJSUzI1NiJ9.e30",
		b64(`{"alg":"none","alg":1}`) + "." + b64(`{"a":[[[{}]]]}`) + ".", `{"payload":"e30","signatures":[{"protected":"e30","signature":"x"}]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list := Find(text)
		if len(list) > maxFound {
			t.Fatalf("%d tokens", len(list))
		}
		for _, found := range list {
			got := Read(found.Token)
			if name, words := got.Kind.Words(); name == "" || words == "" {
				t.Errorf("no words for %q", got.Kind)
			}
			if len(got.Notes) > 2*maxNotes+1 {
				t.Errorf("%d notes", len(got.Notes))
			}
			_, _ = got.Issuer()
			if c, err := Compare(got, got); err == nil && len(c.Gained)+len(c.Lost)+len(c.Changed)+len(c.ScopesGained)+len(c.ScopesLost) > 0 {
				t.Errorf("differs from itself: %+v", c)
			}
		}
	})
}
