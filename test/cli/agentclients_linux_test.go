package cli

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The programs of docs/agent-protocol.md's readers, each with nothing but what its
// language brings. The socket is the first argument, the account the second.
var clients = map[string]string{
	"curl": `curl -sS --unix-socket "$1" http://claviger/v1/token -d "{\"account\": \"$2\"}"`,
	"python3": `python3 - "$1" "$2" <<'PROGRAM'
import http.client, json, socket, sys
class Agent(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(sys.argv[1])
agent = Agent("claviger")
agent.request("POST", "/v1/token", json.dumps({"account": sys.argv[2]}), {"Content-Type": "application/json"})
print(agent.getresponse().read().decode())
PROGRAM`,
	"node": `node -e '
const [socketPath, account] = process.argv.slice(1)
const r = require("http").request({socketPath, path: "/v1/token", method: "POST"}, a => a.pipe(process.stdout))
r.end(JSON.stringify({account}))' -- "$1" "$2"`,
}

// tokenOf runs a client and returns the token or the error's code.
func (w *world) tokenOf(client, socket string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", clients[client], "sh", socket, "acme")
	cmd.Env = append([]string{"HOME=" + os.Getenv("HOME")}, w.env[:1]...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", client, err, stderr.String())
	}
	var answer struct {
		AccessToken string `json:"access_token"`
		Error       struct{ Code string }
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		w.t.Fatalf("%s: %v in %q", client, err, out)
	}
	return answer.AccessToken + answer.Error.Code
}

// realProgram is the file that a client's process runs: a name can lead to a script
// that starts another.
func (w *world) realProgram(client string) string {
	w.t.Helper()
	if client == "python3" {
		out, err := exec.CommandContext(w.t.Context(), "python3", "-c", "import os; print(os.readlink('/proc/self/exe'))").Output()
		if err != nil {
			w.t.Skip("no python3")
		}
		return strings.TrimSpace(string(out))
	}
	path, err := exec.LookPath(client)
	if err != nil {
		w.t.Skip("no " + client)
	}
	return path
}

// Clients in other languages are let in once they are allowed, and not before.
func TestClientsOfTheAgent(t *testing.T) {
	w, _ := signedIn(t, 3600)
	token := strings.TrimSpace(w.want(0, "token").out)
	a := w.startAgent()
	for client := range clients {
		t.Run(client, func(t *testing.T) {
			w := *w
			w.t = t
			path := w.realProgram(client)
			if got := w.tokenOf(client, a.socket); got != "nobody-to-ask" {
				t.Errorf("before it is allowed: %q", got)
			}
			w.want(0, "agent", "allow", "acme", path)
			if got := w.tokenOf(client, a.socket); got != token {
				t.Errorf("after: %q", got)
			}
			// The agent stores it soon after.
			for history := ""; !strings.Contains(history, "given to "+filepath.Base(path)) && !strings.Contains(history, "given to "+client); {
				history = w.want(0, "history").out
			}
			w.want(0, "agent", "rule", "acme", "never")
			if got := w.tokenOf(client, a.socket); got != "denied" {
				t.Errorf("with the rule never: %q", got)
			}
			w.want(0, "agent", "rule", "acme", "ask")
			w.want(0, "agent", "revoke", "--all")
			if got := w.tokenOf(client, a.socket); got != "nobody-to-ask" {
				t.Errorf("after the grant was taken back: %q", got)
			}
		})
	}
}

// TestAgentSpeaksItsProtocol holds real answers against docs/agent-openapi.json, whose
// schemas are those of JSON Schema (OpenAPI 3.1 §4.8.24).
func TestAgentSpeaksItsProtocol(t *testing.T) {
	w, _ := signedIn(t, 3600)
	a := w.startAgent()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w.want(0, "agent", "allow", "acme", self)
	spec := openAPI(t)
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/v1/status", "", 200},
		{"GET", "/v1/accounts", "", 200},
		{"POST", "/v1/account", `{"account": "acme"}`, 200},
		{"POST", "/v1/account", `{"account": "nobody"}`, 400},
		{"POST", "/v1/token", `{}`, 200},
		{"POST", "/v1/token", `{"account": "mira@acme", "min_ttl": "2h", "form": "header", "force": true}`, 200},
		{"POST", "/v1/token", `{"account": "acme", "request": {"url": "https://api.example.org/me"}}`, 200},
		{"POST", "/v1/token", `{"account": "nobody"}`, 400},
		{"POST", "/v1/token", `{"account": "github"}`, 409},
		{"POST", "/v1/token", `{"acount": "acme"}`, 400},
		{"POST", "/v1/unlock", `{"passphrase": "x"}`, 403},
		{"POST", "/v1/attend", `{}`, 403},
		{"POST", "/v1/answer", `{"id": "x", "answer": "always"}`, 403},
		{"POST", "/v1/lock", `{}`, 200},
		{"GET", "/v1/status", "", 200},
		{"POST", "/v1/token", `{}`, 423},
	} {
		status, body := send(t, a.socket, c.method, c.path, c.body)
		if status != c.status {
			t.Errorf("%s %s %s: %d, want %d\n%s", c.method, c.path, c.body, status, c.status, body)
		}
		answer, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if err := spec.answer(t, c.method, c.path, status).Validate(answer); err != nil {
			t.Errorf("%s %s %s: %v\n%s", c.method, c.path, c.body, err, body)
		}
	}
	// The validator would see what is missing.
	if spec.answer(t, "POST", "/v1/token", 200).Validate(map[string]any{"token_type": "Bearer"}) == nil {
		t.Error("a token object without a token passes")
	}
}

// send makes one request on the socket.
func send(t *testing.T, socket, method, path, body string) (int, string) {
	t.Helper()
	tr := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	}}
	r, err := http.NewRequestWithContext(t.Context(), method, "http://claviger"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := tr.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if kind := answer.Header.Get("Content-Type"); kind != "application/json" || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s %s: %v", method, path, answer.Header)
	}
	return answer.StatusCode, string(data)
}

// description is the agent's OpenAPI document.
type description struct {
	url   string
	doc   map[string]any
	check *jsonschema.Compiler
}

func openAPI(t *testing.T) *description {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "docs", "agent-openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	v, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	doc, ok := v.(map[string]any)
	if !ok || doc["openapi"] != "3.1.0" {
		t.Fatal("this is no OpenAPI 3.1")
	}
	d := &description{"file:///agent-openapi.json", doc, jsonschema.NewCompiler()}
	d.check.DefaultDraft(jsonschema.Draft2020)
	if err := d.check.AddResource(d.url, doc); err != nil {
		t.Fatal(err)
	}
	return d
}

// answer is the schema of an answer: of its status, or of all others.
func (d *description) answer(t *testing.T, method, path string, status int) *jsonschema.Schema {
	t.Helper()
	where := "#/components/responses/Error"
	if status == http.StatusOK {
		where = "#/paths/" + strings.ReplaceAll(path, "/", "~1") + "/" + strings.ToLower(method) + "/responses/200"
	}
	s, err := d.check.Compile(d.url + where + "/content/application~1json/schema")
	if err != nil {
		t.Fatal(err)
	}
	return s
}
