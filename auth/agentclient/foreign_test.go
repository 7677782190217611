//go:build !windows

package agentclient

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"testing"
)

// answering returns a client of an agent that says the same to everything. An agent can
// be on another computer, behind a socket that ssh forwards.
func answering(t *testing.T, status int, body string) *Client {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	})}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return New(path)
}

// What goes into headers, environments and onto terminals adds nothing to them.
func TestTokenIsOneWord(t *testing.T) {
	for name, body := range map[string]string{
		"a line in the token":    `{"access_token":"a\nX-Evil: 1"}`,
		"an escape in the token": `{"access_token":"a\u001b[2J"}`,
		"a blank in the token":   `{"access_token":"a b"}`,
		"a zero in the token":    `{"access_token":"a\u0000"}`,
		"a line in the type":     `{"access_token":"a","token_type":"Bearer\r\nX:"}`,
		"a line in the ID token": `{"access_token":"a","id_token":"a\nb"}`,
		"a line in the proof":    `{"access_token":"a","dpop":"a\nb"}`,
		"a line in a header":     `{"access_token":"a","header":["Authorization: Bearer a\r\nX: y"]}`,
		"no token":               `{"token_type":"Bearer"}`,
	} {
		if got, err := answering(t, http.StatusOK, body).Token(t.Context(), TokenRequest{}); !errors.Is(err, ErrNoAgent) || got != nil {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	got, err := answering(t, http.StatusOK, `{"access_token":"a~b","token_type":"DPoP","dpop":"c","header":["Authorization: DPoP a~b","DPoP: c"]}`).Token(t.Context(), TokenRequest{})
	if err != nil || got.Authorization() != "DPoP a~b" || len(got.Header) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
}

// A script that asks for a token must not take a refusal for one.
func TestErrorIsNoSuccess(t *testing.T) {
	for _, code := range []string{"", `,"exit_code":0`, `,"exit_code":-1`, `,"exit_code":256`, `,"exit_code":3`} {
		_, err := answering(t, http.StatusForbidden, `{"error":{"code":"denied"`+code+`}}`).Token(t.Context(), TokenRequest{})
		e, ok := errors.AsType[*Error](err)
		if want := map[bool]int{true: 3, false: 1}[code == `,"exit_code":3`]; !ok || e.ExitCode != want {
			t.Errorf("%s: %+v", code, err)
		}
	}
}

// An error is printed as it is by those who use this package.
func TestErrorIsOneLine(t *testing.T) {
	_, err := answering(t, http.StatusForbidden, `{"error":{"code":"denied","title":"No\u001b[2J.\nToken: x\u202ey"}}`).Token(t.Context(), TokenRequest{})
	if want := "Claviger agent: No [2J. Token: x y"; err == nil || err.Error() != want {
		t.Errorf("%q, not %q", err, want)
	}
}
