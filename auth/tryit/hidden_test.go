package tryit

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// asUTF16 is a text in UTF-16, little endian, with its mark.
func asUTF16(s string) string {
	b := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

// jsonEscaped is a text as a careful JSON writer escapes it, all of it or its signs.
func jsonEscaped(s, which, form string) string {
	var b strings.Builder
	for _, c := range s {
		if which == "" || strings.ContainsRune(which, c) {
			fmt.Fprintf(&b, form, c)
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// seen is everything of an answer that a person can see.
func seen(a *Answer) string {
	var b strings.Builder
	_, _ = fmt.Fprintln(&b, a.Method, a.URL, a.Type, a.Charset, a.Headers, a.Challenges)
	if a.Redirect != nil {
		_, _ = fmt.Fprintln(&b, a.Redirect.To)
	}
	if a.Tree != nil {
		for i := range a.Tree.Nodes {
			_, _ = fmt.Fprintln(&b, a.Tree.Nodes[i].Name, a.Tree.Nodes[i].Text)
		}
	}
	return b.String()
}

// A server that repeats the token brings it neither onto the screen nor into a file,
// wherever and however it does.
func TestTheTokenIsHiddenHoweverItComesBack(t *testing.T) {
	header := func(name, value string, status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header()[name] = []string{value}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "{}")
		}
	}
	const signs = "/+="
	for name, h := range map[string]http.HandlerFunc{
		"JSON":                      body("application/json", `{"t":"`+secretToken+`"}`),
		"a name in JSON":            body("application/json", `{"`+secretToken+`":1}`),
		"JSON with signs escaped":   body("application/json", `{"t":"`+jsonEscaped(secretToken, signs, `\u%04x`)+`"}`),
		"JSON in capitals":          body("application/json", `{"t":"`+jsonEscaped(secretToken, signs, `\u%04X`)+`"}`),
		"JSON all escaped":          body("application/json", `{"t":"`+jsonEscaped(secretToken, "", `\u%04x`)+`"}`),
		"JSON with a slash escaped": body("application/json", `{"t":"`+strings.ReplaceAll(secretToken, "/", `\/`)+`"}`),
		"JSON in JSON":              body("application/json", `{"t":"{\"t\":\"`+jsonEscaped(secretToken, signs, `\\u%04x`)+`\"}"}`),
		"an address":                body("text/plain", "https://a.example/?t="+jsonEscaped(secretToken, signs, "%%%02X")),
		"an address in small":       body("text/plain", "https://a.example/?t="+jsonEscaped(secretToken, signs, "%%%02x")),
		"a page":                    body("text/html", "<p>"+jsonEscaped(secretToken, signs, "&#%d;")),
		"a page in hexadecimal":     body("text/html", "<p>"+jsonEscaped(secretToken, signs, "&#x%x;")),
		"UTF-16":                    body("text/plain", asUTF16("token "+secretToken+" end")),
		"UTF-16 as JSON":            body("application/json; charset=utf-16", asUTF16(`{"t":"`+secretToken+`"}`)),
		"across two lines":          body("text/plain", strings.Repeat("x", 1990)+secretToken),
		"a header":                  header("X-Echo", secretToken, 200),
		"a challenge's error":       header("Www-Authenticate", `Bearer error="`+secretToken+`"`, 401),
		"a challenge's scope":       header("Www-Authenticate", `Bearer scope="`+secretToken+`"`, 403),
		"a challenge's realm":       header("Www-Authenticate", `Bearer realm="`+secretToken+`"`, 401),
		"a character set":           header("Content-Type", `text/plain; charset="`+secretToken+`"`, 200),
		"a redirect elsewhere":      header("Location", "https://evil.example/"+secretToken, 302),
		"a bad redirect":            header("Location", `https:\\evil.example/`+secretToken, 302),
		"a redirect that is followed": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/x" {
				w.Header().Set("Location", "/y?t="+secretToken)
				w.WriteHeader(302)
			}
		},
		"a picture": body("image/png", "\x89PNG\r\n\x1a\n"+secretToken),
		"bytes":     body("application/octet-stream", "\x00\x01"+secretToken),
		"too large": func(w http.ResponseWriter, _ *http.Request) {
			// Where one part that is read ends and the next begins.
			line := append(bytes.Repeat([]byte("x"), 999), []byte(secretToken)...)
			for range 6 << 10 {
				_, _ = w.Write(line)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := answering(t, h)
			var file bytes.Buffer
			if _, err := a.Save(t.Context(), &file); err != nil {
				t.Fatal(err)
			}
			shown := seen(a)
			for _, where := range []string{shown, file.String()} {
				where = strings.ReplaceAll(where, "\x00", "")
				if strings.Contains(where, secretToken) || strings.Contains(where, "canary-token") || strings.Contains(where, jsonEscaped(secretToken, "", `\u%04x`)) {
					t.Errorf("the token is in %.300q", where)
				}
			}
			if name == "across two lines" && !strings.Contains(strings.ReplaceAll(shown, "\n", ""), "[redacted]") {
				t.Errorf("nothing was hidden in %.3000q", shown)
			}
		})
	}
}

