package tour

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers/demo"
)

func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind in %s: %v, %v", dir, left, err)
	}
}

// run runs the tour and returns what it wrote.
func run(t *testing.T, o Options) (string, error) {
	t.Helper()
	var out bytes.Buffer
	o.Out = &out
	err := Run(t.Context(), o)
	return out.String(), err
}

func TestEveryStepDoesWhatItSays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out, err := run(t, Options{temp: dir})
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"Started         http://127.0.0.1:",
		"pressed “Tess Demo”, then “Allow”",
		"“You are signed in”",
		"access (for 5 minutes), refresh and ID token",
		"tess@demo.example, verified",
		"3 groups        Coffee roster, Platform, Release captains",
		"1 role          developer",
		"the ID token and userinfo",
		"signature       RS256",
		"nonce           ",
		"With it         GET /userinfo: 200, for tess@demo.example",
		"Without it      GET /userinfo: 401",
		"the API rejects it: 401",
		"20 callers at once: 1 refresh, 1 new token",
		"Tess Demo, 3 groups and 1 role, marked as offline",
		"the account is active",
		"a code, a guessed state: 400 “This response was ignored”",
		"an error, no state: 400 “This response was ignored”",
		"Ola Brandvold signed in: 64 groups and 2 roles",
		"Ola Brandvold; Tess Demo stays",
		"now rejects the refresh token",
		"“You are signed out”",
		"All 10 steps passed",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the tour does not say %q:\n%s", want, out)
		}
	}
	for _, s := range steps() {
		if !strings.Contains(out, s.title) || !strings.Contains(out, "$ "+s.command) {
			t.Errorf("step %q with its command is not shown", s.title)
		}
	}
	if strings.ContainsAny(out, "\x1b\r✗") {
		t.Error("plain lines have a sequence for terminals, or a cross")
	}
	for line := range strings.Lines(out) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > maxColumns || strings.TrimRight(line, "\n") != strings.TrimRight(line, " \n") {
			t.Errorf("%d columns, or blanks at the end: %q", n, line)
		}
	}
	wantEmpty(t, dir)
}

// secretish are the texts of an output that could be a token, a code, a state or
// a verifier: long runs of base64url that are no words.
var secretish = regexp.MustCompile(`[A-Za-z0-9_-]{20,}`)

func TestNoSecretIsShown(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "kept")
	out, err := run(t, Options{Keep: dir, Columns: 80, Color: true})
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	shown := strings.ReplaceAll(out, dir, "")
	for _, text := range secretish.FindAllString(shown, -1) {
		if _, err := base64.RawURLEncoding.DecodeString(text); err == nil && text != "CLAVIGER_PASSPHRASE_FILE" {
			t.Errorf("this looks like a secret: %q", text)
		}
	}
	passphrase, err := os.ReadFile(filepath.Join(dir, passphraseFile))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out, strings.TrimSpace(string(passphrase))) {
		t.Error("the passphrase of the kept vault is shown")
	}
}

// TestWordsMatchWhatHappened breaks one thing at a step and reads what the tour
// makes of it.
func TestWordsMatchWhatHappened(t *testing.T) {
	for _, c := range []struct {
		step string
		bad  demo.Misbehaviour
		want []string
		// failed are the steps that are to fail.
		failed []int
	}{
		{
			"Sign in through the browser",
			demo.Misbehaviour{WrongNonce: true},
			[]string{"✗ Sign-in", "nonce", "skipped: no one is signed in"},
			[]int{2, 3, 4, 5, 6, 7, 8},
		},
		{
			"Sign in through the browser",
			demo.Misbehaviour{NoRefresh: true},
			[]string{"✗ Tokens          ID token: true, refresh token: false"},
			[]int{2, 7},
		},
		{
			"A fresh token for curl",
			demo.Misbehaviour{Endpoint: "userinfo", Status: 500},
			[]string{"✗ Request         GET /userinfo: 500"},
			[]int{6},
		},
		{
			"An expired token is refreshed",
			demo.Misbehaviour{Endpoint: "token", Status: 503},
			[]string{"✗ Short token"},
			[]int{7},
		},
		{
			"A forged callback",
			demo.Misbehaviour{AuthorizationError: "access_denied"},
			[]string{"✗ Sign-in"},
			[]int{9},
		},
		{
			"Sign out, with a receipt",
			demo.Misbehaviour{Endpoint: "revocation", Status: 503},
			[]string{"✗ Revoked         pending"},
			[]int{10},
		},
	} {
		t.Run(c.step+" "+strings.Join(c.want[:1], ""), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			var before string
			out, err := run(t, Options{temp: dir, before: func(step string, server *demo.Server) {
				switch {
				case step == c.step:
					server.Misbehave(c.bad)
				case before == c.step:
					server.Misbehave(demo.Misbehaviour{})
				}
				before = step
			}})
			failed, ok := errors.AsType[*FailedError](err)
			if !ok || !slices.Equal(failed.Steps, c.failed) {
				t.Errorf("error %v, want the steps %v to fail\n%s", err, c.failed, out)
			}
			for _, want := range append(c.want, "failed.") {
				if !strings.Contains(out, want) {
					t.Errorf("the tour does not say %q:\n%s", want, out)
				}
			}
			wantEmpty(t, dir)
		})
	}
}

