package demo_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/providers/demo"
)

func TestRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "demo")
	s, err := demo.Start(t.Context(), demo.Options{Dir: dir})
	must(t, err)
	issuer := s.Issuer()
	a, b := newApp(t, s), newBrowser(t, issuer)
	tok := a.signIn(b, "tess")
	checkFiles(t, dir, tok)
	must(t, s.Close())

	s = start(t, demo.Options{Dir: dir})
	eq(t, "issuer", s.Issuer(), issuer)
	eq(t, "foreign", s.Foreign(), false)
	a.server = s
	status, _ := a.userinfo(tok.AccessToken)
	eq(t, "the access token after a restart", status, http.StatusOK)
	next, err := a.refresh(tok.RefreshToken)
	must(t, err)
	_, err = a.idToken(t.Context(), next)
	must(t, err)
	// The browser is still signed in, and its consent stands.
	b.get(a.link(oauth2.SetAuthURLParam("prompt", "none")))
	_, err = a.exchange(a.code(b))
	must(t, err)
	_, err = a.refresh(tok.RefreshToken)
	eq(t, "reuse after a restart", errorCode(err), "invalid_grant")
}

// checkFiles checks who may read the provider's files, and what they hold.
func checkFiles(t *testing.T, dir string, tok *oauth2.Token) {
	t.Helper()
	for name, want := range map[string]fs.FileMode{".": 0o700, "demo.json": 0o600, "demo.lock": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if runtime.GOOS != "windows" {
			eq(t, "mode of "+name, info.Mode().Perm(), want)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "demo.json"))
	must(t, err)
	for _, secret := range []string{tok.RefreshToken, strings.SplitN(tok.RefreshToken, ".", 2)[1], tok.AccessToken} {
		eq(t, "a token in the state file", bytes.Contains(data, []byte(secret)), false)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
	must(t, err)
	eq(t, "temporary files", len(left), 0)
}

func TestForeign(t *testing.T) {
	dir := t.TempDir()
	first := start(t, demo.Options{Dir: dir})
	second, err := demo.Start(t.Context(), demo.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if !second.Foreign() || second.Issuer() != first.Issuer() {
		t.Fatalf("foreign=%v at %s, first at %s", second.Foreign(), second.Issuer(), first.Issuer())
	}
	second.Misbehave(demo.Misbehaviour{Status: 500})
	second.SetAccessTTL(1)
	if err := second.Close(); err != nil {
		t.Error(err)
	}
	if !second.Alive(t.Context()) || !first.Alive(t.Context()) {
		t.Error("closing the second ended the first")
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if second.Alive(t.Context()) {
		t.Error("the first is alive after its end")
	}
}

func TestPortTaken(t *testing.T) {
	dir := t.TempDir()
	s, err := demo.Start(t.Context(), demo.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	was := strings.TrimPrefix(s.Issuer(), "http://")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(t.Context(), "tcp", was)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	var log bytes.Buffer
	s = start(t, demo.Options{Dir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if s.Foreign() || s.Issuer() == "http://"+was {
		t.Errorf("foreign=%v issuer=%s", s.Foreign(), s.Issuer())
	}
	if !strings.Contains(log.String(), was) {
		t.Errorf("not said: %s", log.String())
	}
	if _, err := demo.Start(t.Context(), demo.Options{Addr: was}); err == nil {
		t.Error("a named address that is taken must not be changed silently")
	}
}

func TestStartsAtOnce(t *testing.T) {
	dir := t.TempDir()
	const n = 8
	servers := make([]*demo.Server, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			s, err := demo.Start(t.Context(), demo.Options{Dir: dir})
			if err != nil {
				t.Error(err)
				return
			}
			servers[i] = s
		})
	}
	wg.Wait()
	own := 0
	for _, s := range servers {
		if s == nil {
			t.Fatal("one did not start")
		}
		if !s.Foreign() {
			own++
			defer s.Close()
		}
		if s.Issuer() != servers[0].Issuer() {
			t.Errorf("%s and %s", s.Issuer(), servers[0].Issuer())
		}
	}
	if own != 1 {
		t.Errorf("%d serve the same folder", own)
	}
}

func TestHeldButSilent(t *testing.T) {
	dir := t.TempDir()
	s := start(t, demo.Options{Dir: dir})
	// The state names someone else's port: the lock is held, no one proves.
	data, err := os.ReadFile(filepath.Join(dir, "demo.json"))
	if err != nil {
		t.Fatal(err)
	}
	other := start(t, demo.Options{})
	data = bytes.ReplaceAll(data, []byte(strings.TrimPrefix(s.Issuer(), "http://")), []byte(strings.TrimPrefix(other.Issuer(), "http://")))
	if err := os.WriteFile(filepath.Join(dir, "demo.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := demo.Start(ctx, demo.Options{Dir: dir}); !errors.Is(err, demo.ErrBusy) {
		t.Errorf("%v, want %v", err, demo.ErrBusy)
	}
}

func TestDamagedState(t *testing.T) {
	for name, content := range map[string]string{
		"cut":     `{"version":1,"inst`,
		"empty":   ``,
		"version": `{"version":99}`,
		"no keys": `{"version":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "demo.json"), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			s := start(t, demo.Options{Dir: dir})
			newApp(t, s).signIn(newBrowser(t, s.Issuer()), "tess")
			kept, err := filepath.Glob(filepath.Join(dir, "demo.json.damaged-*"))
			if err != nil || len(kept) != 1 {
				t.Fatalf("kept: %v %v", kept, err)
			}
			if data, err := os.ReadFile(kept[0]); err != nil || string(data) != content {
				t.Errorf("the damaged file was changed: %v", err)
			}
		})
	}
}

// TestLinksInTheWay: nothing is made behind a link. The state's file is one that
// a rename replaces.
func TestLinksInTheWay(t *testing.T) {
	for _, name := range []string{"demo", "demo/demo.lock"} {
		home, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "elsewhere")
		at := filepath.Join(home, name)
		made := os.MkdirAll(filepath.Dir(at), 0o700)
		if name == "demo" {
			made = errors.Join(made, os.Mkdir(elsewhere, 0o700))
		}
		if err := errors.Join(made, os.Symlink(elsewhere, at)); err != nil {
			t.Fatal(err)
		}
		if s, err := demo.Start(t.Context(), demo.Options{Dir: filepath.Join(home, "demo")}); err == nil {
			_ = s.Close()
			t.Errorf("a link at %s was followed", name)
		}
		if e, err := os.ReadDir(elsewhere); err == nil && len(e) != 0 || name != "demo" && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("behind the link at %s: %v, %v", name, e, err)
		}
	}
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Symlink(elsewhere, filepath.Join(dir, "demo.json")); err != nil {
		t.Fatal(err)
	}
	start(t, demo.Options{Dir: dir})
	if _, err := os.Lstat(elsewhere); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the state was written behind a link: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", "192.0.2.1:0", "example.com:80", "[::]:0"} {
		if _, err := demo.Start(t.Context(), demo.Options{Addr: addr}); !errors.Is(err, demo.ErrNotLoopback) {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for _, addr := range []string{"127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000"} {
		if _, err := demo.Start(t.Context(), demo.Options{Addr: addr}); err == nil {
			t.Errorf("%s was taken", addr)
		}
	}
	for _, addr := range []string{"localhost:0", ":0", "127.0.0.1:0"} {
		if s := start(t, demo.Options{Addr: addr}); !strings.HasPrefix(s.Issuer(), "http://127.0.0.1:") {
			t.Errorf("%s: %s", addr, s.Issuer())
		}
	}
	if _, err := demo.Start(t.Context(), demo.Options{Dir: filepath.Join(os.DevNull, "x")}); err == nil {
		t.Error("an impossible folder was taken")
	}
}

func TestGuards(t *testing.T) {
	s := start(t, demo.Options{})
	host := strings.TrimPrefix(s.Issuer(), "http://")
	do := func(method, path, host, origin, site string) int {
		req, err := http.NewRequestWithContext(t.Context(), method, s.Issuer()+path, strings.NewReader("user=tess"))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if origin != "" {
			req.Header.Set("Origin", origin)
		}
		if site != "" {
			req.Header.Set("Sec-Fetch-Site", site)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.Header.Get("X-Frame-Options") != "DENY" || res.Header.Get("Content-Security-Policy") == "" ||
			res.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s %s: headers %v", method, path, res.Header)
		}
		return res.StatusCode
	}
	for _, path := range []string{"/", "/lab", "/userinfo", "/keys", "/.well-known/openid-configuration", "/.well-known/claviger-demo"} {
		if got := do(http.MethodGet, path, "evil.example", "", ""); got != http.StatusMisdirectedRequest {
			t.Errorf("%s under another name: %d", path, got)
		}
	}
	for _, path := range []string{"/lab", "/login", "/consent", "/device", "/sign-out"} {
		if got := do(http.MethodPost, path, host, "http://evil.example", ""); got != http.StatusForbidden {
			t.Errorf("%s from another site: %d", path, got)
		}
		if got := do(http.MethodPost, path, host, "http://127.0.0.1:1", "same-site"); got != http.StatusForbidden {
			t.Errorf("%s from another port: %d", path, got)
		}
	}
	// Tokens never go in addresses (RFC 6749 §3.2).
	if got := do(http.MethodGet, "/oauth/token?grant_type=refresh_token", host, "", ""); got == http.StatusOK {
		t.Errorf("GET of the token endpoint: %d", got)
	}
	if got := do(http.MethodGet, "/assets/login.html", host, "", ""); got != http.StatusNotFound {
		t.Errorf("a template: %d", got)
	}
}

func TestLogsNoTokens(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	old := slog.Default()
	slog.SetDefault(logger) // where the library logs
	t.Cleanup(func() { slog.SetDefault(old) })
	s, err := demo.Start(t.Context(), demo.Options{Dir: t.TempDir(), Log: logger})
	if err != nil {
		t.Fatal(err)
	}
	a, b := newApp(t, s), newBrowser(t, s.Issuer())
	first := a.signIn(b, "tess")
	code := b.back
	if code == nil {
		t.Fatal("not back")
	}
	second, err := a.refresh(first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = a.refresh(first.RefreshToken)
	_, _ = a.exchange(code.Query().Get("code"))
	a.userinfo(first.AccessToken)
	a.userinfo("nonsense." + first.AccessToken)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "old refresh token") {
		t.Errorf("the log has not what happened:\n%s", log.String())
	}
	for _, secret := range []string{
		first.AccessToken, first.RefreshToken, second.AccessToken, second.RefreshToken,
		first.Extra("id_token").(string), code.Query().Get("code"), a.verifier,
	} {
		if strings.Contains(log.String(), secret) {
			t.Error("a secret is in the log")
		}
	}
}
