package auth

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

const link = "https://op.example/authorize?state=" + canaryCode

// opener writes a program that behaves like a browser's opener and returns
// its path; body sees the address as $1.
func opener(t *testing.T, dir, name, body string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the openers of this test are shell scripts")
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil { // it is to be run
		t.Fatal(err)
	}
	return path
}

func env(pairs ...string) func(string) string {
	return func(k string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == k {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestBrowserVariable(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	plain := opener(t, dir, "plain", `printf '%s|' "$@" > `+out)
	failing := opener(t, dir, "failing", "exit 3")
	spaced := filepath.Join(dir, "Program Files (x86)")
	if err := os.Mkdir(spaced, 0o700); err != nil {
		t.Fatal(err)
	}
	blanks := opener(t, spaced, "my browser.exe", `printf '%s|' "$@" > `+out)
	tests := map[string]struct{ browser, want string }{
		"name":         {plain, link + "|"},
		"arguments":    {plain + " --new  'a b'", "--new|a b|" + link + "|"},
		"placeholder":  {plain + ` "--app=%s" x`, "--app=" + link + "|x|"},
		"blanks":       {blanks, link + "|"},
		"escaped":      {strings.ReplaceAll(blanks, " ", `\ `), link + "|"},
		"quoted":       {`"` + blanks + `" --new`, "--new|" + link + "|"},
		"blanks, more": {blanks + " --new %s x", "--new|" + link + "|x|"},
		"next in line": {"/does/not/exist:" + failing + "::" + plain, link + "|"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if err := openBrowser(t.Context(), link, env("BROWSER", tt.browser), 10*time.Second); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(out)
			if err != nil || string(got) != tt.want {
				t.Errorf("called with %q, %v", got, err)
			}
			_ = os.Remove(out)
		})
	}
}

func TestNoBrowser(t *testing.T) {
	dir := t.TempDir()
	failing := opener(t, dir, "failing", "exit 3")
	for name, getenv := range map[string]func(string) string{
		"no display":      env(),
		"missing":         env("BROWSER", "/does/not/exist", "DISPLAY", ":0"),
		"missing, argued": env("BROWSER", "/does/not/exist -x"),
		"failing":         env("BROWSER", failing+" -x"),
	} {
		if name == "no display" && runtime.GOOS != "linux" {
			continue
		}
		err := openBrowser(t.Context(), link, getenv, 10*time.Second)
		if !errors.Is(err, ErrNoBrowser) || strings.Contains(err.Error(), canaryCode) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, address := range []string{"", "file:///etc/passwd", "javascript:alert(1)", "-flag", "https:"} {
		if err := OpenBrowser(t.Context(), address); !errors.Is(err, ErrNoBrowser) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// The system's own opener is asked through open-golang.
func TestSystemOpener(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux can the opener be replaced")
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	opener(t, dir, "xdg-open", `printf '%s|' "$@" > `+out)
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	if err := openBrowser(t.Context(), link, env("DISPLAY", ":0"), 10*time.Second); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(out); err != nil || string(got) != link+"|" {
		t.Errorf("called with %q, %v", got, err)
	}
}

// An opener that stays in the foreground blocks nobody, and lives on.
func TestForegroundOpener(t *testing.T) {
	dir := t.TempDir()
	enough, out := filepath.Join(dir, "enough"), filepath.Join(dir, "out")
	slow := opener(t, dir, "slow", "while [ -d "+dir+" ] && [ ! -e "+enough+" ]; do sleep 0.02; done; : > "+out+".$$")
	if err := openBrowser(t.Context(), link, env("BROWSER", slow), 20*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := openBrowser(ctx, link, env("BROWSER", slow), time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(enough, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, func() bool {
		ended, _ := filepath.Glob(out + ".*")
		return len(ended) == 2
	})
}

func TestBrowserCommand(t *testing.T) {
	for command, want := range map[string][]string{
		"":                    nil,
		"  ":                  nil,
		"firefox":             {"firefox", "A"},
		`"/a b/fire fox" -p`:  {"/a b/fire fox", "-p", "A"},
		"x %s":                {"x", "A"},
		"x ''":                {"x", "", "A"},
		"x $(rm) `rm` ; a&&b": {"x", "$(rm)", "`rm`", ";", "a&&b", "A"},
	} {
		if got := browserCommand(command, "A"); !slices.Equal(got, want) {
			t.Errorf("%q: %q", command, got)
		}
	}
}

func TestDisplay(t *testing.T) {
	for _, tt := range []struct {
		goos string
		env  []string
		want bool
	}{
		{"linux", nil, false},
		{"linux", []string{"DISPLAY", ":0"}, true},
		{"linux", []string{"WAYLAND_DISPLAY", "wayland-0"}, true},
		{"linux", []string{"WSL_DISTRO_NAME", "x"}, true},
		{"freebsd", nil, false},
		{"windows", nil, true},
		{"darwin", nil, true},
	} {
		if got := hasDisplay(tt.goos, env(tt.env...)); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