func TestInterruptedAtEachStep(t *testing.T) {
	for i, s := range steps() {
		t.Run(s.title, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			ctx, cancel := context.WithCancel(t.Context())
			var out bytes.Buffer
			err := Run(ctx, Options{Out: &out, temp: dir, before: func(step string, _ *demo.Server) {
				if step == s.title {
					cancel()
				}
			}})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			if next := i + 1; next < len(steps()) && strings.Contains(out.String(), steps()[next].title) {
				t.Errorf("it went on:\n%s", out.String())
			}
			wantEmpty(t, dir)
		})
	}
}

// leaving is a reader that goes away after some bytes.
type leaving struct{ left int }

func (l *leaving) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, syscall.EPIPE
	}
	return len(p), nil
}

func TestReaderThatLeavesEndsTheTour(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := Run(t.Context(), Options{Out: &leaving{500}, temp: dir}); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("error %v", err)
	}
	wantEmpty(t, dir)
}

func TestNoFolder(t *testing.T) {
	for name, dir := range map[string]string{"missing": "/nowhere/at/all", "a file": os.Args[0]} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TMPDIR", dir)
			out, err := run(t, Options{})
			if place, ok := errors.AsType[*FolderError](err); !ok || place.Dir != dir || place.Kept || out != "" {
				t.Errorf("error %v, %q", err, out)
			}
		})
	}
}

func TestKeptFolderIsNewOrEmpty(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "mine"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := run(t, Options{Keep: full})
	if place, ok := errors.AsType[*FolderError](err); !ok || !place.Kept || !errors.Is(err, ErrNotEmpty) {
		t.Errorf("error %v", err)
	}
	if entries, err := os.ReadDir(full); err != nil || len(entries) != 1 {
		t.Errorf("the folder was touched: %v, %v", entries, err)
	}
}

func TestHeldKey(t *testing.T) {
	var h heldKey
	ctx := t.Context()
	if _, err := h.Get(ctx, "vault"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	secret := []byte("secret")
	if err := h.Set(ctx, "vault", secret); err != nil {
		t.Fatal(err)
	}
	clear(secret) // the caller clears its own
	if got, err := h.Get(ctx, "vault"); err != nil || string(got) != "secret" {
		t.Errorf("%q, %v", got, err)
	}
	if err := errors.Join(h.Remove(ctx, "vault"), h.Remove(ctx, "vault")); err != nil {
		t.Error(err)
	}
}

func TestStepsThatFailAreListed(t *testing.T) {
	for want, list := range map[string][]int{"": nil, "3": {3}, "3 and 7": {3, 7}, "1, 2 and 10": {1, 2, 10}} {
		if got := numbers(list); got != want {
			t.Errorf("%v: %q, want %q", list, got, want)
		}
	}
}

func TestErrorsHaveWords(t *testing.T) {
	for _, c := range []struct {
		err         error
		label, text string
	}{
		{unlike("Browser", "it ended on %d", 500), "Browser", "it ended on 500"},
		{failed("Sign-in", auth.ErrTimeout), "Sign-in", problem.Explain(auth.ErrTimeout, nil, "").Title + ". " + problem.Explain(auth.ErrTimeout, nil, "").Detail},
		{errors.New("it broke"), "Failed", "it broke"},
	} {
		if label, text := words(c.err); label != c.label || text != c.text {
			t.Errorf("%v: %q, %q", c.err, label, text)
		}
	}
}