// What is no token comes as it is, in whatever parts.
func TestNothingElseIsHidden(t *testing.T) {
	h := &Hidden{}
	h.Add("short", "a-longer-secret", "")
	text := "short a-longer-secre a-longer-secret a\\u002dlonger %61-longer-secret\\ &#x61 \\u00 % a-longer-"
	want := "short a-longer-secre [redacted] a\\u002dlonger [redacted]\\ &#x61 \\u00 % a-longer-"
	if got := h.Text(text); got != want {
		t.Errorf("%q", got)
	}
	for size := 1; size < len(text); size++ {
		var out bytes.Buffer
		w := h.Writer(&out)
		for part := range slices.Chunk([]byte(text), size) {
			if n, err := w.Write(part); n != len(part) || err != nil {
				t.Fatal(n, err)
			}
		}
		if err := w.Close(); err != nil || out.String() != want {
			t.Errorf("in parts of %d: %q, %v", size, out.String(), err)
		}
	}
}

// What is kept of a request has no token, even if the person wrote it there.
func TestKeptRequestsHaveNoSecrets(t *testing.T) {
	d, url, store := deskAt(t, body("text/plain", "ok"))
	for _, r := range []Request{
		{Method: "POST", URL: url + "/x", Body: `{"token": "` + secretToken + `"}`},
		{Method: "GET", URL: url + "/" + secretToken},
		{Method: "GET", URL: url + "/x#access_token=canary-fragment"},
		{Method: "GET", URL: url + "/x?a=1#access_token=canary-fragment"},
		{Method: "GET", URL: url + "/x?a=1;access_token=canary-old"},
		{Method: "GET", URL: url + "/x?sig=canary-sig&jwt=canary-jwt&client_assertion=canary-as&code=canary-code&pwd=canary-pwd"},
		{Method: "GET", URL: url + "/x", Headers: []Header{{Name: "X-Note", Value: "it is " + secretToken}, {Name: "X-Jwt", Value: "canary-jwt"}}},
	} {
		if _, err := d.Send(t.Context(), "acc", r); err != nil {
			t.Fatal(err)
		}
		if data := string(store.has["acc"+Suffix]); strings.Contains(data, "canary") || !strings.Contains(data, url) {
			t.Errorf("%s: kept %s", r.URL, data)
		}
	}
	page, err := d.Page(t.Context(), "acc")
	if err != nil || len(page.Requests) == 0 {
		t.Fatalf("%+v, %v", page, err)
	}
	for _, s := range page.Requests {
		if err := s.Check(); err != nil {
			t.Errorf("%s cannot be used again: %v", s.URL, err)
		}
	}
}
