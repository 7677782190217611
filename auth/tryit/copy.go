package tryit

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/shell"
)

// Form is a program's language.
type Form string

// The forms of [CopyAs].
const (
	Curl   Form = "curl"
	Go     Form = "go"
	Python Form = "python"
)

// CopyAs writes a request as a program that gets the token itself, so that no token is
// in it, and none on a command line. Values of headers that are likely secrets come from
// the environment. account is its ID.
func CopyAs(form Form, account string, r Request) string {
	// As it is sent: another program can read another server's name out of what was typed.
	if u, m := target(r.URL); m == nil {
		r.URL = u.String()
	}
	if !HasBody(r.Method) {
		r.Body = ""
	}
	if r.sendsJSON() && r.contentType() == "" {
		r.Headers = append(r.Headers[:len(r.Headers):len(r.Headers)], Header{Name: "Content-Type", Value: "application/json"})
	}
	switch form {
	case Go:
		return asGo(account, r)
	case Python:
		return asPython(account, r)
	case Curl:
	}
	return asCurl(account, r)
}

// variable is the name of the environment variable that has a header's secret value. It
// is one of no other program: who names the header would have that sent.
func variable(header string) string {
	return "TRY_" + strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(header))
}

func asCurl(account string, r Request) string {
	var b strings.Builder
	headers := "claviger token " + shell.Quote(account) + " --for " + shell.Quote(r.URL)
	if r.Method != http.MethodGet {
		headers += " --method " + r.Method
	}
	// From standard input: other users of the computer can see command lines, but not
	// those of printf, which is the shell's own (POSIX.1-2024, XCU 1.7).
	secret := func(h Header) bool { return SecretHeader(h.Name) }
	if slices.ContainsFunc(r.Headers, secret) {
		for _, h := range r.Headers {
			if secret(h) {
				headers += " && \\\n  printf '%s\\n' " + shell.Quote(h.Name+": ") + `"$` + variable(h.Name) + `"`
			}
		}
		headers = "{ " + headers + "; }"
	}
	// Without globbing: "[" and "{" in an address mean themselves.
	b.WriteString(headers + " | curl --globoff -H @-")
	switch r.Method {
	case http.MethodGet:
	case http.MethodHead:
		b.WriteString(" --head")
	default:
		b.WriteString(" -X " + r.Method)
	}
	for _, h := range r.Headers {
		if !secret(h) {
			b.WriteString(" \\\n  -H " + shell.Quote(h.Name+": "+h.Value))
		}
	}
	if r.Body != "" {
		b.WriteString(" \\\n  --data-raw " + shell.Quote(r.Body))
	}
	return b.String() + " \\\n  " + shell.Quote(r.URL) + "\n"
}

func asGo(account string, r Request) string {
	imports, body := `	"context"
	"io"
	"net/http"
	"os"
`, "nil"
	if r.Body != "" {
		imports += "\t\"strings\"\n"
		body = "strings.NewReader(" + strconv.Quote(r.Body) + ")"
	}
	var headers strings.Builder
	redirects := ""
	for _, h := range r.Headers {
		value := strconv.Quote(h.Value)
		if SecretHeader(h.Name) {
			value = "os.Getenv(" + strconv.Quote(variable(h.Name)) + ")"
			redirects = "\tclient.CheckRedirect = func(*http.Request, []*http.Request) error {\n" +
				"\t\treturn http.ErrUseLastResponse // a redirect does not get the secret headers\n\t}\n"
		}
		_, _ = fmt.Fprintf(&headers, "\treq.Header.Add(%q, %s)\n", h.Name, value)
	}
	return fmt.Sprintf(`package main

import (
%s
	"github.com/claviger/claviger/auth"
)

// try sends the request. docs/embedding.md shows how to make the agent.
func try(ctx context.Context, agent *auth.Agent) error {
	client, err := agent.Client(ctx, %q) // its token is refreshed before it expires
	if err != nil {
		return err
	}
%s	req, err := http.NewRequestWithContext(ctx, %q, %q, %s)
	if err != nil {
		return err
	}
%s	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(os.Stdout, resp.Body)
	return err
}
`, imports, account, redirects, r.Method, r.URL, body, headers.String())
}

// inPython writes a text as a Python literal: Go's in ASCII is one.
func inPython(s string) string { return strconv.QuoteToASCII(strings.ToValidUTF8(s, "\uFFFD")) }

func asPython(account string, r Request) string {
	var b strings.Builder
	b.WriteString("import os\nimport subprocess\nimport urllib.request\n\n")
	_, _ = fmt.Fprintf(&b, "url = %s\n", inPython(r.URL))
	_, _ = fmt.Fprintf(&b, "token = subprocess.run(\n    [\"claviger\", \"token\", %s, \"--for\", url, \"--method\", %s],\n    check=True, capture_output=True, text=True)\n",
		inPython(account), inPython(r.Method))
	data := ""
	if r.Body != "" {
		data = ", data=" + inPython(r.Body) + ".encode()"
	}
	_, _ = fmt.Fprintf(&b, "request = urllib.request.Request(url%s, method=%s)\n", data, inPython(r.Method))
	for _, h := range r.Headers {
		add, value := "add_header", inPython(h.Value)
		if SecretHeader(h.Name) {
			add, value = "add_unredirected_header", "os.environ["+inPython(variable(h.Name))+"]"
		}
		_, _ = fmt.Fprintf(&b, "request.%s(%s, %s)\n", add, inPython(h.Name), value)
	}
	b.WriteString(`for line in token.stdout.splitlines():
    name, _, value = line.partition(": ")
    request.add_unredirected_header(name, value)  # a redirect does not get the token
with urllib.request.urlopen(request) as response:
    print(response.read().decode())
`)
	return b.String()
}
